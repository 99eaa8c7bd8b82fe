"""place_stock_hold, lift_stock_hold: of a SKU, or of some units of a lot, nothing more is promised or picked."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.cases import StockHold
from gate_service.domain.policy import Policy
from gate_service.domain.replies import HitOrder, LineVerdict, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, StockStatus, Verdict, VerdictReason
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World


async def test_a_hold_on_a_sku_moves_no_unit_and_stops_its_promise(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.place_hold("H-1", "A")
    assert (reply.level, reply.shortages) == (StockLevel("A", on_hand=10, stock_holds=1), ())
    assert (await at.entries())[-1].changes == ()
    assert (await at.offer("A")).promise == 0
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_under_a_hold_not_even_a_quota_is_promised(at: World) -> None:
    await at.receive(("A", 10))
    await at.set_quota("web", ("A", 5))
    await at.place_hold("H-1", "A")
    assert (await at.offer("A", "web")).promise == 0


async def test_under_a_hold_no_wave_picks_what_is_committed(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 4))
    await at.place_hold("H-1", "A")
    blocked = LineVerdict(Verdict.BLOCK, VerdictReason.STOCK_ON_HOLD, 0)
    assert (await at.authorize(("O-1", "1", "A", 4))).lines == (blocked,)
    assert (await at.authorize(("O-1", "1", "A", 4), dry_run=True)).lines == (blocked,)
    await at.lift_hold("H-1")
    assert (await at.authorize(("O-1", "1", "A", 4))).lines == (LineVerdict(Verdict.PICK, VerdictReason.NONE, 4),)


async def test_under_a_hold_what_ran_out_is_not_taken_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 4))
    await at.place_hold("H-1", "A")
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 4, 0))


async def test_a_hold_leaves_orders_and_permits_as_they_are(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.hold("O-2", ("1", "A", 2))
    await at.place_hold("H-1", "A")
    assert await at.level("A") == StockLevel("A", on_hand=10, held=2, allocated=3, stock_holds=1)
    await at.confirm("O-2")
    assert (await at.ship("O-1", permit_id, ("1", "A", 3))).shipped_quantity == 3


async def test_several_holds_rest_on_a_sku_until_the_last_is_lifted(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A")
    assert (await at.place_hold("H-2", "A")).level.stock_holds == 2
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=10, stock_holds=1), 0)
    assert (await at.offer("A")).promise == 0
    await at.lift_hold("H-2")
    assert (await at.offer("A")).promise == 10


async def test_a_hold_on_a_lot_moves_its_units_to_inspection_and_no_others(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.place_hold("H-1", "A", lot_id="L-7", quantity=4)
    assert (reply.level, reply.shortages) == (StockLevel("A", on_hand=10, quality_control=4), ())
    assert (await at.offer("A")).promise == 6
    assert (await at.entries())[-1].changes == (("A", Bucket.QUALITY_CONTROL, 4),)


async def test_a_hold_on_a_lot_is_not_stopped_by_what_is_reserved_and_tells_whom_it_hits(at: World) -> None:
    at.policy = Policy(priorities={"web": 200})
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 6), channel="web")
    await at.reserve("O-2", ("1", "A", 2))
    reply = await at.place_hold("H-1", "A", lot_id="L-7", quantity=10)
    hit = (HitOrder("O-1", "web", 6, allocated=False), HitOrder("O-2", "", 2, allocated=False))
    assert reply.shortages == (Shortage("A", 8, hit),)


async def test_a_lot_cannot_be_larger_than_what_is_sound(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.DAMAGED, 1), ("A", Bucket.QUALITY_CONTROL, 2), ("A", Bucket.SUSPECT, 3))
    asking = at.place_hold("H-1", "A", lot_id="L-7", quantity=5)
    await at.refuses(asking, Reason.INSUFFICIENT_ON_HAND, ("", "A", 5, 4))
    assert (await at.place_hold("H-1", "A", lot_id="L-7", quantity=4)).level.quality_control == 6


async def test_a_hold_on_what_was_never_received_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.place_hold("H-1", "X"), Reason.UNKNOWN_SKU, ("", "X", 0, 0))
    asking = at.place_hold("H-1", "X", lot_id="L-7", quantity=3)
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("", "X", 3, 0))


async def test_the_name_of_a_hold_that_is_placed_cannot_be_used_for_another(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.place_hold("H-1", "A")
    await at.refuses(at.place_hold("H-1", "A"), Reason.STOCK_HOLD_EXISTS)
    await at.refuses(at.place_hold("H-1", "X"), Reason.STOCK_HOLD_EXISTS)
    await at.lift_hold("H-1")
    await at.place_hold("H-1", "B")


async def test_a_hold_that_was_never_placed_or_was_lifted_cannot_be_lifted(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.lift_hold("H-1"), Reason.STOCK_HOLD_NOT_FOUND)
    await at.place_hold("H-1", "A")
    await at.lift_hold("H-1")
    await at.refuses(at.lift_hold("H-1"), Reason.STOCK_HOLD_NOT_FOUND)


async def test_a_lot_that_is_let_go_may_be_sold_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", Bucket.QUALITY_CONTROL, 2))
    await at.place_hold("H-1", "A", lot_id="L-7", quantity=4)
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=10, quality_control=2), 4)
    assert (await at.offer("A")).promise == 8


async def test_what_left_inspection_meanwhile_does_not_come_back_when_the_lot_is_let_go(at: World) -> None:
    await at.receive(("A", 10))
    await at.place_hold("H-1", "A", lot_id="L-7", quantity=4)
    await at.move(("A", StockStatus.QUALITY_CONTROL, StockStatus.WRITTEN_OFF, 3))
    reply = await at.lift_hold("H-1")
    assert (reply.level, reply.released_quantity) == (StockLevel("A", on_hand=7), 1)


async def test_holds_are_listed_by_name_with_who_placed_them_and_when(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    placed_at_ms = at.clock.advance(5_000)
    await at.place_hold("H-2", "A")
    at.act_as("ben", "qms")
    at.clock.advance(1_000)
    await at.place_hold("H-1", "B", lot_id="L-7", quantity=4)
    assert (await at.cases()).stock_holds == (
        StockHold("H-1", "B", "L-7", 4, "recall", "qms", "ben", placed_at_ms + 1_000),
        StockHold("H-2", "A", "", 0, "recall", "wms-east", "ann", placed_at_ms),
    )
    await at.lift_hold("H-2")
    assert [hold.hold_id for hold in (await at.cases()).stock_holds] == ["H-1"]


async def test_placing_and_lifting_told_again_are_answered_as_they_were(at: World) -> None:
    await at.receive(("A", 10))
    place = ops.PlaceStockHold("p", "DC-1", "H-1", "A", "L-7", 4, "recall")
    lift = ops.LiftStockHold("l", "DC-1", "H-1", "")
    placed, lifted = await at.apply(place), await at.apply(lift)
    before = await at.state()
    assert await at.apply(place) == placed._replace(applied=placed.applied._replace(replayed=True))
    assert await at.apply(lift) == lifted._replace(applied=lifted.applied._replace(replayed=True))
    assert await at.state() == before
