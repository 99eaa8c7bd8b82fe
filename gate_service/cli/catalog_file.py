"""Reads a file of items row by row, however long it is: CSV with a header, or JSON lines.

A row that cannot be read is a row like any other: it goes to the gate with the reason, is counted, and keeps the import
from being put in force. Only a file that cannot be read at all is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Final

import fulfillment_gate as sdk
from gate_service.cli.csv_rows import Lines, table, tell_unused
from gate_service.cli.exits import InputError
from gate_service.cli.plain import value_of
from gate_service.cli.words import whole
from gate_service.domain.imports import UNREADABLE_MAX_LENGTH
from gate_service.domain.item_rules import ALIAS_SEPARATOR

_YES: Final = frozenset({"yes", "y", "true", "1", ""})
_NO: Final = frozenset({"no", "n", "false", "0"})
_NAMES: Final = {"alias": "aliases", "gtin": "gtins", "unit": "units", "components": "kit"}
_FIELDS: Final = ("sku", "aliases", "gtins", "units", "kit", "stocked", "non_stock", "abc", "description")

Values = Mapping[str, Any]


def rows(file: IO[bytes], name: str) -> Iterator[sdk.ImportRow]:
    """Give each row of a file with the number of the line that it ends on. Raises InputError."""
    lines = Lines(file, name)
    first = lines.first()
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


def _csv(first: str, lines: Lines, name: str) -> Iterator[sdk.ImportRow]:
    for row in table(first, lines, name, _FIELDS, _NAMES, ("sku",)):
        if row.problem:
            yield _row(row.line, row.values.get("sku", ""), row.problem)
        else:
            yield _read(row.line, row.values)


def _json(first: str, lines: Lines, name: str) -> Iterator[sdk.ImportRow]:
    unused: set[str] = set()
    line: str | None = first
    while line is not None:
        if line.strip():
            yield _json_row(lines, line, unused, name)
        lines.undecoded.clear()
        line = next(lines, None)


def _json_row(lines: Lines, line: str, unused: set[str], name: str) -> sdk.ImportRow:
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
        tell_unused(new, _FIELDS, name)
    return _read(lines.number, values)


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
