"""A gate that could let anybody in, or nobody, does not start; one that is meant to be open says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.cli.driving import Commands, started
from tests.gate_process import PATIENCE_S, gate_serving
from tests.handoffs.maps import digest

GATE = (sys.executable, "-m", "gate_service")
MAP = f'version: 1\nsystems: {{wms: {{role: warehouse, tokens: ["{digest("fgt_wms")}"]}}}}\n'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path_factory.mktemp("start") / "store") as running:
        yield running


def serve(store: EmbeddedStore, *flags: str, command: tuple[str, ...] = GATE) -> subprocess.CompletedProcess[str]:
    """Run `gate serve`, which is expected to end by itself."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    words = [*command, "serve", "--redis-url", store.url, "--listen", "127.0.0.1:0", *flags]
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_without_a_map_it_does_not_start_and_says_what_to_do(store: EmbeddedStore) -> None:
    ended = serve(store)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Nobody could call this gate: give it a handoff map with --handoffs FILE" in ended.stderr
    assert "--authentication none" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_with_a_map_that_is_wrong_it_does_not_start_and_names_each_line(store: EmbeddedStore, tmp_path: Path) -> None:
    file = tmp_path / "handoffs.yaml"
    file.write_text("version: 1\nsystems:\n  a: {role: erp2}\n  b: {}\n")
    ended = serve(store, "--handoffs", str(file))
    assert ended.returncode == 2
    assert f"{file}:3" in ended.stderr
    assert f"{file}:4" in ended.stderr
    assert "There is no handoff map to start with" in ended.stderr


def test_with_a_map_that_is_not_there_it_does_not_start(store: EmbeddedStore) -> None:
    ended = serve(store, "--handoffs", "nowhere.yaml")
    assert ended.returncode == 2
    assert "No such file" in ended.stderr


def test_a_method_without_a_row_in_the_table_of_roles_stops_the_start(store: EmbeddedStore) -> None:
    """As it is for whoever adds a call and forgets to say who may make it."""
    forgetful = (
        "import sys; from gate_service.domain import roles; "
        "del roles.METHODS['/fulfillment_gate.v1.StockService/AdjustStock']; "
        "from gate_service.__main__ import main; sys.exit(main())"
    )
    ended = serve(store, "--authentication", "none", command=(sys.executable, "-c", forgetful))
    assert ended.returncode == 70
    assert "No row says who may call /fulfillment_gate.v1.StockService/AdjustStock" in ended.stderr
    assert "roles.py" in ended.stderr


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--tls-cert", "cert.pem"), "TLS needs both tls_cert and tls_key"),
        (("--tls-client-ca", "ca.pem"), "TLS needs both tls_cert and tls_key"),
        (("--tls-cert", "cert.pem", "--tls-key", "key.pem"), "TLS cannot be served: [Errno 2] No such file"),
        (("--authentication", "maybe"), "authentication = 'maybe' (flag) is not allowed"),
    ],
)
def test_settings_that_cannot_work_together_stop_the_start(
    store: EmbeddedStore, flags: tuple[str, ...], why: str
) -> None:
    ended = serve(store, *(() if "maybe" in flags else ("--authentication", "none")), *flags)
    assert ended.returncode == 2
    assert why in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_holds_no_certificate_stops_the_start(store: EmbeddedStore, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("open-sesame")
    ended = serve(store, "--authentication", "none", "--tls-cert", str(nonsense), "--tls-key", str(nonsense))
    assert ended.returncode == 2
    assert f"{nonsense} holds no PRIVATE KEY in PEM" in ended.stderr
    assert "open-sesame" not in ended.stderr


def test_without_authentication_it_says_so_in_its_log_and_takes_callers_at_their_word(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    with gate_serving(store.url, tmp_path) as gate, sdk.Gate(gate.address, system="anybody") as caller:
        assert "callers are not authenticated" in gate.log.read_text()
        caller.record_receipt("OPEN", [sdk.ReceiptLine(sku="A", quantity=1, landing=sdk.LANDING_AVAILABLE)])
        assert [entry.system for entry in caller.iter_entries("OPEN")] == ["anybody"]


def test_a_development_gate_says_aloud_that_it_knows_nobody(tmp_path: Path) -> None:
    with started(tmp_path, "dev", "--listen", "127.0.0.1:0") as gate:
        with sdk.Gate(gate.address) as caller:
            caller.record_receipt("DEV", [sdk.ReceiptLine(sku="A", quantity=1, landing=sdk.LANDING_AVAILABLE)])
            assert [entry.system for entry in caller.iter_entries("DEV")] == ["dev"]
            caller.apply_handoffs(MAP)  # an admin's call
        assert Commands(gate.address, "DEV")("stock", "receive", "A:1").exit_code == 0
        _code, out, err = gate.end()
    assert "callers NOT CHECKED: whoever calls is the development identity `dev`" in out
    assert "callers are not authenticated" in err


def test_a_development_gate_is_for_this_machine_only(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*GATE, "dev", "--listen", "0.0.0.0:0"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert "so it listens on loopback only, not on 0.0.0.0" in ended.stderr
    assert not (tmp_path / ".gate").exists()


def test_a_development_gate_with_a_map_checks_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "handoffs.yaml").write_text(MAP)
    with started(tmp_path, "dev", "--listen", "127.0.0.1:0", "--handoffs", "handoffs.yaml") as gate:
        refused = Commands(gate.address, "DEV")("stock", "receive", "A:1")
        assert refused.exit_code == 1
        assert refused.stderr.startswith("UNAUTHENTICATED: no credentials came with this call")
        _code, out, _err = gate.end()
    assert "callers checked by handoffs.yaml" in out
