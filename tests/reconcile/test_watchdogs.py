"""Each watchdog on the clock of the test: it raises at its deadline and not before, once, and clears by itself."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Unavailable
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.domain.vocabulary import DocumentKind, Landing, Reason, ShortReason, StockStatus
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock())


def kinds(findings: list[Finding]) -> list[tuple[FindingKind, str]]:
    return sorted((each.kind, each.subject) for each in findings)


async def wave(at: Watched, *orders: str, units: int = 2, ttl_ms: int = 3_600_000) -> str:
    """Release orders of so many units of A each to be picked; give the permit."""
    await at.receive(("A", units * len(orders)))
    for order_id in orders:
        await at.reserve(order_id, ("1", "A", units))
    return (await at.authorize(*((each, "1", "A", units) for each in orders), permit_ttl_ms=ttl_ms)).permit_id


async def test_a_wave_that_nobody_picks_is_raised_at_its_deadline_once_whoever_looks(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    assert await at.look() == []
    assert await at.later(DEADLINE_MS - 1) == []
    at.restart()
    (found,) = await at.later(1)
    assert (found.kind, found.subject, found.system, found.owner) == (
        FindingKind.WAVE_WITHOUT_PICK,
        permit_id,
        "wms-east",
        "Floor",
    )
    assert "2 units" in found.text
    assert permit_id in found.text
    at.restart()
    assert await at.later(DEADLINE_MS) == [found]
    assert await at.told() == ["finding.raised"]


async def test_a_wave_is_over_once_all_of_it_was_picked_or_reported_short(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.later(DEADLINE_MS)
    await at.report(permit_id, ("O-1", "1", "A", 1, 1, ShortReason.NOT_FOUND))
    assert await at.look() == []
    assert [each.subject for each in await at.cleared()] == [permit_id]
    assert await at.told() == ["finding.raised", "finding.cleared"]
    await at.ship("O-1", permit_id)
    assert await at.later(2 * DEADLINE_MS) == []


async def test_a_wave_of_which_a_part_is_picked_has_its_time_anew_for_the_rest(at: Watched) -> None:
    permit_id = await wave(at, "O-1", "O-2")
    (before,) = await at.later(DEADLINE_MS)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship("O-1", permit_id)
    assert await at.look() == []
    assert await at.later(DEADLINE_MS - 1) == []
    (after,) = await at.later(1)
    assert after.subject == permit_id
    assert after.finding_id != before.finding_id
    assert "2 units" in after.text


async def test_a_report_that_is_refused_is_no_progress(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.later(DEADLINE_MS)
    await at.refused(at.pick(permit_id, ("O-1", "1", "A", 3)), Reason.PICK_EXCEEDS_PERMIT)
    assert kinds(await at.look()) == [(FindingKind.WAVE_WITHOUT_PICK, permit_id)]


async def test_a_permit_that_ran_out_is_awaited_no_more(at: Watched) -> None:
    await wave(at, "O-1", ttl_ms=DEADLINE_MS + 5)
    assert len(await at.later(DEADLINE_MS)) == 1
    at.clock.advance(5)
    await at.ledger.sweep(at.location_id)
    assert await at.look() == []


async def test_a_wave_is_over_when_all_of_it_left_without_a_word_of_picking(at: Watched) -> None:
    permit_id = await wave(at, "O-1", "O-2")
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.ship_foreign("O-2")
    assert await at.later(2 * DEADLINE_MS) == []


async def test_picked_units_that_do_not_leave_are_raised_and_cleared_by_the_parcel(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert (found.kind, found.subject) == (FindingKind.PICKED_WITHOUT_SHIPMENT, f"O-1 {permit_id}")
    at.restart()
    await at.ship("O-1", permit_id)
    assert await at.look() == []
    assert await at.told() == ["finding.raised", "finding.cleared"]


async def test_of_what_was_picked_the_part_that_did_not_leave_is_raised(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=5)
    await at.pick(permit_id, ("O-1", "1", "A", 5))
    await at.later(DEADLINE_MS // 2)
    await at.ship("O-1", permit_id, ("1", "A", 3))
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert "2 units of order O-1" in found.text
    await at.ship_foreign("O-1", ("1", "A", 2), shipment_id="parcel-2")
    assert await at.look() == []


async def test_without_a_permit_the_oldest_picks_of_the_order_leave_first(at: Watched) -> None:
    await at.receive(("A", 4))
    await at.reserve("O-1", ("1", "A", 2), ("2", "A", 2))
    for line_id in ("1", "2"):
        permit_id = (await at.authorize(("O-1", line_id, "A", 2))).permit_id
        await at.pick(permit_id, ("O-1", line_id, "A", 2))
    await at.ship_foreign("O-1", ("1", "A", 2))
    assert kinds(await at.later(DEADLINE_MS)) == [(FindingKind.PICKED_WITHOUT_SHIPMENT, f"O-1 {permit_id}")]


async def test_who_goes_on_picking_for_a_parcel_has_time_for_it_anew(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=4)
    await at.pick(permit_id, ("O-1", "1", "A", 1))
    assert len(await at.later(DEADLINE_MS)) == 2
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    assert await at.look() == []
    (found,) = await at.later(DEADLINE_MS)
    assert "4 units of order O-1" in found.text


async def test_the_same_parcel_told_twice_is_one_parcel(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=4)
    await at.pick(permit_id, ("O-1", "1", "A", 4))
    for _ in range(2):
        await at.ship("O-1", permit_id, ("1", "A", 2))
    (found,) = await at.later(DEADLINE_MS)
    assert "2 units" in found.text


async def test_a_process_that_lost_its_turn_raises_nothing_that_is_over(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.look()
    former = at.watching
    at.restart()
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship("O-1", permit_id)
    assert await at.later(DEADLINE_MS) == []
    for _ in range(2):
        assert await at.look(former) == []
    assert await at.told() == []


async def test_what_cannot_be_kept_for_now_is_raised_the_next_time(
    at: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable(Reason.STORE_UNAVAILABLE, "the store is away", 1)

    await wave(at, "O-1")
    await wave(at, "O-2")
    await at.look()
    at.clock.advance(DEADLINE_MS)
    monkeypatch.setattr(at.records, "commit", away)
    with pytest.raises(Unavailable):
        await at.watching.tick(at.clock.now_ms)
    monkeypatch.undo()
    assert len(await at.look()) == 2


async def test_a_merged_sku_is_awaited_under_its_new_name(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.receive(("B", 1))
    await at.look()
    await at.merge("A", "B")
    await at.pick(permit_id, ("O-1", "1", "B", 2))
    await at.ship("O-1", permit_id)
    assert await at.later(2 * DEADLINE_MS) == []


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
