"""A sourced order is given back wherever it is reserved, by the rules for one reservation."""

from __future__ import annotations

from collections import Counter

from gate_service.domain import operations as ops
from gate_service.domain.errors import Violation
from gate_service.domain.operations import OrderLine
from gate_service.domain.vocabulary import Reason, ReservationState, WaveAtomicity
from tests.sourcing.shop import TTL_MS, Shop, served
from tests.sourcing.test_reserving import refused

HELD, COMMITTED, RELEASED = ReservationState.HELD, ReservationState.COMMITTED, ReservationState.RELEASED


async def committed_at_two(shop: Shop) -> None:
    """Commit an order of two lines, of which the first is torn between two locations."""
    await shop.stock(NORTH={"A": 2, "B": 1}, EAST={"A": 3})
    reply = await shop.reserve(shop.order("O-1", ("1", "A", 5), ("2", "B", 1)))
    assert served(reply) == {"NORTH": {"1": 2, "2": 1}, "EAST": {"1": 3}}


async def authorize(shop: Shop, location_id: str, line_id: str, units: int) -> str:
    """Let some units be picked."""
    wave = (ops.WaveLine("O-1", line_id, "A", units),)
    reply = await shop.do(
        ops.AuthorizeWave(
            f"w-{location_id}", location_id, "W", WaveAtomicity.LINE, 3_600_000, dry_run=False, lines=wave
        )
    )
    return str(reply.permit_id)


async def test_the_whole_order_goes_back_wherever_it_is(shop: Shop) -> None:
    await committed_at_two(shop)
    reply = await shop.release("O-1", operation_id="mine")
    assert (reply.state, reply.released_quantity, reply.applied.replayed) == (RELEASED, 6, False)
    assert await shop.reserved("O-1") == {}
    again = await shop.release("O-1", operation_id="mine")
    assert again == reply._replace(applied=reply.applied._replace(replayed=True))
    assert (await shop.release("O-1")).released_quantity == 0


async def test_an_order_at_one_location_goes_back_by_the_callers_own_operation(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 5), ttl_ms=TTL_MS))
    assert (await shop.release("O-1", ("1", 2))).released_quantity == 2
    assert await shop.reserved("O-1") == {"NORTH": (HELD, Counter({"1": 3}))}


async def test_a_part_of_a_line_goes_back_from_the_last_location_first(shop: Shop) -> None:
    await committed_at_two(shop)
    reply = await shop.release("O-1", ("1", 2))
    assert (reply.state, reply.released_quantity) == (COMMITTED, 2)
    assert await shop.reserved("O-1") == {
        "NORTH": (COMMITTED, Counter({"1": 2, "2": 1})),
        "EAST": (COMMITTED, Counter({"1": 1})),
    }
    await shop.release("O-1", ("1", 2), ("2", 1))
    assert await shop.reserved("O-1") == {"NORTH": (COMMITTED, Counter({"1": 1}))}


async def test_more_than_all_locations_have_of_a_line_is_refused_and_gives_back_nothing(shop: Shop) -> None:
    await committed_at_two(shop)
    no = await refused(shop.release("O-1", ("1", 6), ("2", 1), operation_id="mine"), Reason.RELEASE_EXCEEDS_LINE)
    assert no.violations == (Violation("1", "A", 6, 5),)
    assert sum(units.total() for _, units in (await shop.reserved("O-1")).values()) == 6
    assert (
        await refused(shop.release("O-1", ("1", 6), ("2", 1), operation_id="mine"), Reason.RELEASE_EXCEEDS_LINE)
    ).applied.replayed


async def test_a_line_that_no_location_has_is_not_found(shop: Shop) -> None:
    await committed_at_two(shop)
    no = await refused(shop.release("O-1", ("1", 1), ("7", 2)), Reason.LINE_NOT_FOUND)
    assert no.violations == (Violation("7", "", 2, 0),)


async def test_while_a_part_is_being_picked_the_whole_order_stays(shop: Shop) -> None:
    await committed_at_two(shop)
    await authorize(shop, "EAST", "1", 3)
    no = await refused(shop.release("O-1"), Reason.PICK_IN_PROGRESS)
    assert no.violations == (Violation("1", "A", 3, 0),)
    assert await shop.reserved("O-1") == {
        "NORTH": (COMMITTED, Counter({"1": 2, "2": 1})),
        "EAST": (ReservationState.ALLOCATED, Counter({"1": 3})),
    }
    await refused(shop.release("O-1", ("1", 3)), Reason.PICK_IN_PROGRESS)
    assert (await shop.release("O-1", ("1", 2))).released_quantity == 2


async def test_what_was_shipped_stays_shipped_and_the_rest_goes_back(shop: Shop) -> None:
    await committed_at_two(shop)
    permit_id = await authorize(shop, "EAST", "1", 3)
    await shop.do(ops.ConfirmShipment("s", "EAST", "O-1", permit_id, "P-1", (OrderLine("1", "A", 3),)))
    reply = await shop.release("O-1")
    assert (reply.state, reply.released_quantity) == (ReservationState.SHIPPED, 3)
    await refused(shop.release("O-1", ("1", 1)), Reason.ALREADY_SHIPPED)


async def test_an_order_that_was_shipped_cannot_be_given_back(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 3})
    await shop.reserve(shop.order("O-1", ("1", "A", 5)))
    for location_id, units in (("NORTH", 2), ("EAST", 3)):
        permit_id = await authorize(shop, location_id, "1", units)
        await shop.do(ops.ConfirmShipment("s", location_id, "O-1", permit_id, "P-1", (OrderLine("1", "A", units),)))
    await refused(shop.release("O-1"), Reason.ALREADY_SHIPPED)


async def test_the_line_of_a_kit_gives_back_whole_kits_at_each_location(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 4, "B": 2}, EAST={"A": 4, "B": 2})
    lines = (OrderLine("K/1", "A", 6), OrderLine("K/2", "B", 3))
    asked = ops.ReserveStock("op", "", "O-1", "web", 0, lines, (OrderLine("K", "KIT", 3),))
    reply = await shop.reserve(asked)
    assert served(reply) == {"NORTH": {"K/1": 4, "K/2": 2}, "EAST": {"K/1": 2, "K/2": 1}}
    await shop.release("O-1", ("K", 2))
    assert await shop.reserved("O-1") == {"NORTH": (COMMITTED, Counter({"K/1": 2, "K/2": 1}))}
    no = await refused(shop.release("O-1", ("K", 2)), Reason.RELEASE_EXCEEDS_LINE)
    assert no.violations == (Violation("K/1", "A", 4, 2), Violation("K/2", "B", 2, 1))
    await shop.release("O-1", ("K", 1))
    assert await shop.reserved("O-1") == {}
