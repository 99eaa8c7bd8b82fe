"""What reconciliation keeps: snapshots, mirrors, variances, findings, count tasks; each a record with a version."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gate_service.domain.reconcile.causes import Diagnosis


class SnapshotState(StrEnum):
    """Where a snapshot stands."""

    RECEIVING = "RECEIVING"
    RECEIVED = "RECEIVED"
    COMPARING = "COMPARING"
    COMPARED = "COMPARED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a snapshot that is wrong; `row` counts from 0."""

    row: int
    sku: str
    """The code as it was written."""
    field: str
    problem: str
    meant: str = ""
    """The SKU of that code; empty where nobody knows it."""
    merged_from: str = ""
    """The SKU of that code before it was merged into the one that is meant, if it was."""


@dataclass(frozen=True, slots=True)
class SnapshotResult:
    """What came of comparing a snapshot; the fields are those of the contract."""

    revision: int
    revision_at_ms: int
    compared_count: int = 0
    agreed_count: int = 0
    timing_count: int = 0
    opened_count: int = 0
    continued_count: int = 0
    resolved_count: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    lag_entries: int = 0
    lag_ms: int = 0
    usual_lag_ms: int = 0
    late: bool = False
    took_ms: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a mirror told; its rows stand beside it until it was compared."""

    snapshot_id: str
    system: str
    location_id: str
    measure: str
    deducts: tuple[str, ...]
    as_of_revision: int
    as_of_ms: int
    whole: bool
    skip_bad_rows: bool
    begun_at_ms: int
    changed_at_ms: int
    state: SnapshotState = SnapshotState.RECEIVING
    received_rows: int = 0
    """Rows that came, wrong ones included: where to go on."""
    digest: str = "0"
    """Tells the same rows from others, however they were cut: a sum over (place, row), in hex."""
    compared_rows: int = 0
    bad_rows: tuple[BadRow, ...] = ()
    bad_row_count: int = 0
    repeated_row_count: int = 0
    result: SnapshotResult | None = None
    problem: str = ""
    epoch: int = 0
    """Of the location when it was begun: what its revision counts in; 0 where unknown."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.system} {self.snapshot_id}"


@dataclass(frozen=True, slots=True)
class Mirror:
    """How far one measure of one system at one location is known: what the next snapshot is compared with."""

    system: str
    location_id: str
    measure: str
    newest_as_of_ms: int = 0
    newest_snapshot_id: str = ""
    newest_revision: int = 0
    """The entry at which the newest snapshot was compared."""
    whole_revision: int = 0
    """The same of the newest that named all of it: what is no standing variance agreed there."""
    whole_as_of_ms: int = 0
    """The moment of that one."""
    newest_received_at_ms: int = 0
    lags_ms: tuple[int, ...] = ()
    """Of the last 30 snapshots, the newest last."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.system} {self.measure}"


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


class FindingKind(StrEnum):
    """The names of `FindingKind` in the contract, without its prefix."""

    WAVE_WITHOUT_PICK = "WAVE_WITHOUT_PICK"
    PICKED_WITHOUT_SHIPMENT = "PICKED_WITHOUT_SHIPMENT"
    ANNOUNCED_WITHOUT_RECEIPT = "ANNOUNCED_WITHOUT_RECEIPT"
    TRANSFER_WITHOUT_ARRIVAL = "TRANSFER_WITHOUT_ARRIVAL"
    RETURN_WITHOUT_DISPOSITION = "RETURN_WITHOUT_DISPOSITION"
    HOLD_RENEWED_FOREVER = "HOLD_RENEWED_FOREVER"
    FEED_SILENT = "FEED_SILENT"
    GAP_AGED = "GAP_AGED"
    SNAPSHOT_OVERDUE = "SNAPSHOT_OVERDUE"
    STRUCTURAL = "STRUCTURAL"
    REPEATED_STOCKOUTS = "REPEATED_STOCKOUTS"
    RISING_ADJUSTMENTS = "RISING_ADJUSTMENTS"
    SLOWER_SHIPPING = "SLOWER_SHIPPING"
    MIRROR_LAGS = "MIRROR_LAGS"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be. Its name follows from what it is about and since when: raised twice it is one."""

    finding_id: str
    kind: FindingKind
    location_id: str
    subject: str
    system: str
    owner: str
    text: str
    severity: Severity
    since_ms: int
    deadline_ms: int
    raised_at_ms: int
    state: FindingState = FindingState.OPEN
    cleared_at_ms: int = 0
    revision: int = 0
    variance_ids: tuple[str, ...] = ()
    history: tuple[Step, ...] = ()


class CountTrigger(StrEnum):
    """Why something is to be counted."""

    CYCLE = "CYCLE"
    SHORT_PICK = "SHORT_PICK"
    PHANTOM = "PHANTOM"
    VARIANCE = "VARIANCE"
    NEGATIVE_ADJUSTMENT = "NEGATIVE_ADJUSTMENT"
    RECURRENCE = "RECURRENCE"


class CountTaskState(StrEnum):
    """Where a count task stands."""

    DUE = "DUE"
    STARTED = "STARTED"
    RECOUNT = "RECOUNT"
    BOOKED = "BOOKED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Counted:
    """One person's count of a task. `expected` is what the record said, which no counter sees."""

    counter: str
    at_ms: int
    counted: int
    expected: int
    as_of_revision: int
    includes_picked: bool = False
    actor: str = ""
    """The person alone."""


@dataclass(frozen=True, slots=True)
class CountTask:
    """One SKU that is to be counted. One is open for a SKU at most: a further trigger makes it more urgent."""

    task_id: str
    location_id: str
    sku: str
    trigger: CountTrigger
    because: str
    abc: str
    due_at_ms: int
    opened_at_ms: int
    state: CountTaskState = CountTaskState.DUE
    counter: str = ""
    """System and person, as "wms-east/kim"."""
    actor: str = ""
    """The person alone."""
    as_of_revision: int = 0
    """When it was started, by the location's entries."""
    counts: tuple[Counted, ...] = ()
    booked_at_ms: int = 0
    revision: int = 0
    variance_id: str = ""
    opened_revision: int = 0
    """The entry because of which it was opened; 0 for none. A count of the shelf before that settles nothing."""
    started_at_ms: int = 0
    on_hand: int = 0
    """What the record said as of `as_of_revision`, what was picked and had not left included. No counter sees it."""
    picked: int = 0
    """How much of that was picked."""
    booking: bool = False
    """The last of the counts is to be booked, and may be: whoever asks next sees to it."""
