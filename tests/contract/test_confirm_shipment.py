"""confirm_shipment: a parcel that left is a fact, told once."""

from __future__ import annotations

from gate_service.domain.replies import Applied, Surplus
from gate_service.domain.reservation import Allocation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState, ShortReason
from tests.contract.shelf import picking
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World


async def two_picked_lines(at: World) -> str:
    """Authorise five A and four B of one order, and pick three and one; give the permit."""
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 4))
    permit_id = (await at.authorize(("O-1", "1", "A", 5), ("O-1", "2", "B", 4))).permit_id
    await at.pick(permit_id, ("O-1", "1", "A", 3), ("O-1", "2", "B", 1))
    return permit_id


async def test_shipped_units_leave_allocated_and_on_hand(at: World) -> None:
    permit_id = await two_picked_lines(at)
    reply = await at.ship("O-1", permit_id, ("1", "A", 2))
    assert reply == (Applied(5, at.clock.now_ms, replayed=False), ReservationState.ALLOCATED, 2, ())
    assert await at.level("A") == StockLevel("A", on_hand=8, allocated=3, picked=1)
    line = await at.line("O-1", "1")
    assert (line.allocated, line.shipped) == (3, 2)
    assert line.allocations == (Allocation(permit_id, 5, 3, 0, 2, 0),)
    assert sorted((await at.entries())[-1].changes) == [
        ("A", "allocated", -2),
        ("A", "on_hand", -2),
        ("A", "picked", -2),
    ]


async def test_without_lines_all_that_is_picked_leaves(at: World) -> None:
    permit_id = await two_picked_lines(at)
    assert (await at.ship("O-1", permit_id)).shipped_quantity == 4
    assert await at.level("A") == StockLevel("A", on_hand=7, allocated=2)
    assert await at.level("B") == StockLevel("B", on_hand=9, allocated=3)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    assert (await at.ship("O-1", permit_id, shipment_id="parcel-2")).shipped_quantity == 2


async def test_without_lines_only_this_order_and_this_permit_count(at: World) -> None:
    await at.receive(("A", 20))
    await at.reserve("O-1", ("1", "A", 5))
    await at.reserve("O-2", ("1", "A", 5))
    first = (await at.authorize(("O-1", "1", "A", 2), ("O-2", "1", "A", 5))).permit_id
    second = (await at.authorize(("O-1", "1", "A", 3))).permit_id
    await at.pick(first, ("O-1", "1", "A", 2), ("O-2", "1", "A", 5))
    await at.pick(second, ("O-1", "1", "A", 3))
    assert (await at.ship("O-1", first)).shipped_quantity == 2
    assert await at.level("A") == StockLevel("A", on_hand=18, allocated=8, picked=8)


async def test_the_last_parcel_of_an_order_makes_it_shipped(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    assert (await at.ship("O-1", permit_id, ("1", "A", 3))).state is ReservationState.ALLOCATED
    assert (await at.ship("O-1", permit_id, ("1", "A", 2), shipment_id="parcel-2")).state is ReservationState.SHIPPED
    assert (await at.reservation("O-1")).shipment_ids == ("parcel-1", "parcel-2")


async def test_an_order_with_units_still_committed_is_committed_after_its_parcel(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    permit_id = (await at.authorize(("O-1", "1", "A", 3))).permit_id
    assert (await at.ship("O-1", permit_id, ("1", "A", 3))).state is ReservationState.COMMITTED


async def test_units_that_leave_unreported_count_as_picked(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.ship("O-1", permit_id, ("1", "A", 4), ("2", "B", 1))
    assert (await at.line("O-1", "1")).allocations == (Allocation(permit_id, 5, 4, 0, 4, 0),)
    assert (await at.line("O-1", "2")).allocations == (Allocation(permit_id, 4, 1, 0, 1, 0),)


async def test_shipping_without_a_permit_is_refused(at: World) -> None:
    await two_picked_lines(at)
    await at.refuses(at.ship("O-1", ""), Reason.PERMIT_REQUIRED)
    await at.refuses(at.ship("O-9", "", ("1", "A", 1)), Reason.PERMIT_REQUIRED)


async def test_an_order_without_a_reservation_cannot_be_shipped(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.refuses(at.ship("O-9", permit_id), Reason.RESERVATION_NOT_FOUND)
    await at.refuses(at.ship("O-9", "P99"), Reason.RESERVATION_NOT_FOUND)


async def test_a_permit_that_was_never_given_is_not_found(at: World) -> None:
    await two_picked_lines(at)
    await at.refuses(at.ship("O-1", "P99"), Reason.PERMIT_NOT_FOUND)
    await at.refuses(at.ship("O-1", "P1", ("1", "A", 1)), Reason.PERMIT_NOT_FOUND)


async def test_the_same_parcel_told_twice_moves_stock_once(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.ship("O-1", permit_id, ("1", "A", 2))
    before = await at.state()
    reply = await at.ship("O-1", permit_id, ("1", "A", 2))
    assert (reply.applied.revision, reply.applied.replayed) == (6, False)
    assert (reply.state, reply.shipped_quantity, reply.surpluses) == (ReservationState.ALLOCATED, 0, ())
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_the_same_whole_parcel_told_twice_moves_stock_once(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.ship("O-1", permit_id)
    await at.pick(permit_id, ("O-1", "1", "A", 1))
    assert (await at.ship("O-1", permit_id)).shipped_quantity == 0
    assert (await at.level("A")).on_hand == 7


async def test_a_parcel_told_with_other_lines_or_another_permit_is_refused(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.reserve("O-2", ("1", "A", 1))
    other = (await at.authorize(("O-2", "1", "A", 1))).permit_id
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.refuses(at.ship("O-1", permit_id, ("1", "A", 1)), Reason.SHIPMENT_ID_REUSED)
    await at.refuses(at.ship("O-1", permit_id, ("2", "B", 1)), Reason.SHIPMENT_ID_REUSED)
    await at.refuses(at.ship("O-1", permit_id), Reason.SHIPMENT_ID_REUSED)
    await at.refuses(at.ship("O-1", other, ("1", "A", 2)), Reason.SHIPMENT_ID_REUSED)


async def test_a_refused_parcel_may_be_told_again_with_other_lines(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.refuses(at.ship("O-1", permit_id, ("1", "A", 6)), Reason.SHIPMENT_EXCEEDS_PERMIT, ("1", "A", 6, 5))
    assert (await at.ship("O-1", permit_id, ("1", "A", 5))).shipped_quantity == 5


async def test_two_orders_may_share_the_name_of_a_parcel(at: World) -> None:
    await at.receive(("A", 10))
    first, second = await picking(at, "O-1", quantity=1), await picking(at, "O-2", quantity=1)
    await at.ship("O-1", first, ("1", "A", 1), shipment_id="pallet-7")
    assert (await at.ship("O-2", second, ("1", "A", 1), shipment_id="pallet-7")).shipped_quantity == 1


async def test_without_lines_a_permit_that_does_not_cover_the_order_is_refused(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.reserve("O-2", ("1", "A", 1))
    await at.refuses(at.ship("O-2", permit_id), Reason.LINE_NOT_PERMITTED)


async def test_without_lines_and_without_a_pick_there_is_nothing_to_ship(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at)
    await at.refuses(at.ship("O-1", permit_id), Reason.SHIPMENT_EXCEEDS_PERMIT)


async def test_without_lines_and_with_all_picks_gone_it_was_shipped_already(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.ship("O-1", permit_id)
    await at.refuses(at.ship("O-1", permit_id, shipment_id="parcel-2"), Reason.ALREADY_SHIPPED)


async def test_what_another_order_shipped_under_the_permit_does_not_count(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2))
    await at.reserve("O-2", ("1", "A", 2))
    permit_id = (await at.authorize(("O-1", "1", "A", 2), ("O-2", "1", "A", 2))).permit_id
    await at.ship("O-2", permit_id, ("1", "A", 2))
    await at.refuses(at.ship("O-1", permit_id), Reason.SHIPMENT_EXCEEDS_PERMIT)


async def test_lines_that_the_permit_does_not_cover_are_named(at: World) -> None:
    permit_id = await two_picked_lines(at)
    asking = at.ship("O-1", permit_id, ("1", "B", 1), ("2", "B", 9), ("9", "A", 2))
    await at.refuses(asking, Reason.LINE_NOT_PERMITTED, ("1", "B", 1, 0), ("9", "A", 2, 0))


async def test_a_line_under_another_permit_is_not_covered_by_this_one(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2), ("2", "A", 2))
    first = (await at.authorize(("O-1", "1", "A", 2))).permit_id
    await at.authorize(("O-1", "2", "A", 2))
    await at.refuses(at.ship("O-1", first, ("2", "A", 1)), Reason.LINE_NOT_PERMITTED, ("2", "A", 1, 0))


async def test_more_than_the_permit_still_allows_does_not_leave(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.report(permit_id, ("O-1", "1", "A", 0, 1, ShortReason.DAMAGED))
    await at.ship("O-1", permit_id, ("1", "A", 1))
    asking = at.ship("O-1", permit_id, ("2", "B", 5), ("1", "A", 4), shipment_id="parcel-2")
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_PERMIT, ("2", "B", 5, 4), ("1", "A", 4, 3))


async def test_lines_that_all_left_already_are_told_as_shipped_already(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.ship("O-1", permit_id, ("1", "A", 5), ("2", "B", 3))
    asking = at.ship("O-1", permit_id, ("1", "A", 5), shipment_id="parcel-2")
    await at.refuses(asking, Reason.ALREADY_SHIPPED, ("1", "A", 5, 0))
    asking = at.ship("O-1", permit_id, ("1", "A", 5), ("2", "B", 2), shipment_id="parcel-2")
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_PERMIT, ("1", "A", 5, 0), ("2", "B", 2, 1))
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    asking = at.ship("O-1", permit_id, ("1", "A", 5), shipment_id="parcel-2")
    await at.refuses(asking, Reason.ALREADY_SHIPPED, ("1", "A", 5, 0))


async def test_a_line_that_fell_short_was_not_shipped_already(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=2)
    await at.report(permit_id, ("O-1", "1", "A", 0, 2, ShortReason.DAMAGED))
    await at.refuses(at.ship("O-1", permit_id, ("1", "A", 1)), Reason.SHIPMENT_EXCEEDS_PERMIT, ("1", "A", 1, 0))


async def test_only_what_was_reported_picked_leaves_the_picked_units(at: World) -> None:
    await at.receive(("A", 20))
    await at.reserve("O-2", ("1", "A", 5))
    other = (await at.authorize(("O-2", "1", "A", 5))).permit_id
    await at.pick(other, ("O-2", "1", "A", 5))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship("O-1", permit_id, ("1", "A", 4))
    assert (await at.level("A")).picked == 5
    assert sorted((await at.entries())[-1].changes) == [
        ("A", "allocated", -4),
        ("A", "on_hand", -4),
        ("A", "picked", -2),
    ]


async def test_after_the_permit_ran_out_what_was_picked_may_still_leave(at: World) -> None:
    permit_id = await two_picked_lines(at)
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    await at.refuses(at.ship("O-1", permit_id, ("1", "A", 4)), Reason.PERMIT_EXPIRED, ("1", "A", 4, 3))
    reply = await at.ship("O-1", permit_id, ("1", "A", 3))
    assert (reply.shipped_quantity, reply.state) == (3, ReservationState.ALLOCATED)
    assert await at.level("A") == StockLevel("A", on_hand=7, committed=2)


async def test_a_permit_with_nothing_left_to_pick_is_exceeded_rather_than_expired(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    at.clock.advance(PERMIT_TTL_MS)
    asking = at.ship("O-1", permit_id, ("1", "A", 4))
    await at.refuses(asking, Reason.SHIPMENT_EXCEEDS_PERMIT, ("1", "A", 4, 3))


async def test_a_parcel_proves_doubted_units_to_exist(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.SUSPECT, 4), ("A", Bucket.DAMAGED, 1))
    reply = await at.ship("O-1", permit_id, ("1", "A", 3))
    assert reply.surpluses == (Surplus("A", 3, 0),)
    assert await at.level("A") == StockLevel("A", on_hand=2, allocated=2, damaged=1, suspect=1)


async def test_a_parcel_that_the_record_does_not_have_is_written_down_as_surplus(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -4))
    reply = await at.ship("O-1", permit_id, ("1", "A", 3))
    assert reply == (Applied(5, at.clock.now_ms, replayed=False), ReservationState.ALLOCATED, 3, (Surplus("A", 0, 2),))
    assert await at.level("A") == StockLevel("A", allocated=2)
    assert sorted((await at.entries())[-1].changes) == [("A", "allocated", -3), ("A", "on_hand", -1)]


async def test_doubted_units_are_cleared_before_a_surplus_is_told(at: World) -> None:
    await at.receive(("A", 6), ("B", 3))
    await at.reserve("O-1", ("2", "B", 1), ("1", "A", 3), ("3", "A", 3))
    wave = [("O-1", "1", "A", 3), ("O-1", "2", "B", 1), ("O-1", "3", "A", 3)]
    permit_id = (await at.authorize(*wave)).permit_id
    await at.adjust(("A", Bucket.ON_HAND, -3), ("A", Bucket.DAMAGED, 1), ("A", Bucket.SUSPECT, 2))
    reply = await at.ship("O-1", permit_id, ("2", "B", 1), ("3", "A", 3), ("1", "A", 1))
    assert reply.surpluses == (Surplus("A", 2, 2),)
    assert await at.level("A") == StockLevel("A", on_hand=1, allocated=2, damaged=1)


async def test_surpluses_are_told_in_the_order_of_the_lines(at: World) -> None:
    await at.receive(("A", 2), ("B", 2), ("C", 2))
    await at.reserve("O-1", ("1", "A", 1), ("2", "B", 1), ("3", "C", 1))
    wave = [("O-1", "1", "A", 1), ("O-1", "2", "B", 1), ("O-1", "3", "C", 1)]
    permit_id = (await at.authorize(*wave)).permit_id
    await at.adjust(("A", Bucket.ON_HAND, -2), ("C", Bucket.ON_HAND, -2))
    reply = await at.ship("O-1", permit_id, ("3", "C", 1), ("2", "B", 1), ("1", "A", 1))
    assert reply.surpluses == (Surplus("C", 0, 1), Surplus("A", 0, 1))


async def test_a_shipment_never_makes_a_shortage(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-2", ("1", "A", 5))
    permit_id = await picking(at, quantity=5)
    await at.adjust(("A", Bucket.ON_HAND, -8))
    before = (await at.level("A")).available
    await at.ship("O-1", permit_id, ("1", "A", 5))
    assert (await at.level("A")).available >= before


async def test_a_hold_is_not_shipped(at: World) -> None:
    permit_id = await two_picked_lines(at)
    await at.hold("O-2", ("1", "A", 1), ttl_ms=TTL_MS)
    await at.refuses(at.ship("O-2", permit_id, ("1", "A", 1)), Reason.LINE_NOT_PERMITTED, ("1", "A", 1, 0))
