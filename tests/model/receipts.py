"""Goods come in: bought, or back from a customer."""

from __future__ import annotations

from collections.abc import Sequence

from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import ReceiptLine, RecordReceipt, RecordReturn
from gate_service.domain.replies import RecordReceiptReply, RecordReturnReply, SkuUnits
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, Reason
from tests.model.claims import by_sku, sums_by_sku
from tests.model.documents import book_against
from tests.model.state import Asked, Location, No
from tests.model.stock import goes_on_as, levels_of, move, open_sku


def record_receipt(location: Location, operation: RecordReceipt, asked: Asked) -> RecordReceiptReply:
    """Book goods in, against a document where one is named."""
    sums = _take_in(location, operation.lines)
    over: tuple[SkuUnits, ...] = ()
    still_open: tuple[SkuUnits, ...] = ()
    if operation.document_id:
        over, still_open = book_against(location, operation, sums, asked)
    return RecordReceiptReply(asked.applied, levels_of(location, sums), over, still_open)


def record_return(location: Location, operation: RecordReturn, asked: Asked) -> RecordReturnReply:
    """Book goods in that came back, and say which of them this location never shipped."""
    sums = _take_in(location, operation.lines)
    unmatched = _match(location, operation.order_id, sums) if operation.order_id else ()
    return RecordReturnReply(asked.applied, levels_of(location, sums), unmatched)


def _take_in(location: Location, lines: Sequence[ReceiptLine]) -> dict[str, int]:
    """Add the lines to the record, all or none; give what came of each SKU."""
    sums = sums_by_sku((line.sku, line.quantity) for line in lines)
    room = {sku: BUCKET_MAX - location.stock.get(sku, StockLevel(sku)).on_hand for sku in sums}
    violations = [
        Violation("", line.sku, sums[line.sku], room[line.sku]) for line in lines if sums[line.sku] > room[line.sku]
    ]
    if violations:
        raise No(Reason.QUANTITY_OVERFLOW, violations)
    for line in lines:
        open_sku(location, line.sku)
        move(location, line.sku, on_hand=line.quantity)
        if line.landing is not Landing.AVAILABLE:
            move(location, line.sku, **{line.landing: line.quantity})
    return sums


def _match(location: Location, order_id: str, came: dict[str, int]) -> tuple[SkuUnits, ...]:
    """Hold what came back to what was shipped to the order; give what goes beyond it."""
    reservation = location.reservations.get(order_id)
    if reservation is None:
        return tuple(SkuUnits(sku, units) for sku, units in came.items())
    shipped = sums_by_sku((goes_on_as(location, line.sku), line.shipped) for line in reservation.lines)
    returned = sums_by_sku((goes_on_as(location, sku), units) for sku, units in reservation.returned)
    beyond = {
        sku: units - min(units, max(0, shipped.get(sku, 0) - returned.get(sku, 0))) for sku, units in came.items()
    }
    for sku, units in came.items():
        returned[sku] = returned.get(sku, 0) + units
    location.reservations[order_id] = reservation._replace(returned=by_sku(returned))
    return tuple(SkuUnits(sku, units) for sku, units in beyond.items() if units)
