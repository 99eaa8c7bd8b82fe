"""Reads CSV with a header row by row, however long the file is; a row that cannot be read is given with the reason."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

import typer

from gate_service.cli.exits import InputError
from gate_service.cli.files import STDIN

_LINE_MAX: Final = 1_000_000
"""Bytes: a longer line is no row, but a file of another kind."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"


class Cells(NamedTuple):
    """One row: the line that it ends on, what it says by column, and why it cannot be read ("" where it can)."""

    line: int
    values: Mapping[str, str]
    problem: str = ""


@contextmanager
def opened(source: str) -> Iterator[IO[bytes]]:
    """Open a file, or stdin. Raises InputError."""
    if source == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}.") from error


class Lines(Iterator[str]):
    """The lines of a file as text; what is no UTF-8 in them is noted, and told with its row."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Begin before the first line."""
        self._file = file
        self._name = name
        self.number = 0
        self.undecoded: list[int] = []

    def __next__(self) -> str:
        """Give the next line. Raises InputError for one that is no line of a table."""
        raw = self._file.readline(_LINE_MAX)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) == _LINE_MAX:
            raise InputError(f"{self._name}, line {self.number}: longer than {_LINE_MAX:,} bytes, so it is no row.")
        if self.number == 1:
            if raw.startswith(_UTF_16):
                raise InputError(f"{self._name} is UTF-16 text, as some programs export it: save it as CSV in UTF-8.")
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.undecoded.append(self.number)
            return raw.decode("utf-8", "replace")

    def first(self) -> str:
        """Give the first line that says something. Raises InputError where there is none."""
        for line in self:
            if line.strip():
                return line
        raise InputError(f"{self._name} is empty.")


def table(
    first: str, lines: Lines, name: str, columns: Collection[str], also: Mapping[str, str], needed: Collection[str]
) -> Iterator[Cells]:
    """Give each row below a header line that names some of the columns; `also` are other names for them.

    Raises InputError where a column is missing or named twice; columns that nobody knows are named on stderr.
    """
    delimiter = max(_DELIMITERS, key=first.count)
    header = [
        also.get(cell, cell)
        for cell in (cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter)))
    ]
    for column in needed:
        if column not in header:
            told = ", ".join(columns)
            raise InputError(f"{name} has no column {column}. Its first line must name the columns: {told}.")
    if len({*header}) < len(header):
        raise InputError(f"{name} names a column twice: {', '.join(header)}.")
    tell_unused({*header}, columns, name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.undecoded.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Cells(lines.number, {}, f"is not valid CSV: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield _cells(lines, header, cells)


def _cells(lines: Lines, header: list[str], cells: list[str]) -> Cells:
    values = {column: cell.strip() for column, cell in zip(header, cells, strict=False)}
    if lines.undecoded:
        return Cells(lines.number, {}, "is not UTF-8 text")
    if len(cells) > len(header):
        return Cells(lines.number, values, "has more cells than the header")
    if len(cells) < len(header):
        return Cells(lines.number, values, "has fewer cells than the header: is the file cut off?")
    return Cells(lines.number, values)


def tell_unused(names: Collection[str], known: Collection[str], name: str) -> None:
    """Name on stderr the columns that are not used."""
    unused = sorted({*names} - {*known, ""})
    if unused:
        typer.echo(f"{name}: not used: {', '.join(unused)}", err=True)
