"""COMBINED: two or three faults at once. What is tried is bounded, however many events there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Answer, Hypothesis, Scope
from gate_service.domain.reconcile.measures import OWN

_SECOND: Final = 0.15
_EVENTS_LEAST: Final = 4
"""How likely a SKU that has one fault has another, of any of its events: handoffs that break do not break once."""
_THIRD: Final = 0.01
_BEHIND: Final = 0.3
"""That the mirror was behind, or out of order, besides."""
_PAIRED_MAX: Final = 200
_TRIPLED_MAX: Final = 40
"""Hypotheses of which pairs and triples are tried, the likeliest first."""
_FOUND_MAX: Final = 200
"""So many ways to put a figure together say no more than that it can be put together in many ways."""


def single(scope: Scope, hypotheses: Sequence[Hypothesis], likely: float = 1.0) -> Iterator[Answer]:
    """Give each fault that explains all by itself; `likely` is how likely just this is to be explained."""
    for each in hypotheses:
        if each.amount == scope.residual:
            whole_unit = each.factor and not each.event
            beside = scope.beside_in_unit(each.factor) if whole_unit else scope.beside([each.moved])
            yield Answer((each,), each.weight * likely * beside)


def second(scope: Scope) -> float:
    """Say how likely a fault of just one more event is: the more events there are, the more pairs fit by chance."""
    return _SECOND / max(_EVENTS_LEAST, len(scope.deltas))


def combined(scope: Scope, hypotheses: Sequence[Hypothesis]) -> Iterator[Answer]:
    """Give each two events, or where there are none each three, that explain all together."""
    tried = sorted((each for each in hypotheses if each.event), key=lambda each: -each.weight)[:_PAIRED_MAX]
    found = 0
    for parts in islice(_pairs(tried, scope.residual), _FOUND_MAX):
        found += 1
        yield _together(scope, parts, second(scope))
    for parts in () if found else islice(_triples(tried[:_TRIPLED_MAX], scope.residual), _FOUND_MAX):
        yield _together(scope, parts, second(scope) * _THIRD)


def _pairs(tried: Sequence[Hypothesis], amount: int) -> Iterator[tuple[Hypothesis, ...]]:
    seen: dict[int, list[Hypothesis]] = defaultdict(list)
    for one in tried:
        for two in seen.get(amount - one.amount, ()):
            if _apart(one, two):
                yield two, one
        seen[one.amount].append(one)


def _triples(tried: Sequence[Hypothesis], amount: int) -> Iterator[tuple[Hypothesis, ...]]:
    for place, one in enumerate(tried):
        for parts in _pairs(tried[place + 1 :], amount - one.amount):
            if all(_apart(one, each) for each in parts):
                yield one, *parts


def over_whole_figure(scope: Scope, whole: Hypothesis, hypotheses: Sequence[Hypothesis]) -> Iterator[Answer]:
    """Give each event that, with this fault of the whole figure over it, explains all.

    `hypotheses` are those of the measure, or of the unit, in which the figure was told.
    """
    inside = _inside(scope, whole)
    if inside is None:
        return
    measure = OWN[whole.about] if whole.about else scope.difference.measure
    if (
        whole.about
        and whole.amount != measure.of(scope.difference.buckets) - scope.difference.reported + scope.residual
    ):
        return  # of the moment, not of the cut: what lies over it is not looked for
    if inside and inside in scope.late(measure):
        yield Answer((whole,), whole.weight * _BEHIND)
    for each in hypotheses:
        if each.event and each.amount == inside:
            share = each._replace(amount=scope.residual - whole.amount)
            yield Answer((whole, share), whole.weight * each.weight * second(scope) * scope.beside([each.moved]))


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
