"""Where output goes: data on stdout, everything else on stderr; tables for people, JSON for programs."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_PIPE_WIDTH = 240
"""Columns where nobody looks: wide enough that no table is folded for grep."""


class Output(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


@contextmanager
def whole_output() -> Iterator[None]:
    """Buffer stdout within the block where Python was told not to (PYTHONUNBUFFERED, as images like to set it).

    Unbuffered, a text that a pipe does not take at once is cut off without a word: the writer drops the rest.
    """
    before = sys.stdout
    raw = getattr(before, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        yield
        return
    # closefd: whoever opened it still needs it when this one is gone
    sys.stdout = open(  # noqa: SIM115 a descriptor, open for the whole block
        raw.fileno(), "w", encoding=before.encoding, errors=before.errors, closefd=False
    )
    try:
        yield
    finally:
        with suppress(BrokenPipeError):  # told already, where it was first met
            sys.stdout.flush()
        sys.stdout = before


def data() -> Console:
    """Give the console of stdout."""
    return _console(sys.stdout)


def notes() -> Console:
    """Give the console of stderr."""
    return _console(sys.stderr)


@contextmanager
def saying_so(text: str, after_s: float = 1.0) -> Iterator[None]:
    """Say `text` on stderr where the block takes longer than a person waits without a word."""
    timer = threading.Timer(after_s, lambda: typer.echo(text, err=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _console(stream: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415 slow to import; `-o json` does without

    class Told(Console):
        """Says by an exception, like any other writer, that its reader is gone; its own way is to exit with 1."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Told(file=stream, highlight=False, width=width, emoji=False)


def small_table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[str] = ()) -> RenderableType:
    """Give a table of texts with markup; the columns in `right` hold figures."""
    from gate_service.cli.columns import Columns  # noqa: PLC0415 rich is slow to import

    return Columns(columns, rows, right)


def number(value: int) -> str:
    """Write a figure for people: 42,481."""
    return f"{value:,}"


def signed(value: int) -> str:
    """Write a change for people: +1,000 or -3."""
    return f"{value:+,}"


def when(at_ms: int) -> str:
    """Write a time of the store for people, to the second."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def how_long(duration_ms: int) -> str:
    """Write a duration for people, in its two largest units."""
    seconds = max(0, round(duration_ms / 1000))
    parts = [(seconds // 86_400, "d"), (seconds // 3_600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    told = [f"{amount} {unit}" for amount, unit in parts if amount]
    return " ".join(told[:2]) or "0 s"
