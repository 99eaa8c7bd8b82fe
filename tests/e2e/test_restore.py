"""A store's folder is deleted while a gate serves: the archive brings back what it has, and nobody forgets the rest."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import GateProcess, gate_serving

HERE = "EAST"
PATIENCE_S = 60


class House:
    """A store in a folder that can be lost, and the commands of whoever runs the gate."""

    def __init__(self, folder: Path) -> None:
        """Start the store."""
        self._folder = folder
        self.archive = folder / "archive"
        self.store = EmbeddedStore.start(folder / "store")

    def lose(self) -> None:
        """Delete the store's folder, and start an empty one in its place."""
        self.store.stop()
        shutil.rmtree(self._folder / "store")
        self.store = EmbeddedStore.start(self._folder / "store")

    def run(self, *words: str, ends_with: int = 0) -> bytes:
        """Run a command of the gate; give what it writes."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
        done = subprocess.run(
            [sys.executable, "-m", "gate_service", *words],
            env=env,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == ends_with, (words, done.stdout, done.stderr)
        return done.stdout

    def tool(self, command: str, *words: str, ends_with: int = 0) -> dict[str, Any]:
        """Run a command on the store; give what it says to programs."""
        where = ("--redis-url", self.store.url)
        told: dict[str, Any] = json.loads(self.run(command, *where, *words, ends_with=ends_with))
        return told

    def archive_all(self) -> None:
        """Archive all that is there."""
        self.tool("archive", "--to", str(self.archive), "--once")

    def restore(self, ends_with: int = 0) -> dict[str, Any]:
        """Restore all that is archived."""
        return self.tool("restore", "--archive", str(self.archive), "--yes", "-o", "json", ends_with=ends_with)

    def stock(self, gate: GateProcess) -> bytes:
        """List the stock, as people see it."""
        return self.run("stock", "list", "--target", gate.address, "--location", HERE)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    running = House(tmp_path)
    yield running
    running.store.stop()


def a_morning(gate: GateProcess) -> None:
    """Let goods come in and be ordered."""
    with sdk.Gate(gate.address, system="wms", actor="ann") as client:
        skus = [f"SKU-{number:03}" for number in range(120)]
        client.record_receipt(
            HERE, [sdk.ReceiptLine(sku=sku, quantity=40, landing=sdk.LANDING_AVAILABLE) for sku in skus]
        )
        for number in range(30):
            line = sdk.ReserveLine(line_id="1", sku=skus[number], quantity=number % 7 + 1)
            client.reserve_stock(HERE, f"O-{number}", [line])


def order(gate: GateProcess, order_id: str) -> sdk.Applied:
    """Order one more."""
    with sdk.Gate(gate.address, system="wms", actor="ann") as client:
        line = sdk.ReserveLine(line_id="1", sku="SKU-000", quantity=1)
        return client.reserve_stock(HERE, order_id, [line]).applied


def refused(gate: GateProcess) -> str:
    """Order one more where that is refused; give the reason."""
    with pytest.raises(sdk.GateError) as caught:
        order(gate, "O-refused")
    return caught.value.reason


def test_what_was_archived_stands_there_again_to_the_byte_and_the_gate_goes_on(house: House, tmp_path: Path) -> None:
    with gate_serving(house.store.url, tmp_path) as gate:
        a_morning(gate)
        newest = order(gate, "O-last")
        house.archive_all()
        before = house.stock(gate)
        house.lose()

        (restored,) = house.restore()["locations"]
        assert (restored["location_id"], restored["entries"], restored["fenced"]) == (HERE, newest.revision, False)
        assert restored["chain_hash"] == newest.chain_hash

        assert house.stock(gate) == before
        assert b"SKU-119" in before
        going_on = order(gate, "O-next")
        assert (going_on.revision, going_on.epoch) == (newest.revision + 1, 1)


def test_a_gate_that_remembers_more_than_was_archived_keeps_it_closed_until_somebody_accepts_the_loss(
    house: House, tmp_path: Path
) -> None:
    with gate_serving(house.store.url, tmp_path) as gate:
        a_morning(gate)
        archived = order(gate, "O-archived").revision
        house.archive_all()
        newest = order(gate, "O-lost").revision
        house.lose()

        (restored,) = house.restore(ends_with=4)["locations"]
        assert (restored["revision"], restored["fenced"], restored["remembered_revision"]) == (archived, True, newest)
        assert refused(gate) == "LOCATION_FENCED"
        with gate_serving(house.store.url, tmp_path, name="another") as another:
            assert refused(another) == "LOCATION_FENCED"

            looked = house.tool("recover", HERE, "-o", "json", ends_with=4)
            assert (looked["lost_from"], looked["lost_to"], looked["epoch"]) == (newest, newest, 0)
            assert looked["stock"] == {"compared": True, "drift": []}
            accepting = ("--accept", "--operator", "ann", "--note", "the disk is gone", "-o", "json")
            assert house.tool("recover", HERE, *accepting)["epoch"] == 2
            assert order(gate, "O-next").epoch == 2
            assert order(another, "O-after").revision == archived + 3
        log = gate.log.read_text()
        assert log.index("location fenced") < log.index("location open again")
