"""What one location remembers. Every value in it is immutable: a copy of the dicts is a copy of the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from gate_service.domain import replies
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.operations import OrderLine
from gate_service.domain.reservation import Allocation, Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind, Reason

Reply: TypeAlias = (
    replies.ReserveStockReply
    | replies.ConfirmReservationReply
    | replies.ReleaseReservationReply
    | replies.AuthorizeWaveReply
    | replies.ReportPickReply
    | replies.ConfirmShipmentReply
    | replies.RecordReceiptReply
    | replies.AdjustStockReply
)
Outcome: TypeAlias = Reply | Refused


class No(Exception):
    """A check of docs/transitions.md that failed, with the lines that failed it."""

    def __init__(self, reason: Reason, violations: Sequence[Violation] = ()) -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.violations = tuple(violations)


class Permit(NamedTuple):
    """The gate's yes to one wave. What it allows of each line stands with the line, as an `Allocation`."""

    permit_id: str
    expires_at_ms: int
    ran_out: bool
    lines: tuple[tuple[str, str], ...]
    """(order_id, line_id) of each line it covers."""


class Shipment(NamedTuple):
    """What was asked when a parcel was confirmed: the same again is the same parcel."""

    permit_id: str
    lines: tuple[OrderLine, ...]


class Answer(NamedTuple):
    """What an operation_id stands for: the kind and body it was used with, and what was answered."""

    kind: OperationKind
    body: str
    outcome: Outcome


class Snapshot(NamedTuple):
    """A location as it stands, to be compared."""

    stock: dict[str, StockLevel]
    reservations: dict[str, Reservation]
    permits: dict[str, Permit]

    def allocated_line(self, permit_id: str, order_id: str, line_id: str) -> tuple[ReservationLine, Allocation] | None:
        """Find a line together with what a permit allows of it; None where the permit does not cover it."""
        return allocated_line(self.reservations, permit_id, order_id, line_id)


@dataclass
class Location:
    """A place that holds and picks stock, with the journal of all that happened there."""

    stock: dict[str, StockLevel] = field(default_factory=dict)
    reservations: dict[str, Reservation] = field(default_factory=dict)
    permits: dict[str, Permit] = field(default_factory=dict)
    shipments: dict[tuple[str, str], Shipment] = field(default_factory=dict)
    """By (order_id, shipment_id)."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """By operation_id."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """Give the newest revision, 0 before the first."""
        return len(self.entries)

    @property
    def newest_at_ms(self) -> int:
        """Give the time of the newest entry, 0 before the first."""
        return self.entries[-1].at_ms if self.entries else 0

    def snapshot(self) -> Snapshot:
        """Copy what stands now."""
        return Snapshot(dict(self.stock), dict(self.reservations), dict(self.permits))

    def line(self, order_id: str, line_id: str) -> ReservationLine | None:
        """Find a line of a reservation."""
        return line_of(self.reservations, order_id, line_id)

    def put_line(self, order_id: str, line: ReservationLine) -> None:
        """Store a line in the place of the one with its line_id."""
        reservation = self.reservations[order_id]
        lines = tuple(line if old.line_id == line.line_id else old for old in reservation.lines)
        self.reservations[order_id] = reservation._replace(lines=lines)

    def allocated_line(self, permit_id: str, order_id: str, line_id: str) -> tuple[ReservationLine, Allocation] | None:
        """Find a line together with what a permit allows of it; None where the permit does not cover it."""
        return allocated_line(self.reservations, permit_id, order_id, line_id)


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


def sums_by_sku(pairs: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Add up quantities by SKU, in the order in which the SKUs come first."""
    sums: dict[str, int] = {}
    for sku, quantity in pairs:
        sums[sku] = sums.get(sku, 0) + quantity
    return sums
