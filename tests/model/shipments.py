"""One order's parcel left, picked under a permit of ours."""

from __future__ import annotations

from gate_service.domain.errors import Violation
from gate_service.domain.operations import ConfirmShipment, OrderLine
from gate_service.domain.replies import ConfirmShipmentReply
from gate_service.domain.reservation import Allocation, Reservation
from gate_service.domain.vocabulary import Reason
from tests.model.claims import allocation_of, by_sku, left_to_ship, off_the_shelf, sums_by_sku
from tests.model.foreign_shipments import confirm_without_permit
from tests.model.parcels import Leaving, remember, told_before
from tests.model.state import Asked, Location, No, Parcel, Permit


def confirm_shipment(location: Location, operation: ConfirmShipment, asked: Asked) -> ConfirmShipmentReply:
    """Take units out of the location; the same parcel told again moves nothing."""
    if operation.without_permit:
        told = confirm_without_permit(location, operation.order_id, operation.shipment_id, operation.lines)
        return ConfirmShipmentReply(asked.applied, *told)
    if not operation.permit_id:
        raise No(Reason.PERMIT_REQUIRED)
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    permit = location.permits.get(operation.permit_id)
    if permit is None:
        raise No(Reason.PERMIT_NOT_FOUND)
    if told_before(location, operation.order_id, operation.shipment_id, operation.permit_id, operation.lines):
        return ConfirmShipmentReply(asked.applied, reservation.state, 0, ())
    if operation.lines:
        _refuse_uncovered(location, operation)
        _refuse_beyond_permit(location, operation, permit)
        lines = operation.lines
    else:
        lines = _picked_and_open(reservation, permit.permit_id)

    leaving = Leaving(location, operation.order_id)
    for line in lines:
        leaving.from_allocation(line.line_id, permit.permit_id, line.quantity)
    moved = by_sku(sums_by_sku((line.sku, line.quantity) for line in lines))
    parcel = Parcel(operation.permit_id, operation.lines, moved)
    remember(location, operation.order_id, operation.shipment_id, parcel)
    surpluses = leaving.settle(line.sku for line in lines)
    state = location.reservations[operation.order_id].state
    return ConfirmShipmentReply(asked.applied, state, sum(line.quantity for line in lines), surpluses)


def _refuse_uncovered(location: Location, operation: ConfirmShipment) -> None:
    """Refuse lines the permit does not cover."""
    violations = []
    for line in operation.lines:
        found = location.allocated_line(operation.permit_id, operation.order_id, line.line_id)
        if found is None or found[0].sku != line.sku:
            violations.append(Violation(line.line_id, line.sku, line.quantity, 0))
    if violations:
        raise No(Reason.LINE_NOT_PERMITTED, violations)


def _refuse_beyond_permit(location: Location, operation: ConfirmShipment, permit: Permit) -> None:
    """Refuse more than may still leave; whether it was reported picked does not matter."""
    too_much: list[tuple[OrderLine, Allocation]] = []
    for line in operation.lines:
        found = location.allocated_line(permit.permit_id, operation.order_id, line.line_id)
        assert found is not None
        if line.quantity > left_to_ship(found[1]):
            too_much.append((line, found[1]))
    if not too_much:
        return
    if all(left_to_ship(allocation) == 0 and allocation.shipped > 0 for _, allocation in too_much):
        reason = Reason.ALREADY_SHIPPED
    else:
        reason = Reason.PERMIT_EXPIRED if permit.ran_out else Reason.SHIPMENT_EXCEEDS_PERMIT
    raise No(reason, [Violation(*line, left_to_ship(allocation)) for line, allocation in too_much])


def _picked_and_open(reservation: Reservation, permit_id: str) -> tuple[OrderLine, ...]:
    """Give what a shipment without lines stands for."""
    covered = [
        (line, allocation) for line in reservation.lines if (allocation := allocation_of(line, permit_id)) is not None
    ]
    if not covered:
        raise No(Reason.LINE_NOT_PERMITTED)
    leaving = tuple(
        OrderLine(line.line_id, line.sku, off_the_shelf(allocation))
        for line, allocation in covered
        if off_the_shelf(allocation) > 0
    )
    if not leaving:
        anything_left = any(allocation.shipped > 0 for _, allocation in covered)
        raise No(Reason.ALREADY_SHIPPED if anything_left else Reason.SHIPMENT_EXCEEDS_PERMIT)
    return leaving
