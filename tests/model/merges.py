"""Two SKUs were one item all along: whatever is told of the one is told of the other from now on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import MergeSku, Operation
from gate_service.domain.replies import MergeSkuReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.model.claims import by_sku, open_of_sku, sums_by_sku
from tests.model.documents import open_of
from tests.model.state import Asked, Location, Merged, No
from tests.model.stock import moved, open_sku

ORDERS_MAX = 2_000
DOCUMENTS_MAX = 2_000
DOCUMENTS_OPEN_MAX = 20_000
_ROW = (
    Bucket.ON_HAND,
    Bucket.HELD,
    Bucket.COMMITTED,
    Bucket.ALLOCATED,
    Bucket.DAMAGED,
    Bucket.QUALITY_CONTROL,
    Bucket.SUSPECT,
    Bucket.INCOMING,
    Bucket.PICKED,
    Bucket.RING_FENCED,
)


def refuse_merged(location: Location, operation: Operation[object]) -> None:
    """Refuse an operation that names a SKU that is none any more; the first such SKU is told."""
    if isinstance(operation, MergeSku) and _is_done(location, operation):
        return
    for sku in _named(operation):
        if sku in location.merged:
            raise Merged(sku, location.merged[sku])


def _named(operation: Operation[object]) -> Iterator[str]:
    if isinstance(operation, MergeSku):
        yield from (operation.sku, operation.into_sku)
    elif sku := getattr(operation, "sku", ""):
        yield sku
    for line in getattr(operation, "lines", ()):
        if sku := getattr(line, "sku", ""):
            yield sku


def _is_done(location: Location, operation: MergeSku) -> bool:
    return location.merged.get(operation.sku) == operation.into_sku and operation.into_sku in location.stock


def merge_sku(location: Location, operation: MergeSku, asked: Asked) -> MergeSkuReply:
    """Let everything of one SKU go on as another."""
    sku, into = operation.sku, operation.into_sku
    if _is_done(location, operation):
        return MergeSkuReply(asked.applied, changed=False, level=location.stock[into])
    if sku not in location.stock:
        raise No(Reason.UNKNOWN_SKU, [Violation("", sku, 0, 0)])
    orders = [name for name, one in location.reservations.items() if open_of_sku(one, sku)]
    if len(orders) > ORDERS_MAX or _too_many_documents(location, sku):
        raise No(Reason.MERGE_TOO_LARGE)
    _refuse_overflow(location, sku, into)

    open_sku(location, into)
    gone = location.stock.pop(sku)
    both = moved(location.stock[into], **{bucket: getattr(gone, bucket) for bucket in _ROW})
    location.stock[into] = both._replace(
        stock_holds=both.stock_holds + gone.stock_holds, count_due=both.count_due or gone.count_due
    )
    location.merged[sku] = into
    _rename_claims(location, orders, sku, into)
    _rename_holds_and_quotas(location, sku, into)
    _rename_documents(location, sku, into)
    return MergeSkuReply(asked.applied, changed=True, level=location.stock[into])


def _too_many_documents(location: Location, sku: str) -> bool:
    still_open = [paper for paper in location.documents.values() if open_of(paper)]
    named = [one for one in still_open if sku in dict(one.received) or any(line.sku == sku for line in one.lines)]
    return len(named) > DOCUMENTS_MAX or len(still_open) > DOCUMENTS_OPEN_MAX


def _refuse_overflow(location: Location, sku: str, into: str) -> None:
    ends, goes_on = location.stock[sku], location.stock.get(into, StockLevel(into))
    for bucket in _ROW:
        units, room = getattr(ends, bucket), BUCKET_MAX - getattr(goes_on, bucket)
        if units > room:
            raise No(Reason.QUANTITY_OVERFLOW, [Violation("", sku, units, room)])


def _rename_claims(location: Location, orders: Iterable[str], sku: str, into: str) -> None:
    for order_id in orders:
        reservation = location.reservations[order_id]
        location.reservations[order_id] = reservation._replace(
            lines=tuple(line._replace(sku=into) if line.sku == sku else line for line in reservation.lines),
            from_quota=_renamed(reservation.from_quota, sku, into),
            returned=_renamed(reservation.returned, sku, into),
        )


def _renamed(units: Iterable[tuple[str, int]], sku: str, into: str) -> tuple[tuple[str, int], ...]:
    return by_sku(sums_by_sku((into if one == sku else one, quantity) for one, quantity in units))


def _rename_holds_and_quotas(location: Location, sku: str, into: str) -> None:
    for hold_id, hold in location.stock_holds.items():
        if hold.sku == sku:
            location.stock_holds[hold_id] = hold._replace(sku=into)
    for (one, channel), units in list(location.quotas.items()):
        if one == sku:
            del location.quotas[sku, channel]
            location.quotas[into, channel] = location.quotas.get((into, channel), 0) + units


def _rename_documents(location: Location, sku: str, into: str) -> None:
    """Let what is expected be expected of the new SKU; what came too much of one makes up for the other."""
    for document_id, paper in location.documents.items():
        if open_of(paper):
            lines = tuple(line._replace(sku=into) if line.sku == sku else line for line in paper.lines)
            location.documents[document_id] = paper._replace(lines=lines, received=_renamed(paper.received, sku, into))
    still_open = sum(open_of(paper).get(into, 0) for paper in location.documents.values())
    location.stock[into] = location.stock[into]._replace(incoming=still_open)
