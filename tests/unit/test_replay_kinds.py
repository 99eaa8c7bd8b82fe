from __future__ import annotations

from datetime import datetime

import pytest

from gate_service.cli.replaying.kinds import RowKind, kind_of
from gate_service.cli.replaying.rows import Row

SOME_ROW = Row(1, "536365", "85123A", "WHITE HANGING HEART", 6, datetime(2010, 12, 1), True, "17850")  # noqa: DTZ001, FBT003


@pytest.mark.parametrize("code", ["85123A", "22086", "15056BL", "DCGS0076", "DCGSSBOY", "47503J"])
def test_item_codes_are_stock(code: str) -> None:
    assert kind_of(SOME_ROW._replace(code=code)) is RowKind.ORDERED


@pytest.mark.parametrize(
    "code",
    ["POST", "D", "M", "DOT", "BANK CHARGES", "C2", "S", "AMAZONFEE", "GIFT_0001_40", "PADS", "B", "CRUK", "1234"],
)
def test_service_codes_are_not_stock(code: str) -> None:
    assert kind_of(SOME_ROW._replace(code=code)) is RowKind.NOT_STOCK
    assert kind_of(SOME_ROW._replace(code=code, invoice="C536379", quantity=-1)) is RowKind.NOT_STOCK


def test_an_invoice_with_c_cancels() -> None:
    assert kind_of(SOME_ROW._replace(invoice="C536379", quantity=-6)) is RowKind.CANCELLED


def test_a_cancellation_that_adds_units_contradicts_itself() -> None:
    assert kind_of(SOME_ROW._replace(invoice="C536379")) is RowKind.CONTRADICTORY


@pytest.mark.parametrize("customer", ["", "17850"])
def test_a_negative_quantity_without_c_is_a_write_off(customer: str) -> None:
    assert kind_of(SOME_ROW._replace(quantity=-6, customer=customer)) is RowKind.WRITTEN_OFF


@pytest.mark.parametrize("note", ["", "?", "Found", "amazon", "check"])
def test_units_for_nobody_at_no_price_under_a_note_were_found(note: str) -> None:
    assert kind_of(SOME_ROW._replace(description=note, priced=False, customer="")) is RowKind.FOUND


def test_units_at_no_price_under_the_name_of_a_product_left() -> None:
    free = SOME_ROW._replace(priced=False, customer="", description="GIFT BAG 25x24x12cm")
    assert kind_of(free) is RowKind.ORDERED


def test_units_without_a_name_for_a_customer_left() -> None:
    assert kind_of(SOME_ROW._replace(description="", priced=False)) is RowKind.ORDERED
    assert kind_of(SOME_ROW._replace(description="", customer="")) is RowKind.ORDERED
