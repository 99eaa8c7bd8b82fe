"""confirm_reservation: the order was placed."""

from __future__ import annotations

from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason, ReservationState, ShortReason
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World


async def test_what_was_held_becomes_committed(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "B", 2), ("3", "A", 1))
    reply = await at.confirm("O-1")
    assert reply == (Applied(3, at.clock.now_ms, replayed=False), ReservationState.COMMITTED, True, False)
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=4)
    assert await at.level("B") == StockLevel("B", on_hand=10, committed=2)
    assert (await at.reservation("O-1")).hold_expires_at_ms == 0


async def test_a_confirmed_hold_never_runs_out(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    await at.confirm("O-1")
    at.clock.advance(10 * TTL_MS)
    await at.sweep()
    assert (await at.reservation("O-1")).state is ReservationState.COMMITTED
    assert await at.revision() == 3


async def test_an_order_without_a_reservation_cannot_be_confirmed(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.confirm("O-1"), Reason.RESERVATION_NOT_FOUND)


async def test_a_released_order_cannot_be_paid_later(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    await at.release("O-1")
    await at.refuses(at.confirm("O-1"), Reason.RESERVATION_RELEASED)


async def test_only_what_is_still_held_is_confirmed(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 2))
    await at.release("O-1", ("1", 1), ("2", 2))
    await at.confirm("O-1")
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=2)
    line = await at.line("O-1", "2")
    assert (line.committed, line.released, line.lapsed) == (0, 2, 0)


async def test_confirming_after_expiry_takes_the_stock_again_where_it_is_there(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 7))
    at.clock.advance(TTL_MS)
    reply = await at.confirm("O-1")
    assert reply == (Applied(4, at.clock.now_ms, replayed=False), ReservationState.COMMITTED, True, True)
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=10)
    line = await at.line("O-1", "2")
    assert (line.committed, line.released, line.lapsed) == (7, 0, 0)


async def test_confirming_after_expiry_is_refused_where_the_stock_is_gone(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "B", 1), ("3", "A", 2))
    at.clock.advance(TTL_MS)
    await at.reserve("O-2", ("1", "A", 6))
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 5, 4), ("3", "A", 5, 4))
    await at.release("O-2")
    assert (await at.confirm("O-1")).retaken is True


async def test_what_was_released_before_the_hold_ran_out_is_not_taken_again(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "B", 2), ("3", "A", 4))
    await at.release("O-1", ("1", 1), ("2", 2), ("3", 4))
    at.clock.advance(TTL_MS)
    await at.reserve("O-2", ("1", "B", 10))
    await at.reserve("O-3", ("1", "A", 9))
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 2, 1))
    await at.release("O-3", ("1", 1))
    await at.confirm("O-1")
    assert (await at.line("O-1", "1"))[3:10] == (0, 2, 0, 0, 1, 0, 0)
    assert (await at.line("O-1", "2")).committed == 0


async def test_units_are_taken_again_by_the_keep_back_that_let_them_in(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(safety_stock=2)
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    at.policy = Policy(safety_stock=0)
    await at.reserve("O-2", ("1", "A", 6))
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 3, 2))
    at.policy = Policy(safety_stock=9)
    await at.release("O-2", ("1", 1))
    assert (await at.confirm("O-1")).retaken is True


async def test_confirming_again_changes_nothing_and_tells_the_state(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    before = await at.state()
    reply = await at.confirm("O-1")
    assert (reply.state, reply.changed, reply.retaken) == (ReservationState.COMMITTED, False, False)
    assert await at.state() == before
    assert (await at.entries())[-1].changes == ()


async def test_confirming_late_tells_what_the_order_had_become(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, "O-1", quantity=2)
    assert (await at.confirm("O-1")).state is ReservationState.ALLOCATED
    await at.ship("O-1", permit_id, ("1", "A", 2))
    assert (await at.confirm("O-1")).state is ReservationState.SHIPPED
    other = await picking(at, "O-2", quantity=2)
    await at.report(other, ("O-2", "1", "A", 0, 2, ShortReason.DAMAGED))
    assert (await at.confirm("O-2")).state is ReservationState.SHORTED


async def test_a_hold_is_confirmed_even_where_its_stock_was_written_off(at: World) -> None:
    await at.receive(("A", 3))
    await at.hold("O-1", ("1", "A", 3))
    await at.adjust(("A", Bucket.ON_HAND, -2))
    assert (await at.confirm("O-1")).changed is True
    assert (await at.level("A")).available == -2
