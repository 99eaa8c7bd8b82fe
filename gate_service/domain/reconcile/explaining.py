"""Tells why a variance stands, in a paragraph that a warehouse manager understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.records import Action, CountTask, CountTaskState, Step, Variance, VarianceState

_WHY: Final[Mapping[Cause, str]] = {
    Cause.TIMING: "It is only behind: {evidence}",
    Cause.DOUBLE_APPLIED: "It took one event twice: {evidence}",
    Cause.NOT_APPLIED: "It lacks an event: {evidence}",
    Cause.SHIPPED_STILL_ALLOCATED: "It still keeps units for a parcel that is gone: {evidence}",
    Cause.WRONG_MEASURE: "It tells another figure than the one we take it for: {evidence}",
    Cause.UNIT_OF_MEASURE: "It counts in another unit: {evidence}",
    Cause.WRONG_SKU: "The units stand under another SKU: {evidence}",
    Cause.PHANTOM: "It is probably right, and our own figure was wrong: {evidence}",
    Cause.UNEXPLAINED: "We do not know why: {evidence}",
}
_NEXT: Final[Mapping[Cause, str]] = {
    Cause.TIMING: "Nothing is to be done; the next snapshot will agree.",
    Cause.DOUBLE_APPLIED: "Take it back once in {system}, and have whoever runs the handoff see why it came again.",
    Cause.NOT_APPLIED: "Book it in {system}, and have whoever runs the handoff see where it was lost.",
    Cause.SHIPPED_STILL_ALLOCATED: "Release in {system} what it keeps for that parcel, and see why it did not itself.",
    Cause.WRONG_MEASURE: "No stock is wrong: let {system} report {measure}, or name what it reports in the map.",
    Cause.UNIT_OF_MEASURE: "Compare the unit that {system} books in with the packs in the catalog; correct it there.",
    Cause.WRONG_SKU: "Move the units to the right SKU in {system}; where a code is mistaken again, make it an alias.",
    Cause.PHANTOM: "Have the shelf counted before anything is corrected.",
    Cause.UNEXPLAINED: "Have the shelf counted, and compare what {system} booked since it agreed last.",
    Cause.COMBINED: "Put right one after the other; the next snapshot shows what is left.",
}
_TO_COME: Final[Mapping[Action, str]] = {
    Action.PUSH: "Our figure is about to be sent to {system}, as the policy says.",
    Action.COUNT: "A count is about to be asked for, as the policy says.",
    Action.PROPOSE: "A correction of our own figure is about to be proposed, as the policy says.",
}
_DONE: Final[Mapping[str, str]] = {
    "pushed": "Our figure was sent to {system} on {at}, as the policy says.",
    "count_asked": "A count was asked for on {at}, as the policy says.",
    "proposed": "A correction of our own figure was proposed on {at}; where nobody has yet, somebody is to approve it.",
    "reported": "The policy could do nothing about it by itself: {note}.",
}
"""By the step that the history has of it."""
_DECIDED: Final = frozenset({"found", "changed", "withdrawn"})
"""Steps behind which what is to be done was decided anew."""
_ENDED: Final[Mapping[VarianceState, str]] = {
    VarianceState.RESOLVED: "It is over.",
    VarianceState.ACCEPTED: "It is known and lived with.",
}
_SURE: Final = ((95, "as good as certain"), (80, "very likely"), (60, "likely"), (40, "more a hint"), (0, "a guess"))


def explain(variance: Variance, count: CountTask | None = None) -> str:
    """Say what each side says, since when, which event and which handoff, what to do next, and how sure that is.

    `count` is the count that was asked for because of it, as it stands now.
    """
    return " ".join((_what(variance), *_why(variance), *_what_next(variance, count)))


def handoff_told(handoff: str) -> str:
    """Name a handoff for people; where a system did not take what it had told itself, nothing was handed over."""
    sender, _, rest = handoff.partition(" → ")
    mirror, _, verb = rest.partition(": ")
    return f"within {mirror}: {verb}" if sender == mirror else handoff


def did(variance: Variance) -> Step | None:
    """Give the step that did what the policy says, None where that is to come."""
    for step in reversed(variance.history):
        if step.step in _DONE:
            return step
        if step.step in _DECIDED:
            return None
    return None


def _what(variance: Variance) -> str:
    """Say who says what, and since when."""
    more_or_less = "too many" if variance.difference > 0 else "too few"
    seen = f", and {variance.times_seen} snapshots have told it" if variance.times_seen > 1 else ""
    return (
        f"{variance.system} reports {variance.reported:,} of {variance.sku} at {variance.location_id} "
        f"({variance.measure}), and by our ledger it was {variance.expected:,} after entry {variance.revision:,}: "
        f"{abs(variance.difference):,} {more_or_less}. It was found on {_moment(variance.opened_at_ms)}{seen}."
    )


def _why(variance: Variance) -> Iterator[str]:
    diagnosis = variance.diagnosis
    if diagnosis.cause is Cause.COMBINED:
        yield f"{len(diagnosis.parts)} things came together."
        for number, part in enumerate(diagnosis.parts, start=1):
            yield f"({number}) {part.explained:+,} unit{'s' * (abs(part.explained) != 1)}: {_reason(part)}"
    else:
        yield _reason(diagnosis)
    sure = next(words for least, words in _SURE if diagnosis.confidence_percent >= least)
    if diagnosis.cause is not Cause.UNEXPLAINED:
        yield f"This is {sure} ({diagnosis.confidence_percent} %)."


def _reason(diagnosis: Diagnosis) -> str:
    """Say what happened, when, and at which handoff."""
    told = [evidence for evidence in diagnosis.evidence if evidence.text]
    first = told[0] if told else None
    when = f" (entry {first.revision:,}, {_moment(first.at_ms)})" if first and first.revision and first.at_ms else ""
    text = _WHY[diagnosis.cause].format(evidence=first.text if first else "nothing that we know of speaks for it")
    more = "".join(f"; {evidence.text}" for evidence in told[1:3])
    named = handoff_told(diagnosis.handoff)
    handoff = f" The handoff is {named}." if named == diagnosis.handoff else f" It happened {named}."
    handoff = handoff if named else ""
    return f"{text}{when}{more}.{handoff}"


def _what_next(variance: Variance, count: CountTask | None) -> Iterator[str]:
    if variance.state in _ENDED:
        yield _ENDED[variance.state]
        return
    named = {"system": variance.system, "measure": variance.measure}
    step = did(variance)
    if step is not None and step.step == "count_asked" and count is not None:
        yield _counted(count, _moment(step.at_ms), named)
        return
    yield "Next: " + _NEXT[variance.diagnosis.cause].format(**named)
    if step is not None:
        yield _DONE[step.step].format(**named, at=_moment(step.at_ms), note=step.note)
    elif variance.action in _TO_COME:
        yield _TO_COME[variance.action].format(**named)


def _counted(count: CountTask, asked: str, named: Mapping[str, str]) -> str:
    """Say what became of the count that was asked for."""
    match count.state:
        case CountTaskState.BOOKED:
            return (
                f"The shelf was counted, and the count booked as entry {count.revision:,} on "
                f"{_moment(count.booked_at_ms)}. Next: Have {named['system']} tell its figures anew; what agrees then "
                "is closed by itself."
            )
        case CountTaskState.WITHDRAWN:
            return f"The count that was asked for on {asked} was withdrawn. Next: Decide whether to count after all."
        case CountTaskState.DUE:
            return f"Next: Have the shelf counted. Count {count.task_id} was asked for on {asked}; nobody has begun it."
        case _:
            return f"Next: Wait for count {count.task_id}, which was asked for on {asked} and has begun."


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
