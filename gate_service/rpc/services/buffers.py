"""fulfillment_gate.v1.BufferService."""

from __future__ import annotations

from fulfillment_gate.v1 import buffer_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.buffers.in_force import BufferDesk
from gate_service.domain.reconcile.buffers import Buffer
from gate_service.rpc.fields import optional_ident


class Buffers:
    """What is kept back from adaptive channels, and why."""

    def __init__(self, desk: BufferDesk) -> None:
        """Keep the use case."""
        self._desk = desk

    async def list_buffers(self, request: pb.ListBuffersRequest, call: Call) -> pb.ListBuffersResponse:
        """Which stand."""
        channel = optional_ident(request.channel, "channel")
        location_id = optional_ident(request.location_id, "location_id")
        return pb.ListBuffersResponse(buffers=map(_buffer, await self._desk.of(channel, location_id, call)))


def _buffer(told: Buffer) -> pb.AdaptiveBuffer:
    return pb.AdaptiveBuffer(
        channel=told.channel,
        location_id=told.location_id,
        abc=told.abc,
        basis_points=told.basis_points,
        sample_count=told.sample_count,
        quantile_percent=told.quantile_percent,
        drift_basis_points=told.drift_basis_points,
        staleness_basis_points=told.staleness_basis_points,
        least_basis_points=told.least_basis_points,
        most_basis_points=told.most_basis_points,
        worked_out_at_ms=told.worked_out_at_ms,
        explanation=told.explanation,
    )
