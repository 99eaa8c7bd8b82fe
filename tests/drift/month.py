"""A month of orders through a real gate, and the ledger that it leaves.

What the file tells (orders, cancellations, corrections) is replayed; what a warehouse does besides is made up around:
goods that are announced and come in, transfers to another site, cycle counts, breakage. The gate takes it in seconds;
afterwards each entry is put back to the moment at which it would have happened.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from fulfillment_gate import (
    DELIVERY_VERDICT_ABSORBED,
    DOCUMENT_KIND_PURCHASE_ORDER,
    LANDING_AVAILABLE,
    STOCK_STATUS_AVAILABLE,
    STOCK_STATUS_DAMAGED,
    AsyncGate,
    CountLine,
    IncomingLine,
    MoveLine,
    ReceiptLine,
    SourceEvent,
    TransferLine,
)
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.corrections import receive_opening
from gate_service.cli.replaying.driver import Shifts
from gate_service.cli.replaying.entries import entry_of
from gate_service.cli.replaying.feed import Feed
from gate_service.cli.replaying.numbers import Numbers
from gate_service.cli.replaying.past import Past
from gate_service.cli.replaying.plan import Plan, make_plan
from gate_service.cli.replaying.rows import read_rows
from gate_service.cli.replaying.run import Run
from gate_service.domain.entries import Entry
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import gate_serving

LOCATION: Final = "east"
ELSEWHERE: Final = "3pl-site"
PACKS: Final = (6, 12, 24)
_STOCK_FACTOR: Final = 0.8
_SHORT: Final = 0.02
_REDELIVERED: Final = 0.02


@dataclass(frozen=True, slots=True)
class Month:
    """The ledger of a month, each entry at its moment."""

    entries: Sequence[Entry]
    repeats: dict[int, int]
    """By revision, how often its event was told again."""
    days: Sequence[date]
    source: str
    """Where the orders come from, in words."""


def drive_month(file: Path, source: str) -> Month:
    """Do all of it: a store and a gate of its own, which are gone afterwards."""
    plan = make_plan(read_rows(file, 0), stock_factor=_STOCK_FACTOR)
    with (
        tempfile.TemporaryDirectory(prefix="gate-drift-") as folder,
        EmbeddedStore.start(Path(folder) / "store") as store,
        gate_serving(store.url, Path(folder)) as gate,
    ):
        return asyncio.run(_drive(gate.address, plan, source))


async def _drive(address: str, plan: Plan, source: str) -> Month:
    async with AsyncGate(address, system="replay", actor="drift", timeout_s=60.0) as gate:
        chance = Chance(0, short=_SHORT, redeliver=_REDELIVERED)
        caller = Caller(chance, concurrency=1)  # one call at a time, so that the same month leaves the same ledger
        run = Run(gate, "drift", LOCATION, chance, caller, Feed(caller, chance, "drift", Numbers()), Past())
        house = _House(run, sorted(plan.opening))
        days = await house.work(plan)
        entries = [entry_of(each) async for each in gate.iter_entries(LOCATION, include_canonical=True)]
        repeats: dict[int, int] = {}
        async for each in gate.iter_deliveries(LOCATION):
            if each.verdict == DELIVERY_VERDICT_ABSORBED:
                repeats[each.revision] = repeats.get(each.revision, 0) + 1
    return Month(house.clock.put_back(entries), repeats, days, source)


@dataclass(slots=True)
class _Clock:
    """Knows when what was told would have happened."""

    gate: AsyncGate
    told: list[tuple[int, Sequence[int]]] = field(default_factory=list)
    """After each stretch of telling, the newest entry, and the moments over which its entries are spread."""

    async def over(self, moments: Sequence[int]) -> None:
        """Say that all entries since the last time happened at these moments."""
        page = await self.gate.list_stock(LOCATION, page_size=1)
        self.told.append((page.revision, sorted(moments)))

    def put_back(self, entries: Sequence[Entry]) -> list[Entry]:
        """Give each entry its moment; they never go back."""
        put: list[Entry] = []
        before = newest = 0
        stretches = iter(self.told)
        last, moments = next(stretches)
        for entry in entries:
            while entry.revision > last:
                before, (last, moments) = last, next(stretches)
            place = (entry.revision - before - 1) * len(moments) // (last - before)
            newest = max(newest, moments[place])
            put.append(entry._replace(at_ms=newest))
        return put


class _House:
    """One location's days."""

    def __init__(self, run: Run, skus: Sequence[str]) -> None:
        self.run = run
        self.clock = _Clock(run.gate)
        self.skus = skus
        self.chance = random.Random(20_101_201)  # what happens besides the file; no fault is drawn from it

    async def work(self, plan: Plan) -> list[date]:
        """Work all days of the plan; give them."""
        days = sorted({event.at.date() for batch in plan.batches for event in batch.events})
        await receive_opening(self.run, plan.opening)
        await self.clock.over([moment(days[0], 5)])
        shifts = Shifts(self.run, racing=False)
        for day in days:
            await self._morning(day)
            for batch in plan.batches:
                if batch.events[0].at.date() == day:
                    await shifts.work(batch)
                    moments = [int(event.at.replace(tzinfo=UTC).timestamp() * 1000) for event in batch.events]
                    await self.clock.over([*moments, *(max(moments) + 60_000 * each for each in range(90))])
            await self._evening(day)
        await shifts.finish()
        await self.clock.over([moment(days[-1], 22.5)])
        return days

    def _some(self, count: int) -> list[str]:
        return self.chance.sample(self.skus, min(count, len(self.skus)))

    def _event(self, system: str, document_type: str, document: str, action: str) -> SourceEvent:
        return SourceEvent(system=system, document_type=document_type, document=document, action=action)

    async def _morning(self, day: date) -> None:
        """Let announced goods come in."""
        for number in range(6):
            document = f"PO-{day:%m%d}-{number}"
            lines = [(sku, self._quantity()) for sku in self._some(self.chance.randint(4, 40))]
            await self.run.gate.announce_incoming(
                LOCATION,
                document,
                [IncomingLine(line_id=sku, sku=sku, quantity=units) for sku, units in lines],
                kind=DOCUMENT_KIND_PURCHASE_ORDER,
                source_event=self._event("erp", "order", document, "announced"),
            )
            await self.run.gate.record_receipt(
                LOCATION,
                [ReceiptLine(sku=sku, quantity=units, landing=LANDING_AVAILABLE) for sku, units in lines],
                document_id=document,
                final=True,
                source_event=self._event("erp", "receipt", document, "received"),
            )
        await self.clock.over([moment(day, 6 + minute / 60) for minute in range(0, 90, 5)])

    def _quantity(self) -> int:
        if self.chance.random() < 0.7:  # most goods come in whole packs
            return self.chance.choice(PACKS) * self.chance.randint(1, 12)
        return self.chance.randint(1, 150)

    async def _evening(self, day: date) -> None:
        """Send goods elsewhere, write off what broke, and count some shelves."""
        levels = {level.sku: level async for level in self.run.gate.iter_stock(LOCATION)}
        free = [sku for sku in self._some(120) if sku in levels and levels[sku].available > 0]
        for number in range(2):
            lines = [
                TransferLine(sku=sku, quantity=self.chance.randint(1, levels[sku].available))
                for sku in free[number * 15 : number * 15 + 15]
            ]
            transfer = f"T-{day:%m%d}-{number}"
            event = self._event("wms", "transfer", transfer, "sent")
            if lines:
                await self.run.gate.transfer_stock(LOCATION, ELSEWHERE, transfer, lines, source_event=event)
        broken = [
            MoveLine(
                sku=sku,
                quantity=self.chance.randint(1, min(6, levels[sku].available)),
                from_status=STOCK_STATUS_AVAILABLE,
                to_status=STOCK_STATUS_DAMAGED,
            )
            for sku in free[30:45]
        ]
        if broken:
            event = self._event("wms", "breakage", f"B-{day:%m%d}", "found")
            await self.run.gate.move_stock(LOCATION, broken, reason="broken", source_event=event)
        await self.clock.over([moment(day, 20.5 + minute / 60) for minute in range(0, 45, 5)])
        await self._count(day)

    async def _count(self, day: date) -> None:
        """Count some shelves; three in ten are not as the record says."""
        levels = {level.sku: level async for level in self.run.gate.iter_stock(LOCATION)}
        for number in range(2):
            lines = [
                CountLine(sku=sku, counted_quantity=max(0, levels[sku].on_hand + self._miscount()))
                for sku in self._some(40)
                if sku in levels
            ]
            count = f"C-{day:%m%d}-{number}"
            event = self._event("wms", "count", count, "counted")
            await self.run.gate.submit_count(LOCATION, count, lines, includes_picked=True, source_event=event)
        await self.clock.over([moment(day, 21.5 + minute / 60) for minute in range(0, 30, 5)])

    def _miscount(self) -> int:
        return self.chance.choice((-7, -5, -3, -2, -1, 1, 2, 4)) if self.chance.random() < 0.3 else 0


def moment(day: date, hour: float) -> int:
    moment = datetime.combine(day, time(), tzinfo=UTC) + timedelta(hours=hour)
    return int(moment.timestamp() * 1000)
