"""Stock: what may be promised, released, picked, and what runs out."""

from __future__ import annotations

import asyncio
from typing import Final

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from tests.robustness.seeded.stage import Stage

_SHORTEST_HOLD_MS: Final = 1_000


async def released_twice(stage: Stage) -> None:
    """One of two orders is given back twice, by two ids."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    await at.ask(at.order("O-1", A=4))
    await at.ask(at.order("O-2", A=4))
    await at.ask(at.release("O-1"))
    await at.ask(at.release("O-1"))


async def two_lines_of_one_sku(stage: Stage) -> None:
    """An order asks for more than there is, in two lines of which each alone could be had."""
    at = await stage.desk()
    await at.settle(at.receipt(A=5))
    order = at.order("O-1", A=3)
    order.lines.append(gate_pb.ReserveLine(line_id="again", sku="A", quantity=3))
    await at.ask(order)


async def wave_after_a_correction(stage: Stage) -> None:
    """All is sold, then some of it is found missing, then all of it is to be picked."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    await at.ask(at.order("O-1", A=9))
    await at.ask(at.correction("A", -4))
    await at.ask(at.wave(("O-1", "A", 9)))


async def holds_run_out(stage: Stage) -> None:
    """Of two holds one is confirmed in time; then both are due."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    await at.ask(at.order("lapses", ttl_ms=_SHORTEST_HOLD_MS, A=3))
    await at.ask(at.order("confirmed", ttl_ms=_SHORTEST_HOLD_MS, A=4))
    await at.ask(at.confirmation("confirmed"))
    await asyncio.sleep(_SHORTEST_HOLD_MS / 1_000 + 0.05)
    await at.ask(at.order("next", A=5))


async def odd_quantity(stage: Stage) -> None:
    """An order comes to the store with a quantity that is no number, through a gate that does not look."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    odd = await at.ask(at.order("O-1", A=0))
    stage.turned_away(odd, "INVALID_FIELD")
    await at.ask(at.order("O-2", A=3))


async def checked_between_orders(stage: Stage) -> None:
    """The same question is asked before and after an order."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    for number in range(2):
        await at.ask(at.availability(A=4))
        await at.ask(at.order(f"O-{number}", A=4))
    await at.ask(at.availability(A=4))
