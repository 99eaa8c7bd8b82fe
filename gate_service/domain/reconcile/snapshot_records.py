"""What is kept of snapshots, and of the mirrors that tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


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
