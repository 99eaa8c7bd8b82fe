"""Writes an answer to stdout in the form that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from gate_service.cli.console import Output, data, notes
from gate_service.cli.plain import compact, plain, pretty
from gate_service.cli.units import told

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import RenderableType

People = Callable[[], Iterable["RenderableType"]]


def show(output: Output, answer: Message, people: People, *, listing: str = "") -> None:
    """Write one answer, and for people how the gate read what was not written as it is kept.

    `listing` names the field whose elements are the lines of `-o jsonl`.
    """
    if output is Output.TABLE:
        for_people(people())
        for sentence in told(getattr(answer, "conversions", ())):
            note(output, sentence)
    elif output is Output.JSONL and listing:
        for each in getattr(answer, listing):
            typer.echo(compact(plain(each)))
    else:
        plainly(output, plain(answer))


def plainly(output: Output, value: Any) -> None:  # noqa: ANN401 whatever JSON can hold
    """Write plain data for programs."""
    typer.echo(pretty(value) if output is Output.JSON else compact(value))


def for_people(parts: Iterable[RenderableType]) -> None:
    """Write for people."""
    console = data()
    for part in parts:
        console.print(part, crop=False)


def note(output: Output, text: str) -> None:
    """Add a word that is no data, on stderr, for people only."""
    if output is Output.TABLE:
        notes().print(text, style="dim", markup=False, soft_wrap=True)
