"""`gate counts`, `gate shortages`: what somebody counted, and whom it hits where there is too little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli import count_tasks
from gate_service.cli.answers import for_people, note, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.given import FileOption, needed
from gate_service.cli.options import NO_KEY, AtLocation, Mutation, with_options
from gate_service.domain.limits import STOCK_LINES_MAX

if TYPE_CHECKING:
    import fulfillment_gate as sdk

app = typer.Typer(no_args_is_help=True, help="See what is to be counted, count it, and tell what was counted.")
app.command()(count_tasks.due)
app.command()(count_tasks.start)
_OF_NO_TASK: Final = ("operation_id", "event_document", "event_type", "event_line", "event_action", "event_system")
"""Options that a count task has no use for: it names its operation itself."""
_BOTH_WAYS: Final = "what was counted: of a task as a whole number, such as 7, of any SKU as SKU:COUNTED, such as MUG:7"


@dataclass(frozen=True)
class _Count:
    """How a count was made."""

    count_id: str
    as_of: int
    includes_picked: bool
    blind: bool
    after: str
    through: str

    @property
    def ranges(self) -> bool:
        """Say whether all SKUs of a range were looked for."""
        return bool(self.after or self.through)


@app.command()
@with_options
def submit(  # noqa: PLR0913 its options
    options: Mutation,
    count_id: Annotated[
        str,
        typer.Argument(
            metavar="COUNT",
            help=f"The task, with what was counted of it. Or your name for a count; without --covers-all: {NO_KEY}",
        ),
    ],
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COUNTED|SKU:COUNTED[@UNIT]", help="What is there, sellable or not: 7 of a task, else as MUG:7."
        ),
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
) -> ExitCode | None:
    """Tell what was counted: of a task of `gate counts due`, as in `gate counts submit C7KQ2M4XAB 47`, or of any SKUs.

    Of a task it is booked within the tolerance; beyond it somebody else has to count, and it ends with 4. Of any SKUs
    the record follows at once, also below what is reserved; then it says which orders are hit.

    A file has the columns sku, counted and, if you like, unit. More than 2,000 lines go in several calls, each whole by
    itself and about SKUs of its own. With --covers-all any number of SKUs may be missing, and COUNT names the calls.
    """
    count = _Count(count_id, as_of, includes_picked, blind, covers_after, covers_through)
    if lines is not None and len(lines) == 1 and lines[0].isdecimal():
        return _of_task(options, count, int(lines[0]), sole=file is None and not covers_all)
    asked = _lines(lines or [], file)
    if covers_all:
        _all_of_it(options, count, asked)
    else:
        _some(options, count, asked if count.ranges else needed(asked, _BOTH_WAYS))
    return None


app.command()(count_tasks.accuracy)


def _of_task(options: Mutation, count: _Count, counted: int, *, sole: bool) -> ExitCode | None:
    """Tell what was counted for a task."""
    named = any(getattr(options, name) for name in _OF_NO_TASK) or options.event_number
    if named or count.as_of or count.ranges or not sole:
        raise InputError(
            "A task knows its SKU, since when it is counted, and its operation: leave out all but --includes-picked. "
            "What is no task's is written as SKU:COUNTED."
        )
    return count_tasks.submit(options, count.count_id, counted, includes_picked=count.includes_picked)


def _lines(lines: Sequence[str], file: str | None) -> list[sdk.CountLine]:
    """Read what was counted of SKUs. What is neither that nor a task's is told how each of both is written."""
    from gate_service.cli.stock_lines import count_lines  # noqa: PLC0415 what only this command needs

    if file is None and len(lines) == 1 and ":" not in lines[0]:
        raise InputError(f"{lines[0]!r} is no count: say {_BOTH_WAYS}.")
    return count_lines(lines, file)


def _all_of_it(options: Mutation, count: _Count, lines: Sequence[sdk.CountLine]) -> None:
    """Tell the count of a whole location."""
    from gate_service.cli.plain import plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import counts  # noqa: PLC0415

    if options.operation_id is not None or count.ranges:
        raise InputError("--covers-all covers all and names its calls by COUNT: leave out --operation-id and ranges.")
    with options.gate() as gate:
        from fulfillment_gate import wms  # noqa: PLC0415 it brings grpc

        as_of = count.as_of or wms.count_begins(gate, options.location)
        note(options.output, f"If it is interrupted, the same command with --as-of {as_of} goes on.")
        try:
            told = wms.count_location(
                gate,
                options.location,
                count.count_id,
                lines,
                as_of_revision=as_of,
                includes_picked=count.includes_picked,
                source_event=options.source_event,
            )
        except ValueError as error:
            raise InputError(f"{error}.") from error
    found = {} if count.blind else {"variances": told.variances, "shortages": told.shortages}
    if options.output is Output.TABLE:
        for_people(counts.location_counted(told, blind=count.blind))
        return
    names = ("location_id", "count_id", "as_of_revision", "revision", "part_count")
    facts = {name: getattr(told, name) for name in names}
    plainly(options.output, {**facts, **{name: [*map(plain, each)] for name, each in found.items()}})


def _some(options: Mutation, count: _Count, lines: Sequence[sdk.CountLine]) -> None:
    """Tell the count of some SKUs, or of a range of them."""
    from gate_service.cli.counting import parts  # noqa: PLC0415 what only this command needs
    from gate_service.cli.parts import send_each  # noqa: PLC0415
    from gate_service.cli.views import counts  # noqa: PLC0415

    if count.ranges and len(lines) > STOCK_LINES_MAX:
        raise InputError(f"A range is told in one call of up to {STOCK_LINES_MAX:,} lines; these are {len(lines):,}.")
    with options.gate() as gate:
        places = parts(gate, lines)

        def ask(number: int, name: str | None) -> sdk.SubmitCountResponse:
            return gate.submit_count(
                options.location,
                count.count_id,
                [lines[place] for place in places[number]],
                as_of_revision=count.as_of,
                includes_picked=count.includes_picked,
                covers_range=count.ranges,
                covers_after=count.after,
                covers_through=count.through,
                operation_id=name,
                source_event=options.source_event,
            )

        answer = send_each(options, places, ask, " in the order of their SKUs")
    if count.blind:
        for field in ("lines", "levels", "shortages"):
            answer.ClearField(field)
    skus = len({line.sku for line in lines})
    show(
        options.output,
        answer,
        lambda: counts.counted(options.location, count.count_id, skus, answer, blind=count.blind),
    )


@with_options
def shortages(options: AtLocation) -> None:
    """Show every SKU of which more is reserved than there is to sell, and the orders it hits."""
    from gate_service.cli.listing import pages, show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import shortages as view  # noqa: PLC0415

    with options.gate() as gate:
        read = pages(lambda token: gate.list_shortages(options.location, page_size=100, page_token=token))
        show_all(options, read, "shortages", lambda found, at: view.listed(options.location, found, at))
