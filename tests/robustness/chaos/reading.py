"""Reads all of a location over gRPC once nothing happens there any more: its whole ledger, and its whole state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import OperationKind
from gate_service.ledger import replies
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import Outcome

_TRIES: Final = 40
_AT_ONCE: Final = 12
_DOCUMENTED = {OperationKind.RECORD_RECEIPT, OperationKind.ANNOUNCE_INCOMING, OperationKind.AMEND_INCOMING}


class Unreadable(Exception):
    """A location could not be read though nothing was broken any more. The text says which question failed, and how."""


class Restless(Exception):
    """A location went on changing though nobody asked for anything."""


@dataclass(slots=True)
class Stored:
    """What a location was found to hold, all of it at one revision."""

    location_id: str
    entries: list[Entry] = field(default_factory=list)
    told: list[ledger_pb.LedgerEntry] = field(default_factory=list)
    """The entries as the wire told them."""
    levels: list[types_pb.StockLevel] = field(default_factory=list)
    reservations: dict[str, types_pb.Reservation] = field(default_factory=dict)
    documents: dict[str, incoming_pb.IncomingDocument] = field(default_factory=dict)
    expected: list[incoming_pb.IncomingDocument] = field(default_factory=list)
    stock_holds: list[stock_pb.StockHold] = field(default_factory=list)
    quotas: list[stock_pb.Quota] = field(default_factory=list)
    proposals: list[stock_pb.Proposal] = field(default_factory=list)
    unmatched: list[gate_pb.UnmatchedShipment] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """Give the newest revision."""
        return self.entries[-1].revision if self.entries else 0

    def at(self, revision: int) -> Entry | None:
        """Give what stands at a place of the ledger; None behind its end."""
        return self.entries[revision - 1] if 0 < revision <= len(self.entries) else None


class Reader:
    """Asks one gate after the other until one answers."""

    def __init__(self, caller: Caller) -> None:
        """Keep how to ask. Its own calls are kept apart from the clients' history."""
        self._caller = caller

    async def ask(self, request: Message) -> Any:  # noqa: ANN401 - the request's own response
        """Ask until it is answered. Raises `Unreadable`."""
        record = None
        for attempt in range(_TRIES):
            record = await self._caller.call(attempt % self._caller.gates, request, timeout_s=10.0)
            if record.outcome is Outcome.ANSWERED:
                return record.reply
            if record.outcome is Outcome.TURNED_AWAY:
                break
            await asyncio.sleep(0.25)
        assert record is not None
        raise Unreadable(f"{record.method} {request} ended with {record.outcome}, {record.reason}")

    async def newest_revision(self, location_id: str) -> int:
        """Give the newest revision of a location."""
        page = await self.ask(ledger_pb.ListEntriesRequest(location_id=location_id, page_size=1))
        return int(page.latest_revision)

    async def location(self, location_id: str) -> Stored:
        """Read all of it. Raises `Restless` where it changes meanwhile."""
        stored = Stored(location_id)
        await self._entries(stored)
        done = [entry for entry in stored.entries if not entry.refusal]
        orders = sorted({entry.order_id for entry in done if entry.kind is OperationKind.RESERVE_STOCK})
        papers = {json.loads(entry.body).get("document_id", "") for entry in done if entry.kind in _DOCUMENTED}
        await self._cases(stored)
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(request: Message) -> Any:  # noqa: ANN401 - as ask
            async with places:
                return await self.ask(request)

        at = location_id
        for reply in await _all(one(gate_pb.GetReservationRequest(location_id=at, order_id=name)) for name in orders):
            stored.reservations[reply.reservation.order_id] = reply.reservation
        for reply in await _all(
            one(incoming_pb.GetIncomingRequest(location_id=at, document_id=name)) for name in sorted(papers - {""})
        ):
            stored.documents[reply.document.document_id] = reply.document
        if await self.newest_revision(at) != stored.revision:
            raise Restless(f"{at} was at {stored.revision} and went on")
        return stored

    async def _entries(self, stored: Stored) -> None:
        start = 1
        while start:
            page = await self.ask(
                ledger_pb.ListEntriesRequest(
                    location_id=stored.location_id, from_revision=start, page_size=1_000, include_canonical=True
                )
            )
            stored.told.extend(page.entries)
            stored.entries.extend(map(entry_of, page.entries))
            start = page.next_from_revision

    async def _cases(self, stored: Stored) -> None:
        lists: tuple[tuple[list[Any], Any, str, int], ...] = (
            (stored.levels, stock_pb.ListStockRequest, "levels", 500),
            (stored.expected, incoming_pb.ListIncomingRequest, "documents", 100),
            (stored.stock_holds, stock_pb.ListStockHoldsRequest, "holds", 100),
            (stored.quotas, stock_pb.ListQuotasRequest, "quotas", 100),
            (stored.proposals, stock_pb.ListProposalsRequest, "proposals", 100),
            (stored.unmatched, gate_pb.ListUnmatchedShipmentsRequest, "shipments", 100),
        )
        for found, request, items, size in lists:
            token = ""
            while True:
                page = await self.ask(request(location_id=stored.location_id, page_size=size, page_token=token))
                found.extend(getattr(page, items))
                token = page.next_page_token
                if not token:
                    break


async def read_at_rest(caller: Caller, location_ids: Iterable[str]) -> list[Stored]:
    """Read locations, waiting until they are at rest. Raises `Unreadable` and `Restless`."""
    reader = Reader(caller)
    found = []
    for location_id in location_ids:
        for attempt in range(_TRIES):
            try:
                found.append(await reader.location(location_id))
                break
            except Restless:
                if attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(0.5)
    return found


def entry_of(told: ledger_pb.LedgerEntry) -> Entry:
    """Read an entry from its canonical texts, as the store keeps them."""
    texts = told.canonical
    fields = {
        "at_ms": str(told.at_ms),
        "envelope": texts.envelope,
        "body": texts.body,
        "reply": texts.reply,
        "changes": texts.changes,
        "hash": told.chain_hash,
    }
    return replies.entry(f"{told.revision}-0", fields)


async def _all(asked: Iterable[Any]) -> list[Any]:
    return list(await asyncio.gather(*asked))
