"""The gate itself.

Generated from calls/status.py by scripts/generate_sdk.py. Do not edit.
"""

from __future__ import annotations

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls
from fulfillment_gate.v1 import status_service_pb2 as status_pb2


class AsyncStatusCalls(AsyncCalls):
    """StatusService."""

    async def get_status(self, *, timeout_s: float | None = None) -> status_pb2.GetStatusResponse:
        """Give the state of the gate that answers: its store, its promise, what was found wrong, what is fenced.

        Answered also while the store is away.
        """
        return await self._ask(rpcs.GET_STATUS, status_pb2.GetStatusRequest(), timeout_s)
