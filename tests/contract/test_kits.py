"""Kits: the components are reserved and picked, the kit itself is remembered and can be given back by its own name."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.reservation import KitLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.contract.world import World


async def two_sets(at: World, *others: tuple[str, str, int], ttl_ms: int = 0) -> None:
    """Order two sets of one A and three B each, with other lines and some wrapping."""
    await at.receive(("A", 20), ("B", 20))
    lines = (("set/1", "A", 2), ("set/2", "B", 6), *others)
    order = ops.ReserveStock(
        at.fresh_id(),
        at.location_id,
        "O-1",
        "",
        ttl_ms,
        tuple(ops.OrderLine(*line) for line in lines),
        kits=(ops.OrderLine("set", "TEA-SET", 2),),
        non_stock=(ops.OrderLine("wrap", "GIFT-WRAP", 1),),
    )
    await at.apply(order)


async def test_an_order_keeps_its_kits_and_what_has_no_stock_as_they_were_ordered(at: World) -> None:
    await two_sets(at)
    reservation = await at.reservation("O-1")
    assert reservation.kits == (KitLine("set", "TEA-SET", 2),)
    assert reservation.non_stock == (KitLine("wrap", "GIFT-WRAP", 1),)
    assert [line.sku for line in reservation.lines] == ["A", "B"]
    assert "TEA-SET" not in (await at.state()).stock


async def test_an_order_without_kits_says_nothing_of_them_in_its_entry(at: World) -> None:
    await at.receive(("A", 20))
    await at.reserve("O-1", ("1", "A", 1))
    body = (await at.entries())[-1].body
    assert "kits" not in body
    assert "non_stock" not in body


async def test_the_line_of_a_kit_gives_back_its_components(at: World) -> None:
    await two_sets(at)
    reply = await at.release("O-1", ("set", 1))
    assert (reply.state, reply.released_quantity) == (ReservationState.COMMITTED, 4)
    assert [(line.committed, line.released) for line in (await at.reservation("O-1")).lines] == [(1, 1), (3, 3)]
    assert await at.level("B") == StockLevel("B", on_hand=20, committed=3)


async def test_a_held_kit_is_given_back_like_a_committed_one(at: World) -> None:
    await two_sets(at, ttl_ms=60_000)
    assert (await at.release("O-1", ("set", 2))).state is ReservationState.RELEASED
    assert await at.level("A") == StockLevel("A", on_hand=20)


async def test_a_component_that_is_named_besides_its_kit_adds_up(at: World) -> None:
    await two_sets(at)
    asking = at.release("O-1", ("set/2", 4), ("set", 1))
    await at.refuses(asking, Reason.RELEASE_EXCEEDS_LINE, ("set/2", "B", 7, 6))
    assert (await at.release("O-1", ("set", 1), ("set/2", 3))).released_quantity == 7


async def test_more_of_a_kit_than_was_ordered_is_refused_by_its_components(at: World) -> None:
    await two_sets(at)
    asking = at.release("O-1", ("set", 3))
    await at.refuses(asking, Reason.RELEASE_EXCEEDS_LINE, ("set/1", "A", 3, 2), ("set/2", "B", 9, 6))


async def test_a_kit_of_which_a_part_is_being_picked_is_not_given_back(at: World) -> None:
    await two_sets(at)
    await at.authorize(("O-1", "set/2", "B", 5))
    asking = at.release("O-1", ("set", 1))
    await at.refuses(asking, Reason.PICK_IN_PROGRESS, ("set/2", "B", 3, 1))


async def test_only_the_components_of_a_kit_go_back_with_it(at: World) -> None:
    await two_sets(at, ("sets/1", "A", 2), ("1", "B", 2))
    await at.release("O-1", ("set", 2))
    committed = {line.line_id: line.committed for line in (await at.reservation("O-1")).lines}
    assert committed == {"set/1": 0, "set/2": 0, "sets/1": 2, "1": 2}


async def test_a_code_without_stock_cannot_be_given_back(at: World) -> None:
    await two_sets(at)
    await at.refuses(at.release("O-1", ("wrap", 1)), Reason.LINE_NOT_FOUND, ("wrap", "", 1, 0))


async def test_a_new_reservation_in_the_place_of_an_expired_one_has_kits_of_its_own(at: World) -> None:
    await two_sets(at, ttl_ms=60_000)
    at.clock.advance(60_000)
    await at.reserve("O-1", ("1", "A", 1))
    assert (await at.reservation("O-1")).kits == ()
