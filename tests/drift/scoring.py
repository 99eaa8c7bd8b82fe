"""Runs of a month with faults, and how well their causes were named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause
from tests.drift.books import Books
from tests.drift.faults import MIRRORS, Fault, Injector, MirrorKind
from tests.drift.month import Month, moment
from tests.drift.snapshots import Reports, Row

SINGLE: Final = (
    Cause.DOUBLE_APPLIED,
    Cause.NOT_APPLIED,
    Cause.SHIPPED_STILL_ALLOCATED,
    Cause.WRONG_MEASURE,
    Cause.UNIT_OF_MEASURE,
    Cause.WRONG_SKU,
    Cause.PHANTOM,
)
_MIXED_SHARE: Final = 90
"""Percent of the differences of a cause alone that it has in the mixed run."""
_NOISE_SHARE: Final = 0.05
_MINUTE_MS: Final = 60_000
LAGGING: Final = (
    MirrorKind("on time", ("on_hand", "available")),
    MirrorKind("five minutes behind", ("on_hand", "allocated", "available"), delay_ms=5 * _MINUTE_MS),
    MirrorKind("forty minutes behind", ("on_hand", "available"), delay_ms=40 * _MINUTE_MS),
    MirrorKind("out of order", ("on_hand", "available"), jitter_ms=15 * _MINUTE_MS),
    MirrorKind("behind, out of order", ("on_hand", "allocated"), delay_ms=2 * _MINUTE_MS, jitter_ms=12 * _MINUTE_MS),
)
"""Mirrors of the month without faults; by the map each may be fifteen minutes behind."""


class Target(NamedTuple):
    """What has to be reached for each cause."""

    precision: float
    recall: float


SINGLE_TARGET: Final = Target(0.98, 0.95)
MIXED_TARGET: Final = Target(0.9, 0.85)


@dataclass(slots=True)
class Matrix:
    """How often each cause was taken for each: (put in, said)."""

    counts: Counter[tuple[Cause, Cause]] = field(default_factory=Counter)
    too_young: int = 0
    """Rows left out, for their event was younger than a mirror may be behind: that is a lag by definition."""
    right_parts: int = 0
    """Of faults at once that were found to be so, those of which every part was named."""

    def add(self, rows: Iterable[Row]) -> None:
        """Count what was said of each difference; where it was diagnosed again, what was said last."""
        last = {row.key if row.faults else (number,): row for number, row in enumerate(rows)}
        for row in last.values():
            if row.too_young:
                self.too_young += 1
                continue
            said = row.diagnosis.cause
            self.counts[row.truth, said] += 1
            if row.truth is said is Cause.COMBINED:
                named = Counter(part.cause for part in row.diagnosis.parts)
                self.right_parts += named == Counter(fault.cause for fault in row.faults)

    @property
    def causes(self) -> Sequence[Cause]:
        """Give the causes that some difference has."""
        return [cause for cause in Cause if self.cases(cause)]

    def cases(self, cause: Cause) -> int:
        """Count the differences with this cause."""
        return sum(count for (truth, _), count in self.counts.items() if truth is cause)

    def precision(self, cause: Cause) -> float:
        """Give the share that is right of what was called so; 1 where nothing was."""
        called = sum(count for (_, said), count in self.counts.items() if said is cause)
        return self.counts[cause, cause] / called if called else 1.0

    def recall(self, cause: Cause) -> float:
        """Give the share that was called so of what is; 1 where nothing is."""
        cases = self.cases(cause)
        return self.counts[cause, cause] / cases if cases else 1.0

    @property
    def false_alarms(self) -> int:
        """Count the differences that are a lag and nothing else, and raised an alarm."""
        return sum(count for (truth, said), count in self.counts.items() if truth is Cause.TIMING is not said)


@dataclass(slots=True)
class Score:
    """All runs of one seed."""

    single: Matrix
    mixed: Matrix
    lag_only: Matrix

    def missed(self, causes: Sequence[Cause] = tuple(Cause)) -> list[str]:
        """Say which targets were missed."""
        found = [
            f"{name}: {cause} {what} {figure:.3f} < {least}"
            for name, matrix, target in (("single", self.single, SINGLE_TARGET), ("mixed", self.mixed, MIXED_TARGET))
            for cause in matrix.causes
            if cause in causes
            for what, figure, least in (
                ("precision", matrix.precision(cause), target.precision),
                ("recall", matrix.recall(cause), target.recall),
            )
            if figure < least
        ]
        if self.lag_only.false_alarms:
            found.append(f"lag only: {self.lag_only.false_alarms} false alarms")
        return found


def lag_alone(books: Books, month: Month) -> Matrix:
    """Run the month without any fault, with mirrors that are behind; no seed changes it."""
    matrix = Matrix()
    matrix.add(_compared(books, month, LAGGING, (), hours=(9, 11, 12.5, 14, 15.5, 17, 19, 21, 23)))
    return matrix


def score(books: Books, month: Month, seed: int, rows: int, lag_only: Matrix) -> Score:
    """Run the month with each fault alone, and with all of them mixed; about `rows` differences of each."""
    single = Matrix()
    for cause in SINGLE:
        # of the figures of an export that bears another measure most are the same in both, and differ by nothing
        struck = rows * 3 if cause is Cause.WRONG_MEASURE else rows
        faults = Injector(books, f"{seed} {cause}").draw(cause, MIRRORS, struck)
        single.add(_compared(books, month, MIRRORS, faults))
    mixed = Matrix()
    mixed.add(_compared(books, month, MIRRORS, mixed_faults(books, seed, rows)))
    return Score(single, mixed, lag_only)


def mixed_faults(books: Books, seed: int, rows: int) -> list[Fault]:
    """Draw all faults for one run: some upon one another, and one random figure to nineteen faults.

    So many of each that of random figures, too, and of faults upon one another there are a hundred.
    """
    rows = rows * _MIXED_SHARE // 100
    injector = Injector(books, f"{seed} mixed")
    systems = {mirror.system: mirror for mirror in MIRRORS}
    faults = [fault for cause in (Cause.WRONG_MEASURE, *SINGLE) for fault in injector.draw(cause, MIRRORS, rows)]
    of_events = [fault for fault in faults if fault.event]
    injector.chance.shuffle(of_events)
    upon: list[Fault] = []
    for fault in of_events:
        upon += injector.upon(fault, systems[fault.system])
        if sum(sum(map(each.strikes, systems[each.system].measures)) for each in upon) >= 2 * rows:
            break
    faults += upon
    struck = rows * (len(SINGLE) + 1)
    return faults + injector.draw(Cause.UNEXPLAINED, MIRRORS, round(struck * _NOISE_SHARE / (1 - _NOISE_SHARE)))


def _compared(
    books: Books,
    month: Month,
    mirrors: Sequence[MirrorKind],
    faults: Iterable[Fault],
    hours: Sequence[float] = (14, 21),
) -> Iterable[Row]:
    """Take snapshots every day; those of the evening are compared after the shelves were counted."""
    reports = Reports(books, mirrors, faults)
    for day in month.days:
        for hour in hours:
            late = 1.5 if hour == 21 else 0.1
            yield from reports.compare(moment(day, hour), moment(day, hour + late))
