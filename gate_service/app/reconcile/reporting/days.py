"""Adds up what happens at each location day by day: an `Observer` of ledgers, and a `Ticker` for feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Final

from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.sources import Feeds
from gate_service.app.reconcile.observing import Learned
from gate_service.app.reconcile.ports import CHANGES_MAX, Change, Collection, Conflict, Kept, Records
from gate_service.domain.cases import Feed
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused, Unavailable
from gate_service.domain.reconcile.day_clock import Clock
from gate_service.domain.reconcile.days import MARKS_KEPT, SYSTEMS_KEPT, Day, day_of, observe
from gate_service.domain.reconcile.forms import dump, load

KEPT_DAYS: Final = 400
_REMEMBERED_DAYS: Final = 15
_LOOK_EVERY_MS: Final = 60_000
_DAY_MS: Final = int(timedelta(days=1).total_seconds() * 1000)
_PAGE: Final = 500
_CALL: Final = Call(method="reconcile", own=True)


def at(location_id: str) -> str:
    """Name the index of a location's days."""
    return f"at {location_id}"


def feeds_at(location_id: str) -> str:
    """Name the index of what feeds told at a location, by day."""
    return f"feeds at {location_id}"


@dataclass(slots=True)
class _Place:
    """The newest days of a location. `more` says that there are older ones, which are not in memory."""

    days: dict[int, Day] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    clock: Clock = field(default_factory=lambda: Clock([]))
    changed: set[int] = field(default_factory=set)
    more: bool = False


class DayBook:
    """An `Observer`: what happened on which day."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read yet."""
        self._records = records
        self._places: dict[str, _Place] = {}

    async def load(self, location_id: str) -> None:
        """Read the newest days of a location; see `Observer`."""
        place = _Place()
        page = await self._records.page(Collection.DAYS, at(location_id), _REMEMBERED_DAYS, descending=True)
        place.more = bool(page.next_token)
        for kept in reversed(page.records):
            day = load(Day, kept.text)
            place.days[day.day], place.versions[day.day] = day, kept.version
            place.clock.marks.extend((int(revision), int(ms)) for revision, ms in map(str.split, day.marks))
        self._places[location_id] = place

    def observe(self, location_id: str, entry: Entry) -> None:
        """Add one entry to its day."""
        place = self._places[location_id]
        name = day_of(entry.at_ms)
        if place.more and place.days and name not in place.days:
            name = max(name, min(place.days))  # a clock that was set far back: older days are not written anew
        day = place.days.setdefault(name, Day(location_id, name))
        before = (dict(day.sums), len(day.marks))
        observe(day, place.clock, entry)
        if before != (day.sums, len(day.marks)):
            place.changed.add(name)

    def take(self, location_id: str) -> Learned:
        """Give the days that changed, and forget the oldest."""
        place = self._places[location_id]
        changes = []
        for name in sorted(place.changed):
            version = place.versions.get(name, 0)
            changes.append(
                Change(
                    Collection.DAYS,
                    place.days[name].record_id,
                    version,
                    dump(place.days[name]),
                    {at(location_id): name},
                )
            )
            place.versions[name] = version + 1
        place.changed.clear()
        for name in sorted(place.days)[:-_REMEMBERED_DAYS]:
            del place.days[name]
            place.versions.pop(name, None)
            place.more = True
        del place.clock.marks[: -_REMEMBERED_DAYS * MARKS_KEPT]
        return Learned(changes)


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """Deliveries that were not simply new and in order. Counted since the feed began, or on one day."""

    events: int = 0
    absorbed: int = 0
    """Told again, and done once."""
    conflicts: int = 0
    late: int = 0
    repeated_numbers: int = 0
    retired: int = 0
    refused: int = 0
    gaps: int = 0
    """Ranges of numbers that are missing just now; of a day, the most at once."""

    @staticmethod
    def of(feed: Feed) -> FeedCounts:
        """Read them off a feed."""
        return FeedCounts(
            feed.events,
            feed.absorbed,
            feed.conflicts,
            feed.late,
            feed.repeated_numbers,
            feed.retired,
            feed.refused,
            len(feed.gaps) + feed.dropped_gaps,
        )

    def since(self, before: FeedCounts) -> FeedCounts:
        """Give what came on top; a feed that counts from 0 again is taken as it is."""
        mine, theirs = asdict(self), asdict(before)
        gaps = mine.pop("gaps")
        return FeedCounts(**{name: n - theirs[name] if n >= theirs[name] else n for name, n in mine.items()}, gaps=gaps)

    def plus(self, other: FeedCounts) -> FeedCounts:
        """Add them up."""
        mine, theirs = asdict(self), asdict(other)
        gaps = max(mine.pop("gaps"), theirs.pop("gaps"))
        return FeedCounts(**{name: n + theirs[name] for name, n in mine.items()}, gaps=gaps)


@dataclass(frozen=True, slots=True)
class FeedDay:
    """What the feeds of a location did on one day; with day 0 what they had counted when last looked at."""

    location_id: str
    day: int
    feeds: dict[str, FeedCounts] = field(default_factory=dict)
    """By system."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.day} feeds"


class FeedBook:
    """A `Ticker`: once a minute what the feeds counted, by difference, and days that are too old leave."""

    def __init__(self, records: Records, feeds: Feeds) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._feeds = feeds
        self._looked_ms = 0
        self._tidied_ms = 0

    async def tick(self, now_ms: int) -> None:
        """Look, where it is time. Raises `Unavailable`, once all were looked at that could be."""
        if 0 <= now_ms - self._looked_ms < _LOOK_EVERY_MS:
            return
        locations = [each for each in await self._feeds.locations(_CALL) if not each.startswith("~")]
        away: list[Unavailable] = []
        for location_id in locations:
            try:
                await self._look(location_id, now_ms)
            except (Refused, Conflict):
                continue  # not opened yet, or somebody else looks: the next look finds the same
            except Unavailable as error:
                away.append(error)
        self._looked_ms = now_ms
        if not 0 <= now_ms - self._tidied_ms < _DAY_MS:
            await self._tidy(locations, now_ms)
            self._tidied_ms = now_ms
        if away:
            raise away[0]

    async def _look(self, location_id: str, now_ms: int) -> None:
        answer = await self._feeds.feeds(location_id, _CALL)
        now = {feed.system: FeedCounts.of(feed) for feed in answer.feeds[:SYSTEMS_KEPT]}
        standing, today = FeedDay(location_id, 0, now), FeedDay(location_id, day_of(now_ms))
        kept_standing, kept_today = await self._records.get(Collection.DAYS, [standing.record_id, today.record_id])
        before = load(FeedDay, kept_standing.text).feeds if kept_standing else {}
        if before == now:
            return
        feeds = dict(load(FeedDay, kept_today.text).feeds) if kept_today else {}
        for system, counts in now.items():
            feeds[system] = counts.since(before.get(system, FeedCounts())).plus(feeds.get(system, FeedCounts()))
        today = FeedDay(location_id, today.day, feeds)
        await self._records.commit(
            [_change(standing, kept_standing, {}), _change(today, kept_today, {feeds_at(location_id): today.day})]
        )

    async def _tidy(self, locations: Sequence[str], now_ms: int) -> None:
        """Forget the days that are too old."""
        until = day_of(now_ms - KEPT_DAYS * _DAY_MS)
        for index in [each for location_id in locations for each in (at(location_id), feeds_at(location_id))]:
            while True:
                page = await self._records.page(Collection.DAYS, index, min(_PAGE, CHANGES_MAX), until=until)
                gone = [Change(Collection.DAYS, k.record_id, k.version, "", {index: None}) for k in page.records]
                if gone:
                    await self._records.commit(gone)
                if not page.next_token:
                    break


def _change(record: FeedDay, kept: Kept | None, scores: dict[str, int | None]) -> Change:
    return Change(Collection.DAYS, record.record_id, kept.version if kept else 0, dump(record), scores)
