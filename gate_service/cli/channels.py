"""`gate channels quota …`: units that only one channel may have."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.given import FileOption
from gate_service.cli.options import AtLocation, Mutation, with_options

app = typer.Typer(no_args_is_help=True, help="What is kept for one channel of demand.")
quota = typer.Typer(no_args_is_help=True, help="Units that only one channel may have.")
app.add_typer(quota, name="quota")


@app.callback()
def _group() -> None:
    """Stay a group, though it holds one."""


@quota.command("set")
@with_options
def set_quota(
    options: Mutation,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel, such as web.")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SKU:QUANTITY[@UNIT]", help="How many are left to it from now on, such as MUG:5; 0: none."
        ),
    ] = None,
    file: FileOption = None,
) -> None:
    """Say how many units of a SKU only this channel may have from now on. Its reservations take from them first.

    All lines or none. A file has the columns sku, quantity and, if you like, unit.
    """
    from gate_service.cli.stock_lines import quota_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import quotas  # noqa: PLC0415

    asked = quota_lines(lines or [], file)
    with options.gate() as gate:
        answer = gate.set_quota(
            options.location,
            channel,
            asked,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: quotas.were_set(options.location, channel, answer))


@quota.command("list")
@with_options
def list_all(options: AtLocation) -> None:
    """Show what is left of each quota."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import quotas  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_quotas(options.location, page_size=500, page_token=token))
        show_all(options, read, "quotas", lambda found, at: quotas.listed(options.location, found, at))
