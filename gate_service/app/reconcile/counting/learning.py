"""Learns from each entry what counting needs to know: an `Observer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gate_service.app.reconcile.counting.shelves import ShelfBook
from gate_service.app.reconcile.counting.tallying import OTHERS, at, tally_change
from gate_service.app.reconcile.observing import Learned
from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.domain.entries import Entry
from gate_service.domain.reconcile.accuracy import Results, Tally
from gate_service.domain.reconcile.count_entries import CountNews, CountWish, news_of
from gate_service.domain.reconcile.counting import within
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.shelves import Borders, Shelf

_TALLIES_READ = 800


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What was planned for a location on a day of UTC."""

    day: int = 0
    """As yyyymmdd."""
    opened: int = 0
    """Cycle counts."""
    a: int = 0
    """How often a SKU went out to be of class A; 0 where nobody has looked yet."""
    b: int = 0

    @property
    def borders(self) -> Borders | None:
        """Give the borders of the classes."""
        return Borders(self.a, self.b) if self.a else None


def plan_id(location_id: str) -> str:
    """Name the record of a location's newest plan, beside its shelves."""
    return f"{location_id} plan"


def wishes_of(location_id: str) -> str:
    """Name the index of what a location's entries mean for count tasks and was not seen to yet, by when they were."""
    return f"of {location_id}"


@dataclass(slots=True)
class Place:
    """A location in memory."""

    book: ShelfBook
    borders: Borders | None = None
    """Found by whoever looks at the clock; None where nobody has."""
    tallies: dict[str, tuple[int, Tally]] = field(default_factory=dict)
    """Version and tally, by name: of what was counted without a task."""
    results: dict[int, Results] = field(default_factory=dict)
    """Since it was last taken, by day."""
    wishes: list[CountWish] = field(default_factory=list)


class CountLearning:
    """Keeps the shelves of each location, and what its entries mean for count tasks."""

    def __init__(self, records: Records, rules: Callable[[], CountRules]) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._rules = rules
        self.places: dict[str, Place] = {}
        self.at_end: set[str] = set()
        """Locations of which all is known that has happened: counts of others are not planned yet."""

    async def load(self, location_id: str) -> None:
        """Read what is known of a location; see `Observer`."""
        place = Place(await ShelfBook.read(self._records, location_id))
        page = await self._records.page(Collection.TALLIES, at(location_id), _TALLIES_READ, descending=True)
        for kept in page.records:
            tally = load(Tally, kept.text)
            if tally.by == OTHERS:
                place.tallies[tally.record_id] = (kept.version, tally)
        (kept_plan,) = await self._records.get(Collection.SHELVES, [plan_id(location_id)])
        place.borders = load(PlannedDay, kept_plan.text).borders if kept_plan else None
        self.places[location_id] = place

    def observe(self, location_id: str, entry: Entry) -> None:
        """Learn from one entry."""
        place, news = self.places[location_id], news_of(location_id, entry, self._rules())
        place.wishes += news.wishes
        for sku in news.seen:
            if sku not in place.book:
                place.book.put(sku, Shelf(entry.at_ms))
        for sku, times in news.went_out.items():
            shelf = place.book.get(sku) or Shelf(entry.at_ms)
            place.book.put(sku, shelf.picked(entry.at_ms, times))
        if news.merged:
            _merge(place.book, *news.merged, entry.at_ms)
        self._learn_counts(place, entry, news)

    def behind(self, location_id: str, entries: int) -> None:
        """Hear how far a ledger was followed; see `WaitsForEnd`."""
        if entries:
            self.at_end.discard(location_id)
        else:
            self.at_end.add(location_id)

    def take(self, location_id: str) -> Learned:
        """Give what changed since the last time."""
        place = self.places[location_id]
        changes = place.book.take()
        for wish in place.wishes:
            changes.append(
                Change(Collection.COUNT_WISHES, wish.record_id, 0, dump(wish), {wishes_of(location_id): wish.at_ms})
            )
        for day, results in place.results.items():
            empty = Tally(location_id, day, OTHERS)
            version, tally = place.tallies.get(empty.record_id, (0, empty))
            tally = results.onto(tally)
            changes.append(tally_change(tally, version))
            place.tallies[tally.record_id] = (version + 1, tally)
        place.wishes = []
        place.results = {}
        return Learned(changes)

    def _learn_counts(self, place: Place, entry: Entry, news: CountNews) -> None:
        rules = self._rules()
        results = (
            place.results.setdefault(day_of(entry.at_ms), Results()) if news.counted and not news.by_task else None
        )
        for line in news.counted:
            shelf = place.book.get(line.sku) or Shelf(entry.at_ms)
            place.book.put(line.sku, shelf.counted_at(entry.at_ms))
            if results is not None:
                abc = place.borders.class_of(shelf, entry.at_ms) if place.borders else shelf.given
                right = within(line.counted, line.expected, rules)
                results.found(place.book.location_id, abc, line.counted, line.expected, right=right)


def _merge(book: ShelfBook, sku: str, into_sku: str, at_ms: int) -> None:
    gone = book.get(sku)
    if gone is not None:
        book.drop(sku)
        book.put(into_sku, (book.get(into_sku) or Shelf(at_ms)).merged(gone))
