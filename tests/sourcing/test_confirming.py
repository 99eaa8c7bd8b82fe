"""A sourced order is confirmed wherever it is reserved: everywhere, or nowhere."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.operations import OrderLine
from gate_service.domain.vocabulary import Reason, ReservationState, WaveAtomicity
from tests.sourcing.shop import ASKING, TTL_MS, Shop
from tests.sourcing.test_reserving import refused

HELD, COMMITTED, EXPIRED = ReservationState.HELD, ReservationState.COMMITTED, ReservationState.EXPIRED


async def held_at_two(shop: Shop) -> None:
    """Hold an order at two locations that then have nothing left."""
    await shop.stock(NORTH={"A": 2}, EAST={"A": 3})
    await shop.reserve(shop.order("O-1", ("1", "A", 5), ttl_ms=TTL_MS))


async def sell_out(shop: Shop, location_id: str, units: int, order_id: str = "O-9") -> None:
    """Sell what a location has to somebody else."""
    line = OrderLine("1", "A", units)
    await shop.do(ops.ReserveStock(f"op-of-{order_id}", location_id, order_id, "", 0, (line,)))


async def test_an_order_at_one_location_is_confirmed_there_by_the_callers_own_operation(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), ttl_ms=TTL_MS))
    reply = await shop.confirm("O-1", "mine")
    assert (reply.state, reply.changed, reply.retaken) == (COMMITTED, True, False)
    entry = (await shop.ledger.entries("NORTH", reply.applied.revision, 1, ASKING)).entries[0]
    assert entry.operation_id == "mine"
    assert (await shop.confirm("O-1", "mine")).applied.replayed


async def test_an_order_at_several_locations_is_confirmed_at_each(shop: Shop) -> None:
    await held_at_two(shop)
    reply = await shop.confirm("O-1", "mine")
    assert (reply.state, reply.changed, reply.retaken, reply.applied.replayed) == (COMMITTED, True, False, False)
    assert await shop.reserved("O-1") == {
        "NORTH": (COMMITTED, Counter({"1": 2})),
        "EAST": (COMMITTED, Counter({"1": 3})),
    }
    again = await shop.confirm("O-1", "mine")
    assert again == reply._replace(applied=reply.applied._replace(replayed=True))
    assert not (await shop.confirm("O-1")).changed


async def test_what_ran_out_everywhere_is_taken_again_while_it_is_there(shop: Shop) -> None:
    await held_at_two(shop)
    shop.clock.advance(TTL_MS)
    reply = await shop.confirm("O-1")
    assert (reply.state, reply.changed, reply.retaken) == (COMMITTED, True, True)


async def test_where_one_part_ran_out_and_is_gone_nothing_is_committed_and_that_no_is_kept(shop: Shop) -> None:
    await held_at_two(shop)
    shop.clock.advance(TTL_MS)
    await sell_out(shop, "EAST", 1)
    no = await refused(shop.confirm("O-1", "mine"), Reason.HOLD_EXPIRED)
    assert [(each.asked, each.possible) for each in no.violations] == [(3, 2)]
    assert await shop.reserved("O-1") == {}
    await refused(shop.confirm("O-1", "other"), Reason.HOLD_EXPIRED)
    assert await shop.reserved("O-1") == {}
    assert (await shop.level("NORTH")).available == 2
    await shop.stock(EAST={"A": 5})
    assert (await refused(shop.confirm("O-1", "mine"), Reason.HOLD_EXPIRED)).applied.replayed
    reply = await shop.confirm("O-1", "later")
    assert (reply.changed, reply.retaken) == (True, True)
    assert (await shop.level("NORTH")).committed == 2


async def test_a_confirmation_that_was_refused_stays_so_when_the_order_is_held_anew_elsewhere(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 5})
    await shop.reserve(shop.order("O-1", ("1", "A", 5), ttl_ms=TTL_MS))
    shop.clock.advance(TTL_MS)
    await sell_out(shop, "NORTH", 5)
    await refused(shop.confirm("O-1", "mine"), Reason.HOLD_EXPIRED)
    await shop.stock(EAST={"A": 5})
    await shop.reserve(shop.order("O-1", ("1", "A", 5), ttl_ms=TTL_MS))
    await refused(shop.confirm("O-1", "mine"), Reason.HOLD_EXPIRED)
    assert await shop.reserved("O-1") == {"EAST": (HELD, Counter({"1": 5}))}
    assert (await shop.confirm("O-1")).changed


async def test_a_part_that_was_given_back_by_itself_is_no_part_of_the_order_any_more(shop: Shop) -> None:
    await held_at_two(shop)
    await shop.do(ops.ReleaseReservation("direct", "NORTH", "O-1", ()))
    reply = await shop.confirm("O-1")
    assert (reply.state, reply.changed) == (COMMITTED, True)
    assert await shop.reserved("O-1") == {"EAST": (COMMITTED, Counter({"1": 3}))}


async def test_a_released_order_is_not_confirmed(shop: Shop) -> None:
    await held_at_two(shop)
    await shop.release("O-1")
    await refused(shop.confirm("O-1"), Reason.RESERVATION_RELEASED)
    assert await shop.reserved("O-1") == {}


@pytest.mark.parametrize("refused_first", [True, False])
async def test_an_order_that_the_gate_did_not_source_is_not_found(
    shop: Shop,
    refused_first: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    await shop.stock(NORTH={"A": 1})
    if refused_first:
        await refused(shop.reserve(shop.order("O-1", ("1", "A", 5))), Reason.INSUFFICIENT_STOCK)
    await refused(shop.confirm("O-1"), Reason.RESERVATION_NOT_FOUND)
    await refused(shop.release("O-1"), Reason.RESERVATION_NOT_FOUND)


async def test_an_operation_id_stands_for_one_confirmation(shop: Shop) -> None:
    await held_at_two(shop)
    await shop.confirm("O-1", "mine")
    await refused(shop.release("O-1", operation_id="mine"), Reason.OPERATION_ID_REUSED)


async def test_an_order_of_which_a_part_is_being_picked_stays_as_it_is(shop: Shop) -> None:
    await held_at_two(shop)
    await shop.confirm("O-1")
    wave = (ops.WaveLine("O-1", "1", "A", 2),)
    await shop.do(ops.AuthorizeWave("w", "NORTH", "W-1", WaveAtomicity.LINE, 3_600_000, dry_run=False, lines=wave))
    reply = await shop.confirm("O-1")
    assert (reply.state, reply.changed) == (ReservationState.ALLOCATED, False)


async def test_confirmations_and_releases_at_once_leave_an_order_whole_or_gone(shop: Shop) -> None:
    for number in range(8):
        order_id, sku = f"O-{number}", f"S-{number}"
        await shop.stock(NORTH={sku: 2}, EAST={sku: 3})
        await shop.reserve(shop.order(order_id, ("1", sku, 5), ttl_ms=TTL_MS))
        asking = [shop.release(order_id) if one == number else shop.confirm(order_id) for one in range(8)]
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert {getattr(answer, "reason", None) for answer in answers} <= {None, Reason.RESERVATION_RELEASED}
        assert await shop.reserved(order_id) == {}
        assert [(await shop.level(one, sku)).available for one in ("NORTH", "EAST")] == [2, 3]
