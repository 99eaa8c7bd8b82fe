"""Tells why a variance stands, in a paragraph that a warehouse manager understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.records import Action, Variance, VarianceState

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
_DONE: Final[Mapping[Action, str]] = {
    Action.PUSH: "Our figure has been sent to {system}, as the policy says.",
    Action.COUNT: "A count has been asked for, as the policy says.",
    Action.PROPOSE: "A correction of our own figure has been proposed, and waits for somebody to approve it.",
}
_ENDED: Final[Mapping[VarianceState, str]] = {
    VarianceState.RESOLVED: "It is over.",
    VarianceState.ACCEPTED: "It is known and lived with.",
}
_SURE: Final = ((95, "as good as certain"), (80, "very likely"), (60, "likely"), (40, "more a hint"), (0, "a guess"))


def explain(variance: Variance) -> str:
    """Say what each side says, since when, which event and which handoff, what to do next, and how sure that is."""
    return " ".join((_what(variance), *_why(variance), *_what_next(variance)))


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
            yield f"({number}) {part.explained:+,} units: {_reason(part)}"
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
    handoff = f" The handoff is {diagnosis.handoff}." if diagnosis.handoff else ""
    return f"{text}{when}{more}.{handoff}"


def _what_next(variance: Variance) -> Iterator[str]:
    if variance.state in _ENDED:
        yield _ENDED[variance.state]
        return
    named = {"system": variance.system, "measure": variance.measure}
    yield "Next: " + _NEXT[variance.diagnosis.cause].format(**named)
    if variance.action in _DONE:
        yield _DONE[variance.action].format(**named)


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
