"""`gate dev` brings along the process that reconciles: a snapshot that is told there is compared by itself."""

from __future__ import annotations

import time
from pathlib import Path

import fulfillment_gate as sdk
from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from tests.cli.driving import START_WITHIN_S, started


def test_a_snapshot_is_compared_beside_a_gate_in_development_and_the_process_ends_with_the_gate(tmp_path: Path) -> None:
    with started(tmp_path, "dev", "--listen", "127.0.0.1:0", "--reconcile") as gate:
        with sdk.Gate(gate.ready["address"], system="dev") as caller:
            lines = [sdk.ReceiptLine(sku=sku, quantity=10, landing=sdk.LANDING_AVAILABLE) for sku in ("MUG", "CAP")]
            caller.record_receipt("EAST", lines)
            header = pb.SnapshotHeader(snapshot_id="S1", location_id="EAST", measure="on_hand", whole=True)
            rows = [pb.SnapshotRow(sku=sku, quantity=quantity) for sku, quantity in (("MUG", 10), ("CAP", 13))]
            caller.submit_snapshot(header, rows)
            until = time.monotonic() + START_WITHIN_S
            while caller.get_snapshot("S1").snapshot.state != pb.SNAPSHOT_STATE_COMPARED:
                assert time.monotonic() < until, "nobody compared it"
                time.sleep(0.05)
            result = caller.get_snapshot("S1").snapshot.result
            (variance,) = caller.iter_variances()
        beside = children_of(gate.ready["pid"], "reconcile")
        assert len(beside) == 1
        gate.process.kill()
        gate.process.wait()
        until = time.monotonic() + START_WITHIN_S
        while any(is_alive(pid) for pid in beside):
            assert time.monotonic() < until, "it outlived the gate"
            time.sleep(0.02)
    assert (result.compared_count, result.agreed_count, result.opened_count) == (2, 1, 1)
    assert (variance.sku, variance.reported, variance.expected) == ("CAP", 13, 10)


def children_of(parent: int, word: str) -> list[int]:
    """Give the processes that a process has started, whose command has a word in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "status").read_text(), (folder / "cmdline").read_text()
        except OSError:  # it has just ended
            continue
        if f"\nPPid:\t{parent}\n" in status and word in command.split("\0"):
            found.append(int(folder.name))
    return found


def is_alive(pid: int) -> bool:
    """Say whether a process has not ended; one that nobody has waited for has."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
