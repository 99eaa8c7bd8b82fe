"""How a variance opens, goes on, changes and ends; each a function from what stands to what stands then."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.records import Action, Severity, Step, Variance, VarianceState

HISTORY_KEPT: Final = 50
"""Steps: the first, the one that decided last what is to be done, and the newest."""
FOUND: Final = "found"
CONTINUED: Final = "continued"
CHANGED: Final = "changed"
GONE: Final = "gone"
WITHDRAWN: Final = "withdrawn"
_DECIDING: Final = (FOUND, CHANGED)


class Figures(NamedTuple):
    """What one snapshot told of one SKU, where it differs."""

    reported: int
    expected: int
    revision: int
    revision_at_ms: int
    snapshot_id: str


class Weight(NamedTuple):
    """What a difference comes to, and what is to be done about it."""

    severity: Severity
    owner: str
    due_at_ms: int
    action: Action
    value_cents: int
    abc: str


def name(letter: str, *parts: str) -> str:
    """Give the id that follows from what something is about: a letter, and nine letters and digits of a hash."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return letter + base64.b32encode(digest).decode()[:9]


def variance_id(location_id: str, system: str, measure: str, sku: str, snapshot_id: str) -> str:
    """Name the variance that a snapshot opens."""
    return name("V", location_id, system, measure, sku, snapshot_id)


def with_step(history: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    """Add a step; in the place of the last where both only say that it goes on."""
    if step.step == CONTINUED and history and history[-1].step == CONTINUED:
        history = history[:-1]
    history = (*history, step)
    if len(history) <= HISTORY_KEPT:
        return history
    newest = history[2 - HISTORY_KEPT :]
    deciding = [each for each in history[1 : 2 - HISTORY_KEPT] if each.step == CHANGED]
    still = deciding and not any(each.step == CHANGED for each in newest)
    return (history[0], deciding[-1] if still else history[1 - HISTORY_KEPT], *newest)


def decided_by(variance: Variance) -> str:
    """Name the snapshot by which it was decided what is to be done: that which opened or changed it last."""
    taken_back = {each.snapshot_id for each in variance.history if each.step == WITHDRAWN}
    deciding = (each.snapshot_id for each in reversed(variance.history) if each.step in _DECIDING)
    return next((each for each in deciding if each not in taken_back), variance.snapshot_id)


def told_again(variance: Variance, figures: Figures, at_ms: int) -> Variance:
    """Go on with a variance whose difference is what it was; it stays as it is, and accepted where it was."""
    step = Step(at_ms, CONTINUED, note=f"seen {variance.times_seen + 1} times", snapshot_id=figures.snapshot_id)
    return _with(variance, figures, step)


def changed(variance: Variance, figures: Figures, diagnosis: Diagnosis, weight: Weight, at_ms: int) -> Variance:
    """Go on with another difference; what was accepted is open again. It keeps the date that comes first."""
    accepted = variance.state is VarianceState.ACCEPTED
    before = f"{variance.difference:+d}" + (" was accepted" if accepted else "")
    step = Step(at_ms, CHANGED, note=f"{before}, now {figures.reported - figures.expected:+d}")
    moved = _with(variance, figures, replace(step, snapshot_id=figures.snapshot_id))
    return replace(
        moved,
        diagnosis=diagnosis,
        state=VarianceState.OPEN if accepted else variance.state,
        due_at_ms=weight.due_at_ms if accepted else min(variance.due_at_ms, weight.due_at_ms),
        severity=weight.severity,
        owner=variance.owner if _assigned(variance) else weight.owner,
        action=weight.action,
        value_cents=weight.value_cents,
        abc=weight.abc,
    )


def explained(variance: Variance, figures: Figures, diagnosis: Diagnosis, weight: Weight, at_ms: int) -> Variance:
    """Go on with the same difference, of which nothing was known before and is now."""
    moved = changed(variance, figures, diagnosis, weight, at_ms)
    note = f"{variance.diagnosis.cause}, now {diagnosis.cause}"
    last = replace(moved.history[-1], note=note)
    return replace(moved, state=variance.state, history=(*moved.history[:-1], last))


SURE_PERCENT: Final = 80
"""So sure has another cause to be that takes the place of the first one: a count may have come since."""


def is_news(variance: Variance, figures: Figures, diagnosis: Diagnosis | None) -> bool:
    """Say whether a snapshot told more than that all is as it was."""
    if figures.reported - figures.expected != variance.difference:
        return True
    if diagnosis is None or diagnosis.cause in {Cause.UNEXPLAINED, Cause.TIMING, variance.diagnosis.cause}:
        return False
    unknown = variance.diagnosis.cause is Cause.UNEXPLAINED
    return unknown or diagnosis.confidence_percent >= SURE_PERCENT


def gone(variance: Variance, snapshot_id: str, at_ms: int) -> Variance:
    """End a variance: a snapshot agrees."""
    step = Step(at_ms, GONE, note=f"{variance.system} agrees again", snapshot_id=snapshot_id)
    history = with_step(variance.history, step)
    return replace(_closed(variance, history, at_ms), before=_bare(variance))


def withdrawn(variance: Variance, snapshot_id: str, at_ms: int) -> Variance | None:
    """Take back what a snapshot told that was refused in the midst of it; None where nothing of that stands.

    What people did since stays done.
    """
    last = variance.history[-1]
    step = Step(at_ms, WITHDRAWN, note="its snapshot was refused after all", snapshot_id=snapshot_id)
    history = with_step(variance.history, step)
    if not variance.standing:
        ended = (last.step, last.snapshot_id) == (GONE, snapshot_id)
        return replace(variance.before, history=history) if ended and variance.before else None
    if variance.snapshot_id != snapshot_id:
        return None
    if variance.before is None:
        return _closed(variance, history, at_ms)
    restored = replace(variance.before, history=history)
    if not _by_people(variance, snapshot_id):
        return restored
    return replace(restored, state=variance.state, owner=variance.owner, due_at_ms=variance.due_at_ms)


def grew(before: int, now: int) -> bool:
    """Say whether a difference that changed became worse: then its cause has struck again."""
    return abs(now) > abs(before) or before * now < 0


def _with(variance: Variance, figures: Figures, step: Step) -> Variance:
    return replace(
        variance,
        reported=figures.reported,
        expected=figures.expected,
        revision=figures.revision,
        revision_at_ms=figures.revision_at_ms,
        snapshot_id=figures.snapshot_id,
        times_seen=variance.times_seen + 1,
        history=with_step(variance.history, step),
        difference_before=variance.difference,
        revision_before=variance.revision,
        before=_bare(variance),
    )


def _bare(variance: Variance) -> Variance:
    return replace(variance, history=(), before=None)


def _closed(variance: Variance, history: tuple[Step, ...], at_ms: int) -> Variance:
    return replace(variance, state=VarianceState.RESOLVED, closed_at_ms=at_ms, history=history)


def _by_people(variance: Variance, snapshot_id: str) -> bool:
    """Say whether anybody did anything with it since a snapshot told of it."""
    for step in reversed(variance.history):
        if step.system or step.actor:
            return True
        if step.snapshot_id == snapshot_id and step.step in (CONTINUED, *_DECIDING):
            return False
    return False


def _assigned(variance: Variance) -> bool:
    return any(step.step == "assigned" for step in variance.history)
