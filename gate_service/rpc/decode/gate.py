"""Requests of FulfillmentGateService."""

from __future__ import annotations

from collections.abc import Sequence

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import limits, operations
from gate_service.domain.errors import InvalidField
from gate_service.domain.vocabulary import ShortReason
from gate_service.rpc import enums
from gate_service.rpc.decode.parts import base_quantity, base_unit, keyed_lines, line_key, source_event
from gate_service.rpc.fields import count, ident, integer, line_ident, line_quantity, optional_ident, text, unique


def availability_lines(request: gate_pb.CheckAvailabilityRequest) -> list[tuple[str, int]]:
    """Check the lines of a question; a quantity of 0 asks for the figures only."""
    count(request.lines, "lines", 1, limits.CHECK_LINES_MAX)
    for i, line in enumerate(request.lines):
        base_quantity(line, i)
    return [
        (line_ident(line.sku, i, "sku"), integer(line.quantity, f"lines[{i}].quantity", 0, limits.QUANTITY_MAX))
        for i, line in enumerate(request.lines)
    ]


def location_ids(request: gate_pb.CheckAvailabilityRequest) -> list[str]:
    """Check the locations of a question; none means all."""
    count(request.location_ids, "location_ids", 0, limits.CHECK_LOCATIONS_MAX)
    ids = [ident(value, f"location_ids[{i}]") for i, value in enumerate(request.location_ids)]
    unique(ids, "location_ids", "location")
    return ids


def max_age_ms(request: gate_pb.CheckAvailabilityRequest) -> int:
    """Check how old an answer may be where the store cannot be asked; 0 means that there shall be none."""
    return integer(request.max_age_ms, "max_age_ms", 0, limits.STALE_MAX_MS)


def as_ordered(request: gate_pb.ReserveStockRequest) -> None:
    """Check that what only the gate sets is empty as the caller sent it; asked before a request is translated."""
    for path, lines in (("kits", request.kits), ("non_stock", request.non_stock)):
        if lines:
            raise InvalidField(path, "is set by the gate; order the kit, or the code without stock, in a line")


def reserve_stock(request: gate_pb.ReserveStockRequest) -> operations.ReserveStock:
    """Check a reservation. An empty location passes: the gate may find one."""
    ttl_ms = request.ttl_ms
    if ttl_ms:
        integer(ttl_ms, "ttl_ms", limits.TTL_MIN_MS, limits.TTL_MAX_MS)
    return operations.ReserveStock(
        ident(request.operation_id, "operation_id"),
        optional_ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        optional_ident(request.channel, "channel"),
        ttl_ms,
        keyed_lines(request.lines, 1, limits.ORDER_LINES_MAX),
        _as_it_was(request.kits, "kits"),
        _as_it_was(request.non_stock, "non_stock"),
        source=source_event(request),
    )


def confirm_reservation(request: gate_pb.ConfirmReservationRequest) -> operations.ConfirmReservation:
    """Check a confirmation. An empty location passes: wherever the gate found one."""
    return operations.ConfirmReservation(
        ident(request.operation_id, "operation_id"),
        optional_ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        source=source_event(request),
    )


def release_reservation(request: gate_pb.ReleaseReservationRequest) -> operations.ReleaseReservation:
    """Check a release. An empty location passes: wherever the gate found one."""
    count(request.lines, "lines", 0, limits.ORDER_LINES_MAX)
    lines = tuple(
        operations.ReleaseLine(line_ident(line.line_id, i, "line_id"), line_quantity(line.quantity, i))
        for i, line in enumerate(request.lines)
    )
    unique([line.line_id for line in lines], "lines", "line_id")
    return operations.ReleaseReservation(
        ident(request.operation_id, "operation_id"),
        optional_ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        lines,
        source=source_event(request),
    )


def authorize_wave(request: gate_pb.AuthorizeWaveRequest) -> operations.AuthorizeWave:
    """Check a wave; a dry run needs no operation_id."""
    count(request.lines, "lines", 1, limits.WAVE_LINES_MAX)
    lines = []
    for i, line in enumerate(request.lines):
        if line.unit or line.amount:
            base_quantity(line, i)
        lines.append(
            operations.WaveLine(
                line_ident(line.order_id, i, "order_id"),
                line_key(line.line_id, line.sku, i),
                line_ident(line.sku, i, "sku"),
                line_quantity(line.quantity, i),
            )
        )
    unique([line[:2] for line in lines], "lines", "(order_id, line_id)")
    permit_ttl_ms = request.permit_ttl_ms or limits.PERMIT_TTL_DEFAULT_MS
    return operations.AuthorizeWave(
        "" if request.dry_run else ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.wave_id, "wave_id"),
        enums.WAVE_ATOMICITY.word(request.atomicity, "atomicity"),
        integer(permit_ttl_ms, "permit_ttl_ms", limits.PERMIT_TTL_MIN_MS, limits.PERMIT_TTL_MAX_MS),
        request.dry_run,
        tuple(lines),
        source=source_event(request),
    )


def report_pick(request: gate_pb.ReportPickRequest) -> operations.ReportPick:
    """Check a pick report. An empty permit_id passes: the ledger's answer to it is PERMIT_REQUIRED."""
    count(request.lines, "lines", 1, limits.WAVE_LINES_MAX)
    lines = tuple(_pick_line(line, i) for i, line in enumerate(request.lines))
    unique([line[:2] for line in lines], "lines", "(order_id, line_id)")
    return operations.ReportPick(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        optional_ident(request.permit_id, "permit_id"),
        lines,
        source=source_event(request),
    )


def confirm_shipment(request: gate_pb.ConfirmShipmentRequest) -> operations.ConfirmShipment:
    """Check a shipment. An empty permit_id passes: the ledger's answer to it is PERMIT_REQUIRED."""
    if request.without_permit and request.permit_id:
        raise InvalidField("permit_id", "must be empty where without_permit is set")
    return operations.ConfirmShipment(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        optional_ident(request.permit_id, "permit_id"),
        ident(request.shipment_id, "shipment_id"),
        keyed_lines(request.lines, 0, limits.ORDER_LINES_MAX),
        request.without_permit,
        source=source_event(request),
    )


def resolve_shipment(request: gate_pb.ResolveShipmentRequest) -> operations.ResolveShipment:
    """Check what somebody says of an unmatched confirmation; an empty order_id puts it away."""
    return operations.ResolveShipment(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.unmatched_id, "unmatched_id"),
        optional_ident(request.order_id, "order_id"),
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        source=source_event(request),
    )


def _as_it_was(lines: Sequence[types_pb.KitLine], path: str) -> tuple[operations.OrderLine, ...]:
    """Check the lines that are kept as they were ordered; hardly any order has one."""
    if not lines:
        return ()
    count(lines, path, 0, limits.ORDER_LINES_MAX)
    checked = tuple(
        operations.OrderLine(
            ident(line.line_id, f"{path}[{i}].line_id"),
            ident(line.sku, f"{path}[{i}].sku"),
            integer(line.quantity, f"{path}[{i}].quantity", 1, limits.QUANTITY_MAX),
        )
        for i, line in enumerate(lines)
    )
    unique([line.line_id for line in checked], path, "line_id")
    return checked


def _pick_line(line: gate_pb.PickLine, place: int) -> operations.PickLine:
    path = f"lines[{place}]"
    base_unit(line, place)
    picked = integer(line.picked_quantity, f"{path}.picked_quantity", 0, limits.QUANTITY_MAX)
    short = integer(line.short_quantity, f"{path}.short_quantity", 0, limits.QUANTITY_MAX)
    reason = enums.SHORT_REASON.word(line.short_reason, f"{path}.short_reason")
    if not picked and not short:
        raise InvalidField(f"{path}.picked_quantity", "and short_quantity must not both be 0")
    if short and reason is ShortReason.NONE:
        raise InvalidField(f"{path}.short_reason", "must say why units are short")
    if not short and reason is not ShortReason.NONE:
        raise InvalidField(f"{path}.short_reason", "must be UNSPECIFIED where nothing is short")
    return operations.PickLine(
        line_ident(line.order_id, place, "order_id"),
        line_key(line.line_id, line.sku, place),
        line_ident(line.sku, place, "sku"),
        picked,
        short,
        reason,
    )
