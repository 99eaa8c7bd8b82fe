from __future__ import annotations

import pytest

from gate_service.cli.exits import InputError
from gate_service.cli.words import Shape, duration_ms, rows, whole

SHAPES = (Shape(("sku", "quantity"), "MUG:3"), Shape(("line_id", "sku", "quantity"), "1:MUG:3"))
FIGURES = frozenset({"quantity"})


def test_the_number_of_parts_decides_what_they_are() -> None:
    assert rows(["MUG:3", "1:MUG:-4"], SHAPES, FIGURES) == [
        {"sku": "MUG", "quantity": 3},
        {"line_id": "1", "sku": "MUG", "quantity": -4},
    ]


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
