"""fulfillment_gate.v1.ReconciliationService."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.snapshots.snapshots import Snapshots
from gate_service.app.reconcile.snapshots.taking import Taking
from gate_service.domain import limits
from gate_service.domain.errors import InvalidField
from gate_service.rpc.decode import snapshots as decode
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import snapshots as encode
from gate_service.rpc.fields import ident, optional_ident


class Reconciliation:
    """Answers ReconciliationService."""

    def __init__(self, snapshots: Snapshots) -> None:
        """Keep the use case."""
        self._snapshots = snapshots

    async def submit_snapshot(
        self, parts: AsyncIterator[pb.SubmitSnapshotRequest], call: Call
    ) -> pb.SubmitSnapshotResponse:
        """Take a header, rows, and an end."""
        first = await anext(parts, None)
        if first is None or first.WhichOneof("part") != "header":
            told = "the stream told nothing" if first is None else f"it was {first.WhichOneof('part') or 'empty'}"
            raise InvalidField("header", f"must be the first part of a snapshot; {told}")
        taking = await self._snapshots.begin(decode.header(first.header), call)
        async for part in parts:
            kind = part.WhichOneof("part")
            if kind == "rows":
                await taking.rows(*decode.rows(part.rows))
            elif kind == "end":
                return await self._ended(taking, decode.end(part.end), parts)
            else:
                raise InvalidField(kind or "part", "must be rows or an end here, where the header was told already")
        raise await taking.broken()

    @staticmethod
    async def _ended(
        taking: Taking, row_count: int, parts: AsyncIterator[pb.SubmitSnapshotRequest]
    ) -> pb.SubmitSnapshotResponse:
        more = await anext(parts, None)
        if more is not None:
            raise InvalidField(more.WhichOneof("part") or "part", "must not come behind the end")
        snapshot = await taking.end(row_count)
        return pb.SubmitSnapshotResponse(snapshot=encode.snapshot(snapshot), replayed=taking.replayed)

    async def get_snapshot(self, request: pb.GetSnapshotRequest, call: Call) -> pb.GetSnapshotResponse:
        """One snapshot as it stands."""
        system = optional_ident(request.system, "system")
        found = await self._snapshots.get(system, ident(request.snapshot_id, "snapshot_id"), call)
        return pb.GetSnapshotResponse(snapshot=encode.snapshot(found))

    async def list_snapshots(self, request: pb.ListSnapshotsRequest, call: Call) -> pb.ListSnapshotsResponse:
        """Snapshots, newest first."""
        system = optional_ident(request.system, "system")
        location_id = optional_ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_SNAPSHOTS_MAX, limits.LIST_SNAPSHOTS_DEFAULT)
        token = page_token(request.page_token)
        return encode.page(await self._snapshots.page(system, location_id, size, token, call))
