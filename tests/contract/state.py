"""Reads everything that stands at a location, through the port alone."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from gate_service.app.ports import Call, Ledger
from gate_service.domain.entries import Entry
from gate_service.domain.reservation import Reservation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind

ASKING = Call(method="test")


class SweptLedger(Ledger, Protocol):
    """A ledger that also runs out what is due when nobody writes."""

    async def sweep(self, location_id: str) -> bool:
        """Run out what is due at a location; True where more may be due."""
        ...


class State(NamedTuple):
    """The stock and the reservations of a location."""

    stock: dict[str, StockLevel]
    reservations: dict[str, Reservation]


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


async def read_state(ledger: Ledger, location_id: str) -> State:
    """Read the stock, and each reservation that the ledger says was made."""
    entries = await read_entries(ledger, location_id)
    made = {entry.order_id for entry in entries if entry.kind is OperationKind.RESERVE_STOCK and not entry.refusal}
    answers = {order_id: await ledger.reservation(location_id, order_id, ASKING) for order_id in sorted(made)}
    return State(
        await read_stock(ledger, location_id),
        {order_id: answer.reservation for order_id, answer in answers.items()},
    )
