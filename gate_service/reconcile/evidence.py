"""All that may explain why figures differ: what moved the SKUs, how far the mirror is behind, codes like theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from statistics import median_low
from typing import Final, NamedTuple

from gate_service.app.reconcile.variances.compared import Stood
from gate_service.domain.reconcile.causes import Difference, Lag, Movement
from gate_service.domain.reconcile.lag import Figure, LagSample, estimate_lag
from gate_service.domain.reconcile.policy import DAY_MS, MirrorRules
from gate_service.domain.reconcile.records import Mirror
from gate_service.reconcile.columns import by_place
from gate_service.reconcile.movements import LATER_KEPT, Past, Step, later, repeated
from gate_service.reconcile.neighbours import neighbours
from gate_service.reconcile.sheet import Gap, Sheet
from gate_service.reconcile.source import Hints, ItemHints, LedgerPages, Moment, Reach, newest_until

EXPLAINED_MAX: Final = 50_000
"""Figures of one snapshot that are looked into; where more differ, something else is wrong than single events."""
_DEEP_ENTRIES: Final = 300_000
_DEEP_MS: Final = 35 * DAY_MS
"""So far back is looked for what a mirror never agreed with."""
_AGAIN_ENTRIES: Final = 50_000
"""So far back is looked for what is known already and has not changed."""
_KNOWN_MS: Final = DAY_MS
"""Of so long before the mirror agreed is told, too: what was young then may have been let pass."""
_RECENT_ENTRIES: Final = 200_000
_RECENT_MS: Final = 6 * 3_600_000
"""So far behind a mirror can be found to be, or four times as far as it may be or usually is."""
_LATER_MAX: Final = 20_000
_NEIGHBOURS_AMONG: Final = 5_000
"""Where more SKUs differ, that two of them have codes alike tells nothing."""
_DELIVERIES_READ: Final = 10_000


class Agreed(NamedTuple):
    """Where a figure agreed last; 0 where nobody knows."""

    revision: int
    at_ms: int
    """The moment of that snapshot."""


@dataclass(frozen=True)
class Case:
    """One snapshot at its moment, and what is known of the mirror from before."""

    location_id: str
    reach: Reach
    moment: Moment
    sheet: Sheet
    gaps: Mapping[str, Sequence[Gap]]
    """By measure: the figures that differ."""
    stood: Mapping[tuple[str, str], Stood]
    """By measure and SKU."""
    mirrors: Mapping[str, Mirror]
    """By measure."""
    rules: MirrorRules
    ahead_ms: int = 0
    """So much later than the moment the figures may be of."""

    def agreed(self, name: str, stood: Stood | None) -> Agreed:
        """Say where a figure of a measure agreed last: what stands did so before it was opened."""
        if stood:
            return Agreed(stood.agreed_revision, stood.agreed_at_ms)
        return Agreed(self.mirrors[name].whole_revision, self.mirrors[name].whole_as_of_ms)

    @property
    def usual_ms(self) -> int:
        """Give how far the mirror usually is behind."""
        lags = [ms for mirror in self.mirrors.values() for ms in mirror.lags_ms]
        return median_low(lags) if lags else 0

    @property
    def level(self) -> Lag:
        """Give what is said of a mirror that is not behind."""
        return Lag(self.moment.revision, usual_ms=self.usual_ms, allowed_ms=self.rules.lag_ms)


class Found(NamedTuple):
    """One figure that differs, by the name of its SKU."""

    sku: str
    gap: Gap
    stood: Stood | None


@dataclass
class Evidence:
    """What was found."""

    lag: Lag
    movements: Mapping[str, Sequence[Movement]] = field(default_factory=dict)
    later: Mapping[str, Sequence[Movement]] = field(default_factory=dict)
    hints: Mapping[str, Hints] = field(default_factory=dict)
    neighbours: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By measure and SKU: others that differ, too, and whose codes are alike."""
    begin: int = 0
    """Behind which entry the movements begin."""
    deep: int = 0
    """Behind which entry those would begin of a figure that never agreed."""

    def is_short(self, agreed: Agreed) -> bool:
        """Say whether movements are left out, though the mirror had not agreed there."""
        return self.begin > max(agreed.revision, self.deep)

    def difference(self, case: Case, name: str, found: Found) -> Difference:
        """Put together what is known of one figure."""
        columns, measure = case.sheet.columns, case.sheet.measures[name]
        hints, stood = self.hints.get(found.sku, Hints()), found.stood
        agreed = case.agreed(name, stood)
        return Difference(
            found.sku,
            measure,
            found.gap.reported,
            columns.balance(found.gap.place),
            at_ms=case.moment.at_ms,
            movements=tuple(self.movements.get(found.sku, ())),
            later=tuple(self.later.get(found.sku, ())),
            ahead_ms=case.ahead_ms,
            agreed_revision=agreed.revision,
            agreed_at_ms=agreed.at_ms,
            standing=stood.amount if stood else 0 if agreed.revision else None,
            standing_revision=stood.revision if stood else agreed.revision,
            factors=hints.factors,
            relatives=(*hints.relatives, *self.neighbours.get(name, {}).get(found.sku, ())),
            beside=dict(_beside(case, name, found)) or None,
        )


def named(case: Case, name: str, begin: int, count: int) -> list[Found]:
    """Name the SKUs of some of the figures that differ."""
    gaps = case.gaps[name][begin : begin + count]
    skus = by_place(case.sheet.columns.places, frozenset(gap.place for gap in gaps))
    return [Found(skus[gap.place], gap, case.stood.get((name, skus[gap.place]))) for gap in gaps]


async def gather(ledger: LedgerPages, items: ItemHints | None, case: Case) -> Evidence:
    """Read what moved the SKUs that differ, and estimate how far the mirror is behind. Raises as reading does."""
    found = {name: named(case, name, 0, EXPLAINED_MAX) for name in case.gaps}
    skus = frozenset(each.sku for some in found.values() for each in some)
    if not skus:
        return Evidence(case.level)
    recent_ms = max(_RECENT_MS, 4 * case.rules.lag_ms, 4 * case.usual_ms)
    past = Past(ledger, skus, case.moment.at_ms - recent_ms)
    begin, deep = await _begin(ledger, case, found, recent_ms)
    if begin < case.moment.revision:
        async with aclosing(ledger.pages(case.location_id, begin + 1, case.moment.revision)) as pages:
            async for page in pages:
                past.read(page)
    deliveries = await ledger.deliveries(case.location_id, _DELIVERIES_READ) if past.movements else ()
    lag = await asyncio.to_thread(_lag, case, past.steps, begin)
    moved = {sku: repeated(some, deliveries) for sku, some in past.movements.items()}
    return Evidence(
        lag,
        {**await _young(ledger, case, lag, skus), **moved},
        await _later(ledger, case, skus),
        await items.hints(sorted(skus)) if items else {},
        {name: await asyncio.to_thread(_alike, case, name, some, lag, moved) for name, some in found.items()},
        begin,
        deep,
    )


def _alike(
    case: Case, name: str, found: Sequence[Found], lag: Lag, moved: Mapping[str, Sequence[Movement]]
) -> Mapping[str, tuple[str, ...]]:
    """Find codes that are alike among the figures that differ for more than that the mirror is behind."""
    measure, skus = case.sheet.measures[name], []
    for each in found:
        untaken = (step for step in moved.get(each.sku, ()) if step.revision > lag.revision)
        at_cut = _expected(case, name, each.gap.place) - sum(measure.of(step.changes) for step in untaken)
        if at_cut != each.gap.reported:
            skus.append(each.sku)
    return neighbours(skus) if len(skus) <= _NEIGHBOURS_AMONG else {}


async def _young(ledger: LedgerPages, case: Case, lag: Lag, known: frozenset[str]) -> Mapping[str, Sequence[Movement]]:
    """Read of the figures that are not looked into what the mirror may lack still: a lag is told of all of them."""
    beyond = {gap.place for gaps in case.gaps.values() for gap in gaps[EXPLAINED_MAX:]}
    if not beyond:
        return {}
    skus = frozenset(by_place(case.sheet.columns.places, frozenset(beyond)).values()) - known
    revision, at_ms = case.moment
    since = await _until(ledger, case, at_ms - max(lag.allowed_ms, lag.ms) - 1)
    begin = max(case.reach.first - 1, min(lag.revision, since))
    young = Past(ledger, skus, at_ms + 1)
    if begin < revision:
        async with aclosing(ledger.pages(case.location_id, begin + 1, revision)) as pages:
            async for page in pages:
                young.read(page)
    return young.movements


async def _begin(
    ledger: LedgerPages, case: Case, found: Mapping[str, Sequence[Found]], recent_ms: int
) -> tuple[int, int]:
    """Say behind which entry the evidence begins: where the mirror agreed last, and a while before.

    The second is behind which it would begin if it had agreed nowhere.
    """
    revision, at_ms = case.moment
    first = case.reach.first - 1
    deep = max(first, revision - _DEEP_ENTRIES, await _until(ledger, case, at_ms - _DEEP_MS))
    begin = max(revision - _RECENT_ENTRIES, await _until(ledger, case, at_ms - recent_ms))
    agreed: dict[bool, set[Agreed]] = {False: set(), True: set()}
    for name, some in found.items():
        for each in some:
            agreed[_is_as_before(case, name, each)].add(case.agreed(name, each.stood))
    for as_before, places in agreed.items():
        if places:
            oldest = min(places)
            since = await _until(ledger, case, oldest.at_ms - _KNOWN_MS) if oldest.at_ms else revision
            least = max(deep, revision - _AGAIN_ENTRIES) if as_before else deep
            begin = min(begin, max(least, min(oldest.revision, since)))
    return max(first, begin), deep


async def _until(ledger: LedgerPages, case: Case, at_ms: int) -> int:
    reach = case.reach._replace(last=case.moment.revision)
    return await newest_until(ledger, case.location_id, reach, at_ms)


async def _later(ledger: LedgerPages, case: Case, skus: frozenset[str]) -> dict[str, list[Movement]]:
    columns = case.sheet.columns
    places = {columns.places[sku]: sku for sku in skus}
    each = max(1, min(LATER_KEPT, _LATER_MAX // len(places)))
    revisions = columns.later(frozenset(places), each)
    wanted = dict(list(revisions.items())[:_LATER_MAX])
    return await later(ledger, case.location_id, {places[place]: some for place, some in wanted.items()})


def _lag(case: Case, steps: Mapping[str, Sequence[Step]], begin: int) -> Lag:
    samples = [sample for sku, some in steps.items() for sample in _samples(case, sku, some, begin)]
    return estimate_lag(samples, *case.moment, case.usual_ms, case.rules.lag_ms)


def _samples(case: Case, sku: str, steps: Sequence[Step], begin: int) -> Iterator[LagSample]:
    columns = case.sheet.columns
    for name in case.sheet.told:
        reported = case.sheet.says(name, sku)
        if reported is None:
            continue
        measure, stood = case.sheet.measures[name], case.stood.get((name, sku))
        deltas = [(step, delta) for step in steps if (delta := measure.of(step.changes))]
        if not deltas:
            continue
        figure = columns.figure(measure, columns.places[sku]) - sum(delta for _, delta in deltas)
        figures = [Figure(begin, 0, figure)]
        for step, delta in deltas:
            figure += delta
            figures.append(Figure(step.revision, step.at_ms, figure))
        yield LagSample(sku, reported - (stood.amount if stood else 0), figures)


def _is_as_before(case: Case, name: str, found: Found) -> bool:
    stood = found.stood
    return stood is not None and stood.amount == found.gap.reported - _expected(case, name, found.gap.place)


def _expected(case: Case, name: str, place: int) -> int:
    return case.sheet.columns.figure(case.sheet.measures[name], place)


def _beside(case: Case, name: str, found: Found) -> Iterator[tuple[str, int]]:
    for other in case.sheet.others(name):
        reported = case.sheet.says(other, found.sku)
        if reported is not None:
            yield other, reported - _expected(case, other, found.gap.place)
