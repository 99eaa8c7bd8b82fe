"""What must hold whatever happened (I1)."""

from __future__ import annotations

from collections.abc import Mapping

from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket
from tests.model.state import Location, Snapshot, left_to_pick, sums_by_sku


def check_laws(before: Snapshot, location: Location) -> None:
    """Check what changed since `before`. Raises AssertionError."""
    for sku, level in location.stock.items():
        if before.stock.get(sku) is not level:
            check_level(level)
    for order_id, reservation in location.reservations.items():
        if before.reservations.get(order_id) is not reservation:
            check_reservation(reservation)


def check_books(stock: Mapping[str, StockLevel], reservations: Mapping[str, Reservation]) -> None:
    """Check a whole location: what orders claim of a SKU is what its buckets say. Raises AssertionError."""
    for level in stock.values():
        check_level(level)
    for reservation in reservations.values():
        check_reservation(reservation)
    lines = [line for reservation in reservations.values() for line in reservation.lines]
    for bucket in (Bucket.HELD, Bucket.COMMITTED, Bucket.ALLOCATED):
        claimed = sums_by_sku([(line.sku, getattr(line, bucket)) for line in lines])
        for sku, level in stock.items():
            assert getattr(level, bucket) == claimed.get(sku, 0), (sku, bucket)


def check_level(level: StockLevel) -> None:
    """No bucket below 0 or above its bound, and no more unsellable than there is. Raises AssertionError."""
    for bucket in Bucket:
        assert 0 <= getattr(level, bucket) <= BUCKET_MAX, level
    assert level.unsellable <= level.on_hand, level


def check_reservation(reservation: Reservation) -> None:
    """Line quantities add up, and the permits of a line account for what is allocated. Raises AssertionError."""
    for line in reservation.lines:
        _check_line(line)
    assert (reservation.hold_expires_at_ms > 0) == any(line.held for line in reservation.lines), reservation


def _check_line(line: ReservationLine) -> None:
    parts = (line.held, line.committed, line.allocated, line.shipped, line.released, line.shorted)
    assert min(parts) >= 0, line
    assert sum(parts) == line.ordered, line
    assert 0 <= line.lapsed <= line.released, line
    for allocation in line.allocations:
        assert left_to_pick(allocation) >= 0, line
        assert 0 <= allocation.shipped <= allocation.picked, line
    under_permit = sum(left_to_pick(one) + one.picked - one.shipped for one in line.allocations)
    assert line.allocated == under_permit, line
    assert line.shipped == sum(one.shipped for one in line.allocations), line
    assert line.shorted == sum(one.shorted for one in line.allocations), line
