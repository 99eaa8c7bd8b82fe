"""release_reservation: units go back, each once, and never from under a picker."""

from __future__ import annotations

import pytest

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.replies import Applied, ReleaseReservationReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Reason, ReservationState, ShortReason
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World


async def test_releasing_an_order_gives_back_what_is_held(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "B", 2))
    reply = await at.release("O-1")
    assert reply == (Applied(3, at.clock.now_ms, replayed=False), ReservationState.RELEASED, 5)
    assert await at.level("A") == StockLevel("A", on_hand=10)
    assert await at.level("B") == StockLevel("B", on_hand=10)
    assert (await at.reservation("O-1")).hold_expires_at_ms == 0


async def test_releasing_an_order_gives_back_what_is_committed(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    assert (await at.release("O-1")).released_quantity == 3
    assert await at.level("A") == StockLevel("A", on_hand=10)


async def test_a_released_hold_does_not_run_out_later(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    await at.release("O-1")
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await at.revision() == 3


async def test_releasing_again_is_the_same_answer_and_gives_nothing_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.release("O-1")
    before = await at.state()
    reply = await at.release("O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.RELEASED, 0)
    assert await at.state() == before


async def test_an_order_without_a_reservation_cannot_be_released(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.release("O-1"), Reason.RESERVATION_NOT_FOUND)
    await at.refuses(at.release("O-1", ("1", 1)), Reason.RESERVATION_NOT_FOUND)


async def test_releasing_an_expired_order_settles_what_lapsed(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    reply = await at.release("O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.RELEASED, 0)
    line = await at.line("O-1", "1")
    assert (line.released, line.lapsed) == (3, 0)
    await at.refuses(at.confirm("O-1"), Reason.RESERVATION_RELEASED)


async def test_a_part_of_a_hold_is_given_back_and_the_rest_still_runs_out(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 2))
    reply = await at.release("O-1", ("2", 2), ("1", 1))
    assert (reply.state, reply.released_quantity) == (ReservationState.HELD, 3)
    assert await at.level("A") == StockLevel("A", on_hand=10, held=2)
    at.clock.advance(TTL_MS)
    await at.sweep()
    line = await at.line("O-1", "1")
    assert (line.held, line.released, line.lapsed) == (0, 3, 2)
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_giving_back_every_line_by_name_releases_the_order(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3), ("2", "A", 2))
    reply = await at.release("O-1", ("1", 3), ("2", 2))
    assert reply.state is ReservationState.RELEASED
    assert (await at.reservation("O-1")).hold_expires_at_ms == 0
    at.clock.advance(TTL_MS)
    await at.refuses(at.confirm("O-1"), Reason.RESERVATION_RELEASED)


async def test_lines_that_are_not_there_are_named(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    asking = at.release("O-1", ("8", 1), ("1", 9), ("9", 2))
    await at.refuses(asking, Reason.LINE_NOT_FOUND, ("8", "", 1, 0), ("9", "", 2, 0))


async def test_more_than_a_line_still_has_is_not_given_back(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 3), ("3", "B", 1))
    await at.release("O-1", ("1", 2))
    asking = at.release("O-1", ("2", 4), ("3", 1), ("1", 2))
    await at.refuses(asking, Reason.RELEASE_EXCEEDS_LINE, ("2", "B", 4, 3), ("1", "A", 2, 1))


async def test_a_part_of_an_expired_hold_cannot_be_given_back_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.refuses(at.release("O-1", ("1", 1)), Reason.RELEASE_EXCEEDS_LINE, ("1", "A", 1, 0))


async def test_units_of_a_line_under_a_permit_cannot_be_given_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    await at.authorize(("O-1", "1", "A", 3))
    await at.refuses(at.release("O-1", ("1", 3)), Reason.PICK_IN_PROGRESS, ("1", "A", 3, 2))
    assert (await at.release("O-1", ("1", 2))).state is ReservationState.ALLOCATED


async def test_units_of_a_line_that_was_shipped_cannot_be_given_back(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.ship("O-1", permit_id, ("1", "A", 3))
    await at.refuses(at.release("O-1", ("1", 1)), Reason.ALREADY_SHIPPED, ("1", "A", 1, 0))


async def test_the_first_line_that_has_too_little_gives_the_reason(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 1), ("2", "A", 2), ("3", "A", 3))
    permit_id = (await at.authorize(("O-1", "2", "A", 2), ("O-1", "3", "A", 3))).permit_id
    await at.ship("O-1", permit_id, ("3", "A", 3))
    plain, picked, shipped = ("1", "A", 2, 1), ("2", "A", 1, 0), ("3", "A", 1, 0)
    await at.refuses(
        at.release("O-1", ("1", 2), ("2", 1), ("3", 1)), Reason.RELEASE_EXCEEDS_LINE, plain, picked, shipped
    )
    await at.refuses(at.release("O-1", ("2", 1), ("1", 2)), Reason.PICK_IN_PROGRESS, picked, plain)
    await at.refuses(at.release("O-1", ("3", 1), ("2", 1)), Reason.ALREADY_SHIPPED, shipped, picked)


async def test_an_order_under_a_permit_cannot_be_given_back_as_a_whole(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 2), ("3", "B", 1))
    await at.authorize(("O-1", "1", "A", 3), ("O-1", "3", "B", 1))
    await at.refuses(at.release("O-1"), Reason.PICK_IN_PROGRESS, ("1", "A", 5, 2), ("3", "B", 1, 0))


async def test_an_order_that_was_shipped_cannot_be_given_back(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.ship("O-1", permit_id, ("1", "A", 3))
    await at.refuses(at.release("O-1"), Reason.ALREADY_SHIPPED)


async def test_the_open_rest_of_a_partly_shipped_order_is_given_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    permit_id = (await at.authorize(("O-1", "1", "A", 3))).permit_id
    await at.ship("O-1", permit_id, ("1", "A", 3))
    reply = await at.release("O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.SHIPPED, 2)
    assert await at.level("A") == StockLevel("A", on_hand=7)


async def test_an_order_that_fell_short_is_closed_without_an_error(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.report(permit_id, ("O-1", "1", "A", 0, 3, ShortReason.DAMAGED))
    reply = await at.release("O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.SHORTED, 0)


async def test_released_units_can_be_sold_again(at: World) -> None:
    await at.receive(("A", 3))
    await at.reserve("O-1", ("1", "A", 3))
    await at.release("O-1", ("1", 2))
    await at.reserve("O-2", ("1", "A", 2))
    await at.refuses(at.reserve("O-3", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def by_the_gate(at: World, order_id: str) -> ReleaseReservationReply:
    """Give back what the gate could not complete elsewhere."""
    release = ops.ReleaseReservation(f"~{at.fresh_id()}", at.location_id, order_id, ())
    return await at.ledger.apply(release, at.policy, Call("source", system="gate", own=True))


@pytest.mark.parametrize("ttl_ms", [0, TTL_MS])
async def test_what_the_gate_gives_back_by_itself_lapses_as_if_a_hold_had_run_out(at: World, ttl_ms: int) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3), ttl_ms=ttl_ms)
    reply = await by_the_gate(at, "O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.EXPIRED, 3)
    line = await at.line("O-1", "1")
    assert (line.released, line.lapsed) == (3, 3)
    assert (await at.reservation("O-1")).hold_expires_at_ms == 0
    assert await at.level("A") == StockLevel("A", on_hand=10)


async def test_an_order_that_the_gate_gave_back_may_be_placed_or_confirmed_again(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.reserve("O-2", ("1", "A", 3))
    await by_the_gate(at, "O-1")
    await by_the_gate(at, "O-2")
    await at.reserve("O-1", ("1", "A", 10))
    await at.refuses(at.confirm("O-2"), Reason.HOLD_EXPIRED, ("1", "A", 3, 0))
    await at.release("O-1", ("1", 5))
    assert (await at.confirm("O-2")).retaken is True


async def test_what_lapsed_before_stays_lapsed_when_the_gate_gives_back_the_rest(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert (await by_the_gate(at, "O-1")).released_quantity == 0
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_the_gate_gives_back_nothing_that_is_being_picked_or_was_shipped(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.refuses(by_the_gate(at, "O-1"), Reason.PICK_IN_PROGRESS, ("1", "A", 3, 0))
    await at.ship("O-1", permit_id, ("1", "A", 3))
    await at.refuses(by_the_gate(at, "O-1"), Reason.ALREADY_SHIPPED)
