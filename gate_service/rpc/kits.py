"""Kits and codes without stock: orders and questions may name them, all other requests may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.items import Component, Item, components, kit_promise
from gate_service.domain.limits import CHECK_LINES_MAX, ID_MAX_LENGTH, QUANTITY_MAX
from gate_service.domain.units import UnitError
from gate_service.domain.vocabulary import Reason
from gate_service.rpc.reading import Line

_ANYBODY: Final = "0"
"""Asked about where a question names nothing that has stock: the answer still tells locations and revisions."""


def refuse_without_stock(lines: Iterable[Line]) -> None:
    """Refuse kits and codes without stock: `Refused` with KIT_NOT_STOCKED, or `InvalidField`."""
    without = [line for line in lines if line.item is not None and not line.item.has_stock]
    kits = [line for line in without if line.item is not None and line.item.kit]
    if kits:
        first = kits[0]
        raise Refused(
            Reason.KIT_NOT_STOCKED,
            f"{first.message.sku} is a kit and has no stock of its own: name its components",
            {"field": first.field("sku"), "identifier": first.given, "sku": first.message.sku},
            [line.violation() for line in kits],
        )
    for line in without:
        raise InvalidField(line.field("sku"), f"is {line.given!a}, a code without stock: leave it out")


def order(request: gate_pb.ReserveStockRequest, lines: Sequence[Line]) -> None:
    """Put the components of kits in their place and leave out what has no stock; the request keeps both as ordered.

    Raises `InvalidField` where that leaves nothing, or a line that cannot be.
    """
    if all(line.item is None or line.item.has_stock for line in lines):
        return
    kept: list[gate_pb.ReserveLine] = []
    for line in lines:
        item, message = line.item, line.message
        if item is None or item.has_stock:
            kept.append(message)
            continue
        ordered = types_pb.KitLine(line_id=message.line_id or message.sku, sku=message.sku, quantity=message.quantity)
        if ordered.quantity < 1:
            raise InvalidField(line.field("quantity"), f"must be 1 to {QUANTITY_MAX:,}, not {ordered.quantity:,}")
        if item.kit:
            request.kits.append(ordered)
            kept += _components(line, item, ordered)
        else:
            request.non_stock.append(ordered)
    if not kept:
        raise InvalidField("lines", "hold only codes without stock: there is nothing to reserve")
    rewritten = gate_pb.ReserveStockRequest(lines=kept)
    request.ClearField("lines")
    request.MergeFrom(rewritten)


def _components(line: Line, kit: Item, ordered: types_pb.KitLine) -> list[gate_pb.ReserveLine]:
    parts = _parts(line, kit, ordered.line_id, ordered.quantity)
    longest = ID_MAX_LENGTH - len(f"/{len(parts)}")
    if len(ordered.line_id) > longest:
        why = (
            f"must be at most {longest} characters, since {kit.sku} is a kit: its components stand behind it as /1, /2"
        )
        raise InvalidField(line.field("line_id"), why)
    return [gate_pb.ReserveLine(line_id=part.line_id, sku=part.sku, quantity=part.quantity) for part in parts]


def _parts(line: Line, kit: Item, line_id: str, kits: int) -> list[Component]:
    try:
        return components(kit, line_id, kits)
    except UnitError as error:
        raise InvalidField(line.field("quantity"), str(error)) from None


class Question:
    """A question of availability as it was asked, while the ledger is asked about what has stock."""

    def __init__(self, conversions: Sequence[types_pb.Conversion]) -> None:
        """Begin without lines."""
        self._conversions = conversions
        self._asked: list[tuple[Line, str, int, int]] = []
        """Each line, its SKU and quantity, and where the first answer to it will stand."""

    def rewrite(self, request: gate_pb.CheckAvailabilityRequest, lines: Sequence[Line]) -> None:
        """Ask about what has stock instead. Raises `InvalidField` where that is too much."""
        asking: list[gate_pb.AvailabilityLine] = []
        for line in lines:
            item, sku, quantity = line.item, line.message.sku, line.message.quantity
            self._asked.append((line, sku, quantity, len(asking)))
            if item is not None and item.kit:
                parts = _parts(line, item, "", quantity)
                asking += (gate_pb.AvailabilityLine(sku=part.sku, quantity=part.quantity) for part in parts)
            elif line.meant is not None and (item is None or item.has_stock):
                asking.append(line.message)
        if len(asking) > CHECK_LINES_MAX:
            raise InvalidField("lines", f"must come to at most {CHECK_LINES_MAX:,} with the components of kits")
        rewritten = gate_pb.CheckAvailabilityRequest(lines=asking or [gate_pb.AvailabilityLine(sku=_ANYBODY)])
        request.ClearField("lines")
        request.MergeFrom(rewritten)

    def answer(self, response: gate_pb.CheckAvailabilityResponse) -> None:
        """Turn the ledger's answers into those to what was asked."""
        for location in response.locations:
            told = gate_pb.LocationAvailability(lines=[_answered(*asked, location.lines) for asked in self._asked])
            location.ClearField("lines")
            location.MergeFrom(told)
            location.sufficient = all(line.sufficient for line in location.lines)
        response.conversions.extend(self._conversions)


def _answered(
    line: Line, sku: str, quantity: int, first: int, answers: Sequence[gate_pb.LineAvailability]
) -> gate_pb.LineAvailability:
    item = line.item
    if line.meant is None:
        return gate_pb.LineAvailability(sku=sku, quantity=quantity, sufficient=quantity == 0)
    if item is None or item.has_stock:
        return answers[first]
    if not item.kit:
        return gate_pb.LineAvailability(
            sku=sku, quantity=quantity, known=True, promise=QUANTITY_MAX, sufficient=True, non_stock=True
        )
    parts = answers[first : first + len(item.kit)]
    return gate_pb.LineAvailability(
        sku=sku,
        quantity=quantity,
        known=all(part.known for part in parts),
        promise=kit_promise((part.promise, need.quantity) for part, need in zip(parts, item.kit, strict=True)),
        sufficient=all(part.sufficient for part in parts),
        components=parts,
    )
