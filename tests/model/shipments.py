"""One order's parcel left."""

from __future__ import annotations

from gate_service.domain.errors import Violation
from gate_service.domain.operations import ConfirmShipment, OrderLine
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied, ConfirmShipmentReply, Surplus
from gate_service.domain.reservation import Reservation
from gate_service.domain.vocabulary import Reason
from tests.model.state import Location, No, Permit, Shipment, allocation_of, left_to_ship, sums_by_sku, with_allocation
from tests.model.stock import move


def confirm_shipment(
    location: Location, operation: ConfirmShipment, _policy: Policy, applied: Applied
) -> ConfirmShipmentReply:
    """Take units out of the location; the same parcel told again moves nothing."""
    if not operation.permit_id:
        raise No(Reason.PERMIT_REQUIRED)
    reservation = location.reservations.get(operation.order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    permit = location.permits.get(operation.permit_id)
    if permit is None:
        raise No(Reason.PERMIT_NOT_FOUND)
    told = Shipment(operation.permit_id, operation.lines)
    earlier = location.shipments.get((operation.order_id, operation.shipment_id))
    if earlier == told:
        return ConfirmShipmentReply(applied, reservation.state, 0, ())
    if earlier is not None:
        raise No(Reason.SHIPMENT_ID_REUSED)
    if operation.lines:
        _refuse_uncovered(location, operation)
        _refuse_beyond_permit(location, operation, permit)
        leaving = operation.lines
    else:
        leaving = _picked_and_open(reservation, permit.permit_id)

    for line in leaving:
        _ship(location, operation.order_id, permit.permit_id, line)
    _remember(location, operation, told)
    surpluses = [_settle_surplus(location, sku) for sku in sums_by_sku([(line.sku, line.quantity) for line in leaving])]
    return ConfirmShipmentReply(
        applied,
        location.reservations[operation.order_id].state,
        sum(line.quantity for line in leaving),
        tuple(surplus for surplus in surpluses if surplus.cleared or surplus.surplus),
    )


def _refuse_uncovered(location: Location, operation: ConfirmShipment) -> None:
    """Refuse lines the permit does not cover."""
    violations = []
    for asked in operation.lines:
        found = location.allocated_line(operation.permit_id, operation.order_id, asked.line_id)
        if found is None or found[0].sku != asked.sku:
            violations.append(Violation(asked.line_id, asked.sku, asked.quantity, 0))
    if violations:
        raise No(Reason.LINE_NOT_PERMITTED, violations)


def _refuse_beyond_permit(location: Location, operation: ConfirmShipment, permit: Permit) -> None:
    """Refuse more than may still leave; whether it was reported picked does not matter."""
    violations = []
    for asked in operation.lines:
        found = location.allocated_line(permit.permit_id, operation.order_id, asked.line_id)
        assert found is not None
        possible = left_to_ship(found[1])
        if asked.quantity > possible:
            violations.append(Violation(asked.line_id, asked.sku, asked.quantity, possible))
    if violations:
        raise No(Reason.PERMIT_EXPIRED if permit.ran_out else Reason.SHIPMENT_EXCEEDS_PERMIT, violations)


def _picked_and_open(reservation: Reservation, permit_id: str) -> tuple[OrderLine, ...]:
    """Give what a shipment without lines stands for."""
    covered = [
        (line, allocation) for line in reservation.lines if (allocation := allocation_of(line, permit_id)) is not None
    ]
    if not covered:
        raise No(Reason.LINE_NOT_PERMITTED)
    leaving = tuple(
        OrderLine(line.line_id, line.sku, allocation.picked - allocation.shipped)
        for line, allocation in covered
        if allocation.picked > allocation.shipped
    )
    if not leaving:
        anything_left = any(allocation.shipped > 0 for _, allocation in covered)
        raise No(Reason.ALREADY_SHIPPED if anything_left else Reason.SHIPMENT_EXCEEDS_PERMIT)
    return leaving


def _ship(location: Location, order_id: str, permit_id: str, leaving: OrderLine) -> None:
    """Move units of one line from allocated to shipped, and off the shelf."""
    found = location.allocated_line(permit_id, order_id, leaving.line_id)
    assert found is not None
    line, allocation = found
    shipped = allocation.shipped + leaving.quantity
    allocation = allocation._replace(shipped=shipped, picked=max(allocation.picked, shipped))
    line = line._replace(allocated=line.allocated - leaving.quantity, shipped=line.shipped + leaving.quantity)
    location.put_line(order_id, with_allocation(line, allocation))
    move(location, leaving.sku, allocated=-leaving.quantity, on_hand=-leaving.quantity)


def _remember(location: Location, operation: ConfirmShipment, told: Shipment) -> None:
    """Note the parcel, so that it is known when it is told again."""
    location.shipments[operation.order_id, operation.shipment_id] = told
    reservation = location.reservations[operation.order_id]
    names = tuple(sorted({*reservation.shipment_ids, operation.shipment_id}))
    location.reservations[operation.order_id] = reservation._replace(shipment_ids=names)


def _settle_surplus(location: Location, sku: str) -> Surplus:
    """Where less is on hand than cannot be sold, the parcel held units the record doubted or did not have."""
    level = location.stock[sku]
    lacking = max(0, level.unsellable - level.on_hand)
    cleared = min(lacking, level.suspect)
    move(location, sku, suspect=-cleared, on_hand=lacking - cleared)
    return Surplus(sku, cleared, lacking - cleared)
