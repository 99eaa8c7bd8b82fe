"""GTINs and GS1 element strings as scanners hand them over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate_service.domain.items import Scanned
from tests.catalog.naive import gtin
from tests.catalog.world import CODES

FNC1 = "\x1d"
G = "07032069804988"


def check_digit(payload: str) -> str:
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(payload)))
    return str(-weighted % 10)


GTINS = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length).map(lambda text: text + check_digit(text))
)


@given(GTINS)
def test_a_gtin_of_any_length_is_read_as_fourteen_digits(code: str) -> None:
    assert CODES.gtin14(code) == code.zfill(14) == gtin(code)


@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(code: str, place: int, more: int) -> None:
    at = place % len(code)
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    assert CODES.gtin14(wrong) == ""


@pytest.mark.parametrize(
    "text", ["", "1234567", "123456789", "1" * 15, "5012345678901", "٥٠١٢٣٤٥٦", " 96385074", "96385074\n"]
)
def test_what_is_no_gtin_is_none(text: str) -> None:
    assert CODES.gtin14(text) == ""


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        (f"01{G}", ""),
        (f"(01){G}", ""),
        (f"(01){G}(10)0329", "0329"),
        (f"(01) {G} (17) 260930 (10) AB-1", "AB-1"),
        (f"01{G}1726093010AB-1", "AB-1"),
        (f"10AB-1{FNC1}01{G}", "AB-1"),
        (f"01{G}10AB-1{FNC1}21SERIAL", "AB-1"),
        (f"{FNC1}01{G}", ""),
        (f"]C101{G}100329", "0329"),
        (f"]d2{FNC1}01{G}21S1{FNC1}10L/2", "L/2"),
        (f"]Q301{G}", ""),
        (f"]E0{G[1:]}", ""),
        (f"01{G}17000000", ""),
    ],
)
def test_an_element_string_names_its_item_and_its_lot(text: str, lot: str) -> None:
    assert CODES.scanned(text) == Scanned(G, lot)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MUG",
        "0107032069804989",
        "(10)AB-1(17)260930",
        "00340123450000000000",
        f"02{G}3740",
        "]E07032069804989",
        "]C1",
        "(01)",
        "(99999)1",
        "(((((((((((((((((((",
        "01" * 60,
    ],
)
def test_what_names_no_trade_item_by_a_sound_gtin_is_nothing(text: str) -> None:
    assert CODES.scanned(text) is None


@given(st.text("0123456789()]\x1dABCab-/. ", max_size=128))
def test_nothing_that_a_scanner_may_send_is_a_fault(text: str) -> None:
    scanned = CODES.scanned(text)
    assert scanned is None or CODES.gtin14(scanned.gtin) == scanned.gtin
