"""NOT_APPLIED and SHIPPED_STILL_ALLOCATED: the mirror never took an event, or only half of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Answer, Hypothesis, Scope
from gate_service.domain.reconcile.measures import COMMITMENTS
from gate_service.domain.vocabulary import Bucket, OperationKind

_SHIPMENTS: Final = frozenset({OperationKind.CONFIRM_SHIPMENT, OperationKind.RESOLVE_SHIPMENT})
_ONE_OF_BOTH: Final = 0.3
"""Where only commitments are told, a shipment that was not taken at all looks like one that released nothing."""
_KNOWN_WELL: Final = 1.3
_TOLD_BY_NOBODY: Final = 0.3
"""It is one of the three handoffs that break most, but for mirrors that tell of no allocations: most keep none."""
_STANDSTILL: Final = 0.02
_STANDSTILL_EVENTS: Final = 4
"""Of so many missing events in a row nobody says that each was missed by itself: the SKU is not followed any more."""


def never_applied(scope: Scope) -> Iterator[Hypothesis]:
    """Give, for each event of the window, what its absence would do."""
    only_commitments = not scope.difference.measure.terms.keys() - set(COMMITMENTS)
    for event, delta in scope.deltas:
        weight = scope.freshness(event)
        if only_commitments and event.kind in _SHIPMENTS:
            weight *= _ONE_OF_BOTH
        absent = {bucket: -change for bucket, change in event.changes.items()}
        yield Hypothesis(Cause.NOT_APPLIED, weight, -delta, absent, event)


def never_released(scope: Scope) -> Iterator[Hypothesis]:
    """Give, for each shipment of the window, what it would do if its goods had left and its allocation had stayed."""
    told = {scope.difference.measure.name, *(scope.difference.beside or {})}
    tells_allocations = bool(told & set(COMMITMENTS))
    for event in scope.window:
        kept = {each: -event.changes.get(each, 0) for each in COMMITMENTS if event.changes.get(each, 0) < 0}
        amount = scope.difference.measure.of(kept)
        if event.kind in _SHIPMENTS and event.changes.get(Bucket.ON_HAND, 0) < 0 and amount:
            weight = scope.freshness(event) * (_KNOWN_WELL if tells_allocations else _TOLD_BY_NOBODY)
            yield Hypothesis(Cause.SHIPPED_STILL_ALLOCATED, weight, amount, kept, event)


def standing_still(scope: Scope) -> Iterator[Answer]:
    """Explain a figure that is one of ours of long ago: the mirror has taken nothing since, of this SKU alone."""
    missing = 0
    for place, (event, delta) in enumerate(reversed(scope.deltas), start=1):
        missing -= delta
        if missing == scope.residual and place >= _STANDSTILL_EVENTS:
            part = Hypothesis(Cause.NOT_APPLIED, _STANDSTILL, missing, event=event, factor=place)
            yield Answer((part,), _STANDSTILL * scope.freshness(event))
            return
