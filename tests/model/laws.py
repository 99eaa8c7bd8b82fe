"""What must hold whatever happened (I1): the Arithmetic section of docs/transitions.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from gate_service.domain.cases import Document, Quota, StockHold
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket
from tests.model.claims import left_to_pick, off_the_shelf, open_of_sku
from tests.model.documents import as_document
from tests.model.state import Snapshot

ThingT = TypeVar("ThingT")

CLAIMED = ("held", "committed", "allocated", "picked", "incoming", "ring_fenced", "stock_holds")
"""The figures of a level that are sums over what stands elsewhere."""


class Books(NamedTuple):
    """All of a location that its stock must agree with."""

    stock: Mapping[str, StockLevel]
    reservations: Mapping[str, Reservation]
    documents: Mapping[str, Document]
    stock_holds: Mapping[str, StockHold]
    quotas: Iterable[Quota]


Sums = Counter[tuple[str, str]]
"""Units by (SKU, figure)."""


def check_laws(before: Snapshot, after: Snapshot) -> None:
    """Check what changed: since both sides of each sum were the same, they must have changed alike.

    Raises AssertionError.
    """
    touched = [sku for sku in {**before.stock, **after.stock} if before.stock.get(sku) is not after.stock.get(sku)]
    for sku in touched:
        if sku in after.stock:
            check_level(after.stock[sku])
    for reservation in _changed(before.reservations, after.reservations):
        check_reservation(reservation)
    rise = _sums(_books(after, before))
    rise.subtract(_sums(_books(before, after)))
    for sku in touched:
        for figure in CLAIMED:
            rise[sku, figure] -= _figure(after.stock, sku, figure) - _figure(before.stock, sku, figure)
    assert not any(rise.values()), {key: units for key, units in rise.items() if units}


def check_books(books: Books) -> None:
    """Check a whole location. Raises AssertionError."""
    for level in books.stock.values():
        check_level(level)
    for reservation in books.reservations.values():
        check_reservation(reservation)
    sums = _sums(books)
    for sku, level in books.stock.items():
        for figure in CLAIMED:
            assert getattr(level, figure) == sums.pop((sku, figure), 0), (sku, figure)
    assert not any(sums.values()), sums


def _books(one: Snapshot, other: Snapshot) -> Books:
    """Give what is in one snapshot and not in the other."""
    return Books(
        stock={},
        reservations={each.order_id: each for each in _changed(other.reservations, one.reservations)},
        documents={
            name: as_document(name, paper)
            for name, paper in one.documents.items()
            if other.documents.get(name) is not paper
        },
        stock_holds={each.hold_id: each for each in _changed(other.stock_holds, one.stock_holds)},
        quotas=[Quota(*key, units) for key, units in one.quotas.items() if other.quotas.get(key) != units],
    )


def _changed(before: Mapping[str, ThingT], after: Mapping[str, ThingT]) -> Iterator[ThingT]:
    return (thing for name, thing in after.items() if before.get(name) is not thing)


def _figure(stock: Mapping[str, StockLevel], sku: str, figure: str) -> int:
    return int(getattr(stock[sku], figure)) if sku in stock else 0


def _sums(books: Books) -> Sums:
    """Add up what the claims, documents, holds and quotas say of each SKU."""
    sums: Sums = Counter()
    for reservation in books.reservations.values():
        for line in reservation.lines:
            sums[line.sku, "held"] += line.held
            sums[line.sku, "committed"] += line.committed
            sums[line.sku, "allocated"] += line.allocated
            sums[line.sku, "picked"] += sum(map(off_the_shelf, line.allocations))
    for document in books.documents.values():
        for progress in document.progress:
            sums[progress.sku, "incoming"] += progress.open
    for hold in books.stock_holds.values():
        sums[hold.sku, "stock_holds"] += not hold.lot_id
    for quota in books.quotas:
        sums[quota.sku, "ring_fenced"] += quota.quantity
    return sums


def check_level(level: StockLevel) -> None:
    """No bucket below 0 or above its bound, and no part greater than its whole. Raises AssertionError."""
    for bucket in Bucket:
        assert 0 <= getattr(level, bucket) <= BUCKET_MAX, level
    assert level.unsellable <= level.on_hand, level
    assert level.picked <= level.allocated, level
    assert level.stock_holds >= 0, level


def check_reservation(reservation: Reservation) -> None:
    """Quantities add up, and no more is from a quota than is open. Raises AssertionError."""
    for line in reservation.lines:
        _check_line(line)
    assert (reservation.hold_expires_at_ms > 0) == any(line.held for line in reservation.lines), reservation
    for sku, units in reservation.from_quota:
        assert 0 < units <= open_of_sku(reservation, sku), reservation
    assert list(reservation.from_quota) == sorted(reservation.from_quota), reservation
    assert all(units > 0 for _, units in reservation.returned), reservation


def _check_line(line: ReservationLine) -> None:
    """Check that quantities add up, and that what permits allow of a line accounts for what is allocated."""
    parts = (line.held, line.committed, line.allocated, line.shipped, line.released, line.shorted)
    assert min(parts) >= 0, line
    assert sum(parts) == line.ordered, line
    assert 0 <= line.lapsed <= line.released, line
    for allocation in line.allocations:
        assert left_to_pick(allocation) >= 0, line
        assert 0 <= allocation.shipped <= allocation.picked, line
    under_permit = sum(left_to_pick(one) + off_the_shelf(one) for one in line.allocations)
    assert line.allocated == under_permit, line
    assert line.shipped >= sum(one.shipped for one in line.allocations), line
    assert line.shorted == sum(one.shorted for one in line.allocations), line
