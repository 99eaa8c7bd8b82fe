"""I1 and I3: what stands in the store at the end is what the ledger leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from gate_service.domain.cases import (
    DocumentAnswer,
    DocumentPage,
    ProposalPage,
    QuotaPage,
    StockHoldPage,
    UnmatchedPage,
)
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket
from gate_service.rpc.encode import gate as encode_gate
from gate_service.rpc.encode import incoming as encode_incoming
from gate_service.rpc.encode import stock as encode_stock
from gate_service.rpc.encode.parts import level
from tests.contract.state import as_read
from tests.model.laws import check_books
from tests.robustness.chaos import laws
from tests.robustness.chaos.checks.replaying import Replayed
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation


def compare_state(stored: Stored, told: Replayed) -> Iterator[Violation]:
    """Compare everything that was read with what the model came to."""
    state = as_read(told.snapshot)
    cases, revision, at_ms = state.cases, told.revision, 0
    try:
        check_books(state.books)
    except AssertionError as error:
        yield Violation(laws.SOUND, stored.location_id, "", revision, str(error)[:400])
    pairs: tuple[tuple[str, Sequence[Message], Sequence[Message]], ...] = (
        ("stock", stored.levels, [level(state.stock[sku]) for sku in sorted(state.stock)]),
        (
            "expected",
            stored.expected,
            _pages(encode_incoming.list_incoming, DocumentPage(cases.expected, "", 0, at_ms)),
        ),
        ("holds", stored.stock_holds, _pages(encode_stock.list_stock_holds, StockHoldPage(cases.stock_holds, "", 0))),
        ("quotas", stored.quotas, _pages(encode_stock.list_quotas, QuotaPage(cases.quotas, "", 0))),
        ("proposals", stored.proposals, _pages(encode_stock.list_proposals, ProposalPage(cases.proposals, "", 0))),
        (
            "unmatched",
            stored.unmatched,
            _pages(encode_gate.list_unmatched_shipments, UnmatchedPage(cases.unmatched, "", 0)),
        ),
    )
    for what, found, expected in pairs:
        yield from _compare_lists(stored, what, found, expected)
    reservations = {
        order_id: encode_gate.reservation(stored.location_id, one) for order_id, one in state.reservations.items()
    }
    documents = {
        name: encode_incoming.get_incoming(DocumentAnswer(one, 0, at_ms)).document
        for name, one in state.documents.items()
    }
    yield from _compare_maps(stored, "reservation", stored.reservations, reservations)
    yield from _compare_maps(stored, "document", stored.documents, documents)


def level_of(told: Any) -> StockLevel:  # noqa: ANN401 - types_pb.StockLevel
    """Read a level from the wire."""
    buckets = {str(bucket): getattr(told, bucket) for bucket in Bucket}
    return StockLevel(told.sku, **buckets, stock_holds=told.stock_holds, count_due=told.count_due)


def _pages(encode: Callable[[Any], Message], page: object) -> Sequence[Message]:
    """Encode a list as one page, and give the items on it."""
    message: Any = encode(page)
    items = next(each for each in message.DESCRIPTOR.fields if each.message_type is not None)
    return list(getattr(message, items.name))


def _compare_lists(
    stored: Stored, what: str, found: Sequence[Message], expected: Sequence[Message]
) -> Iterator[Violation]:
    if list(found) == list(expected):
        return
    for one, other in zip(found, expected, strict=False):
        if one != other:
            yield _differs(stored, what, one, other)
            return
    yield Violation(laws.REPLAY, stored.location_id, "", stored.revision, f"{len(expected)} {what}, not {len(found)}")


def _compare_maps(
    stored: Stored, what: str, found: Mapping[str, Message], expected: Mapping[str, Message]
) -> Iterator[Violation]:
    for name in sorted({**found, **expected}):
        if found.get(name) != expected.get(name):
            yield _differs(stored, f"{what} {name}", found.get(name), expected.get(name))


def _differs(stored: Stored, what: str, found: Message | None, expected: Message | None) -> Violation:
    text = f"{what} {expected}, not {found}".replace("\n", " ")
    return Violation(laws.REPLAY, stored.location_id, "", stored.revision, text[:1_500])
