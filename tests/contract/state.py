"""Reads everything that stands at a location, through the port alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple, Protocol, TypeVar

from gate_service.app.ports import Call, Ledger, TransferLedger
from gate_service.domain.cases import (
    Delivery,
    Document,
    Feed,
    Proposal,
    Quota,
    StockHold,
    UnmatchedShipment,
)
from gate_service.domain.entries import Entry
from gate_service.domain.replies import Shortage
from gate_service.domain.reservation import Reservation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind
from tests.model.documents import as_document
from tests.model.laws import Books
from tests.model.state import Snapshot


class Page(Protocol):
    """A part of a list; the token is empty after the last."""

    @property
    def next_token(self) -> str:
        """Give what to ask the next page with."""
        ...


ItemT = TypeVar("ItemT")
PageT = TypeVar("PageT", bound=Page)

ASKING = Call(method="test")
_ON_DOCUMENTS = {OperationKind.RECORD_RECEIPT, OperationKind.ANNOUNCE_INCOMING, OperationKind.AMEND_INCOMING}


class SweptLedger(TransferLedger, Protocol):
    """A ledger that also runs out what is due when nobody writes."""

    async def sweep(self, location_id: str) -> bool:
        """Run out what is due at a location; True where more may be due."""
        ...


class Cases(NamedTuple):
    """What waits at a location for a person, or for a thing to happen."""

    expected: tuple[Document, ...]
    """What is still to come, the earliest first."""
    stock_holds: tuple[StockHold, ...]
    proposals: tuple[Proposal, ...]
    quotas: tuple[Quota, ...]
    unmatched: tuple[UnmatchedShipment, ...]


class State(NamedTuple):
    """All that stands at a location and follows from its ledger."""

    stock: dict[str, StockLevel]
    reservations: dict[str, Reservation]
    documents: dict[str, Document]
    cases: Cases

    @property
    def books(self) -> Books:
        """Give what must agree with the stock."""
        holds = {hold.hold_id: hold for hold in self.cases.stock_holds}
        return Books(self.stock, self.reservations, self.documents, holds, self.cases.quotas)


class Feeds(NamedTuple):
    """What became of the events that were told at a location."""

    feeds: tuple[Feed, ...]
    deliveries: tuple[Delivery, ...]


async def read_entries(ledger: Ledger, location_id: str, from_revision: int = 1) -> list[Entry]:
    """Read all pages."""
    entries: list[Entry] = []
    while from_revision:
        page = await ledger.entries(location_id, from_revision, 1_000, ASKING)
        entries += page.entries
        from_revision = page.next_from_revision
    return entries


async def read_stock(ledger: Ledger, location_id: str) -> dict[str, StockLevel]:
    """Read all pages."""
    stock: dict[str, StockLevel] = {}
    after = ""
    while True:
        page = await ledger.list_stock(location_id, after, 2_000, ASKING)
        stock |= {level.sku: level for level in page.levels}
        after = page.next_after
        if not after:
            return stock


async def all_pages(
    read: Callable[[str], Awaitable[PageT]], items_of: Callable[[PageT], tuple[ItemT, ...]]
) -> tuple[ItemT, ...]:
    """Read all pages of one kind."""
    items: list[ItemT] = []
    token = ""
    while True:
        page = await read(token)
        items += items_of(page)
        token = page.next_token
        if not token:
            return tuple(items)


async def read_cases(ledger: Ledger, location_id: str, page_size: int = 100) -> Cases:
    """Read all that waits."""
    at = (location_id, page_size)
    return Cases(
        *await asyncio.gather(
            all_pages(
                lambda token: ledger.expected(*at, token, ASKING, overdue_only=False), lambda page: page.documents
            ),
            all_pages(lambda token: ledger.stock_holds(*at, token, ASKING), lambda page: page.holds),
            all_pages(lambda token: ledger.proposals(*at, token, ASKING), lambda page: page.proposals),
            all_pages(lambda token: ledger.quotas(*at, token, ASKING), lambda page: page.quotas),
            all_pages(lambda token: ledger.unmatched_shipments(*at, token, ASKING), lambda page: page.shipments),
        )
    )


async def read_feeds(ledger: Ledger, location_id: str, page_size: int = 1_000) -> Feeds:
    """Read what the events came to."""
    answer, deliveries = await asyncio.gather(
        ledger.feeds(location_id, ASKING),
        all_pages(lambda token: ledger.deliveries(location_id, page_size, token, ASKING), lambda page: page.deliveries),
    )
    return Feeds(answer.feeds, deliveries)


async def read_shortages(ledger: Ledger, location_id: str, page_size: int = 20) -> tuple[Shortage, ...]:
    """Read whom the location falls short of, by no channel's priority."""
    return await all_pages(
        lambda token: ledger.shortages(location_id, {}, page_size, token, ASKING), lambda page: page.shortages
    )


async def read_reservations(ledger: Ledger, location_id: str, order_ids: Iterable[str]) -> dict[str, Reservation]:
    """Read some reservations, all at once."""
    asked = [ledger.reservation(location_id, order_id, ASKING) for order_id in order_ids]
    return {answer.reservation.order_id: answer.reservation for answer in await asyncio.gather(*asked)}


async def read_documents(ledger: Ledger, location_id: str, document_ids: Iterable[str]) -> dict[str, Document]:
    """Read some documents, all at once."""
    asked = [ledger.document(location_id, document_id, ASKING) for document_id in document_ids]
    return {answer.document.document_id: answer.document for answer in await asyncio.gather(*asked)}


async def read_state(ledger: Ledger, location_id: str) -> State:
    """Read everything; which reservations and documents there are, the ledger says."""
    done = [entry for entry in await read_entries(ledger, location_id) if not entry.refusal]
    orders = {entry.order_id for entry in done if entry.kind is OperationKind.RESERVE_STOCK}
    documents = {json.loads(entry.body).get("document_id", "") for entry in done if entry.kind in _ON_DOCUMENTS}
    return await read_known(ledger, location_id, sorted(orders), sorted(documents - {""}))


async def read_known(ledger: Ledger, location_id: str, order_ids: Iterable[str], document_ids: Iterable[str]) -> State:
    """Read everything where it is known which reservations and documents there are, all at once."""
    return State(
        *await asyncio.gather(
            read_stock(ledger, location_id),
            read_reservations(ledger, location_id, order_ids),
            read_documents(ledger, location_id, document_ids),
            read_cases(ledger, location_id),
        )
    )


def as_read(snapshot: Snapshot) -> State:
    """Give what reading a location should give where it stands as in a snapshot of the model."""
    documents = {name: as_document(name, paper) for name, paper in snapshot.documents.items()}
    expected = [document for document in documents.values() if document.open]
    cases = Cases(
        tuple(sorted(expected, key=lambda one: (not one.expected_at_ms, one.expected_at_ms, one.document_id))),
        tuple(sorted(snapshot.stock_holds.values())),
        tuple(snapshot.proposals.values()),
        tuple(Quota(*key, units) for key, units in sorted(snapshot.quotas.items())),
        tuple(snapshot.unmatched.values()),
    )
    return State(snapshot.stock, snapshot.reservations, documents, cases)
