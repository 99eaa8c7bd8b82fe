"""fulfillment_gate.v1.ReconciliationService."""

from __future__ import annotations

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Records


class Reconciliation:
    """Answers ReconciliationService."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def submit_snapshot(self, request: pb.SubmitSnapshotRequest, call: Call) -> pb.SubmitSnapshotResponse:
        """Not there yet."""
        raise NotImplementedError

    async def get_snapshot(self, request: pb.GetSnapshotRequest, call: Call) -> pb.GetSnapshotResponse:
        """Not there yet."""
        raise NotImplementedError

    async def list_snapshots(self, request: pb.ListSnapshotsRequest, call: Call) -> pb.ListSnapshotsResponse:
        """Not there yet."""
        raise NotImplementedError
