"""`gate counts due`, `start`, `accuracy`, and what `submit` does with a task. None of it says what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import for_people, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import AtLocation, Caller, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Its name in the list, such as C7KQ2M4XAB.")]


@with_options
def due(
    options: AtLocation,
    *,
    all_open: Annotated[bool, typer.Option("--all", help="Those that are due later than tomorrow, too.")] = False,
) -> None:
    """Show what is to be counted, the most urgent first; never how much should be there."""
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import count_tasks as view  # noqa: PLC0415

    found: list[sdk.CountTask] = []
    with options.gate() as gate:
        for task in gate.iter_count_tasks(options.location, all_open=all_open):
            if options.output is Output.JSONL:
                typer.echo(compact(plain(task)))
            else:
                found.append(task)
        waiting = gate.list_count_tasks(options.location, page_size=1).waiting_count
    if options.output is Output.TABLE:
        for_people(view.listed(options.location, found, waiting))
    elif options.output is Output.JSON:
        tasks = [plain(each) for each in found]
        plainly(options.output, {"location_id": options.location, "tasks": tasks, "waiting_count": waiting})


@with_options
def start(options: Caller, task_id: TaskId) -> None:
    """Take a count on, before you walk to the shelf: what moves from now on is reckoned in.

    It is yours for four hours. Who has it already begins anew.
    """
    from gate_service.cli.views import count_tasks as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.start_count(task_id)
    show(options.output, answer, lambda: view.started(answer))


@with_options
def accuracy(
    options: Caller,
    *,
    location: Annotated[
        str, typer.Option("--location", "-l", metavar="LOCATION", help="Only of this one; else all that you may see.")
    ] = "",
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, max=400, help="The last so many days.")] = 30,
) -> None:
    """Show how right the record was found, by location, class and counter, and how often it had to be corrected."""
    from gate_service.cli.views import count_tasks as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_count_accuracy(location, days=days)
    show(options.output, answer, lambda: view.accuracy(answer, days))


def submit(options: Caller, task_id: str, counted: int, *, includes_picked: bool) -> ExitCode | None:
    """Tell what was counted for a task; ends with 4 where somebody else has to count."""
    from gate_service.cli.views import count_tasks as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.submit_count_task(task_id, counted, includes_picked=includes_picked)
    show(options.output, answer, lambda: view.submitted(answer))
    return None if answer.booked else ExitCode.DRIFT
