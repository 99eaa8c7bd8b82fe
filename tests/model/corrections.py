"""The record is corrected, by one person or with a second one's yes; goods change their status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from gate_service.domain.cases import Proposal
from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import AdjustmentLine, AdjustStock, ApproveAdjustment, MoveLine, MoveStock
from gate_service.domain.replies import AdjustStockReply, ApproveAdjustmentReply, MoveStockReply, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Reason, StockStatus
from tests.model.shortages import shortages_of
from tests.model.state import Asked, Location, Merged, No
from tests.model.stock import moved, refuse_unknown

LineT = TypeVar("LineT", AdjustmentLine, MoveLine)


class Fault(NamedTuple):
    """Why one line cannot be done, what it asked, and what could be."""

    reason: Reason
    asked: int
    possible: int


def adjust_stock(location: Location, operation: AdjustStock, asked: Asked) -> AdjustStockReply:
    """Correct the record, or keep the correction until a second person agrees."""
    levels = _adjusted(location, operation.reason, operation.lines)
    threshold = asked.policy.approval_above
    too_much = threshold is not None and sum(abs(line.delta) for line in operation.lines) > threshold
    if operation.propose or too_much:
        if not asked.call.actor:
            raise No(Reason.SECOND_ACTOR_REQUIRED)
        name = f"A{asked.applied.revision}"
        who = (asked.call.system, asked.call.actor)
        location.proposals[name] = Proposal(
            name,
            *who,
            asked.applied.at_ms,
            operation.reason,
            operation.note,
            operation.lines,
            operation.variance_id,
            asked.call.own,
        )
        return AdjustStockReply(asked.applied, tuple(location.stock[sku] for sku in levels), (), name)
    return AdjustStockReply(asked.applied, *_store(location, levels, asked))


def approve_adjustment(location: Location, operation: ApproveAdjustment, asked: Asked) -> ApproveAdjustmentReply:
    """Say yes or no to a correction that waits."""
    proposal = location.proposals.get(operation.proposal_id)
    if proposal is None:
        raise No(Reason.PROPOSAL_NOT_FOUND)
    actor = asked.call.actor
    same = actor.lower() == proposal.actor.lower() and not proposal.own
    if operation.approved and (not actor or same):
        raise No(Reason.SECOND_ACTOR_REQUIRED)
    if operation.approved:
        for line in proposal.lines:
            if line.sku in location.merged:
                raise Merged(line.sku, location.merged[line.sku])
    levels = _adjusted(location, proposal.reason, proposal.lines) if operation.approved else {}
    del location.proposals[operation.proposal_id]
    return ApproveAdjustmentReply(asked.applied, *_store(location, levels, asked), proposal.variance_id)


def move_stock(location: Location, operation: MoveStock, asked: Asked) -> MoveStockReply:
    """Move goods from one status to another, or out."""
    refuse_unknown(location, (("", line.sku, line.quantity) for line in operation.lines))
    levels = _try_in_order(location, operation.lines, _move_fault(location), _with_moved)
    threshold = asked.policy.approval_above
    gone = sum(line.quantity for line in operation.lines if line.to_status is StockStatus.WRITTEN_OFF)
    if threshold is not None and gone > threshold:
        raise No(Reason.APPROVAL_REQUIRED)
    return MoveStockReply(asked.applied, *_store(location, levels, asked))


def _adjusted(location: Location, reason: AdjustmentReason, lines: Sequence[AdjustmentLine]) -> dict[str, StockLevel]:
    """Give the levels as they would be after a correction."""
    refuse_unknown(location, (("", line.sku, line.delta) for line in lines))
    levels = _try_in_order(location, lines, _adjustment_fault(location), _corrected)
    if reason is AdjustmentReason.COUNT:
        return {sku: level._replace(count_due=level.count_due and level.suspect > 0) for sku, level in levels.items()}
    return levels


def _store(
    location: Location, levels: dict[str, StockLevel], asked: Asked
) -> tuple[tuple[StockLevel, ...], tuple[Shortage, ...]]:
    """Put levels in force; give them, and whom they hit."""
    location.stock.update(levels)
    return tuple(levels.values()), shortages_of(location, levels, asked.policy.priorities)


def _try_in_order(
    location: Location,
    lines: Sequence[LineT],
    fault_of: Callable[[StockLevel, LineT], Fault | None],
    after: Callable[[StockLevel, LineT], StockLevel],
) -> dict[str, StockLevel]:
    """Do the lines one after the other on a copy; the first that cannot be done gives the reason for all."""
    levels = {line.sku: location.stock[line.sku] for line in lines}
    faults: list[Fault] = []
    violations: list[Violation] = []
    for line in lines:
        fault = fault_of(levels[line.sku], line)
        if fault:
            faults.append(fault)
            violations.append(Violation("", line.sku, fault.asked, fault.possible))
        else:
            levels[line.sku] = after(levels[line.sku], line)
    if violations:
        raise No(faults[0].reason, violations)
    return levels


def _movable(location: Location, level: StockLevel, bucket: Bucket) -> int:
    """Count the units that may leave a bucket: a lot on hold is lifted, not moved."""
    units = int(getattr(level, bucket))
    if bucket is Bucket.QUALITY_CONTROL:
        on_hold = sum(hold.quantity for hold in location.stock_holds.values() if hold.sku == level.sku)
        return max(0, units - on_hold)
    return units


def _adjustment_fault(location: Location) -> Callable[[StockLevel, AdjustmentLine], Fault | None]:
    """Say why a correction cannot be made, and what could be."""

    def fault(level: StockLevel, line: AdjustmentLine) -> Fault | None:
        if line.bucket is Bucket.ON_HAND:
            certain = level.damaged + level.quality_control
            if level.on_hand + line.delta < certain:
                return Fault(Reason.INSUFFICIENT_ON_HAND, line.delta, certain - level.on_hand)
            if level.on_hand + line.delta > BUCKET_MAX:
                return Fault(Reason.QUANTITY_OVERFLOW, line.delta, BUCKET_MAX - level.on_hand)
            return None
        units = _movable(location, level, line.bucket)
        if line.delta < 0 and units + line.delta < 0:
            return Fault(Reason.INSUFFICIENT_ON_HAND, line.delta, -units)
        if level.unsellable + line.delta > level.on_hand:
            return Fault(Reason.INSUFFICIENT_ON_HAND, line.delta, level.on_hand - level.unsellable)
        return None

    return fault


def _corrected(level: StockLevel, line: AdjustmentLine) -> StockLevel:
    """Give the level after a correction; fewer on hand leave fewer to doubt."""
    after = moved(level, **{line.bucket: line.delta})
    doubted = min(after.suspect, after.on_hand - after.damaged - after.quality_control)
    return after._replace(suspect=doubted)


def _move_fault(location: Location) -> Callable[[StockLevel, MoveLine], Fault | None]:
    """Say why goods cannot change their status: there are not so many."""

    def fault(level: StockLevel, line: MoveLine) -> Fault | None:
        if line.from_status is StockStatus.AVAILABLE:
            units = level.on_hand - level.unsellable
        else:
            units = _movable(location, level, Bucket(line.from_status))
        return Fault(Reason.INSUFFICIENT_ON_HAND, line.quantity, units) if units < line.quantity else None

    return fault


def _with_moved(level: StockLevel, line: MoveLine) -> StockLevel:
    """Give the level after goods changed their status; AVAILABLE is no bucket, but what the others leave."""
    if line.from_status is not StockStatus.AVAILABLE:
        level = moved(level, **{line.from_status: -line.quantity})
    if line.to_status is StockStatus.WRITTEN_OFF:
        return moved(level, on_hand=-line.quantity)
    if line.to_status is not StockStatus.AVAILABLE:
        level = moved(level, **{line.to_status: line.quantity})
    return level
