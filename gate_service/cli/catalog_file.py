"""Reads a file of items row by row, however long it is: CSV with a header, or JSON lines.

A row that cannot be read is a row like any other: it goes to the gate with the reason, is counted, and keeps the import
from being put in force. Only a file that cannot be read at all is refused here.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import typer

import fulfillment_gate as sdk
from gate_service.cli.exits import InputError
from gate_service.cli.files import STDIN
from gate_service.cli.plain import value_of
from gate_service.cli.words import whole
from gate_service.domain.imports import UNREADABLE_MAX_LENGTH
from gate_service.domain.item_rules import ALIAS_SEPARATOR

_LINE_MAX: Final = 1_000_000
"""Bytes: a longer line is no row, but a file of another kind."""
_DELIMITERS: Final = ",;\t"
_YES: Final = frozenset({"yes", "y", "true", "1", ""})
_NO: Final = frozenset({"no", "n", "false", "0"})
_NAMES: Final = {"alias": "aliases", "gtin": "gtins", "unit": "units", "components": "kit"}
_FIELDS: Final = ("sku", "aliases", "gtins", "units", "kit", "stocked", "non_stock", "abc", "description")

Values = Mapping[str, Any]


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


def rows(file: IO[bytes], name: str) -> Iterator[sdk.ImportRow]:
    """Give each row of a file with the number of the line that it ends on. Raises InputError."""
    lines = _Lines(file, name)
    first = next(lines, None)
    while first is not None and not first.strip():
        first = next(lines, None)
    if first is None:
        raise InputError(f"{name} is empty.")
    if first.lstrip().startswith("["):
        raise InputError(
            f"{name} is one JSON list, which would have to be read as a whole: write one object for a line."
        )
    found = _json if first.lstrip().startswith("{") else _csv
    count = 0
    for row in found(first, lines, name):
        count += 1
        yield row
    if not count:
        raise InputError(f"{name} has no rows in it.")


class _Lines(Iterator[str]):
    """The lines of a file as text; what is no UTF-8 in them is noted, and told with its row."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self.number = 0
        self.undecoded: list[int] = []

    def __next__(self) -> str:
        raw = self._file.readline(_LINE_MAX)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) == _LINE_MAX:
            raise InputError(f"{self._name}, line {self.number}: longer than {_LINE_MAX:,} bytes, so it is no row.")
        if self.number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.undecoded.append(self.number)
            return raw.decode("utf-8", "replace")


def _csv(first: str, lines: _Lines, name: str) -> Iterator[sdk.ImportRow]:
    delimiter = max(_DELIMITERS, key=first.count)
    header = [
        _NAMES.get(cell, cell)
        for cell in (cell.strip().lower() for cell in next(csv.reader([first], delimiter=delimiter)))
    ]
    if "sku" not in header:
        raise InputError(f"{name} has no column sku. Its first line must name the columns: {', '.join(_FIELDS)}.")
    if len({*header}) < len(header):
        raise InputError(f"{name} names a column twice: {', '.join(header)}.")
    _tell_unused({*header}, name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.undecoded.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _row(lines.number, "", f"is not valid CSV: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        values = {column: cell.strip() for column, cell in zip(header, cells, strict=False)}
        if lines.undecoded:
            yield _row(lines.number, "", "is not UTF-8 text")
        elif len(cells) > len(header):
            yield _row(lines.number, values["sku"], "has more cells than the header")
        elif len(cells) < len(header):
            yield _row(lines.number, values.get("sku", ""), "has fewer cells than the header: is the file cut off?")
        else:
            yield _read(lines.number, values)


def _json(first: str, lines: _Lines, name: str) -> Iterator[sdk.ImportRow]:
    unused: set[str] = set()
    line: str | None = first
    while line is not None:
        if line.strip():
            yield _json_row(lines, line, unused, name)
        lines.undecoded.clear()
        line = next(lines, None)


def _json_row(lines: _Lines, line: str, unused: set[str], name: str) -> sdk.ImportRow:
    if lines.undecoded:
        return _row(lines.number, "", "is not UTF-8 text")
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return _row(lines.number, "", f"is not valid JSON: {getattr(error, 'msg', 'nested too deep')}")
    if not isinstance(value, dict):
        return _row(lines.number, "", "is not an object")
    values = {_NAMES.get(str(key).lower(), str(key).lower()): cell for key, cell in value.items()}
    if new := {*values} - {*_FIELDS} - unused:
        unused |= new
        _tell_unused(new, name)
    return _read(lines.number, values)


def _tell_unused(names: set[str], name: str) -> None:
    unused = sorted(names - {*_FIELDS, ""})
    if unused:
        typer.echo(f"{name}: not used: {', '.join(unused)}", err=True)


def _read(number: int, values: Values) -> sdk.ImportRow:
    """Make an item of a row, or say why that cannot be done."""
    sku = values.get("sku")
    try:
        return sdk.ImportRow(row_number=number, item=_item(values))
    except (TypeError, ValueError) as error:
        return _row(number, sku if isinstance(sku, str) else "", str(error))


def _row(number: int, sku: str, unreadable: str) -> sdk.ImportRow:
    said = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in unreadable)
    shown = sku.encode("utf-8", "replace").decode()[:64]
    return sdk.ImportRow(row_number=number, item=sdk.Item(sku=shown), unreadable=said[:UNREADABLE_MAX_LENGTH])


def _item(values: Values) -> sdk.Item:
    return sdk.Item(
        sku=_text(values, "sku"),
        aliases=[_said("aliases", alias) for alias in _several(values, "aliases")],
        gtins=[sdk.ItemGtin(gtin=gtin, unit=unit) for gtin, unit in _pairs(values, "gtins", _gtin, ("gtin", "unit"))],
        units=[
            sdk.ItemUnit(unit=unit, factor=factor)
            for unit, factor in _pairs(values, "units", _count, ("unit", "factor"))
        ],
        kit=[sdk.KitPart(sku=sku, quantity=count) for sku, count in _pairs(values, "kit", _once, ("sku", "quantity"))],
        non_stock=not _flag(values, "stocked", default=True) or _flag(values, "non_stock", default=False),
        abc=_abc(values),
        description=_text(values, "description"),
    )


def _text(values: Values, field: str) -> str:
    value = values.get(field)
    return "" if value is None else _said(field, value)


def _said(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{field}: {json.dumps(value)[:60]} is not a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{field}: is not a text") from None
    return value


def _several(values: Values, field: str) -> list[Any]:
    """Give what a cell or a list holds several of."""
    value = values.get(field)
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(ALIAS_SEPARATOR) if part.strip()]
    if isinstance(value, dict):
        return [*value.items()]
    if not isinstance(value, list):
        raise TypeError(f"{field}: {json.dumps(value)[:60]} is not a list")
    return value


def _pairs(
    values: Values, field: str, second: Callable[[str, object], Any], names: tuple[str, str]
) -> Iterator[tuple[str, Any]]:
    """Read pairs as `a=b`, [a, b], {a: b} or objects with both names."""
    for each in _several(values, field):
        if isinstance(each, dict):
            first, rest = each.get(names[0], ""), each.get(names[1])
        elif isinstance(each, str):
            first, equals, text = each.partition("=")
            rest = text if equals else None
        elif isinstance(each, list | tuple) and len(each) == 2:  # noqa: PLR2004 a pair
            first, rest = each
        else:
            raise TypeError(f"{field}: {json.dumps(each)[:60]} is not a pair")
        yield _said(field, first).strip(), second(field, rest.strip() if isinstance(rest, str) else rest)


def _gtin(field: str, unit: object) -> str:
    return "" if unit is None else _said(field, unit)


def _count(field: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{field}: {json.dumps(value)[:60]} is not a whole number")
    try:
        return whole(str(value))
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _once(field: str, value: object) -> int:
    return 1 if value is None else _count(field, value)


def _flag(values: Values, field: str, *, default: bool) -> bool:
    value = values.get(field)
    if isinstance(value, bool):
        return value
    said = str("" if value is None else value).strip().lower()
    if said == "":
        return default
    if said not in _YES | _NO:
        raise ValueError(f"{field}: {said[:60]!r} is neither yes nor no")
    return said in _YES


def _abc(values: Values) -> Any:  # noqa: ANN401 a number of the enum
    said = _text(values, "abc").strip().upper()
    try:
        return value_of(sdk.AbcClass.DESCRIPTOR, said or "UNSPECIFIED")
    except KeyError:
        raise ValueError(f"abc: {said[:60]!r} is not one of A, B, C") from None
