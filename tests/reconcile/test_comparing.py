"""A snapshot is held against the gate's own balance at the snapshot's moment, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gate_service.app.reconcile.ports import Collection
from gate_service.archive import Archive
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower
from gate_service.archive.tails import Bounds
from gate_service.archive.trimmer import Retention, Trimmer
from gate_service.bootstrap.reconciling_parts import Means, means
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import BadRow, SnapshotState, Variance
from gate_service.ledger.keys import meta
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.trimming import Trimming
from gate_service.settings import Settings
from tests.contract.clock import Clock
from tests.contract.fencing import close
from tests.contract.stores import over_empty_store
from tests.contract.world import World
from tests.reconcile.mirroring import HERE, Mirroring

DAY_MS = 86_400_000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def real(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    async with over_empty_store(store_url, clock) as ledger:
        yield ledger


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    return World(real, clock, HERE)


@pytest.fixture
async def mirrors(at: World, store_url: str) -> AsyncIterator[Mirroring]:
    del at  # the store is empty, and a gate writes there
    async with means(Settings(redis_url=store_url)) as opened:
        yield Mirroring(opened)


async def test_what_the_mirror_says_right_is_no_drift_and_what_it_says_wrong_is_one(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    result = await mirrors.compared("S1", {"MUG": 10, "CAP": 3, "HAT": 2})
    assert (result.compared_count, result.agreed_count, result.opened_count) == (3, 1, 2)
    found = await mirrors.open_variances()
    assert {sku: (each.reported, each.expected) for sku, each in found.items()} == {"CAP": (3, 4), "HAT": (2, 0)}
    assert (await mirrors.mirror()).newest_snapshot_id == "S1"


async def test_orders_in_flight_are_no_drift(at: World, mirrors: Mirroring) -> None:
    """Goods come and leave before, while and after the snapshot is compared; not one figure is off."""
    skus = [f"SKU-{number:03}" for number in range(600)]
    for first in range(0, len(skus), 100):
        await at.receive(*((sku, 50) for sku in skus[first : first + 100]))
    figures = await mirrors.on_hand()
    revision = (await at.receive(("LAST", 1))).applied.revision - 1
    stop, under_way = asyncio.Event(), asyncio.Event()
    written = 0

    async def go_on() -> None:
        nonlocal written
        while not stop.is_set():
            at.clock.advance(1)
            sku = skus[written * 7 % len(skus)]
            await at.receive((sku, 3), (f"NEW-{written}", 1))
            await at.reserve(f"O-{written}", ("1", sku, 2))
            await at.ship_foreign(f"O-{written}", shipment_id=f"P-{written}")
            written += 1
            under_way.set()

    working = asyncio.create_task(go_on())
    await under_way.wait()
    during = written
    for number in range(3):
        result = await mirrors.compared(f"S{number}", figures, revision=revision, whole=True)
        assert (result.revision, result.agreed_count, result.causes) == (revision, result.compared_count, {})
    assert written > during, "nothing was in flight"
    stop.set()
    await working
    assert await mirrors.open_variances() == {}


async def test_one_unit_that_is_wrong_is_found_under_all_that_is_in_flight(at: World, mirrors: Mirroring) -> None:
    revision = (await at.receive(("MUG", 10), ("CAP", 4))).applied.revision
    await at.receive(("MUG", 5), ("CAP", 5))
    await at.reserve("O-1", ("1", "MUG", 3))
    await at.ship_foreign("O-1")
    await mirrors.compared("S1", {"MUG": 10, "CAP": 5}, revision=revision)
    assert [*await mirrors.open_variances()] == ["CAP"]


async def test_a_time_means_the_newest_entry_that_is_not_after_it(at: World, mirrors: Mirroring, clock: Clock) -> None:
    began = clock.now_ms
    for units in range(1, 9):
        await at.receive(("MUG", 1))
        await at.receive(("CAP", units))
        clock.advance(10)
    for passed, expected in ((-1, 0), (0, 1), (9, 1), (10, 2), (35, 4), (70, 8), (5_000, 8)):
        result = await mirrors.compared(f"S{passed}", {"MUG": expected}, at_ms=began + passed)
        assert (result.revision, result.agreed_count) == (2 * expected, 1)
        assert result.revision_at_ms == began + passed


async def test_of_a_part_what_is_not_named_says_nothing_and_of_a_whole_it_says_none(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4), ("GONE", 1))
    await at.reserve("O-1", ("1", "GONE", 1))
    await at.ship_foreign("O-1")
    part = await mirrors.compared("S1", {"MUG": 10})
    assert (part.compared_count, part.opened_count) == (1, 0)
    whole = await mirrors.compared("S2", {"MUG": 10}, whole=True)
    assert (whole.compared_count, whole.agreed_count) == (3, 2), "of what is gone there is none on both sides"
    assert [*await mirrors.open_variances()] == ["CAP"]


async def test_commitments_that_the_mirror_has_taken_off_are_taken_off_the_gates_figure_too(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    await at.reserve("O-1", ("1", "MUG", 3))
    await at.hold("O-2", ("1", "MUG", 2))
    result = await mirrors.compared("S1", {"MUG": 7}, deducts=("committed",))
    assert result.agreed_count == 1
    result = await mirrors.compared("S2", {"MUG": 5}, deducts=("committed", "held"))
    assert result.agreed_count == 1
    result = await mirrors.compared("S3", {"MUG": 5}, measure="available", deducts=("committed",))
    assert result.agreed_count == 1, "what a measure takes off anyhow is taken off once"


async def test_what_agrees_again_is_over_and_what_differs_as_before_goes_on(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10), ("CAP", 4), ("HAT", 1))
    first = await mirrors.compared("S1", {"MUG": 9, "CAP": 3, "HAT": 5})
    assert first.opened_count == 3
    second = await mirrors.compared("S2", {"MUG": 10, "CAP": 3}, whole=True)
    assert (second.opened_count, second.continued_count, second.resolved_count) == (0, 2, 1)
    assert {sku: each.reported for sku, each in (await mirrors.open_variances()).items()} == {"CAP": 3, "HAT": 0}


async def test_an_older_snapshot_that_comes_late_is_compared_and_changes_nothing(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10))
    early = clock.now_ms
    clock.advance(1_000)
    await at.receive(("MUG", 5))
    await mirrors.compared("S2", {"MUG": 14}, at_ms=clock.now_ms)
    late = await mirrors.compared("S1", {"MUG": 10}, at_ms=early)
    assert (late.late, late.revision, late.agreed_count, late.resolved_count) == (True, 1, 1, 0)
    wrong = await mirrors.compared("S0", {"MUG": 1, "CAP": 1}, at_ms=early)
    assert (wrong.late, wrong.opened_count, sum(wrong.causes.values())) == (True, 0, 2)
    assert {sku: each.snapshot_id for sku, each in (await mirrors.open_variances()).items()} == {"MUG": "S2"}
    assert (await mirrors.mirror()).newest_snapshot_id == "S2"


async def test_of_two_at_one_entry_the_one_of_an_earlier_time_is_late_and_one_of_the_entry_itself_is_not(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    revision = (await at.receive(("MUG", 10))).applied.revision
    clock.advance(1_000)
    await mirrors.compared("S1", {"MUG": 9}, at_ms=clock.now_ms)
    assert (await mirrors.compared("S2", {"MUG": 10}, at_ms=clock.now_ms - 500)).late
    again = await mirrors.compared("S3", {"MUG": 10}, revision=revision)
    assert (again.late, again.resolved_count) == (False, 1)
    assert (await mirrors.compared("S4", {"MUG": 9}, at_ms=clock.now_ms - 500)).late, "the newest time stays the newest"


async def test_of_snapshots_that_wait_the_older_one_is_compared_first(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10))
    early = clock.now_ms
    clock.advance(1_000)
    await at.receive(("MUG", 5))
    newer = await mirrors.tell("S1", {"MUG": 15}, at_ms=clock.now_ms)
    older = await mirrors.tell("S2", {"MUG": 9}, at_ms=early)
    await mirrors.compare()
    results = [(await mirrors.snapshot(each)).result for each in (older, newer)]
    assert [result.late for result in results if result] == [False, False]
    assert await mirrors.open_variances() == {}, "the newer one found that all is well again"


async def test_what_is_of_a_time_to_come_waits_for_it(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10))
    soon = await mirrors.means.records.now_ms() + 300
    record_id = await mirrors.tell("S1", {"MUG": 10}, at_ms=soon)
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).result is None
    assert "not so late yet" in str(mirrors.troubles[record_id])
    await asyncio.sleep((soon + 1 - await mirrors.means.records.now_ms()) / 1_000)
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARED
    assert mirrors.troubles[record_id] is None


async def test_rows_that_contradict_each_other_refuse_the_whole_or_are_left_out(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    rows = [("MUG", 10), ("CAP", 4), ("CAP", 4), ("MUG", 7)]
    strict = await mirrors.snapshot(await _compared(mirrors, "S1", rows))
    assert (strict.state, strict.bad_row_count, [row.row for row in strict.bad_rows]) == (SnapshotState.REFUSED, 1, [3])
    assert "another value" in strict.problem
    assert await mirrors.open_variances() == {}
    lenient = await mirrors.snapshot(await _compared(mirrors, "S2", rows, skip_bad_rows=True, whole=True))
    assert lenient.result is not None
    assert (lenient.result.compared_count, lenient.result.agreed_count) == (1, 1), "of MUG nothing is believed"
    assert (lenient.bad_row_count, lenient.repeated_row_count) == (1, 1)


async def test_a_row_that_was_left_out_of_a_whole_snapshot_does_not_count_as_none(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    bad = (BadRow(1, "CAP", "quantity", "is no number"),)
    result = await mirrors.compared("S1", {"MUG": 10}, whole=True, skip_bad_rows=True, bad_rows=bad)
    assert (result.compared_count, result.agreed_count) == (1, 1)


async def test_a_mirror_that_is_behind_by_a_few_entries_raises_nothing(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    for number in range(30):
        await at.receive((f"SKU-{number}", 10))
        clock.advance(1_000)
    taken = await mirrors.on_hand()
    for number in range(25, 30):
        await at.receive((f"SKU-{number}", 2))
        clock.advance(1_000)
    result = await mirrors.compared("S1", taken, at_ms=clock.now_ms, whole=True)
    assert (result.timing_count, result.opened_count, result.causes) == (5, 0, {})
    assert (result.lag_entries, result.lag_ms) == (5, 5_000)
    assert (await mirrors.mirror()).lags_ms == (5_000,)
    assert await mirrors.open_variances() == {}


async def test_the_event_that_the_mirror_never_took_is_named(at: World, mirrors: Mirroring, clock: Clock) -> None:
    for number in range(20):
        await at.receive((f"SKU-{number}", 10 + number))
        clock.advance(60_000)
    missed = (await at.receive(("SKU-3", 7))).applied.revision
    for number in range(20):
        clock.advance(60_000)
        await at.receive((f"SKU-{number}", 1))
    figures = await mirrors.on_hand()
    result = await mirrors.compared("S1", {**figures, "SKU-3": figures["SKU-3"] - 7}, at_ms=clock.now_ms, whole=True)
    assert result.causes == {Cause.NOT_APPLIED: 1}
    diagnosis = (await mirrors.open_variances())["SKU-3"].diagnosis
    assert missed in [evidence.revision for evidence in diagnosis.evidence]


async def test_what_was_trimmed_from_the_store_is_read_from_the_archive_and_else_said(
    at: World, mirrors: Mirroring, clock: Clock, store_url: str, tmp_path: Path
) -> None:
    began = clock.now_ms
    for number in range(12):
        await at.receive(("MUG", 1), (f"SKU-{number}", 5))
        clock.advance(DAY_MS)
    archive = Archive.open(str(tmp_path))
    await _trim(mirrors.means, archive, clock)
    old = {"MUG": 3, "SKU-2": 5}
    for snapshot_id, moment in (("S1", {"revision": 3}), ("S2", {"at_ms": began + 2 * DAY_MS})):
        refused = await mirrors.snapshot(await _compared(mirrors, snapshot_id, list(old.items()), **moment))
        assert refused.state is SnapshotState.REFUSED
        assert "--archive" in refused.problem
    quiet = await mirrors.compared("S3", {"MUG": 12})
    assert quiet.agreed_count == 1, "where nothing happened since, nothing has to be read"
    async with means(Settings(redis_url=store_url), str(tmp_path)) as opened:
        reading = Mirroring(opened)
        for snapshot_id, moment in (("S4", {"revision": 3}), ("S5", {"at_ms": began + 2 * DAY_MS})):
            result = await reading.compared(snapshot_id, {**old, "SKU-1": 5, "SKU-0": 4}, whole=True, **moment)
            assert (result.revision, result.compared_count - result.agreed_count) == (3, 1)


async def test_a_sku_that_was_merged_since_is_compared_as_it_stood(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3))
    revision = (await at.receive(("ZED", 1))).applied.revision
    await at.merge("OLD", "NEW")
    await at.receive(("NEW", 4))
    result = await mirrors.compared("S1", {"OLD": 5, "NEW": 3, "ZED": 1}, revision=revision, whole=True)
    assert (result.compared_count, result.agreed_count) == (3, 3)
    now = await mirrors.compared("S2", {"NEW": 12, "ZED": 1}, whole=True)
    assert now.agreed_count == now.compared_count


async def test_a_row_may_be_of_another_measure_than_the_snapshot(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10))
    await at.reserve("O-1", ("1", "MUG", 3))
    result = await mirrors.compared(
        "S1", [("MUG", 10), ("MUG", 2, "committed"), ("MUG", 7, "available")], deducts=("committed",)
    )
    assert (result.compared_count, result.agreed_count) == (3, 1), (
        "what is deducted is so of the snapshot's own measure"
    )
    found = await mirrors.means.records.page(Collection.VARIANCES, "open", 10)
    told = {each.measure: each.difference for each in (load(Variance, kept.text) for kept in found.records)}
    assert told == {"on_hand": 3, "committed": -1}


async def test_two_codes_that_are_easily_taken_for_one_another_are_named_together(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(*((f"MUG-{number}", 20) for number in range(100, 140)))
    clock.advance(3_600_000)
    await at.receive(("MUG-117", 6))
    clock.advance(3_600_000)
    for number in range(100, 140):
        await at.receive((f"MUG-{number}", 1))
    figures = await mirrors.on_hand()
    wrong = {**figures, "MUG-117": figures["MUG-117"] - 6, "MUG-171": 6}
    result = await mirrors.compared("S1", wrong, at_ms=clock.now_ms, whole=True)
    assert result.causes == {Cause.WRONG_SKU: 2}


async def test_where_a_location_is_fenced_its_snapshots_wait_and_others_have_their_turn(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    record_id = await mirrors.tell("S1", {"MUG": 10})
    await close(at)
    await mirrors.compare()
    assert "fenced" in str(mirrors.troubles[record_id])
    assert (await mirrors.snapshot(record_id)).result is None
    await mirrors.means.store.call("HDEL", meta(HERE), "fenced")
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARED


async def test_rows_that_are_gone_are_said_and_keep_no_other_snapshot_from_its_turn(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    lost = await mirrors.tell("S1", {"MUG": 10}, received_rows=2)
    sound = await mirrors.tell("S2", {"MUG": 10})
    await mirrors.compare()
    assert (await mirrors.snapshot(lost)).state is SnapshotState.REFUSED
    assert "rows are not there" in (await mirrors.snapshot(lost)).problem
    assert (await mirrors.snapshot(sound)).state is SnapshotState.COMPARED


async def _compared(mirrors: Mirroring, snapshot_id: str, rows: list[tuple[str, int]], **more: object) -> str:
    record_id = await mirrors.tell(snapshot_id, rows, **more)  # type: ignore[arg-type] # fields of a snapshot
    await mirrors.compare()
    return record_id


async def _trim(opened: Means, archive: Archive, clock: Clock) -> None:
    await Follower(Archivist(archive, opened.journal, Bounds(4)), opened.journal, (HERE,)).catch_up()
    retention = Retention(0, keep_newest=0)
    trimming = Trimming(opened.store)
    trimmed = await Trimmer(archive, opened.journal, trimming, retention, lambda: clock.now_ms + 1).trim(HERE)
    assert trimmed.entries > 6
