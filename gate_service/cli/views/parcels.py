"""Shipments: confirmed, matched by hand, and those that matched nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, at_revision, headline, units

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_NOTHING = "[dim]-[/]"


def shipped(order_id: str, shipment_id: str, answer: sdk.ConfirmShipmentResponse) -> Iterator[RenderableType]:
    """Tell what left, and what that proves of the record."""
    left = f"{units(answer.shipped_quantity)} left with {shipment_id}"
    yield headline(_state(answer.state), f"order {order_id}{SEPARATOR}{left}", answer.applied)
    if not answer.shipped_quantity:
        yield "[dim]This shipment was confirmed before; nothing changed.[/]"
    yield from _surpluses(answer.surpluses)


def resolved(unmatched_id: str, order_id: str, answer: sdk.ResolveShipmentResponse) -> Iterator[RenderableType]:
    """Tell what left after all, or that it was put away."""
    if not order_id:
        yield headline("put away", f"{unmatched_id}, none of ours", answer.applied)
        return
    left = f"{units(answer.shipped_quantity)} left with {unmatched_id}"
    yield headline(_state(answer.state), f"order {order_id}{SEPARATOR}{left}", answer.applied)
    yield from _surpluses(answer.surpluses)


def unmatched(location: str, found: Sequence[sdk.UnmatchedShipment], revision: int) -> Iterator[RenderableType]:
    """Tell what was confirmed, by whom, and why it matched nothing."""
    yield at_revision(location, revision)
    if not found:
        yield "[green]Every shipment so far matched an order.[/]"
        return
    yield small_table(
        ["name", "since", "told by", "order", "shipment", "in it", "why it matched nothing"],
        [
            [
                each.unmatched_id,
                when(each.at_ms),
                each.system or _NOTHING,
                each.order_id,
                each.shipment_id,
                ", ".join(f"{line.sku} {number(line.quantity)}" for line in each.lines) or "[dim]all of it[/]",
                f"[red]{each.reason}[/]",
            ]
            for each in found
        ],
    )
    yield "[dim]gate unmatched resolve NAME --order ORDER   or   … --not-ours[/]"


def _state(state: int) -> str:
    from fulfillment_gate import ReservationState  # noqa: PLC0415 it brings grpc

    return short_name(ReservationState.DESCRIPTOR, state)


def _surpluses(surpluses: Iterable[sdk.ShipmentSurplus]) -> Iterator[RenderableType]:
    for surplus in surpluses:
        yield (
            f"[yellow]{surplus.sku}: the record was too low: {units(surplus.cleared_suspect_quantity)} cleared of "
            f"suspicion, {number(surplus.surplus_quantity)} shipped that it did not have.[/]"
        )
