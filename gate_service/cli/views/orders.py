"""Reservations: made, confirmed, released, and as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, headline, units, until, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_FATES = ("held", "committed", "allocated", "shipped", "released", "shorted")


def _state(value: int) -> str:
    from fulfillment_gate import ReservationState  # noqa: PLC0415 it brings grpc

    return short_name(ReservationState.DESCRIPTOR, value)


def reserved(location: str, order_id: str, total: int, answer: sdk.ReserveStockResponse) -> Iterable[RenderableType]:
    """Tell that the order has its units, and until when."""
    about = f"order {_at(location, order_id)}{SEPARATOR}{units(total)}"
    yield headline(_state(answer.state), about, answer.applied)
    if answer.hold_expires_at_ms:
        yield f"until {until(answer.hold_expires_at_ms, answer.applied.at_ms)}"
    if answer.parts and not location:
        yield _parts(answer.parts)


def _at(location: str, order_id: str) -> str:
    return f"{order_id} at {location}" if location else f"{order_id}, sourced by the gate"


def _parts(parts: Iterable[sdk.SourcedPart]) -> RenderableType:
    return small_table(
        ["from", "rev", "lines"],
        [
            [
                part.location_id,
                number(part.applied.revision),
                ", ".join(f"{line.sku} {number(line.quantity)}" for line in part.lines),
            ]
            for part in parts
        ],
        right=("rev",),
    )


def confirmed(location: str, order_id: str, answer: sdk.ConfirmReservationResponse) -> Iterable[RenderableType]:
    """Tell whether this made a difference."""
    yield headline(_state(answer.state), f"order {_at(location, order_id)}", answer.applied)
    if answer.retaken:
        yield "[yellow]The hold had run out; its units were still there and were taken again.[/]"
    elif not answer.changed:
        yield "[dim]It was confirmed already; nothing changed.[/]"


def released(location: str, order_id: str, answer: sdk.ReleaseReservationResponse) -> Iterable[RenderableType]:
    """Tell how much went back."""
    about = f"order {_at(location, order_id)}{SEPARATOR}{units(answer.released_quantity)} given back"
    yield headline(_state(answer.state), about, answer.applied)


def reservation(answer: sdk.GetReservationResponse) -> Iterable[RenderableType]:
    """Tell where each unit of each line is, location by location."""
    yield from _reservation(answer.reservation, f"{SEPARATOR}revision {number(answer.revision)}")
    for other in answer.others:
        yield ""
        yield from _reservation(other)


def _reservation(found: sdk.Reservation, revision: str = "") -> Iterable[RenderableType]:
    channel = f"{SEPARATOR}channel {found.channel}" if found.channel else ""
    yield (
        f"{word(_state(found.state))} order {found.order_id} at {found.location_id}{channel}"
        f"{SEPARATOR}made {when(found.created_at_ms)}{revision}"
    )
    if found.hold_expires_at_ms:
        yield f"held until {when(found.hold_expires_at_ms)}"
    fates = [fate for fate in _FATES if any(getattr(line, fate) for line in found.lines)]
    yield small_table(
        ["line", "SKU", "ordered", *fates],
        [
            [
                line.line_id,
                line.sku,
                number(line.ordered),
                *(number(getattr(line, fate)) if getattr(line, fate) else "[dim]0[/]" for fate in fates),
            ]
            for line in found.lines
        ],
        right=("ordered", *fates),
    )
    if any(line.allocations for line in found.lines):
        yield ""
        yield _permits(found)
    for name, lines in (("kit", found.kits), ("without stock", found.non_stock)):
        for line in lines:
            yield f"[dim]ordered as line {line.line_id}:[/] {number(line.quantity)} {line.sku} [dim]({name})[/]"
    if found.shipment_ids:
        yield f"shipments: {', '.join(found.shipment_ids)}"


def _permits(found: sdk.Reservation) -> RenderableType:
    figures = ("authorized", "picked", "shorted", "shipped", "returned")
    return small_table(
        ["line", "permit", *figures],
        [
            [line.line_id, under.permit_id, *(number(getattr(under, figure)) for figure in figures)]
            for line in found.lines
            for under in line.allocations
        ],
        right=figures,
    )
