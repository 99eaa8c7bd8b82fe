"""PHANTOM: the mirror is right, for it knows the shelf; our own count was wrong, and counts or pickers say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gate_service.domain.reconcile.causes import Cause, Movement
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope
from gate_service.domain.vocabulary import Bucket, OperationKind

_COUNTED: Final = 6.0
_ADJUSTED: Final = 0.5
"""A correction by hand may have another reason than the shelf."""
_SHORT: Final = 1.0
_DOUBTED: Final = 0.5


def shelf_differs(scope: Scope) -> Iterator[Hypothesis]:
    """Give what counts and short picks showed to be missing, or to be there, where the figure rests on the shelf."""
    if scope.difference.measure.terms.get(Bucket.ON_HAND) != 1:
        return
    for event in scope.difference.later:
        weight = {OperationKind.SUBMIT_COUNT: _COUNTED, OperationKind.ADJUST_STOCK: _ADJUSTED}.get(event.kind, 0.0)
        change = event.changes.get(Bucket.ON_HAND, 0)
        if weight and change:
            yield Hypothesis(Cause.PHANTOM, weight, change, {Bucket.ON_HAND: change}, event)
    for event in (*scope.window, *scope.difference.later):
        moved = _not_found(event)
        if moved and scope.difference.measure.of(moved):
            yield Hypothesis(Cause.PHANTOM, _SHORT, scope.difference.measure.of(moved), moved, event)
    doubted = scope.difference.buckets.get(Bucket.SUSPECT, 0)
    if doubted > 0 and Bucket.SUSPECT not in scope.difference.measure.terms:
        yield Hypothesis(Cause.PHANTOM, _DOUBTED, -doubted, {Bucket.ON_HAND: -doubted})


def _not_found(event: Movement) -> Mapping[Bucket, int]:
    """Give what a mirror lacks that booked off what the picker did not find, where the gate put units in doubt."""
    missing, doubted = -event.changes.get(Bucket.ALLOCATED, 0), event.changes.get(Bucket.SUSPECT, 0)
    if event.kind is not OperationKind.REPORT_PICK or missing <= 0:
        return {}
    return {Bucket.ON_HAND: -missing, Bucket.SUSPECT: -doubted}
