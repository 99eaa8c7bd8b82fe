"""A house whose systems drift: a gate, the process that reconciles, and five systems that believe something of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.reconcile import keys
from gate_service.store.connect import connect
from tests.gate_process import PATIENCE_S, gate_serving
from tests.handoffs.maps import digest
from tests.reconcile.house import House, token

Figure = tuple[str, int] | tuple[str, int, str]
"""SKU and units, and the measure where it is not that of the mirror."""
_AS_OF_APART_S = 0.005
"""So long after the last event a mirror makes its snapshot: what is as young as the snapshot may be under way."""

_MAP = f"""\
version: 1
systems:
  wms:
    role: warehouse
    owner: {{name: Floor, contact: "room 1"}}
    tokens: ["{digest(token("wms"))}"]
    locations: ["*"]
    operations: {{record_receipt: {{}}, record_return: {{}}, authorize_wave: {{}}, report_pick: {{}},
      confirm_shipment: {{}}, submit_count: {{}}, submit_snapshot: {{}}, resolve_variance: {{}}}}
    mirror: {{measure: on_hand, lag_ms: 0, corrections: {{NOT_APPLIED: count, PHANTOM: propose}}}}
  netsuite:
    role: erp
    owner: {{name: Purchasing, contact: "room 2"}}
    tokens: ["{digest(token("netsuite"))}"]
    locations: ["*"]
    operations: {{record_receipt: {{}}, submit_snapshot: {{}}, approve_adjustment: {{}}, resolve_variance: {{}}}}
    mirror: {{measure: on_hand, lag_ms: 0, corrections: {{NOT_APPLIED: push}}}}
  shop:
    role: storefront
    owner: {{name: Web shop, contact: "room 3"}}
    tokens: ["{digest(token("shop"))}"]
    locations: ["*"]
    channels: [web]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}, submit_snapshot: {{}}}}
    mirror: {{measure: available, lag_ms: 0}}
  3pl-acme:
    role: logistics
    owner: {{name: Contract logistics, contact: "room 4"}}
    tokens: ["{digest(token("3pl-acme"))}"]
    locations: ["*"]
    operations: {{authorize_wave: {{}}, report_pick: {{}}, confirm_shipment: {{}}, submit_snapshot: {{}}}}
    mirror: {{measure: on_hand, lag_ms: 0}}
channels: {{web: {{locations: [EAST]}}}}
"""


@dataclass
class DriftHouse(House):
    """What a story is told with."""

    reconciler: subprocess.Popen[bytes] | None = None

    def begin_reconciling(self) -> None:
        """Start the process that reconciles."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
        command = [sys.executable, "-m", "gate_service", "reconcile", "--redis-url", self.store_url, "--every-s", "0.1"]
        with (self.folder / "reconcile.log").open("ab") as log:
            self.reconciler = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill_reconciling(self) -> None:
        """Kill it wherever it is, and let its lease run out at once: nobody waits for a dead process here."""
        if self.reconciler:
            self.reconciler.kill()
            self.reconciler.wait(PATIENCE_S)
            asyncio.run(self._lapse())

    async def _lapse(self) -> None:
        store = connect(self.store_url)
        await store.call("DEL", keys.LEASE)
        await store.close()

    def order(self, location: str, order_id: str, sku: str, quantity: int, *, times: int = 1) -> None:
        """Have the shop sell, and its webhook fire so often."""
        event = sdk.SourceEvent(document_type="order", document=order_id, action="paid")
        line = sdk.ReserveLine(line_id="1", sku=sku, quantity=quantity)
        for _ in range(times):
            self.client("shop").reserve_stock(location, order_id, [line], channel="web", source_event=event)

    def pick(self, location: str, order_id: str, sku: str, quantity: int, *, by: str = "wms", short: int = 0) -> str:
        """Have an order released and picked, some of it short; give the permit."""
        wave = sdk.WaveLine(order_id=order_id, line_id="1", sku=sku, quantity=quantity)
        permit_id = self.client(by).authorize_wave(location, f"W-{order_id}", [wave]).permit_id
        assert permit_id
        line = sdk.PickLine(
            order_id=order_id,
            line_id="1",
            sku=sku,
            picked_quantity=quantity - short,
            short_quantity=short,
            short_reason=sdk.SHORT_REASON_NOT_FOUND if short else sdk.SHORT_REASON_UNSPECIFIED,
        )
        self.client(by).report_pick(location, permit_id, [line])
        return permit_id

    def ship(self, location: str, order_id: str, sku: str, quantity: int, *, by: str = "wms") -> None:
        """Have an order sold, released, picked and shipped."""
        self.order(location, order_id, sku, quantity)
        permit_id = self.pick(location, order_id, sku, quantity, by=by)
        self.client(by).confirm_shipment(location, order_id, permit_id, f"parcel-{order_id}")

    def book(self, by: str, location: str, document: str, **units: int) -> None:
        """Have a system book goods in."""
        lines = [sdk.ReceiptLine(sku=sku, quantity=some, landing=sdk.LANDING_AVAILABLE) for sku, some in units.items()]
        event = sdk.SourceEvent(document_type="receipt", document=document)
        self.client(by).record_receipt(location, lines, source_event=event)

    def say(
        self, by: str, location: str, name: str, *figures: tuple[str, int] | tuple[str, int, str]
    ) -> sdk.SnapshotResult:
        """Have a system say what it believes, wait until that was compared, and give what came of it."""
        time.sleep(_AS_OF_APART_S)
        rows = [sdk.SnapshotRow(sku=sku, quantity=units, measure="".join(more)) for sku, units, *more in figures]
        header = sdk.SnapshotHeader(snapshot_id=name, location_id=location)
        self.client(by).submit_snapshot(header, rows)
        until = time.monotonic() + PATIENCE_S
        while True:
            told = self.client(by).get_snapshot(name).snapshot
            if told.state == sdk.SNAPSHOT_STATE_COMPARED:
                return told.result
            assert told.state != sdk.SNAPSHOT_STATE_REFUSED, told
            assert time.monotonic() < until, (self.folder / "reconcile.log").read_text()
            time.sleep(0.03)

    def stands(self, location: str, system: str = "") -> list[sdk.Variance]:
        """Give what stands there."""
        return list(self.client("wms").iter_variances(location_id=location, system=system))

    def until_done(self, variance_id: str, step: str) -> sdk.VarianceStep:
        """Wait until the policy has done something about a variance; give the step."""
        until = time.monotonic() + PATIENCE_S
        while True:
            history = self.client("wms").get_variance(variance_id).variance.history
            for each in history:
                if each.step == step:
                    return each
            assert time.monotonic() < until, (list(history), (self.folder / "reconcile.log").read_text())
            time.sleep(0.03)


@contextlib.contextmanager
def drifting(folder: Path) -> Iterator[DriftHouse]:
    """Run the house until the block ends."""
    (folder / "handoffs.yaml").write_text(_MAP)
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--handoffs", str(folder / "handoffs.yaml")) as gate,
    ):
        house = DriftHouse(store.url, folder, gate)
        house.begin_reconciling()
        try:
            yield house
            assert house.reconciler
            assert house.reconciler.poll() is None, (folder / "reconcile.log").read_text()
        finally:
            house.kill_reconciling()
            house.close()
