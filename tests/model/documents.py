"""Announcements, and what came of them: `incoming` is the sum of what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gate_service.domain.cases import Document, DocumentProgress
from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX
from gate_service.domain.operations import AmendIncoming, AnnounceIncoming, RecordReceipt
from gate_service.domain.replies import AnnounceIncomingReply, SkuUnits
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Reason
from tests.model.claims import by_sku, sums_by_sku
from tests.model.state import Asked, Location, No, Paper
from tests.model.stock import goes_on_as, levels_of, move, open_sku


def expected(paper: Paper) -> dict[str, int]:
    """Count what was announced of each SKU."""
    return sums_by_sku((line.sku, line.quantity) for line in paper.lines)


def open_of(paper: Paper) -> dict[str, int]:
    """Count what is still to come of each SKU, 1 or more."""
    received = dict(paper.received)
    left = {sku: units - received.get(sku, 0) for sku, units in expected(paper).items()}
    return {} if paper.closed else {sku: units for sku, units in left.items() if units > 0}


def as_document(document_id: str, paper: Paper) -> Document:
    """Give a document as it is read."""
    announced, received, still_open = expected(paper), dict(paper.received), open_of(paper)
    progress = tuple(
        DocumentProgress(sku, announced.get(sku, 0), received.get(sku, 0), still_open.get(sku, 0))
        for sku in sorted({*announced, *received})
    )
    return Document(
        document_id,
        paper.kind,
        paper.version,
        paper.expected_at_ms,
        paper.from_location_id,
        paper.closed,
        progress,
        paper.system,
        paper.created_at_ms,
    )


def fresh(asked: Asked) -> Paper:
    """Give a document that nobody has told of yet."""
    return Paper(
        kind=DocumentKind.NONE,
        version=0,
        expected_at_ms=0,
        from_location_id="",
        closed=False,
        lines=(),
        received=(),
        system=asked.call.system,
        created_at_ms=asked.applied.at_ms,
    )


def put(location: Location, document_id: str, after: Paper) -> None:
    """Store a document; `incoming` follows."""
    before = location.documents.get(document_id)
    fall = open_of(before) if before else {}
    rise = open_of(after)
    location.documents[document_id] = after
    for sku in {**fall, **rise}:
        move(location, sku, incoming=rise.get(sku, 0) - fall.get(sku, 0))


def book_against(
    location: Location, operation: RecordReceipt, came: Mapping[str, int], asked: Asked
) -> tuple[tuple[SkuUnits, ...], tuple[SkuUnits, ...]]:
    """Note what came of a document; give what is more than announced, and what has not come."""
    paper = _up_to_date(location, operation.document_id) or fresh(asked)
    received = sums_by_sku([*paper.received, *came.items()])
    paper = paper._replace(received=by_sku(received), closed=paper.closed or operation.final)
    put(location, operation.document_id, paper)
    announced = expected(paper)
    over = {sku: min(units, received[sku] - announced.get(sku, 0)) for sku, units in came.items()}
    missing = {sku: units - received.get(sku, 0) for sku, units in announced.items()}
    return _told(over.items()), _told(sorted(missing.items()))


def _told(units: Iterable[tuple[str, int]]) -> tuple[SkuUnits, ...]:
    return tuple(SkuUnits(sku, quantity) for sku, quantity in units if quantity > 0)


def _up_to_date(location: Location, document_id: str) -> Paper | None:
    """Give a document as it stands, with the SKUs that those of it have become; None where nobody told of it."""
    paper = location.documents.get(document_id)
    if paper is None:
        return None
    lines = tuple(line._replace(sku=goes_on_as(location, line.sku)) for line in paper.lines)
    received = sums_by_sku((goes_on_as(location, sku), units) for sku, units in paper.received)
    return paper._replace(lines=lines, received=by_sku(received))


def announce_incoming(location: Location, operation: AnnounceIncoming, asked: Asked) -> AnnounceIncomingReply:
    """Goods will come; a closed document stays closed."""
    return _tell(location, operation, asked)


def amend_incoming(location: Location, operation: AmendIncoming, asked: Asked) -> AnnounceIncomingReply:
    """The document is another one now; a closed one is open again."""
    return _tell(location, operation, asked)


def _tell(location: Location, operation: AnnounceIncoming | AmendIncoming, asked: Asked) -> AnnounceIncomingReply:
    """Let the newest version count, whichever comes first."""
    known = _up_to_date(location, operation.document_id)
    if known and known.version and _of_another_sort(known, operation):
        raise No(Reason.DOCUMENT_VERSION_REUSED)
    if known and known.version >= operation.version:
        return _nothing_new(location, known, operation, asked)
    before = known or fresh(asked)
    after = before._replace(
        kind=operation.document_kind,
        version=operation.version,
        expected_at_ms=operation.expected_at_ms,
        lines=operation.lines,
        system=before.system if before.version else asked.call.system,
    )
    if isinstance(operation, AnnounceIncoming):
        after = after._replace(from_location_id=operation.from_location_id)
    else:
        after = after._replace(closed=False)
    _refuse_overflow(location, before, after)
    for line in operation.lines:
        open_sku(location, line.sku)
    put(location, operation.document_id, after)
    named = [line.sku for line in (*operation.lines, *before.lines)]
    levels = levels_of(location, named)
    return AnnounceIncomingReply(asked.applied, superseded=False, version=operation.version, levels=levels)


def _of_another_sort(known: Paper, operation: AnnounceIncoming | AmendIncoming) -> bool:
    """Say whether one of the two is a transfer and the other is not."""
    return (known.kind is DocumentKind.TRANSFER) != (operation.document_kind is DocumentKind.TRANSFER)


def _nothing_new(
    location: Location, known: Paper, operation: AnnounceIncoming | AmendIncoming, asked: Asked
) -> AnnounceIncomingReply:
    """Answer what is older than what is known, or the same again; refuse two papers of one version."""
    told = (operation.document_kind, operation.expected_at_ms, operation.lines)
    superseded = known.version > operation.version
    from_there = getattr(operation, "from_location_id", known.from_location_id) == known.from_location_id
    if not superseded and not (from_there and (known.kind, known.expected_at_ms, known.lines) == told):
        raise No(Reason.DOCUMENT_VERSION_REUSED)
    levels = levels_of(location, (line.sku for line in operation.lines if line.sku in location.stock))
    return AnnounceIncomingReply(asked.applied, superseded, known.version, levels)


def _refuse_overflow(location: Location, before: Paper, after: Paper) -> None:
    """Refuse what would take `incoming` beyond its bound."""
    announced, rise, fall = expected(after), open_of(after), open_of(before)
    others = {sku: location.stock.get(sku, StockLevel(sku)).incoming - fall.get(sku, 0) for sku in announced}
    violations = [
        Violation(line.line_id, line.sku, announced[line.sku], BUCKET_MAX - others[line.sku])
        for line in after.lines
        if others[line.sku] + rise.get(line.sku, 0) > BUCKET_MAX
    ]
    if violations:
        raise No(Reason.QUANTITY_OVERFLOW, violations)
