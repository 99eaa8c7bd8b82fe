"""reserve_stock: an order's lines are claimed together, and never beyond the promise."""

from __future__ import annotations

from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.replies import Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World


async def test_without_a_ttl_the_units_are_committed_at_once(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.reserve("O-1", ("1", "A", 3))
    assert reply == (Applied(2, at.clock.now_ms, replayed=False), ReservationState.COMMITTED, 0)
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=3)


async def test_with_a_ttl_the_units_are_held_until_then(at: World) -> None:
    await at.receive(("A", 10))
    reply = await at.hold("O-1", ("1", "A", 3), ttl_ms=5_000)
    assert reply == (Applied(2, at.clock.now_ms, replayed=False), ReservationState.HELD, at.clock.now_ms + 5_000)
    assert await at.level("A") == StockLevel("A", on_hand=10, held=3)


async def test_a_reservation_remembers_what_was_asked(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    at.policy = Policy(safety_stock=1, buffers={"web": Buffer(2)})
    await at.hold("O-1", ("2", "B", 1), ("1", "A", 3), channel="web")
    reservation = await at.reservation("O-1")
    assert (reservation.channel, reservation.keep_back) == ("web", 3)
    assert reservation.created_at_ms == at.clock.now_ms
    assert reservation.hold_expires_at_ms == at.clock.now_ms + TTL_MS
    assert [(line.line_id, line.sku, line.ordered, line.held) for line in reservation.lines] == [
        ("2", "B", 1, 1),
        ("1", "A", 3, 3),
    ]
    assert reservation.shipment_ids == ()


async def test_an_order_is_reserved_once(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    await at.refuses(at.hold("O-1", ("1", "A", 3)), Reason.RESERVATION_EXISTS)
    await at.confirm("O-1")
    await at.refuses(at.reserve("O-1", ("1", "A", 3)), Reason.RESERVATION_EXISTS)


async def test_an_order_that_is_picked_shipped_or_shorted_is_not_reserved_again(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=2)
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.RESERVATION_EXISTS)
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.RESERVATION_EXISTS)


async def test_a_released_order_is_never_taken_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.release("O-1")
    await at.refuses(at.reserve("O-1", ("1", "A", 3)), Reason.RESERVATION_RELEASED)


async def test_an_expired_order_may_be_reserved_anew_and_replaces_the_old_reservation(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 1))
    at.clock.advance(TTL_MS)
    reply = await at.reserve("O-1", ("9", "B", 2))
    assert reply.state is ReservationState.COMMITTED
    reservation = await at.reservation("O-1")
    assert [(line.line_id, line.ordered, line.committed, line.lapsed) for line in reservation.lines] == [("9", 2, 2, 0)]
    assert reservation.created_at_ms == at.clock.now_ms
    assert await at.level("A") == StockLevel("A", on_hand=10)
    assert await at.level("B") == StockLevel("B", on_hand=10, committed=2)


async def test_a_refused_new_reservation_leaves_the_expired_one_in_place(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.refuses(at.reserve("O-1", ("1", "A", 11)), Reason.INSUFFICIENT_STOCK, ("1", "A", 11, 10))
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_an_expired_order_that_was_released_is_not_taken_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.release("O-1")
    await at.refuses(at.hold("O-1", ("1", "A", 3)), Reason.RESERVATION_RELEASED)


async def test_the_state_of_the_order_is_told_before_an_unknown_sku(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.refuses(at.reserve("O-1", ("1", "X", 3)), Reason.RESERVATION_EXISTS)


async def test_skus_without_a_stock_record_are_named(at: World) -> None:
    await at.receive(("A", 10))
    asking = at.reserve("O-1", ("1", "X", 3), ("2", "A", 99), ("3", "Y", 1), ("4", "X", 2))
    await at.refuses(asking, Reason.UNKNOWN_SKU, ("1", "X", 3, 0), ("3", "Y", 1, 0), ("4", "X", 2, 0))


async def test_what_is_there_can_be_reserved_to_the_last_unit_and_no_further(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 10))
    await at.refuses(at.reserve("O-2", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_two_lines_of_one_sku_are_checked_against_their_sum(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    asking = at.reserve("O-1", ("1", "A", 6), ("2", "B", 10), ("3", "A", 5))
    await at.refuses(asking, Reason.INSUFFICIENT_STOCK, ("1", "A", 11, 10), ("3", "A", 11, 10))
    await at.reserve("O-1", ("1", "A", 6), ("3", "A", 4))
    assert (await at.level("A")).committed == 10


async def test_an_order_is_reserved_whole_or_not_at_all(at: World) -> None:
    await at.receive(("A", 10), ("B", 1), ("C", 2))
    asking = at.hold("O-1", ("1", "A", 3), ("2", "B", 2), ("3", "C", 3))
    await at.refuses(asking, Reason.INSUFFICIENT_STOCK, ("2", "B", 2, 1), ("3", "C", 3, 2))
    await at.refuses(at.confirm("O-1"), Reason.RESERVATION_NOT_FOUND)


async def test_what_is_held_committed_allocated_or_unsellable_is_not_promised(at: World) -> None:
    await at.receive(("A", 20))
    await at.hold("O-1", ("1", "A", 1))
    await at.reserve("O-2", ("1", "A", 2))
    await picking(at, "O-3", quantity=3)
    await at.adjust(("A", Bucket.DAMAGED, 4), ("A", Bucket.QUALITY_CONTROL, 3), ("A", Bucket.SUSPECT, 2))
    await at.refuses(at.reserve("O-4", ("1", "A", 6)), Reason.INSUFFICIENT_STOCK, ("1", "A", 6, 5))
    await at.reserve("O-4", ("1", "A", 5))


async def test_safety_stock_and_the_buffer_of_the_channel_are_kept_back(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(safety_stock=2, buffers={"web": Buffer(3)})
    no = await at.refuses(at.reserve("O-1", ("1", "A", 6), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 6, 5))
    assert no.applied.revision == 2
    await at.reserve("O-1", ("1", "A", 5), channel="web")
    await at.refuses(at.reserve("O-2", ("1", "A", 1), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))
    await at.reserve("O-2", ("1", "A", 3), channel="store")
    await at.refuses(at.reserve("O-3", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_a_negative_available_promises_nothing(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 10))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    await at.refuses(at.reserve("O-2", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_an_order_of_a_thousand_lines_is_one_entry(at: World) -> None:
    await at.receive(*((f"SKU-{number}", 10) for number in range(500)))
    lines = [(str(number), f"SKU-{number % 500}", 5) for number in range(1_000)]
    await at.reserve("O-1", *lines)
    stock = (await at.state()).stock
    assert {level.available for level in stock.values()} == {0}
    assert len((await at.reservation("O-1")).lines) == 1_000
    assert await at.revision() == 2
    await at.refuses(at.reserve("O-2", ("1", "SKU-0", 1)), Reason.INSUFFICIENT_STOCK, ("1", "SKU-0", 1, 0))
    assert (await at.release("O-1")).released_quantity == 5_000


async def test_the_ledger_tells_whose_order_it_was_and_what_moved(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 1))
    entry = (await at.entries())[-1]
    assert (entry.order_id, entry.refusal, entry.changes) == ("O-1", "", (("A", "held", 4),))
    assert (entry.system, entry.actor) == ("wms-east", "ann")
