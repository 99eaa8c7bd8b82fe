"""The client for ordinary code. `AsyncGate` is the same for asyncio."""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import grpc
from google.protobuf.message import Message

from fulfillment_gate.asking import Ask
from fulfillment_gate.calls.buffers import BufferCalls
from fulfillment_gate.calls.catalog import CatalogCalls
from fulfillment_gate.calls.corrections import CorrectionCalls
from fulfillment_gate.calls.counting import CountingCalls
from fulfillment_gate.calls.feeds import FeedCalls
from fulfillment_gate.calls.findings import FindingCalls
from fulfillment_gate.calls.goods import GoodsCalls
from fulfillment_gate.calls.handoffs import HandoffCalls
from fulfillment_gate.calls.incoming import IncomingCalls
from fulfillment_gate.calls.ledger import LedgerCalls
from fulfillment_gate.calls.orders import OrderCalls
from fulfillment_gate.calls.picking import PickingCalls
from fulfillment_gate.calls.snapshots import SnapshotCalls
from fulfillment_gate.calls.status import StatusCalls
from fulfillment_gate.calls.stock import StockCalls
from fulfillment_gate.calls.variances import VarianceCalls
from fulfillment_gate.connection import Connection
from fulfillment_gate.errors import NotFound
from fulfillment_gate.rpcs import GET_SNAPSHOT, ResponseT, Rpc
from fulfillment_gate.telling import STREAM_S, Telling
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2


class Gate(
    OrderCalls,
    PickingCalls,
    GoodsCalls,
    CorrectionCalls,
    StockCalls,
    IncomingCalls,
    FeedCalls,
    LedgerCalls,
    HandoffCalls,
    CatalogCalls,
    StatusCalls,
    SnapshotCalls,
    VarianceCalls,
    CountingCalls,
    FindingCalls,
    BufferCalls,
):
    """A client of one gate, safe to share between threads. Make one for a process and close it at the end.

    Every method answers the message of the contract, or raises a `GateError` of the class that fits; `reason` is the
    name of the ErrorReason. The reasons listed at a method are those of its own. Any method may also raise
    `InvalidArgument`, `Unavailable`, `Overloaded`, `DeadlineExceeded`, `Unauthenticated`, `PermissionDenied` and
    `Internal`, and where it names an item, `NotFound` (UNKNOWN_ITEM) and `Refused` (KIT_NOT_STOCKED, SKU_MERGED).

    A method that changes something carries an `operation_id`: made once, kept in every retry, so that it is applied
    once however often it is asked. Give your own where you want to ask again after a crash. It may carry a
    `source_event` too, by the names of the caller's world (system, document, line, action): the same event told again,
    whenever and under whichever operation_id, gets the first answer, with `applied.absorbed`. Both raise
    `AlreadyExists` where they were used before for something else (OPERATION_ID_REUSED, SOURCE_EVENT_CONFLICT,
    SOURCE_EVENT_RETIRED).

    `timeout_s` is the time of a whole call in seconds, its retries included; None takes that of the client. Retried
    are UNAVAILABLE, and RESOURCE_EXHAUSTED where the gate says that it has too much to do, until that time is used up.

    Quantities are whole base units, or of the `unit` of their line; times are ms since the epoch, durations ms.
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
        """Get ready to call; the first call connects.

        `target` is host:port, unix:path, or dns:///name:port to go round all healthy addresses behind a name. `system`
        and `actor` name the caller in the ledger; a gate that knows its callers takes the system from the `token` or
        the client certificate, and `system` may be left out. Without `credentials` (`tls` makes them) the connection is
        not encrypted, and the token goes over it as it is. Behind a name only gates that are ready are called; with
        `only_ready` False the others too, for a question that a gate answers while its store is away. Raises ValueError
        for what could never work.
        """
        self._connection = Connection(target, system, actor, timeout_s, credentials, token, only_ready)
        options = self._connection.options
        if credentials is None:
            self._channel = grpc.insecure_channel(target, options)
        else:
            self._channel = grpc.secure_channel(target, credentials, options)

    def __enter__(self) -> Self:
        """Give itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Hang up. Calls under way end with an error; the client cannot be used again."""
        self._channel.close()

    def _ask(self, rpc: Rpc[ResponseT], request: Message, timeout_s: float | None) -> ResponseT:
        ask = Ask(rpc, request)
        attempts = self._connection.attempts(ask.operation_id, timeout_s)
        method = self._channel.unary_unary(rpc.path, ask.serialize, rpc.response.FromString)
        while True:
            try:
                return method(request, timeout=attempts.remaining_s(), metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = attempts.pause_after(ended)
            time.sleep(pause_s)

    def _tell(self, rpc: Rpc[ResponseT], telling: Telling, timeout_s: float | None) -> ResponseT:
        method = self._channel.stream_unary(
            rpc.path, reconciliation_pb2.SubmitSnapshotRequest.SerializeToString, rpc.response.FromString
        )
        while True:
            try:
                return method(telling.parts(), timeout=timeout_s or STREAM_S, metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = telling.broken(ended, lambda: self._connection.attempts("", None))
            time.sleep(pause_s)
            with suppress(NotFound):  # it was not even begun
                telling.go_on(self._ask(GET_SNAPSHOT, telling.asked, None).snapshot)
