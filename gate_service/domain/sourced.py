"""An order that the gate sources: what was decided of it, and what was answered. docs/sourcing.md tells the course."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

from gate_service.domain.errors import Refused, Violation
from gate_service.domain.operations import Operation, ReleaseLine, ReserveStock, SourceEvent
from gate_service.domain.operations.orders import OrderLine
from gate_service.domain.replies import Applied, ConfirmReservationReply, ReleaseReservationReply
from gate_service.domain.sourcing import Part
from gate_service.domain.vocabulary import OperationKind, Reason, ReservationState

ATTEMPTS_MAX: Final = 3
"""How often an order is planned before it is refused: others may be quicker each time."""
COMMIT_HOLD_MS: Final = 60_000
"""How long each location holds its part of an order that is to be committed at once."""

# As docs/transitions.md derives a state: the first that fits any line of the order, wherever it is reserved.
_FIRST_THAT_FITS: Final = (
    ReservationState.HELD,
    ReservationState.ALLOCATED,
    ReservationState.COMMITTED,
    ReservationState.SHIPPED,
    ReservationState.SHORTED,
    ReservationState.EXPIRED,
    ReservationState.RELEASED,
)


class SourcedPart(NamedTuple):
    """What one location serves, and the ledger's word for it there."""

    location_id: str
    applied: Applied
    lines: tuple[OrderLine, ...]


class SourcedReply(NamedTuple):
    """The order is reserved. `applied` is that of the first part, `hold_expires_at_ms` when the first hold runs out."""

    applied: Applied
    state: ReservationState
    hold_expires_at_ms: int
    parts: tuple[SourcedPart, ...]


class Refusal(NamedTuple):
    """A no that is kept, so that asking again never makes a yes of it."""

    reason: Reason
    message: str
    metadata: Mapping[str, str]
    violations: tuple[Violation, ...]

    @classmethod
    def of(cls, no: Refused) -> Refusal:
        """Keep a refusal by the ledger."""
        return cls(no.reason, no.message, no.metadata, no.violations)

    def about(self, **about: str) -> Refusal:
        """Add what it is about."""
        return self._replace(metadata={**self.metadata, **{name: value for name, value in about.items() if value}})

    def error(self, *, replayed: bool, absorbed: bool = False) -> Refused:
        """Give it as it is raised."""
        return Refused(self.reason, self.message, self.metadata, self.violations, Applied(0, 0, replayed, absorbed))


Reply = SourcedReply | ConfirmReservationReply | ReleaseReservationReply
Answer = Reply | Refusal


class Step(NamedTuple):
    """What a confirmation or a release does at one location; without lines, all of it."""

    location_id: str
    lines: tuple[ReleaseLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A confirmation or a release at several locations that is under way. Whoever meets it finishes it first."""

    kind: OperationKind
    operation_id: str
    system: str
    actor: str
    heard: SourceEvent | None
    """The event, as the locations hear of it."""
    steps: tuple[Step, ...] = ()
    answer: Refusal | None = None
    """Where it was found that it cannot be done."""


class TurnedAway(NamedTuple):
    """A no to an operation that has no plan of its own, since the order has one."""

    operation_id: str
    refusal: Refusal


class Phase(StrEnum):
    """What is being done with the parts of a plan that is not settled."""

    RESERVING = "reserving"
    COMMITTING = "committing"
    """Every part is held, and each is to be committed."""
    UNDOING = "undoing"
    """Not every part could be had: what was had goes back."""


@dataclass(frozen=True, slots=True)
class SourcingPlan:
    """The one plan of an order. It is only ever replaced by its next `version`, so that two gates never follow two."""

    version: int
    asked: ReserveStock
    """As it was asked for: without a location."""
    system: str
    actor: str
    attempt: int
    parts: tuple[Part, ...]
    """What is reserved where, once it is settled; before that, what is tried."""
    phase: Phase = Phase.RESERVING
    undo: tuple[str, ...] = ()
    """The locations at which it goes back."""
    lost: Refusal | None = None
    """Why it goes back."""
    answer: Answer | None = None
    """None until it is settled."""
    pending: Pending | None = None
    turned_away: TurnedAway | None = None
    """The last operation that asked for the order anew while this plan stood."""

    @property
    def order_id(self) -> str:
        """The order."""
        return self.asked.order_id

    @property
    def operation_id(self) -> str:
        """The operation that asked for it."""
        return self.asked.operation_id

    @property
    def undecided(self) -> bool:
        """Say whether it must be carried on even if nobody asks again: some of it may be done and some not."""
        return self.pending is not None or (self.phase is not Phase.RESERVING and self.answer is None)

    def is_of(self, asked: ReserveStock) -> bool:
        """Say whether this is the plan of that very operation, and of what it asks for."""
        mine = self.asked
        return mine.operation_id == asked.operation_id and mine.body() == asked.body()

    def after(self, **changes: Any) -> SourcingPlan:  # noqa: ANN401 - any field
        """Give the next version."""
        return replace(self, version=self.version + 1, **changes)


def reused(operation: Operation[Any]) -> Refused:
    """Say that an operation id stands for another content."""
    return Refused(
        Reason.OPERATION_ID_REUSED,
        "this operation_id was used before with another content; use a new one",
        {"operation_id": operation.operation_id},
    )


def without_number(source: SourceEvent | None) -> SourceEvent | None:
    """Give an event as a location hears of it: what numbers the events of a system counts them to one location."""
    return source._replace(number=0) if source else None


def fingerprint(operation: Operation[Any]) -> str:
    """Tell the same content from another under the same operation_id."""
    text = f"{operation.kind}\n{json.dumps(operation.body(), separators=(',', ':'))}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:20]


def event_key(source: SourceEvent, system: str) -> str:
    """Name an event, as the ledger of a location does: its five words, an empty one as "-"."""
    return " ".join(word or "-" for word in (source.system or system, *source[1:5]))


def whole_state(states: Iterable[ReservationState]) -> ReservationState:
    """Give the state of an order that is reserved at several locations."""
    found = set(states)
    return next((state for state in _FIRST_THAT_FITS if state in found), ReservationState.RELEASED)


def again(answer: Reply, *, absorbed: bool = False) -> Reply:
    """Give a stored answer as it is given again."""
    applied = answer.applied._replace(replayed=True, absorbed=absorbed)
    if not isinstance(answer, SourcedReply):
        return answer._replace(applied=applied)
    parts = tuple(
        part._replace(applied=part.applied._replace(replayed=True, absorbed=absorbed)) for part in answer.parts
    )
    return answer._replace(applied=applied, parts=parts)


@dataclass(frozen=True, slots=True)
class StoredOperation:
    """What is known of an operation id; `answer` is None where the plan of the order has it, or nobody yet."""

    fingerprint: str
    answer: Answer | None = None
    asked_at: str = ""
    """The one location that was asked: its own ledger has the answer."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Who told of an event first, and what he asked for."""

    fingerprint: str
    operation_id: str
    order_id: str
