"""What reconciliation keeps: snapshots, mirrors, variances, findings, count tasks; each a record with a version.

They stand in files of their own; whoever works with them takes them from here.
"""

from __future__ import annotations

from gate_service.domain.reconcile.count_records import (
    Counted,
    CountTask,
    CountTaskState,
    CountTrigger,
)
from gate_service.domain.reconcile.finding_records import (
    Finding,
    FindingKind,
    FindingState,
)
from gate_service.domain.reconcile.snapshot_records import (
    BadRow,
    Mirror,
    Snapshot,
    SnapshotResult,
    SnapshotState,
)
from gate_service.domain.reconcile.variance_records import (
    Action,
    Severity,
    Step,
    Variance,
    VarianceState,
)

__all__ = [
    "Action",
    "BadRow",
    "CountTask",
    "CountTaskState",
    "CountTrigger",
    "Counted",
    "Finding",
    "FindingKind",
    "FindingState",
    "Mirror",
    "Severity",
    "Snapshot",
    "SnapshotResult",
    "SnapshotState",
    "Step",
    "Variance",
    "VarianceState",
]
