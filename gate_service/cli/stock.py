"""`gate stock …`: what is there, and how it comes to be in the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli.answers import for_people, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import AtLocation, Mutation, with_options
from gate_service.domain.vocabulary import AdjustmentReason, Landing

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_PAGE_SIZE: Final = 2_000

app = typer.Typer(no_args_is_help=True, help="Book goods in, correct the record, read it.")

FileOption = Annotated[
    str | None,
    typer.Option("--file", "-f", metavar="PATH|-", help="Read the lines from a CSV or JSON file, or from stdin."),
]


@app.command()
@with_options
def receive(
    options: Mutation,
    lines: Annotated[
        list[str] | None, typer.Argument(metavar="SKU:QUANTITY", help="What came in, such as MUG:100.")
    ] = None,
    file: FileOption = None,
    landing: Annotated[Landing, typer.Option(help="Where it lands.")] = Landing.AVAILABLE,
    reference: Annotated[str, typer.Option(help="The document behind it, such as a purchase order.")] = "",
) -> None:
    """Book goods in. The first receipt opens its location and its SKUs.

    A file has the columns sku, quantity and, if you like, landing. More than 2,000 lines go in parts of 2,000, each
    whole by itself.
    """
    from gate_service.cli.lines import receipt_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.parts import send  # noqa: PLC0415
    from gate_service.cli.views import stock  # noqa: PLC0415

    asked = receipt_lines(lines or [], file, landing)
    with options.gate() as gate:
        answer = send(
            options,
            asked,
            lambda part, name: gate.record_receipt(options.location, part, reference=reference, operation_id=name),
        )
    total = sum(line.quantity for line in asked)
    show(options.output, answer, lambda: stock.receipt(options.location, total, answer))


@app.command()
@with_options
def adjust(
    options: Mutation,
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SKU[:BUCKET]:DELTA",
            help="What changes, such as MUG:-3 (on hand) or MUG:damaged:+2. Buckets: on_hand, damaged, "
            "quality_control, suspect.",
        ),
    ] = None,
    *,
    reason: Annotated[AdjustmentReason, typer.Option(help="Why; `count` settles a count that is due.")],
    file: FileOption = None,
    note: Annotated[str, typer.Option(help="For people, up to 200 characters.")] = "",
) -> None:
    """Correct the record, with a reason.

    A file has the columns sku, delta and, if you like, bucket. More than 2,000 lines go in parts of 2,000, each whole
    by itself.
    """
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.lines import adjustment_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.parts import send  # noqa: PLC0415
    from gate_service.cli.views import stock  # noqa: PLC0415

    asked = adjustment_lines(lines or [], file)
    why = getattr(sdk, f"ADJUSTMENT_REASON_{reason.upper()}")
    with options.gate() as gate:
        answer = send(
            options,
            asked,
            lambda part, name: gate.adjust_stock(options.location, part, reason=why, note=note, operation_id=name),
        )
    show(options.output, answer, lambda: stock.adjustment(options.location, reason, answer))


@app.command()
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


@app.command("list")
@with_options
def list_all(options: AtLocation) -> None:
    """Show all SKUs of a location, in byte order.

    More than 2,000 are read page by page, and a later page may be of a later revision.
    """
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import stock  # noqa: PLC0415

    with options.gate() as gate:
        pages = _pages(gate, options.location)
        if options.output is Output.TABLE:
            for number, page in enumerate(pages):
                for_people(stock.page(options.location, page, first=number == 0))
        elif options.output is Output.JSONL:
            for page in pages:
                for level in page.levels:
                    typer.echo(compact(plain(level)))
        else:
            read = [*pages]
            levels = [plain(level) for page in read for level in page.levels]
            plainly(
                options.output,
                {"location_id": options.location, "revision": read[-1].revision, "levels": levels},
            )


def _pages(gate: sdk.Gate, location: str) -> Iterator[sdk.ListStockResponse]:
    token = ""
    while True:
        page = gate.list_stock(location, page_size=_PAGE_SIZE, page_token=token)
        yield page
        token = page.next_page_token
        if not token:
            return
