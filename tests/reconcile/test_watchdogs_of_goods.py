"""Announcements, transfers, returns and holds on the clock of the test: raised at the deadline, cleared by events."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.reconcile.alarms import moment
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.domain.vocabulary import DocumentKind, Landing, StockStatus
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock())


def kinds(findings: list[Finding]) -> list[tuple[FindingKind, str]]:
    return sorted((each.kind, each.subject) for each in findings)


async def test_an_announcement_is_awaited_from_when_it_was_expected(at: Watched) -> None:
    expected_at_ms = at.clock.now_ms + 5_000
    await at.announce("PO-1", ("1", "A", 10), expected_at_ms=expected_at_ms, kind=DocumentKind.ASN)
    assert await at.later(5_000 + DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert (found.kind, found.subject, found.since_ms) == (
        FindingKind.ANNOUNCED_WITHOUT_RECEIPT,
        "PO-1",
        expected_at_ms,
    )
    assert found.system == "wms-east"
    assert f"should have come to {found.location_id} by {moment(expected_at_ms)}" in found.text  # no age: that goes on
    await at.receive(("A", 10), document_id="PO-1")
    assert await at.look() == []


async def test_a_receipt_in_parts_leaves_the_rest_to_be_awaited(at: Watched) -> None:
    await at.announce("PO-1", ("1", "A", 10), expected_at_ms=at.clock.now_ms)
    await at.later(DEADLINE_MS)
    await at.receive(("A", 4), document_id="PO-1")
    assert await at.look() == []
    (found,) = await at.later(DEADLINE_MS)
    assert "6 units" in found.text
    await at.receive(("A", 1), document_id="PO-1", final=True)
    assert await at.later(2 * DEADLINE_MS) == []


async def test_an_announcement_that_was_amended_is_awaited_as_it_is_now(at: Watched) -> None:
    now_ms = at.clock.now_ms
    await at.announce("PO-1", ("1", "A", 10), expected_at_ms=now_ms + 1)
    await at.announce("PO-2", ("1", "A", 10), expected_at_ms=now_ms + 1)
    await at.announce("PO-3", ("1", "A", 10), expected_at_ms=now_ms + 1)
    await at.look()
    await at.amend("PO-1", version=2, expected_at_ms=now_ms + 1)
    await at.amend("PO-2", ("1", "A", 10), version=2, expected_at_ms=now_ms + 5_000)
    await at.receive(("A", 4), document_id="PO-3")
    await at.amend("PO-3", ("1", "A", 4), version=2, expected_at_ms=now_ms + 1)
    assert await at.later(DEADLINE_MS + 1) == []
    assert kinds(await at.later(5_000)) == [(FindingKind.ANNOUNCED_WITHOUT_RECEIPT, "PO-2")]
    await at.amend("PO-2", version=3)
    assert await at.look() == []


async def test_what_came_before_it_was_announced_is_not_missing(at: Watched) -> None:
    await at.receive(("A", 4), document_id="PO-1")
    await at.announce("PO-1", ("1", "A", 10), expected_at_ms=at.clock.now_ms)
    (found,) = await at.later(DEADLINE_MS)
    assert "6 units" in found.text


async def test_an_old_version_of_an_announcement_changes_nothing(at: Watched) -> None:
    now_ms = at.clock.now_ms
    await at.announce("PO-1", ("1", "A", 10), version=2, expected_at_ms=now_ms)
    await at.announce("PO-1", ("1", "A", 10), version=1, expected_at_ms=now_ms + 9_000)
    assert len(await at.later(DEADLINE_MS)) == 1


async def test_what_nobody_knows_the_time_of_is_never_overdue(at: Watched) -> None:
    await at.announce("PO-1", ("1", "A", 10))
    assert await at.later(100 * DEADLINE_MS) == []


async def test_a_transfer_that_does_not_arrive_is_raised_where_it_should(at: Watched) -> None:
    await at.announce("T-1", ("A", "A", 3), kind=DocumentKind.TRANSFER, from_location_id="DC-9")
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert (found.kind, found.location_id, found.subject) == (FindingKind.TRANSFER_WITHOUT_ARRIVAL, "DC-1", "T-1")
    await at.receive(("A", 3), document_id="T-1")
    assert await at.look() == []


async def test_a_return_that_nobody_decides_upon_is_raised_until_all_of_it_left_quality_control(at: Watched) -> None:
    await at.receive(("D", 1))
    await at.take_back(("A", 2), ("B", 1))
    await at.take_back(("C", 1), landing=Landing.AVAILABLE)
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert (found.kind, found.subject) == (FindingKind.RETURN_WITHOUT_DISPOSITION, "R-1")
    assert "3 units" in found.text
    await at.move(("A", StockStatus.QUALITY_CONTROL, StockStatus.AVAILABLE, 2))
    assert await at.look() == []
    (rest,) = await at.later(DEADLINE_MS)
    assert "1 unit of return" in rest.text
    await at.move(("B", StockStatus.QUALITY_CONTROL, StockStatus.WRITTEN_OFF, 1))
    assert await at.look() == []


async def test_what_leaves_quality_control_is_what_was_returned_first(at: Watched) -> None:
    await at.receive(("A", 1))
    for return_id in ("R-8", "R-7"):
        line = ops.ReceiptLine("A", 2, Landing.QUALITY_CONTROL)
        await at.apply(ops.RecordReturn(at.fresh_id(), at.location_id, return_id, "", (line,)))
    await at.move(("A", StockStatus.QUALITY_CONTROL, StockStatus.AVAILABLE, 2))
    assert kinds(await at.later(DEADLINE_MS)) == [(FindingKind.RETURN_WITHOUT_DISPOSITION, "R-7")]


async def test_a_lot_on_hold_decides_upon_no_return(at: Watched) -> None:
    await at.receive(("A", 5))
    await at.take_back(("A", 2))
    await at.place_hold("H-1", "A", lot_id="L-1", quantity=5)
    await at.lift_hold("H-1")
    assert len(await at.later(DEADLINE_MS)) == 1


async def held_again(at: Watched, order_id: str, times: int) -> list[Finding]:
    """Hold, let it run out, and hold again so many times, each for a second."""
    found: list[Finding] = []
    for _ in range(times):
        await at.hold(order_id, ("1", "A", 1), ttl_ms=1_000)
        at.clock.advance(1_000)
        await at.ledger.sweep(at.location_id)
        found = await at.look()
    return found


async def test_a_hold_that_is_taken_again_and_again_is_raised_once_it_lasted_too_long(at: Watched) -> None:
    await at.receive(("A", 5))
    assert await held_again(at, "O-1", 10) == []
    at.restart()
    (found,) = await held_again(at, "O-1", 2)
    assert (found.kind, found.subject, found.owner) == (FindingKind.HOLD_RENEWED_FOREVER, "O-1", "Web shop")
    assert await held_again(at, "O-1", 3) == [found]
    await at.hold("O-1", ("1", "A", 1))
    await at.confirm("O-1")
    assert await at.look() == []


async def test_an_order_that_is_placed_at_once_ends_its_holds(at: Watched) -> None:
    await at.receive(("A", 5))
    assert len(await held_again(at, "O-1", 12)) == 1
    await at.reserve("O-1", ("1", "A", 1))
    assert await at.look() == []


async def test_a_hold_that_comes_back_after_a_while_is_another_one(at: Watched) -> None:
    await at.receive(("A", 5))
    await held_again(at, "O-1", 3)
    assert await at.later(DEADLINE_MS // 2) == []
    assert await held_again(at, "O-1", 7) == []


async def test_a_hold_that_is_given_up_is_forgotten(at: Watched) -> None:
    await at.receive(("A", 5))
    await held_again(at, "O-1", 3)
    assert await at.later(DEADLINE_MS) == []
    assert await held_again(at, "O-1", 3) == []
    assert await held_again(at, "O-2", 12) != []
    assert await at.later(DEADLINE_MS) == []
    assert await at.told() == ["finding.raised", "finding.cleared"]
