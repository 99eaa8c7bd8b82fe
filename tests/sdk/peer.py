"""A real gRPC server on loopback that answers as a test says: for faults that a gate cannot be made to show on demand.

It keeps no stock. What is not scripted is answered with a plain yes.
"""

# ruff: noqa: ANN401 - a step takes the request of whatever method it is scripted for

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyDetail
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health, health_pb2_grpc
from grpc_status import rpc_status

from fulfillment_gate.v1 import (
    buffer_service_pb2,
    counting_service_pb2,
    feed_service_pb2,
    finding_service_pb2,
    handoff_service_pb2,
    incoming_service_pb2,
    ledger_service_pb2,
    reconciliation_service_pb2,
    status_service_pb2,
    stock_service_pb2,
    types_pb2,
    variance_service_pb2,
)
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb2
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from tests.sdk.wire import Wire

FILES = (
    gate_pb2,
    stock_service_pb2,
    incoming_service_pb2,
    feed_service_pb2,
    ledger_service_pb2,
    handoff_service_pb2,
    catalog_pb2,
    status_service_pb2,
    finding_service_pb2,
    variance_service_pb2,
    reconciliation_service_pb2,
    counting_service_pb2,
    buffer_service_pb2,
)
SERVICES = [service for file in FILES for service in file.DESCRIPTOR.services_by_name.values()]
_ALL = {f"/{service.full_name}/{method.name}": method for service in SERVICES for method in service.methods}
METHODS = {path: method for path, method in _ALL.items() if not method.client_streaming}
STREAMS = {path: method for path, method in _ALL.items() if method.client_streaming}
"""What is told in parts: tested with a gate, in `tests/reconcile/test_snapshot_resume.py`."""

HOLD_EXPIRES_AT_MS = 1_900_000_000_000
PERMIT_EXPIRES_AT_MS = 1_900_000_500_000


@dataclass(frozen=True)
class Seen:
    """One attempt as it arrived."""

    method: str
    request: Any
    metadata: dict[str, str]
    remaining_s: float
    """What was left of the deadline that the client sent."""


class Peer:
    """Start it, script it with `on`, look at `seen`."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.arrived = threading.Semaphore(0)
        """Released for each attempt that arrives."""
        self.go_on = threading.Event()
        self.health = health.HealthServicer()
        self._steps: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._closing = threading.Event()
        self._pool = futures.ThreadPoolExecutor(max_workers=16)
        self._server = grpc.server(self._pool, options=[("grpc.so_reuseport", 0)])
        self._server.add_generic_rpc_handlers((_Handlers(self),))
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self.target = f"127.0.0.1:{self.port}"
        self._server.start()
        self.wire = Wire(self.port)

    def on(self, method: str, *steps: Step) -> None:
        """Answer the next attempts at a method so, one step each."""
        self._steps[method].extend(steps)

    def asked(self, method: str) -> list[Any]:
        """Give the requests that arrived for a method."""
        return [one.request for one in self.seen if one.method == method]

    def methods(self) -> list[str]:
        """Give the methods in the order in which they arrived."""
        return [one.method for one in self.seen]

    def close(self) -> None:
        self._closing.set()
        self.go_on.set()
        self.wire.close()
        self._server.stop(None).wait()
        self._pool.shutdown()

    def wait_for_close(self) -> None:
        self._closing.wait()

    def answer(self, method: str, request: Any, context: grpc.ServicerContext) -> Message:
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        steps = self._steps[method]
        step = steps.popleft() if steps else plain_yes
        self.seen.append(Seen(method, request, metadata, context.time_remaining()))
        self.arrived.release()
        return step(self, request, context)


Step = Callable[[Peer, Any, grpc.ServicerContext], Message]


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        method = METHODS.get(handler_call_details.method)
        if method is None:
            return None
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._peer.answer(method.name, request, context),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=GetMessageClass(method.output_type).SerializeToString,
        )


def answering(message: Message) -> Step:
    """Answer this."""
    return lambda _peer, _request, _context: message


def failing(code: grpc.StatusCode, message: str = "", *details: Message) -> Step:
    """End the call with a status and its details."""

    def step(_peer: Peer, _request: Any, context: grpc.ServicerContext) -> Message:
        status = Status(code=code.value[0], message=message)
        for detail in details:
            packed = AnyDetail()
            packed.Pack(detail)
            status.details.append(packed)
        context.abort_with_status(rpc_status.to_status(status))

    return step


def failing_with(code: grpc.StatusCode, message: str, trailer: bytes) -> Step:
    """End the call with these bytes where the details should be."""

    def step(_peer: Peer, _request: Any, context: grpc.ServicerContext) -> Message:
        context.set_trailing_metadata((("grpc-status-details-bin", trailer),))
        context.abort(code, message)

    return step


def reason(name: str, **metadata: str) -> ErrorInfo:
    """Give the detail that names the reason, as the gate does."""
    return ErrorInfo(reason=name, domain="fulfillment-gate", metadata=metadata)


def retry_after(ms: int) -> RetryInfo:
    """Give the detail that asks to wait."""
    delay = Duration()
    delay.FromMilliseconds(ms)
    return RetryInfo(retry_delay=delay)


def hanging(peer: Peer, _request: Any, _context: grpc.ServicerContext) -> Message:
    """Never answer: the client's deadline ends the call."""
    peer.wait_for_close()
    return types_pb2.Applied()


def answering_when_told(peer: Peer, request: Any, context: grpc.ServicerContext) -> Message:
    """Answer once the test says `peer.go_on`."""
    peer.go_on.wait()
    return plain_yes(peer, request, context)


def losing_the_answer(peer: Peer, request: Any, context: grpc.ServicerContext) -> Message:
    """Do it, then cut the wire before the answer gets through."""
    peer.wire.cut()
    return plain_yes(peer, request, context)


def plain_yes(_peer: Peer, request: Any, _context: grpc.ServicerContext) -> Message:
    """Say yes to all that is asked."""
    applied = types_pb2.Applied(revision=7, at_ms=1_800_000_000_000)
    if isinstance(request, gate_pb2.CheckAvailabilityRequest):
        return promising(request, 1_000_000)
    if isinstance(request, gate_pb2.ReserveStockRequest):
        return gate_pb2.ReserveStockResponse(
            applied=applied, state=types_pb2.RESERVATION_STATE_HELD, hold_expires_at_ms=HOLD_EXPIRES_AT_MS
        )
    if isinstance(request, gate_pb2.ConfirmReservationRequest):
        state = types_pb2.RESERVATION_STATE_COMMITTED
        return gate_pb2.ConfirmReservationResponse(applied=applied, state=state, changed=True)
    if isinstance(request, gate_pb2.AuthorizeWaveRequest):
        return all_picked(request, applied)
    if isinstance(request, catalog_pb2.ResolveItemsRequest):
        return taken_as_written(request)
    response: Message = GetMessageClass(_method_of(request).output_type)()
    return response


def promising(request: gate_pb2.CheckAvailabilityRequest, promise: int) -> gate_pb2.CheckAvailabilityResponse:
    """Promise so much of every SKU."""
    totals: defaultdict[str, int] = defaultdict(int)
    for line in request.lines:
        totals[line.sku] += line.quantity
    lines = [
        gate_pb2.LineAvailability(
            sku=line.sku, quantity=line.quantity, known=True, promise=promise, sufficient=totals[line.sku] <= promise
        )
        for line in request.lines
    ]
    enough = all(line.sufficient for line in lines)
    return gate_pb2.CheckAvailabilityResponse(
        locations=[
            gate_pb2.LocationAvailability(location_id=place, revision=7, sufficient=enough, lines=lines)
            for place in request.location_ids
        ]
    )


def all_picked(request: gate_pb2.AuthorizeWaveRequest, applied: types_pb2.Applied) -> gate_pb2.AuthorizeWaveResponse:
    """Authorise every line in full."""
    return gate_pb2.AuthorizeWaveResponse(
        applied=applied,
        permit_id="P7",
        permit_expires_at_ms=PERMIT_EXPIRES_AT_MS,
        lines=[
            gate_pb2.LineVerdict(
                order_id=line.order_id,
                line_id=line.line_id,
                sku=line.sku,
                quantity=line.quantity,
                verdict=gate_pb2.VERDICT_PICK,
                authorized_quantity=line.quantity,
            )
            for line in request.lines
        ],
    )


def taken_as_written(request: catalog_pb2.ResolveItemsRequest) -> catalog_pb2.ResolveItemsResponse:
    """Take every identifier for a SKU, as a gate without a catalog does."""
    items = [catalog_pb2.ResolvedItem(identifier=one, known=True, sku=one, factor=1) for one in request.identifiers]
    return catalog_pb2.ResolveItemsResponse(items=items)


def _method_of(request: Message) -> Any:
    return next(method for method in METHODS.values() if method.input_type is request.DESCRIPTOR)
