"""What is kept back from adaptive channels, measured instead of guessed.

Generated from calls/buffers.py by scripts/generate_sdk.py. Do not edit.
"""

from __future__ import annotations

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls
from fulfillment_gate.v1 import buffer_service_pb2 as buffer_pb2


class AsyncBufferCalls(AsyncCalls):
    """BufferService."""

    async def list_buffers(
        self, *, channel: str = "", location_id: str = "", timeout_s: float | None = None
    ) -> buffer_pb2.ListBuffersResponse:
        """Give the buffers in force by channel, location and class of SKU, each with what it was worked out from."""
        request = buffer_pb2.ListBuffersRequest(channel=channel, location_id=location_id)
        return await self._ask(rpcs.LIST_BUFFERS, request, timeout_s)
