"""One snapshot beside the gate's balance at the same moment: which figures differ."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gate_service.app.reconcile.snapshots.staging import StagedRow
from gate_service.domain.reconcile.duplicates import Duplicates
from gate_service.domain.reconcile.measures import Measure
from gate_service.reconcile.columns import Columns, Told

_PLACES_AT_ONCE: Final = 10_000
_DISPUTED: Final = 2
Progress = Callable[[int], Awaitable[None]]
"""Hears how many rows were looked at."""


class UnknownMeasure(Exception):
    """A row is in a measure that the handoff map no longer knows."""


class Gap(NamedTuple):
    """One figure that differs: its SKU's place, and what the snapshot says."""

    place: int
    reported: int


@dataclass
class Sheet:
    """What the snapshot says, by measure. `measures` are those that may occur, deductions in them."""

    columns: Columns
    measures: Mapping[str, Measure]
    whole: str
    """The measure in which what is not named counts as 0; empty for none."""
    told: dict[str, Told] = field(default_factory=dict)
    duplicates: Duplicates = field(default_factory=Duplicates)
    compared: dict[str, int] = field(default_factory=dict)
    """By measure: how many figures there were; known once the gaps are."""
    covered: set[str] = field(default_factory=set)
    """Measures in which it names all of which there is anything, provided that the columns are of all SKUs."""

    async def read(self, rows: AsyncIterator[StagedRow], on_progress: Progress) -> None:
        """Take all rows. Raises `UnknownMeasure`, and as reading them does."""
        place_of, count = self.columns.place, 0
        if self.whole:
            self._of(self.whole)
        disputes: list[tuple[str, str]] = []
        before = self.duplicates.bad_count
        async for row in rows:
            sku = self._as_it_stood(row)
            fresh = self.duplicates.add(row.place, sku, row.measure, row.quantity, row.merged_from)
            if fresh:
                self._of(row.measure).say(place_of(sku), row.quantity)
            elif self.duplicates.bad_count != before:
                before = self.duplicates.bad_count
                disputes.append((sku, row.measure))
            count += 1
            if count % _PLACES_AT_ONCE == 0:
                await on_progress(count)
        for sku, measure in disputes:
            self._of(measure).dispute(place_of(sku))
        for told in self.told.values():
            told.reach(len(self.columns))

    def doubt(self, skus: Iterable[str]) -> None:
        """Believe nothing that is not said of some SKUs, though the snapshot is whole."""
        for sku in skus:
            place = self.columns.places.get(sku)
            if place is not None and not self.told[self.whole].named[place]:
                self.told[self.whole].dispute(place)

    def lacks(self, skus: Iterable[str]) -> None:
        """Believe nothing of some SKUs, whatever is said: a part of their figure is missing."""
        for sku in skus:
            place = self.columns.place(sku)
            for told in self.told.values():
                told.dispute(place)

    def _as_it_stood(self, row: StagedRow) -> str:
        """Give the SKU of a row at the snapshot's moment: before it was merged its units were its own."""
        return row.merged_from if row.merged_from and self.columns.holds(row.merged_from) else row.sku

    def _of(self, name: str) -> Told:
        told = self.told.get(name)
        if told is None:
            if name not in self.measures:
                raise UnknownMeasure(name)
            told = self.told[name] = Told()
            told.reach(len(self.columns))
        return told

    async def gaps(self, name: str) -> list[Gap]:
        """Give the figures of a measure that differ."""
        told, measure, whole = self.told[name], self.measures[name], name == self.whole
        compared, missed, found = 0, False, list[Gap]()
        for begin in range(0, len(self.columns), _PLACES_AT_ONCE):
            end = min(begin + _PLACES_AT_ONCE, len(self.columns))
            named, figures = told.named[begin:end], told.figures[begin:end]
            compared += (len(named) if whole else len(named) - named.count(0)) - named.count(_DISPUTED)
            expected = self.columns.figures(measure, begin, end)
            for place, (says, reported, ours) in enumerate(zip(named, figures, expected, strict=True), start=begin):
                if reported != ours and (says == 1 or (whole and not says)):
                    found.append(Gap(place, reported))
            missed = missed or (
                not whole and any(ours and not says for says, ours in zip(named, expected, strict=True))
            )
            await asyncio.sleep(0)
        self.compared[name] = compared
        if not missed:
            self.covered.add(name)
        return found

    def says(self, name: str, sku: str) -> int | None:
        """Give what the snapshot says of a SKU, 0 where it leaves it out and is whole; None where it says nothing."""
        told, place = self.told.get(name), self.columns.places.get(sku)
        if told is None or place is None:
            return None
        named = told.named[place]
        if named == 1:
            return told.figures[place]
        return 0 if name == self.whole and not named else None

    def others(self, name: str) -> Iterator[str]:
        """Name the other measures of the snapshot."""
        return (each for each in self.told if each != name)
