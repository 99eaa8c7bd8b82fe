"""Buffers are worked out from what is kept, and anew when they are old or the map says something else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest

from gate_service.app.reconcile.buffers.evidence import BufferEvidence
from gate_service.app.reconcile.buffers.making import EVERY_MS, BufferMaking, kept_buffers
from gate_service.app.reconcile.ports import Change, Collection
from gate_service.app.reconcile.reporting.days import DayBook
from gate_service.app.reconcile.variances.drafting import ALL
from gate_service.domain.reconcile.buffers import Buffer
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import (
    Mirror,
    Severity,
    Snapshot,
    SnapshotResult,
    SnapshotState,
    Variance,
)
from gate_service.domain.stock import StockLevel, StockPage
from gate_service.handoffs import read
from gate_service.reconcile.follower import Follower
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.model import ModelLedger
from tests.reconcile import memory

MAP = memory.MAP + "channels: {outlet: {adaptive_buffer: {quantile_percent: 90, most_percent: 50}}, web: {}}\n"
CLASSES = {f"A-{number}": "A" for number in range(40)}
STOCK = [StockLevel(f"{letter}-{number}", on_hand=100) for letter in "AN" for number in range(40)]


class Shelves:
    """The stock, as a test has it."""

    async def stock(self, location_id: str) -> AsyncIterator[StockPage]:
        """Give all on one page."""
        yield StockPage(1, tuple(STOCK) if location_id == "DC-1" else (), "")


class Made(World):
    """A location with an adaptive channel."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(ModelLedger(clock), clock)
        self.records = memory.MemoryRecords(clock)
        self.map = read(MAP)
        self.begin()

    def begin(self) -> None:
        """Let another process go on."""
        evidence = BufferEvidence(self.records, self.ledger, Shelves())
        self.making = BufferMaking(self.records, evidence, self.ledger, self.classes, lambda: self.map)

    async def classes(self) -> Mapping[str, str]:
        """Give the classes of the catalog."""
        return CLASSES

    async def buffers(self) -> dict[str, Buffer]:
        """Follow the ledger, look at the clock, and give what stands, by class."""
        follower = Follower(self.ledger, self.records, [DayBook(self.records)])
        while await follower.follow_all():
            pass
        await self.making.tick(self.clock.now_ms)
        return {each.abc: each for _, each in (await kept_buffers(self.records)).values()}

    async def count_all(self, letter: str, wrong: int) -> None:
        """Count 40 SKUs of which the first ones have 10 of 100 less."""
        await self.receive(*((f"{letter}-{number}", 100) for number in range(40)))
        await self.count(*((f"{letter}-{number}", 90 if number < wrong else 100) for number in range(40)))

    async def compared(self, system: str, skus: dict[str, int], cause: Cause) -> None:
        """Keep a snapshot of 80 figures of which some have fewer than the gate's 100."""
        now = self.clock.now_ms
        snapshot = Snapshot(
            "S", system, self.location_id, "on_hand", (), 0, now, True, False, now, now,  # noqa: FBT003
            state=SnapshotState.COMPARED, result=SnapshotResult(1, now, 80, 80 - len(skus), opened_count=len(skus)),
        )  # fmt: skip
        places = {f"at {self.location_id}": now, ALL: now}
        changes = [Change(Collection.SNAPSHOTS, snapshot.record_id, 0, dump(snapshot), places)]
        for sku, reported in skus.items():
            variance = Variance(
                f"V-{system}-{sku}", system, self.location_id, sku, "on_hand", reported, 100, 1, now, "S",
                Diagnosis(cause, 90, 0), Severity.LOW, "", now, now + 1,
            )  # fmt: skip
            changes.append(Change(Collection.VARIANCES, variance.variance_id, 0, dump(variance), {ALL: now}))
        await self.records.commit(changes)


@pytest.fixture
def made() -> Made:
    return Made(Clock())


async def test_each_class_has_its_own_and_only_adaptive_channels_have_any(made: Made) -> None:
    await made.count_all("A", wrong=0)
    await made.count_all("N", wrong=20)
    found = await made.buffers()
    assert {abc: each.basis_points for abc, each in found.items()} == {"A": 0, "": 1_000}
    assert {(each.channel, each.location_id, each.sample_count) for each in found.values()} == {("outlet", "DC-1", 40)}


async def test_a_location_of_which_nothing_is_known_has_the_fixed_default(made: Made) -> None:
    await made.receive(("N-1", 100))
    assert {abc: each.basis_points for abc, each in (await made.buffers()).items()} == {"": 300, "A": 300}


async def test_warehouses_are_believed_where_the_cause_lies_with_the_shelf(made: Made) -> None:
    await made.receive(("N-1", 100))
    wrong = {f"N-{number}": 80 for number in range(10)}
    await made.compared("wms-east", wrong, Cause.PHANTOM)
    found = await made.buffers()
    assert (found[""].sample_count, found[""].basis_points) == (40, 2_000)
    assert (found["A"].sample_count, found["A"].basis_points) == (40, 0)


@pytest.mark.parametrize(("system", "cause"), [("wms-east", Cause.NOT_APPLIED), ("netsuite", Cause.PHANTOM)])
async def test_a_mirror_that_is_behind_or_sees_no_shelf_changes_nothing(made: Made, system: str, cause: Cause) -> None:
    await made.receive(("N-1", 100))
    await made.compared(system, {f"N-{number}": 80 for number in range(10)}, cause)
    assert (await made.buffers())[""].basis_points == (0 if system == "wms-east" else 300)


async def test_what_goes_out_while_a_mirror_lags_comes_on_top(made: Made) -> None:
    await made.count_all("N", wrong=0)
    for number in range(10):
        await made.reserve(f"O-{number}", ("1", "N-1", 8))
    lagging = Mirror("netsuite", made.location_id, "on_hand", lags_ms=(1, DAY_MS, 2 * DAY_MS))
    await made.records.commit([Change(Collection.MIRRORS, lagging.record_id, 0, dump(lagging), {ALL: 1})])
    found = (await made.buffers())[""]
    assert (found.drift_basis_points, found.staleness_basis_points) == (0, 100), "80 units a day of 8,000"
    assert "netsuite" in found.explanation


async def test_they_are_worked_out_anew_when_they_are_old_and_not_before(made: Made) -> None:
    await made.count_all("N", wrong=0)
    first = (await made.buffers())[""]
    await made.count_all("N", wrong=20)
    made.clock.advance(EVERY_MS - 1)
    made.begin()
    assert (await made.buffers())[""] == first
    made.clock.advance(1)
    later = (await made.buffers())[""]
    assert (later.basis_points, later.sample_count) == (5_000, 80), "half of what the record said was there"


async def test_another_map_counts_at_once_and_a_channel_that_is_fixed_again_has_none(made: Made) -> None:
    await made.count_all("N", wrong=20)
    await made.buffers()
    made.map = read(MAP.replace("most_percent: 50", "most_percent: 2"))
    assert (await made.buffers())[""].basis_points == 200
    made.map = read(MAP.replace("adaptive_buffer: {quantile_percent: 90, most_percent: 50}", "buffer: 3"))
    assert await made.buffers() == {}


async def test_what_was_counted_long_ago_says_nothing(made: Made) -> None:
    await made.count_all("N", wrong=20)
    made.clock.advance(61 * DAY_MS)
    assert (await made.buffers())[""].sample_count == 0
