"""DOUBLE_APPLIED: the mirror took one event twice, as after a retry or a second webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope

_TOLD_AGAIN: Final = 4.0
"""An event that the gate was told twice, and absorbed, is the likelier to have reached others twice, too."""


def applied_twice(scope: Scope) -> Iterator[Hypothesis]:
    """Give, for each event of the window, what it would do a second time."""
    for event, delta in scope.deltas:
        weight = scope.freshness(event) * (_TOLD_AGAIN if event.repeats else 1.0)
        yield Hypothesis(Cause.DOUBLE_APPLIED, weight, delta, event.changes, event)
