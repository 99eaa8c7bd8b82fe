"""resolve_shipment: a person says what a parcel was that matched nothing."""

from __future__ import annotations

from gate_service.domain.replies import Applied, Surplus
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState
from tests.contract.world import World


async def unmatched(at: World, *lines: tuple[str, str, int], order_id: str = "O-typo") -> str:
    """Tell of a parcel for an order that is not here; give the name under which it is kept."""
    no = await at.refused(at.ship_foreign(order_id, *lines), Reason.RESERVATION_NOT_FOUND)
    return no.metadata["unmatched_id"]


async def test_an_unmatched_parcel_is_found_to_be_an_order_of_ours(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    unmatched_id = await unmatched(at, ("row", "A", 2))
    reply = await at.resolve(unmatched_id, "O-1")
    assert reply == (Applied(4, at.clock.now_ms, replayed=False), ReservationState.COMMITTED, 2, ())
    assert await at.level("A") == StockLevel("A", on_hand=8, committed=1)
    assert (await at.reservation("O-1")).shipment_ids == ("parcel-1",)
    assert (await at.cases()).unmatched == ()


async def test_an_unmatched_parcel_that_is_none_of_ours_is_put_away(at: World) -> None:
    await at.receive(("A", 10))
    unmatched_id = await unmatched(at, ("1", "A", 2))
    before = (await at.state()).stock
    reply = await at.resolve(unmatched_id)
    assert reply == (Applied(3, at.clock.now_ms, replayed=False), None, 0, ())
    state = await at.state()
    assert (state.stock, state.cases.unmatched) == (before, ())


async def test_one_that_does_not_wait_is_not_found(at: World) -> None:
    await at.receive(("A", 10))
    unmatched_id = await unmatched(at, ("1", "A", 2))
    await at.refuses(at.resolve("U99", "O-1"), Reason.UNMATCHED_NOT_FOUND)
    await at.resolve(unmatched_id)
    await at.refuses(at.resolve(unmatched_id), Reason.UNMATCHED_NOT_FOUND)


async def test_a_parcel_that_does_not_fit_the_order_named_goes_on_waiting_and_is_not_kept_twice(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 1))
    await at.hold("O-2", ("1", "A", 2))
    unmatched_id = await unmatched(at, ("1", "A", 2))
    await at.refuses(at.resolve(unmatched_id, "O-9"), Reason.RESERVATION_NOT_FOUND)
    await at.refuses(at.resolve(unmatched_id, "O-1"), Reason.SHIPMENT_EXCEEDS_ORDER, ("1", "A", 2, 1))
    await at.refuses(at.resolve(unmatched_id, "O-2"), Reason.ORDER_NOT_COMMITTED)
    await at.confirm("O-2")
    assert (await at.resolve(unmatched_id, "O-2")).state is ReservationState.SHIPPED


async def test_every_other_refusal_of_a_parcel_without_a_permit_stands_here_too(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 1))
    foreign = await unmatched(at, ("1", "B", 1))
    await at.refuses(at.resolve(foreign, "O-1"), Reason.LINE_NOT_FOUND, ("1", "B", 1, 0))
    whole = await unmatched(at)
    await at.ship_foreign("O-1", shipment_id="parcel-2")
    await at.refuses(at.resolve(whole, "O-1"), Reason.ALREADY_SHIPPED)
    await at.hold("O-2", ("1", "A", 1))
    await at.release("O-2")
    await at.refuses(at.resolve(whole, "O-2"), Reason.RESERVATION_RELEASED)
    until = (await at.hold("O-3", ("1", "A", 1))).hold_expires_at_ms
    at.clock.advance(until - at.clock.now_ms)
    await at.refused(at.resolve(whole, "O-3"), Reason.HOLD_EXPIRED)


async def test_a_parcel_that_left_under_its_name_meanwhile_is_put_away_without_moving_stock_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 2))
    unmatched_id = await unmatched(at, ("1", "A", 2))
    await at.ship_foreign("O-1", ("1", "A", 2))
    assert (await at.resolve(unmatched_id, "O-1")).shipped_quantity == 0
    assert (await at.level("A")).on_hand == 8
    assert (await at.cases()).unmatched == ()


async def test_another_parcel_under_its_name_meanwhile_leaves_it_waiting(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    unmatched_id = await unmatched(at, ("1", "A", 2))
    await at.ship_foreign("O-1", ("1", "A", 1))
    await at.refuses(at.resolve(unmatched_id, "O-1"), Reason.SHIPMENT_ID_REUSED)


async def test_a_resolved_parcel_proves_units_that_the_record_did_not_have(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 5))
    unmatched_id = await unmatched(at, ("1", "A", 5))
    await at.adjust(("A", Bucket.ON_HAND, -4))
    assert (await at.resolve(unmatched_id, "O-1")).surpluses == (Surplus("A", 0, 4),)


async def test_the_hold_of_the_order_named_runs_out_first(at: World) -> None:
    await at.receive(("A", 5))
    unmatched_id = await unmatched(at, ("1", "A", 1))
    at.clock.advance((await at.hold("O-1", ("1", "A", 1))).hold_expires_at_ms - at.clock.now_ms)
    no = await at.refused(at.resolve(unmatched_id, "O-1"), Reason.HOLD_EXPIRED)
    assert no.applied.revision == 5
