"""`gate unmatched …`: shipments that were told without a permit and matched no order of ours."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.exits import InputError
from gate_service.cli.options import AtLocation, Mutation, with_options

app = typer.Typer(no_args_is_help=True, help="Work through shipments that matched no order.")


@app.command("list")
@with_options
def list_all(options: AtLocation) -> None:
    """Show the shipments that wait for somebody to say what they were, oldest first."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import parcels  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_unmatched_shipments(options.location, page_size=500, page_token=token))
        show_all(options, read, "shipments", lambda found, at: parcels.unmatched(options.location, found, at))


@app.command()
@with_options
def resolve(
    options: Mutation,
    unmatched_id: Annotated[str, typer.Argument(metavar="UNMATCHED", help="Its name in the list, such as U7.")],
    order_id: Annotated[str, typer.Option("--order", metavar="ORDER", help="The order that it belongs to.")] = "",
    *,
    not_ours: Annotated[bool, typer.Option("--not-ours", help="It is none of ours: put it away.")] = False,
    note: Annotated[str, typer.Option(help="For people, up to 200 characters.")] = "",
) -> None:
    """Say what a shipment was: that of an order, or none of ours."""
    from gate_service.cli.views import parcels  # noqa: PLC0415 what only this command needs

    if bool(order_id) is not_ours:
        raise InputError("Say which order it belongs to with --order, or --not-ours; not both.")
    with options.gate() as gate:
        answer = gate.resolve_shipment(
            options.location,
            unmatched_id,
            order_id=order_id,
            note=note,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: parcels.resolved(unmatched_id, order_id, answer))
