"""Callers who order without a pause while something breaks, and what must be true of their answers afterwards."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.app.ports import Call
from gate_service.ledger.ledger import RedisLedger
from tests.contract.state import read_entries
from tests.contract.witness import check_witness
from tests.robustness.chaos.history import Outcome, Record
from tests.robustness.desk import Desk
from tests.robustness.waiting import PATIENCE_S, until

_CALLERS = 6
_PAUSE_S = 0.02
_LOOKING = Call("test")


class Rush:
    """What was asked at one location. `busy` is the block in which its callers order."""

    def __init__(self, desk: Desk) -> None:
        """Ask nothing yet."""
        self.desk = desk
        self.records: list[Record] = []
        self._over = asyncio.Event()

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Let them order until the block ends."""
        async with asyncio.TaskGroup() as tasks:
            for caller in range(_CALLERS):
                tasks.create_task(self._order(caller))
            try:
                yield
            finally:
                self._over.set()

    async def _order(self, caller: int) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            order_id = f"O-{self.desk.location_id}-{caller}-{number}"
            self.records.append(await self.desk.ask(self.desk.order(order_id, A=1)))
            await asyncio.sleep(_PAUSE_S)

    async def goes_on(self, orders: int = 10) -> None:
        """Wait until so many more orders were taken."""
        enough = self.outcomes[Outcome.APPLIED] + orders
        await until(lambda: self.outcomes[Outcome.APPLIED] >= enough)

    async def is_read(self) -> None:
        """Wait until the location can be read: that needs no replica."""
        request = stock_pb.GetStockRequest(location_id=self.desk.location_id, skus=["A"])
        async with asyncio.timeout(PATIENCE_S):
            outcome = Outcome.UNKNOWN
            while outcome is not Outcome.ANSWERED:
                outcome = (await self.desk.ask(request)).outcome
                await asyncio.sleep(_PAUSE_S)

    @property
    def outcomes(self) -> Counter[Outcome]:
        """Count how the orders ended."""
        return Counter(record.outcome for record in self.records)

    async def settle(self) -> list[Record]:
        """Ask each by its id again until it stands in the ledger, and see that the first answer was true.

        Raises AssertionError where an acknowledged order is lost or done twice, or one that was told not to be applied
        was.
        """
        settled = await asyncio.gather(*(self.desk.settle(record.request) for record in self.records))
        for before, after in zip(self.records, settled, strict=True):
            if before.outcome is Outcome.APPLIED:
                assert (after.replayed, after.revision) == (True, before.revision), f"lost: {before}"
            elif before.outcome is Outcome.NOT_APPLIED:
                assert before.reason == "STORE_UNAVAILABLE", before
                assert not after.replayed, f"it was applied though the gate said that nothing was: {before}"
            else:
                assert (before.outcome, before.reason) == (Outcome.UNKNOWN, "OUTCOME_UNKNOWN"), before
        return settled


async def check_ledger(store_url: str, location_id: str, records: list[Record]) -> None:
    """Hold the state of a location to its ledger, and see that each operation stands there once, where it was told to.

    Raises AssertionError.
    """
    ledger = RedisLedger.connect(store_url)
    try:
        await check_witness(ledger, location_id, {})
        entries = await read_entries(ledger, location_id)
        stands = {entry.operation_id: entry.revision for entry in entries}
        assert len(stands) == len(entries), "an operation stands there twice"
        assert all(stands[record.operation_id] == record.revision for record in records)
    finally:
        await ledger.close()
