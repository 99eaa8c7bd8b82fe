"""One order's claim at one location, as it is read."""

from __future__ import annotations

from typing import NamedTuple

from gate_service.domain.lineage import NO_LINEAGE, Lineage
from gate_service.domain.vocabulary import ReservationState


class Allocation(NamedTuple):
    """What one permit allows of one line. `picked` includes shipped units; `returned` went back when it ran out."""

    permit_id: str
    authorized: int
    picked: int
    shorted: int
    shipped: int
    returned: int


class ReservationLine(NamedTuple):
    """ordered = held + committed + allocated + shipped + released + shorted; `lapsed` is a part of `released`."""

    line_id: str
    sku: str
    ordered: int
    held: int
    committed: int
    allocated: int
    shipped: int
    released: int
    shorted: int
    lapsed: int
    allocations: tuple[Allocation, ...] = ()


class KitLine(NamedTuple):
    """A line as it was ordered, where it is kept in another form or not at all."""

    line_id: str
    sku: str
    quantity: int


class Reservation(NamedTuple):
    """All lines of one order at one location."""

    order_id: str
    channel: str
    keep_back: int
    hold_expires_at_ms: int
    """0 where nothing is held."""
    created_at_ms: int
    lines: tuple[ReservationLine, ...]
    shipment_ids: tuple[str, ...]
    """By name."""
    keep_back_basis_points: int = 0
    """What else was kept back when it was made, in hundredths of a percent of what was available."""
    from_quota: tuple[tuple[str, int], ...] = ()
    """(SKU, units) of what is still open of it and was taken from its channel's quota; by SKU."""
    returned: tuple[tuple[str, int], ...] = ()
    """(SKU, units) that came back; by SKU."""
    kits: tuple[KitLine, ...] = ()
    non_stock: tuple[KitLine, ...] = ()
    sku_basis_points: tuple[tuple[str, int], ...] = ()
    """(SKU, basis points) of those that had others than `keep_back_basis_points` when it was made; by SKU."""

    @property
    def state(self) -> ReservationState:
        """Derive the state: the first of docs/transitions.md's list that fits."""
        first_that_fits = (
            (ReservationState.HELD, sum(line.held for line in self.lines)),
            (ReservationState.ALLOCATED, sum(line.allocated for line in self.lines)),
            (ReservationState.COMMITTED, sum(line.committed for line in self.lines)),
            (ReservationState.SHIPPED, sum(line.shipped for line in self.lines)),
            (ReservationState.SHORTED, sum(line.shorted for line in self.lines)),
            (ReservationState.EXPIRED, sum(line.lapsed for line in self.lines)),
        )
        return next((state for state, units in first_that_fits if units > 0), ReservationState.RELEASED)


class ReservationAnswer(NamedTuple):
    """A reservation and the revision at which it is true."""

    reservation: Reservation
    revision: int
    lineage: Lineage = NO_LINEAGE
