"""`gate variance …`: where mirrors differ from the record, why, and what is done about it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli.answers import for_people, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import Caller, with_options
from gate_service.cli.plain import compact, plain
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.records import VarianceState
from gate_service.domain.reconcile.verbs import VarianceVerb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import fulfillment_gate as sdk

app = typer.Typer(no_args_is_help=True, help="See where mirrors differ from the record, why, and close it.")

_PAGE: Final = 500
_LISTED_FOR_PEOPLE: Final = 100

VarianceArgument = Annotated[str, typer.Argument(metavar="VARIANCE", help="Its name in the list, such as V7KQ2M4XAB.")]
WhyArgument = Annotated[str, typer.Argument(metavar="NOTE", help="Why, for whoever looks later: up to 200 characters.")]
NoteOption = Annotated[str, typer.Option("--note", help="For people, up to 200 characters.")]


@dataclass(frozen=True)
class Change(Caller):
    """A change of a variance."""

    if_version: Annotated[
        int,
        typer.Option(
            "--if-version",
            metavar="N",
            min=0,
            help="Only where this version still stands, as `show` told it; else whatever stands.",
        ),
    ] = 0


@app.command("list")
@with_options
def list_all(
    options: Caller,
    *,
    mirror: Annotated[str, typer.Option("--mirror", metavar="SYSTEM", help="Only of this mirror.")] = "",
    location: Annotated[
        str, typer.Option("--location", "-l", envvar="GATE_LOCATION", metavar="LOCATION", help="Only there.")
    ] = "",
    sku: Annotated[str, typer.Option(metavar="SKU", help="Only of this SKU.")] = "",
    cause: Annotated[Cause | None, typer.Option(case_sensitive=False, help="Only of this cause.")] = None,
    state: Annotated[
        VarianceState | None,
        typer.Option(case_sensitive=False, help="Only in this state; else open and acknowledged."),
    ] = None,
    all_states: Annotated[bool, typer.Option("--all", help="In whatever state.")] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="At most so many; 0: 100 for people, all for programs.")
    ] = 0,
) -> ExitCode | None:
    """Show what stands, those that are due first; ends with 4 where some do."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.views import variances  # noqa: PLC0415 what only this command needs

    wanted_cause = getattr(sdk, f"DRIFT_CAUSE_{cause.name}") if cause else sdk.DRIFT_CAUSE_UNSPECIFIED
    wanted_state = getattr(sdk, f"VARIANCE_STATE_{state.name}") if state else sdk.VARIANCE_STATE_UNSPECIFIED
    most = limit or (_LISTED_FOR_PEOPLE if options.output is Output.TABLE else sys.maxsize)
    stands = (sdk.VARIANCE_STATE_OPEN, sdk.VARIANCE_STATE_ACKNOWLEDGED)
    found: list[sdk.Variance] = []
    drift = more = False
    with options.gate() as gate:

        def ask(size: int, token: str) -> sdk.ListVariancesResponse:
            return gate.list_variances(
                system=mirror,
                location_id=location,
                sku=sku,
                cause=wanted_cause,
                state=wanted_state,
                all_states=all_states,
                page_size=size,
                page_token=token,
            )

        for some, beyond in _pages(ask, most):
            more = beyond
            drift = drift or any(each.state in stands for each in some)
            if options.output is Output.JSONL:
                typer.echo("".join(f"{compact(plain(each))}\n" for each in some), nl=False)
            else:
                found.extend(some)
    if options.output is Output.TABLE:
        for_people(variances.listed(found))
    elif options.output is Output.JSON:
        plainly(options.output, {"variances": [plain(each) for each in found]})
    if more:
        typer.echo(f"These are the first {most:,}, and there are more: say --limit N, or -o jsonl.", err=True)
    return ExitCode.DRIFT if drift else None


def _pages(
    ask: Callable[[int, str], sdk.ListVariancesResponse], most: int
) -> Iterator[tuple[Sequence[sdk.Variance], bool]]:
    """Give them page by page, `most` at most, each page with whether there are more than that."""
    left, token = most, ""
    while True:
        page = ask(min(_PAGE, left + 1), token)  # one more, to know whether there are more
        yield page.variances[:left], len(page.variances) > left
        left, token = left - len(page.variances), page.next_page_token
        if left < 0 or not token:
            return


@app.command("show")
@with_options
def show_one(options: Caller, variance_id: VarianceArgument) -> None:
    """Show one with its evidence and all that was done with it."""
    from gate_service.cli.views import variances  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_variance(variance_id)
    show(options.output, answer, lambda: variances.one(answer))


@app.command()
@with_options
def explain(options: Caller, variance_id: VarianceArgument) -> None:
    """Tell in a paragraph what happened and what to do."""
    from gate_service.cli.views import variances  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_variance(variance_id)
    if options.output is Output.TABLE:
        for_people(variances.explained(answer))
    else:
        plainly(options.output, {"variance_id": answer.variance.variance_id, "explanation": answer.explanation})


@app.command()
@with_options
def ack(options: Change, variance_id: VarianceArgument, note: NoteOption = "") -> None:
    """Take it on: others see that somebody looks after it."""
    _change(options, variance_id, VarianceVerb.ACKNOWLEDGE, note=note)


@app.command()
@with_options
def resolve(options: Change, variance_id: VarianceArgument, note: WhyArgument) -> None:
    """Say that it is mended. A later snapshot that still differs opens a new one."""
    _change(options, variance_id, VarianceVerb.RESOLVE, note=note)


@app.command()
@with_options
def accept(options: Change, variance_id: VarianceArgument, note: WhyArgument) -> None:
    """Live with it: it comes back only with another figure."""
    _change(options, variance_id, VarianceVerb.ACCEPT, note=note)


@app.command()
@with_options
def reopen(options: Change, variance_id: VarianceArgument, note: NoteOption = "") -> None:
    """Open it again: it is not over."""
    _change(options, variance_id, VarianceVerb.REOPEN, note=note)


@app.command()
@with_options
def assign(
    options: Change,
    variance_id: VarianceArgument,
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="Who looks after it from now on.")],
    note: NoteOption = "",
) -> None:
    """Hand it over to somebody else."""
    _change(options, variance_id, VarianceVerb.ASSIGN, note=note, owner=owner)


@app.command("note")
@with_options
def add_note(options: Change, variance_id: VarianceArgument, note: WhyArgument) -> None:
    """Write something down about it."""
    _change(options, variance_id, VarianceVerb.NOTE, note=note)


def _change(options: Change, variance_id: str, verb: VarianceVerb, *, note: str, owner: str = "") -> None:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.views import variances  # noqa: PLC0415 what only this command needs

    wanted = getattr(sdk, f"VARIANCE_VERB_{verb.name}")
    with options.gate() as gate:
        answer = gate.change_variance(variance_id, wanted, note=note, owner=owner, version=options.if_version)
    show(options.output, answer, lambda: variances.after(answer))
