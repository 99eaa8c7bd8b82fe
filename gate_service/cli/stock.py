"""`gate stock …`: what is there, how it comes to be in the record, and what changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli import corrections, holds, receipts
from gate_service.cli.answers import for_people, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import AtLocation, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_PAGE_SIZE: Final = 2_000
_IN: Final = "Goods come in"
_STATUS: Final = "Goods change"
_RECORD: Final = "The record was wrong"
_READ: Final = "Look at it"

app = typer.Typer(no_args_is_help=True, help="Book goods in, change their status, correct the record, read it.")

app.command(rich_help_panel=_IN)(receipts.receive)
app.command("return", rich_help_panel=_IN)(receipts.take_back)
app.command(rich_help_panel=_STATUS)(corrections.move)
app.add_typer(holds.app, name="hold", rich_help_panel=_STATUS)
app.command(rich_help_panel=_RECORD)(corrections.adjust)
app.command(rich_help_panel=_RECORD)(corrections.approve)
app.command(rich_help_panel=_RECORD)(corrections.proposals)
app.command(rich_help_panel=_RECORD)(corrections.merge)


@app.command(rich_help_panel=_READ)
@with_options
def get(
    options: AtLocation, skus: Annotated[list[str], typer.Argument(metavar="SKU", help="Which.")]
) -> ExitCode | None:
    """Show some SKUs, all of one revision.

    Ends with 1 where none of them is known.
    """
    from gate_service.cli.views import stock  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_stock(options.location, skus)
    show(options.output, answer, lambda: stock.found(options.location, answer), listing="levels")
    return None if answer.levels else ExitCode.DENIED


@app.command("list", rich_help_panel=_READ)
@with_options
def list_all(options: AtLocation) -> None:
    """Show all SKUs of a location, in byte order.

    More than 2,000 are read page by page, and a later page may be of a later revision.
    """
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import stock  # noqa: PLC0415

    with options.gate() as gate:
        read: Iterator[sdk.ListStockResponse] = pages(
            lambda token: gate.list_stock(options.location, page_size=_PAGE_SIZE, page_token=token)
        )
        if options.output is Output.TABLE:
            for number, page in enumerate(read):
                for_people(stock.page(options.location, page, first=number == 0))
        else:
            show_all(options, read, "levels", lambda _found, _at: [])
