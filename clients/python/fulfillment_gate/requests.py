"""Builds the request of each method: pure, and shared by `Gate` and `AsyncGate`.

A mutation gets its operation id here, once: what is built is what every attempt sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Generic

import grpc
from google.protobuf.message import Message

from fulfillment_gate import rpcs
from fulfillment_gate.errors import Failure, InvalidArgument
from fulfillment_gate.ids import new_operation_id
from fulfillment_gate.rpcs import ResponseT, Rpc
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2

STOCK_PAGE_SIZE: Final = 2_000
ENTRIES_PAGE_SIZE: Final = 1_000
"""What the iterators ask for at once: as much as the contract allows, for fewer round trips."""

MESSAGE_MAX_BYTES: Final = 4 * 1024 * 1024
"""What a gRPC server takes by default; ten times the largest well-formed request."""


@dataclass(frozen=True, slots=True)
class Ask(Generic[ResponseT]):
    """One logical call: the same message for all of its attempts."""

    rpc: Rpc[ResponseT]
    request: Message
    operation_id: str = ""
    """Empty for what changes nothing."""

    @property
    def serialize(self) -> Callable[[Message], bytes]:
        """What turns the request into bytes."""
        return type(self.request).SerializeToString

    def __post_init__(self) -> None:
        """Refuse what no server takes: the wire would call it RESOURCE_EXHAUSTED, which looks worth a retry."""
        size = self.request.ByteSize()
        if size > MESSAGE_MAX_BYTES:
            why = f"{size} bytes; at most {MESSAGE_MAX_BYTES}"
            raise InvalidArgument(
                Failure(
                    code=grpc.StatusCode.INVALID_ARGUMENT,
                    message=f"request: {why}",
                    reason="INVALID_FIELD",
                    field_violations=(("request", why),),
                )
            )


def _named(operation_id: str | None) -> str:
    """Keep the caller's id, an empty one too: the gate refuses it, where a new one would hide the caller's fault."""
    return new_operation_id() if operation_id is None else operation_id


def check_availability(
    lines: Iterable[gate_pb2.AvailabilityLine], location_ids: Iterable[str], channel: str
) -> Ask[gate_pb2.CheckAvailabilityResponse]:
    """Ask what may be promised."""
    return Ask(
        rpcs.CHECK_AVAILABILITY,
        gate_pb2.CheckAvailabilityRequest(lines=lines, location_ids=location_ids, channel=channel),
    )


def reserve_stock(
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    channel: str,
    ttl_ms: int,
    operation_id: str | None,
) -> Ask[gate_pb2.ReserveStockResponse]:
    """Ask to reserve an order's lines."""
    request = gate_pb2.ReserveStockRequest(
        operation_id=_named(operation_id),
        location_id=location_id,
        order_id=order_id,
        channel=channel,
        ttl_ms=ttl_ms,
        lines=lines,
    )
    return Ask(rpcs.RESERVE_STOCK, request, request.operation_id)


def confirm_reservation(
    location_id: str, order_id: str, operation_id: str | None
) -> Ask[gate_pb2.ConfirmReservationResponse]:
    """Ask to commit what is held."""
    request = gate_pb2.ConfirmReservationRequest(
        operation_id=_named(operation_id), location_id=location_id, order_id=order_id
    )
    return Ask(rpcs.CONFIRM_RESERVATION, request, request.operation_id)


def release_reservation(
    location_id: str, order_id: str, lines: Iterable[gate_pb2.ReleaseLine], operation_id: str | None
) -> Ask[gate_pb2.ReleaseReservationResponse]:
    """Ask to give back a reservation or a part of it."""
    request = gate_pb2.ReleaseReservationRequest(
        operation_id=_named(operation_id), location_id=location_id, order_id=order_id, lines=lines
    )
    return Ask(rpcs.RELEASE_RESERVATION, request, request.operation_id)


def get_reservation(location_id: str, order_id: str) -> Ask[gate_pb2.GetReservationResponse]:
    """Ask for one reservation."""
    return Ask(rpcs.GET_RESERVATION, gate_pb2.GetReservationRequest(location_id=location_id, order_id=order_id))


def authorize_wave(
    location_id: str,
    wave_id: str,
    lines: Iterable[gate_pb2.WaveLine],
    atomicity: gate_pb2.WaveAtomicity,
    permit_ttl_ms: int,
    operation_id: str | None,
    *,
    dry_run: bool,
) -> Ask[gate_pb2.AuthorizeWaveResponse]:
    """Ask for the verdicts on a wave, and a permit. A dry run changes nothing and so has no operation id."""
    request = gate_pb2.AuthorizeWaveRequest(
        operation_id="" if dry_run else _named(operation_id),
        location_id=location_id,
        wave_id=wave_id,
        lines=lines,
        atomicity=atomicity,
        dry_run=dry_run,
        permit_ttl_ms=permit_ttl_ms,
    )
    return Ask(rpcs.AUTHORIZE_WAVE, request, request.operation_id)


def report_pick(
    location_id: str, permit_id: str, lines: Iterable[gate_pb2.PickLine], operation_id: str | None
) -> Ask[gate_pb2.ReportPickResponse]:
    """Tell what was picked and what was short."""
    request = gate_pb2.ReportPickRequest(
        operation_id=_named(operation_id), location_id=location_id, permit_id=permit_id, lines=lines
    )
    return Ask(rpcs.REPORT_PICK, request, request.operation_id)


def confirm_shipment(
    location_id: str,
    order_id: str,
    permit_id: str,
    shipment_id: str,
    lines: Iterable[gate_pb2.ShipLine],
    operation_id: str | None,
) -> Ask[gate_pb2.ConfirmShipmentResponse]:
    """Tell that a parcel left."""
    request = gate_pb2.ConfirmShipmentRequest(
        operation_id=_named(operation_id),
        location_id=location_id,
        order_id=order_id,
        permit_id=permit_id,
        shipment_id=shipment_id,
        lines=lines,
    )
    return Ask(rpcs.CONFIRM_SHIPMENT, request, request.operation_id)


def record_receipt(
    location_id: str, lines: Iterable[stock_pb2.ReceiptLine], reference: str, operation_id: str | None
) -> Ask[stock_pb2.RecordReceiptResponse]:
    """Tell that goods came in."""
    request = stock_pb2.RecordReceiptRequest(
        operation_id=_named(operation_id), location_id=location_id, reference=reference, lines=lines
    )
    return Ask(rpcs.RECORD_RECEIPT, request, request.operation_id)


def adjust_stock(
    location_id: str,
    lines: Iterable[stock_pb2.AdjustmentLine],
    reason: stock_pb2.AdjustmentReason,
    note: str,
    operation_id: str | None,
) -> Ask[stock_pb2.AdjustStockResponse]:
    """Correct the record."""
    request = stock_pb2.AdjustStockRequest(
        operation_id=_named(operation_id), location_id=location_id, reason=reason, note=note, lines=lines
    )
    return Ask(rpcs.ADJUST_STOCK, request, request.operation_id)


def get_stock(location_id: str, skus: Iterable[str]) -> Ask[stock_pb2.GetStockResponse]:
    """Ask for some SKUs."""
    return Ask(rpcs.GET_STOCK, stock_pb2.GetStockRequest(location_id=location_id, skus=skus))


def list_stock(location_id: str, page_size: int, page_token: str) -> Ask[stock_pb2.ListStockResponse]:
    """Ask for a page of all SKUs."""
    request = stock_pb2.ListStockRequest(location_id=location_id, page_size=page_size, page_token=page_token)
    return Ask(rpcs.LIST_STOCK, request)


def list_entries(
    location_id: str, from_revision: int, page_size: int, *, include_canonical: bool
) -> Ask[ledger_pb2.ListEntriesResponse]:
    """Ask for a page of the ledger."""
    request = ledger_pb2.ListEntriesRequest(
        location_id=location_id,
        from_revision=from_revision,
        page_size=page_size,
        include_canonical=include_canonical,
    )
    return Ask(rpcs.LIST_ENTRIES, request)
