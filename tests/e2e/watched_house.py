"""A house with short deadlines, its gate and the process that reconciles, and how one waits for its findings."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import PATIENCE_S, gate_serving
from tests.handoffs.maps import digest
from tests.reconcile.house import House, token

_DEADLINES = {
    "WAVE_WITHOUT_PICK": 1_000,
    "PICKED_WITHOUT_SHIPMENT": 1_000,
    "ANNOUNCED_WITHOUT_RECEIPT": 1_000,
    "TRANSFER_WITHOUT_ARRIVAL": 1_000,
    "RETURN_WITHOUT_DISPOSITION": 1_000,
    "HOLD_RENEWED_FOREVER": 2_000,
    "GAP_AGED": 1_000,
}
_MAP = f"""\
version: 1
systems:
  wms:
    role: warehouse
    owner: {{name: Floor, contact: "room 1"}}
    tokens: ["{digest(token("wms"))}"]
    locations: ["*"]
    operations: {{record_receipt: {{}}, record_return: {{}}, move_stock: {{}}, transfer_stock: {{}}, report_pick: {{}},
      authorize_wave: {{}}, confirm_shipment: {{}}, resolve_variance: {{}}}}
  erp:
    role: erp
    tokens: ["{digest(token("erp"))}"]
    locations: ["*"]
    operations: {{announce_incoming: {{}}}}
  shop:
    role: storefront
    owner: {{name: Web shop, contact: "room 3"}}
    tokens: ["{digest(token("shop"))}"]
    locations: ["*"]
    channels: [web]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}}}
  3pl:
    role: logistics
    owner: {{name: Contract logistics, contact: "room 4"}}
    tokens: ["{digest(token("3pl"))}"]
    locations: [SILENT, GAP, SEEN, TO]
    operations: {{record_receipt: {{}}, submit_snapshot: {{}}}}
    feed: {{numbered: true, cadence_ms: 2000}}
    mirror: {{cadence_ms: 2000}}
channels: {{web: {{locations: [SEEN]}}}}
policy: {{deadlines: {json.dumps(_DEADLINES)}}}
"""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}


@contextlib.contextmanager
def _reconciling(store_url: str, folder: Path) -> Iterator[None]:
    """Run `gate reconcile` until the block ends."""
    command = [sys.executable, "-m", "gate_service", "reconcile", "--redis-url", store_url, "--every-s", "0.1"]
    command += ["--metrics-listen", "127.0.0.1:0"]
    with (folder / "reconcile.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment(), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield
            assert process.poll() is None, (folder / "reconcile.log").read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@contextlib.contextmanager
def watched_house(folder: Path) -> Iterator[House]:
    """Run a gate and the process that reconciles until the block ends."""
    (folder / "handoffs.yaml").write_text(_MAP)
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--handoffs", str(folder / "handoffs.yaml")) as gate,
        _reconciling(store.url, folder),
    ):
        served = House(store.url, folder, gate)
        yield served
        served.close()


def standing(house: House, location: str, kind: sdk.FindingKind) -> list[sdk.DriftFinding]:
    """Read what stands."""
    return list(house.client("wms").iter_findings(location_id=location, kind=kind))


def raised(house: House, location: str, kind: sdk.FindingKind) -> sdk.DriftFinding:
    """Wait until a finding stands."""
    until = time.monotonic() + PATIENCE_S
    while not (found := standing(house, location, kind)):
        assert time.monotonic() < until, (house.folder / "reconcile.log").read_text()
        time.sleep(0.05)
    assert len(found) == 1
    assert found[0].text
    return found[0]


def check_cleared(house: House, finding: sdk.DriftFinding) -> None:
    """Wait until a finding is over by itself."""
    until = time.monotonic() + PATIENCE_S
    while True:
        found = house.client("wms").iter_findings(location_id=finding.location_id, kind=finding.kind, cleared_too=True)
        (now,) = [each for each in found if each.finding_id == finding.finding_id]
        if now.state == sdk.FINDING_STATE_CLEARED:
            assert now.cleared_at_ms >= now.raised_at_ms
            return
        assert time.monotonic() < until, (house.folder / "reconcile.log").read_text()
        time.sleep(0.05)
