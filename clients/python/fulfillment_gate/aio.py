"""The client for asyncio."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

import grpc
import grpc.aio
from google.protobuf.message import Message

from fulfillment_gate.asking import Ask
from fulfillment_gate.calls_aio.buffers import AsyncBufferCalls
from fulfillment_gate.calls_aio.catalog import AsyncCatalogCalls
from fulfillment_gate.calls_aio.corrections import AsyncCorrectionCalls
from fulfillment_gate.calls_aio.counting import AsyncCountingCalls
from fulfillment_gate.calls_aio.feeds import AsyncFeedCalls
from fulfillment_gate.calls_aio.findings import AsyncFindingCalls
from fulfillment_gate.calls_aio.goods import AsyncGoodsCalls
from fulfillment_gate.calls_aio.handoffs import AsyncHandoffCalls
from fulfillment_gate.calls_aio.incoming import AsyncIncomingCalls
from fulfillment_gate.calls_aio.ledger import AsyncLedgerCalls
from fulfillment_gate.calls_aio.orders import AsyncOrderCalls
from fulfillment_gate.calls_aio.picking import AsyncPickingCalls
from fulfillment_gate.calls_aio.snapshots import AsyncSnapshotCalls
from fulfillment_gate.calls_aio.status import AsyncStatusCalls
from fulfillment_gate.calls_aio.stock import AsyncStockCalls
from fulfillment_gate.calls_aio.variances import AsyncVarianceCalls
from fulfillment_gate.connection import Connection
from fulfillment_gate.errors import NotFound
from fulfillment_gate.rpcs import GET_SNAPSHOT, ResponseT, Rpc
from fulfillment_gate.telling import STREAM_S, Telling
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2


class AsyncGate(
    AsyncOrderCalls,
    AsyncPickingCalls,
    AsyncGoodsCalls,
    AsyncCorrectionCalls,
    AsyncStockCalls,
    AsyncIncomingCalls,
    AsyncFeedCalls,
    AsyncLedgerCalls,
    AsyncHandoffCalls,
    AsyncCatalogCalls,
    AsyncStatusCalls,
    AsyncSnapshotCalls,
    AsyncVarianceCalls,
    AsyncCountingCalls,
    AsyncFindingCalls,
    AsyncBufferCalls,
):
    """`Gate` for asyncio: the same methods, arguments, answers and errors.

    It belongs to the event loop of its first call. A call that is cancelled may have been applied: where that matters,
    give it an operation_id of your own and ask again with it.
    """

    def __init__(
        self,
        target: str,
        *,
        system: str = "",
        actor: str = "",
        timeout_s: float = 10.0,
        credentials: grpc.ChannelCredentials | None = None,
        token: str = "",
        only_ready: bool = True,
    ) -> None:
        """Get ready to call, as `Gate` does. No event loop need run yet."""
        self._connection = Connection(target, system, actor, timeout_s, credentials, token, only_ready)
        self._opened: grpc.aio.Channel | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        """Give itself; leaving the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Hang up. Calls under way are cancelled; the client cannot be used again."""
        self._closed = True
        if self._opened is not None:
            await self._opened.close()

    def _channel(self) -> grpc.aio.Channel:
        """Open at the first call: a channel binds itself to the event loop that runs then."""
        if self._closed:
            raise ValueError("this AsyncGate is closed")
        if self._opened is None:
            target, credentials, options = (
                self._connection.target,
                self._connection.credentials,
                self._connection.options,
            )
            if credentials is None:
                self._opened = grpc.aio.insecure_channel(target, options)
            else:
                self._opened = grpc.aio.secure_channel(target, credentials, options)
        return self._opened

    async def _ask(self, rpc: Rpc[ResponseT], request: Message, timeout_s: float | None) -> ResponseT:
        ask = Ask(rpc, request)
        attempts = self._connection.attempts(ask.operation_id, timeout_s)
        method = self._channel().unary_unary(rpc.path, ask.serialize, rpc.response.FromString)
        while True:
            try:
                return await method(request, timeout=attempts.remaining_s(), metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = attempts.pause_after(ended)
            await asyncio.sleep(pause_s)

    async def _tell(self, rpc: Rpc[ResponseT], telling: Telling, timeout_s: float | None) -> ResponseT:
        method = self._channel().stream_unary(
            rpc.path, reconciliation_pb2.SubmitSnapshotRequest.SerializeToString, rpc.response.FromString
        )
        while True:
            try:
                return await method(telling.parts(), timeout=timeout_s or STREAM_S, metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = telling.broken(ended, lambda: self._connection.attempts("", None))
            await asyncio.sleep(pause_s)
            with suppress(NotFound):  # it was not even begun
                telling.go_on((await self._ask(GET_SNAPSHOT, telling.asked, None)).snapshot)
