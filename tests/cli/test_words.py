from __future__ import annotations

import pytest

from gate_service.cli.exits import InputError
from gate_service.cli.words import Measure, Shape, at_ms, duration_ms, rows, whole

SHAPES = (Shape(("sku", "quantity"), "MUG:3"), Shape(("line_id", "sku", "quantity"), "1:MUG:3"))
FIGURES = {"quantity": True, "delta": False}


def test_the_number_of_parts_decides_what_they_are() -> None:
    assert rows(["MUG:3", "1:MUG:-4"], SHAPES, FIGURES) == [
        {"sku": "MUG", "quantity": Measure(3)},
        {"line_id": "1", "sku": "MUG", "quantity": Measure(-4)},
    ]


def test_a_figure_may_name_its_unit() -> None:
    read = rows(["MUG:2@case", "MUG:1.5@case"], SHAPES, FIGURES)
    assert [row["quantity"].fields() for row in read] == [
        {"quantity": 2, "unit": "case"},
        {"unit": "case", "amount": "1.5"},
    ]


@pytest.mark.parametrize("word", ["MUG:1.5", "MUG:@case", "MUG:2@", "MUG:1.5.5@case", "MUG:.5@case", "MUG:5.@case"])
def test_a_part_of_nothing_and_a_unit_of_nothing_are_refused(word: str) -> None:
    with pytest.raises(InputError):
        rows([word], SHAPES, FIGURES)


def test_where_the_contract_takes_whole_figures_only_a_part_is_refused() -> None:
    with pytest.raises(InputError) as error:
        rows(["MUG:1.5@case"], (Shape(("sku", "delta"), "MUG:-3"),), FIGURES)
    told = "'1.5' is not a whole number, and here only whole ones are taken; tell it in base units"
    assert error.value.rows == [("MUG:1.5@case", told)]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("MUG:-0.5@case", "-0.5@case is less than nothing: say how many there are, such as 0.5@case"),
        ("MUG:+0.5@case", "'+0.5' has a sign: a decimal number is written without one, such as 0.5@case"),
    ],
)
def test_a_part_of_a_pack_has_no_sign(word: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        rows([word], SHAPES, FIGURES)
    assert error.value.rows == [(word, told)]


@pytest.mark.parametrize(
    ("word", "example"), [("1.5@case:1", "MUG:3"), ("2@case:1", "MUG:3"), ("1:1.5@case:1", "1:MUG:3")]
)
def test_a_quantity_in_the_place_of_the_sku_is_no_sku(word: str, example: str) -> None:
    with pytest.raises(InputError) as error:
        rows([word], SHAPES, FIGURES)
    quantity = word.split(":")[-2]
    assert error.value.rows == [(word, f"{quantity} is a quantity where the SKU should stand: say {example}")]
    assert rows(["7@:1", "3M@HOME:2"], SHAPES, FIGURES)[1]["sku"] == "3M@HOME"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1970-01-01", 86_400_000),
        ("1970-01-02T00:00Z", 86_400_000),
        ("1970-01-02T01:00:01.5+01:00", 86_401_500),
        ("2026-03-01 14:00Z", 1_772_373_600_000),
    ],
)
def test_a_time_says_its_zone_and_a_day_stands_for_its_end(text: str, value: int) -> None:
    assert at_ms(text) == value


@pytest.mark.parametrize("text", ["", "soon", "2026-03-01T14:00", "2026-02-30", "9999-12-31", "1772373600000"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no time: say a day"):
        at_ms(text)


def test_every_word_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InputError, match=r"3 lines cannot be read\.") as error:
        rows(["MUG:3", "MUG", "MUG:", "MUG:x"], SHAPES, FIGURES)
    usage = "say SKU:QUANTITY (MUG:3) or LINE_ID:SKU:QUANTITY (1:MUG:3)"
    assert error.value.rows == [("MUG", usage), ("MUG:", usage), ("MUG:x", "'x' is not a whole number")]


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("+7", 7), ("-9223372036854775808", -(2**63)), ("007", 7)])
def test_a_whole_number_fits_64_bits(text: str, value: int) -> None:
    assert whole(text) == value


@pytest.mark.parametrize("text", ["", " 1", "1.0", "1e3", "0x1", "1_0", "٣", "--1", "9223372036854775808", "9" * 40])
def test_what_is_no_whole_number_of_64_bits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a whole number|is too large"):
        whole(text)


@pytest.mark.parametrize(
    ("text", "value"), [("500ms", 500), ("90s", 90_000), ("15m", 900_000), ("4h", 14_400_000), ("7d", 604_800_000)]
)
def test_a_duration_is_a_number_and_a_unit(text: str, value: int) -> None:
    assert duration_ms(text) == value
