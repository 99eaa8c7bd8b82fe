"""What means the same is the same text, and so the same hash; and the text means the same map again."""

from __future__ import annotations

import json

import pytest

from gate_service.domain.handoff_document import read_canonical
from gate_service.domain.policy import PRIORITY_DEFAULT, Buffer, Policy
from gate_service.domain.vocabulary import Quarantine
from gate_service.handoffs import read
from tests.handoffs.maps import HOUSE, of


def test_the_canonical_text_is_the_same_map_again() -> None:
    handoffs = read(HOUSE)
    again = read_canonical(handoffs.canonical)
    assert again == handoffs
    assert read(handoffs.canonical) == handoffs  # it is valid YAML, too


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("locations: [DC-1, DC-2]", "locations: [DC-2, DC-1]"),
        ("operations:\n      record_receipt:", "operations:  # whatever\n      record_receipt:"),
        ("      confirm_shipment:\n", "      confirm_shipment: {without_permit: false}\n"),
        ("operations: {reserve_stock: {}}", "operations: {reserve_stock: {buckets: [committed, held, ring_fenced]}}"),
        ("    channels: [web]\n", "    channels: [web]\n    reads: true\n    tokens: []\n"),
        ("priority: 1", "priority: 1\n    split: false"),
        ("buffer_percent: 12.5", "buffer_percent: 12.50"),
    ],
)
def test_what_means_the_same_has_the_same_hash(given: str, same: str) -> None:
    assert given in HOUSE
    assert read(HOUSE.replace(given, same)).sha256 == read(HOUSE).sha256


@pytest.mark.parametrize(
    ("given", "other"),
    [
        ("locations: [DC-2, DC-1]", "locations: [DC-1, DC-2]"),  # of the channel: who is asked first
        ("documents: [asn]", "documents: [asn, po]"),
        ("12.5", "12.51"),
        ("safety_stock: 2", "safety_stock: 0"),
        ("room 12", "room 13"),
    ],
)
def test_what_means_something_else_has_another_hash(given: str, other: str) -> None:
    assert given in HOUSE
    assert read(HOUSE.replace(given, other)).sha256 != read(HOUSE).sha256


def test_a_map_of_a_newer_gate_is_read_without_what_only_that_knows() -> None:
    document = json.loads(read(HOUSE).canonical)
    document["systems"]["shop"]["operations"]["teleport_stock"] = {"far": True}
    document["systems"]["shop"]["mood"] = "good"
    document["weather"] = "fine"
    assert read_canonical(json.dumps(document)) == read(HOUSE)


def test_the_policy_of_a_map_goes_before_the_settings_and_leaves_them_the_rest() -> None:
    settings = Policy(9, {"web": Buffer(1), "till": Buffer(4)}, Quarantine.ALL)
    policy = of(
        {"shop": {"role": "storefront", "feed": {"retention_ms": 86_400_000}}, "erp": {"role": "erp"}},
        {"web": {"buffer": 3, "priority": 7}, "amazon": {"buffer_percent": 2.5}},
        policy={"safety_stock": 0, "approval_above": 100},
    ).policy(settings)
    assert (policy.safety_stock, policy.approval_above, policy.quarantine) == (0, 100, Quarantine.ALL)
    assert policy.buffers == {"web": Buffer(3), "amazon": Buffer(0, 250), "till": Buffer(4)}
    assert policy.priorities == {"web": 7, "amazon": PRIORITY_DEFAULT}
    assert policy.retention_ms == {"shop": 86_400_000}


def test_a_map_that_says_nothing_of_policy_leaves_the_settings_in_force() -> None:
    settings = Policy(9, {"web": Buffer(1)}, Quarantine.MISSING)
    assert of({}).policy(settings) == settings
