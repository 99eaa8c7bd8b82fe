"""Snapshots name items as everybody does: by alias, GTIN, and in packs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import fulfillment_gate as sdk
from gate_service.app.reconcile.ports import Collection
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Snapshot
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.reconcile.records import RedisRecords
from gate_service.reconcile.rows import RedisRows
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.catalog.edge.house import fresh, until


@pytest.fixture
async def opened(store: EmbeddedStore) -> AsyncIterator[Store]:
    connected = connect(store.url)
    yield connected
    await connected.close()


@pytest.fixture
def received(house: sdk.Gate, location: str) -> str:
    house.record_receipt(location, [sdk.ReceiptLine(sku="MUG", quantity=1, landing=sdk.LANDING_AVAILABLE)])
    return location


async def test_codes_and_packs_become_skus_and_base_units(house: sdk.Gate, received: str, opened: Store) -> None:
    name = fresh("S")
    rows = [
        sdk.SnapshotRow(sku="MUG-OLD", quantity=1),
        sdk.SnapshotRow(sku="15012345678907", quantity=2),
        sdk.SnapshotRow(sku="mug blue", quantity=3, unit="pallet"),
        sdk.SnapshotRow(sku="cup", quantity=4),
    ]
    told = house.submit_snapshot(sdk.SnapshotHeader(snapshot_id=name, location_id=received), rows).snapshot
    assert (told.state, told.system, told.bad_row_count) == (sdk.SNAPSHOT_STATE_RECEIVED, "shop", 0)
    (kept,) = await RedisRecords(opened).get(Collection.SNAPSHOTS, [f"shop {name}"])
    assert kept is not None
    found = [(row.sku, row.quantity) async for row in RedisRows(opened).read_rows(load(Snapshot, kept.text))]
    assert found == [("MUG", 1), ("MUG", 24), ("MUG", 1_440), ("CUP", 4)]


def test_what_the_catalog_does_not_know_is_listed_and_noted(house: sdk.Gate, received: str) -> None:
    nonsense = fresh("NONSENSE")
    rows = [
        sdk.SnapshotRow(sku=nonsense, quantity=1),
        sdk.SnapshotRow(sku="SET", quantity=1),
        sdk.SnapshotRow(sku="POST", quantity=1),
        sdk.SnapshotRow(sku="MUG", quantity=1, unit="crate"),
        sdk.SnapshotRow(sku="MUG", quantity=10**12, unit="pallet"),
    ]
    header = sdk.SnapshotHeader(snapshot_id=fresh("S"), location_id=received)
    told = house.submit_snapshot(header, rows).snapshot
    assert told.state == sdk.SNAPSHOT_STATE_REFUSED
    assert [(bad.row, bad.field) for bad in told.bad_rows] == [
        (0, "sku"),
        (1, "sku"),
        (2, "sku"),
        (3, "unit"),
        (4, "quantity"),
    ]
    assert "must be one of case (12), pallet (480)" in told.bad_rows[3].problem
    until(lambda: {item.identifier for item in house.iter_unknown_items()}, lambda listed: nonsense in listed)
