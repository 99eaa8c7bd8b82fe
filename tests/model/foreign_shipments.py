"""A parcel that no wave of ours released, and what becomes of one that matches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gate_service.domain.cases import UnmatchedShipment
from gate_service.domain.errors import Violation
from gate_service.domain.operations import ConfirmShipment, OrderLine, ResolveShipment
from gate_service.domain.replies import ResolveShipmentReply, Surplus
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.model.claims import by_sku, left_to_ship, sums_by_sku
from tests.model.parcels import Leaving, remember, told_before
from tests.model.state import Asked, Location, No, Parcel
from tests.model.stock import goes_on_as

NOT_YET_OR_NO_MORE = {
    ReservationState.RELEASED: Reason.RESERVATION_RELEASED,
    ReservationState.EXPIRED: Reason.HOLD_EXPIRED,
    ReservationState.HELD: Reason.ORDER_NOT_COMMITTED,
}


class Shipped(NamedTuple):
    """What a confirmation came to."""

    state: ReservationState
    shipped_quantity: int
    surpluses: tuple[Surplus, ...]


def confirm_without_permit(
    location: Location, order_id: str, shipment_id: str, asked: tuple[OrderLine, ...]
) -> Shipped:
    """Take what is allocated or committed out of the location."""
    reservation = location.reservations.get(order_id)
    if reservation is None:
        raise No(Reason.RESERVATION_NOT_FOUND)
    if told_before(location, order_id, shipment_id, "", asked):
        return Shipped(reservation.state, 0, ())
    if reservation.state in NOT_YET_OR_NO_MORE:
        raise No(NOT_YET_OR_NO_MORE[reservation.state])
    wanted = _matched(reservation, asked) if asked else _all_that_is_open(reservation)

    leaving = Leaving(location, order_id)
    for line in reservation.lines:
        _let_leave(leaving, line, wanted.get(line.line_id, 0))
    units = sums_by_sku((line.sku, wanted[line.line_id]) for line in reservation.lines if wanted.get(line.line_id))
    remember(location, order_id, shipment_id, Parcel("", asked, by_sku(units)))
    surpluses = leaving.settle([line.sku for line in asked] or units)
    return Shipped(location.reservations[order_id].state, sum(wanted.values()), surpluses)


def _let_leave(leaving: Leaving, line: ReservationLine, quantity: int) -> None:
    """Take units of a line first from its permits, oldest first, then from what no permit covers."""
    for allocation in line.allocations:
        units = min(quantity, left_to_ship(allocation))
        if units:
            leaving.from_allocation(line.line_id, allocation.permit_id, units)
            quantity -= units
    if quantity:
        leaving.from_committed(line.line_id, quantity)


def _open(line: ReservationLine) -> int:
    return line.committed + sum(map(left_to_ship, line.allocations))


def _all_that_is_open(reservation: Reservation) -> dict[str, int]:
    if reservation.shipment_ids and any(line.committed + line.allocated for line in reservation.lines):
        raise No(Reason.LINES_REQUIRED)
    wanted = {line.line_id: _open(line) for line in reservation.lines}
    if not any(wanted.values()):
        shipped = any(line.shipped for line in reservation.lines)
        raise No(Reason.ALREADY_SHIPPED if shipped else Reason.SHIPMENT_EXCEEDS_ORDER)
    return wanted


def _matched(reservation: Reservation, asked: Sequence[OrderLine]) -> dict[str, int]:
    """Find the lines of the order that a parcel's lines are; a name the order does not know is found by its SKU."""
    unknown = [Violation(*line, 0) for line in asked if line.sku not in {ordered.sku for ordered in reservation.lines}]
    if unknown:
        raise No(Reason.LINE_NOT_FOUND, unknown)
    wanted: dict[str, int] = {}
    for line in asked:
        for line_id, units in _shares(reservation, line, wanted):
            wanted[line_id] = wanted.get(line_id, 0) + units
    _refuse_beyond_order(reservation, wanted)
    return wanted


def _shares(reservation: Reservation, asked: OrderLine, taken: Mapping[str, int]) -> list[tuple[str, int]]:
    """Spread one line of a parcel over the lines of the order, as far as each is open after what was `taken`."""
    if any((line.line_id, line.sku) == (asked.line_id, asked.sku) for line in reservation.lines):
        return [(asked.line_id, asked.quantity)]
    candidates = [line for line in reservation.lines if line.sku == asked.sku]
    shares = []
    rest = asked.quantity
    for line in candidates:
        units = min(rest, max(0, _open(line) - taken.get(line.line_id, 0)))
        if line is candidates[-1]:
            units = rest
        if units:
            shares.append((line.line_id, units))
        rest -= units
    return shares


def _refuse_beyond_order(reservation: Reservation, wanted: Mapping[str, int]) -> None:
    ordered = {line.line_id: line for line in reservation.lines}
    too_much = [ordered[line_id] for line_id, units in wanted.items() if units > _open(ordered[line_id])]
    if too_much:
        gone = all(_open(line) == 0 and line.shipped > 0 for line in too_much)
        violations = [Violation(line.line_id, line.sku, wanted[line.line_id], _open(line)) for line in too_much]
        raise No(Reason.ALREADY_SHIPPED if gone else Reason.SHIPMENT_EXCEEDS_ORDER, violations)


def keep_unmatched(location: Location, operation: ConfirmShipment, reason: Reason, asked: Asked) -> str:
    """Keep a confirmation that matched nothing for a person to look at, once; give its name."""
    for name, waiting in location.unmatched.items():
        told = (operation.order_id, operation.shipment_id, operation.lines)
        if (waiting.order_id, waiting.shipment_id, waiting.lines) == told:
            return name
    name = f"U{asked.applied.revision}"
    location.unmatched[name] = UnmatchedShipment(
        unmatched_id=name,
        order_id=operation.order_id,
        shipment_id=operation.shipment_id,
        lines=operation.lines,
        reason=reason.value,
        system=asked.call.system,
        at_ms=asked.applied.at_ms,
    )
    return name


def resolve_shipment(location: Location, operation: ResolveShipment, asked: Asked) -> ResolveShipmentReply:
    """Say what an unmatched confirmation was, or that it was nothing of ours."""
    unmatched = location.unmatched.get(operation.unmatched_id)
    if unmatched is None:
        raise No(Reason.UNMATCHED_NOT_FOUND)
    if operation.order_id:
        lines = tuple(line._replace(sku=goes_on_as(location, line.sku)) for line in unmatched.lines)
        told = confirm_without_permit(location, operation.order_id, unmatched.shipment_id, lines)
        del location.unmatched[operation.unmatched_id]
        return ResolveShipmentReply(asked.applied, *told)
    del location.unmatched[operation.unmatched_id]
    return ResolveShipmentReply(asked.applied, None, 0, ())
