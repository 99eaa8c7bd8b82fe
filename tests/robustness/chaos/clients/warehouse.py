"""A warehouse: asks for waves, picks, finds too little, ships; and a 3PL that ships without a permit."""

from __future__ import annotations

import asyncio

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from tests.robustness.chaos.clients.asking import Crew
from tests.robustness.chaos.clients.shelf import Line, Pick, Shelf
from tests.robustness.chaos.history import Outcome

_ATOMICITIES = (
    gate_pb.WAVE_ATOMICITY_LINE,
    gate_pb.WAVE_ATOMICITY_LINE,
    gate_pb.WAVE_ATOMICITY_ORDER,
    gate_pb.WAVE_ATOMICITY_WAVE,
)
_SHORT = (gate_pb.SHORT_REASON_NOT_FOUND, gate_pb.SHORT_REASON_DAMAGED, gate_pb.SHORT_REASON_WRONG_ITEM)


async def warehouse(crew: Crew) -> None:
    """Work off what was ordered."""
    while not crew.stopped.is_set():
        shelf = crew.shelf()
        if shelf.committed and crew.often(0.5):
            await _wave(crew, shelf)
        elif shelf.picks:
            await _pick_and_ship(crew, shelf, shelf.picks.popleft())
        elif shelf.committed and crew.often(0.3):
            await _ship_without_permit(crew, shelf)
        else:
            await asyncio.sleep(0.01)


async def _wave(crew: Crew, shelf: Shelf) -> None:
    orders = crew.chance.sample(sorted(shelf.committed), min(len(shelf.committed), crew.chance.randrange(1, 5)))
    asked = [(order_id, line) for order_id in orders for line in shelf.committed.get(order_id, ())]
    request = gate_pb.AuthorizeWaveRequest(
        location_id=shelf.location_id,
        wave_id=shelf.name("W"),
        atomicity=crew.chance.choice(_ATOMICITIES),
        permit_ttl_ms=crew.chance.choice((0, 60_000)),
        lines=[
            gate_pb.WaveLine(order_id=order_id, line_id=line.line_id, sku=line.sku, quantity=line.quantity)
            for order_id, line in asked
        ],
    )
    if crew.often(0.1):
        request.dry_run = True
        await crew.read(request)
        return
    answer = await crew.ask(request)
    if answer.outcome is not Outcome.APPLIED or not isinstance(answer.reply, gate_pb.AuthorizeWaveResponse):
        return
    for line in answer.reply.lines:
        if line.authorized_quantity:
            pick = Pick(answer.reply.permit_id, line.order_id, Line(line.line_id, line.sku, line.authorized_quantity))
            shelf.picks.append(pick)
    if crew.often(0.8):
        for order_id in orders:
            shelf.committed.pop(order_id, None)


async def _pick_and_ship(crew: Crew, shelf: Shelf, pick: Pick) -> None:
    line = pick.line
    if crew.often(0.75):
        short = crew.chance.randrange(1, line.quantity + 1) if crew.often(0.08) else 0
        told = gate_pb.PickLine(
            order_id=pick.order_id,
            line_id=line.line_id,
            sku=line.sku,
            picked_quantity=line.quantity - short,
            short_quantity=short,
            short_reason=crew.chance.choice(_SHORT) if short else gate_pb.SHORT_REASON_UNSPECIFIED,
        )
        await crew.ask(gate_pb.ReportPickRequest(location_id=shelf.location_id, permit_id=pick.permit_id, lines=[told]))
    await _ship(crew, shelf, pick, shelf.name("S"))


async def _ship(crew: Crew, shelf: Shelf, pick: Pick, shipment_id: str) -> None:
    line = pick.line
    lines = [gate_pb.ShipLine(line_id=line.line_id, sku=line.sku, quantity=line.quantity)] if crew.often(0.8) else []
    request = gate_pb.ConfirmShipmentRequest(
        location_id=shelf.location_id,
        order_id=pick.order_id,
        permit_id=pick.permit_id,
        shipment_id=shipment_id,
        lines=lines,
    )
    await crew.ask(request)
    shelf.shipped.append(pick.order_id)
    if crew.often(0.06):  # the same parcel, told by somebody else
        second = gate_pb.ConfirmShipmentRequest()
        second.CopyFrom(request)
        second.operation_id = ""
        second.ClearField("source_event")
        await crew.ask(second)


async def _ship_without_permit(crew: Crew, shelf: Shelf) -> None:
    order_id = crew.chance.choice(list(shelf.committed))
    lines = shelf.committed.pop(order_id)
    told = [gate_pb.ShipLine(line_id=line.line_id, sku=line.sku, quantity=line.quantity) for line in lines[:1]]
    answer = await crew.ask(
        gate_pb.ConfirmShipmentRequest(
            location_id=shelf.location_id,
            order_id=order_id if crew.often(0.8) else shelf.name("nobody"),
            shipment_id=shelf.name("S"),
            lines=told if crew.often(0.6) else [],
            without_permit=True,
        )
    )
    if answer.outcome is Outcome.REFUSED and answer.metadata.get("unmatched_id"):
        shelf.unmatched.append(answer.metadata["unmatched_id"])
    if shelf.unmatched and crew.often(0.5):
        unmatched_id = shelf.unmatched.pop()
        settled = order_id if crew.often(0.5) else ""
        await crew.ask(
            gate_pb.ResolveShipmentRequest(
                location_id=shelf.location_id, unmatched_id=unmatched_id, order_id=settled, note="looked at"
            )
        )
