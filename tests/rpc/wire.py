"""Calls and what became of them, as bare gRPC shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from fulfillment_gate.v1 import buffer_service_pb2 as buffer_pb
from fulfillment_gate.v1 import counting_service_pb2 as counting_pb
from fulfillment_gate.v1 import error_reason_pb2
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import reconciliation_service_pb2 as snapshot_pb
from fulfillment_gate.v1 import status_service_pb2 as status_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb

TIMEOUT_S = 10
SERVICES = [
    service
    for contract in (
        gate_pb,
        stock_pb,
        incoming_pb,
        feed_pb,
        ledger_pb,
        handoff_pb,
        status_pb,
        variance_pb,
        counting_pb,
        buffer_pb,
        snapshot_pb,
    )
    for service in contract.DESCRIPTOR.services_by_name.values()
]
METHODS = [(service, method) for service in SERVICES for method in service.methods if not method.client_streaming]
"""Those of one message each; a stream is told message by message in `tests/reconcile/test_snapshot_streams.py`."""
PATHS = {method.name: f"/{service.full_name}/{method.name}" for service, method in METHODS}
INPUTS = {method.input_type.full_name: method.name for _, method in METHODS}
RESPONSES = {method.name: GetMessageClass(method.output_type) for _, method in METHODS}
DETAILS = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.PreconditionFailure,
    error_details_pb2.RetryInfo,
    error_reason_pb2.Refusal,
)


@dataclass(frozen=True)
class No:
    """A call that ended other than well, with its details by type."""

    code: grpc.StatusCode
    text: str
    details: dict[type[Message], Any] = field(repr=False)

    @property
    def reason(self) -> str:
        reason: str = self.details[error_details_pb2.ErrorInfo].reason
        return reason

    @property
    def fields(self) -> list[str]:
        return [one.field for one in self.details[error_details_pb2.BadRequest].field_violations]


def raw(
    channel: grpc.Channel, method: str, payload: bytes, *, metadata: tuple[tuple[str, str], ...] = ()
) -> bytes | No:
    """Send bytes to a method; give its answer's bytes or its no."""
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS[method])
    try:
        answer: bytes = call(payload, timeout=TIMEOUT_S, metadata=metadata)
    except grpc.RpcError as error:
        return no_of(error)
    return answer


def no_of(error: Any) -> No:  # noqa: ANN401 - grpc's error is a call and an exception at once
    status = rpc_status.from_call(error)
    details: dict[type[Message], Any] = {}
    for packed in status.details if status else ():
        for kind in DETAILS:
            if packed.Is(kind.DESCRIPTOR):
                assert kind not in details, "each kind of detail stands once"
                details[kind] = kind()
                packed.Unpack(details[kind])
    return No(error.code(), error.details(), details)


def ask(channel: grpc.Channel, request: Message) -> Any:  # noqa: ANN401 - whatever the method answers
    """Send a request to the method that takes it; give its response, or its no."""
    method = INPUTS[request.DESCRIPTOR.full_name]
    answer = raw(channel, method, request.SerializeToString())
    return answer if isinstance(answer, No) else RESPONSES[method].FromString(answer)


def stocked(channel: grpc.Channel, location: str, *, receipt: str = "opening", **units: int) -> None:
    """Receive these units for sale; the first receipt opens the location."""
    lines = [
        stock_pb.ReceiptLine(sku=sku, quantity=quantity, landing=stock_pb.LANDING_AVAILABLE)
        for sku, quantity in units.items()
    ]
    ask(channel, stock_pb.RecordReceiptRequest(operation_id=receipt, location_id=location, lines=lines))


def reserve(location: str, **changes: Any) -> gate_pb.ReserveStockRequest:  # noqa: ANN401 - any field
    """Make a sound request of one unit of A, with these fields changed."""
    given: dict[str, Any] = {
        "operation_id": "op-1",
        "location_id": location,
        "order_id": "O-1",
        "lines": [gate_pb.ReserveLine(sku="A", quantity=1)],
    }
    return gate_pb.ReserveStockRequest(**(given | changes))


def sold(channel: grpc.Channel, location: str, order_id: str, **units: int) -> None:
    """Commit these units to an order of the web shop."""
    lines = [gate_pb.ReserveLine(sku=sku, quantity=quantity) for sku, quantity in units.items()]
    request = reserve(location, operation_id=f"sold-{order_id}", order_id=order_id, channel="web", lines=lines)
    assert not isinstance(ask(channel, request), No)


def announced(channel: grpc.Channel, location: str, document_id: str, expected_at_ms: int = 0, **units: int) -> None:
    """Announce these units by a purchase order."""
    lines = [incoming_pb.IncomingLine(sku=sku, quantity=quantity) for sku, quantity in units.items()]
    request = incoming_pb.AnnounceIncomingRequest(
        operation_id=f"announced-{document_id}",
        location_id=location,
        document_id=document_id,
        kind=incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER,
        expected_at_ms=expected_at_ms,
        lines=lines,
    )
    assert not isinstance(ask(channel, request), No)
