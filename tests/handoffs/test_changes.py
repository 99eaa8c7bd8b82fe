"""A change of the map is told in sentences, and never tells a token."""

from __future__ import annotations

import pytest

from gate_service.domain.handoff_changes import CHANGES_MAX, changes
from gate_service.handoffs import read
from tests.handoffs.maps import HOUSE, digest, of


@pytest.mark.parametrize(
    ("given", "instead", "told"),
    [
        ("locations: [DC-1, DC-2]", "locations: [DC-2, DC-9]", "system wms-east: locations +DC-9 -DC-1"),
        ("reserve_stock: {}", "confirm_reservation: {}", "system shop: may confirm_reservation"),
        ("reserve_stock: {}", "confirm_reservation: {}", "system shop: may no longer reserve_stock"),
        ("role: storefront", "role: erp", 'system shop: role "storefront" -> "erp"'),
        (
            "locations: [DC-2, DC-1]",
            "locations: [DC-1, DC-2]",
            'channel web: locations ["DC-2", "DC-1"] -> ["DC-1", "DC-2"]',
        ),
        ("safety_stock: 2", "approval_above: 5", "policy: safety_stock 2 -> nothing"),
        ("safety_stock: 2", "approval_above: 5", "policy: approval_above nothing -> 5"),
        ("documents: [asn]", "documents: [po]", 'system wms-east: record_receipt with {"buckets":'),
        ("  shop:", "  shop2:", "system shop: taken away"),
        ("policy:", "measures: {sellable: on_hand - damaged}\npolicy:", 'measure sellable: nothing -> "on_hand - dam'),
        (
            "reserve_stock: {}}",
            "reserve_stock: {}}\n    mirror: {lag_ms: 5}",
            'system shop: mirror nothing -> {"lag_ms": 5}',
        ),
        ("{safety_stock: 2}", "{unit_value: 1.5}", "policy: unit_value nothing -> 1.5"),
        ("  shop:", "  shop2:", "system shop2: new"),
    ],
)
def test_each_change_is_a_sentence(given: str, instead: str, told: str) -> None:
    assert given in HOUSE
    found = changes(read(HOUSE), read(HOUSE.replace(given, instead)))
    assert any(sentence.startswith(told) for sentence in found), found


def test_the_first_map_is_new_in_every_part() -> None:
    assert changes(None, read(HOUSE)) == (
        "system shop: new",
        "system wms-east: new",
        "channel web: new",
        "policy: safety_stock nothing -> 2",
    )


def test_nothing_changed_is_told_as_nothing() -> None:
    assert changes(read(HOUSE), read(HOUSE.replace("version: 3", "version: 4"))) == ()


def test_tokens_are_counted_and_not_told() -> None:
    before = of({"a": {"role": "erp", "tokens": [digest("old"), digest("older")]}})
    after = of({"a": {"role": "erp", "tokens": [digest("old"), digest("new")]}})
    assert changes(before, after) == ("system a: tokens +1 -1",)


def test_a_change_of_everything_is_cut_to_what_can_be_read() -> None:
    told = changes(None, of({f"s{number}": {"role": "erp"} for number in range(CHANGES_MAX + 50)}))
    assert len(told) == CHANGES_MAX
    assert told[-1] == "and 51 more changes"
