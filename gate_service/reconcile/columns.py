"""The balance of a whole location at one revision, in columns: a million SKUs take about 250 MB."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import add, sub
from typing import Final

from gate_service.domain.journal import JournalEntry
from gate_service.domain.reconcile.measures import Measure
from gate_service.domain.stock import StockLevel, StockPage
from gate_service.domain.vocabulary import Bucket

_BUCKETS: Final = tuple(Bucket)
_FIELDS: Final = tuple(StockLevel._fields.index(bucket) for bucket in _BUCKETS)
_LATER_MAX: Final = 8_000_000
"""Movements after the revision that are noted, in some hundred MB; what is beyond is evidence that is done without."""


class Columns:
    """Units by bucket and SKU. Each SKU has a place, by which it stands in every column."""

    def __init__(self) -> None:
        """Begin without SKUs."""
        self.places: Final[dict[str, int]] = {}
        self._units: Final = {bucket: array("q") for bucket in _BUCKETS}
        self._as_of = array("q")
        self._ends: list[str] = []
        """The last SKU of each page of the stock; of the last page it may be empty, and nothing is behind it."""
        self._revisions = array("q")
        """Of each page."""
        self._later_places, self._later_revisions = array("l"), array("q")

    def __len__(self) -> int:
        """Count the SKUs."""
        return len(self._as_of)

    def add(self, page: StockPage) -> None:
        """Take a page of the stock; they come in byte order."""
        fresh = [level for level in page.levels if level.sku not in self.places]
        if fresh:
            begin = len(self)
            by_field = list(zip(*fresh, strict=True))
            self.places.update(zip(by_field[0], range(begin, begin + len(fresh)), strict=True))
            for bucket, field in zip(_BUCKETS, _FIELDS, strict=True):
                self._units[bucket].extend(by_field[field])
            self._as_of.extend([page.revision] * len(fresh))
        self._ends.append(page.next_after)
        self._revisions.append(page.revision)

    @property
    def newest(self) -> int:
        """Give the newest revision of any page."""
        return max(self._revisions, default=0)

    def place(self, sku: str) -> int:
        """Give the place of a SKU; one that is in no page had nothing when its page was read."""
        found = self.places.get(sku)
        if found is not None:
            return found
        self.places[sku] = len(self)
        for column in self._units.values():
            column.append(0)
        pages = len(self._ends)  # looked for without a copy: a snapshot may name a million codes that nobody knows
        self._as_of.append(self._revisions[bisect_left(self._ends, sku, hi=pages - 1)] if pages else 0)
        return len(self) - 1

    def undo(self, entries: Sequence[JournalEntry]) -> None:
        """Take back what entries did, where they had done it when the page was read; note whom they moved."""
        units, as_of, known = self._units, self._as_of, self.places
        note_place, note_revision = self._later_places.append, self._later_revisions.append
        noting = len(self._later_places) < _LATER_MAX
        # One text is read in a third of the time that a thousand take.
        all_changes = json.loads(f"[{','.join([entry.changes for entry in entries])}]")
        for entry, changes in zip(entries, all_changes, strict=True):
            revision = entry.revision
            for sku, moved in changes.items() if changes else ():
                place = known.get(sku)
                if place is None:
                    place = self.place(sku)
                if noting:
                    note_place(place)
                    note_revision(revision)
                if revision <= as_of[place]:
                    for bucket, delta in moved.items():
                        units[bucket][place] -= delta

    def later(self, places: frozenset[int], each: int) -> dict[int, list[int]]:
        """Give the first revisions after the balance's that moved these SKUs, up to `each` of one."""
        found: dict[int, list[int]] = {}
        for place, revision in zip(self._later_places, self._later_revisions, strict=True):
            if place in places:
                revisions = found.setdefault(place, [])
                if len(revisions) < each:
                    revisions.append(revision)
        return found

    def holds(self, sku: str) -> bool:
        """Say whether there is anything of a SKU."""
        place = self.places.get(sku)
        return place is not None and any(column[place] for column in self._units.values())

    def balance(self, place: int) -> dict[Bucket, int]:
        """Give the buckets of one SKU."""
        return {bucket: column[place] for bucket, column in self._units.items()}

    def figures(self, measure: Measure, begin: int, end: int) -> Sequence[int]:
        """Give the figures of a stretch of places."""
        figures: Iterator[int] = iter([0] * (end - begin))
        for bucket, sign in measure.terms.items():
            figures = map(add if sign > 0 else sub, figures, self._units[bucket][begin:end])
        return list(figures)

    def figure(self, measure: Measure, place: int) -> int:
        """Give the figure of one SKU."""
        return sum(sign * self._units[bucket][place] for bucket, sign in measure.terms.items())


class Told:
    """What a snapshot says in one measure, by place."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.figures = array("q")
        self.named = bytearray()
        """1 where it says something, 2 where it says two things and is not believed."""

    def say(self, place: int, quantity: int) -> None:
        """Take a figure; what is said of a place a second time is a further part of it."""
        if place >= len(self.named):
            self.reach(place + 1)
        self.figures[place] += quantity
        self.named[place] = 1

    def dispute(self, place: int) -> None:
        """Believe nothing of a SKU."""
        self.reach(place + 1)
        self.named[place] = 2

    def reach(self, length: int) -> None:
        """Say nothing of all places up to a length."""
        missing = length - len(self.named)
        if missing > 0:
            self.named.extend(bytes(missing))
            self.figures.extend(array("q", bytes(8 * missing)))


def by_place(places: Mapping[str, int], wanted: frozenset[int]) -> dict[int, str]:
    """Name the SKUs of some places."""
    return {place: sku for sku, place in places.items() if place in wanted}
