"""The same event of the caller's world, told again and otherwise, for orders without a location."""

from __future__ import annotations

from collections import Counter

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.operations import OrderLine, SourceEvent
from gate_service.domain.vocabulary import DeliveryVerdict, Reason, ReservationState
from tests.sourcing.shop import ASKING, TTL_MS, Shop, served
from tests.sourcing.test_reserving import refused

PLACED = SourceEvent("", "order", "1001", "", "created", 0)


async def verdicts(shop: Shop, location_id: str) -> list[tuple[DeliveryVerdict, str]]:
    """Give what a location noted of deliveries, the newest first."""
    page = await shop.ledger.deliveries(location_id, 100, "", ASKING)
    return [(delivery.verdict, delivery.operation_id) for delivery in page.deliveries]


@pytest.mark.parametrize("units", [3, 7], ids=["one location", "several locations"])
async def test_an_event_that_is_told_twice_reserves_once_and_counts_as_absorbed(shop: Shop, units: int) -> None:
    await shop.stock(NORTH={"A": 5}, EAST={"A": 5})
    first = await shop.reserve(shop.order("O-1", ("1", "A", units), source=PLACED))
    twice = shop.order("O-1", ("1", "A", units), source=PLACED, operation_id="second-delivery")
    for _ in range(2):
        again = await shop.reserve(twice)
        assert served(again) == served(first)
        assert (again.applied.absorbed, again.applied.replayed) == (True, True)
        assert again.applied.revision == first.applied.revision
    assert sum([(await shop.level("NORTH")).committed, (await shop.level("EAST")).committed]) == units
    assert await verdicts(shop, "NORTH") == [(DeliveryVerdict.ABSORBED, "second-delivery")]


async def test_a_no_to_an_event_is_the_answer_to_it_under_every_operation_id(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2})
    await refused(shop.reserve(shop.order("O-1", ("1", "A", 3), source=PLACED)), Reason.INSUFFICIENT_STOCK)
    await shop.stock(NORTH={"A": 50})
    no = await refused(shop.reserve(shop.order("O-1", ("1", "A", 3), source=PLACED)), Reason.INSUFFICIENT_STOCK)
    assert no.applied.absorbed
    assert await shop.reserved("O-1") == {}


@pytest.mark.parametrize(("order_id", "units"), [("O-1", 4), ("O-2", 3)])
async def test_an_event_with_another_content_is_a_conflict_and_changes_nothing(
    shop: Shop, order_id: str, units: int
) -> None:
    await shop.stock(NORTH={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), source=PLACED))
    other = shop.order(order_id, ("1", "A", units), source=PLACED, operation_id="otherwise")
    await refused(shop.reserve(other), Reason.SOURCE_EVENT_CONFLICT)
    assert (await shop.level("NORTH")).committed == 3
    assert await verdicts(shop, "NORTH") == [(DeliveryVerdict.CONFLICT, "otherwise")]


async def test_events_of_two_systems_under_one_name_are_two(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), source=PLACED._replace(system="mall")))
    await shop.reserve(shop.order("O-2", ("1", "A", 3), source=PLACED))
    assert (await shop.level("NORTH")).committed == 6


async def test_numbered_events_of_sourced_orders_leave_no_gaps_at_their_locations(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 1}, EAST={"A": 9})
    for number in range(1, 5):
        event = PLACED._replace(document=f"100{number}", number=number)
        await shop.reserve(shop.order(f"O-{number}", ("1", "A", 1), source=event))
    for location_id in ("NORTH", "EAST"):
        (feed,) = (await shop.ledger.feeds(location_id, ASKING)).feeds
        assert (feed.system, feed.last, feed.gaps) == ("shop", 0, ())


async def test_an_event_that_a_location_heard_of_by_itself_conflicts_there(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9}, EAST={"A": 2})
    told = ops.ReserveStock("direct", "NORTH", "O-9", "web", 0, (OrderLine("1", "A", 1),), source=PLACED)
    await shop.do(told)
    await refused(shop.reserve(shop.order("O-1", ("1", "A", 10), source=PLACED)), Reason.SOURCE_EVENT_CONFLICT)
    assert await shop.reserved("O-1") == {}


async def test_a_confirmation_and_a_release_that_are_told_twice_are_done_once(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 5}, EAST={"A": 5})
    await shop.reserve(shop.order("O-1", ("1", "A", 7), ttl_ms=TTL_MS))
    paid = SourceEvent("", "order", "1001", "", "paid", 0)
    sourcing = shop.sourcing()
    first = await sourcing.confirm(ops.ConfirmReservation("c-1", "", "O-1", source=paid), ASKING)
    again = await sourcing.confirm(ops.ConfirmReservation("c-2", "", "O-1", source=paid), ASKING)
    assert (first.changed, first.applied.absorbed) == (True, False)
    assert again == first._replace(applied=first.applied._replace(replayed=True, absorbed=True))
    line = (ops.ReleaseLine("1", 4),)
    less = SourceEvent("", "order", "1001", "1", "reduced", 0)
    gone = await sourcing.release(ops.ReleaseReservation("r-1", "", "O-1", line, source=less), ASKING)
    twice = await sourcing.release(ops.ReleaseReservation("r-2", "", "O-1", line, source=less), ASKING)
    assert (gone.released_quantity, gone.applied.absorbed) == (4, False)
    assert (twice.released_quantity, twice.applied.absorbed) == (4, True)
    assert await shop.reserved("O-1") == {"NORTH": (ReservationState.COMMITTED, Counter({"1": 3}))}
    other = ops.ReleaseReservation("r-3", "", "O-1", (ops.ReleaseLine("1", 2),), source=less)
    with pytest.raises(Refused) as caught:
        await sourcing.release(other, ASKING)
    assert caught.value.reason is Reason.SOURCE_EVENT_CONFLICT
    assert await shop.reserved("O-1") == {"NORTH": (ReservationState.COMMITTED, Counter({"1": 3}))}
