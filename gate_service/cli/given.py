"""Where the lines of an operation come from: the words of the command line or a file, with the columns both share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, TypeVar

import typer

from gate_service.cli.exits import InputError
from gate_service.cli.files import UNIT, Column, read_rows
from gate_service.cli.words import Row, Shape, rows

ReadT = TypeVar("ReadT")

FileOption = Annotated[
    str | None,
    typer.Option("--file", "-f", metavar="PATH|-", help="Read the lines from a CSV or JSON file, or from stdin."),
]

FIGURES: Final = {"quantity": True, "delta": False, "picked": False, "short": False, "counted": False}
"""The parts of a line that are figures, and whether the contract takes a decimal one (`1.5@case`)."""

SKU_QUANTITY: Final = Shape(("sku", "quantity"), "MUG:3")
LINE_SKU_QUANTITY: Final = Shape(("line_id", "sku", "quantity"), "1:MUG:3")
LINE: Final = Column("line_id", required=False, aliases=("line",))
SKU: Final = Column("sku")
QUANTITY: Final = Column("quantity", figure=True, aliases=("qty",), decimal=True)


def given(words: Sequence[str], file: str | None, shapes: Sequence[Shape], columns: Sequence[Column]) -> list[Row]:
    """Read the lines from where they are: the command line or a file, not both. Raises InputError."""
    if words and file is not None:
        raise InputError("Give the lines as arguments or with --file, not both.")
    return rows(words, shapes, FIGURES) if file is None else read_rows(file, (*columns, UNIT))


def needed(read: list[ReadT], example: str) -> list[ReadT]:
    """Give the lines back. Raises InputError where there are none."""
    if not read:
        raise InputError(f"No lines are given: say {example}, or --file with a path or - for stdin.")
    return read


def check_choices(read: Iterable[Row], name: str, choices: Sequence[str], what: str) -> None:
    """Hold the words of the command line to what a column allows. Raises InputError with `what` they must be."""
    wrong = [row for row in read if row.get(name, choices[0]).lower() not in choices]
    if wrong:
        raise InputError(
            f"{what} must be one of {', '.join(choices)}.", [(_where(row), f"{row[name]!r} is none") for row in wrong]
        )


def _where(row: Row) -> str:
    return ":".join(row[name] for name in ("order_id", "sku") if name in row)
