"""`gate counts submit`, `gate shortages`: what somebody counted, and whom it hits where there is too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.given import FileOption, needed
from gate_service.cli.options import AtLocation, Mutation, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk
    from gate_service.cli.counting import Range

app = typer.Typer(no_args_is_help=True, help="Tell what was counted.")


@app.callback()
def _group() -> None:
    """Stay a group, though there is one command yet."""


@app.command()
@with_options
def submit(  # noqa: PLR0913 its options
    options: Mutation,
    count_id: Annotated[str, typer.Argument(metavar="COUNT", help="Your name for the count.")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(metavar="SKU:COUNTED[@UNIT]", help="What is there, sellable or not, such as MUG:7."),
    ] = None,
    file: FileOption = None,
    as_of: Annotated[
        int,
        typer.Option(
            metavar="REVISION", min=0, help="When the shelf was as counted; what happened since is reckoned in. 0: now."
        ),
    ] = 0,
    *,
    covers_all: Annotated[
        bool, typer.Option("--covers-all", help="All was looked for: a SKU that is not among the lines was not there.")
    ] = False,
    covers_after: Annotated[
        str, typer.Option(metavar="SKU", help="The same, for the SKUs behind this one in byte order.")
    ] = "",
    covers_through: Annotated[
        str, typer.Option(metavar="SKU", help="The same, for the SKUs up to this one in byte order.")
    ] = "",
    includes_picked: Annotated[
        bool,
        typer.Option(
            "--includes-picked", help="Units picked and not yet shipped were counted too; else they come on top."
        ),
    ] = False,
    blind: Annotated[
        bool, typer.Option("--blind", help="Do not show what the record expected, so that nobody learns it.")
    ] = False,
) -> None:
    """Tell what was counted. The record follows it, also below what is reserved; then it says which orders are hit.

    A file has the columns sku, counted and, if you like, unit. More than 2,000 lines go in several calls, each whole by
    itself and about SKUs of its own.
    """
    from gate_service.cli.counting import parts  # noqa: PLC0415 what only this command needs
    from gate_service.cli.parts import send_each  # noqa: PLC0415
    from gate_service.cli.stock_lines import count_lines  # noqa: PLC0415
    from gate_service.cli.views import counts  # noqa: PLC0415

    covers = _covers(covers_after, covers_through, everything=covers_all)
    asked = count_lines(lines or [], file)
    if covers is None:
        needed(asked, "SKU:COUNTED, such as MUG:7")
    with options.gate() as gate:
        made = parts(gate, asked, covers)

        def ask(number: int, name: str | None) -> sdk.SubmitCountResponse:
            part = made[number]
            return gate.submit_count(
                options.location,
                count_id,
                [asked[place] for place in part.places],
                as_of_revision=as_of,
                includes_picked=includes_picked,
                covers_range=part.covers is not None,
                covers_after=part.covers.after if part.covers else "",
                covers_through=part.covers.through if part.covers else "",
                operation_id=name,
                source_event=options.source_event,
            )

        answer = send_each(options, [part.places for part in made], ask, " in the order of their SKUs")
    if blind:
        for field in ("lines", "levels", "shortages"):
            answer.ClearField(field)
    counted = len({line.sku for line in asked})
    show(options.output, answer, lambda: counts.counted(options.location, count_id, counted, answer, blind=blind))


def _covers(after: str, through: str, *, everything: bool) -> Range | None:
    from gate_service.cli.counting import Range  # noqa: PLC0415 what only this command needs

    return Range(after, through) if everything or after or through else None


@with_options
def shortages(options: AtLocation) -> None:
    """Show every SKU of which more is reserved than there is to sell, and the orders it hits."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import shortages as view  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_shortages(options.location, page_size=100, page_token=token))
        show_all(options, read, "shortages", lambda found, at: view.listed(options.location, found, at))
