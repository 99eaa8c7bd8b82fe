"""Snapshots as messages."""

from __future__ import annotations

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.reconcile.snapshots.snapshots import SnapshotPage
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.records import Snapshot, SnapshotResult
from gate_service.rpc import enums


def snapshot(value: Snapshot, *, with_rows: bool = True) -> pb.Snapshot:
    """Encode a snapshot; its bad rows on request."""
    bad = value.bad_rows if with_rows else ()
    return pb.Snapshot(
        snapshot_id=value.snapshot_id,
        system=value.system,
        location_id=value.location_id,
        measure=value.measure,
        deducts=value.deducts,
        as_of_revision=value.as_of_revision,
        as_of_ms=value.as_of_ms,
        whole=value.whole,
        skip_bad_rows=value.skip_bad_rows,
        state=enums.SNAPSHOT_STATE.number(value.state),
        received_rows=value.received_rows,
        compared_rows=value.compared_rows,
        bad_rows=[
            pb.SnapshotBadRow(row=each.row, sku=each.sku, field=each.field, problem=each.problem) for each in bad
        ],
        bad_row_count=value.bad_row_count,
        repeated_row_count=value.repeated_row_count,
        begun_at_ms=value.begun_at_ms,
        changed_at_ms=value.changed_at_ms,
        result=_result(value.result) if value.result else None,
        problem=value.problem,
        digest=value.digest,
    )


def page(value: SnapshotPage) -> pb.ListSnapshotsResponse:
    """Encode a page of snapshots."""
    return pb.ListSnapshotsResponse(
        snapshots=[snapshot(each, with_rows=False) for each in value.snapshots], next_page_token=value.next_token
    )


def _result(value: SnapshotResult) -> pb.SnapshotResult:
    causes = [
        pb.CauseCount(cause=enums.DRIFT_CAUSE.number(Cause(cause)), count=count)
        for cause, count in sorted(value.causes.items())
    ]
    return pb.SnapshotResult(
        revision=value.revision,
        revision_at_ms=value.revision_at_ms,
        compared_count=value.compared_count,
        agreed_count=value.agreed_count,
        timing_count=value.timing_count,
        opened_count=value.opened_count,
        continued_count=value.continued_count,
        resolved_count=value.resolved_count,
        causes=causes,
        lag_entries=value.lag_entries,
        lag_ms=value.lag_ms,
        usual_lag_ms=value.usual_lag_ms,
        late=value.late,
        took_ms=value.took_ms,
    )
