"""Whether the gate's account of what arrived adds up: its feeds, its list of deliveries, its ledger, and what was sent.

Four witnesses: the counters of the feeds, the list of remarkable deliveries, the entries of the ledger walked in their
order, and the feeder's own count of what it sent. The gate keeps the first two apart from the third, so that a delivery
counted twice, or not at all, shows as a difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb2
from gate_service.cli.plain import short_name
from gate_service.cli.replaying.feed import Feed, FeedTally
from gate_service.cli.replaying.telling import About, about_of
from gate_service.domain.audit_checks import Check, CheckResult, Finding
from gate_service.domain.entries import Entry
from gate_service.domain.limits import DELIVERIES_KEPT

LISTED: Final = ("absorbed", "late", "repeated_number", "refused", "conflict", "retired")
"""The verdicts that a feed counts; each of their deliveries is listed, as gaps are that opened."""


@dataclass(slots=True)
class _Walk:
    """One system's entries in the order of the ledger."""

    first: int = 0
    last: int = 0
    seen: set[int] = field(default_factory=set)
    entries: int = 0
    counted: Counter[str] = field(default_factory=Counter)

    def take(self, number: int, *, refused: bool) -> None:
        """Count one entry, as the rules of docs/transitions.md say of a new event."""
        self.entries += 1
        self.counted["refused"] += refused
        if number:
            self._place(number)

    def _place(self, number: int) -> None:
        if not self.last:
            self.first = self.last = number
        elif number > self.last:
            self.counted["gap"] += number > self.last + 1
            self.last = number
        elif number < self.first or number not in self.seen:
            self.counted["late"] += 1
        else:
            self.counted["repeated_number"] += 1
        self.seen.add(number)


class FeedWatch:
    """Walks the ledger with the eyes of a feed."""

    def __init__(self) -> None:
        """Stand before revision 1."""
        self.walks: defaultdict[str, _Walk] = defaultdict(_Walk)
        self.events: dict[int, tuple[About, str]] = {}
        """By revision: the event, and the operation that told it first."""

    def add(self, entry: Entry) -> None:
        """Take one entry."""
        if entry.source:
            self.walks[entry.source.system].take(entry.source.number, refused=bool(entry.refusal))
            self.events[entry.revision] = (about_of(entry.source), entry.operation_id)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the gate says of all that arrived: `listed` by verdict, oldest first."""

    feeds: Sequence[feed_pb2.Feed]
    listed: dict[str, list[feed_pb2.Delivery]]

    @staticmethod
    def of(feeds: Iterable[feed_pb2.Feed], newest_first: Iterable[feed_pb2.Delivery]) -> Arrivals:
        """Sort the list of deliveries by verdict."""
        listed: dict[str, list[feed_pb2.Delivery]] = defaultdict(list)
        for delivery in reversed(list(newest_first)):
            verdict = short_name(feed_pb2.DeliveryVerdict.DESCRIPTOR, delivery.verdict).lower()
            listed[verdict].append(delivery)
        return Arrivals(list(feeds), dict(listed))

    @property
    def complete(self) -> bool:
        """Say whether the list still has every delivery: the gate keeps the newest 10,000 or so."""
        return sum(map(len, self.listed.values())) < DELIVERIES_KEPT


def count(feed: feed_pb2.Feed, verdict: str) -> int:
    """Give how often a feed counted a verdict."""
    return int(getattr(feed, f"{verdict}_count"))


def add_up(arrivals: Arrivals, watch: FeedWatch, feed: Feed) -> list[CheckResult]:
    """Compare the witnesses. The location must have been this run's alone."""
    tally = feed.tally
    return [
        _each_counted(arrivals, watch, tally),
        _as_in_the_ledger(arrivals, watch),
        _all_listed(arrivals, watch),
        _absorbed(arrivals, watch, tally),
        _no_gaps(arrivals, watch),
        _belated_are_late(arrivals, tally),
        settled(feed),
    ]


def _each_counted(arrivals: Arrivals, watch: FeedWatch, tally: FeedTally) -> CheckResult:
    check = Check("each delivery sent counts once in its feed", "I6")
    feeds = {feed.system: feed for feed in arrivals.feeds}
    for system in sorted(feeds.keys() | tally.sent.keys()):
        feed, sent = feeds.get(system, feed_pb2.Feed()), len(tally.sent.get(system, ()))
        in_ledger = watch.walks[system].entries
        check.checked += sent
        if not feed.event_count == sent == in_ledger + feed.absorbed_count or feed.conflict_count or feed.retired_count:
            told = f"{sent} sent, {feed.event_count} counted, {in_ledger} in the ledger, {feed.absorbed_count} absorbed"
            more = f"{feed.conflict_count} in conflict, {feed.retired_count} retired"
            check.fail(Finding(0, "", f"{system}: {told}, {more}"))
    return check.result()


def _as_in_the_ledger(arrivals: Arrivals, watch: FeedWatch) -> CheckResult:
    check = Check("late, repeated and refused as in the ledger", "I6")
    again = Counter(
        delivery.source_event.system
        for delivery in arrivals.listed.get("absorbed", ())
        if delivery.source_event.number < watch.walks[delivery.source_event.system].first
    )  # what came before the first number of a feed is late each time it comes
    for feed in arrivals.feeds:
        expected = watch.walks[feed.system].counted + Counter(late=again[feed.system])
        for verdict in ("late", "repeated_number", "refused"):
            check.checked += expected[verdict]
            if count(feed, verdict) != expected[verdict]:
                told = f"{count(feed, verdict)} {verdict}, {expected[verdict]} by the order of the ledger"
                check.fail(Finding(0, "", f"{feed.system}: {told}"))
    return check.result()


def _all_listed(arrivals: Arrivals, watch: FeedWatch) -> CheckResult:
    check = Check("the list of deliveries adds up to the feeds", "I6")
    if not arrivals.complete:
        return check.result()  # not tried: the oldest are no longer listed
    listed = {verdict: Counter(each.source_event.system for each in told) for verdict, told in arrivals.listed.items()}
    for feed in arrivals.feeds:
        counted = {verdict: count(feed, verdict) for verdict in LISTED} | {
            "gap": watch.walks[feed.system].counted["gap"]
        }
        for verdict, times in counted.items():
            check.checked += times
            found = listed.get(verdict, Counter())[feed.system]
            if found != times:
                check.fail(Finding(0, "", f"{feed.system}: {times} {verdict}, {found} listed"))
    return check.result()


def _absorbed(arrivals: Arrivals, watch: FeedWatch, tally: FeedTally) -> CheckResult:
    check = Check("an absorbed delivery got the first one's answer", "I6")
    for delivery in arrivals.listed.get("absorbed", ()):
        event, first = watch.events.get(delivery.revision, (None, ""))
        same = event == about_of(delivery.source_event) and first != delivery.operation_id
        told = f"was absorbed by entry {delivery.revision}, which is {event} by {first}"
        check.checked += 1
        if not same:
            check.fail(Finding(delivery.revision, delivery.operation_id, told))
    for operation_id in tally.not_absorbed:
        check.fail(Finding(0, operation_id, "its second delivery got another answer"))
    return check.result()


def _no_gaps(arrivals: Arrivals, watch: FeedWatch) -> CheckResult:
    check = Check("no number of a feed is missing in the end", "replay")
    for feed in arrivals.feeds:
        walk = watch.walks[feed.system]
        check.checked += walk.last
        missing = walk.last - len(walk.seen)
        if missing or feed.gaps or feed.dropped_gap_count or feed.last_number != walk.last:
            told = f"{missing} missing up to {walk.last}; its feed has {len(feed.gaps)} gaps up to {feed.last_number}"
            check.fail(Finding(0, "", f"{feed.system}: {told}"))
    return check.result()


def _belated_are_late(arrivals: Arrivals, tally: FeedTally) -> CheckResult:
    check = Check("what a later event had overtaken counts as late", "replay")
    if not arrivals.complete:
        return check.result()
    late = {about_of(delivery.source_event) for delivery in arrivals.listed.get("late", ())}
    for event in sorted(tally.must_be_late):
        check.checked += 1
        if event not in late:
            check.fail(Finding(0, "", f"{' '.join(event)} was overtaken, and is not listed as late"))
    return check.result()


def settled(feed: Feed) -> CheckResult:
    """Check that nothing is left that the gate did not take, but for what had become pointless."""
    check = Check("every event was taken in the end", "replay", sum(map(len, feed.tally.sent.values())))
    for event in feed.tally.refused_belatedly:
        check.fail(Finding(0, "", f"{' '.join(event.about)} was refused with {event.reason}"))
    for about in feed.unsettled:
        check.fail(Finding(0, "", f"{' '.join(about)} was never taken"))
    return check.result()
