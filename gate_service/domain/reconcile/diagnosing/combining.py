"""COMBINED: two or three faults at once. What is tried is bounded, however many events there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Answer, Hypothesis, Scope
from gate_service.domain.reconcile.measures import OWN

SECOND: Final = 0.03
"""How likely a SKU that has one fault has another: handoffs that break do not break once."""
THIRD: Final = 0.01
_BEHIND: Final = 0.3
"""That the mirror was behind, or out of order, besides."""
_PAIRED_MAX: Final = 300
"""Hypotheses of which pairs are tried, the likeliest first; of triples the first 60."""
_TRIPLED_MAX: Final = 60


def single(scope: Scope, hypotheses: Sequence[Hypothesis], likely: float = 1.0) -> Iterator[Answer]:
    """Give each fault that explains all by itself; `likely` is how likely just this is to be explained."""
    for each in hypotheses:
        if each.amount == scope.residual:
            yield Answer((each,), each.weight * likely * scope.beside([each.moved]))


def combined(scope: Scope, hypotheses: Sequence[Hypothesis]) -> Iterator[Answer]:
    """Give each two and three events that explain all together."""
    tried = sorted((each for each in hypotheses if each.event), key=lambda each: -each.weight)[:_PAIRED_MAX]
    by_amount: dict[int, list[tuple[int, Hypothesis]]] = defaultdict(list)
    for place, each in enumerate(tried):
        by_amount[each.amount].append((place, each))
    for first, one in enumerate(tried):
        for second, two in by_amount.get(scope.residual - one.amount, ()):
            if second > first and _apart(one, two):
                yield _together(scope, (one, two), SECOND)
    for first, one in enumerate(tried[:_TRIPLED_MAX]):
        for second, two in enumerate(tried[first + 1 : _TRIPLED_MAX], start=first + 1):
            for third, three in by_amount.get(scope.residual - one.amount - two.amount, ()):
                if third > second and _apart(one, two) and _apart(one, three) and _apart(two, three):
                    yield _together(scope, (one, two, three), SECOND * THIRD)


def over_whole_figure(scope: Scope, whole: Hypothesis, hypotheses: Sequence[Hypothesis]) -> Iterator[Answer]:
    """Give each event that, with this fault of the whole figure over it, explains all.

    `hypotheses` are those of the measure, or of the unit, in which the figure was told.
    """
    inside = _inside(scope, whole)
    if inside is None:
        return
    measure = OWN[whole.about] if whole.about else scope.difference.measure
    if inside and inside in scope.late(measure):
        yield Answer((whole,), whole.weight * _BEHIND)
    for each in hypotheses:
        if each.event and each.amount == inside:
            share = each._replace(amount=scope.residual - whole.amount)
            yield Answer((whole, share), whole.weight * each.weight * SECOND * scope.beside([each.moved]))


def as_other_measure(scope: Scope, name: str) -> Scope:
    """Give the same figure as if it had been told as another measure."""
    difference = replace(scope.difference, measure=OWN[name])
    return replace(scope, difference=difference, residual=difference.amount)


def _inside(scope: Scope, whole: Hypothesis) -> int | None:
    """Give what remains of the difference where the fault of the whole figure is undone; None where it cannot be."""
    reported = scope.difference.reported
    if whole.cause is Cause.WRONG_MEASURE:
        return as_other_measure(scope, whole.about).residual
    expected = reported - scope.residual
    if whole.factor > 1:
        return reported // whole.factor - expected if reported % whole.factor == 0 else None
    return reported * -whole.factor - expected


def _apart(one: Hypothesis, two: Hypothesis) -> bool:
    """Say whether they are about two events."""
    return one.event is not None and two.event is not None and one.event.revision != two.event.revision


def _together(scope: Scope, parts: tuple[Hypothesis, ...], share: float) -> Answer:
    weight = share * scope.beside([part.moved for part in parts])
    for part in parts:
        weight *= part.weight
    return Answer(parts, weight)
