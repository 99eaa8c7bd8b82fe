"""`gate findings`, `gate finding ack`: what should have happened and has not, and what happens as it happens."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import for_people, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.options import Caller, with_options
from gate_service.domain.reconcile.records import FindingKind

if TYPE_CHECKING:
    import fulfillment_gate as sdk

app = typer.Typer(no_args_is_help=True, help="Look after what should have happened and has not.")


@with_options
def findings(
    options: Caller,
    *,
    location: Annotated[str, typer.Option("--location", "-l", metavar="LOCATION", help="Only there.")] = "",
    kind: Annotated[FindingKind | None, typer.Option(case_sensitive=False, help="Only of this kind.")] = None,
    owner: Annotated[str, typer.Option(metavar="OWNER", help="Only whose this is.")] = "",
    cleared_too: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="What happens from now on, as it happens, until Ctrl-C.")
    ] = False,
) -> ExitCode | None:
    """Show what should have happened and has not, the oldest first; ends with 4 where something stands."""
    if watch:
        _watch(options, location)
        return None
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.listing import pages  # noqa: PLC0415 what only this command needs
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415
    from gate_service.cli.views import findings as view  # noqa: PLC0415

    wanted = getattr(sdk, f"FINDING_KIND_{kind.name}") if kind else sdk.FINDING_KIND_UNSPECIFIED
    found: list[sdk.DriftFinding] = []
    with options.gate() as gate:
        for page in pages(
            lambda token: gate.list_findings(
                location_id=location,
                kind=wanted,
                owner=owner,
                cleared_too=cleared_too,
                page_size=500,
                page_token=token,
            )
        ):
            found.extend(page.findings)
            for each in page.findings if options.output is Output.JSONL else ():
                typer.echo(compact(plain(each)))
    if options.output is Output.TABLE:
        for_people(view.listed(found))
    elif options.output is Output.JSON:
        plainly(Output.JSON, {"findings": [plain(each) for each in found]})
    stands = any(each.state != sdk.FINDING_STATE_CLEARED for each in found)
    return ExitCode.DRIFT if stands else None


@app.callback()
def _group() -> None:
    """Stay a group, though it has one command yet."""


@app.command("ack")
@with_options
def acknowledge(
    options: Caller,
    finding_id: Annotated[str, typer.Argument(metavar="FINDING", help="Its name in the list, such as F7KQ2M4XAB.")],
    note: Annotated[str, typer.Option("--note", help="For people, up to 200 characters.")] = "",
) -> None:
    """Say that you look after it, or add a note. It ends by itself when what was missing comes."""
    from gate_service.cli.views import findings as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.acknowledge_finding(finding_id, note=note)
    show(options.output, answer, lambda: view.one(answer.finding))


def _watch(options: Caller, location: str) -> None:
    """Tell events until Ctrl-C; a gate that stops is asked again at another one by the SDK."""
    from fulfillment_gate.calls.findings import EVENTS_WAIT_MS  # noqa: PLC0415 it brings grpc
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import findings as view  # noqa: PLC0415

    if options.output is Output.JSON:
        raise InputError("-o json writes one object at the end, which --watch never reaches. Use -o jsonl.")
    token = "now"  # noqa: S105 - a place in the list of events
    with options.gate() as gate, contextlib.suppress(KeyboardInterrupt):
        while True:
            answer = gate.list_events(after_token=token, limit=1_000, wait_ms=EVENTS_WAIT_MS)
            for each in answer.events:
                if location and each.location_id != location:
                    continue
                if options.output is Output.JSONL:
                    typer.echo(compact(plain(each)))
                else:
                    for_people(view.event(each))
            token = answer.next_token
