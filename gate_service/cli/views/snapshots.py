"""Snapshots: how far they are, which rows are wrong, what came of comparing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gate_service.cli.console import how_long, number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, word

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_ROWS_SHOWN = 20
_STATES = {"COMPARED": "green", "REFUSED": "bold red"}


def listed(found: Sequence[sdk.Snapshot]) -> Iterator[RenderableType]:
    """Tell what came, the newest first."""
    if not found:
        yield "[dim]No snapshots.[/]"
        return
    yield small_table(
        ("snapshot", "mirror", "location", "measure", "begun", "state", "rows", "wrong", "agreed", "lag", "opened"),
        [
            [
                each.snapshot_id,
                each.system,
                each.location_id,
                each.measure,
                when(each.begun_at_ms),
                _state(each),
                number(each.received_rows),
                number(each.bad_row_count),
                *_came(each),
            ]
            for each in found
        ],
        right=("rows", "wrong", "agreed", "lag", "opened"),
    )


def _came(each: sdk.Snapshot) -> list[str]:
    if not each.HasField("result"):
        return ["", "", ""]
    return [number(each.result.agreed_count), number(each.result.timing_count), number(each.result.opened_count)]


def one(told: sdk.Snapshot, lines: Mapping[int, int], *, replayed: bool) -> Iterator[RenderableType]:
    """Tell all of one; `lines` are those of the file by the place of a row."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    what = "whole" if told.whole else "in part"
    of = f"revision {told.as_of_revision:,}" if told.as_of_revision else when(told.as_of_ms)
    told_before = f"{SEPARATOR}[dim]told before[/]" if replayed else ""
    measure = " - ".join([told.measure, *told.deducts])
    yield f"[bold]{told.snapshot_id}[/]{SEPARATOR}{_state(told)}{told_before}"
    yield f"{told.system} at {told.location_id}{SEPARATOR}{measure}, {what}, as of {of}"
    so_far = f", {number(told.compared_rows)} compared so far" if _name(told, "state") == "COMPARING" else ""
    yield f"{_rows(told.received_rows)}, {number(told.bad_row_count)} of them wrong{so_far}"
    if told.problem:
        yield f"[red]{escape(told.problem)}[/]"
    if told.HasField("result"):
        yield from _result(told.result)
    if told.bad_rows:
        rows = [
            [
                number(lines.get(each.row, each.row)),
                escape(each.sku),
                each.field,
                escape(each.problem),
            ]
            for each in told.bad_rows[:_ROWS_SHOWN]
        ]
        yield small_table(("line" if lines else "row", "SKU", "field", "what is wrong"), rows, right=("line", "row"))
        yield from _more(told.bad_row_count)


def _result(told: sdk.SnapshotResult) -> Iterator[RenderableType]:
    counts = (
        ("compared", told.compared_count),
        ("agreed", told.agreed_count),
        ("behind", told.timing_count),
        ("new", told.opened_count),
        ("still there", told.continued_count),
        ("gone", told.resolved_count),
    )
    names = [name for name, _ in counts]
    yield small_table(names, [[number(count) for _, count in counts]], names)
    if told.causes:
        yield SEPARATOR.join(f"{word(_name(each, 'cause'))} {number(each.count)}" for each in told.causes)
    if told.lag_entries:
        usual = f", usually {how_long(told.usual_lag_ms)}" if told.usual_lag_ms else ""
        entries = "1 entry" if told.lag_entries == 1 else f"{number(told.lag_entries)} entries"
        yield f"[dim]The mirror was {entries} behind: {how_long(told.lag_ms)}{usual}.[/]"
    if told.late:
        yield "[yellow]A newer one had been compared before: it changed no standing variance.[/]"
    if told.opened_count or told.continued_count:
        yield "[dim]gate variance list shows them.[/]"


def unreadable(rows: Sequence[tuple[int, str]], count: int) -> Iterator[RenderableType]:
    """Tell rows of a file that could not be told at all."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if count:
        yield f"[red]{_rows(count)} of the file could not be read, and {'was' if count == 1 else 'were'} left out:[/]"
        shown = [[number(line), escape(problem)] for line, problem in rows[:_ROWS_SHOWN]]
        yield small_table(("line", "what is wrong"), shown, right=("line",))
        yield from _more(count)


def _rows(count: int) -> str:
    return f"{number(count)} row{'s' * (count != 1)}"


def _more(count: int) -> Iterator[RenderableType]:
    if count > _ROWS_SHOWN:
        yield f"[dim]… and {number(count - _ROWS_SHOWN)} more.[/]"


def _state(each: sdk.Snapshot) -> str:
    name = _name(each, "state")
    style = _STATES.get(name)
    return f"[{style}]{name}[/]" if style else name


def _name(message: Message, field: str) -> str:
    found: Any = message.DESCRIPTOR.fields_by_name[field]
    return short_name(found.enum_type, getattr(message, field))
