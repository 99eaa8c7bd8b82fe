"""What people do with a variance: each a function from what stands to what stands then, or a refusal."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.lifecycle import with_step
from gate_service.domain.reconcile.records import Step, Variance, VarianceState
from gate_service.domain.reconcile.severity import CLOSED_WITHIN_MS
from gate_service.domain.vocabulary import Reason


class VarianceVerb(StrEnum):
    """The names of `VarianceVerb` in the contract, without its prefix."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    ACCEPT = "accept"
    REOPEN = "reopen"
    ASSIGN = "assign"
    NOTE = "note"


ASSIGNED: Final = "assigned"
_STEPS: Final = {
    VarianceVerb.ACKNOWLEDGE: "acknowledged",
    VarianceVerb.RESOLVE: "resolved",
    VarianceVerb.ACCEPT: "accepted",
    VarianceVerb.REOPEN: "reopened",
    VarianceVerb.ASSIGN: ASSIGNED,
    VarianceVerb.NOTE: "noted",
}
_BECOMES: Final = {
    VarianceVerb.ACKNOWLEDGE: VarianceState.ACKNOWLEDGED,
    VarianceVerb.RESOLVE: VarianceState.RESOLVED,
    VarianceVerb.ACCEPT: VarianceState.ACCEPTED,
    VarianceVerb.REOPEN: VarianceState.OPEN,
}
_WHY_NOT: Final = {
    VarianceState.RESOLVED: "the variance is resolved: it takes no more changes, but may be opened again",
    VarianceState.ACCEPTED: (
        "the variance is accepted, so nobody need take it on: open it again first. It may be resolved, assigned and "
        "noted as it is"
    ),
}
"""Why what is asked for cannot be done with one in a state; in other states everything can."""


class Wish(NamedTuple):
    """What somebody wants done with a variance."""

    verb: VarianceVerb
    system: str
    actor: str
    note: str = ""
    owner: str = ""

    @property
    def step(self) -> str:
        """Give its word in the history."""
        return _STEPS[self.verb]


def done(variance: Variance, wish: Wish, at_ms: int) -> Variance | None:
    """Do it; None where it is so already. Raises `Refused` with VARIANCE_CLOSED."""
    if _is_so(variance, wish):
        return None
    if not _open_to(variance, wish.verb):
        raise Refused(
            Reason.VARIANCE_CLOSED,
            _WHY_NOT[variance.state],
            {"variance_id": variance.variance_id, "state": variance.state},
        )
    step = Step(at_ms, wish.step, wish.system, wish.actor, wish.note or _told(variance, wish))
    state = _BECOMES.get(wish.verb, variance.state)
    reopened = wish.verb is VarianceVerb.REOPEN
    return replace(
        variance,
        state=state,
        owner=wish.owner if wish.verb is VarianceVerb.ASSIGN else variance.owner,
        closed_at_ms=at_ms if state is VarianceState.RESOLVED else 0,
        due_at_ms=at_ms + CLOSED_WITHIN_MS[variance.severity] if reopened else variance.due_at_ms,
        history=with_step(variance.history, step),
    )


def _is_so(variance: Variance, wish: Wish) -> bool:
    match wish.verb:
        case VarianceVerb.NOTE:
            last = variance.history[-1] if variance.history else None
            told = (wish.step, wish.system, wish.actor, wish.note)
            return last is not None and (last.step, last.system, last.actor, last.note) == told
        case VarianceVerb.ASSIGN:
            return variance.owner == wish.owner and variance.standing
        case VarianceVerb.REOPEN:
            return variance.state in (VarianceState.OPEN, VarianceState.ACKNOWLEDGED)
        case _:
            return variance.state is _BECOMES[wish.verb]


def _open_to(variance: Variance, verb: VarianceVerb) -> bool:
    """Say whether a variance can take this: one that is resolved is only opened again, an accepted one not taken on."""
    if verb is VarianceVerb.REOPEN:
        return True
    if variance.state is VarianceState.ACCEPTED:
        return verb is not VarianceVerb.ACKNOWLEDGE
    return variance.standing


def _told(variance: Variance, wish: Wish) -> str:
    return f"from {variance.owner} to {wish.owner}" if wish.verb is VarianceVerb.ASSIGN else ""
