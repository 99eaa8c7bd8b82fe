"""report_pick: what the picker took, and what a shelf that fell short puts in doubt."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.entries import StockChange
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied, SuspectStock
from gate_service.domain.reservation import Allocation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Quarantine, Reason, ReservationState, ShortReason
from tests.contract.shelf import picking
from tests.contract.world import PERMIT_TTL_MS, World

DAMAGED, NOT_FOUND, WRONG_ITEM, NONE = (
    ShortReason.DAMAGED,
    ShortReason.NOT_FOUND,
    ShortReason.WRONG_ITEM,
    ShortReason.NONE,
)


async def test_picked_units_are_counted_and_stay_allocated(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    reply = await at.pick(permit_id, ("O-1", "1", "A", 3))
    assert reply == (Applied(4, at.clock.now_ms, replayed=False), ())
    assert (await at.line("O-1", "1")).allocations == (Allocation(permit_id, 5, 3, 0, 0, 0),)
    assert await at.level("A") == StockLevel("A", on_hand=10, allocated=5, picked=3)
    assert (await at.entries())[-1].changes == (StockChange("A", Bucket.PICKED, 3),)


async def test_later_reports_add_to_earlier_ones(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    await at.report(permit_id, ("O-1", "1", "A", 1, 1, DAMAGED))
    assert (await at.line("O-1", "1")).allocations == (Allocation(permit_id, 5, 4, 1, 0, 0),)


async def test_a_pick_without_a_permit_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    await picking(at)
    await at.refuses(at.pick("", ("O-1", "1", "A", 3)), Reason.PERMIT_REQUIRED)


async def test_a_permit_that_was_never_given_is_not_found(at: World) -> None:
    await at.receive(("A", 10))
    await picking(at)
    await at.refuses(at.pick("P99", ("O-1", "1", "A", 3)), Reason.PERMIT_NOT_FOUND)


async def test_lines_that_the_permit_does_not_cover_are_named(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "B", 2))
    await at.reserve("O-2", ("1", "A", 2))
    permit_id = (await at.authorize(("O-1", "1", "A", 2))).permit_id
    await at.authorize(("O-2", "1", "A", 2))
    asking = at.report(
        permit_id,
        ("O-1", "1", "A", 9, 0, NONE),
        ("O-1", "2", "B", 1, 1, NOT_FOUND),
        ("O-2", "1", "A", 2, 0, NONE),
        ("O-9", "1", "A", 0, 1, DAMAGED),
        ("O-1", "9", "A", 1, 0, NONE),
    )
    await at.refuses(
        asking,
        Reason.LINE_NOT_PERMITTED,
        ("2", "B", 2, 0),
        ("1", "A", 2, 0),
        ("1", "A", 1, 0),
        ("9", "A", 1, 0),
    )


async def test_a_covered_line_with_another_sku_is_not_covered(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    permit_id = await picking(at)
    await at.refuses(at.pick(permit_id, ("O-1", "1", "B", 1)), Reason.LINE_NOT_PERMITTED, ("1", "B", 1, 0))


async def test_more_than_is_left_to_pick_is_refused(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 3))
    permit_id = (await at.authorize(("O-1", "1", "A", 5), ("O-1", "2", "B", 3))).permit_id
    await at.report(permit_id, ("O-1", "1", "A", 2, 1, DAMAGED))
    asking = at.report(permit_id, ("O-1", "2", "B", 3, 0, NONE), ("O-1", "1", "A", 1, 2, NOT_FOUND))
    await at.refuses(asking, Reason.PICK_EXCEEDS_PERMIT, ("1", "A", 3, 2))
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.refuses(at.pick(permit_id, ("O-1", "1", "A", 1)), Reason.PICK_EXCEEDS_PERMIT, ("1", "A", 1, 0))


async def test_shipped_units_need_no_pick_any_more(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.ship("O-1", permit_id, ("1", "A", 4))
    await at.refuses(at.pick(permit_id, ("O-1", "1", "A", 2)), Reason.PICK_EXCEEDS_PERMIT, ("1", "A", 2, 1))


async def test_a_permit_that_ran_out_allows_no_more_picks(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    await at.refuses(at.pick(permit_id, ("O-1", "1", "A", 1)), Reason.PERMIT_EXPIRED, ("1", "A", 1, 0))


async def test_a_permit_that_was_picked_in_full_is_exceeded_rather_than_expired(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 5))
    at.clock.advance(PERMIT_TTL_MS)
    await at.refuses(at.pick(permit_id, ("O-1", "1", "A", 1)), Reason.PICK_EXCEEDS_PERMIT, ("1", "A", 1, 0))


async def test_units_that_were_not_found_leave_the_order_and_become_suspect(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(quarantine=Quarantine.MISSING)
    permit_id = await picking(at, quantity=5)
    reply = await at.report(permit_id, ("O-1", "1", "A", 3, 2, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 2, ()),)
    assert await at.level("A") == StockLevel("A", on_hand=10, allocated=3, suspect=2, picked=3, count_due=True)
    line = await at.line("O-1", "1")
    assert (line.allocated, line.shorted) == (3, 2)
    assert sorted((await at.entries())[-1].changes) == [
        ("A", "allocated", -2),
        ("A", "picked", 3),
        ("A", "suspect", 2),
    ]


async def test_an_order_whose_units_were_all_missing_is_shorted(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=2)
    await at.report(permit_id, ("O-1", "1", "A", 0, 2, WRONG_ITEM))
    assert (await at.reservation("O-1")).state is ReservationState.SHORTED


async def shelf_of_ten_with_claims(at: World) -> str:
    """Have five of ten A under a permit, two committed and one held, so that two are available; give the permit."""
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.reserve("O-2", ("1", "A", 2))
    await at.hold("O-3", ("1", "A", 1))
    return permit_id


@pytest.mark.parametrize("why", [NOT_FOUND, WRONG_ITEM])
async def test_by_default_a_short_pick_also_puts_in_doubt_what_is_available(at: World, why: ShortReason) -> None:
    permit_id = await shelf_of_ten_with_claims(at)
    reply = await at.report(permit_id, ("O-1", "1", "A", 4, 1, why))
    assert reply.suspects == (SuspectStock("A", 3, ()),)
    assert await at.level("A") == StockLevel(
        "A", on_hand=10, held=1, committed=2, allocated=4, suspect=3, picked=4, count_due=True
    )
    assert (await at.level("A")).available == 0


async def test_the_policy_all_puts_in_doubt_everything_that_is_not_allocated(at: World) -> None:
    permit_id = await shelf_of_ten_with_claims(at)
    at.policy = Policy(quarantine=Quarantine.ALL)
    reply = await at.report(permit_id, ("O-1", "1", "A", 4, 1, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 6, ()),)
    assert await at.level("A") == StockLevel(
        "A", on_hand=10, held=1, committed=2, allocated=4, suspect=6, picked=4, count_due=True
    )
    assert (await at.level("A")).available == -3


async def test_the_policy_missing_puts_in_doubt_only_what_was_missing(at: World) -> None:
    permit_id = await shelf_of_ten_with_claims(at)
    at.policy = Policy(quarantine=Quarantine.MISSING)
    reply = await at.report(permit_id, ("O-1", "1", "A", 4, 1, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 1, ()),)
    assert (await at.level("A")).available == 2


@pytest.mark.parametrize("policy", list(Quarantine))
async def test_a_missing_unit_is_never_sold_again_under_any_policy(at: World, policy: Quarantine) -> None:
    await at.receive(("A", 5))
    at.policy = Policy(quarantine=policy)
    permit_id = await picking(at, quantity=5)
    await at.report(permit_id, ("O-1", "1", "A", 4, 1, NOT_FOUND))
    await at.refuses(at.reserve("O-2", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_a_shelf_that_is_already_oversold_is_not_doubted_beyond_the_missing_units(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-2", ("1", "A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -4))
    reply = await at.report(permit_id, ("O-1", "1", "A", 4, 1, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 1, ()),)
    assert await at.level("A") == StockLevel(
        "A", on_hand=6, committed=5, allocated=4, suspect=1, picked=4, count_due=True
    )


async def test_missing_units_that_the_record_no_longer_has_are_not_doubted(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -4))
    reply = await at.report(permit_id, ("O-1", "1", "A", 2, 3, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 1, ()),)
    assert await at.level("A") == StockLevel("A", on_hand=1, allocated=2, suspect=1, picked=2, count_due=True)


async def test_a_count_becomes_due_even_where_nothing_is_left_to_doubt(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -5))
    reply = await at.report(permit_id, ("O-1", "1", "A", 0, 3, NOT_FOUND))
    assert reply.suspects == (SuspectStock("A", 0, ()),)
    assert await at.level("A") == StockLevel("A", allocated=2, count_due=True)


async def test_broken_units_move_to_damaged_and_nothing_else_is_doubted(at: World) -> None:
    permit_id = await shelf_of_ten_with_claims(at)
    reply = await at.report(permit_id, ("O-1", "1", "A", 3, 2, DAMAGED))
    assert reply.suspects == ()
    assert await at.level("A") == StockLevel("A", on_hand=10, held=1, committed=2, allocated=3, damaged=2, picked=3)


async def test_broken_units_that_the_record_no_longer_has_are_not_counted_as_damaged(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -4))
    await at.report(permit_id, ("O-1", "1", "A", 0, 3, DAMAGED))
    assert await at.level("A") == StockLevel("A", on_hand=1, allocated=2, damaged=1)


async def test_broken_and_missing_units_of_one_sku_share_the_room_on_the_shelf(at: World) -> None:
    await at.receive(("A", 6))
    await at.reserve("O-1", ("1", "A", 3), ("2", "A", 3))
    permit_id = (await at.authorize(("O-1", "1", "A", 3), ("O-1", "2", "A", 3))).permit_id
    await at.adjust(("A", Bucket.ON_HAND, -3))
    lines = (("O-1", "1", "A", 0, 2, NOT_FOUND), ("O-1", "2", "A", 0, 2, DAMAGED))
    reply = await at.report(permit_id, *lines)
    assert reply.suspects == (SuspectStock("A", 1, ()),)
    assert await at.level("A") == StockLevel("A", on_hand=3, allocated=2, damaged=2, suspect=1, count_due=True)


async def test_missing_units_of_one_sku_are_doubted_as_their_sum(at: World) -> None:
    await at.receive(("A", 10), ("B", 4))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 2), ("3", "A", 3), ("4", "B", 1))
    wave = [("O-1", "1", "A", 3), ("O-1", "2", "B", 2), ("O-1", "3", "A", 3), ("O-1", "4", "B", 1)]
    permit_id = (await at.authorize(*wave)).permit_id
    reply = await at.report(
        permit_id,
        ("O-1", "4", "B", 1, 0, NONE),
        ("O-1", "1", "A", 2, 1, NOT_FOUND),
        ("O-1", "2", "B", 0, 2, WRONG_ITEM),
        ("O-1", "3", "A", 1, 2, WRONG_ITEM),
    )
    assert reply.suspects == (SuspectStock("A", 7, ()), SuspectStock("B", 3, ()))


async def test_other_permits_that_rest_on_the_doubted_sku_are_named_by_number(at: World) -> None:
    await at.receive(("A", 100), ("B", 10))
    permits = [await picking(at, f"O-{number}", quantity=2) for number in range(6)]
    await picking(at, "O-B", sku="B", quantity=2)
    await at.pick(permits[1], ("O-1", "1", "A", 2))
    await at.report(permits[2], ("O-2", "1", "A", 0, 2, DAMAGED))
    await at.ship("O-5", permits[5], ("1", "A", 1))
    reply = await at.report(permits[3], ("O-3", "1", "A", 0, 1, NOT_FOUND))
    assert permits[4:] == ["P11", "P13"]
    assert reply.suspects[0].permit_ids == ("P3", "P11", "P13")


async def test_a_permit_that_ran_out_no_longer_rests_on_the_sku(at: World) -> None:
    await at.receive(("A", 100))
    await picking(at, "O-1", quantity=2)
    at.clock.advance(PERMIT_TTL_MS - 1)
    permit_id = await picking(at, "O-2", quantity=2)
    at.clock.advance(1)
    reply = await at.report(permit_id, ("O-2", "1", "A", 0, 1, NOT_FOUND))
    assert reply.suspects[0].permit_ids == ()


async def test_nothing_of_a_refused_report_is_taken(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    lines = (ops.PickLine("O-1", "1", "A", 2, 2, NOT_FOUND), ops.PickLine("O-2", "1", "A", 1, 0, NONE))
    asking = at.apply(ops.ReportPick(at.fresh_id(), at.location_id, permit_id, lines))
    await at.refuses(asking, Reason.LINE_NOT_PERMITTED, ("1", "A", 1, 0))
