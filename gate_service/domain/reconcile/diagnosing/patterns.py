"""What a whole snapshot shows and no single figure does: many SKUs told as one other measure, a document gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope
from gate_service.domain.reconcile.measures import OWN

_FEW: Final = 3
_STRENGTH: Final = 60.0
_DOCUMENT_MAX: Final = 10
_BY_DOCUMENT: Final = frozenset({Cause.DOUBLE_APPLIED, Cause.NOT_APPLIED, Cause.SHIPPED_STILL_ALLOCATED})


class Patterns(NamedTuple):
    """How much likelier the snapshot makes some things."""

    measures: Mapping[str, float]
    """By measure, the weight of a figure that was told as it."""
    documents: Mapping[tuple[Cause, int], int]
    """By fault and entry, how many SKUs would be explained by it alone."""

    def weigh(self, hypothesis: Hypothesis) -> Hypothesis:
        """Weigh a fault of an event up by the other SKUs of the same event that show it."""
        if hypothesis.event is None or hypothesis.cause not in _BY_DOCUMENT:
            return hypothesis
        fitting = self.documents.get((hypothesis.cause, hypothesis.event.revision), 1)
        return hypothesis._replace(weight=hypothesis.weight * min(_DOCUMENT_MAX, max(1, fitting)))


def find_patterns(scopes: Sequence[Scope], of_events: Sequence[Sequence[Hypothesis]]) -> Patterns:
    """Look at all differences of a snapshot at once, and at what events alone would explain of each."""
    documents: Counter[tuple[Cause, int]] = Counter()
    measures: Counter[str] = Counter()
    for scope, hypotheses in zip(scopes, of_events, strict=True):
        fitting = {(each.cause, each.event.revision) for each in _fitting(scope, hypotheses) if each.event}
        documents.update(fitting)
        if not fitting:
            measures.update(_equal(scope))
    equal = Counter(name for scope in scopes for name in _equal(scope))
    rest = len(scopes) + 1
    found = {name: _STRENGTH * seen / (rest - equal[name]) for name, seen in measures.items() if seen >= _FEW}
    return Patterns(found, documents)


def _fitting(scope: Scope, hypotheses: Iterable[Hypothesis]) -> Iterable[Hypothesis]:
    return (each for each in hypotheses if each.amount == scope.residual)


def _equal(scope: Scope) -> Iterable[str]:
    """Give the measures that the figure equals."""
    difference = scope.difference
    return [
        name
        for name, measure in OWN.items()
        if name != difference.measure.name and difference.reported in map(measure.of, scope.balances)
    ]


def mistaken_beside(scopes: Sequence[Scope]) -> Mapping[str, Mapping[str, float]]:
    """Give, by each other measure that is told of these SKUs, how sure it is that its column holds another one.

    Each SKU speaks for that, or against it, of which both figures differ.
    """
    speaking: Counter[tuple[str, str]] = Counter()
    against: Counter[tuple[str, str]] = Counter()
    for scope in scopes:
        for name, told in (scope.difference.beside or {}).items():
            own = {each: measure.of(scope.now) for each, measure in OWN.items()}
            for each, figure in own.items() if name in own else ():
                if figure != own[name]:
                    speaking[name, each] += told == figure - own[name]
                    against[name, each] += told == 0
    found: dict[str, dict[str, float]] = {}
    for (name, each), seen in speaking.items():
        if seen >= _FEW:
            found.setdefault(name, {})[each] = seen / (seen + against[name, each] + 1)
    return found
