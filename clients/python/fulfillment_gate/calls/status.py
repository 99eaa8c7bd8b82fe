"""The gate itself."""

from __future__ import annotations

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls
from fulfillment_gate.v1 import status_service_pb2 as status_pb2


class StatusCalls(Calls):
    """StatusService."""

    def get_status(self, *, timeout_s: float | None = None) -> status_pb2.GetStatusResponse:
        """Give the state of the gate that answers: its store, its promise, what was found wrong, what is fenced.

        Answered also while the store is away.
        """
        return self._ask(rpcs.GET_STATUS, status_pb2.GetStatusRequest(), timeout_s)
