"""How far each system's events are: their numbers, and what is missing among them."""

from __future__ import annotations

from collections.abc import Iterator

from gate_service.domain.cases import Feed, FeedGap
from gate_service.domain.limits import FEED_GAPS_MAX
from gate_service.domain.operations import SourceEvent
from gate_service.domain.vocabulary import DeliveryVerdict
from tests.model.state import Location

_COUNTED_AS = {
    DeliveryVerdict.ABSORBED: "absorbed",
    DeliveryVerdict.CONFLICT: "conflicts",
    DeliveryVerdict.LATE: "late",
    DeliveryVerdict.REPEATED_NUMBER: "repeated_numbers",
    DeliveryVerdict.RETIRED: "retired",
    DeliveryVerdict.REFUSED: "refused",
}


def _fresh(system: str) -> Feed:
    return Feed(
        system,
        events=0,
        newest_at_ms=0,
        first=0,
        last=0,
        gaps=(),
        dropped_gaps=0,
        absorbed=0,
        conflicts=0,
        late=0,
        repeated_numbers=0,
        retired=0,
        refused=0,
    )


def with_verdict(feed: Feed, verdict: DeliveryVerdict) -> Feed:
    """Count a verdict; a gap is told by itself."""
    name = _COUNTED_AS.get(verdict)
    return feed._replace(**{name: getattr(feed, name) + 1}) if name else feed


def number_verdict(location: Location, source: SourceEvent, now_ms: int, *, is_new: bool) -> DeliveryVerdict | None:
    """Count a delivery in its feed; say what its number means, None where it is the next one or there is none."""
    feed = location.feeds.get(source.system, _fresh(source.system))
    feed = feed._replace(events=feed.events + 1, newest_at_ms=now_ms)
    verdict: DeliveryVerdict | None = None
    number = source.number
    if number and not feed.last:
        feed = feed._replace(first=number, last=number)
    elif number > feed.last:
        if number > feed.last + 1:
            verdict = DeliveryVerdict.GAP
            feed = _with_gaps(feed, [*feed.gaps, FeedGap(feed.last + 1, number - 1, now_ms)])
        feed = feed._replace(last=number)
    elif any(gap.from_number <= number <= gap.to_number for gap in feed.gaps):
        verdict = DeliveryVerdict.LATE
        feed = _with_gaps(feed, [part for gap in feed.gaps for part in _without(gap, number)])
    elif 0 < number < feed.first:
        verdict = DeliveryVerdict.LATE
    elif number and is_new:
        verdict = DeliveryVerdict.REPEATED_NUMBER
    location.feeds[source.system] = feed
    return verdict


def _without(gap: FeedGap, number: int) -> Iterator[FeedGap]:
    """Give what a number leaves of a gap: all, one part, two parts or nothing."""
    if not gap.from_number <= number <= gap.to_number:
        yield gap
        return
    if gap.from_number < number:
        yield gap._replace(to_number=number - 1)
    if number < gap.to_number:
        yield gap._replace(from_number=number + 1)


def _with_gaps(feed: Feed, gaps: list[FeedGap]) -> Feed:
    """Keep the newest gaps, and count those that were dropped."""
    dropped = max(0, len(gaps) - FEED_GAPS_MAX)
    return feed._replace(gaps=tuple(gaps[dropped:]), dropped_gaps=feed.dropped_gaps + dropped)
