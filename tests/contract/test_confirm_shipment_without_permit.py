"""confirm_shipment without a permit: a 3PL or a drop-shipper tells of a parcel that no wave of ours released."""

from __future__ import annotations

import pytest

from gate_service.domain.replies import Applied, Surplus
from gate_service.domain.reservation import Allocation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState, ShortReason
from tests.contract.shelf import picking
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World


async def test_a_parcel_of_committed_units_takes_them_from_the_shelf_and_from_the_order(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    reply = await at.ship_foreign("O-1", ("1", "A", 3))
    assert reply == (Applied(3, at.clock.now_ms, replayed=False), ReservationState.COMMITTED, 3, ())
    assert await at.level("A") == StockLevel("A", on_hand=7, committed=2)
    line = await at.line("O-1", "1")
    assert (line.committed, line.shipped, line.allocations) == (2, 3, ())
    assert sorted((await at.entries())[-1].changes) == [("A", "committed", -3), ("A", "on_hand", -3)]


async def test_without_lines_all_that_is_allocated_or_committed_leaves(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 3))
    permit_id = (await at.authorize(("O-1", "1", "A", 4))).permit_id
    reply = await at.ship_foreign("O-1")
    assert (reply.state, reply.shipped_quantity) == (ReservationState.SHIPPED, 8)
    assert await at.level("A") == StockLevel("A", on_hand=5)
    assert await at.level("B") == StockLevel("B", on_hand=7)
    assert (await at.line("O-1", "1")).allocations == (Allocation(permit_id, 4, 4, 0, 4, 0),)


async def test_units_under_permits_leave_first_the_oldest_permit_before_the_others(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 6))
    first = (await at.authorize(("O-1", "1", "A", 2))).permit_id
    second = (await at.authorize(("O-1", "1", "A", 3))).permit_id
    await at.ship_foreign("O-1", ("1", "A", 3))
    line = await at.line("O-1", "1")
    assert line.allocations == (Allocation(first, 2, 2, 0, 2, 0), Allocation(second, 3, 1, 0, 1, 0))
    assert (line.committed, line.allocated, line.shipped) == (1, 2, 3)


async def test_units_that_were_reported_picked_leave_the_picked_ones_and_no_others_do(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship_foreign("O-1", ("1", "A", 3))
    assert await at.level("A") == StockLevel("A", on_hand=7, allocated=2)
    await at.refuses(at.pick(permit_id, ("O-1", "1", "A", 3)), Reason.PICK_EXCEEDS_PERMIT, ("1", "A", 3, 2))


async def test_after_its_permit_ran_out_what_went_back_to_committed_leaves_all_the_same(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    at.clock.advance(PERMIT_TTL_MS)
    assert (await at.ship_foreign("O-1")).shipped_quantity == 5
    assert await at.level("A") == StockLevel("A", on_hand=5)


async def test_a_line_the_order_does_not_know_is_found_by_its_sku(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "B", 2), ("3", "A", 4))
    reply = await at.ship_foreign("O-1", ("row-7", "A", 5))
    assert reply.shipped_quantity == 5
    assert [(await at.line("O-1", name)).shipped for name in ("1", "2", "3")] == [2, 0, 3]


async def test_a_name_of_the_order_with_another_sku_is_found_by_its_sku_as_well(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "B", 2))
    await at.ship_foreign("O-1", ("1", "B", 2))
    assert [(await at.line("O-1", name)).shipped for name in ("1", "2")] == [0, 2]


async def test_lines_that_mean_the_same_line_of_the_order_add_up(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    asking = at.ship_foreign("O-1", ("1", "A", 4), ("row-2", "A", 2))
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_ORDER, ("1", "A", 6, 5))
    assert (await at.ship_foreign("O-1", ("1", "A", 4), ("row-2", "A", 1))).shipped_quantity == 5


async def test_what_is_too_much_for_all_lines_of_a_sku_is_asked_of_the_last_of_them(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "A", 3))
    asking = at.ship_foreign("O-1", ("row", "A", 7))
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_ORDER, ("2", "A", 5, 3))


async def test_a_sku_that_is_not_in_the_order_is_no_line_of_it(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 2))
    asking = at.ship_foreign("O-1", ("1", "B", 1), ("9", "A", 9), ("2", "X", 3))
    await at.refuses(asking, Reason.LINE_NOT_FOUND, ("1", "B", 1, 0), ("2", "X", 3, 0))


async def test_lines_that_were_shipped_in_full_are_told_as_shipped_already(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "B", 2))
    await at.ship_foreign("O-1", ("1", "A", 2))
    asking = at.ship_foreign("O-1", ("1", "A", 1), shipment_id="parcel-2")
    await at.refuses(asking, Reason.ALREADY_SHIPPED, ("1", "A", 1, 0))
    asking = at.ship_foreign("O-1", ("1", "A", 1), ("2", "B", 3), shipment_id="parcel-2")
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_ORDER, ("1", "A", 1, 0), ("2", "B", 3, 2))


async def test_without_lines_an_order_with_nothing_left_was_shipped_already_or_fell_short(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2))
    await at.ship_foreign("O-1")
    await at.refuses(at.ship_foreign("O-1", shipment_id="parcel-2"), Reason.ALREADY_SHIPPED)
    permit_id = await picking(at, "O-2", quantity=1)
    await at.report(permit_id, ("O-2", "1", "A", 0, 1, ShortReason.DAMAGED))
    await at.refuses(at.ship_foreign("O-2"), Reason.SHIPMENT_EXCEEDS_ORDER)


async def test_only_an_order_that_was_placed_and_not_given_back_can_have_left(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.ship_foreign("O-9", ("1", "A", 1)), Reason.RESERVATION_NOT_FOUND)
    await at.hold("O-1", ("1", "A", 1))
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 1)), Reason.ORDER_NOT_COMMITTED)
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 1)), Reason.HOLD_EXPIRED)
    await at.release("O-1")
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 1)), Reason.RESERVATION_RELEASED)


async def test_the_same_parcel_told_twice_moves_stock_once_and_another_one_under_its_name_none(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    await at.ship_foreign("O-1", ("1", "A", 3))
    before = await at.state()
    reply = await at.ship_foreign("O-1", ("1", "A", 3))
    assert (reply.state, reply.shipped_quantity) == (ReservationState.COMMITTED, 0)
    assert await at.state() == before
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 2)), Reason.SHIPMENT_ID_REUSED)
    await at.refuses(at.ship_foreign("O-1"), Reason.SHIPMENT_ID_REUSED)


@pytest.mark.parametrize("lines", [(), (("row", "A", 3), ("2", "B", 1))], ids=["without lines", "by sku"])
async def test_a_parcel_that_both_systems_tell_of_leaves_once_when_ours_comes_first(
    at: World, lines: tuple[tuple[str, str, int], ...]
) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 1))
    permit_id = (await at.authorize(("O-1", "1", "A", 3), ("O-1", "2", "B", 1))).permit_id
    await at.ship("O-1", permit_id, ("1", "A", 3), ("2", "B", 1))
    before = await at.state()
    assert (await at.ship_foreign("O-1", *lines)).shipped_quantity == 0
    assert await at.state() == before


@pytest.mark.parametrize("lines", [(), (("1", "A", 3),)], ids=["without lines", "with lines"])
async def test_a_parcel_that_both_systems_tell_of_leaves_once_when_the_other_comes_first(
    at: World, lines: tuple[tuple[str, str, int], ...]
) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.ship_foreign("O-1", ("box-1", "A", 2), ("box-2", "A", 1))
    before = await at.state()
    assert (await at.ship("O-1", permit_id, *lines)).shipped_quantity == 0
    assert await at.state() == before


async def test_a_parcel_that_the_two_systems_tell_differently_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 3)), Reason.SHIPMENT_ID_REUSED)


async def test_a_parcel_the_record_does_not_have_is_written_down_as_surplus(at: World) -> None:
    await at.receive(("A", 5), ("B", 5))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 4))
    await at.adjust(("A", Bucket.ON_HAND, -3), ("A", Bucket.SUSPECT, 1), ("B", Bucket.ON_HAND, -4))
    reply = await at.ship_foreign("O-1", ("2", "B", 4), ("1", "A", 5))
    assert reply.surpluses == (Surplus("B", 0, 3), Surplus("A", 1, 3))
    assert await at.level("A") == StockLevel("A")


async def test_what_matches_nothing_is_kept_for_a_person_to_look_at(at: World) -> None:
    await at.receive(("A", 10))
    at.act_as("", system="3pl-acme")
    no = await at.refused(at.ship_foreign("O-9", ("1", "A", 2)), Reason.RESERVATION_NOT_FOUND)
    at.clock.advance(5)
    await at.refused(at.ship_foreign("O-8", shipment_id="parcel-2"), Reason.RESERVATION_NOT_FOUND)
    first, second = (await at.cases()).unmatched
    assert (first.unmatched_id, no.metadata["unmatched_id"]) == ("U2", "U2")
    assert first[1:] == ("O-9", "parcel-1", (("1", "A", 2),), "RESERVATION_NOT_FOUND", "3pl-acme", at.clock.now_ms - 5)
    assert (second.unmatched_id, second.order_id, second.lines) == ("U3", "O-8", ())


async def test_what_was_shipped_already_needs_nobody_and_is_not_kept(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2))
    await at.ship_foreign("O-1")
    no = await at.refused(at.ship_foreign("O-1", shipment_id="parcel-2"), Reason.ALREADY_SHIPPED)
    assert "unmatched_id" not in no.metadata
    assert (await at.cases()).unmatched == ()


async def test_a_refused_shipment_under_a_permit_is_no_unmatched_one(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.ship("O-9", "P1", ("1", "A", 2)), Reason.RESERVATION_NOT_FOUND)
    assert (await at.cases()).unmatched == ()


async def test_a_refused_parcel_may_be_told_again_when_its_order_is_there(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.ship_foreign("O-1", ("1", "A", 2)), Reason.RESERVATION_NOT_FOUND)
    await at.reserve("O-1", ("1", "A", 2))
    assert (await at.ship_foreign("O-1", ("1", "A", 2))).shipped_quantity == 2
