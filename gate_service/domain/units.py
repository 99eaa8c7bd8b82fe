"""Units of measure: what stands in cases or pallets becomes base units, and comes out whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gate_service.domain.limits import QUANTITY_MAX

BASE: Final = ""
"""The name of the base unit, whose factor is 1."""

AMOUNT_PATTERN: Final = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,9}))?")
"""Matched whole. No sign but a minus, no blanks, no exponent: 1.5, 12, -3."""


class UnitError(ValueError):
    """An amount cannot be counted in base units. The text shows the sum."""


def named(unit: str, units: Mapping[str, int]) -> str:
    """Give a unit as the item names it, whatever its capitals. Raises `UnitError` that tells the units there are."""
    found = unit.lower()
    if found == BASE or found in units:
        return found
    told = ", ".join(f"{name} ({factor:,})" for name, factor in sorted(units.items(), key=lambda each: each[1]))
    raise UnitError(f"must be {f'one of {told}, or ' if told else ''}empty for base units, not {unit[:40]!a}")


def to_base(amount: str, factor: int, unit: str = BASE) -> int:
    """Give the base units of a decimal amount of a unit: 1.5 of a case of 12 are 18.

    Exact: nothing is rounded, and no floating point is used. Raises `UnitError` where it is no decimal number, does not
    come out whole, or exceeds what a line may hold.
    """
    read = AMOUNT_PATTERN.fullmatch(amount)
    if read is None:
        raise UnitError(f"must be a decimal number such as 1.5, not {amount[:40]!a}")
    sign, whole, decimals = read[1], read[2], read[3] or ""
    scale = 10 ** len(decimals)
    base, rest = divmod(int(whole + decimals) * factor, scale)
    if rest:
        told = f"{_told(amount, factor, unit)} = {sign}{base:,}.{str(rest).zfill(len(decimals)).rstrip('0')}"
        raise UnitError(f"{told}, which is not a whole number of base units")
    return within(-base if sign else base, amount, factor, unit)


def within(base: int, amount: str | int, factor: int, unit: str = BASE) -> int:
    """Give base units back where a line may hold as many. Raises `UnitError` that shows the sum."""
    if not -QUANTITY_MAX <= base <= QUANTITY_MAX:
        raise UnitError(f"{_told(amount, factor, unit)} = {base:,} base units, which is more than {QUANTITY_MAX:,}")
    return base


def _told(amount: str | int, factor: int, unit: str) -> str:
    return f"{amount} {f'{unit} ' if unit else ''}x {factor:,}"
