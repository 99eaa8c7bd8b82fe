"""Files of items, as they are read row by row."""

from __future__ import annotations

import csv
import io
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fulfillment_gate as sdk
from gate_service.cli import catalog_file
from gate_service.cli.catalog_import import parts
from gate_service.cli.exits import InputError
from gate_service.cli.plain import plain

HEADER = "sku,aliases,gtins,units,kit,stocked,abc,description\n"
CODES = st.text(string.ascii_letters + string.digits + "-_ .ü=", min_size=1, max_size=12).map(str.strip).filter(bool)
IDS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
FACTORS = st.integers(-5, 10**6)


@st.composite
def items(draw: st.DrawFn) -> sdk.Item:
    return sdk.Item(
        sku=draw(IDS),
        aliases=draw(st.lists(CODES, max_size=3)),
        gtins=[
            sdk.ItemGtin(gtin=draw(IDS), unit=draw(st.sampled_from(["", "case"])))
            for _ in range(draw(st.integers(0, 2)))
        ],
        units=[sdk.ItemUnit(unit=draw(IDS), factor=draw(FACTORS)) for _ in range(draw(st.integers(0, 2)))],
        kit=[sdk.KitPart(sku=draw(IDS), quantity=draw(FACTORS)) for _ in range(draw(st.integers(0, 2)))],
        non_stock=draw(st.booleans()),
        abc=draw(st.sampled_from([sdk.ABC_CLASS_UNSPECIFIED, sdk.ABC_CLASS_A, sdk.ABC_CLASS_C])),
        description=draw(st.text(string.printable + "äß€", max_size=20)).strip(),
    )


def read(text: str | bytes) -> list[sdk.ImportRow]:
    return [*catalog_file.rows(io.BytesIO(text.encode() if isinstance(text, str) else text), "items")]


def told(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(row.row_number, row.item.sku, row.unreadable) for row in read(text)]


@given(st.lists(items(), min_size=1, max_size=5))
def test_what_the_gate_lists_as_json_lines_is_read_as_the_same_items(found: list[sdk.Item]) -> None:
    text = "".join(json.dumps(plain(item)) + "\n" for item in found)
    assert [(row.row_number, row.item, row.unreadable) for row in read(text)] == [
        (number, item, "") for number, item in enumerate(found, start=1)
    ]


@given(st.lists(items(), min_size=1, max_size=5), st.sampled_from(",;\t"), st.booleans())
def test_items_written_as_csv_are_read_as_the_same_items(found: list[sdk.Item], delimiter: str, bom: bool) -> None:  # noqa: FBT001 - drawn
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(HEADER.strip().split(","))
    for item in found:
        writer.writerow(
            [
                item.sku,
                "|".join(item.aliases),
                "|".join(f"{each.gtin}={each.unit}" if each.unit else each.gtin for each in item.gtins),
                "|".join(f"{each.unit}={each.factor}" for each in item.units),
                "|".join(f"{each.sku}={each.quantity}" for each in item.kit),
                "no" if item.non_stock else "",
                {0: "", 1: "A", 3: "c"}[item.abc],
                item.description,
            ]
        )
    text = ("\ufeff" if bom else "") + file.getvalue()
    assert [(row.item, row.unreadable) for row in read(text)] == [(item, "") for item in found]


@pytest.mark.parametrize(
    "line",
    [
        '{"sku": "MUG", "gtins": ["1", "2=case"], "units": {"case": 12}, "kit": {"A": 2, "B": 1}}',
        '{"sku": "MUG", "gtins": {"1": "", "2": "case"}, "units": [["case", 12]], "kit": [["A", 2], ["B", 1]]}',
        '{"SKU": "MUG", "gtin": "1|2=case", "unit": "case=12", "components": "A=2|B", "stocked": true}',
        json.dumps(
            {
                "sku": "MUG",
                "gtins": [{"gtin": "1"}, {"gtin": "2", "unit": "case"}],
                "units": [{"unit": "case", "factor": 12}],
                "kit": [{"sku": "A", "quantity": 2}, {"sku": "B"}],
                "stocked": None,
            }
        ),
    ],
)
def test_an_object_may_say_the_same_in_several_ways(line: str) -> None:
    (row,) = read(line)
    assert row.item == sdk.Item(
        sku="MUG",
        gtins=[sdk.ItemGtin(gtin="1"), sdk.ItemGtin(gtin="2", unit="case")],
        units=[sdk.ItemUnit(unit="case", factor=12)],
        kit=[sdk.KitPart(sku="A", quantity=2), sdk.KitPart(sku="B", quantity=1)],
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A,,,case=x,,,,", "units: 'x' is not a whole number"),
        ("A,,,case,,,,", "units: null is not a whole number"),
        ("A,,,case=99999999999999999999,,,,", "units: '99999999999999999999' is too large"),
        ("A,,,,B=two,,,", "kit: 'two' is not a whole number"),
        ("A,,,,,maybe,,", "stocked: 'maybe' is neither yes nor no"),
        ("A,,,,,,D,", "abc: 'D' is not one of A, B, C"),
        ("A,,,,,,,,more", "has more cells than the header"),
        ("A,,,,,,", "has fewer cells than the header"),
        ("A", "has fewer cells than the header"),
        ('A,"b"c,,,,,,', "is not valid CSV"),
    ],
)
def test_a_row_of_csv_that_cannot_be_read_is_told_and_the_next_is_read(row: str, why: str) -> None:
    (first, wrong, last) = told(f"{HEADER}FIRST,,,,,,,\n{row}\nLAST,,,,,,,\n")
    assert (first, last) == ((2, "FIRST", ""), (4, "LAST", ""))
    assert (wrong[0], wrong[1] in ("A", "")) == (3, True)
    assert why in wrong[2].replace("99999999999999999999 is", "'99999999999999999999' is")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not valid JSON"),
        ("[]", "is not an object"),
        ("7", "is not an object"),
        ('{"sku": 7}', "sku: 7 is not a text"),
        ('{"sku": "A", "aliases": [7]}', "aliases: 7 is not a text"),
        ('{"sku": "A", "aliases": 7}', "aliases: 7 is not a list"),
        ('{"sku": "A", "units": {"case": 1.5}}', "units: 1.5 is not a whole number"),
        ('{"sku": "A", "units": [7]}', "units: 7 is not a pair"),
        ('{"sku": "\\ud800"}', "sku: is not a text"),
        ("[" * 50_000, "is not valid JSON"),
    ],
)
def test_a_line_of_json_that_cannot_be_read_is_told_and_the_next_is_read(line: str, why: str) -> None:
    first, wrong, last = told('{"sku": "FIRST"}\n' + line + '\n{"sku": "LAST"}\n')
    assert (first, last) == ((1, "FIRST", ""), (3, "LAST", ""))
    assert why in wrong[2]


def test_a_row_that_is_no_utf_8_is_told_by_its_line() -> None:
    rows = told(HEADER.encode() + b"A,,,,,,,ok\nB,,,,,,,b\xff\nC,,,,,,,ok\n")
    assert rows == [(2, "A", ""), (3, "", "is not UTF-8 text"), (4, "C", "")]


def test_a_cell_over_several_lines_is_one_row_that_ends_where_it_ends() -> None:
    rows = read(f'{HEADER}A,,,,,,,"over\ntwo"\nB,,,,,,,\n')
    assert [(row.row_number, row.item.description) for row in rows] == [(3, "over\ntwo"), (4, "")]


def test_empty_lines_are_no_rows() -> None:
    assert told(f"\n{HEADER}\nA,,,,,,,\n,,,\n") == [(4, "A", "")]
    assert told('\n{"sku": "A"}\n\n') == [(2, "A", "")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (HEADER, "has no rows in it"),
        ("code,name\nA,b\n", "has no column sku"),
        ("sku,alias,aliases\nA,b,c\n", "names a column twice"),
        ('[{"sku": "A"}]', "write one object for a line"),
        ("sku\n" + "x" * 1_000_001, "longer than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_file_of_items_is_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read(text)


def test_columns_that_are_not_used_are_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    read('{"sku": "A", "colour": "blue"}\n{"sku": "B", "colour": "red", "size": 1}\n')
    assert capsys.readouterr().err == "items: not used: colour\nitems: not used: size\n"


def test_rows_are_cut_into_parts_that_a_call_can_carry_and_the_same_rows_into_the_same_parts() -> None:
    large = [sdk.ImportRow(row_number=n, item=sdk.Item(sku=f"A{n}", aliases=["x" * 60] * 60)) for n in range(500)]
    small = [sdk.ImportRow(row_number=n, item=sdk.Item(sku=f"B{n}")) for n in range(2_500)]
    cut = [*parts([*large, *small])]
    assert [part.number for part in cut] == list(range(1, len(cut) + 1))
    assert [row for part in cut for row in part.rows] == [*large, *small]
    assert all(len(part.rows) <= 1_000 and sum(row.ByteSize() for row in part.rows) < 800_000 for part in cut)
    assert [part.digest for part in parts([*large, *small])] == [part.digest for part in cut]
    assert len({part.digest for part in cut}) == len(cut)
