"""Many clients at once, through several ledgers over one store, as through several gates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple, TypeVar, cast

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import Landing
from gate_service.ledger.ledger import RedisLedger
from tests.contract.state import read_entries, read_state
from tests.contract.witness import check_witness
from tests.model import Outcome

ResultT = TypeVar("ResultT")

HERE = "DC-1"


class Answered(NamedTuple):
    """One answer, and when it was asked for and given, by the order of these events."""

    operation_id: str
    asked: int
    given: int
    outcome: Outcome


class Crowd:
    """Spreads its clients over the ledgers and writes down what each was answered."""

    def __init__(self, ledgers: list[RedisLedger]) -> None:
        """Ask nothing yet."""
        self.ledgers = ledgers
        self.answers: list[Answered] = []
        self._events = 0

    async def ask(self, client: int, operation: ops.Operation[object]) -> Outcome:
        """Ask for one client; a refusal is an answer."""
        asked = self._tick()
        try:
            ledger = self.ledgers[client % len(self.ledgers)]
            outcome = cast("Outcome", await ledger.apply(operation, Policy(), Call("crowd", f"client-{client}")))
        except Refused as no:
            outcome = no
        self.answers.append(Answered(operation.operation_id, asked, self._tick(), outcome))
        return outcome

    async def receive(self, **units: int) -> None:
        """Book units of each SKU in."""
        lines = tuple(ops.ReceiptLine(sku, quantity, Landing.AVAILABLE) for sku, quantity in units.items())
        await self.ask(0, ops.RecordReceipt("receipt", HERE, "", lines))

    async def all_at_once(self, clients: int, act: Callable[[int], Awaitable[ResultT]]) -> list[ResultT]:
        """Let each client act, all at the same time."""
        return list(await asyncio.gather(*(act(client) for client in range(clients))))

    async def check(self) -> None:
        """Hold all that happened to the ledger. Raises AssertionError."""
        ledger = self.ledgers[0]
        first = {one.operation_id: one.outcome for one in self.answers if _is_stored_first(one.outcome)}
        await check_witness(ledger, HERE, first)
        entries = {entry.operation_id: entry.revision for entry in await read_entries(ledger, HERE)}
        for one in self.answers:
            if one.outcome.applied.revision:
                assert entries[one.operation_id] == one.outcome.applied.revision
        check_order([one for one in self.answers if _is_stored_first(one.outcome)])

    async def sold(self, sku: str) -> int:
        """Count the units of a SKU that orders have a claim on."""
        reservations = (await read_state(self.ledgers[0], HERE)).reservations.values()
        lines = (line for reservation in reservations for line in reservation.lines)
        return sum(line.ordered - line.released for line in lines if line.sku == sku)

    def _tick(self) -> int:
        self._events += 1
        return self._events


def _is_stored_first(outcome: Outcome) -> bool:
    return outcome.applied.revision > 0 and not outcome.applied.replayed


def check_order(answers: Iterable[Answered]) -> None:
    """See that what was answered before another was asked stands before it in the ledger (I5)."""
    events = sorted(
        [(one.asked, False, one.outcome.applied.revision) for one in answers]
        + [(one.given, True, one.outcome.applied.revision) for one in answers]
    )
    newest_given = 0
    for _, is_answer, revision in events:
        if is_answer:
            newest_given = max(newest_given, revision)
        else:
            assert revision > newest_given
