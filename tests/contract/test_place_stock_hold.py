"""place_stock_hold: nothing more of a SKU, or of a lot of it, goes out."""

from __future__ import annotations

from gate_service.domain.cases import StockHold
from gate_service.domain.replies import Applied, HitOrder, Shortage, StockHoldReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.state import read_cases
from tests.contract.world import World


async def test_a_hold_on_a_sku_leaves_the_buckets_and_stops_the_promise(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.place_hold("H-1", "A")
    level = StockLevel("A", on_hand=10, stock_holds=1)
    assert reply == StockHoldReply(Applied(2, at.clock.now_ms, replayed=False), level, ())
    assert (await at.entries())[-1].changes == ()
    assert (await at.offer("A")).promise == 0


async def test_a_hold_on_a_lot_moves_its_units_to_inspection(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.place_hold("H-1", "A", lot_id="lot-7", quantity=4)
    assert reply.level == StockLevel("A", on_hand=10, quality_control=4)
    assert (await at.entries())[-1].changes == (("A", Bucket.QUALITY_CONTROL, 4),)
    assert (await at.offer("A")).promise == 6


async def test_a_hold_tells_who_placed_it_on_what_and_when(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    at.act_as("eve", system="qa")
    await at.place_hold("H-2", "B", lot_id="lot-7", quantity=4)
    await at.place_hold("H-10", "A")
    assert (await at.cases()).stock_holds == (
        StockHold("H-10", "A", "", 0, "recall", "qa", "eve", at.clock.now_ms),
        StockHold("H-2", "B", "lot-7", 4, "recall", "qa", "eve", at.clock.now_ms),
    )
    assert (await read_cases(at.ledger, at.location_id, page_size=1)).stock_holds == (await at.cases()).stock_holds


async def test_a_hold_has_one_name_as_long_as_it_is_placed(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.place_hold("H-1", "A")
    await at.refuses(at.place_hold("H-1", "B", lot_id="lot-7", quantity=1), Reason.STOCK_HOLD_EXISTS)
    await at.refuses(at.place_hold("H-1", "X"), Reason.STOCK_HOLD_EXISTS)
    await at.lift_hold("H-1")
    await at.place_hold("H-1", "B")


async def test_a_sku_that_was_never_received_cannot_be_held(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.place_hold("H-1", "X"), Reason.UNKNOWN_SKU, ("", "X", 0, 0))
    await at.refuses(at.place_hold("H-1", "X", lot_id="lot-7", quantity=3), Reason.UNKNOWN_SKU, ("", "X", 3, 0))


async def test_no_more_of_a_lot_is_held_than_is_good(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.DAMAGED, 3), ("A", Bucket.SUSPECT, 5))
    asking = at.place_hold("H-1", "A", lot_id="lot-7", quantity=3)
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", 3, 2))
    await at.place_hold("H-1", "A", lot_id="lot-7", quantity=2)
    asking = at.place_hold("H-2", "A", lot_id="lot-7", quantity=1)
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", 1, 0))


async def test_a_lot_is_held_even_where_its_units_are_reserved_and_the_orders_hit_are_told(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    reply = await at.place_hold("H-1", "A", lot_id="lot-7", quantity=5)
    assert reply.shortages == (Shortage("A", 3, (HitOrder("O-1", "", 3, allocated=False),)),)


async def test_a_hold_on_a_sku_makes_no_shortage(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    assert (await at.place_hold("H-1", "A")).shortages == ()
