"""What a hold on a SKU stops, and what it does not."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.policy import Policy
from gate_service.domain.replies import HitOrder, LineVerdict, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState, Verdict, VerdictReason, WaveAtomicity
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World

ON_HOLD = LineVerdict(Verdict.BLOCK, VerdictReason.STOCK_ON_HOLD, 0)


async def test_nothing_of_a_held_sku_is_promised_or_reserved_to_any_channel(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.set_quota("web", ("A", 5))
    await at.place_hold("H-1", "A")
    assert [(await at.offer("A", channel)).promise for channel in ("", "web")] == [0, 0]
    asking = at.reserve("O-1", ("1", "A", 1), ("2", "B", 1), channel="web")
    await at.refuses(asking, Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))
    await at.reserve("O-1", ("2", "B", 1))


async def test_what_is_held_for_a_checkout_can_still_be_confirmed_and_given_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 2))
    await at.hold("O-2", ("1", "A", 2))
    await at.place_hold("H-1", "A")
    assert (await at.confirm("O-1")).state is ReservationState.COMMITTED
    assert (await at.release("O-2")).state is ReservationState.RELEASED


async def test_what_lapsed_is_not_taken_again_while_the_hold_rests(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 2))
    at.clock.advance(TTL_MS)
    await at.place_hold("H-1", "A")
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 2, 0))
    await at.lift_hold("H-1")
    assert (await at.confirm("O-1")).retaken is True


async def test_no_wave_may_pick_a_held_sku_and_its_units_count_as_on_hold(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 4))
    await at.place_hold("H-1", "A")
    reply = await at.authorize(("O-1", "1", "A", 4), ("O-1", "2", "B", 4))
    assert reply.lines == (ON_HOLD, LineVerdict(Verdict.PICK, VerdictReason.NONE, 4))


@pytest.mark.parametrize(
    ("atomicity", "incomplete"),
    [
        (WaveAtomicity.ORDER, VerdictReason.ORDER_INCOMPLETE),
        (WaveAtomicity.WAVE, VerdictReason.WAVE_INCOMPLETE),
    ],
)
async def test_a_held_sku_stops_whatever_may_not_be_split_from_it(
    at: World, atomicity: WaveAtomicity, incomplete: VerdictReason
) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 4))
    await at.place_hold("H-1", "A")
    reply = await at.authorize(("O-1", "1", "A", 4), ("O-1", "2", "B", 4), atomicity=atomicity)
    assert reply.lines == (ON_HOLD, LineVerdict(Verdict.BLOCK, incomplete, 0))
    assert reply.permit_id == ""


async def test_a_held_sku_that_would_not_have_sufficed_anyway_is_insufficient(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    await at.adjust(("A", Bucket.ON_HAND, -5), ("A", Bucket.DAMAGED, 2))
    await at.place_hold("H-1", "A")
    short = LineVerdict(Verdict.BLOCK, VerdictReason.INSUFFICIENT_ALLOCATABLE, 0)
    assert (await at.authorize(("O-1", "1", "A", 6))).lines == (short,)
    assert (await at.authorize(("O-1", "1", "A", 5))).lines == (ON_HOLD,)


async def test_a_permit_that_was_given_before_the_hold_goes_on(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.place_hold("H-1", "A")
    await at.pick(permit_id, ("O-1", "1", "A", 5))
    assert (await at.ship("O-1", permit_id)).shipped_quantity == 5
    assert await at.level("A") == StockLevel("A", on_hand=5, stock_holds=1)


async def test_a_held_sku_does_not_travel_to_another_location(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.place_hold("H-1", "A")
    asking = at.transfer("T-1", ("B", 1), ("A", 1))
    await at.refuses(asking, Reason.INSUFFICIENT_STOCK, ("", "A", 1, 0))


async def test_what_is_physical_goes_on_under_a_hold(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A")
    await at.receive(("A", 5))
    await at.adjust(("A", Bucket.ON_HAND, -1))
    assert (await at.count(("A", 13))).levels == (StockLevel("A", on_hand=13, stock_holds=1),)


async def test_no_more_goes_back_from_inspection_than_the_lot_brought_there(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.QUALITY_CONTROL, 2))
    await at.place_hold("H-1", "A", lot_id="L-7", quantity=4)
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=10, quality_control=2), 4)


async def test_a_hold_on_a_lot_hits_the_least_urgent_channel_first(at: World) -> None:
    at.policy = Policy(priorities={"web": 200})
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 6), channel="web")
    at.clock.advance(1)
    await at.reserve("O-2", ("1", "A", 2))
    reply = await at.place_hold("H-1", "A", lot_id="L-7", quantity=10)
    orders = (HitOrder("O-1", "web", 6, allocated=False), HitOrder("O-2", "", 2, allocated=False))
    assert reply.shortages == (Shortage("A", 8, orders),)


async def test_placing_and_lifting_told_again_are_answered_as_they_were(at: World) -> None:
    await at.receive(("A", 10))
    place = ops.PlaceStockHold("p", "DC-1", "H-1", "A", "L-7", 4, "recall")
    lift = ops.LiftStockHold("l", "DC-1", "H-1", "")
    placed, lifted = await at.apply(place), await at.apply(lift)
    before = await at.state()
    assert await at.apply(place) == placed._replace(applied=placed.applied._replace(replayed=True))
    assert await at.apply(lift) == lifted._replace(applied=lifted.applied._replace(replayed=True))
    assert await at.state() == before
