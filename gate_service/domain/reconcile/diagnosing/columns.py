"""WRONG_MEASURE: the mirror told another of its figures, as when a column of an export was mistaken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope
from gate_service.domain.reconcile.measures import OWN

_ALONE: Final = 0.1
"""That only one SKU is told so is rare; how much likelier it becomes where many are, `patterns` says."""
_NOT_BEHIND: Final = 0.5
"""A mistaken column makes a mirror seem behind that is not: so its figures may be those of the moment."""


def other_measure(scope: Scope, patterns: Mapping[str, float]) -> Iterator[Hypothesis]:
    """Give each other figure of ours that this may be. `patterns` weighs measures by what the whole snapshot shows."""
    difference = scope.difference
    expected = difference.reported - scope.residual
    seen = {expected}
    for name in sorted(OWN, key=lambda each: -patterns.get(each, 0.0)):
        for buckets, likely in ((difference.buckets, 1.0), (scope.level or difference.buckets, _NOT_BEHIND)):
            figure = OWN[name].of(buckets)
            if figure in seen:
                continue
            seen.add(figure)
            weight = patterns.get(name, _ALONE if figure else 0.0)
            if weight:
                yield Hypothesis(Cause.WRONG_MEASURE, weight * likely, figure - expected, about=name)
