"""What mirrors report of the month, faults and lag included, and what the gate's rules make of it.

A row is an SKU of a snapshot that differs, and that was diagnosed. SKUs of which a mirror has taken everything agree
where no fault strikes them; they are not looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference, Lag, Movement
from gate_service.domain.reconcile.diagnosing import diagnose
from gate_service.domain.reconcile.lag import LagSample, estimate_lag
from gate_service.domain.reconcile.lifecycle import SURE_PERCENT
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.vocabulary import Bucket
from gate_service.reconcile.neighbours import neighbours
from tests.drift.books import Books, Shelf
from tests.drift.faults import Fault, MirrorKind, packs_of

ALLOWED_MS: Final = 15 * 60_000
_WINDOW_MS: Final = 2 * 3_600_000
_KNOWN_MS: Final = 86_400_000
"""Movements of so long before the mirror agreed last are told, too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure that differs, what is the matter with it, and what was said."""

    system: str
    measure: str
    sku: str
    at_ms: int
    faults: tuple[Fault, ...]
    diagnosis: Diagnosis
    amount: int
    too_young: bool = False
    """The only fault is an event that is younger than the mirror may be behind: that is no fault yet."""

    @property
    def key(self) -> tuple[str, str, str, int, tuple[int, ...]]:
        """Name the standing difference: it may be diagnosed again when more is known."""
        return self.system, self.measure, self.sku, self.amount, tuple(fault.since for fault in self.faults)

    @property
    def truth(self) -> Cause:
        """Give the cause that was put in."""
        if not self.faults:
            return Cause.TIMING
        return self.faults[0].cause if len(self.faults) == 1 else Cause.COMBINED


class _Stood(NamedTuple):
    amount: int
    revision: int
    agreed_revision: int
    agreed_at_ms: int
    diagnosis: Diagnosis


@dataclass(slots=True)
class _Known:
    """What is known of one measure of one mirror."""

    revision: int = 0
    standing: dict[str, _Stood] = field(default_factory=dict)
    at_ms: int = 0
    agreed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of SKUs that lacked young events: up to where they agreed, and when."""
    lags_ms: list[int] = field(default_factory=list)


class _Report(NamedTuple):
    measure: str
    figures: Mapping[str, int]
    lag: Lag
    differing: Sequence[str]


class Reports:
    """Takes and compares snapshots of all mirrors, in the order of time."""

    def __init__(self, books: Books, mirrors: Sequence[MirrorKind], faults: Iterable[Fault]) -> None:
        """Get ready, with nothing known of any mirror."""
        self.books = books
        self.mirrors = mirrors
        self._known: dict[tuple[str, str], _Known] = defaultdict(_Known)
        self._faults: dict[str, dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
        for fault in faults:
            self._faults[fault.system][fault.sku].append(fault)
        self._by_time = sorted(
            (movement.at_ms, sku) for sku, shelf in books.shelves.items() for movement in shelf.movements
        )

    def compare(self, at_ms: int, compared_ms: int) -> Iterator[Row]:
        """Take a snapshot of each mirror as of a moment, compared at a later one; give the rows that were diagnosed."""
        moving = self._moving(at_ms)
        for mirror in self.mirrors:
            reports = [self._report(mirror, measure, at_ms, moving) for measure in mirror.measures]
            for report in reports:
                yield from self._diagnose(mirror, report, reports, at_ms, compared_ms)

    def _moving(self, at_ms: int) -> set[str]:
        start = bisect_left(self._by_time, (at_ms - _WINDOW_MS, ""))
        end = bisect_right(self._by_time, (at_ms + 1, ""))
        return {sku for _, sku in self._by_time[start:end]}

    def _report(self, mirror: MirrorKind, measure: str, at_ms: int, moving: set[str]) -> _Report:
        """Let a mirror tell its figures, and see how far it was behind and what remains."""
        revision = self.books.revision_at(at_ms)
        known = self._known[mirror.system, measure]
        struck = {sku for sku, faults in self._faults[mirror.system].items() if _active(faults, revision)}
        skus = sorted(moving | struck | known.standing.keys())
        figures = {sku: self._figure(mirror, measure, sku, at_ms, revision) for sku in skus}
        samples = [
            self._sample(self.books.shelves[sku], measure, figures[sku], known.standing.get(sku), at_ms, revision)
            for sku in skus
            if sku in moving
        ]
        usual_ms = int(median(known.lags_ms[-30:])) if known.lags_ms else 0
        lag = estimate_lag(samples, revision, at_ms, usual_ms, ALLOWED_MS)
        known.lags_ms.append(lag.ms)
        shelves = self.books.shelves
        differing = [
            sku
            for sku in skus
            if figures[sku] != shelves[sku].figure_at(measure, revision)
            and (not lag.entries or figures[sku] != shelves[sku].figure_at(measure, lag.revision))
        ]
        return _Report(measure, figures, lag, differing)

    def _sample(
        self, shelf: Shelf, measure: str, reported: int, stood: _Stood | None, at_ms: int, revision: int
    ) -> LagSample:
        start = end = shelf.until(revision)
        while start > 0 and shelf.movements[start - 1].at_ms >= at_ms - _WINDOW_MS:
            start -= 1
        before, *figures = shelf.figures(measure)[start : end + 1]
        before = before._replace(at_ms=0)
        return LagSample(shelf.sku, reported - (stood.amount if stood else 0), [before, *figures])

    def _effective(self, mirror: MirrorKind, measure: str, sku: str, at_ms: int, revision: int) -> tuple[Fault, ...]:
        """Give the faults without which this figure would be another one: they are what is the matter with it."""
        faults = _active(self._faults[mirror.system].get(sku, ()), revision)
        told = self._figure(mirror, measure, sku, at_ms, revision)
        return tuple(
            fault for fault in faults if told != self._figure(mirror, measure, sku, at_ms, revision, without=fault)
        )

    def _figure(
        self, mirror: MirrorKind, measure: str, sku: str, at_ms: int, revision: int, without: Fault | None = None
    ) -> int:
        shelf = self.books.shelves[sku]
        end = shelf.until(revision)
        late = []
        for movement in reversed(shelf.movements[:end]):
            if movement.at_ms + mirror.delay_ms + mirror.jitter_ms <= at_ms:
                break
            if mirror.takes_at(movement) > at_ms:
                late.append(movement)
        faults = [each for each in _active(self._faults[mirror.system].get(sku, ()), revision) if each is not without]
        if not late and not faults:
            return shelf.figures(measure)[end].figure
        buckets = dict(shelf.balances[end - 1]) if end else {}
        for movement in late:
            _add(buckets, movement.changes, -1)
        missing = {movement.revision for movement in late}
        for fault in faults:
            if not (fault.event and fault.event.revision in missing):
                _add(buckets, fault.moved, 1)
        return _told(measure, buckets, [each for each in faults if each.measure == measure])

    def _diagnose(
        self, mirror: MirrorKind, report: _Report, reports: Sequence[_Report], at_ms: int, compared_ms: int
    ) -> Iterator[Row]:
        known = self._known[mirror.system, report.measure]
        revision = self.books.revision_at(at_ms)
        related = neighbours(report.differing)
        differences = [
            self._difference(known, report, reports, sku, at_ms, compared_ms, related) for sku in report.differing
        ]
        standing: dict[str, _Stood] = {}
        agreed: dict[str, tuple[int, int]] = {}
        for difference, diagnosis in zip(differences, diagnose(differences, report.lag, mirror.system), strict=True):
            stood = known.standing.get(difference.sku)
            if stood and stood.amount == difference.amount and not _is_news(stood.diagnosis, diagnosis):
                standing[difference.sku] = stood._replace(revision=revision)
                continue
            if diagnosis.cause is Cause.TIMING:
                agreed[difference.sku] = difference.agreed_revision, difference.agreed_at_ms
                if stood:
                    standing[difference.sku] = stood
            else:
                standing[difference.sku] = _Stood(
                    difference.amount, revision, difference.agreed_revision, difference.agreed_at_ms, diagnosis
                )
            faults = self._effective(mirror, report.measure, difference.sku, at_ms, revision)
            yield Row(
                mirror.system,
                report.measure,
                difference.sku,
                at_ms,
                faults,
                diagnosis,
                difference.amount,
                bool(faults) and all(_too_young(each, at_ms) for each in faults),
            )
        known.revision, known.at_ms = min(report.lag.revision, revision), at_ms
        known.standing, known.agreed = standing, agreed

    def _difference(
        self,
        known: _Known,
        report: _Report,
        reports: Sequence[_Report],
        sku: str,
        at_ms: int,
        compared_ms: int,
        related: Mapping[str, tuple[str, ...]],
    ) -> Difference:
        shelf = self.books.shelves[sku]
        revision = self.books.revision_at(at_ms)
        stood = known.standing.get(sku)
        agreed, agreed_ms = known.agreed.get(sku, (known.revision, known.at_ms))
        if stood:
            agreed, agreed_ms = stood.agreed_revision, stood.agreed_at_ms
        end = shelf.until(revision)
        start = shelf.until(agreed)
        if agreed:
            since_ms = agreed_ms - _KNOWN_MS
            while start > 0 and shelf.movements[start - 1].at_ms >= since_ms:
                start -= 1
        return Difference(
            sku,
            OWN[report.measure],
            report.figures[sku],
            shelf.at(revision),
            at_ms,
            tuple(shelf.movements[start:end]),
            tuple(shelf.movements[end : shelf.until(self.books.revision_at(compared_ms))]),
            agreed,
            agreed_ms,
            stood.amount if stood else (0 if known.revision else None),
            stood.revision if stood else known.revision,
            packs_of(sku),
            related.get(sku, ()),
            {
                other.measure: other.figures[sku] - OWN[other.measure].of(shelf.at(revision))
                for other in reports
                if other is not report and sku in other.figures
            },
        )


def _is_news(before: Diagnosis, now: Diagnosis) -> bool:
    """Say whether a difference that stays the same is explained otherwise now, as what is recorded would be."""
    if now.cause in {Cause.UNEXPLAINED, Cause.TIMING, before.cause}:
        return False
    return now.confidence_percent >= SURE_PERCENT or before.cause is Cause.UNEXPLAINED


def _active(faults: Iterable[Fault], revision: int) -> list[Fault]:
    return [each for each in faults if each.since <= revision < each.until]


def _too_young(fault: Fault, at_ms: int) -> bool:
    event: Movement | None = fault.event
    return fault.cause is Cause.NOT_APPLIED and event is not None and at_ms - event.at_ms <= ALLOWED_MS


def _add(buckets: dict[Bucket, int], changes: Mapping[Bucket, int], sign: int) -> None:
    for bucket, change in changes.items():
        buckets[bucket] = buckets.get(bucket, 0) + sign * change


def _told(measure: str, buckets: Mapping[Bucket, int], faults: Sequence[Fault]) -> int:
    """Give the figure as it is told, with what is wrong in the telling."""
    told_as = next((each.told_as for each in faults if each.told_as), measure)
    figure = OWN[told_as].of(buckets)
    for fault in faults:
        if fault.figure is not None:
            return fault.figure
        if fault.factor:
            figure = figure * fault.factor if fault.factor > 0 else int(figure / -fault.factor)
    return figure
