from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate_service.domain.limits import QUANTITY_MAX
from gate_service.domain.units import UnitError, named, to_base, within

FACTORS = st.integers(1, 1_000_000)
DECIMALS = st.decimals(-2_000_000, 2_000_000, places=6, allow_nan=False, allow_infinity=False)


def plainly(value: Decimal) -> str:
    return f"{value:f}"


def test_one_and_a_half_cases_of_twelve_are_eighteen() -> None:
    assert to_base("1.5", 12, "case") == 18


def test_a_correction_downwards_may_be_in_cases_too() -> None:
    assert to_base("-2", 480) == -960


def test_what_does_not_come_out_whole_is_refused_and_the_sum_is_shown() -> None:
    with pytest.raises(UnitError, match=r"^1\.3 case x 12 = 15\.6, which is not a whole number of base units$"):
        to_base("1.3", 12, "case")


def test_more_than_a_line_may_hold_is_refused_and_the_sum_is_shown() -> None:
    with pytest.raises(UnitError, match=r"^3000000 pallet x 480 = 1,440,000,000 base units, which is more than"):
        within(3_000_000 * 480, 3_000_000, 480, "pallet")


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1,5", "1e3", ".5", "1.", "+1", "٣", "NaN", "0x10", "1" * 11, "1.5\n"]
)
def test_what_is_no_plain_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match=r"must be a decimal number such as 1\.5"):
        to_base(text, 12)


@given(factor=FACTORS, data=st.data())
def test_base_units_written_in_a_pack_come_back_as_they_were(factor: int, data: st.DataObject) -> None:
    packs = data.draw(st.integers(-(QUANTITY_MAX // factor), QUANTITY_MAX // factor))
    assert to_base(str(packs), factor) == packs * factor
    assert to_base(str(packs * factor), 1) == packs * factor


@given(amount=DECIMALS, factor=FACTORS)
def test_an_amount_is_converted_exactly_or_refused(amount: Decimal, factor: int) -> None:
    exact = amount * factor
    if exact == exact.to_integral_value() and abs(exact) <= QUANTITY_MAX:
        assert to_base(plainly(amount), factor) == int(exact)
    else:
        with pytest.raises(UnitError):
            to_base(plainly(amount), factor)


@given(amount=DECIMALS, factor=FACTORS)
def test_a_refused_amount_shows_the_sum_to_its_last_digit(amount: Decimal, factor: int) -> None:
    exact = amount * factor
    if exact != exact.to_integral_value():
        with pytest.raises(UnitError) as refused:
            to_base(plainly(amount), factor)
        assert f"= {exact.normalize():,f}," in str(refused.value)


def test_a_unit_is_known_whatever_its_capitals() -> None:
    assert named("CASE", {"case": 12}) == "case"
    assert named("", {"case": 12}) == ""


def test_an_unknown_unit_is_refused_with_those_that_there_are_smallest_first() -> None:
    with pytest.raises(
        UnitError, match=r"^must be one of case \(12\), pallet \(480\), or empty for base units, not 'box'$"
    ):
        named("box", {"pallet": 480, "case": 12})
