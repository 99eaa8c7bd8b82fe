"""record_return: goods come back, and whoever sends more than was shipped is found out."""

from __future__ import annotations

import pytest

from gate_service.domain.limits import BUCKET_MAX, QUANTITY_MAX
from gate_service.domain.replies import Applied, RecordReturnReply, SkuUnits
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, Reason, ReservationState
from tests.contract.shelf import picking
from tests.contract.world import World


async def shipped(at: World, order_id: str = "O-1", quantity: int = 5) -> None:
    """Ship units of A to an order."""
    await at.receive(("A", 10))
    permit_id = await picking(at, order_id, quantity=quantity)
    await at.ship(order_id, permit_id, ("1", "A", quantity))


async def test_units_that_come_back_are_inspected_first(at: World) -> None:
    await shipped(at)
    reply = await at.take_back(("A", 2), order_id="O-1")
    levels = (StockLevel("A", on_hand=7, quality_control=2),)
    assert reply == RecordReturnReply(Applied(5, at.clock.now_ms, replayed=False), levels, ())
    assert sorted((await at.entries())[-1].changes) == [("A", "on_hand", 2), ("A", "quality_control", 2)]


@pytest.mark.parametrize(
    ("landing", "level"),
    [
        (Landing.AVAILABLE, StockLevel("B", on_hand=2)),
        (Landing.DAMAGED, StockLevel("B", on_hand=2, damaged=2)),
        (Landing.QUALITY_CONTROL, StockLevel("B", on_hand=2, quality_control=2)),
    ],
)
async def test_they_land_where_the_return_says_and_open_their_sku(
    at: World, landing: Landing, level: StockLevel
) -> None:
    await at.receive(("A", 1))
    assert (await at.take_back(("B", 2), landing=landing)).levels == (level,)


async def test_the_order_stays_shipped_and_remembers_what_came_back(at: World) -> None:
    await shipped(at)
    await at.take_back(("A", 2), order_id="O-1")
    reservation = await at.reservation("O-1")
    assert (reservation.state, reservation.returned) == (ReservationState.SHIPPED, (("A", 2),))
    assert reservation.lines[0].shipped == 5


async def test_more_than_was_shipped_is_taken_in_and_told_as_unmatched(at: World) -> None:
    await shipped(at)
    assert (await at.take_back(("A", 3), order_id="O-1")).unmatched == ()
    reply = await at.take_back(("A", 1), ("A", 2), ("B", 4), order_id="O-1")
    assert reply.unmatched == (SkuUnits("A", 1), SkuUnits("B", 4))
    assert (await at.reservation("O-1")).returned == (("A", 6), ("B", 4))
    assert (await at.take_back(("A", 1), order_id="O-1")).unmatched == (SkuUnits("A", 1),)


async def test_units_of_an_order_that_this_location_does_not_know_are_unmatched(at: World) -> None:
    await at.receive(("A", 1))
    reply = await at.take_back(("B", 2), ("A", 1), order_id="O-9")
    assert reply.unmatched == (SkuUnits("B", 2), SkuUnits("A", 1))
    assert (await at.state()).reservations == {}


async def test_units_whose_order_nobody_knows_are_matched_with_nothing(at: World) -> None:
    await shipped(at)
    assert (await at.take_back(("A", 9))).unmatched == ()
    assert (await at.reservation("O-1")).returned == ()


async def test_only_what_was_shipped_counts_whatever_else_the_order_has(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3), ("2", "A", 3))
    await at.ship_foreign("O-1", ("1", "A", 2))
    assert (await at.take_back(("A", 3), order_id="O-1")).unmatched == (SkuUnits("A", 1),)


async def test_a_new_reservation_in_the_place_of_an_expired_one_begins_without_returns(at: World) -> None:
    await at.receive(("A", 10))
    until = (await at.hold("O-1", ("1", "A", 1))).hold_expires_at_ms
    at.clock.advance(until - at.clock.now_ms)
    await at.take_back(("A", 1), order_id="O-1")
    await at.reserve("O-1", ("1", "A", 1))
    assert (await at.reservation("O-1")).returned == ()


async def test_a_return_beyond_the_bound_of_a_bucket_is_refused(at: World) -> None:
    await at.receive(*[("A", QUANTITY_MAX)] * 1_000)
    assert (await at.level("A")).on_hand == BUCKET_MAX
    await at.refuses(at.take_back(("A", 1), ("B", 1)), Reason.QUANTITY_OVERFLOW, ("", "A", 1, 0))


async def test_a_return_opens_no_location(at: World) -> None:
    await at.refused(at.take_back(("A", 1)), Reason.UNKNOWN_LOCATION)


async def test_a_hold_that_is_due_runs_out_before_its_order_is_looked_at(at: World) -> None:
    await at.receive(("A", 10))
    until = (await at.hold("O-1", ("1", "A", 1))).hold_expires_at_ms
    at.clock.advance(until - at.clock.now_ms)
    assert (await at.take_back(("A", 1), order_id="O-1")).applied.revision == 4
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_the_entry_of_a_return_names_the_order_and_the_return(at: World) -> None:
    await shipped(at)
    await at.take_back(("A", 1), order_id="O-1")
    entry = (await at.entries())[-1]
    assert (entry.order_id, entry.document_id) == ("O-1", "R-1")
