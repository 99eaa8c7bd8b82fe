"""How much a variance matters, whose it is, and until when it should be closed."""

from __future__ import annotations

import pytest

from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.measures import OWN, formula
from gate_service.domain.reconcile.records import Severity
from gate_service.domain.reconcile.severity import CLOSED_WITHIN_MS, owner, severity, shown_to_customers
from tests.handoffs.maps import of


@pytest.mark.parametrize(
    ("amount", "expected", "wanted"),
    [
        (-1, 2, Severity.LOW),
        (2, 0, Severity.LOW),
        (-3, 1_000, Severity.LOW),
        (3, 30, Severity.MEDIUM),
        (-3, 12, Severity.HIGH),
        (3, 0, Severity.HIGH),
        (9, 10_000, Severity.LOW),
        (-10, 10_000, Severity.MEDIUM),
        (-99, 10_000, Severity.MEDIUM),
        (100, 100_000, Severity.HIGH),
    ],
)
def test_units_and_the_share_of_what_was_expected_say_how_much_it_matters(
    amount: int, expected: int, wanted: Severity
) -> None:
    assert severity(amount, expected) is wanted


@pytest.mark.parametrize(
    ("value_cents", "wanted"),
    [(9_999, Severity.LOW), (10_000, Severity.MEDIUM), (99_999, Severity.MEDIUM), (100_000, Severity.HIGH)],
)
def test_one_unit_that_is_worth_much_matters(value_cents: int, wanted: Severity) -> None:
    assert severity(-1, 10, value_cents=value_cents) is wanted


@pytest.mark.parametrize(
    ("abc", "wanted"), [("A", Severity.HIGH), ("B", Severity.MEDIUM), ("c", Severity.LOW), ("", Severity.MEDIUM)]
)
def test_class_a_counts_a_step_more_and_class_c_one_less(abc: str, wanted: Severity) -> None:
    assert severity(-10, 10_000, abc=abc) is wanted


def test_no_class_goes_beyond_either_end() -> None:
    assert severity(1, 100, abc="C") is Severity.LOW
    assert severity(500, 100, abc="A") is Severity.HIGH


def test_a_shop_that_shows_too_much_is_critical_and_one_that_shows_too_little_is_not() -> None:
    assert severity(1, 1_000, shown_to_customers=True) is Severity.CRITICAL
    assert severity(-1, 1_000, shown_to_customers=True) is Severity.LOW


def test_customers_see_what_a_storefront_says_may_be_sold() -> None:
    house = of({"shop": {"role": "storefront"}, "wms": {"role": "warehouse"}})
    shop, wms = house.systems["shop"], house.systems["wms"]
    assert shown_to_customers(shop, OWN["available"])
    assert shown_to_customers(shop, formula("sellable", "on_hand - damaged"))
    assert not shown_to_customers(shop, OWN["on_hand"])
    assert not shown_to_customers(wms, OWN["available"])
    assert not shown_to_customers(None, OWN["available"])


def test_what_matters_more_is_to_be_closed_sooner() -> None:
    within = [CLOSED_WITHIN_MS[each] for each in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)]
    assert within == sorted(within)
    assert len(set(within)) == 4


@pytest.fixture(scope="module")
def house() -> HandoffMap:
    def system(role: str, name: str, locations: list[str]) -> dict[str, object]:
        return {"role": role, "owner": {"name": name, "contact": "room 1"}, "locations": locations}

    return of(
        {
            "erp": system("erp", "Purchasing", ["*"]),
            "3pl": system("logistics", "Contract logistics", ["EAST", "ACME"]),
            "wms": system("warehouse", "Floor", ["EAST"]),
            "shop": system("storefront", "Web", ["*"]),
            "nobody": {"role": "erp", "locations": ["*"]},
        }
    )


@pytest.mark.parametrize(
    ("diagnosis", "wanted"),
    [
        (Diagnosis(Cause.DOUBLE_APPLIED, 90, 5, "erp → shop: record_receipt"), "Web"),
        (Diagnosis(Cause.UNEXPLAINED, 0, 0), "Web"),
        (Diagnosis(Cause.NOT_APPLIED, 90, 5, "erp → shop: record_receipt"), "Purchasing"),
        (Diagnosis(Cause.NOT_APPLIED, 90, 5, "gate → shop: expire_hold"), "Web"),
        (Diagnosis(Cause.SHIPPED_STILL_ALLOCATED, 90, 5, "wms → shop: confirm_shipment"), "Floor"),
        (Diagnosis(Cause.PHANTOM, 90, 5), "Floor"),
        (
            Diagnosis(
                Cause.COMBINED,
                80,
                7,
                parts=(
                    Diagnosis(Cause.DOUBLE_APPLIED, 90, 2),
                    Diagnosis(Cause.NOT_APPLIED, 90, -9, "erp → shop: record_return"),
                ),
            ),
            "Purchasing",
        ),
    ],
)
def test_whoever_has_to_look_first_owns_it(house: HandoffMap, diagnosis: Diagnosis, wanted: str) -> None:
    assert owner(house, "EAST", "shop", diagnosis) == wanted


@pytest.mark.parametrize(
    ("location_id", "mirror", "wanted"),
    [
        ("EAST", "shop", "Floor"),
        ("EAST", "3pl", "Contract logistics"),
        ("ACME", "wms", "Contract logistics"),
        ("WEST", "shop", "Web"),
    ],
)
def test_a_shelf_that_differs_is_whose_hands_are_there(
    house: HandoffMap, location_id: str, mirror: str, wanted: str
) -> None:
    assert owner(house, location_id, mirror, Diagnosis(Cause.PHANTOM, 90, 5)) == wanted


def test_where_nobody_stands_in_the_map_it_is_the_mirrors() -> None:
    lost = Diagnosis(Cause.PHANTOM, 90, 5)
    assert owner(None, "EAST", "shop", lost) == "shop"
    assert owner(of({"shop": {"role": "storefront"}}), "EAST", "shop", lost) == "shop"


def test_a_system_without_an_owner_is_named_itself(house: HandoffMap) -> None:
    assert owner(house, "WEST", "nobody", Diagnosis(Cause.WRONG_MEASURE, 90, 5)) == "nobody"
