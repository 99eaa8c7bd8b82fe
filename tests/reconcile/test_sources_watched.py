"""Feeds and mirrors on the clock of the test: silence, old gaps, snapshots that do not come or come from long ago."""

from __future__ import annotations

import pytest

from gate_service.app.reconcile.findings.alarming import ClosedFindingsLeave
from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS
from gate_service.app.reconcile.ports import Change, Collection
from gate_service.domain import operations as ops
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import Finding, FindingKind, Mirror
from gate_service.domain.vocabulary import Landing
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock())


async def tell(at: Watched, number: int) -> None:
    """Tell a numbered event of wms-east."""
    event = ops.SourceEvent("wms-east", "receipt", f"D-{number}", "", "", number)
    line = ops.ReceiptLine("A", 1, Landing.AVAILABLE)
    await at.apply(ops.RecordReceipt(at.fresh_id(), at.location_id, "", (line,), source=event))


async def test_a_feed_is_silent_once_its_cadence_has_passed_and_until_it_tells_something(at: Watched) -> None:
    await tell(at, 1)
    assert await at.later(DEADLINE_MS - 1, at.tellers) == []
    (found,) = await at.later(1, at.tellers)
    assert (found.kind, found.subject, found.owner) == (FindingKind.FEED_SILENT, "wms-east", "Floor")
    at.restart()
    assert await at.later(DEADLINE_MS, at.tellers) == [found]
    await tell(at, 2)
    assert await at.look(at.tellers) == []
    assert await at.told() == ["finding.raised", "finding.cleared"]


async def test_what_was_cleared_long_ago_leaves_and_nothing_else(at: Watched) -> None:
    await tell(at, 1)
    await at.later(DEADLINE_MS, at.tellers)
    await tell(at, 2)
    await at.look(at.tellers)
    assert len(await at.later(CLOSED_KEPT_MS - 1, at.tellers)) == 1
    leaving = ClosedFindingsLeave(at.records)
    await leaving.tick(at.clock.now_ms)
    assert len(await at.cleared()) == 1
    assert len(await at.later(1, leaving)) == 1
    assert await at.cleared() == []
    assert await at.records.size(Collection.FINDINGS, "all") == 1


async def test_who_never_told_anything_here_is_not_silent(at: Watched) -> None:
    await at.receive(("A", 1))
    assert await at.later(10 * DEADLINE_MS, at.tellers) == []


async def test_numbers_that_are_missing_for_long_are_told_until_all_of_them_came(at: Watched) -> None:
    for number in (1, 3, 6):
        await tell(at, number)
    await at.later(DEADLINE_MS - 1)
    await tell(at, 7)
    assert await at.look(at.tellers) == []
    (found,) = await at.later(1, at.tellers)
    assert (found.kind, found.subject) == (FindingKind.GAP_AGED, "wms-east")
    assert "3 events" in found.text
    assert "number 2 on" in found.text
    await tell(at, 2)
    await tell(at, 4)
    assert len(await at.look(at.tellers)) == 1
    await tell(at, 5)
    assert await at.look(at.tellers) == []


async def heard(at: Watched, *lags_ms: int, version: int = 0) -> None:
    """Note a snapshot that netsuite sent just now, and the lags of all so far."""
    mirror = Mirror("netsuite", "DC-1", "on_hand", newest_received_at_ms=at.clock.now_ms, lags_ms=lags_ms)
    change = Change(Collection.MIRRORS, mirror.record_id, version, dump(mirror), {"all": 0})
    await at.records.commit([change])


def of(findings: list[Finding], location_id: str) -> list[FindingKind]:
    return [each.kind for each in findings if each.location_id == location_id]


async def test_a_snapshot_is_overdue_once_the_cadence_has_passed_since_the_last(at: Watched) -> None:
    await heard(at)
    assert await at.later(DEADLINE_MS - 1, at.mirrors) == []
    assert of(await at.later(1, at.mirrors), "DC-1") == [FindingKind.SNAPSHOT_OVERDUE]
    await heard(at, version=1)
    assert of(await at.look(at.mirrors), "DC-1") == []


async def test_a_first_snapshot_is_awaited_since_it_was_looked_for_first_whoever_looks_then(at: Watched) -> None:
    assert await at.look(at.mirrors) == []
    at.restart()
    assert await at.later(DEADLINE_MS - 1, at.mirrors) == []
    found = await at.later(1, at.mirrors)
    assert [(each.location_id, each.owner) for each in found] == [("DC-1", "Purchasing"), ("DC-2", "Purchasing")]


async def test_a_mirror_that_is_late_three_times_in_a_row_is_told_and_once_is_not(at: Watched) -> None:
    await heard(at, 5_000, 900, 5_000)
    assert await at.look(at.mirrors) == []
    await heard(at, 5_000, 900, 5_000, 4_000, 3_000, version=1)
    (found,) = await at.look(at.mirrors)
    assert found.kind is FindingKind.MIRROR_LAGS
    assert "3 seconds or more" in found.text
    await heard(at, 5_000, 4_000, 3_000, 1_000, version=2)
    assert await at.look(at.mirrors) == []
    await heard(at, 5_000, 4_000, 3_000, version=3)
    assert len(await at.look(at.mirrors)) == 1
    assert await at.told() == ["finding.raised", "finding.cleared", "finding.raised"]
