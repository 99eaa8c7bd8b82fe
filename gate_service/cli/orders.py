"""`gate reserve`, `confirm`, `release`, `reservation`: an order's claim at a location."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import note, show
from gate_service.cli.exits import InputError
from gate_service.cli.given import FileOption
from gate_service.cli.options import AtLocation, OfOrder, claimed_at, with_options

OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="The order's id.")]
SourcedOption = Annotated[bool, typer.Option("--sourced", help="The gate chose where: wherever the order is reserved.")]


@with_options
def reserve(
    options: OfOrder,
    order_id: OrderArgument,
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LINE:]SKU:QUANTITY[@UNIT]", help="What is wanted, such as MUG:3 or MUG:2@case; all of it or none."
        ),
    ] = None,
    file: FileOption = None,
    ttl: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Hold for this long, such as 15m, until confirmed. Else: ordered."),
    ] = None,
    channel: Annotated[str, typer.Option(help="Where the demand comes from; its buffer and quota count.")] = "",
    *,
    sourced: Annotated[
        bool, typer.Option("--sourced", help="Let the gate find where, by the locations of the --channel.")
    ] = False,
    context: typer.Context,
) -> None:
    """Reserve an order's lines: held for a checkout (--ttl), or committed at once.

    With a --channel and no --location the gate finds where: one location for all of it, or several.
    """
    from gate_service.cli.lines import reserve_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.units import base_units  # noqa: PLC0415
    from gate_service.cli.views import orders  # noqa: PLC0415

    asked = reserve_lines(lines or [], file)
    ttl_ms = 0 if ttl is None else _hold_ms(ttl)
    where = options.where(context, sourced=sourced or bool(channel and not options.location))
    with options.gate() as gate:
        answer = gate.reserve_stock(
            where,
            order_id,
            asked,
            channel=channel,
            ttl_ms=ttl_ms,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    total = base_units(asked, answer.conversions)
    show(options.output, answer, lambda: orders.reserved(where, order_id, total, answer))
    if answer.hold_expires_at_ms:
        again = order_id if where else f"{order_id} --sourced"
        note(options.output, f"Next: gate confirm {again}   or   gate release {again}")


def _hold_ms(ttl: str) -> int:
    from gate_service.cli.words import duration_ms  # noqa: PLC0415 what only --ttl needs

    if hold_ms := duration_ms(ttl):
        return hold_ms
    raise InputError(f"--ttl {ttl} would hold nothing. Leave --ttl out to commit at once.")  # 0 is how the gate is told


@with_options
def confirm(
    options: OfOrder, order_id: OrderArgument, *, sourced: SourcedOption = False, context: typer.Context
) -> None:
    """Commit what is held: the order was placed.

    A hold that ran out is taken again while its stock is there.
    """
    from gate_service.cli.views import orders  # noqa: PLC0415 what only this command needs

    where = options.where(context, sourced=sourced)
    with options.gate() as gate:
        answer = gate.confirm_reservation(
            where, order_id, operation_id=options.operation_id, source_event=options.source_event
        )
    show(options.output, answer, lambda: orders.confirmed(where, order_id, answer))


@with_options
def release(
    options: OfOrder,
    order_id: OrderArgument,
    lines: Annotated[
        list[str] | None,
        typer.Argument(metavar="LINE:QUANTITY", help="What to give back, such as MUG:1. None: all of it."),
    ] = None,
    *,
    sourced: SourcedOption = False,
    context: typer.Context,
) -> None:
    """Give back a reservation, or a part of it."""
    from gate_service.cli.lines import release_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import orders  # noqa: PLC0415

    asked = release_lines(lines or [])
    where = options.where(context, sourced=sourced)
    with options.gate() as gate:
        answer = gate.release_reservation(
            where, order_id, asked, operation_id=options.operation_id, source_event=options.source_event
        )
    show(options.output, answer, lambda: orders.released(where, order_id, answer))


@with_options
def reservation(
    options: AtLocation, order_id: OrderArgument, *, sourced: SourcedOption = False, context: typer.Context
) -> None:
    """Show where an order's claim stands."""
    from gate_service.cli.views import orders  # noqa: PLC0415 what only this command needs

    where = claimed_at(options.location, context, sourced=sourced)
    with options.gate() as gate:
        answer = gate.get_reservation(where, order_id)
    show(options.output, answer, lambda: orders.reservation(answer))
