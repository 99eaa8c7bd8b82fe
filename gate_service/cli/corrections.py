"""`gate stock move`, `adjust`, `approve`, `proposals`, `merge`: the record follows the shelf."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import note as say
from gate_service.cli.answers import show
from gate_service.cli.given import FileOption
from gate_service.cli.options import AtLocation, Mutation, with_options
from gate_service.domain.vocabulary import AdjustmentReason

NoteOption = Annotated[str, typer.Option(help="For people, up to 200 characters.")]


@with_options
def move(
    options: Mutation,
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SKU:FROM:TO:QUANTITY[@UNIT]",
            help="What changes, such as MUG:quality_control:available:2. Statuses: available, damaged, "
            "quality_control, suspect; and to written_off.",
        ),
    ] = None,
    file: FileOption = None,
    reason: Annotated[str, typer.Option(help="Why, in a word of yours, such as inspected.")] = "",
    note: NoteOption = "",
    reference: Annotated[str, typer.Option(help="The document behind it, such as the return.")] = "",
) -> None:
    """Change the status of goods: inspected, broken, found whole again, written off.

    All lines or none. A file has the columns sku, from, to, quantity and, if you like, unit.
    """
    from gate_service.cli.stock_lines import move_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.units import base_units  # noqa: PLC0415
    from gate_service.cli.views import corrections  # noqa: PLC0415

    asked = move_lines(lines or [], file)
    with options.gate() as gate:
        answer = gate.move_stock(
            options.location,
            asked,
            reason=reason,
            note=note,
            reference=reference,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    total = base_units(asked, answer.conversions)
    show(options.output, answer, lambda: corrections.moved(options.location, total, answer))


@with_options
def adjust(
    options: Mutation,
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SKU[:BUCKET]:DELTA[@UNIT]",
            help="What changes, such as MUG:-3 (on hand) or MUG:damaged:+2. Buckets: on_hand, damaged, "
            "quality_control, suspect.",
        ),
    ] = None,
    *,
    reason: Annotated[AdjustmentReason, typer.Option(help="Why; `count` settles a count that is due.")],
    file: FileOption = None,
    note: NoteOption = "",
    propose: Annotated[bool, typer.Option("--propose", help="Let a second person decide, whatever its size.")] = False,
    variance: Annotated[str, typer.Option(metavar="ID", help="The variance that it corrects.")] = "",
) -> None:
    """Correct the record, with a reason.

    A large correction, and one that is only proposed, waits until a second person says yes. A file has the columns sku,
    delta and, if you like, bucket and unit. More than 2,000 lines go in parts of 2,000, each whole by itself.
    """
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.parts import send  # noqa: PLC0415 what only this command needs
    from gate_service.cli.stock_lines import adjustment_lines  # noqa: PLC0415
    from gate_service.cli.views import corrections  # noqa: PLC0415

    asked = adjustment_lines(lines or [], file)
    why = getattr(sdk, f"ADJUSTMENT_REASON_{reason.upper()}")
    with options.gate() as gate:
        answer = send(
            options,
            asked,
            lambda part, name: gate.adjust_stock(
                options.location,
                part,
                reason=why,
                note=note,
                propose=propose,
                variance_id=variance,
                operation_id=name,
                source_event=options.source_event,
            ),
        )
    show(options.output, answer, lambda: corrections.adjusted(options.location, reason, answer))
    if answer.proposal_id:
        first = answer.proposal_id.partition(",")[0]
        say(options.output, f"Next, by somebody else: gate stock approve {first} --actor NAME   or   … --reject")


@with_options
def approve(
    options: Mutation,
    proposal_id: Annotated[str, typer.Argument(metavar="PROPOSAL", help="The correction that waits, such as A12.")],
    *,
    reject: Annotated[bool, typer.Option("--reject", help="Say no: it is put away.")] = False,
    note: NoteOption = "",
) -> None:
    """Say yes to a correction that waits, as a second person (--actor)."""
    from gate_service.cli.views import corrections  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.approve_adjustment(
            options.location,
            proposal_id,
            approved=not reject,
            note=note,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(
        options.output,
        answer,
        lambda: corrections.decided(options.location, proposal_id, answer, approved=not reject),
    )


@with_options
def proposals(options: AtLocation) -> None:
    """Show the corrections that wait for a second person, oldest first."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import corrections  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_proposals(options.location, page_size=100, page_token=token))
        show_all(options, read, "proposals", lambda found, at: corrections.proposals(options.location, found, at))


@with_options
def merge(
    options: Mutation,
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The SKU that ends.")],
    into_sku: Annotated[str, typer.Argument(metavar="INTO", help="The SKU that goes on.")],
) -> None:
    """Make one SKU of two that were one item all along.

    Stock, orders and announcements of the first become those of the second.
    """
    from gate_service.cli.views import corrections  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.merge_sku(
            options.location, sku, into_sku, operation_id=options.operation_id, source_event=options.source_event
        )
    show(options.output, answer, lambda: corrections.merged(options.location, sku, into_sku, answer))
