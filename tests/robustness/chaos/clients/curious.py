"""Those who only ask, and those who ask again what was asked before."""

from __future__ import annotations

import asyncio

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from tests.robustness.chaos.clients.asking import Crew
from tests.robustness.chaos.clients.shelf import CHANNELS, SKUS, Shelf
from tests.robustness.chaos.contract import copied
from tests.robustness.chaos.history import Outcome


async def reader(crew: Crew) -> None:
    """Ask for stock, promises and orders."""
    while not crew.stopped.is_set():
        shelf = crew.shelf()
        record = await crew.read(_question(crew, shelf))
        if record.outcome is Outcome.ANSWERED:
            shelf.newest_revision = max(shelf.newest_revision, record.revision)
        else:
            await asyncio.sleep(0.05)
        await asyncio.sleep(crew.chance.uniform(0.0, 0.02))


def _question(crew: Crew, shelf: Shelf) -> Message:
    choice, at = crew.chance.random(), shelf.location_id
    if choice < 0.4:
        lines = [
            gate_pb.AvailabilityLine(sku=sku, quantity=crew.chance.randrange(6))
            for sku in crew.chance.choices(SKUS, k=3)
        ]
        return gate_pb.CheckAvailabilityRequest(lines=lines, location_ids=[at], channel=crew.chance.choice(CHANNELS))
    if choice < 0.6 and shelf.orders:
        return gate_pb.GetReservationRequest(location_id=at, order_id=crew.chance.choice(shelf.orders))
    if choice < 0.85:
        return stock_pb.GetStockRequest(location_id=at, skus=crew.chance.sample(SKUS, 3))
    if choice < 0.9:
        return stock_pb.ListShortagesRequest(location_id=at, page_size=100)
    return stock_pb.ListStockRequest(location_id=at, page_size=100)


async def meddler(crew: Crew) -> None:
    """Ask again: as it was, with another content under the same id, or the same event under another id."""
    while not crew.stopped.is_set():
        await asyncio.sleep(crew.chance.uniform(0.0, 0.1))
        if not crew.told:
            continue
        request, actor = crew.chance.choice(crew.told)
        choice, second = crew.chance.random(), copied(request)
        if choice < 0.35:
            spoil(second)
        elif choice < 0.6 and second.HasField("source_event"):
            second.operation_id = f"again-{crew.chance.getrandbits(40):010x}"
            if crew.often(0.3):
                spoil(second)
        await crew.again(second, actor)


def spoil(request: Message) -> None:
    """Change a request so that it asks for something else: a line's quantity, or else the order or the note."""
    lines = getattr(request, "lines", None)
    if lines:
        line = lines[0]
        for field in line.DESCRIPTOR.fields:
            if field.type == FieldDescriptor.TYPE_INT64:
                setattr(line, field.name, getattr(line, field.name) + 1 or 1)
                return
    for name in ("order_id", "sku", "hold_id", "unmatched_id", "document_id"):
        if getattr(request, name, None):
            setattr(request, name, "other")
            return
