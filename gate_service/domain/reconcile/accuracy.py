"""How right the record was found, added up by day: of a location, of its classes, and of those who counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

LOCATION: Final = "location"
CLASS: Final = "class"
COUNTER: Final = "counter"
GROUPS: Final = (LOCATION, CLASS, COUNTER)
"""By what counts are grouped, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts added up."""

    counted: int = 0
    right: int = 0
    adjusted_units: int = 0
    """By how much the record was corrected, up and down; of a counter, how far off what was booked."""
    counted_units: int = 0
    adjusted: int = 0
    """Counts after which the record was corrected."""

    def plus(self, other: Sums) -> Sums:
        """Add them up."""
        return Sums(
            self.counted + other.counted,
            self.right + other.right,
            self.adjusted_units + other.adjusted_units,
            self.counted_units + other.counted_units,
            self.adjusted + other.adjusted,
        )

    @property
    def basis_points(self) -> int:
        """Give how many of ten thousand were right; 0 where nothing was counted."""
        return self.right * 10_000 // self.counted if self.counted else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted at a location on a day of UTC; `by` says whether by count tasks, or by others."""

    location_id: str
    day: int
    """As yyyymmdd."""
    by: str
    sums: dict[str, Sums] = field(default_factory=dict)
    """By group and name, as "class A"."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.day} {self.by}"


@dataclass(slots=True)
class Results:
    """What is added to a tally."""

    sums: dict[str, Sums] = field(default_factory=dict)

    def found(self, location_id: str, abc: str, counted: int, expected: int, *, right: bool) -> None:
        """Add what one booked count found of the record."""
        apart = abs(counted - expected)
        one = Sums(1, int(right), apart, counted, int(apart > 0))
        self._add(f"{LOCATION} {location_id}", one)
        self._add(f"{CLASS} {abc or '-'}", one)

    def told(self, counter: str, counted: int, truth: int, *, right: bool) -> None:
        """Add how right one count of a person was, by what was booked at the end."""
        apart = abs(counted - truth)
        self._add(f"{COUNTER} {counter}", Sums(1, int(right), apart, counted, int(apart > 0)))

    def onto(self, tally: Tally) -> Tally:
        """Give a tally with all of it."""
        sums = dict(tally.sums)
        for name, each in self.sums.items():
            sums[name] = sums.get(name, Sums()).plus(each)
        return Tally(tally.location_id, tally.day, tally.by, sums)

    def _add(self, name: str, one: Sums) -> None:
        self.sums[name] = self.sums.get(name, Sums()).plus(one)


def total(tallies: Iterable[Tally]) -> dict[tuple[str, str], Sums]:
    """Add tallies up by (group, name), in the order in which they are told."""
    found: dict[tuple[str, str], Sums] = {}
    for tally in tallies:
        for key, each in tally.sums.items():
            group, _, name = key.partition(" ")
            found[group, name] = found.get((group, name), Sums()).plus(each)
    return dict(sorted(found.items(), key=lambda one: (GROUPS.index(one[0][0]), one[0][1])))
