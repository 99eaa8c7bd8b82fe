"""What the picker took, and what was not on the shelf."""

from __future__ import annotations

from gate_service.domain.errors import Violation
from gate_service.domain.operations import PickLine, ReportPick
from gate_service.domain.replies import ReportPickReply, SuspectStock
from gate_service.domain.vocabulary import Quarantine, Reason, ShortReason
from tests.model.claims import left_to_pick, sums_by_sku, with_allocation
from tests.model.quotas import use_up_quota
from tests.model.state import Asked, Location, No, Permit
from tests.model.stock import move


def report_pick(location: Location, operation: ReportPick, asked: Asked) -> ReportPickReply:
    """Count what was picked; put in doubt what a picker missed."""
    if not operation.permit_id:
        raise No(Reason.PERMIT_REQUIRED)
    permit = location.permits.get(operation.permit_id)
    if permit is None:
        raise No(Reason.PERMIT_NOT_FOUND)
    _refuse_uncovered(location, operation)
    _refuse_beyond_permit(location, operation, permit)

    for line in operation.lines:
        _count(location, permit.permit_id, line)
    for order_id in {line.order_id for line in operation.lines}:
        use_up_quota(location, order_id)
    short = [line for line in operation.lines if line.short > 0]
    suspects = []
    for sku in sums_by_sku((line.sku, line.short) for line in short):
        broken = sum(line.short for line in short if line.sku == sku and line.short_reason is ShortReason.DAMAGED)
        missing = sum(line.short for line in short if line.sku == sku and line.short_reason is not ShortReason.DAMAGED)
        move(location, sku, damaged=min(broken, _room(location, sku)))
        if missing > 0:
            doubted = _doubt(location, sku, missing, asked.policy.quarantine)
            suspects.append(SuspectStock(sku, doubted, _others_to_pick(location, sku, permit.permit_id)))
    return ReportPickReply(asked.applied, tuple(suspects))


def _refuse_uncovered(location: Location, operation: ReportPick) -> None:
    """Refuse lines the permit does not cover."""
    violations = []
    for asked in operation.lines:
        found = location.allocated_line(operation.permit_id, asked.order_id, asked.line_id)
        if found is None or found[0].sku != asked.sku:
            violations.append(Violation(asked.line_id, asked.sku, asked.picked + asked.short, 0))
    if violations:
        raise No(Reason.LINE_NOT_PERMITTED, violations)


def _refuse_beyond_permit(location: Location, operation: ReportPick, permit: Permit) -> None:
    """Refuse more than is left to pick."""
    violations = []
    for asked in operation.lines:
        found = location.allocated_line(permit.permit_id, asked.order_id, asked.line_id)
        assert found is not None
        possible = left_to_pick(found[1])
        if asked.picked + asked.short > possible:
            violations.append(Violation(asked.line_id, asked.sku, asked.picked + asked.short, possible))
    if violations:
        raise No(Reason.PERMIT_EXPIRED if permit.ran_out else Reason.PICK_EXCEEDS_PERMIT, violations)


def _count(location: Location, permit_id: str, asked: PickLine) -> None:
    """Note one line of the report; what is short leaves the claim."""
    found = location.allocated_line(permit_id, asked.order_id, asked.line_id)
    assert found is not None
    line, allocation = found
    allocation = allocation._replace(picked=allocation.picked + asked.picked, shorted=allocation.shorted + asked.short)
    line = line._replace(allocated=line.allocated - asked.short, shorted=line.shorted + asked.short)
    location.put_line(asked.order_id, with_allocation(line, allocation))
    move(location, asked.sku, allocated=-asked.short, picked=asked.picked)


def _doubt(location: Location, sku: str, missing: int, quarantine: Quarantine) -> int:
    """Move the missing units to suspect, then what the policy puts in doubt besides; give how many in all."""
    before = location.stock[sku].suspect
    move(location, sku, suspect=min(missing, _room(location, sku)))
    level = location.stock[sku]
    besides = {
        Quarantine.AVAILABLE: max(0, level.available),
        Quarantine.ALL: max(0, level.allocatable),
        Quarantine.MISSING: 0,
    }
    move(location, sku, suspect=besides[quarantine])
    location.stock[sku] = location.stock[sku]._replace(count_due=True)
    return location.stock[sku].suspect - before


def _room(location: Location, sku: str) -> int:
    """Count the units on hand that are still taken for good."""
    level = location.stock[sku]
    return max(0, level.on_hand - level.unsellable)


def _others_to_pick(location: Location, sku: str, permit_id: str) -> tuple[str, ...]:
    """Name the other permits with units of this SKU to pick, by number."""
    others = {
        allocation.permit_id
        for reservation in location.reservations.values()
        for line in reservation.lines
        for allocation in line.allocations
        if line.sku == sku and allocation.permit_id != permit_id and left_to_pick(allocation) > 0
    }
    return tuple(sorted(others, key=lambda name: int(name.removeprefix("P"))))
