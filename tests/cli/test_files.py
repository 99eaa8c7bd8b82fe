from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gate_service.cli.exits import InputError
from gate_service.cli.files import UNIT, Column, read_rows
from gate_service.cli.words import Measure

COLUMNS = (
    Column("order_id", aliases=("order",)),
    Column("line_id", required=False),
    Column("quantity", figure=True),
    Column("reason", required=False, choices=("lost", "found")),
)


def read(tmp_path: Path, text: str | bytes, name: str = "in.csv") -> list[dict[str, Any]]:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_rows(str(file), COLUMNS)


def complaint(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    rows = "".join(f"\n{where}: {what}" for where, what in error.value.rows)
    return f"{error.value}{rows}".replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    "text",
    [
        "order_id,line_id,quantity,reason\nA-1,1,3,lost\nA-2,,4,\n",
        "\ufefforder_id;line_id;quantity;reason\r\nA-1;1;3;LOST\r\n\r\nA-2;;4;\r\n",
        "QUANTITY\treason\tOrder\tline_id\n3\tlost\tA-1\t1\n 4 \t\tA-2 \t\n",
        '"order_id","line_id","quantity","reason"\n"A-1","1","3","lost"\n"A-2","","4",""',
        '[{"order_id": "A-1", "line_id": "1", "quantity": 3, "reason": "lost"}, {"order": "A-2", "quantity": "4"}]',
        """{"lines": [{"order_id": "A-1", "line_id": "1", "quantity": 3, "reason": "Lost"},
            {"order_id": "A-2", "line_id": "", "quantity": 4, "reason": null}]}""",
        '{"order_id": "A-1", "line_id": "1", "quantity": 3, "reason": "lost"}\n\n{"order_id": "A-2", "quantity": 4}\n',
    ],
)
def test_the_same_lines_are_read_from_csv_json_and_json_lines(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [
        {"order_id": "A-1", "line_id": "1", "quantity": Measure(3), "reason": "lost"},
        {"order_id": "A-2", "quantity": Measure(4)},
    ]


def test_one_object_is_one_line(tmp_path: Path) -> None:
    assert read(tmp_path, '{"order_id": "A-1", "quantity": 3}') == [{"order_id": "A-1", "quantity": Measure(3)}]


def test_what_is_not_used_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(tmp_path, "order_id,zone,quantity,shelf\nA-1,Z,3,S\nA-2,Z,3,S\n")
    assert capsys.readouterr().err == f"{tmp_path}/in.csv: not used: zone, shelf\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "in.csv is empty."),
        ("sku\nMUG\n", "in.csv has no column order_id, quantity. Its first line must name the columns: "),
        ("order_id\nA-1\n", "in.csv has no column quantity. "),
        ("order_id,quantity\n", "in.csv has no lines in it."),
        ("[]", "in.csv has no lines in it."),
        ("order_id,order_id,quantity\nA-1,A-1,3\n", "in.csv names a column twice: order_id, order_id, quantity."),
        ('order_id,quantity\n"A-1,3\n', "in.csv, line 2: unexpected end of data."),
        (b"order_id,quantity\nA-\xff,3\n", "in.csv is not UTF-8 text (byte 20)."),
        ('{"lines": 3}', "in.csv: `lines` must be a list of objects."),
        ('[{"order_id": "A-1",\n "quantity": }]', "in.csv, line 2: not valid JSON: Expecting value."),
        ('{"order_id": "A-1"}\n{"order_id": }', "in.csv, line 2: not valid JSON: Expecting value."),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert complaint(tmp_path, text).startswith(told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A-1,,,", "quantity: is missing"),
        ("A-1", "quantity: is missing"),
        (",,3,", "order_id: is missing"),
        ("A-1,,3.0,", "quantity: '3.0' is not a whole number"),
        ("A-1,,1e3,", "quantity: '1e3' is not a whole number"),
        ("A-1,,1_000,", "quantity: '1_000' is not a whole number"),
        ("A-1,,٣,", "quantity: '٣' is not a whole number"),
        ("A-1,,9223372036854775808,", "quantity: 9223372036854775808 is too large"),
        ("A-1,,3,stolen", "reason: 'stolen' is not one of lost, found"),
        ("A-1,,3,lost,more", "has more cells than the header"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_its_line(tmp_path: Path, row: str, told: str) -> None:
    text = f"order_id,line_id,quantity,reason\n\nA-0,,1,\n{row}\n"
    where = "row 3 (line 4)"
    assert complaint(tmp_path, text) == f"in.csv: 1 of 2 rows cannot be read; nothing was asked.\n{where}: {told}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('"A-1"', "is not an object"),
        ("3", "is not an object"),
        ('{"order_id": 5, "quantity": 3}', "order_id: 5 is not a text"),
        ('{"order_id": "A-1", "quantity": 3.5}', "quantity: '3.5' is not a whole number"),
        ('{"order_id": 1.5, "quantity": 3}', "order_id: 1.5 is not a text"),
        ('{"order_id": "A-1", "quantity": true}', "quantity: true is not a whole number"),
        ('{"order_id": "A-1", "quantity": [3]}', "quantity: [3] is not a whole number"),
        ('{"order_id": "A-1", "quantity": 18446744073709551616}', "quantity: 18446744073709551616 is too large"),
    ],
)
def test_a_bad_object_is_told_with_its_place_in_the_list(tmp_path: Path, value: str, told: str) -> None:
    said = complaint(tmp_path, f'[{{"order_id": "A-0", "quantity": 1}}, {value}]')
    assert said.startswith(f"in.csv: 1 of 2 rows cannot be read; nothing was asked.\nrow 2: {told}")


PACKED = (
    Column("sku"),
    Column("quantity", figure=True, decimal=True),
    Column("short", figure=True, required=False),
    UNIT,
)


@pytest.mark.parametrize(
    "text",
    [
        "sku,quantity,unit\nMUG,2,case\nPEN,1.5,case\nCUP,4,\n",
        "sku,quantity,uom\nMUG,2@case,\nPEN,1.5@case,case\nCUP,4,\n",
        """[{"sku": "MUG", "quantity": 2, "unit": "case"}, {"sku": "PEN", "quantity": 1.5, "unit": "case"},
            {"sku": "CUP", "quantity": "4"}]""",
    ],
)
def test_a_figure_may_be_told_in_a_unit(tmp_path: Path, text: str) -> None:
    file = tmp_path / "in.csv"
    file.write_text(text)
    assert [row["quantity"] for row in read_rows(str(file), PACKED)] == [
        Measure(2, "case"),
        Measure(0, "case", "1.5"),
        Measure(4),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("MUG,1.5,,", "quantity: '1.5' is not a whole number"),
        (
            "MUG,2,1.5,case",
            "short: '1.5' is not a whole number, and here only whole ones are taken; tell it in base units",
        ),
        ("MUG,2@case,,box", "quantity: '2@case' is not in the unit 'box' beside it"),
        ("MUG,2@,,", "quantity: '2@' names no unit behind the @"),
        ("MUG,-1.5,,case", "quantity: -1.5@case is less than nothing: say how many there are, such as 0.5@case"),
    ],
)
def test_a_part_needs_a_unit_to_be_a_part_of(tmp_path: Path, row: str, told: str) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"sku,quantity,short,unit\n{row}\n")
    with pytest.raises(InputError) as error:
        read_rows(str(file), PACKED)
    assert error.value.rows == [("row 1 (line 2)", told)]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv cannot be read: No such file or directory\."):
        read_rows("nowhere.csv", COLUMNS)
