"""The map changes while gates run: every gate of the store obeys the new one, and what is wrong changes nothing."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving
from tests.handoffs.maps import digest

BOSS, OLD, NEW = "fgt_boss", "fgt_wms-old", "fgt_wms-new"
LINES = [sdk.ReceiptLine(sku="MUG", quantity=10, landing=sdk.LANDING_AVAILABLE)]


def house(version: int, *, tokens: tuple[str, ...] = (OLD,), locations: str = "DC-1", buffer: int = 0) -> str:
    hashes = ", ".join(f'"{digest(token)}"' for token in tokens)
    return f"""\
version: {version}
systems:
  boss:
    role: admin
    tokens: ["{digest(BOSS)}"]
    locations: ["*"]
    channels: ["*"]
    operations: {{change_handoffs: {{}}, reserve_stock: {{}}}}
  wms:
    role: warehouse
    tokens: [{hashes}]
    locations: [{locations}]
    operations: {{record_receipt: {{}}}}
channels:
  web: {{locations: [DC-1], buffer: {buffer}}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "store") as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "handoffs.yaml"
    path.write_text(house(1))
    return path


def write(file: Path, text: str) -> None:
    """Put a text in a file's place at one stroke, as an editor and Kubernetes do."""
    half = file.with_suffix(".half")
    half.write_text(text)
    half.replace(file)


def client(gate: GateProcess, token: str) -> sdk.Gate:
    return sdk.Gate(gate.address, token=token)


def may_receive(gate: GateProcess, token: str, location: str = "DC-1") -> bool:
    """Say whether a receipt is taken with this token."""
    with client(gate, token) as caller:
        try:
            caller.record_receipt(location, LINES)
        except (sdk.PermissionDenied, sdk.Unauthenticated):
            return False
        return True


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.05)


def version(gate: GateProcess) -> int:
    with client(gate, BOSS) as boss:
        return boss.get_handoffs().version


def test_a_token_is_rotated_without_a_gap_and_without_a_restart(
    store: EmbeddedStore, tmp_path: Path, file: Path
) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file)) as gate:
        assert (may_receive(gate, OLD), may_receive(gate, NEW)) == (True, False)
        write(file, house(2, tokens=(OLD, NEW)))
        until(lambda: may_receive(gate, NEW), "the new token is known")
        assert may_receive(gate, OLD)
        write(file, house(3, tokens=(NEW,)))
        until(lambda: not may_receive(gate, OLD), "the old token is forgotten")
        assert may_receive(gate, NEW)
        with client(gate, BOSS) as boss:
            told = [(each.version, each.system, each.actor, list(each.changes)) for each in boss.iter_handoff_changes()]
        assert told[1:] == [
            (2, "gate", "file", ["system wms: tokens +1 -0"]),
            (3, "gate", "file", ["system wms: tokens +0 -1"]),
        ]


def test_a_change_at_one_gate_holds_at_every_gate_of_the_store(
    store: EmbeddedStore, tmp_path: Path, file: Path
) -> None:
    with (
        gate_serving(store.url, tmp_path, "--handoffs", str(file), name="one") as one,
        gate_serving(store.url, tmp_path, "--authentication", "required", name="other") as other,
    ):
        assert may_receive(other, OLD)  # it has no file, and obeys the map in the store
        assert not may_receive(other, OLD, "DC-2")
        with client(one, BOSS) as boss:
            changed = boss.apply_handoffs(house(2, locations="DC-1, DC-2"))
        assert (changed.version, list(changed.changes)) == (2, ["system wms: locations +DC-2"])
        assert may_receive(one, OLD, "DC-2")  # at once where it was asked for
        until(lambda: may_receive(other, OLD, "DC-2"), "the other gate obeys the new map")
        with client(one, BOSS) as first, client(other, BOSS) as second:
            assert first.get_handoffs() == second.get_handoffs()


def test_the_policy_of_the_map_counts_as_soon_as_it_is_in_force(
    store: EmbeddedStore, tmp_path: Path, file: Path
) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file)) as gate, client(gate, BOSS) as boss:
        assert may_receive(gate, OLD)

        def promised() -> int:
            (answer,) = boss.check_availability([sdk.AvailabilityLine(sku="MUG")], channel="web").locations
            return answer.lines[0].promise

        assert promised() == 10
        boss.apply_handoffs(house(2, buffer=4))
        assert promised() == 6
        with pytest.raises(sdk.Refused):
            boss.reserve_stock("DC-1", "O-1", [sdk.ReserveLine(sku="MUG", quantity=7)], channel="web")


def test_a_file_that_is_wrong_changes_nothing_and_is_told_with_its_line(
    store: EmbeddedStore, tmp_path: Path, file: Path
) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file)) as gate:
        write(file, house(2).replace("role: warehouse", "role: warehous"))
        until(lambda: "handoff map is wrong" in gate.log.read_text(), "the mistake is told")
        log = gate.log.read_text()
        assert f"{file}:10" in log
        assert "did you mean" in log
        assert (version(gate), may_receive(gate, OLD)) == (1, True)
        write(file, house(1, buffer=3))
        until(lambda: "its version has not" in gate.log.read_text(), "the forgotten version is told")
        file.unlink()
        until(lambda: "handoff map cannot be read" in gate.log.read_text(), "the missing file is told")
        assert (version(gate), may_receive(gate, OLD)) == (1, True)
        write(file, house(2, locations="DC-3"))
        until(lambda: may_receive(gate, OLD, "DC-3"), "the mended file is taken")


def test_a_hangup_has_the_file_looked_at(store: EmbeddedStore, tmp_path: Path, file: Path) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file)) as gate:
        write(file, house(2, tokens=(NEW,)))
        gate.process.send_signal(signal.SIGHUP)
        until(lambda: may_receive(gate, NEW), "the new file is taken")


def test_a_gate_that_comes_up_with_an_old_file_obeys_the_newer_map(
    store: EmbeddedStore, tmp_path: Path, file: Path
) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file), name="new") as new, client(new, BOSS) as boss:
        boss.apply_handoffs(house(7, tokens=(NEW,)))
    with gate_serving(store.url, tmp_path, "--handoffs", str(file), name="old") as old:
        assert (version(old), may_receive(old, OLD), may_receive(old, NEW)) == (7, False, True)
        assert "a newer handoff map is in force" in old.log.read_text()


def test_what_was_denied_last_is_kept_when_the_gate_stops(store: EmbeddedStore, tmp_path: Path, file: Path) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file), name="one") as one:
        assert not may_receive(one, NEW)
        one.process.terminate()
        assert one.process.wait(PATIENCE_S) == 0
    with (
        gate_serving(store.url, tmp_path, "--handoffs", str(file), name="two") as two,
        client(two, BOSS) as boss,
    ):
        (seen,) = boss.list_violations().violations
        assert (seen.system, seen.operation, seen.count) == ("?", "record_receipt", 1)


def test_a_map_that_is_wrong_is_refused_with_every_line_of_it(store: EmbeddedStore, tmp_path: Path, file: Path) -> None:
    with gate_serving(store.url, tmp_path, "--handoffs", str(file)) as gate, client(gate, BOSS) as boss:
        with pytest.raises(sdk.InvalidArgument) as no:
            boss.apply_handoffs(
                house(2).replace("role: warehouse", "role: warehous").replace("buffer: 0", "buffer: -1")
            )
        assert [field for field, _ in no.value.field_violations] == ["document:10", "document:15"]
        assert version(gate) == 1
