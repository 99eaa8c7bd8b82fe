"""For a storefront: a checkout that holds stock while the shopper pays, and cannot leak the hold.

    with checkout(gate, "berlin", "order-17", lines, channel="web") as hold:
        take_the_payment()
        hold.confirm()

The block is entered with the stock held. Left with `confirm()` answered, the order is committed. Left in any other
way, the hold is given back at once; where that fails, its TTL gives it back. One order_id is one checkout: once it is
released, the gate never takes it up again, so that a late payment cannot sell what is gone.

An order that comes in paid, by a webhook or from a marketplace, needs no hold: `place_order` commits it at once.

With "" as the location the gate finds one, or several, by the locations of the channel.

What the shop shows as available may drift from what there is: `tell_stock` lets the gate say where, and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.checkout_state import NotEnough, Terms, as_not_enough
from fulfillment_gate.checkouts import Checkout
from fulfillment_gate.checkouts_aio import AsyncCheckout
from fulfillment_gate.errors import GateError
from fulfillment_gate.mirrors import compared, compared_async, tell_stock, tell_stock_async
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import types_pb2

__all__ = [
    "AsyncCheckout",
    "Checkout",
    "NotEnough",
    "PlacedOrder",
    "checkout",
    "checkout_async",
    "compared",
    "compared_async",
    "place_order",
    "place_order_async",
    "tell_stock",
    "tell_stock_async",
]

TEN_MINUTES_MS: Final = 600_000


def checkout(
    gate: Gate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    ttl_ms: int = TEN_MINUTES_MS,
    max_age_ms: int = 0,
    timeout_s: float | None = None,
) -> Checkout:
    """Give the block that checks, then holds 1 to 1,000 lines for ttl_ms (1,000 to 86,400,000), and takes `confirm()`.

    With "" as the location the gate sources the order; `parts` then says from where. `max_age_ms` is that of
    `check_availability`: with it a shop hears of too little also while the gate's store is away; to hold anything takes
    the store. `timeout_s` is that of each call, in seconds. Raises ValueError for a ttl_ms below 1. Entering the block
    raises NotEnough with what would be possible, or whatever `check_availability` and `reserve_stock` raise.
    """
    return Checkout(gate, Terms(location_id, order_id, tuple(lines), channel, ttl_ms, timeout_s, max_age_ms))


def checkout_async(
    gate: AsyncGate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    ttl_ms: int = TEN_MINUTES_MS,
    max_age_ms: int = 0,
    timeout_s: float | None = None,
) -> AsyncCheckout:
    """Do as `checkout`, for `async with` and `await hold.confirm()`.

    A caller that is cancelled leaves no half-known hold: giving back, and a confirmation under way, run to their end.
    """
    return AsyncCheckout(gate, Terms(location_id, order_id, tuple(lines), channel, ttl_ms, timeout_s, max_age_ms))


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that is committed."""

    order_id: str
    revision: int
    """Where it stands in the ledger of its location; of the first, where there are several."""
    parts: tuple[gate_pb2.SourcedPart, ...]
    """From where it will be served, where the gate chose; empty where the caller named the location."""
    told_before: bool
    """True where this answer was given before, to another delivery or to a lost attempt: nothing was taken twice."""


def place_order(
    gate: Gate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> PlacedOrder:
    """Commit 1 to 1,000 lines of an order that was placed elsewhere, once, however often and by whom it is told.

    It is told as the source event `order`, order_id, `placed`, so that a webhook that is delivered twice takes stock
    once; give your own event for other names. Raises NotEnough with what would be possible, or whatever `reserve_stock`
    raises: AlreadyExists (SOURCE_EVENT_CONFLICT) where it was told with other lines before.
    """
    try:
        answer = gate.reserve_stock(
            location_id,
            order_id,
            lines,
            channel=channel,
            operation_id=operation_id,
            source_event=source_event or _placed(order_id),
            timeout_s=timeout_s,
        )
    except GateError as error:
        raise as_not_enough(error) from error.__cause__
    return _order(order_id, answer)


async def place_order_async(
    gate: AsyncGate,
    location_id: str,
    order_id: str,
    lines: Iterable[gate_pb2.ReserveLine],
    *,
    channel: str,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> PlacedOrder:
    """Do as `place_order`."""
    try:
        answer = await gate.reserve_stock(
            location_id,
            order_id,
            lines,
            channel=channel,
            operation_id=operation_id,
            source_event=source_event or _placed(order_id),
            timeout_s=timeout_s,
        )
    except GateError as error:
        raise as_not_enough(error) from error.__cause__
    return _order(order_id, answer)


def _placed(order_id: str) -> types_pb2.SourceEvent:
    return types_pb2.SourceEvent(document_type="order", document=order_id, action="placed")


def _order(order_id: str, answer: gate_pb2.ReserveStockResponse) -> PlacedOrder:
    return PlacedOrder(order_id, answer.applied.revision, tuple(answer.parts), answer.applied.replayed)
