"""Requests of IncomingService."""

from __future__ import annotations

from typing import Any

from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from gate_service.domain import limits, operations
from gate_service.domain.errors import InvalidField
from gate_service.domain.vocabulary import DocumentKind
from gate_service.rpc import enums
from gate_service.rpc.decode.parts import keyed_lines, sku_quantity, source_event
from gate_service.rpc.fields import count, ident, integer, unique


def announce_incoming(request: incoming_pb.AnnounceIncomingRequest) -> operations.AnnounceIncoming:
    """Check an announcement; its version counts from 1."""
    return operations.AnnounceIncoming(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.document_id, "document_id"),
        _kind(request.kind),
        integer(request.version or 1, "version", 1, limits.VERSION_MAX),
        _expected_at_ms(request.expected_at_ms),
        "",
        keyed_lines(request.lines, 1, limits.STOCK_LINES_MAX),
        source=source_event(request),
    )


def amend_incoming(request: incoming_pb.AmendIncomingRequest) -> operations.AmendIncoming:
    """Check a change of an announcement; no lines cancel it."""
    return operations.AmendIncoming(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.document_id, "document_id"),
        _kind(request.kind),
        integer(request.version, "version", 1, limits.VERSION_MAX),
        _expected_at_ms(request.expected_at_ms),
        keyed_lines(request.lines, 0, limits.STOCK_LINES_MAX),
        source=source_event(request),
    )


def transfer_stock(request: incoming_pb.TransferStockRequest) -> operations.TransferStock:
    """Check a transfer."""
    count(request.lines, "lines", 1, limits.TRANSFER_LINES_MAX)
    lines = tuple(sku_quantity(line, i, 1) for i, line in enumerate(request.lines))
    unique([line.sku for line in lines], "lines", "SKU")
    location_id = ident(request.location_id, "location_id")
    to_location_id = ident(request.to_location_id, "to_location_id")
    if to_location_id == location_id:
        raise InvalidField("to_location_id", "must be another one than location_id")
    return operations.TransferStock(
        ident(request.operation_id, "operation_id"),
        location_id,
        to_location_id,
        ident(request.transfer_id, "transfer_id"),
        _expected_at_ms(request.expected_at_ms),
        lines,
        source=source_event(request),
    )


def _kind(number: int) -> Any:  # noqa: ANN401 - as EnumField.word
    """Check the kind of a paper; a transfer is announced by the gate alone."""
    word = enums.DOCUMENT_KIND.word(number, "kind") if number else DocumentKind.NONE
    if word in {DocumentKind.NONE, DocumentKind.TRANSFER}:
        raise InvalidField("kind", f"must be PURCHASE_ORDER or ASN, not {word.name if number else 'UNSPECIFIED'}")
    return word


def _expected_at_ms(at_ms: int) -> int:
    return integer(at_ms, "expected_at_ms", 0, limits.AT_MAX_MS)
