"""A map of the right form may still lead nowhere."""

from __future__ import annotations

import pytest

from tests.handoffs.maps import HOUSE, digest, wrong


@pytest.mark.parametrize(
    ("given", "instead", "told"),
    [
        (
            "channels: [web]",
            "channels: [wbe]",
            'systems.shop.channels[0]: there is no channel "wbe" under channels; did',
        ),
        ("channels: [web]", 'channels: [web, "*"]', 'systems.shop.channels: "*" stands for all channels'),
        ("channels: [web]", "relays_for: [nobody]", 'systems.shop.relays_for[0]: there is no system "nobody"'),
        ("channels: [web]", "relays_for: [shop]", "systems.shop.relays_for[0]: a system tells its own events anyway"),
        (
            "reserve_stock: {}",
            "adjust_stock: {}",
            "systems.shop.operations.adjust_stock: a system of role storefront can never adjust_stock; that is for",
        ),
        (
            "reserve_stock: {}",
            "reserve_stock: {without_permit: true}",
            "systems.shop.operations.reserve_stock.without_permit: is for confirm_shipment only",
        ),
        (
            "[on_hand, quality_control]",
            "[on_hand, held]",
            "systems.wms-east.operations.record_receipt.buckets[1]: record_receipt never writes held; it writes",
        ),
        (
            "[on_hand, quality_control]",
            "[quality_control]",
            "systems.wms-east.operations.record_receipt.buckets: record_receipt always writes on_hand too",
        ),
        (
            "reserve_stock: {}",
            "reserve_stock: {buckets: [held]}",
            "systems.shop.operations.reserve_stock.buckets: reserve_stock always writes committed, ring_fenced too",
        ),
        (
            "buffer_percent: 12.5",
            "buffer_percent: 1\n    buffer: 1",
            "channels.web.buffer_percent: keep either buffer or",
        ),
    ],
)
def test_what_leads_nowhere_is_told(given: str, instead: str, told: str) -> None:
    assert given in HOUSE
    found = [what for _, what in wrong(HOUSE.replace(given, instead))]
    assert any(what.startswith(told) for what in found), found


def test_a_location_at_which_nobody_writes_is_unknown() -> None:
    narrow = HOUSE.replace('locations: ["*"]', "locations: [DC-1]")
    ((line, what),) = wrong(narrow.replace("locations: [DC-2, DC-1]", "locations: [DC-3]"))
    assert line == HOUSE[: HOUSE.index("locations: [DC-2, DC-1]")].count("\n") + 1
    assert what.startswith('channels.web.locations[0]: no system writes at a location "DC-3"; did you mean "DC-')


@pytest.mark.parametrize(("kind", "same"), [("tokens", f'["{digest("x")}"]'), ("certificates", '["wms.example"]')])
def test_a_token_and_a_certificate_name_one_system(kind: str, same: str) -> None:
    text = f"version: 1\nsystems:\n  a: {{role: erp, {kind}: {same}}}\n  b: {{role: erp, {kind}: {same}}}\n"
    ((line, what),) = wrong(text)
    assert line == 4
    assert 'stands at system "a" already' in what
    assert digest("x") not in what


def test_a_sound_map_has_nothing_wrong() -> None:
    assert wrong(HOUSE) == []
