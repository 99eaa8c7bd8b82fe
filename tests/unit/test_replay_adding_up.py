"""Does what the gate says of all that arrived add up? A sound account, and one witness at a time that lies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fulfillment_gate import SourceEvent
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb2
from gate_service.cli.replaying.adding_up import Arrivals, FeedWatch, add_up
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.clean import same_stock
from gate_service.cli.replaying.feed import Feed, PutAway
from gate_service.cli.replaying.numbers import Numbers
from gate_service.cli.replaying.telling import About
from gate_service.domain.audit_checks import CheckResult
from gate_service.domain.entries import Entry
from gate_service.domain.operations import SourceEvent as Source
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind
from tests.unit.audit_history import History

LATE = About("shop", "order", "2", "created")


def told(document: str, action: str, number: int) -> Source:
    return Source("shop", "order", document, "", action, number)


ENTRIES = [
    (told("1", "created", 1), ""),
    (told("2", "paid", 3), "RESERVATION_NOT_FOUND"),  # 2 is missing: a gap opens
    (told("2", "created", 2), ""),  # late
    (told("2", "paid.2", 3), ""),  # repeated
]
"""What stands in the ledger as revisions 1 to 4. Besides, 2 was told once more and absorbed by revision 3."""


def entry(revision: int, source: Source, refusal: str) -> Entry:
    made = History().add(OperationKind.RESERVE_STOCK, {}, {}, refusal=refusal, name=f"op-{revision}")
    return made._replace(revision=revision, source=source)


def delivery(verdict: str, revision: int, name: str = "") -> feed_pb2.Delivery:
    source = ENTRIES[revision - 1][0]
    return feed_pb2.Delivery(
        verdict=f"DELIVERY_VERDICT_{verdict}",
        source_event=SourceEvent(**source._asdict()),
        operation_id=name or f"op-{revision}",
        revision=revision,
    )


def sound_arrivals() -> Arrivals:
    feed = feed_pb2.Feed(
        system="shop",
        event_count=5,
        first_number=1,
        last_number=3,
        absorbed_count=1,
        late_count=1,
        repeated_number_count=1,
        refused_count=1,
    )
    newest_first = [
        delivery("ABSORBED", 3, "again-1"),
        delivery("REPEATED_NUMBER", 4),
        delivery("LATE", 3),
        delivery("REFUSED", 2),
        delivery("GAP", 2),
    ]
    return Arrivals.of([feed], newest_first)


def sound_watch() -> FeedWatch:
    watch = FeedWatch()
    for revision, (source, refusal) in enumerate(ENTRIES, start=1):
        watch.add(entry(revision, source, refusal))
    return watch


def sound_feed() -> Feed:
    chance = Chance(1, late=0.5)
    feed = Feed(Caller(chance, 1), chance, "run", Numbers())
    feed.tally.sent["shop"] = {"op-1", "op-2", "op-3", "op-4", "again-1"}
    feed.tally.must_be_late = {LATE}
    return feed


Lie = Callable[[Arrivals, FeedWatch, Feed], object]


def failed(lie: Lie = lambda *_: None) -> list[CheckResult]:
    arrivals, watch, feed = sound_arrivals(), sound_watch(), sound_feed()
    lie(arrivals, watch, feed)
    return [check for check in add_up(arrivals, watch, feed) if not check.ok]


def test_a_sound_account_adds_up() -> None:
    assert failed() == []
    assert all(check.checked for check in add_up(sound_arrivals(), sound_watch(), sound_feed()))


def counting(**counts: int) -> Lie:
    def lie(arrivals: Arrivals, *_: object) -> None:
        for name, count in counts.items():
            setattr(arrivals.feeds[0], name, count)

    return lie


def unlisted(verdict: str) -> Lie:
    return lambda arrivals, *_: arrivals.listed.pop(verdict)


def sending(name: str) -> Lie:
    return lambda _, __, feed: feed.tally.sent["shop"].add(name)


LIES: dict[str, tuple[Lie, set[str]]] = {
    "a delivery that the gate did not count": (sending("lost"), {"each delivery sent counts once in its feed"}),
    "a delivery that it counted twice": (counting(event_count=6), {"each delivery sent counts once in its feed"}),
    "a conflict nobody made": (
        counting(conflict_count=1),
        {"each delivery sent counts once in its feed", "the list of deliveries adds up to the feeds"},
    ),
    "one late too many": (
        counting(late_count=2),
        {"late, repeated and refused as in the ledger", "the list of deliveries adds up to the feeds"},
    ),
    "a repeated number not counted": (
        counting(repeated_number_count=0),
        {"late, repeated and refused as in the ledger", "the list of deliveries adds up to the feeds"},
    ),
    "a refusal not counted": (
        counting(refused_count=0),
        {"late, repeated and refused as in the ledger", "the list of deliveries adds up to the feeds"},
    ),
    "an absorbed one not listed": (unlisted("absorbed"), {"the list of deliveries adds up to the feeds"}),
    "a late one not listed": (
        unlisted("late"),
        {"the list of deliveries adds up to the feeds", "what a later event had overtaken counts as late"},
    ),
    "a refused one not listed": (unlisted("refused"), {"the list of deliveries adds up to the feeds"}),
    "a gap not listed": (unlisted("gap"), {"the list of deliveries adds up to the feeds"}),
    "a number that never came": (counting(last_number=4), {"no number of a feed is missing in the end"}),
    "absorbed by another event": (
        lambda _, watch, __: watch.events.update({3: (LATE._replace(document="9"), "op-3")}),
        {"an absorbed delivery got the first one's answer"},
    ),
    "absorbed by itself": (
        lambda _, watch, __: watch.events.update({3: (LATE, "again-1")}),
        {"an absorbed delivery got the first one's answer"},
    ),
    "a second answer that differs": (
        lambda _, __, feed: feed.tally.not_absorbed.append("op-3"),
        {"an absorbed delivery got the first one's answer"},
    ),
    "a refusal after the world went on": (
        lambda _, __, feed: feed.tally.refused_belatedly.append(PutAway(LATE, 2, "INSUFFICIENT_STOCK")),
        {"every event was taken in the end"},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_witness_that_lies_is_found(lie: str) -> None:
    told_so, expected = LIES[lie]
    found = failed(told_so)
    assert {check.name for check in found} == expected
    assert all(check.first and check.first.what for check in found)


def test_a_gap_in_the_feed_of_the_gate_is_found() -> None:
    gap = feed_pb2.FeedGap(from_number=2, to_number=2)
    found = failed(lambda arrivals, *_: arrivals.feeds[0].gaps.append(gap))
    assert [check.name for check in found] == ["no number of a feed is missing in the end"]


def test_what_comes_before_the_first_number_is_late_each_time_it_comes() -> None:
    watch = FeedWatch()
    for revision, source in enumerate([told("1", "created", 2), told("2", "created", 1)], start=1):
        watch.add(entry(revision, source, ""))
    assert watch.walks["shop"].counted["late"] == 1
    feed = feed_pb2.Feed(system="shop", event_count=3, first_number=2, last_number=2, absorbed_count=1, late_count=2)
    first, again = delivery("LATE", 3), delivery("LATE", 3, "again-1")
    absorbed = delivery("ABSORBED", 3, "again-1")
    for each in (first, again, absorbed):
        each.revision, each.source_event.number = 2, 1
    feeder = sound_feed()
    feeder.tally.sent["shop"] = {"op-1", "op-2", "again-1"}
    checks = add_up(Arrivals.of([feed], [absorbed, again, first]), watch, feeder)
    assert [check.name for check in checks if not check.ok] == []


def test_a_list_that_was_cut_is_not_held_against_the_gate() -> None:
    many = [delivery("LATE", 3)] * 10_000
    arrivals = Arrivals.of(sound_arrivals().feeds, many)
    assert not arrivals.complete
    names = {check.name: check.checked for check in add_up(arrivals, sound_watch(), sound_feed())}
    assert names["the list of deliveries adds up to the feeds"] == 0


LEVELS = (StockLevel("BOWL", on_hand=2), StockLevel("MUG", on_hand=4, held=1))


def test_the_same_stock_is_the_same_in_every_figure() -> None:
    result = same_stock(LEVELS, LEVELS)
    assert (result.ok, result.checked) == (True, 2)


@pytest.mark.parametrize("figure", [name for name in StockLevel._fields if name != "sku"])
def test_one_figure_that_differs_from_the_clean_run_is_found(figure: str) -> None:
    other = LEVELS[1]._replace(**{figure: getattr(LEVELS[1], figure) + 1})
    result = same_stock((LEVELS[0], other), LEVELS)
    assert result.first is not None
    assert (result.violations, result.first.what.startswith(f"MUG: {figure} ")) == (1, True)


def test_a_sku_that_only_one_of_the_two_knows_is_found() -> None:
    assert same_stock(LEVELS, LEVELS[:1]).violations == 1
    assert same_stock(LEVELS, (*LEVELS, StockLevel("VASE"))).violations == 1
