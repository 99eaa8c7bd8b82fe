"""Requests become operations. Every field is checked here, once; what leaves this file needs no further check.

A path in an error is that of the request's field (`lines[3].sku`). `line_id` may be left out where an order has a SKU
once: it then is the SKU.
"""

from __future__ import annotations

from collections.abc import Sequence

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.domain import limits, operations
from gate_service.domain.errors import InvalidField
from gate_service.domain.vocabulary import Bucket, ShortReason
from gate_service.rpc import enums
from gate_service.rpc.fields import count, ident, integer, line_ident, line_quantity, optional_ident, text, unique

_ADJUSTABLE = frozenset({Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT})


def availability_lines(request: gate_pb.CheckAvailabilityRequest) -> list[tuple[str, int]]:
    """Check the lines of a question; a quantity of 0 asks for the figures only."""
    count(request.lines, "lines", 1, limits.CHECK_LINES_MAX)
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


def reserve_stock(request: gate_pb.ReserveStockRequest) -> operations.ReserveStock:
    """Check a reservation."""
    ttl_ms = request.ttl_ms
    if ttl_ms:
        integer(ttl_ms, "ttl_ms", limits.TTL_MIN_MS, limits.TTL_MAX_MS)
    return operations.ReserveStock(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        optional_ident(request.channel, "channel"),
        ttl_ms,
        _order_lines(request.lines, 1),
    )


def confirm_reservation(request: gate_pb.ConfirmReservationRequest) -> operations.ConfirmReservation:
    """Check a confirmation."""
    return operations.ConfirmReservation(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
    )


def release_reservation(request: gate_pb.ReleaseReservationRequest) -> operations.ReleaseReservation:
    """Check a release."""
    count(request.lines, "lines", 0, limits.ORDER_LINES_MAX)
    lines = tuple(
        operations.ReleaseLine(line_ident(line.line_id, i, "line_id"), line_quantity(line.quantity, i))
        for i, line in enumerate(request.lines)
    )
    unique([line.line_id for line in lines], "lines", "line_id")
    return operations.ReleaseReservation(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        lines,
    )


def authorize_wave(request: gate_pb.AuthorizeWaveRequest) -> operations.AuthorizeWave:
    """Check a wave; a dry run needs no operation_id."""
    count(request.lines, "lines", 1, limits.WAVE_LINES_MAX)
    lines = tuple(
        operations.WaveLine(
            line_ident(line.order_id, i, "order_id"),
            _line_id(line.line_id, line.sku, i),
            line_ident(line.sku, i, "sku"),
            line_quantity(line.quantity, i),
        )
        for i, line in enumerate(request.lines)
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
        lines,
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
    )


def confirm_shipment(request: gate_pb.ConfirmShipmentRequest) -> operations.ConfirmShipment:
    """Check a shipment. An empty permit_id passes: the ledger's answer to it is PERMIT_REQUIRED."""
    return operations.ConfirmShipment(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.order_id, "order_id"),
        optional_ident(request.permit_id, "permit_id"),
        ident(request.shipment_id, "shipment_id"),
        _order_lines(request.lines, 0),
    )


def record_receipt(request: stock_pb.RecordReceiptRequest) -> operations.RecordReceipt:
    """Check a receipt."""
    count(request.lines, "lines", 1, limits.STOCK_LINES_MAX)
    lines = tuple(
        operations.ReceiptLine(
            line_ident(line.sku, i, "sku"),
            line_quantity(line.quantity, i),
            enums.LANDING.word(line.landing, f"lines[{i}].landing"),
        )
        for i, line in enumerate(request.lines)
    )
    return operations.RecordReceipt(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        optional_ident(request.reference, "reference"),
        lines,
    )


def adjust_stock(request: stock_pb.AdjustStockRequest) -> operations.AdjustStock:
    """Check a correction."""
    count(request.lines, "lines", 1, limits.STOCK_LINES_MAX)
    lines = tuple(_adjustment_line(line, i) for i, line in enumerate(request.lines))
    unique([line[:2] for line in lines], "lines", "(sku, bucket)")
    return operations.AdjustStock(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        enums.ADJUSTMENT_REASON.word(request.reason, "reason"),
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        lines,
    )


def skus(request: stock_pb.GetStockRequest) -> list[str]:
    """Check the SKUs of a question."""
    count(request.skus, "skus", 1, limits.CHECK_LINES_MAX)
    values = [ident(value, f"skus[{i}]") for i, value in enumerate(request.skus)]
    unique(values, "skus", "SKU")
    return values


def page(size: int, path: str, most: int, default: int) -> int:
    """Check the size of a page; 0 means the default."""
    return integer(size, path, 0, most) or default


def _line_id(line_id: str, sku: str, place: int) -> str:
    return line_ident(line_id, place, "line_id") if line_id else sku


def _order_lines(
    lines: Sequence[gate_pb.ReserveLine | gate_pb.ShipLine], fewest: int
) -> tuple[operations.OrderLine, ...]:
    count(lines, "lines", fewest, limits.ORDER_LINES_MAX)
    checked = tuple(
        operations.OrderLine(
            _line_id(line.line_id, line.sku, i),
            line_ident(line.sku, i, "sku"),
            line_quantity(line.quantity, i),
        )
        for i, line in enumerate(lines)
    )
    unique([line.line_id for line in checked], "lines", "line_id")
    return checked


def _pick_line(line: gate_pb.PickLine, place: int) -> operations.PickLine:
    path = f"lines[{place}]"
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
        _line_id(line.line_id, line.sku, place),
        line_ident(line.sku, place, "sku"),
        picked,
        short,
        reason,
    )


def _adjustment_line(line: stock_pb.AdjustmentLine, place: int) -> operations.AdjustmentLine:
    path = f"lines[{place}]"
    bucket = enums.BUCKET.word(line.bucket, f"{path}.bucket")
    if bucket not in _ADJUSTABLE:
        raise InvalidField(f"{path}.bucket", f"must be ON_HAND, DAMAGED, QUALITY_CONTROL or SUSPECT, not {bucket.name}")
    delta = integer(line.delta, f"{path}.delta", -limits.QUANTITY_MAX, limits.QUANTITY_MAX)
    if not delta:
        raise InvalidField(f"{path}.delta", "must not be 0")
    return operations.AdjustmentLine(line_ident(line.sku, place, "sku"), bucket, delta)
