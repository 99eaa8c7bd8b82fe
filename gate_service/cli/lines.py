"""The lines of orders and waves: how they are written on the command line and in files, and what they become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gate_service.cli.exits import InputError
from gate_service.cli.files import UNIT, Column, read_rows
from gate_service.cli.given import (
    FIGURES,
    LINE,
    LINE_SKU_QUANTITY,
    QUANTITY,
    SKU,
    SKU_QUANTITY,
    check_choices,
    given,
    needed,
)
from gate_service.cli.words import Measure, Row, Shape, rows
from gate_service.domain.vocabulary import ShortReason

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_ORDER = Column("order_id", aliases=("order",))


def availability_lines(words: Sequence[str]) -> list[sdk.AvailabilityLine]:
    """Read `SKU:QUANTITY`, or `SKU` for its figures alone."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = needed(rows(words, (SKU_QUANTITY, Shape(("sku",), "MUG")), FIGURES), "SKU:QUANTITY, such as MUG:3")
    return [sdk.AvailabilityLine(**_fields(row)) for row in read]


def reserve_lines(words: Sequence[str], file: str | None) -> list[sdk.ReserveLine]:
    """Read `SKU:QUANTITY` or `LINE:SKU:QUANTITY`."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = given(words, file, (SKU_QUANTITY, LINE_SKU_QUANTITY), (LINE, SKU, QUANTITY))
    return [sdk.ReserveLine(**_fields(row)) for row in needed(read, "SKU:QUANTITY, such as MUG:3")]


def release_lines(words: Sequence[str]) -> list[sdk.ReleaseLine]:
    """Read `LINE:QUANTITY`; none stands for everything."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    read = rows(words, (Shape(("line_id", "quantity"), "MUG:1"),), {"quantity": False})
    if wrong := [(row["line_id"], f"say it without @{row['quantity'].unit}") for row in read if row["quantity"].unit]:
        raise InputError("A release is told in base units: the line is known by its key, not by an item.", wrong)
    return [sdk.ReleaseLine(line_id=row["line_id"], quantity=row["quantity"].figure) for row in read]


def wave_lines(file: str) -> list[sdk.WaveLine]:
    """Read order_id, line_id (optional), sku and quantity."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return [sdk.WaveLine(**_fields(row)) for row in read_rows(file, (_ORDER, LINE, SKU, QUANTITY, UNIT))]


def pick_lines(words: Sequence[str], file: str | None) -> list[sdk.PickLine]:
    """Read `ORDER:SKU:PICKED[:SHORT[:REASON]]`; a file may name the line, too. A short line says why."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    reasons = tuple(reason.value for reason in ShortReason if reason)
    base = ("order_id", "sku", "picked")
    shapes = (
        Shape(base, "A-1:MUG:3"),
        Shape((*base, "short"), "A-1:MUG:2:1"),
        Shape((*base, "short", "reason"), "A-1:MUG:2:1:damaged"),
    )
    columns = (
        _ORDER,
        LINE,
        SKU,
        Column("picked", figure=True, aliases=("picked_quantity",)),
        Column("short", figure=True, required=False, aliases=("short_quantity",)),
        Column("reason", required=False, choices=reasons, aliases=("short_reason",)),
    )
    read = needed(given(words, file, shapes, columns), "ORDER:SKU:PICKED, such as A-1:MUG:3")
    check_choices(read, "reason", reasons, "The reason of what is short")
    return [
        sdk.PickLine(
            order_id=row["order_id"],
            line_id=row.get("line_id", ""),
            sku=row["sku"],
            picked_quantity=row["picked"].figure,
            short_quantity=row.get("short", Measure(0)).figure,
            short_reason=f"SHORT_REASON_{_short_reason(row).upper()}",
            unit=_unit_of_both(row),
        )
        for row in read
    ]


def _short_reason(row: Row) -> str:
    reason: str = row.get("reason", "not_found" if row.get("short", Measure(0)).figure else "unspecified")
    return reason


def _unit_of_both(row: Row) -> str:
    """Give the one unit in which a pick is told; a figure of 0 needs none. Raises InputError."""
    told = [figure for figure in (row["picked"], row.get("short")) if figure is not None]
    units = {figure.unit for figure in told if figure.figure or figure.unit}
    if len(units) > 1:
        where = f"{row['order_id']}:{row['sku']}"
        raise InputError("What was picked and what was short must be told in the same unit.", [(where, "two units")])
    return next(iter(units), "")


def ship_lines(words: Sequence[str]) -> list[sdk.ShipLine]:
    """Read `SKU:QUANTITY` or `LINE:SKU:QUANTITY`; none stands for all that is picked."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return [sdk.ShipLine(**_fields(row)) for row in rows(words, (SKU_QUANTITY, LINE_SKU_QUANTITY), FIGURES)]


def _fields(row: Row) -> Row:
    """Give a row with a quantity by the names that a line of the contract has."""
    others = {name: value for name, value in row.items() if name not in ("quantity", "unit")}
    return {**others, **row.get("quantity", Measure(0)).fields()}
