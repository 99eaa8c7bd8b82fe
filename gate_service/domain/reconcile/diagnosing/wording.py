"""Writes a verdict down as a diagnosis: the cause, the handoff, the evidence in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gate_service.domain.reconcile.causes import (
    Cause,
    Diagnosis,
    Difference,
    Evidence,
    Lag,
    Movement,
    Proof,
    handoff_of,
)
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope
from gate_service.domain.reconcile.diagnosing.judging import Verdict
from gate_service.domain.vocabulary import Bucket, OperationKind

_MINUTE_MS: Final = 60_000
_SECOND_MS: Final = 1_000


def tell(scope: Scope, verdicts: Sequence[Verdict], mirror: str) -> Diagnosis:
    """Write down what was chosen; of two verdicts each has its part."""
    parts = [_part(scope, hypothesis, verdict, mirror) for verdict in verdicts for hypothesis in verdict.answer.parts]
    if len(parts) == 1:
        return parts[0]
    return Diagnosis(
        Cause.COMBINED,
        min(verdict.confidence_percent for verdict in verdicts),
        sum(part.explained for part in parts),
        next((part.handoff for part in parts if part.handoff), ""),
        parts=tuple(parts),
    )


def tell_timing(difference: Difference, missing: Sequence[Movement], lag: Lag) -> Diagnosis:
    """Write down which young events the mirror lacks."""
    if not missing:
        return Diagnosis(Cause.TIMING, 99, 0, evidence=(Evidence(Proof.LAG, "our figure is the same"),))
    oldest = min(missing, key=lambda event: event.revision)
    late = max(0, difference.at_ms - oldest.at_ms) if difference.at_ms else lag.ms
    usual = f"; it is usually {span(lag.usual_ms)} behind" if lag.usual_ms else ""
    text = f"without the newest {_count(len(missing), 'event')} ({span(late)} old) our figure is the same{usual}"
    evidence = (Evidence(Proof.LAG, text, oldest.revision, oldest.at_ms, quantity=difference.amount),)
    return Diagnosis(Cause.TIMING, 99, difference.amount, evidence=evidence + tuple(map(_entry, missing[:3])))


def tell_ahead(difference: Difference, taken: Sequence[Movement]) -> Diagnosis:
    """Write down which events the mirror had taken by the time that its figures were read."""
    ms = max(0, taken[-1].at_ms - difference.at_ms)
    text = f"with the next {_count(len(taken), 'event')} ({span(ms)} later) our figure is the same: it was read then"
    evidence = (Evidence(Proof.LAG, text, taken[-1].revision, taken[-1].at_ms, quantity=difference.amount),)
    return Diagnosis(Cause.TIMING, 99, difference.amount, evidence=evidence + tuple(map(_entry, taken[:3])))


def _part(scope: Scope, hypothesis: Hypothesis, verdict: Verdict, mirror: str) -> Diagnosis:
    handoff = handoff_of(hypothesis.event, mirror) if _names_handoff(hypothesis) and hypothesis.event else ""
    evidence = list(_EVIDENCE[hypothesis.cause](scope, hypothesis))
    if hypothesis.event and hypothesis.event.repeats and hypothesis.cause is Cause.DOUBLE_APPLIED:
        told = f"it was told {hypothesis.event.repeats + 1} times to the gate, too, which took it once"
        evidence.append(Evidence(Proof.DELIVERY, told, hypothesis.event.revision, hypothesis.event.at_ms))
    if verdict.alike and len(verdict.answer.parts) == 1 and hypothesis.event:
        text = f"{_count(verdict.alike, 'other event')} of that time would explain it as well"
        evidence.append(Evidence(Proof.ENTRY, text, quantity=verdict.alike))
    explained = hypothesis.amount
    return Diagnosis(hypothesis.cause, verdict.confidence_percent, explained, handoff, tuple(evidence))


def _names_handoff(hypothesis: Hypothesis) -> bool:
    """Say whether the event is what broke, and not only what brought it to light."""
    return hypothesis.cause is not Cause.PHANTOM


def span(ms: int) -> str:
    """Write a time as people read it."""
    if ms < 2 * _MINUTE_MS:
        return f"{round(ms / _SECOND_MS)} s"
    if ms < 120 * _MINUTE_MS:
        return f"{round(ms / _MINUTE_MS)} min"
    return f"{round(ms / (60 * _MINUTE_MS))} h"


def _count(number: int, of: str) -> str:
    return f"one {of}" if number == 1 else f"{number} {of}s"


def name_of(event: Movement) -> str:
    """Name an event by what people know it by."""
    what = str(event.kind).replace("_", " ")
    known = event.order_id or event.document_id or event.operation_id
    return f"{what} {known}" if known else what


def _entry(event: Movement) -> Evidence:
    changes = ", ".join(f"{bucket} {change:+d}" for bucket, change in event.changes.items())
    return Evidence(Proof.ENTRY, f"{name_of(event)}: {changes}", event.revision, event.at_ms, event.feed_number)


def _about(hypothesis: Hypothesis, text: str) -> Evidence:
    event = hypothesis.event
    if event is None:
        return Evidence(Proof.ENTRY, text, quantity=hypothesis.amount)
    changes = ", ".join(f"{bucket} {change:+d}" for bucket, change in event.changes.items())
    told = f"{name_of(event)} ({changes}) {text}"
    return Evidence(Proof.ENTRY, told, event.revision, event.at_ms, event.feed_number, hypothesis.amount)


def _doubled(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    return [_about(hypothesis, "was taken twice")]


def _missed(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    if hypothesis.factor:
        return [_about(hypothesis, f"and the {hypothesis.factor - 1} events after it were never taken")]
    return [_about(hypothesis, "was never taken")]


def _unreleased(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    return [_about(hypothesis, "left, and what was kept for it was not released")]


def _column(scope: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    text = f"the figure told as {scope.difference.measure.name} is our {hypothesis.about}"
    return [Evidence(Proof.MEASURE, text, quantity=scope.difference.reported)]


def _unit(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    factor = abs(hypothesis.factor)
    up = hypothesis.factor > 0
    how = f"{'units were taken as packs' if up else 'packs were taken as units'} of {factor}"
    if hypothesis.event is None:
        figure = "times" if up else "divided by"
        return [Evidence(Proof.FACTOR, f"the whole figure is ours {figure} {factor}: {how}", quantity=factor)]
    return [_about(hypothesis, f"was taken in another unit: {how}"), Evidence(Proof.FACTOR, how, quantity=factor)]


def _elsewhere(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    text = f"{hypothesis.about} differs by as much the other way, and is easily taken for it"
    alias = Evidence(Proof.ALIAS, text, quantity=-hypothesis.amount)
    return [alias, _about(hypothesis, f"stands under the wrong one of both ({hypothesis.about})")][
        : 1 + bool(hypothesis.event)
    ]


def _phantom(_: Scope, hypothesis: Hypothesis) -> Sequence[Evidence]:
    event = hypothesis.event
    if event is None:
        return [Evidence(Proof.SHORT_PICK, "as many units are in doubt since a short pick", quantity=hypothesis.amount)]
    counted = event.kind is not OperationKind.REPORT_PICK
    if counted:
        text = f"{name_of(event)} found {event.changes.get(Bucket.ON_HAND, 0):+d} on the shelf"
    else:
        text = f"{name_of(event)} did not find them on the shelf"
    proof = Proof.COUNT if counted else Proof.SHORT_PICK
    return [Evidence(proof, text, event.revision, event.at_ms, event.feed_number, hypothesis.amount)]


def _nothing(scope: Scope, _: Hypothesis) -> Sequence[Evidence]:
    return [
        Evidence(
            Proof.VARIANCE,
            f"none of {_count(len(scope.deltas), 'event')} of that time, no pair of them, no other measure, "
            "no pack and no neighbour explains it",
            quantity=scope.residual,
        )
    ]


_EVIDENCE: Final[Mapping[Cause, Callable[[Scope, Hypothesis], Sequence[Evidence]]]] = {
    Cause.DOUBLE_APPLIED: _doubled,
    Cause.NOT_APPLIED: _missed,
    Cause.SHIPPED_STILL_ALLOCATED: _unreleased,
    Cause.WRONG_MEASURE: _column,
    Cause.UNIT_OF_MEASURE: _unit,
    Cause.WRONG_SKU: _elsewhere,
    Cause.PHANTOM: _phantom,
    Cause.UNEXPLAINED: _nothing,
}
