"""Reads what stands on the command line: `SKU:QUANTITY`, `SKU:2@case`, `ORDER:SKU:PICKED:SHORT:REASON`, `15m`.

An id never contains a colon, so a colon always separates. Whether a figure is in its bound, and what a unit holds, is
for the gate to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from gate_service.cli.exits import InputError

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[0-9]{1,18}\.[0-9]{1,18}")
_SIGNED_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}\.[0-9]{1,18}")
_PACKS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?@[A-Za-z][^@]*")
_INT64 = range(-(2**63), 2**63)
_INT64_DIGITS = 19
_SHOWN = 40
_DURATION = re.compile(r"([0-9]{1,12})(ms|s|m|h|d)")
_UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

Row = dict[str, Any]


def whole(text: str) -> int:
    """Read a whole number that fits the wire. Raises ValueError with what is wrong."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    digits = text.lstrip("+-").lstrip("0")
    if (
        len(digits) > _INT64_DIGITS or int(text) not in _INT64
    ):  # the length first: int() reads no more than 4,300 digits
        raise ValueError(f"{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'} is too large")
    return int(digits or "0") * (-1 if text.startswith("-") else 1)


class Measure(NamedTuple):
    """A figure in a unit, as it was written: `3`, `2@case`, `1.5@case`."""

    figure: int
    """The whole number; 0 where `amount` says it."""
    unit: str = ""
    """Empty for base units."""
    amount: str = ""
    """The decimal number; empty for a whole one."""

    def fields(self) -> dict[str, Any]:
        """Give it by the names it has in a line of the contract, without those that say nothing."""
        named = {"quantity": self.figure, "unit": self.unit, "amount": self.amount}
        return {name: value for name, value in named.items() if value}


def measure(text: str, unit: str = "", *, decimal: bool = False) -> Measure:
    """Read a figure that may name its unit; `unit` is what a column beside it says. Raises ValueError.

    A decimal number needs a unit to be a part of: in base units there is no half.
    """
    figure, at, own = text.partition("@")
    if at and not own:
        raise ValueError(f"{text!r} names no unit behind the @")
    if own and unit and own != unit:
        raise ValueError(f"{text!r} is not in the unit {unit!r} beside it")
    unit = own or unit
    if decimal and unit and _DECIMAL.fullmatch(figure):
        return Measure(0, unit, figure)
    if unit and _SIGNED_DECIMAL.fullmatch(figure):
        raise ValueError(_no_part(figure, unit, decimal=decimal))
    return Measure(whole(figure), unit)


def _no_part(figure: str, unit: str, *, decimal: bool) -> str:
    if not decimal:
        return f"{figure!r} is not a whole number, and here only whole ones are taken; tell it in base units"
    if figure.startswith("-"):
        return f"{figure}@{unit} is less than nothing: say how many there are, such as 0.5@{unit}"
    return f"{figure!r} has a sign: a decimal number is written without one, such as 0.5@{unit}"


def at_ms(text: str) -> int:
    """Read a time: `2026-03-01T14:00Z`, or a day, which stands for its end in UTC. Raises InputError."""
    try:
        if "T" not in text and " " not in text:
            read = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(tzinfo=UTC))
        else:
            read = datetime.fromisoformat(text)
            if read.tzinfo is None:
                raise ValueError("no time zone")  # noqa: TRY301 told like every other time that cannot be read
        return round(read.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InputError(
            f"{text!r} is no time: say a day, such as 2026-03-01, or 2026-03-01T14:00Z, or 2026-03-01T14:00+01:00."
        ) from None


def duration_ms(text: str) -> int:
    """Read `500ms`, `90s`, `15m`, `4h` or `7d`. Raises InputError."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise InputError(f"{text!r} is no duration: say 500ms, 90s, 15m, 4h or 7d.")
    return int(found[1]) * _UNIT_MS[found[2]]


class Shape(NamedTuple):
    """One way to write a line: the fields between the colons and an example."""

    fields: tuple[str, ...]
    example: str


def rows(words: Iterable[str], shapes: Sequence[Shape], figures: Mapping[str, bool]) -> list[Row]:
    """Read each word by the first shape that has as many parts. Raises InputError that names every bad word.

    `figures` names the parts that become a Measure, and whether it may be a decimal one.
    """
    read: list[Row] = []
    wrong: list[tuple[str, str]] = []
    for word in words:
        parts = word.split(":")
        shape = next((each for each in shapes if len(each.fields) == len(parts)), None)
        try:
            if shape is None or not all(parts):
                ways = " or ".join(f"{':'.join(each.fields).upper()} ({each.example})" for each in shapes)
                raise ValueError(f"say {ways}")  # noqa: TRY301 told like every other mistake in it
            read.append(_row(shape, parts, figures))
        except ValueError as error:
            wrong.append((word, str(error)))
    if wrong:
        raise InputError(f"{_many(len(wrong), 'line')} cannot be read.", wrong)
    return read


def _row(shape: Shape, parts: list[str], figures: Mapping[str, bool]) -> Row:
    named = dict(zip(shape.fields, parts, strict=True))
    if _PACKS.fullmatch(named.get("sku", "")):
        raise ValueError(f"{named['sku']} is a quantity where the SKU should stand: say {shape.example}")
    return {name: measure(part, decimal=figures[name]) if name in figures else part for name, part in named.items()}


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
