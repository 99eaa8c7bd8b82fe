"""A real gate in a process of its own, for tests that speak to it over gRPC."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 30.0


@dataclass(frozen=True)
class GateProcess:
    """A gate that is ready: its address, its process, and where its log goes."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def gate_serving(store_url: str, folder: Path, *flags: str, name: str = "gate") -> Iterator[GateProcess]:
    """Run `gate serve` on a store until the block ends; it is gone afterwards, however the block ended.

    It knows its callers where `flags` name a handoff map; else anybody may do anything. Its files are called `name`.
    """
    ready, log = folder / f"{name}.ready.json", folder / f"{name}.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    command = [sys.executable, "-m", "gate_service", "serve", "--redis-url", store_url, "--listen", "127.0.0.1:0"]
    open_to_all = () if "--handoffs" in flags else ("--authentication", "none")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--drain-ms", "0", "--ready-file", str(ready), *open_to_all, *flags],
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            until = time.monotonic() + PATIENCE_S
            while not ready.exists():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, "the gate did not become ready"
                time.sleep(0.02)
            yield GateProcess(json.loads(ready.read_text())["address"], process, log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)


@contextmanager
def reconciling(store_url: str, folder: Path) -> Iterator[None]:
    """Run `gate reconcile` on a store until the block ends, however it ended. It looks ten times a second."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    command = [sys.executable, "-m", "gate_service", "reconcile", "--redis-url", store_url, "--every-s", "0.1"]
    log = folder / "reconcile.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            yield
            assert process.poll() is None, log.read_text()
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)
