"""`gate stock receive`, `gate stock return`: goods that come in, for the first time or again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.exits import InputError
from gate_service.cli.given import FileOption
from gate_service.cli.options import NO_KEY, Mutation, with_options
from gate_service.domain.vocabulary import Landing

if TYPE_CHECKING:
    import fulfillment_gate as sdk


@with_options
def receive(
    options: Mutation,
    lines: Annotated[
        list[str] | None,
        typer.Argument(metavar="SKU:QUANTITY[@UNIT]", help="What came in, such as MUG:100 or MUG:2@case."),
    ] = None,
    file: FileOption = None,
    landing: Annotated[Landing, typer.Option(help="Where it lands.")] = Landing.AVAILABLE,
    document_id: Annotated[
        str,
        typer.Option("--document", "-d", metavar="DOCUMENT", help="What it came in against: a purchase order, an ASN."),
    ] = "",
    *,
    final: Annotated[bool, typer.Option("--final", help="Nothing more will come of the document.")] = False,
    reference: Annotated[str, typer.Option(help="A note of the paper that came along, such as a delivery note.")] = "",
) -> None:
    """Book goods in. The first receipt opens its location and its SKUs.

    A file has the columns sku, quantity and, if you like, unit and landing. More than 2,000 lines go in parts of 2,000,
    each whole by itself.
    """
    from gate_service.cli.parts import send  # noqa: PLC0415 what only this command needs
    from gate_service.cli.stock_lines import receipt_lines  # noqa: PLC0415
    from gate_service.cli.units import base_units  # noqa: PLC0415
    from gate_service.cli.views import receipts  # noqa: PLC0415

    if final and not document_id:
        raise InputError("--final closes a document: say which with --document.")
    asked = receipt_lines(lines or [], file, landing)

    with options.gate() as gate:

        def ask(part: Sequence[sdk.ReceiptLine], name: str | None) -> sdk.RecordReceiptResponse:
            return gate.record_receipt(
                options.location,
                part,
                reference=reference,
                document_id=document_id,
                final=final and part[-1] is asked[-1],  # an earlier part would close it too soon
                operation_id=name,
                source_event=options.source_event,
            )

        answer = send(options, asked, ask)
    total = base_units(asked, answer.conversions)
    about = receipts.Against(document_id, final=final)
    show(options.output, answer, lambda: receipts.received(options.location, total, about, answer))


@with_options
def take_back(
    options: Mutation,
    return_id: Annotated[str, typer.Argument(metavar="RETURN", help=f"Your name for the return. {NO_KEY}")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(metavar="SKU:QUANTITY[@UNIT]", help="What came back, such as MUG:1."),
    ] = None,
    file: FileOption = None,
    order_id: Annotated[
        str, typer.Option("--order", metavar="ORDER", help="The order it comes from, where it is known.")
    ] = "",
    landing: Annotated[Landing, typer.Option(help="Where it lands.")] = Landing.QUALITY_CONTROL,
) -> None:
    """Book a return in; it is inspected first unless told otherwise.

    A file has the columns sku, quantity and, if you like, unit and landing. `gate stock move` says what the inspection
    found.
    """
    from gate_service.cli.stock_lines import return_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.units import base_units  # noqa: PLC0415
    from gate_service.cli.views import receipts  # noqa: PLC0415

    asked = return_lines(lines or [], file, landing)
    with options.gate() as gate:
        answer = gate.record_return(
            options.location,
            return_id,
            asked,
            order_id=order_id,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    total = base_units(asked, answer.conversions)
    show(options.output, answer, lambda: receipts.returned(options.location, return_id, order_id, total, answer))
