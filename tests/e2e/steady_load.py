"""Callers that go on and on, what they were told, and the ledger as the witness of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import fulfillment_gate as sdk

PLACE: Final = "EAST"
SKU: Final = "MUG"
RECEIVED_AT_ONCE: Final = 2
"""Twice what each order takes of it, so that none is ever refused."""

PAUSE_S: Final = 0.01
"""Between two calls of a caller: the gates that start meanwhile need the processor too."""


@dataclass
class Load:
    """Each caller books goods in and reserves some of them in turn, every operation under an id of its own."""

    sent: list[str] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    """The revision that each answer named, by operation."""
    open: list[str] = field(default_factory=list)
    """Operations whose caller had no answer when he gave up."""
    stopped: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, gates: Sequence[sdk.AsyncGate]) -> None:
        """Have one caller for each client, until `stopped`."""
        try:
            async with asyncio.TaskGroup() as callers:
                for number, gate in enumerate(gates):
                    callers.create_task(self._call(gate, number))
        finally:
            self.stopped = True
            self._news.set()

    async def settle(self, gate: sdk.AsyncGate) -> None:
        """Ask again for what is open, under the same ids."""
        while self.open:
            operation_id = self.open.pop()
            self.answered[operation_id] = await _ask(gate, operation_id)

    async def more(self, answers: int) -> None:
        """Wait until so many more were answered, or a caller met what he cannot have met."""
        enough = len(self.answered) + answers
        while len(self.answered) < enough and not self.stopped:
            self._news.clear()
            await self._news.wait()

    async def _call(self, gate: sdk.AsyncGate, caller: int) -> None:
        turn = 0
        while not self.stopped:
            operation_id = f"{'order' if turn % 2 else 'receipt'}-{caller}-{turn}"
            turn += 1
            self.sent.append(operation_id)
            try:
                self.answered[operation_id] = await _ask(gate, operation_id)
            except sdk.GateError as error:
                if not (error.outcome_unknown or isinstance(error, sdk.Unavailable)):
                    raise
                self.open.append(operation_id)
            self._news.set()
            await asyncio.sleep(PAUSE_S)


async def _ask(gate: sdk.AsyncGate, operation_id: str) -> int:
    if operation_id.startswith("receipt"):
        goods = [sdk.ReceiptLine(sku=SKU, quantity=RECEIVED_AT_ONCE, landing=sdk.LANDING_AVAILABLE)]
        booked = await gate.record_receipt(PLACE, goods, operation_id=operation_id)
        return booked.applied.revision
    wanted = [sdk.ReserveLine(sku=SKU, quantity=1)]
    reserved = await gate.reserve_stock(PLACE, operation_id, wanted, operation_id=operation_id)
    return reserved.applied.revision


async def assert_each_happened_once(gate: sdk.AsyncGate, load: Load) -> None:
    """Every operation sent stands in the ledger once, where its answer says, and the stock is what they add up to."""
    assert load.open == []
    entries = [entry async for entry in gate.iter_entries(PLACE)]
    assert [entry.revision for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.operation_id for entry in entries if entry.refusal] == []
    assert Counter(entry.operation_id for entry in entries) == Counter(load.sent)
    assert {entry.operation_id: entry.revision for entry in entries} == load.answered
    (level,) = (await gate.get_stock(PLACE, [SKU])).levels
    receipts = sum(operation_id.startswith("receipt") for operation_id in load.sent)
    assert level.on_hand == RECEIVED_AT_ONCE * receipts
    assert level.committed == len(load.sent) - receipts
