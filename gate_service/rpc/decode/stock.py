"""Requests of StockService."""

from __future__ import annotations

from collections.abc import Sequence

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.domain import limits, operations
from gate_service.domain.errors import InvalidField
from gate_service.domain.vocabulary import Bucket, Landing, StockStatus
from gate_service.rpc import enums
from gate_service.rpc.decode.parts import base_quantity, base_unit, sku_quantity, source_event
from gate_service.rpc.fields import count, ident, integer, line_ident, line_quantity, optional_ident, text, unique

_ADJUSTABLE = frozenset({Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT})


def record_receipt(request: stock_pb.RecordReceiptRequest) -> operations.RecordReceipt:
    """Check a receipt."""
    count(request.lines, "lines", 1, limits.STOCK_LINES_MAX)
    lines = tuple(
        _received(line, i, enums.LANDING.word(line.landing, f"lines[{i}].landing"))
        for i, line in enumerate(request.lines)
    )
    document_id = optional_ident(request.document_id, "document_id")
    if request.final and not document_id:
        raise InvalidField("final", "must not be set without a document_id: there is nothing that it could close")
    return operations.RecordReceipt(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        optional_ident(request.reference, "reference"),
        lines,
        document_id,
        request.final,
        source=source_event(request),
    )


def record_return(request: stock_pb.RecordReturnRequest) -> operations.RecordReturn:
    """Check a return; what does not say where it lands is inspected first."""
    count(request.lines, "lines", 1, limits.RETURN_LINES_MAX)
    lines = tuple(
        _received(
            line,
            i,
            enums.LANDING.word(line.landing, f"lines[{i}].landing") if line.landing else Landing.QUALITY_CONTROL,
        )
        for i, line in enumerate(request.lines)
    )
    return operations.RecordReturn(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.return_id, "return_id"),
        optional_ident(request.order_id, "order_id"),
        lines,
        source=source_event(request),
    )


def move_stock(request: stock_pb.MoveStockRequest) -> operations.MoveStock:
    """Check a change of status."""
    count(request.lines, "lines", 1, limits.STOCK_LINES_MAX)
    return operations.MoveStock(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        optional_ident(request.reason, "reason"),
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        optional_ident(request.reference, "reference"),
        tuple(_move_line(line, i) for i, line in enumerate(request.lines)),
        source=source_event(request),
    )


def place_stock_hold(request: stock_pb.PlaceStockHoldRequest) -> operations.PlaceStockHold:
    """Check a hold: on the whole SKU, or on so many units of a lot of it."""
    lot_id = optional_ident(request.lot_id, "lot_id")
    if lot_id:
        integer(request.quantity, "quantity", 1, limits.QUANTITY_MAX)
    elif request.quantity:
        raise InvalidField("quantity", "must be 0 without a lot_id: such a hold is on the whole SKU")
    return operations.PlaceStockHold(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.hold_id, "hold_id"),
        ident(request.sku, "sku"),
        lot_id,
        request.quantity,
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        source=source_event(request),
    )


def lift_stock_hold(request: stock_pb.LiftStockHoldRequest) -> operations.LiftStockHold:
    """Check the end of a hold."""
    return operations.LiftStockHold(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.hold_id, "hold_id"),
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        source=source_event(request),
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
        request.propose,
        optional_ident(request.variance_id, "variance_id"),
        source=source_event(request),
    )


def approve_adjustment(request: stock_pb.ApproveAdjustmentRequest) -> operations.ApproveAdjustment:
    """Check the second person's word."""
    return operations.ApproveAdjustment(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.proposal_id, "proposal_id"),
        request.approved,
        text(request.note, "note", limits.NOTE_MAX_LENGTH),
        source=source_event(request),
    )


def submit_count(request: stock_pb.SubmitCountRequest) -> operations.SubmitCount:
    """Check a count; lines of one SKU become one."""
    count(request.lines, "lines", 0 if request.covers_range else 1, limits.STOCK_LINES_MAX)
    after, through = _range(request)
    return operations.SubmitCount(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.count_id, "count_id"),
        integer(request.as_of_revision, "as_of_revision", 0, limits.BUCKET_MAX),
        request.includes_picked,
        request.covers_range,
        after,
        through,
        _counted(request.lines),
        optional_ident(request.variance_id, "variance_id"),
        source=source_event(request),
    )


def set_quota(request: stock_pb.SetQuotaRequest) -> operations.SetQuota:
    """Check the quotas of a channel; 0 ends one."""
    count(request.lines, "lines", 1, limits.STOCK_LINES_MAX)
    lines = tuple(sku_quantity(line, i, 0) for i, line in enumerate(request.lines))
    unique([line.sku for line in lines], "lines", "SKU")
    return operations.SetQuota(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        ident(request.channel, "channel"),
        lines,
        source=source_event(request),
    )


def merge_sku(request: stock_pb.MergeSkuRequest) -> operations.MergeSku:
    """Check that two SKUs are to become one."""
    sku, into_sku = ident(request.sku, "sku"), ident(request.into_sku, "into_sku")
    if sku == into_sku:
        raise InvalidField("into_sku", "must be another one than sku")
    return operations.MergeSku(
        ident(request.operation_id, "operation_id"),
        ident(request.location_id, "location_id"),
        sku,
        into_sku,
        source=source_event(request),
    )


def skus(request: stock_pb.GetStockRequest) -> list[str]:
    """Check the SKUs of a question."""
    count(request.skus, "skus", 1, limits.CHECK_LINES_MAX)
    values = [ident(value, f"skus[{i}]") for i, value in enumerate(request.skus)]
    unique(values, "skus", "SKU")
    return values


def _received(line: stock_pb.ReceiptLine | stock_pb.ReturnLine, place: int, landing: Landing) -> operations.ReceiptLine:
    base_quantity(line, place)
    return operations.ReceiptLine(line_ident(line.sku, place, "sku"), line_quantity(line.quantity, place), landing)


def _move_line(line: stock_pb.MoveLine, place: int) -> operations.MoveLine:
    base_quantity(line, place)
    path = f"lines[{place}]"
    source = enums.STOCK_STATUS.word(line.from_status, f"{path}.from_status")
    target = enums.STOCK_STATUS.word(line.to_status, f"{path}.to_status")
    if source is StockStatus.WRITTEN_OFF:
        raise InvalidField(f"{path}.from_status", "must not be WRITTEN_OFF: what was found again is received")
    if source is target:
        raise InvalidField(f"{path}.to_status", "must be another than from_status")
    return operations.MoveLine(line_ident(line.sku, place, "sku"), source, target, line_quantity(line.quantity, place))


def _adjustment_line(line: stock_pb.AdjustmentLine, place: int) -> operations.AdjustmentLine:
    base_unit(line, place)
    path = f"lines[{place}]"
    bucket = enums.BUCKET.word(line.bucket, f"{path}.bucket")
    if bucket not in _ADJUSTABLE:
        raise InvalidField(f"{path}.bucket", f"must be ON_HAND, DAMAGED, QUALITY_CONTROL or SUSPECT, not {bucket.name}")
    delta = integer(line.delta, f"{path}.delta", -limits.QUANTITY_MAX, limits.QUANTITY_MAX)
    if not delta:
        raise InvalidField(f"{path}.delta", "must not be 0")
    return operations.AdjustmentLine(line_ident(line.sku, place, "sku"), bucket, delta)


def _range(request: stock_pb.SubmitCountRequest) -> tuple[str, str]:
    """Check which SKUs were looked for besides those counted."""
    after = optional_ident(request.covers_after, "covers_after")
    through = optional_ident(request.covers_through, "covers_through")
    if not request.covers_range:
        for path, bound in (("covers_after", after), ("covers_through", through)):
            if bound:
                raise InvalidField(path, "must be empty where covers_range is not set")
    if after and through and after >= through:  # ids are ASCII: this is byte order
        raise InvalidField("covers_through", "must come behind covers_after in byte order")
    return after, through


def _counted(lines: Sequence[stock_pb.CountLine]) -> tuple[operations.CountLine, ...]:
    """Add up what was counted of each SKU, in the order first named."""
    found: dict[str, int] = {}
    for i, line in enumerate(lines):
        base_unit(line, i)
        sku = line_ident(line.sku, i, "sku")
        path = f"lines[{i}].counted_quantity"
        units = integer(line.counted_quantity, path, 0, limits.QUANTITY_MAX)
        found[sku] = found.get(sku, 0) + units
        if found[sku] > limits.QUANTITY_MAX:
            raise InvalidField(
                path, f"must come to {limits.QUANTITY_MAX:,} at most with the lines of its SKU before it"
            )
    return tuple(operations.CountLine(sku, units) for sku, units in found.items())
