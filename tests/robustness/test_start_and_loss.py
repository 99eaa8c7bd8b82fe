"""What a gate says that cannot start, and what becomes of `gate dev` whose own store is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import PATIENCE_S


def serve(url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gate_service", "serve", "--redis-url", url, "--listen", "127.0.0.1:0"]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda url: url.replace("unix://", "unix://:wrong-guess@"), "it wants another user or password"),
        (lambda url: url, "it wants another user or password"),
        (lambda url: url.replace("unix://", "unix://:open-sesame@") + "?db=99", "it refuses this database or command"),
        (lambda _: "redis://127.0.0.1:1/0", "nothing answers there"),
    ],
    ids=["wrong password", "no password", "no such database", "nobody there"],
)
def test_a_gate_that_cannot_use_its_store_says_why_and_never_the_secret(
    store: EmbeddedStore, spoil: object, why: str
) -> None:
    with redis.Redis.from_url(store.url) as client:
        client.config_set("requirepass", "open-sesame")
    assert callable(spoil)
    ended = serve(spoil(store.url))
    assert ended.returncode == 3
    assert why in ended.stderr
    assert "open-sesame" not in ended.stderr
    assert "wrong-guess" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_gate_whose_own_store_is_gone_ends_and_says_so(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "gate_service", "dev", "--listen", "127.0.0.1:0", "--no-reconcile"]
    with subprocess.Popen(
        [*command, "--ready-file", str(ready), "--data-dir", str(tmp_path / "store")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as gate:
        until = time.monotonic() + PATIENCE_S
        while not ready.exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(json.loads(ready.read_text())["store_pid"], signal.SIGKILL)
        _, said = gate.communicate(timeout=PATIENCE_S)
    assert gate.returncode == 3
    assert "The store ended by itself" in said
