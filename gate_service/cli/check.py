"""`gate check`: may this be promised, and if not, what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import for_people, note, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import DEFAULT_LOCATION, Caller, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_STALE = (
    "The gate cannot ask its store: what is STALE is what it saw last. It promises nothing: what is reserved, the "
    "store decides."
)


@with_options
def check(
    options: Caller,
    lines: Annotated[
        list[str],
        typer.Argument(
            metavar="SKU[:QUANTITY[@UNIT]]", help="What is wanted, such as MUG:3 or MUG:2@case; SKU: the figures."
        ),
    ],
    location: Annotated[
        list[str] | None,
        typer.Option(
            "--location",
            "-l",
            envvar="GATE_LOCATION",
            help="Where; may be given more than once. None: where the --channel is served from, or MAIN.",
        ),
    ] = None,
    *,
    all_locations: Annotated[bool, typer.Option("--all-locations", "-a", help="Wherever the gate has stock.")] = False,
    channel: Annotated[str, typer.Option(help="Where the demand comes from; its buffer and quota count.")] = "",
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Where the gate's store is away: what the gate saw last, no longer ago than this, such as 30s.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", "-e", help="Show the arithmetic, and which bucket denied by how much.")
    ] = False,
) -> ExitCode | None:
    """Ask what may be promised; nothing changes.

    Ends with 1 where no location has enough of every line; with 4 where the only ones that have are fenced.
    """
    from gate_service.cli.lines import availability_lines  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import availability  # noqa: PLC0415
    from gate_service.cli.words import duration_ms  # noqa: PLC0415

    asked = availability_lines(lines)
    where = [] if all_locations or (channel and not location) else location or [DEFAULT_LOCATION]
    max_age_ms = 0 if max_age is None else duration_ms(max_age)
    with options.gate() as gate:
        answer = gate.check_availability(asked, location_ids=where, channel=channel, max_age_ms=max_age_ms)
    if not explain:
        show(options.output, answer, lambda: availability.answer(answer), listing="locations")
    elif options.output is Output.TABLE:
        for_people(availability.explained(answer, channel))
    else:
        _explain_plainly(options.output, answer)
    if any(each.stale for each in answer.locations):
        note(options.output, _STALE)
    if any(each.sufficient and not each.lineage.fenced for each in answer.locations):
        return ExitCode.OK
    return None if any(each.sufficient for each in answer.locations) else ExitCode.DENIED


def _explain_plainly(output: Output, answer: sdk.CheckAvailabilityResponse) -> None:
    """Write the answer as ever, with an `explanation` beside each line."""
    from gate_service.cli.explain import explain_location  # noqa: PLC0415 what only --explain needs
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415

    whole = plain(answer)
    for location, told in zip(answer.locations, whole["locations"], strict=True):
        found = {each.sku: each for each in explain_location(location)}
        for line in told["lines"]:
            line["explanation"] = found[line["sku"]].plain()
    if output is Output.JSONL:
        for each in whole["locations"]:
            typer.echo(compact(each))
    else:
        plainly(output, whole)
