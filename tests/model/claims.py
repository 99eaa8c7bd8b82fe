"""Looks into reservations: their lines, and what permits allow of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gate_service.domain.reservation import Allocation, Reservation, ReservationLine


def line_of(reservations: Mapping[str, Reservation], order_id: str, line_id: str) -> ReservationLine | None:
    """Find a line of a reservation."""
    reservation = reservations.get(order_id)
    lines = reservation.lines if reservation else ()
    return next((line for line in lines if line.line_id == line_id), None)


def allocated_line(
    reservations: Mapping[str, Reservation], permit_id: str, order_id: str, line_id: str
) -> tuple[ReservationLine, Allocation] | None:
    """Find a line together with what a permit allows of it; None where the permit does not cover it."""
    line = line_of(reservations, order_id, line_id)
    allocation = allocation_of(line, permit_id) if line else None
    return (line, allocation) if line and allocation else None


def allocation_of(line: ReservationLine, permit_id: str) -> Allocation | None:
    """Find what a permit allows of a line."""
    return next((allocation for allocation in line.allocations if allocation.permit_id == permit_id), None)


def with_allocation(line: ReservationLine, allocation: Allocation) -> ReservationLine:
    """Give the line with an allocation in the place of the one of the same permit."""
    swapped = (allocation if old.permit_id == allocation.permit_id else old for old in line.allocations)
    return line._replace(allocations=tuple(swapped))


def left_to_pick(allocation: Allocation) -> int:
    """Count the units a picker may still take or miss."""
    return allocation.authorized - allocation.picked - allocation.shorted - allocation.returned


def left_to_ship(allocation: Allocation) -> int:
    """Count the units that may still leave, reported picked or not."""
    return allocation.authorized - allocation.shorted - allocation.shipped - allocation.returned


def off_the_shelf(allocation: Allocation) -> int:
    """Count the units that were picked and have not left."""
    return allocation.picked - allocation.shipped


def open_units(line: ReservationLine) -> int:
    """Count what the order still has a claim on."""
    return line.held + line.committed + line.allocated


def open_of_sku(reservation: Reservation, sku: str) -> int:
    """Count what the order still has a claim on of one SKU."""
    return sum(open_units(line) for line in reservation.lines if line.sku == sku)


def is_open(reservation: Reservation) -> bool:
    """Say whether the order still has a claim on anything."""
    return any(open_units(line) for line in reservation.lines)


def sums_by_sku(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up quantities by SKU, in the order in which the SKUs come first."""
    sums: dict[str, int] = {}
    for sku, quantity in pairs:
        sums[sku] = sums.get(sku, 0) + quantity
    return sums


def by_sku(units: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Give the pairs that are not 0, by SKU: the form in which they are kept."""
    return tuple(sorted((sku, quantity) for sku, quantity in units.items() if quantity))
