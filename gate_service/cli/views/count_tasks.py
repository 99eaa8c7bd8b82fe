"""Count tasks: what is due, what was started, what became of a count, and how right the record was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_NOTHING = "[dim]-[/]"
_ROUTINE = "cycle"
_GOOD, _FAIR = 9_900, 9_700
"""Hundredths of a percent: above the one a record is good, above the other fair."""


def listed(location: str, found: Sequence[sdk.CountTask], waiting: int = 0) -> Iterator[RenderableType]:
    """Tell what is to be counted."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if waiting:
        yield f"[yellow]{number(waiting)}[/] more wait for their turn to be counted: a day opens so many and no more."
    if not found:
        yield f"[green]Nothing is to be counted at {escape(location)}.[/]"
        return
    asked = sum(_trigger(each) != _ROUTINE for each in found)
    because = f"{SEPARATOR}[yellow]{number(asked)} for a reason[/]" if asked else ""
    yield f"[bold]{number(len(found))}[/] to be counted at {escape(location)}{because}"
    yield small_table(
        ["task", "SKU", "class", "why", "state", "by", "counter", "because"],
        [
            [
                each.task_id,
                escape(each.sku),
                each.abc or _NOTHING,
                _why(each),
                _state(each),
                when(each.due_at_ms),
                escape(each.counter) or _NOTHING,
                f"[dim]{escape(each.because)}[/]",
            ]
            for each in found
        ],
    )
    yield "[dim]gate counts start TASK, count, then gate counts submit TASK COUNTED.[/]"


def started(answer: sdk.StartCountResponse) -> Iterator[RenderableType]:
    """Tell what to count, and nothing of what should be there."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    task = answer.task
    again = f"{SEPARATOR}[yellow]somebody else has counted it before[/]" if task.count_number else ""
    yield f"{_state(task)} [bold]{escape(task.sku)}[/] at {escape(task.location_id)} by {escape(task.counter)}{again}"
    yield (
        f"Count what is on the shelf, sellable or not, as of revision {number(answer.as_of_revision)}: "
        f"gate counts submit {task.task_id} COUNTED"
    )


def submitted(answer: sdk.SubmitCountTaskResponse) -> Iterator[RenderableType]:
    """Tell what became of a count."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    task = answer.task
    replayed = f"{SEPARATOR}[dim]told before[/]" if answer.replayed else ""
    if answer.booked:
        revision = f"{SEPARATOR}revision {number(task.revision)}"
        yield f"{_state(task)} [bold]{escape(task.sku)}[/] at {escape(task.location_id)}{revision}{replayed}"
        return
    yield f"{_state(task)} [bold]{escape(task.sku)}[/] at {escape(task.location_id)}{replayed}"
    yield "[yellow]It is beyond the tolerance: somebody else has to count it. Do not tell them your figure.[/]"


def accuracy(answer: sdk.GetCountAccuracyResponse, days: int) -> Iterator[RenderableType]:
    """Tell how right the record was, and how often it had to be corrected."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if not answer.groups:
        yield f"[dim]Nothing was counted in the last {number(days)} days.[/]"
        return
    figures = ("right", "counted", "accuracy", "off by", "of units")
    yield f"[bold]How right the record was[/]{SEPARATOR}last {number(days)} days"
    yield small_table(
        ["", "", *figures],
        [
            [
                f"[dim]{each.group}[/]",
                escape(each.name),
                number(each.right),
                number(each.counted),
                _share(each.accuracy_basis_points),
                number(each.adjusted_units),
                number(each.counted_units),
            ]
            for each in answer.groups
        ],
        right=figures,
    )
    yield ""
    yield "[bold]Corrections by day[/]"
    most = max((each.adjusted for each in answer.trend), default=0) or 1
    by_day = ("counted", "corrected", "units")
    yield small_table(
        ["day", *by_day, ""],
        [
            [
                each.day,
                number(each.counted),
                number(each.adjusted),
                number(each.adjusted_units),
                f"[yellow]{'█' * (each.adjusted * 20 // most)}[/]",
            ]
            for each in answer.trend
        ],
        right=by_day,
    )


def _share(basis_points: int) -> str:
    color = "green" if basis_points >= _GOOD else "yellow" if basis_points >= _FAIR else "red"
    return f"[{color}]{basis_points / 100:.2f} %[/]"


def _why(task: sdk.CountTask) -> str:
    told = _trigger(task)
    return f"[dim]{told}[/]" if told == _ROUTINE else f"[yellow]{told.replace('_', ' ')}[/]"


def _trigger(task: sdk.CountTask) -> str:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return short_name(sdk.CountTrigger.DESCRIPTOR, task.trigger)


def _state(task: sdk.CountTask) -> str:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return word(short_name(sdk.CountTaskState.DESCRIPTOR, task.state))
