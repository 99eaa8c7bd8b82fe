"""What tests of variances begin with: a snapshot of a mirror, and a figure in it that differs."""

from __future__ import annotations

from gate_service.app.reconcile.variances.compared import Compared, Found, Stood
from gate_service.domain.reconcile.causes import Cause, Diagnosis, Difference
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.reconcile.records import Severity, Snapshot, Step, Variance, VarianceState
from gate_service.domain.vocabulary import Bucket

HANDOFF = "netsuite → wms-east: record_receipt"


def snapshot(name: str, *, system: str = "wms-east", location_id: str = "EAST", begun_at_ms: int = 1) -> Snapshot:
    """Give a snapshot that was taken whole."""
    return Snapshot(
        snapshot_id=name,
        system=system,
        location_id=location_id,
        measure="on_hand",
        deducts=(),
        as_of_revision=0,
        as_of_ms=1,
        whole=True,
        skip_bad_rows=False,
        begun_at_ms=begun_at_ms,
        changed_at_ms=1,
    )


def compared(name: str, revision: int, *, late: bool = False, system: str = "wms-east") -> Compared:
    """Give a snapshot with the entry it was compared at."""
    return Compared(snapshot(name, system=system), revision, revision * 1_000, late)


def diagnosis(cause: Cause = Cause.NOT_APPLIED, *, handoff: str = HANDOFF, explained: int = -5) -> Diagnosis:
    """Give why a figure differs."""
    return Diagnosis(cause, 95, explained, handoff)


def found(
    sku: str,
    reported: int,
    expected: int,
    cause: Cause = Cause.NOT_APPLIED,
    *,
    stood: Stood | None = None,
    measure: str = "on_hand",
    handoff: str = HANDOFF,
) -> Found:
    """Give a figure that differs."""
    difference = Difference(sku, OWN[measure], reported, {Bucket.ON_HAND: expected})
    return Found(difference, diagnosis(cause, handoff=handoff, explained=reported - expected), stood)


def standing(state: VarianceState) -> Variance:
    """Give a variance in this state."""
    return Variance(
        variance_id="V1",
        system="wms-east",
        location_id="EAST",
        sku="MUG",
        measure="on_hand",
        reported=35,
        expected=40,
        revision=7,
        revision_at_ms=7_000,
        snapshot_id="S1",
        diagnosis=diagnosis(),
        severity=Severity.LOW,
        owner="Floor",
        opened_at_ms=1,
        due_at_ms=2,
        state=state,
        history=(Step(1, "found", snapshot_id="S1"),),
    )
