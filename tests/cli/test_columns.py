from __future__ import annotations

import io

from rich.console import Console

from gate_service.cli.columns import Columns
from gate_service.cli.console import how_long, number, signed, when


def written(table: Columns, width: int = 40, *, colour: bool = False) -> list[str]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, color_system="standard" if colour else None)
    console.print(table, crop=False)
    return stream.getvalue().splitlines()


def test_figures_stand_to_the_right_and_texts_to_the_left() -> None:
    table = Columns(["SKU", "on hand"], [["MUG", "1,500"], ["TEAPOT", "7"]], right=("on hand",))
    assert written(table) == ["SKU     on hand", "───────────────", "MUG       1,500", "TEAPOT        7"]


def test_only_the_last_column_is_folded_and_nothing_is_cut() -> None:
    table = Columns(["order", "why"], [["A" * 20, "one two three four five six seven"]])
    assert written(table, width=30)[2:] == [
        "A" * 20 + "  one two three four five",
        " " * 22 + "six seven",
    ]


def test_columns_stay_where_they_are_from_page_to_page() -> None:
    widths = {"rev": 5, "what": 8}
    first = Columns(["rev", "what"], [["1", "reserve"]], right=("rev",), widths=widths)
    second = Columns(["rev", "what"], [["1,000", "ship"]], right=("rev",), widths=widths, head=False)
    assert written(first)[2] == "    1  reserve"
    assert written(second) == ["1,000  ship"]


def test_markup_takes_no_room_and_colours_its_cell_alone() -> None:
    table = Columns(["a", "b"], [["[red]no[/]", "x"], ["yes", "y"]])
    assert written(table)[2:] == ["no   x", "yes  y"]
    assert written(table, colour=True)[2] == "\x1b[31mno\x1b[0m   x"


def test_a_table_without_rows_is_its_head() -> None:
    assert written(Columns(["a", "b"], [])) == ["a  b", "────"]


def test_figures_times_and_durations_are_written_for_people() -> None:
    assert (number(42_481), signed(1_000), signed(-3)) == ("42,481", "+1,000", "-3")
    assert when(1_700_000_000_000) == "2023-11-14 22:13:20 UTC"
    assert [how_long(ms) for ms in (400, 59_600, 90_000, 14_400_000, 90_061_000)] == [
        "0 s",
        "1 min",
        "1 min 30 s",
        "4 h",
        "1 d 1 h",
    ]
