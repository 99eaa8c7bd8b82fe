"""How a test asks a ledger, and how it looks at what came of it: one location, one clock, one caller at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable
from itertools import count
from typing import TypeVar

import pytest

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.cases import Document
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.policy import Policy
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.stock import LineAvailability, StockLevel
from gate_service.domain.vocabulary import Reason
from tests.contract.clock import Clock
from tests.contract.state import (
    ASKING,
    Cases,
    Feeds,
    State,
    SweptLedger,
    read_cases,
    read_entries,
    read_feeds,
    read_state,
)

ReplyT = TypeVar("ReplyT")


class Asking:
    """One location of a ledger. What stands in `policy` and `call` counts for what is asked from then on."""

    def __init__(self, ledger: SweptLedger, clock: Clock, location_id: str = "DC-1") -> None:
        """Ask nothing yet."""
        self.ledger = ledger
        self.clock = clock
        self.location_id = location_id
        self.policy = Policy()
        self.call = Call(method="test", system="wms-east", actor="ann")
        self._numbers = count(1)

    def fresh_id(self) -> str:
        """Give an operation_id that was not used yet."""
        return f"op-{next(self._numbers)}"

    def act_as(self, actor: str, system: str = "wms-east") -> None:
        """Ask as somebody else from now on."""
        self.call = Call(method="test", system=system, actor=actor)

    def act_by_itself(self) -> None:
        """Ask as the gate does by itself from now on."""
        self.call = Call(method="reconcile", actor="gate", own=True)

    async def apply(self, operation: ops.Operation[ReplyT]) -> ReplyT:
        """Ask the ledger."""
        return await self.ledger.apply(operation, self.policy, self.call)

    async def tell(self, source: ops.SourceEvent, operation: ops.Operation[ReplyT]) -> ReplyT:
        """Ask the ledger, and say what happened in the caller's world."""
        return await self.apply(dataclasses.replace(operation, source=source))

    async def sweep(self) -> None:
        """Run out all that is due here."""
        while await self.ledger.sweep(self.location_id):
            pass

    async def refuses(
        self, asking: Awaitable[object], reason: Reason, *violations: tuple[str, str, int, int]
    ) -> Refused:
        """Ask what is refused for this reason, and see that it changed nothing but stands in the ledger."""
        before = await self.state()
        no = await self.refused(asking, reason)
        assert no.violations == tuple(Violation(*one) for one in violations)
        after = await self.state()
        kept = [one for one in after.cases.unmatched if one not in before.cases.unmatched]
        if kept:  # for a person to look at, by the one refusal that writes more
            assert [one.unmatched_id for one in kept] == [no.metadata["unmatched_id"]]
            after = after._replace(cases=after.cases._replace(unmatched=before.cases.unmatched))
        assert after == before
        entry = (await self.entries())[-1]
        assert (entry.revision, entry.at_ms) == (no.applied.revision, no.applied.at_ms)
        assert (entry.refusal, entry.changes) == (reason, ())
        return no

    async def refused(self, asking: Awaitable[object], reason: Reason) -> Refused:
        """Ask what is refused for this reason, whatever else comes with it."""
        with pytest.raises(Refused) as caught:
            await asking
        assert caught.value.reason is reason
        return caught.value

    async def turned_away(self, asking: Awaitable[object], reason: Reason) -> Refused:
        """Ask what is refused for this reason without a trace in the ledger."""
        before, revision = await self.state(), await self.revision()
        no = await self.refused(asking, reason)
        assert (no.applied.revision, no.violations) == (0, ())
        assert (await self.state(), await self.revision()) == (before, revision)
        return no

    async def state(self) -> State:
        """Read everything that stands here."""
        return await read_state(self.ledger, self.location_id)

    async def cases(self) -> Cases:
        """Read everything that waits here."""
        return await read_cases(self.ledger, self.location_id)

    async def feeds(self) -> Feeds:
        """Read what became of the events that were told here."""
        return await read_feeds(self.ledger, self.location_id)

    async def entries(self) -> list[Entry]:
        """Read the whole ledger."""
        return await read_entries(self.ledger, self.location_id)

    async def revision(self) -> int:
        """Read the newest revision."""
        return (await self.ledger.entries(self.location_id, 1, 1, ASKING)).latest_revision

    async def level(self, sku: str) -> StockLevel:
        """Read the buckets of a SKU."""
        return (await self.ledger.stock(self.location_id, [sku], ASKING)).levels[0]

    async def offer(self, sku: str, channel: str = "") -> LineAvailability:
        """Read what a channel may be promised of a SKU, by the policy in force."""
        keep_back = self.policy.keep_back(channel)
        return (await self.ledger.check(self.location_id, [(sku, 1)], keep_back, ASKING)).lines[0]

    async def reservation(self, order_id: str) -> Reservation:
        """Read a reservation."""
        return (await self.ledger.reservation(self.location_id, order_id, ASKING)).reservation

    async def line(self, order_id: str, line_id: str) -> ReservationLine:
        """Read one line of a reservation."""
        return next(line for line in (await self.reservation(order_id)).lines if line.line_id == line_id)

    async def document(self, document_id: str) -> Document:
        """Read an announcement."""
        return (await self.ledger.document(self.location_id, document_id, ASKING)).document
