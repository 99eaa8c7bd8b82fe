"""Two locations of a real store, the use case between them, and a way to the second one that can be blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import redis

from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.transfers import Transfers
from gate_service.domain import operations as ops
from gate_service.domain.cases import Departure
from gate_service.domain.entries import Entry
from gate_service.domain.errors import GateError, Refused
from gate_service.domain.policy import Policy
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Landing
from gate_service.ledger.ledger import RedisLedger
from tests.sourcing.shop import Everybody

ReplyT = TypeVar("ReplyT")

CALL = Call(method="test", system="wms-east", actor="ann")
SWEEPING = Call(method="test", system="gate")
LINES = (ops.SkuQuantity("A", 3),)
SENDING = ops.TransferStock(
    "send", "HERE", "THERE", "T-1", 0, LINES, source=ops.SourceEvent("", "transfer", "T-1", "", "sent", 1)
)
Told = tuple[str, str, str]
"""(from, transfer_id, reason) of a refusal."""


class Doubtful(Commands):
    """The way to the other location, on which a test may lay trouble or hold up what comes."""

    def __init__(self, ledger: RedisLedger) -> None:
        """Let everything pass at first."""
        super().__init__(ledger, Policy)
        self.trouble: GateError | None = None
        self.troubled = ""
        """The only document that has trouble; empty for all."""
        self.deadlines: list[float | None] = []
        self.reached, self.open, self.arrived = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.open.set()

    async def apply(self, operation: ops.Operation[ReplyT], call: Call) -> ReplyT:
        """Ask, unless there is trouble."""
        self.deadlines.append(call.deadline)
        self.reached.set()
        await self.open.wait()
        if self.trouble and self.troubled in {"", getattr(operation, "document_id", "")}:
            raise self.trouble
        reply = await super().apply(operation, call)
        self.arrived.set()
        return reply


class TwoPlaces:
    """HERE, with five units of A, and THERE, which nobody knows yet."""

    def __init__(self, ledger: RedisLedger) -> None:
        """Ask nothing yet."""
        self.ledger = ledger
        self.receiver = Doubtful(ledger)
        self.transfers = Transfers(Commands(ledger, Policy), self.receiver, ledger, Everybody())
        self.told: list[Told] = []

    def another_gate(self) -> Transfers:
        """Give the use case of a gate whose way is free."""
        return Transfers(Commands(self.ledger, Policy), Commands(self.ledger, Policy), self.ledger, Everybody())

    async def sweep(self, older_than_ms: int = 0, gate: Transfers | None = None) -> None:
        """Let another gate carry on what was left behind."""
        await (gate or self.another_gate()).carry_on(older_than_ms, SWEEPING, self._tell)

    def _tell(self, location_id: str, departure: Departure, no: Refused) -> None:
        self.told.append((location_id, departure.transfer_id, no.reason))

    async def left_by_a_gate_that_died(self, sending: ops.TransferStock = SENDING) -> None:
        """Send goods through a gate that is gone before it could announce them."""
        gone = Doubtful(self.ledger)
        gone.open.clear()
        gate = Transfers(Commands(self.ledger, Policy), gone, self.ledger, Everybody())
        asking = asyncio.create_task(gate.transfer(sending, CALL))
        await gone.reached.wait()
        for task in (asking, *gate._under_way):  # nothing of a process outlives it
            task.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    async def do(self, operation: ops.Operation[ReplyT]) -> ReplyT:
        """Ask one location directly."""
        return await self.ledger.apply(operation, Policy(), CALL)

    async def purchase_order(self, document_id: str = "T-1", operation_id: str = "po") -> None:
        """Announce other goods THERE."""
        lines = (ops.OrderLine("A", "A", 9),)
        await self.do(
            ops.AnnounceIncoming(operation_id, "THERE", document_id, DocumentKind.PURCHASE_ORDER, 1, 0, "", lines)
        )

    async def level(self, location_id: str, sku: str = "A") -> StockLevel:
        """Read the buckets of a SKU."""
        [level] = (await self.ledger.stock(location_id, [sku], CALL)).levels
        return level

    async def announced(self) -> bool:
        """Say whether anything is known at the other location."""
        try:
            return bool((await self.ledger.stock("THERE", ["A"], CALL)).levels)
        except Refused:
            return False

    async def open_departures(self) -> list[str]:
        """Name what is noted HERE as to be announced."""
        return [one.transfer_id for one in (await self.ledger.departures("HERE", 100, "", CALL)).departures]

    async def entries(self, location_id: str) -> list[Entry]:
        """Read the ledger of a location."""
        return list((await self.ledger.entries(location_id, 1, 100, CALL)).entries)


@asynccontextmanager
async def two_places(store_url: str) -> AsyncIterator[TwoPlaces]:
    """Open them over a store that is emptied first."""
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    ledger = RedisLedger.connect(store_url)
    try:
        lines = (ops.ReceiptLine("A", 5, Landing.AVAILABLE),)
        await ledger.apply(ops.RecordReceipt("opening", "HERE", "", lines), Policy(), CALL)
        yield TwoPlaces(ledger)
    finally:
        await ledger.close()
