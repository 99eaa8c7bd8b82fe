"""Questions about stock, orders and entries. What is due but has not run out yet still stands."""

from __future__ import annotations

from collections.abc import Sequence

from gate_service.domain.entries import EntryPage
from gate_service.domain.policy import KeepBack
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, LineAvailability, StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason
from tests.model.claims import sums_by_sku
from tests.model.quotas import Kept, fenced_for_others, kept_at, promise, share
from tests.model.state import Location, No


def check(
    location: Location, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, now_ms: int
) -> Availability:
    """Answer each line by the rule of `reserve_stock`: lines of one SKU count as their sum."""
    sums = sums_by_sku(lines)
    kept = kept_at(location_id, keep_back, sums)
    answers = [_line(location, sku, quantity, sums[sku], kept) for sku, quantity in lines]
    return Availability(location_id, location.revision, now_ms, tuple(answers))


def _line(location: Location, sku: str, quantity: int, total: int, kept: Kept) -> LineAvailability:
    level = location.stock.get(sku)
    if level is None:
        return LineAvailability(sku, quantity, promise=0, sufficient=False, level=None)
    units = promise(location, sku, kept)
    others = fenced_for_others(location, level, kept.channel)
    return LineAvailability(sku, quantity, units, total <= units, level, share(level, kept), others)


def stock(location: Location, skus: Sequence[str]) -> StockAnswer:
    """Give the levels of some SKUs in the order asked."""
    known = tuple(location.stock[sku] for sku in skus if sku in location.stock)
    return StockAnswer(location.revision, known, tuple(sku for sku in skus if sku not in location.stock))


def list_stock(location: Location, after: str, limit: int) -> StockPage:
    """Give a page of all SKUs."""
    behind = [location.stock[sku] for sku in sorted(location.stock) if sku > after]
    page = tuple(behind[:limit])
    return StockPage(location.revision, page, page[-1].sku if len(behind) > limit else "")


def reservation(location: Location, order_id: str) -> ReservationAnswer:
    """Give one reservation."""
    if order_id not in location.reservations:
        raise No(Reason.RESERVATION_NOT_FOUND)
    return ReservationAnswer(location.reservations[order_id], location.revision)


def entries(location: Location, from_revision: int, limit: int) -> EntryPage:
    """Give a page of entries."""
    start = from_revision - 1
    page = tuple(location.entries[start : start + limit])
    more = start + limit < location.revision
    return EntryPage(page, from_revision + limit if more else 0, location.revision)
