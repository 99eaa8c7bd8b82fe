"""What leaves by itself: findings about handoffs that hold again, and variances that were closed long ago."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS, ClosedLeave, HandoffsHold
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding
from gate_service.domain.reconcile.recurring import QUIET_MS
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.reconcile.drifting import compared, found, snapshot

LATER_MS = QUIET_MS + DAY_MS


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = connect(store_url)
    await store.call("FLUSHDB")
    yield store
    await store.close()


@pytest.fixture
def records(store: Store) -> RedisRecords:
    return RedisRecords(store)


async def _strike(records: RedisRecords, *numbers: int, ends: bool = True) -> None:
    recorder = Recorder(records, lambda: None)
    for number in numbers:
        await recorder.record(compared(f"S{number}", number * 10), [found("MUG", 35, 40)])
        if ends or number != numbers[-1]:
            stood = await recorder.standing(snapshot("any"), ["on_hand"])
            await recorder.record(compared(f"S{number}-ok", number * 10 + 1), [], [*stood.values()])


async def _finding(records: RedisRecords) -> Finding:
    (kept,) = (await records.page(Collection.FINDINGS, "all", 2)).records
    return load(Finding, kept.text)


async def test_a_finding_is_cleared_when_nothing_of_it_stands_and_nothing_came_for_a_month(
    records: RedisRecords,
) -> None:
    await _strike(records, 1, 2, 3)
    now_ms = await records.now_ms()
    await HandoffsHold(records).tick(now_ms + QUIET_MS - DAY_MS)
    assert (await _finding(records)).state == "OPEN"
    await HandoffsHold(records).tick(now_ms + LATER_MS)
    finding = await _finding(records)
    assert (finding.state, finding.cleared_at_ms) == ("CLEARED", now_ms + LATER_MS)
    assert await records.size(Collection.FINDINGS, "open") == 0
    assert [each.event.type for each in await records.events("", 100)][-1] == "finding.cleared"


class Later(RedisRecords):
    """The same records at another time."""

    ahead_ms = 0

    async def now_ms(self) -> int:
        return await super().now_ms() + self.ahead_ms


async def test_a_month_begins_with_what_came_last(store: Store, records: RedisRecords) -> None:
    await _strike(records, 1, 2, 3)
    later = Later(store)
    later.ahead_ms = QUIET_MS - DAY_MS
    await _strike(later, 4)
    await HandoffsHold(records).tick(await later.now_ms() + QUIET_MS - DAY_MS)
    assert (await _finding(records)).state == "OPEN"
    await HandoffsHold(records).tick(await later.now_ms() + LATER_MS)
    assert (await _finding(records)).state == "CLEARED"


async def test_a_finding_stands_as_long_as_one_of_its_variances_does(records: RedisRecords) -> None:
    await _strike(records, 1, 2, 3, ends=False)
    await HandoffsHold(records).tick(await records.now_ms() + LATER_MS)
    assert (await _finding(records)).state == "OPEN"


async def test_a_handoff_that_breaks_once_more_is_the_same_finding_again(records: RedisRecords) -> None:
    await _strike(records, 1, 2, 3)
    await HandoffsHold(records).tick(await records.now_ms() + LATER_MS)
    await _strike(records, 4)
    finding = await _finding(records)
    assert (finding.state, finding.cleared_at_ms) == ("OPEN", 0)
    assert [step.step for step in finding.history] == ["raised", "cleared", "raised"]
    assert await records.size(Collection.FINDINGS, "open") == 1


async def test_what_was_closed_long_ago_leaves_nothing_behind(store: Store, records: RedisRecords) -> None:
    await _strike(records, 1, 2)
    now_ms = await records.now_ms()
    await ClosedLeave(records).tick(now_ms + CLOSED_KEPT_MS - DAY_MS)
    assert await records.size(Collection.VARIANCES, "all") == 2
    await ClosedLeave(records).tick(now_ms + CLOSED_KEPT_MS + DAY_MS)
    kept = await store.call("KEYS", "*")
    assert [key for key in kept if not str(key).endswith(":events")] == []


async def test_what_stands_never_leaves(records: RedisRecords) -> None:
    await _strike(records, 1, 2, ends=False)
    await ClosedLeave(records).tick(await records.now_ms() + 2 * CLOSED_KEPT_MS)
    assert await records.size(Collection.VARIANCES, "all") == await records.size(Collection.VARIANCES, "open") == 1
    (recurrence,) = await records.get(Collection.RECURRENCES, ["EAST wms-east MUG"])
    assert recurrence is not None
    assert recurrence.text.count("variance_id") == 1
