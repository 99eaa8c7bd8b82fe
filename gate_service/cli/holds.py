"""`gate stock hold …`: nothing more of a SKU, or of a lot of it, is promised or picked."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.options import AtLocation, Mutation, with_options

app = typer.Typer(no_args_is_help=True, help="Keep a SKU, or a lot of it, from being promised and picked.")

HoldArgument = Annotated[str, typer.Argument(metavar="HOLD", help="Your name for the hold, such as RECALL-7.")]
NoteOption = Annotated[str, typer.Option(help="For people, up to 200 characters.")]


@app.command()
@with_options
def place(
    options: Mutation,
    hold_id: HoldArgument,
    sku: Annotated[str, typer.Argument(metavar="SKU", help="What is held back.")],
    lot_id: Annotated[str, typer.Option("--lot", metavar="LOT", help="Only this lot; with --quantity.")] = "",
    quantity: Annotated[
        int, typer.Option(metavar="UNITS", min=0, help="Units of the lot, which move to quality_control.")
    ] = 0,
    note: NoteOption = "",
) -> None:
    """Hold back a SKU, or some units of one lot of it."""
    from gate_service.cli.views import holds  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.place_stock_hold(
            options.location,
            hold_id,
            sku,
            lot_id=lot_id,
            quantity=quantity,
            note=note,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: holds.placed(options.location, hold_id, quantity, answer))


@app.command()
@with_options
def lift(options: Mutation, hold_id: HoldArgument, note: NoteOption = "") -> None:
    """End a hold: what it kept may be sold again."""
    from gate_service.cli.views import holds  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.lift_stock_hold(
            options.location,
            hold_id,
            note=note,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: holds.lifted(options.location, hold_id, answer))


@app.command("list")
@with_options
def list_all(options: AtLocation) -> None:
    """Show the holds that are placed."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import holds  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_stock_holds(options.location, page_size=500, page_token=token))
        show_all(options, read, "holds", lambda found, at: holds.listed(options.location, found, at))
