"""Reads lines from a file or from stdin: CSV with a header, JSON (a list, or an object with `lines`), or JSON lines.

Every mistake is told with its row, and one mistake anywhere means that nothing is asked of the gate.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import typer

from gate_service.cli.exits import InputError
from gate_service.cli.words import Measure, Row, measure

STDIN = "-"
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Column:
    """One column of a file and key of a JSON object."""

    name: str
    figure: bool = False
    """Read as a Measure. Where there is a column `unit`, it holds for every figure of its row."""
    required: bool = True
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    decimal: bool = False
    """A figure that need not be whole, where it has a unit."""


UNIT = Column("unit", required=False, aliases=("uom",))


class _Decimal(str):
    """A number of a JSON file that has a point, as it is written there: no text, and never rounded."""

    __slots__ = ()


class Found(NamedTuple):
    """One row as it stands in the source: where, and what it says by column."""

    where: str
    values: dict[str, object]


def read_rows(source: str, columns: Sequence[Column]) -> list[Row]:
    """Read `source`, a path or `-`, into one dict per row with the names of `columns`. Raises InputError."""
    text = _text(source)
    name = "stdin" if source == STDIN else source
    if not text.strip():
        raise InputError(f"{name} is empty.")
    rows = [*(_json(text, name) if text.lstrip()[:1] in ("[", "{") else _csv(text, name, columns))]
    if not rows:
        raise InputError(f"{name} has no lines in it.")
    known = {"", *(word for column in columns for word in (column.name, *column.aliases))}
    if unused := {key: None for row in rows for key in row.values if key not in known}:  # in order, each once
        typer.echo(f"{name}: not used: {', '.join(unused)}", err=True)
    wrong: list[tuple[str, str]] = []
    read = [_read(found, columns, wrong) for found in rows]
    if wrong:
        count = len({where for where, _ in wrong})
        raise InputError(f"{name}: {count} of {len(rows)} rows cannot be read; nothing was asked.", wrong)
    return read


def _text(source: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{source} is not UTF-8 text (byte {error.start}).") from error


def _csv(text: str, name: str, columns: Sequence[Column]) -> Iterator[Found]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        _check_header(header, name, columns)
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield Found(f"row {number} (line {reader.line_num})", _cells(header, cells))
    except csv.Error as error:
        raise InputError(f"{name}, line {reader.line_num}: {error}.") from error


def _check_header(header: list[str], name: str, columns: Sequence[Column]) -> None:
    missing = [column.name for column in columns if column.required and not {column.name, *column.aliases} & {*header}]
    if missing:
        wanted = ", ".join(column.name if column.required else f"[{column.name}]" for column in columns)
        raise InputError(f"{name} has no column {', '.join(missing)}. Its first line must name the columns: {wanted}.")
    if len({*header}) < len(header):
        raise InputError(f"{name} names a column twice: {', '.join(header)}.")


def _cells(header: list[str], cells: list[str]) -> dict[str, object]:
    """Pair them up; cells without a column and columns without a cell are told when the row is read."""
    values: dict[str, object] = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    if len(cells) > len(header):
        values[""] = cells[len(header) :]
    return values


def _json(text: str, name: str) -> Iterator[Found]:
    try:
        value = json.loads(text, parse_float=_Decimal)
    except json.JSONDecodeError as error:
        yield from _json_lines(text, name, error)
        return
    if isinstance(value, dict):
        value = value.get("lines", [value])
    if not isinstance(value, list):
        raise InputError(f"{name}: `lines` must be a list of objects.")
    for number, each in enumerate(value, start=1):
        yield _object(f"row {number}", each)


def _json_lines(text: str, name: str, whole_file: json.JSONDecodeError) -> Iterator[Found]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    first = lines[0][0]
    for number, line in lines:
        try:
            value = json.loads(line, parse_float=_Decimal)
        except json.JSONDecodeError as error:
            # Where not even the first line is an object by itself, the file was meant as a whole.
            at, told = (number, error) if number > first else (whole_file.lineno, whole_file)
            raise InputError(f"{name}, line {at}: not valid JSON: {told.msg}.") from error
        yield _object(f"line {number}", value)


def _object(where: str, value: object) -> Found:
    return Found(where, {str(key): cell for key, cell in value.items()} if isinstance(value, dict) else {"": value})


def _read(found: Found, columns: Sequence[Column], wrong: list[tuple[str, str]]) -> Row:
    row: dict[str, Any] = {}
    if "" in found.values:
        wrong.append((found.where, "is not an object" if len(found.values) == 1 else "has more cells than the header"))
        return row
    unit = _cell(found, UNIT) if UNIT in columns else None
    for column in columns:
        value = _cell(found, column)
        try:
            if value is not None and value != "":
                row[column.name] = _value(column, value, unit if isinstance(unit, str) else "")
            elif column.required:
                raise ValueError("is missing")  # noqa: TRY301 told like every other mistake in it
        except ValueError as error:
            wrong.append((found.where, f"{column.name}: {error}"))
    return row


def _cell(found: Found, column: Column) -> object:
    return next((found.values[name] for name in (column.name, *column.aliases) if name in found.values), None)


def _value(column: Column, value: object, unit: str) -> Measure | str:
    if column.figure:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError(f"{json.dumps(value)} is not a whole number")
        return measure(str(value), unit, decimal=column.decimal)
    if not isinstance(value, str) or isinstance(value, _Decimal):
        raise ValueError(f"{_as_written(value)} is not a text")  # noqa: TRY004 told as a mistake of the input
    if column.choices and value.lower() not in column.choices:
        raise ValueError(f"{value!r} is not one of {', '.join(column.choices)}")
    return value.lower() if column.choices else value


def _as_written(value: object) -> str:
    return str(value) if isinstance(value, _Decimal) else json.dumps(value)
