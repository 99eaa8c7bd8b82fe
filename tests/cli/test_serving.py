"""`gate dev` and `gate serve` as processes of their own."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gate_service.embedded.valkey import EmbeddedStore
from tests.cli.driving import Commands, clean_env, run, started

ANY_PORT = ("--listen", "127.0.0.1:0")


def test_the_banner_says_where_everything_is_and_its_commands_work_when_pasted(tmp_path: Path) -> None:
    with started(tmp_path, "dev", *ANY_PORT) as gate:
        code, out, _err = pasted_and_ended(gate.process, gate.ready["address"], tmp_path)
    assert code == 0
    assert f"gRPC    {gate.address}" in out
    assert f"data    {tmp_path / '.gate' / 'store'}" in out
    assert gate.ready["redis_url"] in out
    assert "AOF on, fsync everysec: data survives a restart; a power cut can lose up to a second" in out


def pasted_and_ended(process: subprocess.Popen[str], address: str, folder: Path) -> tuple[int, str, str]:
    """Run the banner's commands in a shell, stop the gate as Ctrl-C does, and give what it said in all."""
    assert process.stdout is not None
    banner = ""
    while "Ctrl-C" not in banner:
        banner += process.stdout.readline()
    commands = [line.strip() for line in banner.splitlines() if address in line and "gRPC" not in line]
    assert len(commands) == 3
    told = []
    for command in commands:
        # A shell of whoever pastes has the interpreter's folder nowhere in particular.
        ended = subprocess.run(
            ["/bin/sh", "-c", command], cwd=folder, env=clean_env(), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, (command, ended)
        told.append(ended.stdout)
    assert told[0].startswith("RECEIVED 10 units at MAIN")
    assert told[1].startswith("COMMITTED order A-")
    assert told[2].startswith("PERMIT P3 for wave wave-")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, banner + out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stock_is_there_again_after_a_restart_however_the_gate_ended(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, "dev", *ANY_PORT, "--fsync", "always") as gate:
        assert Commands(gate.address, "MAIN")("stock", "receive", "MUG:10").exit_code == 0
        code, _out, _err = gate.end(number)
        assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    with started(tmp_path, "dev", *ANY_PORT) as gate:
        levels = Commands(gate.address, "MAIN")("stock", "get", "MUG", "-o", "jsonl").rows
        assert [level["on_hand"] for level in levels] == [10]


def test_the_ready_file_says_what_a_test_needs_to_know(tmp_path: Path) -> None:
    with started(tmp_path, "dev", *ANY_PORT, "--data-dir", "here") as gate:
        assert gate.ready == {
            "address": gate.address,
            "redis_url": f"unix://{tmp_path}/here/store.sock",
            "pid": gate.process.pid,
            "store_pid": gate.ready["store_pid"],
            "data_dir": str(tmp_path / "here"),
        }
        os.kill(gate.ready["store_pid"], 0)
        with socket.create_connection(("127.0.0.1", int(gate.address.rpartition(":")[2])), timeout=5):
            pass


def test_dev_says_that_it_does_not_use_another_store_nor_workers(tmp_path: Path) -> None:
    env = {"GATE_REDIS_URL": "redis://:secret@127.0.0.1:1/0", "GATE_WORKERS": "2"}
    with started(tmp_path, "dev", *ANY_PORT, env=env) as gate:
        _code, _out, err = gate.end()
    assert err.startswith(
        "redis_url (env GATE_REDIS_URL) is not used: `gate dev` brings its own store.\n"
        "workers (env GATE_WORKERS) is not used: `gate dev` is one process.\n"
    )
    assert "secret" not in err


def test_serve_uses_a_store_of_yours_and_leaves_it_running(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        with started(
            tmp_path,
            "serve",
            *ANY_PORT,
            "--drain-ms",
            "0",
            "--authentication",
            "none",
            env={"GATE_REDIS_URL": store.url},
        ) as gate:
            assert Commands(gate.address, "MAIN")("stock", "receive", "MUG:10").exit_code == 0
            assert (gate.ready["store_pid"], gate.ready["data_dir"]) == (None, None)
            code, out, err = gate.end()
            assert (code, out) == (0, "")
            assert f"The gate listens on {gate.address}; its store is {store.url}" in err
        with started(
            tmp_path, "serve", *ANY_PORT, "--drain-ms", "0", "--authentication", "none", "--redis-url", store.url
        ) as gate:
            assert Commands(gate.address, "MAIN")("stock", "get", "MUG").exit_code == 0


def test_without_a_store_it_says_so_and_ends_with_3() -> None:
    ended = run("serve", *ANY_PORT)
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert ended.stderr.startswith("No store is named. Say which with --redis-url redis://HOST:PORT/0")


def test_a_store_that_is_not_there_is_named_without_its_password_and_ends_with_3() -> None:
    with socket.socket() as taken:  # bound and not listened on: whoever connects is turned away
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        ended = run("serve", *ANY_PORT, "--redis-url", f"redis://user:secret@127.0.0.1:{port}/0")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert f"redis://user:***@127.0.0.1:{port}/0" in ended.stderr
    assert "secret" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_in_use_is_named_and_ends_with_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = run("dev", "--listen", address, cwd=tmp_path)
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert ended.stderr.splitlines() == [f"Cannot listen on {address}: it is in use or not an address here."]


def test_a_bad_setting_is_named_with_its_origin_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_text("queue_limit = 0\n")
    ended = run("dev", cwd=tmp_path)
    assert ended.exit_code == 2
    assert ended.stderr.startswith("queue_limit = 0 (file gate.toml) is not allowed: it must be a whole number from 1")
    assert not (tmp_path / ".gate").exists()


def test_a_data_folder_that_cannot_be_had_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("dev", "--data-dir", "file/store", cwd=tmp_path)
    assert (ended.exit_code, ended.stderr) == (3, "The data folder file/store cannot be made: Not a directory.\n")


def test_a_fsync_that_does_not_exist_ends_with_2(tmp_path: Path) -> None:
    ended = run("dev", "--fsync", "never", cwd=tmp_path)
    assert ended.exit_code == 2
    assert "everysec" in ended.stderr


def test_the_banner_names_the_program_as_it_was_started(tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m gate_service"
    with started(tmp_path, "dev", *ANY_PORT) as gate:
        _code, out, _err = gate.end()
    assert f"  {command} stock receive MUG:10 --target {gate.address}\n" in out
