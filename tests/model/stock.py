"""Buckets: how they move, how goods come in, and how the record is corrected."""

from __future__ import annotations

from collections.abc import Mapping

from gate_service.domain.entries import StockChange
from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import AdjustmentLine, AdjustStock, RecordReceipt
from gate_service.domain.policy import Policy
from gate_service.domain.replies import AdjustStockReply, Applied, RecordReceiptReply, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Landing, Reason
from tests.model.state import Location, No, sums_by_sku


def moved(level: StockLevel, **deltas: int) -> StockLevel:
    """Give the level with units added to the buckets named."""
    figures = level._asdict()
    return StockLevel(**figures | {bucket: figures[bucket] + delta for bucket, delta in deltas.items()})


def move(location: Location, sku: str, **deltas: int) -> None:
    """Add units to buckets of a SKU."""
    location.stock[sku] = moved(location.stock[sku], **deltas)


def changes(before: Mapping[str, StockLevel], after: Mapping[str, StockLevel]) -> tuple[StockChange, ...]:
    """Tell what happened to the stock, from how it stood and how it stands; by SKU."""
    touched = sorted(sku for sku, level in after.items() if before.get(sku) is not level)
    return tuple(
        StockChange(sku, bucket, delta)
        for sku in touched
        for bucket in Bucket
        if (delta := getattr(after[sku], bucket) - getattr(before.get(sku, StockLevel(sku)), bucket)) != 0
    )


def record_receipt(
    location: Location, operation: RecordReceipt, _policy: Policy, applied: Applied
) -> RecordReceiptReply:
    """Goods came in."""
    sums = sums_by_sku([(line.sku, line.quantity) for line in operation.lines])
    room = {sku: BUCKET_MAX - location.stock.get(sku, StockLevel(sku)).on_hand for sku in sums}
    violations = [
        Violation("", line.sku, sums[line.sku], room[line.sku])
        for line in operation.lines
        if sums[line.sku] > room[line.sku]
    ]
    if violations:
        raise No(Reason.QUANTITY_OVERFLOW, violations)
    for line in operation.lines:
        location.stock.setdefault(line.sku, StockLevel(line.sku))
        move(location, line.sku, on_hand=line.quantity)
        if line.landing is not Landing.AVAILABLE:
            move(location, line.sku, **{line.landing: line.quantity})
    return RecordReceiptReply(applied, tuple(location.stock[sku] for sku in sums))


def adjust_stock(location: Location, operation: AdjustStock, _policy: Policy, applied: Applied) -> AdjustStockReply:
    """Correct the record."""
    unknown = [Violation("", line.sku, line.delta, 0) for line in operation.lines if line.sku not in location.stock]
    if unknown:
        raise No(Reason.UNKNOWN_SKU, unknown)
    levels = {line.sku: location.stock[line.sku] for line in operation.lines}
    reasons: list[Reason] = []
    violations: list[Violation] = []
    for line in operation.lines:
        fault = _fault(levels[line.sku], line)
        if fault:
            reasons.append(fault[0])
            violations.append(Violation("", line.sku, line.delta, fault[1]))
        else:
            levels[line.sku] = _corrected(levels[line.sku], line)
    if violations:
        raise No(reasons[0], violations)
    if operation.reason is AdjustmentReason.COUNT:
        levels = {sku: level._replace(count_due=level.count_due and level.suspect > 0) for sku, level in levels.items()}
    location.stock.update(levels)
    short = tuple(Shortage(sku, -level.available) for sku, level in levels.items() if level.available < 0)
    return AdjustStockReply(applied, tuple(levels.values()), short)


def _fault(level: StockLevel, line: AdjustmentLine) -> tuple[Reason, int] | None:
    """Say why a correction cannot be made, and what could be."""
    if line.bucket is Bucket.ON_HAND:
        certain = level.damaged + level.quality_control
        if level.on_hand + line.delta < certain:
            return Reason.INSUFFICIENT_ON_HAND, certain - level.on_hand
        if level.on_hand + line.delta > BUCKET_MAX:
            return Reason.QUANTITY_OVERFLOW, BUCKET_MAX - level.on_hand
        return None
    units = int(getattr(level, line.bucket))
    if units + line.delta < 0:
        return Reason.INSUFFICIENT_ON_HAND, -units
    if level.unsellable + line.delta > level.on_hand:
        return Reason.INSUFFICIENT_ON_HAND, level.on_hand - level.unsellable
    return None


def _corrected(level: StockLevel, line: AdjustmentLine) -> StockLevel:
    """Give the level after a correction; fewer on hand leave fewer to doubt."""
    after = moved(level, **{line.bucket: line.delta})
    doubted = min(after.suspect, after.on_hand - after.damaged - after.quality_control)
    return after._replace(suspect=doubted)
