"""lift_stock_hold: what a hold kept may go out again."""

from __future__ import annotations

from gate_service.domain.replies import Applied, LiftStockHoldReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Landing, Reason, StockStatus
from tests.contract.world import World


async def test_a_lifted_hold_lets_the_sku_go_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A")
    reply = await at.lift_hold("H-1")
    assert reply == LiftStockHoldReply(Applied(3, at.clock.now_ms, replayed=False), StockLevel("A", on_hand=10), 0)
    assert (await at.offer("A")).promise == 10
    assert (await at.cases()).stock_holds == ()


async def test_the_units_of_a_lot_go_back_to_where_they_may_be_sold(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A", lot_id="lot-7", quantity=4)
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=10), 4)
    assert (await at.entries())[-1].changes == (("A", Bucket.QUALITY_CONTROL, -4),)


async def test_units_that_a_count_did_not_find_do_not_go_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A", lot_id="lot-7", quantity=4)
    await at.count(("A", 1))
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=1), 1)


async def test_a_lot_on_hold_is_lifted_and_not_moved_behind_its_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.receive(("A", 2), landing=Landing.QUALITY_CONTROL)
    await at.place_hold("H-1", "A", lot_id="lot-7", quantity=4)
    inspected = StockStatus.QUALITY_CONTROL, StockStatus.AVAILABLE
    await at.refuses(at.move(("A", *inspected, 3)), Reason.INSUFFICIENT_ON_HAND, ("", "A", 3, 2))
    asking = at.adjust(("A", Bucket.QUALITY_CONTROL, -3))
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", -3, -2))
    await at.move(("A", *inspected, 2))
    await at.lift_hold("H-1")
    assert await at.level("A") == StockLevel("A", on_hand=12)


async def test_as_long_as_one_of_two_holds_rests_on_a_sku_nothing_of_it_goes(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A")
    await at.place_hold("H-2", "A")
    assert (await at.lift_hold("H-1")).level.stock_holds == 1
    assert (await at.offer("A")).promise == 0
    await at.lift_hold("H-2")
    assert (await at.offer("A")).promise == 10


async def test_a_hold_that_is_not_placed_cannot_be_lifted(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.lift_hold("H-1"), Reason.STOCK_HOLD_NOT_FOUND)
    await at.place_hold("H-1", "A")
    await at.lift_hold("H-1")
    await at.refuses(at.lift_hold("H-1"), Reason.STOCK_HOLD_NOT_FOUND)
