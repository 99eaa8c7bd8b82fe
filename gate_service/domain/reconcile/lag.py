"""How far a mirror was behind when it made a snapshot: one cut for all of its SKUs.

A SKU whose newest event the mirror has taken says that it was at least so far; one that still stands where it stood
before its newest event says that it was not. Each SKU alone can be wrong, for it may have drifted; the cut is where
most of them agree. So an event that was missed is told from a lag: the events after it were taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Lag

_STANDSTILL_ENTRIES: Final = 3
_FEW_ENTRIES: Final = 4
"""One or two entries, the newest of all, may be so many times later than allowed; beyond, they were rather missed. Of a
mirror that lacks more of them, and has taken none that came later, nobody says that it missed each by itself."""
_TAKEN_BY: Final = 3
"""Two SKUs may agree by chance."""


class Figure(NamedTuple):
    """What the gate's figure of a SKU was after an entry."""

    revision: int
    at_ms: int
    figure: int


class LagSample(NamedTuple):
    """One SKU that moved within the window in which a mirror may be behind."""

    sku: str
    reported: int
    """What the mirror says; where an earlier snapshot differed already, less that difference."""
    figures: Sequence[Figure]
    """After each entry of the window that moved it, the newest last; the first is the figure before the window."""


class _Cut(NamedTuple):
    revision: int
    agreed: int


def estimate_lag(
    samples: Sequence[LagSample], revision: int, revision_at_ms: int, usual_ms: int, allowed_ms: int
) -> Lag:
    """Give the newest entry that the mirror had taken, where most SKUs of the window agree; `revision` for no lag.

    Of cuts that agree with as many SKUs the newest counts. `revision` is that of the snapshot's moment and
    `revision_at_ms` that moment; `usual_ms` the median of the mirror's lags so far, `allowed_ms` what the map allows.
    """
    level = Lag(revision, usual_ms=usual_ms, allowed_ms=allowed_ms, taken=_taken(samples, revision))
    cuts = list(_cuts(samples, revision))
    best = max(cuts, key=lambda cut: (cut.agreed, cut.revision), default=_Cut(revision, 0))
    if best.revision >= revision:
        return level._replace(support=best.agreed)
    untaken = {figure.revision: figure.at_ms for sample in samples for figure in sample.figures[1:]}
    untaken = {each: at_ms for each, at_ms in untaken.items() if best.revision < each <= revision}
    ms = max(0, revision_at_ms - min(untaken.values()))
    if ms > max(_FEW_ENTRIES * allowed_ms, 2 * usual_ms) and len(untaken) < _STANDSTILL_ENTRIES:
        return level._replace(support=next((cut.agreed for cut in cuts if cut.revision == revision), 0))
    return level._replace(revision=best.revision, entries=revision - best.revision, ms=ms, support=best.agreed)


def _taken(samples: Sequence[LagSample], revision: int) -> frozenset[int]:
    """Give the entries that were taken by the figures of most SKUs that they moved: so they are late for none of them.

    A SKU whose figure is not the gate's may lack any of them.
    """
    said: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for sample in samples:
        figures = [figure for figure in sample.figures if figure.revision <= revision]
        agrees = figures[-1].figure == sample.reported if figures else False
        for before, after in pairwise(figures):
            if before.figure != after.figure:
                said[after.revision][agrees] += 1
    return frozenset(each for each, (lack, have) in said.items() if have >= _TAKEN_BY and have > 2 * lack)


def _cuts(samples: Sequence[LagSample], revision: int) -> Iterator[_Cut]:
    """Give, for each stretch of entries over which the same SKUs agree, its newest entry and how many they are."""
    steps: dict[int, int] = defaultdict(int)
    for sample in samples:
        figures = [figure for figure in sample.figures if figure.revision <= revision]
        for place, figure in enumerate(figures):
            begin = figure.revision if place else 0
            end = figures[place + 1].revision if place + 1 < len(figures) else revision + 1
            steps[begin] += figure.figure == sample.reported
            steps[end] -= figure.figure == sample.reported
    agreed = 0
    starts = sorted(each for each in steps if each <= revision)
    for place, start in enumerate(starts):
        agreed += steps[start]
        end = starts[place + 1] if place + 1 < len(starts) else revision + 1
        yield _Cut(end - 1, agreed)
