"""A channel that is served from several locations of a real store, and what a test says to it, in few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import redis

from gate_service.app.ports import Call, Ledger
from gate_service.app.sourcing import Sourcing
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.handoffs import Channel
from gate_service.domain.operations import SourceEvent
from gate_service.domain.policy import Policy
from gate_service.domain.replies import ConfirmReservationReply, ReleaseReservationReply
from gate_service.domain.sourced import SourcedReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, ReservationState
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.sourcing import RedisPlans
from tests.contract.clock import Clock

ASKING = Call("test", "shop", "ann")
LOCATIONS = ("NORTH", "EAST", "SOUTH", "WEST")
TTL_MS = 600_000


class Everybody:
    """Lets everybody do everything."""

    def write(self, call: Call, operation: ops.Operation[Any]) -> None:
        """Let it through."""


@dataclass
class Shop:
    """Orders of the channel `web`, which may be split, and of `whole`, which may not."""

    ledger: RedisLedger
    plans: RedisPlans
    clock: Clock
    policy: Policy = field(default_factory=Policy)
    channels: dict[str, Channel] = field(
        default_factory=lambda: {
            "web": Channel("web", LOCATIONS, split=True),
            "whole": Channel("whole", LOCATIONS),
            "market": Channel("market", LOCATIONS, split=True),
        }
    )
    permission: Any = field(default_factory=Everybody)
    numbers: Any = field(default_factory=lambda: count(1))

    def sourcing(self, ledger: Ledger | None = None, plans: Any = None) -> Sourcing:  # noqa: ANN401 - broken ones too
        """Give a use case as another gate would have it; over these instead of the real ones."""
        return Sourcing(
            ledger or self.ledger, plans or self.plans, lambda: self.channels, lambda: self.policy, self.permission
        )

    async def stock(self, **by_location: Mapping[str, int]) -> None:
        """Book `SKU=units` in at each location."""
        for location_id, units in by_location.items():
            lines = tuple(ops.ReceiptLine(sku, quantity, Landing.AVAILABLE) for sku, quantity in units.items())
            receipt = ops.RecordReceipt(f"receipt-{next(self.numbers)}", location_id, "", lines)
            await self.ledger.apply(receipt, self.policy, ASKING)

    async def quota(self, location_id: str, channel: str, **units: int) -> None:
        """Ring-fence units for a channel."""
        lines = tuple(ops.SkuQuantity(sku, quantity) for sku, quantity in units.items())
        operation = ops.SetQuota(f"quota-{next(self.numbers)}", location_id, channel, lines)
        await self.ledger.apply(operation, self.policy, ASKING)

    def order(
        self,
        order_id: str,
        *lines: tuple[str, str, int],
        channel: str = "web",
        ttl_ms: int = 0,
        operation_id: str = "",
        source: SourceEvent | None = None,
    ) -> ops.ReserveStock:
        """Make an order of `(line_id, sku, quantity)` lines."""
        name = operation_id or f"op-{next(self.numbers)}"
        asked = tuple(ops.OrderLine(*line) for line in lines)
        return ops.ReserveStock(name, "", order_id, channel, ttl_ms, asked, source=source)

    async def reserve(self, asked: ops.ReserveStock) -> SourcedReply:
        """Ask for an order."""
        return await self.sourcing().reserve(asked, ASKING)

    async def confirm(self, order_id: str, operation_id: str = "") -> ConfirmReservationReply:
        """Confirm an order."""
        name = operation_id or f"op-{next(self.numbers)}"
        return await self.sourcing().confirm(ops.ConfirmReservation(name, "", order_id), ASKING)

    async def release(self, order_id: str, *lines: tuple[str, int], operation_id: str = "") -> ReleaseReservationReply:
        """Give an order back, or `(line_id, quantity)` lines of it."""
        name = operation_id or f"op-{next(self.numbers)}"
        asked = tuple(ops.ReleaseLine(*line) for line in lines)
        return await self.sourcing().release(ops.ReleaseReservation(name, "", order_id, asked), ASKING)

    async def do(self, operation: ops.Operation[Any]) -> Any:  # noqa: ANN401 - any reply
        """Ask one location directly, as a caller who names it."""
        return await self.ledger.apply(operation, self.policy, ASKING)

    async def level(self, location_id: str, sku: str = "A") -> StockLevel:
        """Read the buckets of a SKU."""
        return (await self.ledger.stock(location_id, [sku], ASKING)).levels[0]

    async def reserved(self, order_id: str) -> dict[str, tuple[ReservationState, Counter[str]]]:
        """Read where an order has a claim on something: its state there, and its open units by line."""
        found = {}
        for location_id in LOCATIONS:
            try:
                reservation = (await self.ledger.reservation(location_id, order_id, ASKING)).reservation
            except Refused:
                continue
            units = Counter({line.line_id: line.held + line.committed + line.allocated for line in reservation.lines})
            if +units:
                found[location_id] = (reservation.state, +units)
        return found

    async def sweep(self) -> None:
        """Run out what is due everywhere."""
        for location_id in LOCATIONS:
            while await self.ledger.sweep(location_id):
                pass


def served(reply: SourcedReply) -> dict[str, dict[str, int]]:
    """Give what each location serves, by line."""
    return {part.location_id: {line.line_id: line.quantity for line in part.lines} for part in reply.parts}


@asynccontextmanager
async def opened(store_url: str) -> AsyncIterator[Shop]:
    """Open a shop over an empty store."""
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    clock = Clock()
    shop = Shop(RedisLedger.connect(store_url, clock_ms=clock), RedisPlans.connect(store_url, clock_ms=clock), clock)
    try:
        yield shop
    finally:
        await shop.plans.close()
        await shop.ledger.close()
