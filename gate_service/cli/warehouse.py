"""`gate wave authorize`, `gate pick report`, `gate ship`: what a warehouse asks and tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import note, show
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.given import FileOption
from gate_service.cli.options import Mutation, with_options
from gate_service.domain.vocabulary import WaveAtomicity

if TYPE_CHECKING:
    from google.protobuf.message import Message

wave = typer.Typer(no_args_is_help=True, help="Ask whether a wave may be picked.")
pick = typer.Typer(no_args_is_help=True, help="Tell what was picked.")


@wave.command()
@with_options
def authorize(
    options: Mutation,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="CSV with the columns order_id, sku, quantity and, if you like, line_id and unit; or JSON; or stdin.",
        ),
    ],
    wave_id: Annotated[
        str, typer.Option("--wave", "-w", metavar="WAVE", help="Your name for the wave; else made from its lines.")
    ] = "",
    atomicity: Annotated[
        WaveAtomicity,
        typer.Option(help="Pick each line as far as it goes, or only complete orders, or only the complete wave."),
    ] = WaveAtomicity.LINE,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="The verdicts alone: nothing changes.")] = False,
    permit_ttl: Annotated[
        str | None, typer.Option(metavar="DURATION", help="How long the permit allows to pick; else 4h.")
    ] = None,
) -> ExitCode | None:
    """Get a verdict on each line, and a permit for what may be picked.

    Up to 2,000 lines; earlier lines are served first. Ends with 1 where nothing may be picked.
    """
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.lines import wave_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import waves  # noqa: PLC0415
    from gate_service.cli.words import duration_ms  # noqa: PLC0415

    asked = wave_lines(file)
    name = wave_id or _name_of(asked)
    permit_ttl_ms = 0 if permit_ttl is None else duration_ms(permit_ttl)
    with options.gate() as gate:
        answer = gate.authorize_wave(
            options.location,
            name,
            asked,
            atomicity=getattr(sdk, f"WAVE_ATOMICITY_{atomicity.upper()}"),
            dry_run=dry_run,
            permit_ttl_ms=permit_ttl_ms,
            operation_id=options.operation_id,
            source_event=None if dry_run else options.source_event,
        )
    show(options.output, answer, lambda: waves.verdicts(options.location, name, answer, dry_run=dry_run))
    if answer.permit_id:
        note(options.output, f"Next: gate pick report {answer.permit_id} ORDER:SKU:PICKED[:SHORT] …")
    return None if any(line.authorized_quantity for line in answer.lines) else ExitCode.DENIED


def _name_of(lines: Iterable[Message]) -> str:
    """Name a wave by its lines: the same lines asked again with the same operation id are the same question."""
    digest = hashlib.sha256(b"".join(line.SerializeToString(deterministic=True) + b"\n" for line in lines))
    return f"wave-{digest.hexdigest()[:12]}"


@pick.command()
@with_options
def report(
    options: Mutation,
    permit_id: Annotated[str, typer.Argument(metavar="PERMIT", help="The permit of the wave.")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ORDER:SKU:PICKED[@UNIT][:SHORT[@UNIT][:REASON]]",
            help="What was taken and what was not there, such as A-1:MUG:2:1:damaged. Reasons: not_found (if you name "
            "none), damaged, wrong_item.",
        ),
    ] = None,
    file: FileOption = None,
) -> None:
    """Tell what was picked and what was short, all of it or none.

    A file has the columns order_id, sku, picked and, if you like, line_id, short, reason and unit.
    """
    from gate_service.cli.lines import pick_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import waves  # noqa: PLC0415

    asked = pick_lines(lines or [], file)
    with options.gate() as gate:
        answer = gate.report_pick(
            options.location,
            permit_id,
            asked,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: waves.picked(permit_id, asked, answer))


@with_options
def ship(
    options: Mutation,
    order_id: Annotated[str, typer.Argument(metavar="ORDER", help="The order's id.")],
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LINE:]SKU:QUANTITY[@UNIT]",
            help="What is in the parcel. None: all that is picked under the permit, or all that is open without one.",
        ),
    ] = None,
    *,
    permit_id: Annotated[
        str, typer.Option("--permit", "-p", metavar="PERMIT", help="The permit of the wave it was picked in.")
    ] = "",
    without_permit: Annotated[
        bool, typer.Option("--without-permit", help="No wave of ours: a 3PL or a drop-shipper sent it.")
    ] = False,
    shipment_id: Annotated[
        str,
        typer.Option("--shipment", "-s", metavar="SHIPMENT", help="The parcel's name: told twice, it moves once."),
    ],
) -> None:
    """Confirm that an order's parcel left.

    Without a permit, what matches no order of ours is refused and kept: `gate unmatched list`.
    """
    from gate_service.cli.lines import ship_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import parcels  # noqa: PLC0415

    if bool(permit_id) is without_permit:
        raise InputError("Say --permit PERMIT, or --without-permit where no wave of ours was picked; not both.")
    asked = ship_lines(lines or [])
    with options.gate() as gate:
        answer = gate.confirm_shipment(
            options.location,
            order_id,
            permit_id,
            shipment_id,
            asked,
            without_permit=without_permit,
            operation_id=options.operation_id,
            source_event=options.source_event,
        )
    show(options.output, answer, lambda: parcels.shipped(order_id, shipment_id, answer))
