"""UNIT_OF_MEASURE: packs were taken for units, or units for packs, of one event or of the whole figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope
from gate_service.domain.vocabulary import Bucket

_EVENT: Final = 0.5
_ROUNDED: Final = 0.02
"""Where units are no whole packs, somebody rounded."""
_WHOLE: Final = 1.0
_WHOLE_ROUNDED: Final = 0.05


def event_in_other_unit(scope: Scope) -> Iterator[Hypothesis]:
    """Give, for each event of the window and each pack, what a wrong unit would do."""
    factors = _factors(scope)
    for event, delta in scope.deltas:
        weight = scope.freshness(event) * _EVENT
        for factor in factors:
            times = {bucket: change * (factor - 1) for bucket, change in event.changes.items()}
            yield Hypothesis(Cause.UNIT_OF_MEASURE, weight, delta * (factor - 1), times, event, factor)
            exact = all(change % factor == 0 for change in event.changes.values())
            parts: dict[Bucket, int] = {each: int(change / factor) - change for each, change in event.changes.items()}
            amount = scope.difference.measure.of(parts)
            if amount:
                share = weight if exact else _ROUNDED * weight
                yield Hypothesis(Cause.UNIT_OF_MEASURE, share, amount, parts, event, -factor)


def figure_in_other_unit(scope: Scope) -> Iterator[Hypothesis]:
    """Give what the whole figure would be off by if it were told in packs, or if units were told as packs."""
    expected = scope.difference.reported - scope.residual
    for factor in _factors(scope) if expected else ():
        yield Hypothesis(Cause.UNIT_OF_MEASURE, _WHOLE, expected * (factor - 1), factor=factor)
        exact = expected % factor == 0
        amount = int(expected / factor) - expected
        yield Hypothesis(Cause.UNIT_OF_MEASURE, _WHOLE if exact else _WHOLE_ROUNDED, amount, factor=-factor)


def _factors(scope: Scope) -> tuple[int, ...]:
    return tuple(factor for factor in dict.fromkeys(scope.difference.factors) if factor > 1)
