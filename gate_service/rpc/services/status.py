"""fulfillment_gate.v1.StatusService."""

from __future__ import annotations

from fulfillment_gate.v1 import status_service_pb2 as status_pb
from gate_service.app.ports import Call
from gate_service.app.status import OwnState
from gate_service.rpc.encode import status as encode


class Status:
    """The gate itself."""

    def __init__(self, state: OwnState) -> None:
        """Keep who knows it."""
        self._state = state

    async def get_status(self, request: status_pb.GetStatusRequest, call: Call) -> status_pb.GetStatusResponse:
        """The state of the gate that answers."""
        del request, call
        return encode.get_status(self._state.now())
