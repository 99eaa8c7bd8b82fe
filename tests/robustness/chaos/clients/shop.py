"""A shop: checks, reserves, confirms, gives back, changes its mind."""

from __future__ import annotations

import asyncio

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from tests.robustness.chaos.clients.asking import Crew
from tests.robustness.chaos.clients.shelf import CHANNELS, MERGED_AWAY, SKUS, Line, Shelf
from tests.robustness.chaos.history import Outcome

_HOLDS_MS = (0, 0, 0, 1_000, 1_500, 3_600_000, 3_600_000)


async def shop(crew: Crew) -> None:
    """Take an order from the first look to what becomes of it, again and again."""
    while not crew.stopped.is_set():
        shelf = crew.shelf()
        if crew.often(0.25):
            await _look(crew, shelf)
        await _order(crew, shelf)
        if crew.often(0.3) and shelf.held:
            await _decide(crew, shelf, crew.chance.choice(list(shelf.held)))
        if crew.often(0.08) and shelf.committed:
            await _give_back(crew, shelf, crew.chance.choice(list(shelf.committed)))


async def _look(crew: Crew, shelf: Shelf) -> None:
    asked = [gate_pb.AvailabilityLine(sku=sku, quantity=crew.chance.randrange(5)) for sku in SKUS[:3]]
    channel = crew.chance.choice(CHANNELS)
    await crew.read(gate_pb.CheckAvailabilityRequest(lines=asked, location_ids=[shelf.location_id], channel=channel))


def _lines(crew: Crew) -> list[Line]:
    """Order one to three SKUs; now and then one of them twice."""
    chosen = crew.chance.sample(SKUS, crew.chance.choice((1, 1, 2, 3)))
    if crew.often(0.05):
        chosen.append(chosen[0])
    if crew.often(0.02):
        chosen.append(crew.chance.choice(MERGED_AWAY))
    return [Line(str(number), sku, crew.chance.randrange(1, 4)) for number, sku in enumerate(chosen, start=1)]


async def _order(crew: Crew, shelf: Shelf) -> None:
    known = shelf.orders and crew.often(0.03)
    order_id = crew.chance.choice(shelf.orders) if known else shelf.name("O")
    lines, ttl_ms = _lines(crew), crew.chance.choice(_HOLDS_MS)
    reserved = await crew.ask(
        gate_pb.ReserveStockRequest(
            location_id=shelf.location_id,
            order_id=order_id,
            channel=crew.chance.choice(CHANNELS),
            ttl_ms=ttl_ms,
            lines=[gate_pb.ReserveLine(line_id=line_id, sku=sku, quantity=units) for line_id, sku, units in lines],
        )
    )
    shelf.orders.append(order_id)
    if reserved.outcome is not Outcome.APPLIED:
        return
    (shelf.held if ttl_ms else shelf.committed)[order_id] = lines
    if ttl_ms and crew.often(0.6):
        await _decide(crew, shelf, order_id)


async def _decide(crew: Crew, shelf: Shelf, order_id: str) -> None:
    """Place a held order, mostly; or give it back, in part, or let it run out and place it then."""
    lines = shelf.held.get(order_id)
    if lines is None:
        return
    choice = crew.chance.random()
    if choice < 0.15:
        await _give_back(crew, shelf, order_id)
        return
    if choice < 0.2:
        await asyncio.sleep(crew.chance.uniform(0.5, 2.0))
    confirmed = await crew.ask(gate_pb.ConfirmReservationRequest(location_id=shelf.location_id, order_id=order_id))
    shelf.held.pop(order_id, None)
    if confirmed.outcome is Outcome.APPLIED:
        shelf.committed[order_id] = lines


async def _give_back(crew: Crew, shelf: Shelf, order_id: str) -> None:
    lines = shelf.held.get(order_id) or shelf.committed.get(order_id) or []
    part = []
    if lines and crew.often(0.4):
        line = crew.chance.choice(lines)
        part = [gate_pb.ReleaseLine(line_id=line.line_id, quantity=crew.chance.randrange(1, 3))]
    else:
        shelf.held.pop(order_id, None)
        shelf.committed.pop(order_id, None)
    await crew.ask(gate_pb.ReleaseReservationRequest(location_id=shelf.location_id, order_id=order_id, lines=part))
