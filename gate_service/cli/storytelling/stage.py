"""What the scenes share: one shop, the systems that call its gate, and how an answer is put into words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fulfillment_gate import AsyncGate, AvailabilityLine, GateError, Refused
from fulfillment_gate.v1.types_pb2 import Applied, StockLevel

if TYPE_CHECKING:
    from rich.console import RenderableType

T = TypeVar("T")

SHOP: Final = "SHOP"
MUG: Final = "MUG"
TEAPOT: Final = "TEAPOT"
LAMP: Final = "LAMP"
PLATE: Final = "PLATE"

SYSTEMS: Final = ("storefront", "payments", "wms", "carrier", "erp", "3pl")
PEOPLE: Final = ("kim", "lee")
"""Who counts, for the WMS."""

HANDOFFS: Final = """\
version: 1
systems:
  wms:
    role: warehouse
    owner: {name: Floor, contact: floor@shop.example}
    locations: [SHOP]
    operations: {record_receipt: , submit_count: }
  erp:
    role: erp
    owner: {name: Purchasing, contact: purchasing@shop.example}
    locations: [SHOP]
    operations: {submit_snapshot: }
    mirror: {measure: on_hand, lag_ms: 0}
  storefront:
    role: storefront
    owner: {name: Web shop, contact: web@shop.example}
    locations: [SHOP]
    operations: {reserve_stock: , submit_snapshot: }
    mirror: {measure: available, lag_ms: 0, corrections: {DOUBLE_APPLIED: push}}
"""
"""What the house has agreed on: who believes what, and what is done about a difference."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene as it went: what is shown, line by line, what it means, and the same as facts for a program."""

    name: str
    title: str
    shown: Sequence[RenderableType]
    moral: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Stage:
    """One shop, and what a scene leaves behind for the next."""

    gates: dict[str, AsyncGate]
    winner: str = ""
    """The order that got the last teapot."""
    permit_id: str = ""
    drifted: dict[str, str] = field(default_factory=dict)
    """The variance that was found of each mirror."""

    def by(self, system: str) -> AsyncGate:
        """Give the gate as this system, or this person, calls it: its name will stand in the ledger."""
        return self.gates[system]

    async def level(self, sku: str) -> StockLevel:
        """Give the buckets of one SKU."""
        return (await self.by("wms").get_stock(SHOP, [sku])).levels[0]

    async def promise(self, sku: str) -> int:
        """Give how many units of one SKU may be promised, and leave no trace."""
        asked = [AvailabilityLine(sku=sku)]
        return (
            (await self.by("storefront").check_availability(asked, location_ids=[SHOP])).locations[0].lines[0].promise
        )

    async def wait_for_promise(self, sku: str, units: int, within_s: float = 10.0) -> None:
        """Wait until so many units may be promised. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while await self.promise(sku) != units:  # noqa: ASYNC110 it is another process that changes it
                await asyncio.sleep(0.05)


@asynccontextmanager
async def stage_at(target: str) -> AsyncIterator[Stage]:
    """Set the stage on the gate at `target`."""
    gates = {system: AsyncGate(target, system=system) for system in SYSTEMS}
    gates |= {person: AsyncGate(target, system="wms", actor=person) for person in PEOPLE}
    async with AsyncExitStack() as stack:
        yield Stage({name: await stack.enter_async_context(gate) for name, gate in gates.items()})


async def attempt(call: Awaitable[T]) -> T | Refused:
    """Give the answer, or the gate's no as a value: a story tells both. Any other end of the call is raised."""
    try:
        return await call
    except Refused as error:
        return error


def stands_at(answer: Applied | GateError) -> str:
    """Say where an answer stands in the ledger, and whether it is an old one."""
    again = " [yellow]· given before, nothing was done again[/]" if answer.replayed else ""
    return f"[dim]revision {answer.revision}[/]{again}"
