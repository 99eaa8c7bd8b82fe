"""For a 3PL or a drop-shipper: confirm what left, without a permit of the gate.

Whoever ships without a wave of ours has no permit to present. The confirmation is held against the order instead. It
releases the order's stock once: a shipment that is told twice, by the 3PL and by our own systems, in whichever order,
moves stock once.

One that matches no order of ours is kept for a person, so that a feed never stops at it and nothing is dropped:
`gate.iter_unmatched_shipments` gives them, `gate.resolve_shipment` says what each was.

What it holds for us by its own books it tells with `tell_stock`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.errors import GateError
from fulfillment_gate.mirrors import compared, compared_async, tell_stock, tell_stock_async
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import types_pb2

__all__ = [
    "ALREADY_SHIPPED",
    "Confirmation",
    "compared",
    "compared_async",
    "confirm",
    "confirm_async",
    "tell_stock",
    "tell_stock_async",
]

ALREADY_SHIPPED: Final = "ALREADY_SHIPPED"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a shipment that was told. True where the order is settled by it, now or before."""

    order_id: str
    shipment_id: str
    revision: int
    """Where this answer stands in the ledger of the location."""
    shipped_quantity: int = 0
    """Base units that left by this shipment; 0 where they had left before."""
    surpluses: tuple[gate_pb2.ShipmentSurplus, ...] = ()
    """Units that the record did not have and the parcel did; usually empty."""
    told_before: bool = False
    """True where this answer was given before, to another delivery or to a lost attempt."""
    reason: str = ""
    """Why it moved nothing: the name of an ErrorReason without its prefix; empty where it did."""
    unmatched_id: str = ""
    """Under which name it waits for a person, where it matched nothing; empty where it is settled."""

    def __bool__(self) -> bool:
        """Tell whether nobody need look at it."""
        return not self.unmatched_id


def confirm(
    gate: Gate,
    location_id: str,
    order_id: str,
    shipment_id: str,
    lines: Iterable[gate_pb2.ShipLine] = (),
    *,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> Confirmation:
    """Tell that a parcel left with these lines, or without lines with all of the order that is open.

    A line whose key the order does not know is found by its SKU. It is told as the source event `shipment`,
    shipment_id, order_id, `shipped`; give your own event for other names. What matches nothing is an answer, not an
    error. Raises whatever else `confirm_shipment` raises: NotFound (UNKNOWN_LOCATION), PermissionDenied where the
    handoff map does not let this system ship without a permit.
    """
    try:
        answer = gate.confirm_shipment(
            location_id,
            order_id,
            "",
            shipment_id,
            lines,
            without_permit=True,
            operation_id=operation_id,
            source_event=source_event or _shipped(order_id, shipment_id),
            timeout_s=timeout_s,
        )
    except GateError as error:
        return _not_moved(order_id, shipment_id, error)
    return _moved(order_id, shipment_id, answer)


async def confirm_async(
    gate: AsyncGate,
    location_id: str,
    order_id: str,
    shipment_id: str,
    lines: Iterable[gate_pb2.ShipLine] = (),
    *,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> Confirmation:
    """Do as `confirm`."""
    try:
        answer = await gate.confirm_shipment(
            location_id,
            order_id,
            "",
            shipment_id,
            lines,
            without_permit=True,
            operation_id=operation_id,
            source_event=source_event or _shipped(order_id, shipment_id),
            timeout_s=timeout_s,
        )
    except GateError as error:
        return _not_moved(order_id, shipment_id, error)
    return _moved(order_id, shipment_id, answer)


def _shipped(order_id: str, shipment_id: str) -> types_pb2.SourceEvent:
    return types_pb2.SourceEvent(document_type="shipment", document=shipment_id, line=order_id, action="shipped")


def _moved(order_id: str, shipment_id: str, answer: gate_pb2.ConfirmShipmentResponse) -> Confirmation:
    return Confirmation(
        order_id,
        shipment_id,
        answer.applied.revision,
        shipped_quantity=answer.shipped_quantity,
        surpluses=tuple(answer.surpluses),
        told_before=answer.applied.replayed,
    )


def _not_moved(order_id: str, shipment_id: str, error: GateError) -> Confirmation:
    """Give the answer of a refusal that leaves nothing to do for the caller; raise every other."""
    unmatched_id = error.metadata.get("unmatched_id", "")
    if not unmatched_id and error.reason != ALREADY_SHIPPED:
        raise error
    return Confirmation(
        order_id,
        shipment_id,
        error.revision,
        told_before=error.replayed,
        reason=error.reason,
        unmatched_id=unmatched_id,
    )
