"""Feeds: how far each system's numbered events are, what is missing, and what came out of order."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.cases import Delivery, Feed, FeedGap
from gate_service.domain.limits import FEED_GAPS_MAX
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import DeliveryVerdict, Landing, OperationKind, Reason, WaveAtomicity
from tests.contract.state import ASKING, read_feeds
from tests.contract.world import World

HERE = "DC-1"
ABSORBED, CONFLICT, LATE = DeliveryVerdict.ABSORBED, DeliveryVerdict.CONFLICT, DeliveryVerdict.LATE
GAP, REPEATED = DeliveryVerdict.GAP, DeliveryVerdict.REPEATED_NUMBER
RETIRED, REFUSED = DeliveryVerdict.RETIRED, DeliveryVerdict.REFUSED


def event(number: int, document: str = "", system: str = "") -> ops.SourceEvent:
    """Name an event of a feed; without a name of its own it is called by its number."""
    return ops.SourceEvent(system, "receipt", document or f"D-{number}", "", "booked", number)


def receipt(at: World, units: int = 1) -> ops.RecordReceipt:
    """Book units of A in."""
    return ops.RecordReceipt(at.fresh_id(), HERE, "", (ops.ReceiptLine("A", units, Landing.AVAILABLE),))


async def numbered(at: World, *numbers: int) -> None:
    """Tell an event for each number, in this order, a millisecond apart."""
    for number in numbers:
        await at.tell(event(number), receipt(at))
        at.clock.advance(1)


async def feed_of(at: World, system: str = "wms-east") -> Feed:
    """Read the feed of a system."""
    return next(feed for feed in (await at.feeds()).feeds if feed.system == system)


async def verdicts(at: World) -> list[tuple[DeliveryVerdict, int]]:
    """Read what was listed, oldest first: the verdict and the number."""
    return [(one.verdict, one.source.number) for one in reversed((await at.feeds()).deliveries)]


async def test_events_in_order_leave_nothing_but_their_count(at: World) -> None:
    start = at.clock.now_ms
    await numbered(at, 7, 8, 9)
    assert await feed_of(at) == Feed("wms-east", 3, start + 2, 7, 9, (), 0, 0, 0, 0, 0, 0, 0)
    assert (await at.feeds()).deliveries == ()


async def test_a_location_without_events_has_no_feed(at: World) -> None:
    await at.apply(receipt(at))
    assert await at.feeds() == ((), ())
    assert (await at.ledger.feeds(HERE, ASKING)).revision == 1


async def test_events_without_a_number_are_only_counted(at: World) -> None:
    for document in ("D-1", "D-2"):
        await at.tell(event(0, document), receipt(at))
    feed = await feed_of(at)
    assert (feed.events, feed.first, feed.last, feed.gaps) == (2, 0, 0, ())


async def test_an_event_without_a_number_leaves_the_numbers_of_the_feed(at: World) -> None:
    await numbered(at, 7, 8)
    await at.tell(event(0, "D-x"), receipt(at))
    feed = await feed_of(at)
    assert (feed.events, feed.first, feed.last) == (3, 7, 8)


async def test_numbers_that_did_not_come_are_a_gap_with_its_age(at: World) -> None:
    start = at.clock.now_ms
    await numbered(at, 1, 5, 6, 8)
    assert (await feed_of(at)).gaps == (FeedGap(2, 4, start + 1), FeedGap(7, 7, start + 3))
    assert await verdicts(at) == [(GAP, 5), (GAP, 8)]


@pytest.mark.parametrize("order", list(itertools.permutations([2, 3, 4])))
async def test_late_events_fill_a_gap_in_whatever_order_they_come(at: World, order: tuple[int, ...]) -> None:
    await numbered(at, 1, 5, *order)
    feed = await feed_of(at)
    assert (feed.gaps, feed.first, feed.last, feed.late) == ((), 1, 5, 3)
    assert (await at.level("A")).on_hand == 5, "a late event is applied"
    assert await verdicts(at) == [(GAP, 5), *((LATE, number) for number in order)]


async def test_an_event_in_the_middle_of_a_gap_splits_it_and_both_parts_keep_their_age(at: World) -> None:
    start = at.clock.now_ms
    await numbered(at, 1, 9, 5)
    assert (await feed_of(at)).gaps == (FeedGap(2, 4, start + 1), FeedGap(6, 8, start + 1))
    await numbered(at, 2, 8)
    assert (await feed_of(at)).gaps == (FeedGap(3, 4, start + 1), FeedGap(6, 7, start + 1))


async def test_an_event_before_the_first_one_is_late_and_the_feed_still_begins_where_it_began(at: World) -> None:
    await numbered(at, 10, 11, 4)
    feed = await feed_of(at)
    assert (feed.first, feed.last, feed.gaps, feed.late) == (10, 11, (), 1)
    assert await verdicts(at) == [(LATE, 4)]


async def test_a_number_that_another_event_had_is_told_and_the_event_applied_all_the_same(at: World) -> None:
    await numbered(at, 1, 2)
    await at.tell(event(1, "D-other"), receipt(at))
    await at.tell(event(2, "D-another"), receipt(at))
    assert (await feed_of(at)).repeated_numbers == 2
    assert await verdicts(at) == [(REPEATED, 1), (REPEATED, 2)]
    assert (await at.level("A")).on_hand == 4


async def test_an_event_told_again_is_absorbed_and_its_number_is_no_repetition(at: World) -> None:
    await numbered(at, 1, 2)
    assert (await at.tell(event(1), receipt(at))).applied.absorbed is True
    feed = await feed_of(at)
    assert (feed.events, feed.absorbed, feed.repeated_numbers) == (3, 1, 0)
    (delivery,) = (await at.feeds()).deliveries
    assert (delivery.verdict, delivery.revision, delivery.kind) == (ABSORBED, 1, OperationKind.RECORD_RECEIPT)


async def test_an_event_told_again_under_a_number_of_a_gap_fills_it_and_is_told_twice(at: World) -> None:
    await numbered(at, 1, 4)
    await at.tell(event(2, "D-1"), receipt(at))
    feed = await feed_of(at)
    assert ([gap[:2] for gap in feed.gaps], feed.late, feed.absorbed) == ([(3, 3)], 1, 1)
    assert await verdicts(at) == [(GAP, 4), (LATE, 2), (ABSORBED, 2)]


async def test_the_same_operation_id_again_is_no_delivery(at: World) -> None:
    first = receipt(at)
    await at.tell(event(1), first)
    before = await at.feeds()
    await at.tell(event(1), first)
    await at.tell(event(9), first)
    await at.refused(
        at.tell(event(3), ops.ConfirmReservation(first.operation_id, HERE, "O-1")), Reason.OPERATION_ID_REUSED
    )
    assert await at.feeds() == before


async def test_a_dry_run_is_no_delivery(at: World) -> None:
    await at.receive(("A", 5))
    wave = (ops.WaveLine("O-1", "1", "A", 1),)
    await at.tell(event(3), ops.AuthorizeWave("", HERE, "W", WaveAtomicity.LINE, 60_000, dry_run=True, lines=wave))
    assert await at.feeds() == ((), ())


async def test_a_refused_event_has_its_number_and_is_listed_with_its_reason(at: World) -> None:
    await at.receive(("A", 5))
    await at.refused(at.tell(event(1), ops.ConfirmReservation("op-x", HERE, "O-9")), Reason.RESERVATION_NOT_FOUND)
    await at.refused(at.tell(event(3), ops.ConfirmReservation("op-y", HERE, "O-9")), Reason.RESERVATION_NOT_FOUND)
    feed = await feed_of(at)
    assert (feed.first, feed.last, feed.refused) == (1, 3, 2)
    now, kind = at.clock.now_ms, OperationKind.CONFIRM_RESERVATION
    named = event(3)._replace(system="wms-east")
    refused = Delivery(now, REFUSED, named, kind, "op-y", 3, "RESERVATION_NOT_FOUND")
    assert (await at.feeds()).deliveries == (
        refused,
        refused._replace(verdict=GAP, reason=""),
        Delivery(now, REFUSED, event(1)._replace(system="wms-east"), kind, "op-x", 2, "RESERVATION_NOT_FOUND"),
    )


async def test_an_event_with_another_content_is_a_conflict_and_names_where_the_first_answer_stands(at: World) -> None:
    await at.receive(("A", 5))
    await numbered(at, 4)
    asking = at.tell(event(4), receipt(at, units=9))
    no = await at.refused(asking, Reason.SOURCE_EVENT_CONFLICT)
    assert no.metadata["stored_revision"] == "2"
    feed = await feed_of(at)
    assert (feed.events, feed.conflicts, feed.repeated_numbers) == (2, 1, 0)
    (delivery,) = (await at.feeds()).deliveries
    assert (delivery.verdict, delivery.revision, delivery.reason) == (CONFLICT, 2, "")


async def test_an_event_whose_answer_is_no_longer_kept_is_counted_as_retired(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.tell(event(1), receipt(at))
    at.clock.advance(5_000)
    await at.refused(at.tell(event(1), receipt(at)), Reason.SOURCE_EVENT_RETIRED)
    feed = await feed_of(at)
    assert (feed.events, feed.retired, feed.repeated_numbers) == (2, 1, 0)
    (delivery,) = (await at.feeds()).deliveries
    assert (delivery.verdict, delivery.revision) == (RETIRED, 0)


async def test_an_event_that_names_a_merged_sku_has_not_come_yet(at: World) -> None:
    await at.receive(("B", 5))
    await at.receive(("A", 5))
    await at.merge("A", "B")
    await at.refused(at.tell(event(1), receipt(at)), Reason.SKU_MERGED)
    assert await at.feeds() == ((), ())
    lines = (ops.ReceiptLine("B", 1, Landing.AVAILABLE),)
    await at.tell(event(1), ops.RecordReceipt(at.fresh_id(), HERE, "", lines))
    assert (await feed_of(at)).events == 1


async def test_each_system_has_a_feed_of_its_own_also_one_that_is_only_relayed(at: World) -> None:
    await numbered(at, 1, 2)
    await at.tell(event(40, system="netsuite"), receipt(at))
    at.act_as("", system="netsuite")
    await at.tell(event(41), receipt(at))
    assert [(feed.system, feed.first, feed.last) for feed in (await at.feeds()).feeds] == [
        ("netsuite", 40, 41),
        ("wms-east", 1, 2),
    ]


async def test_each_location_has_feeds_of_its_own(at: World) -> None:
    there = World(at.ledger, at.clock, "DC-2")
    await numbered(at, 1)
    lines = (ops.ReceiptLine("A", 1, Landing.AVAILABLE),)
    await there.tell(event(1), ops.RecordReceipt("x", "DC-2", "", lines))
    assert (await there.level("A")).on_hand == 1
    assert [feed.last for feed in (await there.feeds()).feeds] == [1]


async def test_deliveries_are_listed_the_newest_first_and_page_by_page(at: World) -> None:
    await numbered(at, *range(1, 60, 2))
    listed = (await at.feeds()).deliveries
    assert [one.source.number for one in listed] == list(range(59, 1, -2))
    for page_size in (1, 7):
        assert (await read_feeds(at.ledger, HERE, page_size)).deliveries == listed


async def at_once(at: World, *numbers: int) -> None:
    """Tell an event for each number, in this order, without waiting for the answers."""
    await at.receive(("A", 1))
    quota = (ops.SkuQuantity("A", 1),)
    told = (at.tell(event(number), ops.SetQuota(at.fresh_id(), HERE, "web", quota)) for number in numbers)
    await asyncio.gather(*told)


async def test_beyond_a_thousand_gaps_the_oldest_is_forgotten_and_counted(at: World) -> None:
    await at_once(at, *range(1, 2 * FEED_GAPS_MAX + 4, 2))
    feed = await feed_of(at)
    assert (len(feed.gaps), feed.dropped_gaps) == (FEED_GAPS_MAX, 1)
    assert (feed.gaps[0].from_number, feed.gaps[-1].from_number) == (4, 2 * FEED_GAPS_MAX + 2)
    await at.tell(event(2), receipt(at))
    assert (await feed_of(at)).repeated_numbers == 1, "nobody knows any more that it never came"


async def test_a_gap_that_splits_beyond_the_thousandth_pushes_the_oldest_out(at: World) -> None:
    await at_once(at, *range(1, 2 * FEED_GAPS_MAX, 2), 2 * FEED_GAPS_MAX + 8)
    assert len((await feed_of(at)).gaps) == FEED_GAPS_MAX
    await at.tell(event(2 * FEED_GAPS_MAX + 4), receipt(at))
    feed = await feed_of(at)
    assert (len(feed.gaps), feed.dropped_gaps, feed.gaps[0].from_number) == (FEED_GAPS_MAX, 1, 4)
