"""fulfillment_gate.v1.BufferService."""

from __future__ import annotations

from fulfillment_gate.v1 import buffer_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Records


class Buffers:
    """Answers BufferService."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def list_buffers(self, request: pb.ListBuffersRequest, call: Call) -> pb.ListBuffersResponse:
        """Not there yet."""
        raise NotImplementedError
