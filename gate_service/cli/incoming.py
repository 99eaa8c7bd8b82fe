"""`gate incoming …` and `gate transfer`: what is expected, and what travels between locations."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import note, show
from gate_service.cli.exits import InputError
from gate_service.cli.given import FileOption, needed
from gate_service.cli.options import AtLocation, Mutation, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

app = typer.Typer(no_args_is_help=True, help="Say what will come in, and see what did not.")

DocumentArgument = Annotated[str, typer.Argument(metavar="DOCUMENT", help="The paper that announces it, such as PO-1.")]
LinesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LINE:]SKU:QUANTITY[@UNIT]", help="What will come, such as MUG:100 or MUG:2@case."),
]
ExpectedOption = Annotated[
    str | None,
    typer.Option(
        "--expected", metavar="TIME", help="When: 2026-03-01 (until the end of that day, UTC) or 2026-03-01T14:00Z."
    ),
]


class Paper(StrEnum):
    """What may announce goods; a transfer is announced by the gate itself."""

    PURCHASE_ORDER = "purchase_order"
    ASN = "asn"


@app.command()
@with_options
def announce(
    options: Mutation,
    document_id: DocumentArgument,
    lines: LinesArgument = None,
    file: FileOption = None,
    kind: Annotated[Paper, typer.Option(help="What kind of paper it is.")] = Paper.PURCHASE_ORDER,
    version: Annotated[int, typer.Option(min=1, help="Counts up with each change of the paper.")] = 1,
    expected: ExpectedOption = None,
) -> None:
    """Say that goods will come. What has not come by the expected time is overdue.

    A file has the columns sku, quantity and, if you like, line_id and unit.
    """
    from gate_service.cli.stock_lines import incoming_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import incoming  # noqa: PLC0415

    asked = needed(incoming_lines(lines or [], file), "SKU:QUANTITY, such as MUG:100")
    expected_at_ms = _expected_at_ms(expected)
    with options.gate() as gate:
        answer = gate.announce_incoming(
            options.location,
            document_id,
            asked,
            kind=_kind(kind),
            version=version,
            expected_at_ms=expected_at_ms,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: incoming.announced("announced", options.location, document_id, answer))


@app.command()
@with_options
def amend(
    options: Mutation,
    document_id: DocumentArgument,
    lines: LinesArgument = None,
    file: FileOption = None,
    *,
    version: Annotated[int, typer.Option(min=1, help="Which version this is; the newest counts.")],
    kind: Annotated[Paper, typer.Option(help="What kind of paper it is.")],
    expected: ExpectedOption = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Nothing of it will come: no lines.")] = False,
) -> None:
    """Say that an announcement changed: all of it, as it is now, the time included.

    The newest version counts, whichever comes first.
    """
    from gate_service.cli.stock_lines import incoming_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import incoming  # noqa: PLC0415

    asked = incoming_lines(lines or [], file)
    if bool(asked) is cancel:
        raise InputError("Say what will come now, or --cancel where nothing will; not both.")
    expected_at_ms = _expected_at_ms(expected)
    with options.gate() as gate:
        answer = gate.amend_incoming(
            options.location,
            document_id,
            asked,
            kind=_kind(kind),
            version=version,
            expected_at_ms=expected_at_ms,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: incoming.announced("amended", options.location, document_id, answer))


@app.command("list")
@with_options
def list_all(
    options: AtLocation,
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what should have been here already.")] = False,
) -> None:
    """Show what is still expected, the earliest first."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import incoming  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(
            lambda token: gate.list_incoming(options.location, overdue_only=overdue, page_size=100, page_token=token)
        )
        show_all(
            options,
            read,
            "documents",
            lambda found, at: incoming.listed(options.location, found, at, overdue_only=overdue),
        )


@app.command("show")
@with_options
def show_one(options: AtLocation, document_id: DocumentArgument) -> None:
    """Show what was announced of a document, what came, and what is open."""
    from gate_service.cli.views import incoming  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_incoming(options.location, document_id)
    show(options.output, answer, lambda: incoming.document(options.location, answer))


@with_options
def transfer(
    options: Mutation,
    transfer_id: Annotated[str, typer.Argument(metavar="TRANSFER", help="Your name for the transfer.")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(metavar="SKU:QUANTITY[@UNIT]", help="What leaves, such as MUG:5; all of it or none."),
    ] = None,
    *,
    to_location: Annotated[str, typer.Option("--to", metavar="LOCATION", help="Where it goes.")],
    file: FileOption = None,
    expected: ExpectedOption = None,
) -> None:
    """Send goods to another location: they leave here and are expected there.

    Only what is available may travel. A file has the columns sku, quantity and, if you like, unit.
    """
    from gate_service.cli.stock_lines import transfer_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.units import base_units  # noqa: PLC0415
    from gate_service.cli.views import incoming  # noqa: PLC0415

    asked = transfer_lines(lines or [], file)
    expected_at_ms = _expected_at_ms(expected)
    with options.gate() as gate:
        answer = gate.transfer_stock(
            options.location,
            to_location,
            transfer_id,
            asked,
            expected_at_ms=expected_at_ms,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    total = base_units(asked, answer.conversions)
    show(options.output, answer, lambda: incoming.sent(options.location, to_location, total, answer))
    note(options.output, f"Next: gate stock receive SKU:QUANTITY … --location {to_location} --document {transfer_id}")


def _kind(paper: Paper) -> sdk.DocumentKind:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    kind: sdk.DocumentKind = getattr(sdk, f"DOCUMENT_KIND_{paper.upper()}")
    return kind


def _expected_at_ms(text: str | None) -> int:
    from gate_service.cli.words import at_ms  # noqa: PLC0415 what only --expected needs

    return 0 if text is None else at_ms(text)
