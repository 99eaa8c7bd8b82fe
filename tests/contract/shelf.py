"""Shelves that several tests begin with."""

from __future__ import annotations

from gate_service.domain.vocabulary import ShortReason
from tests.contract.world import World


async def picking(at: World, order_id: str = "O-1", sku: str = "A", quantity: int = 5, line_id: str = "1") -> str:
    """Commit one line of an order and have its wave authorised; give the permit."""
    await at.reserve(order_id, (line_id, sku, quantity))
    return (await at.authorize((order_id, line_id, sku, quantity))).permit_id


async def doubted_shelf(at: World) -> None:
    """Receive ten of A and of B; a picker misses one A, so that the rest of A is suspect and a count of it is due."""
    await at.receive(("A", 10), ("B", 10))
    permit_id = await picking(at, quantity=2)
    await at.report(permit_id, ("O-1", "1", "A", 1, 1, ShortReason.NOT_FOUND))
