"""How the gate read what was written: which item an identifier stands for, and how many base units a pack holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gate_service.cli.console import number

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_TOLD_MAX = 10
_LINE = re.compile(r"lines\[([0-9]+)\]")


def base_units(lines: Iterable[Any], conversions: Iterable[sdk.Conversion], figure: str = "quantity") -> int:
    """Add up a figure of lines in base units, as the gate read it."""
    read = {each.field: each.quantity for each in conversions}
    where = "" if figure == "quantity" else f".{figure}"
    return sum(read.get(f"lines[{place}]{where}", getattr(line, figure)) for place, line in enumerate(lines))


def told(conversions: Sequence[sdk.Conversion]) -> Iterator[str]:
    """Give a sentence for each of the first conversions."""
    for each in conversions[:_TOLD_MAX]:
        given = " ".join(part for part in (each.amount, each.unit) if part)
        lot = f", lot {each.lot_id}" if each.lot_id else ""
        yield f"{f'{given} of ' if given else ''}{each.given} = {number(each.quantity)} {each.sku}{lot}"
    if len(conversions) > _TOLD_MAX:
        yield f"… and {number(len(conversions) - _TOLD_MAX)} more lines that were not written in base units."


def moved(conversions: Iterable[sdk.Conversion], places: Sequence[int]) -> Iterator[sdk.Conversion]:
    """Give the conversions of a part with the places that its lines had among all that were given."""
    from fulfillment_gate import Conversion  # noqa: PLC0415 it brings grpc

    for each in conversions:
        one = Conversion()
        one.CopyFrom(each)
        one.field = _LINE.sub(lambda found: f"lines[{places[int(found[1])]}]", each.field)
        yield one
