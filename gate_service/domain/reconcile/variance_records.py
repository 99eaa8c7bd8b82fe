"""What is kept of variances."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gate_service.domain.reconcile.causes import Diagnosis


class VarianceState(StrEnum):
    """Where a variance stands."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESOLVED = "RESOLVED"
    ACCEPTED = "ACCEPTED"


class Severity(StrEnum):
    """How much a variance or a finding matters."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Action(StrEnum):
    """What a policy can do about a variance: the words of the handoff map."""

    REPORT = "report"
    PUSH = "push"
    COUNT = "count"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with a record, and by whom; no system: the gate itself."""

    at_ms: int
    step: str
    system: str = ""
    actor: str = ""
    note: str = ""
    revision: int = 0
    snapshot_id: str = ""
    """The snapshot that it came of, if any."""


@dataclass(frozen=True, slots=True)
class Variance:
    """A difference between a mirror and the gate; the fields are those of the contract."""

    variance_id: str
    system: str
    location_id: str
    sku: str
    measure: str
    reported: int
    expected: int
    revision: int
    revision_at_ms: int
    snapshot_id: str
    diagnosis: Diagnosis
    severity: Severity
    owner: str
    opened_at_ms: int
    due_at_ms: int
    state: VarianceState = VarianceState.OPEN
    action: Action = Action.REPORT
    value_cents: int = 0
    abc: str = ""
    times_seen: int = 1
    closed_at_ms: int = 0
    history: tuple[Step, ...] = ()
    difference_before: int | None = None
    """As it stood before the snapshot that it names, so that this one may be compared anew; None where none told it."""
    revision_before: int = 0
    agreed_revision: int = 0
    """The newest entry at which the figure had agreed before it was opened; 0 where unknown."""
    agreed_at_ms: int = 0
    """The moment of that snapshot."""
    before: Variance | None = None
    """As it stood before the snapshot that told of it last, without its history, should that one be taken back."""

    @property
    def difference(self) -> int:
        """Give what was reported, less what was expected."""
        return self.reported - self.expected

    @property
    def alarming(self) -> bool:
        """Say whether somebody is to do something about it."""
        return self.state in {VarianceState.OPEN, VarianceState.ACKNOWLEDGED}

    @property
    def standing(self) -> bool:
        """Say whether it is not closed: a later snapshot goes on with it."""
        return self.state is not VarianceState.RESOLVED
