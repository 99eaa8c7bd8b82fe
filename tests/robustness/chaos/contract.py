"""How requests become operations, and what the model says becomes responses: by the gate's own edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from gate_service.app.transfers import Transferred
from gate_service.domain.operations import Operation
from gate_service.domain.replies import Applied
from gate_service.rpc.decode import gate as decode_gate
from gate_service.rpc.decode import incoming as decode_incoming
from gate_service.rpc.decode import stock as decode_stock
from gate_service.rpc.encode import gate as encode_gate
from gate_service.rpc.encode import incoming as encode_incoming
from gate_service.rpc.encode import stock as encode_stock

DECODE: Mapping[str, Callable[[Any], Operation[Any]]] = {
    "ReserveStock": decode_gate.reserve_stock,
    "ConfirmReservation": decode_gate.confirm_reservation,
    "ReleaseReservation": decode_gate.release_reservation,
    "AuthorizeWave": decode_gate.authorize_wave,
    "ReportPick": decode_gate.report_pick,
    "ConfirmShipment": decode_gate.confirm_shipment,
    "ResolveShipment": decode_gate.resolve_shipment,
    "RecordReceipt": decode_stock.record_receipt,
    "RecordReturn": decode_stock.record_return,
    "MoveStock": decode_stock.move_stock,
    "PlaceStockHold": decode_stock.place_stock_hold,
    "LiftStockHold": decode_stock.lift_stock_hold,
    "AdjustStock": decode_stock.adjust_stock,
    "ApproveAdjustment": decode_stock.approve_adjustment,
    "SubmitCount": decode_stock.submit_count,
    "SetQuota": decode_stock.set_quota,
    "MergeSku": decode_stock.merge_sku,
    "AnnounceIncoming": decode_incoming.announce_incoming,
    "AmendIncoming": decode_incoming.amend_incoming,
    "TransferStock": decode_incoming.transfer_stock,
}

_REPLIES: Mapping[str, Callable[[Any], Message]] = {
    "ConfirmReservation": encode_gate.confirm_reservation,
    "ReleaseReservation": encode_gate.release_reservation,
    "ReportPick": encode_gate.report_pick,
    "ConfirmShipment": encode_gate.confirm_shipment,
    "ResolveShipment": encode_gate.resolve_shipment,
    "RecordReceipt": encode_stock.record_receipt,
    "RecordReturn": encode_stock.record_return,
    "MoveStock": encode_stock.move_stock,
    "PlaceStockHold": encode_stock.place_stock_hold,
    "LiftStockHold": encode_stock.lift_stock_hold,
    "AdjustStock": encode_stock.adjust_stock,
    "ApproveAdjustment": encode_stock.approve_adjustment,
    "SubmitCount": encode_stock.submit_count,
    "SetQuota": encode_stock.set_quota,
    "MergeSku": encode_stock.merge_sku,
    "AnnounceIncoming": encode_incoming.announce_incoming,
    "AmendIncoming": encode_incoming.amend_incoming,
}


def copied(request: Message) -> Any:  # noqa: ANN401 - of the request's own kind
    """Copy a request: reading one may fill in what it left out."""
    copy = type(request)()
    copy.CopyFrom(request)
    return copy


def operation_of(method: str, request: Message) -> Operation[object]:
    """Read what a request asks for."""
    operation: Operation[object] = DECODE[method](copied(request))
    return operation


def response_of(method: str, operation: Operation[Any], reply: Any, announced: Applied) -> Message:  # noqa: ANN401
    """Say what a reply of the model looks like on the wire; `announced` is the other half of a transfer."""
    if method == "ReserveStock":
        return encode_gate.reserve_stock(operation, reply)  # type: ignore[arg-type]  # the method says which it is
    if method == "AuthorizeWave":
        return encode_gate.authorize_wave(operation, reply)  # type: ignore[arg-type]  # the same
    if method == "TransferStock":
        return encode_incoming.transfer_stock(Transferred(reply.applied, reply.levels, announced))
    return _REPLIES[method](reply)
