"""`gate dev` and `gate replay` as processes, for tests that end them in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fulfillment_gate import Gate, NotFound, StockLevel

PATIENCE_S = 60.0
PYTHON = [sys.executable, "-m", "gate_service"]


def environment() -> dict[str, str]:
    """Give the environment without any GATE_* of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}


@dataclass(slots=True)
class DevGate:
    """A `gate dev` whose folder and address survive its process."""

    folder: Path
    address: str = "127.0.0.1:0"
    redis_url: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again where it was."""
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        where = ["--listen", self.address, "--data-dir", str(self.folder / "store"), "--ready-file", str(ready)]
        with (self.folder / "gate.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*PYTHON, "dev", "--no-reconcile", *where],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + PATIENCE_S
        while not ready.exists():
            assert self.process.poll() is None, (self.folder / "gate.log").read_text()
            assert time.monotonic() < until, "the gate did not become ready"
            time.sleep(0.02)
        facts = json.loads(ready.read_text())
        self.address, self.redis_url = facts["address"], facts["redis_url"]

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self) -> None:
        """End it as it wishes."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE_S)

    def revision(self) -> int:
        """Give the newest revision; 0 as long as nothing was written."""
        with Gate(self.address, timeout_s=5.0) as gate:
            return _revision(gate)

    def wait_for_revision(self, revision: int, location: str = "MAIN") -> None:
        """Wait until so much stands in the ledger."""
        until = time.monotonic() + PATIENCE_S
        with Gate(self.address, timeout_s=5.0) as gate:
            while _revision(gate, location) < revision:
                assert time.monotonic() < until, f"the ledger did not reach revision {revision}"


def _revision(gate: Gate, location: str = "MAIN") -> int:
    try:
        return gate.list_entries(location, page_size=1).latest_revision
    except NotFound:
        return 0


@contextmanager
def dev_gate(folder: Path) -> Iterator[DevGate]:
    """Run a `gate dev` until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    gate = DevGate(folder)
    gate.start()
    try:
        yield gate
    finally:
        gate.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it comes true."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.02)


@contextmanager
def replaying(
    *arguments: object, variables: Mapping[str, str] | None = None, in_background: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Start `gate replay … -o json`; it is gone after the block, however that ended.

    `in_background` ignores Ctrl-C, as for what a script starts with `&`; else it heeds it, whoever runs the tests.
    """
    ctrl_c = "SIG_IGN" if in_background else "default_int_handler"
    heeding = f"""
import runpy, signal
signal.signal(signal.SIGINT, signal.{ctrl_c})
runpy.run_module("gate_service", run_name="__main__", alter_sys=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", heeding, "replay", *map(str, arguments), "-o", "json"],
        env=environment() | dict(variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:  # collects the process and closes its pipes
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[str], *, exit_code: int) -> tuple[str, str]:
    """Wait for a replay to end as it should; give its stdout and stderr."""
    stdout, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == exit_code, stderr + _violations(stdout)
    return stdout, stderr


def _violations(stdout: str) -> str:
    """Give what was broken, where this is a report; else its beginning."""
    try:
        checks = json.loads(stdout)["invariants"]
    except (ValueError, KeyError):
        return stdout[:2_000]
    return "\n".join(f"{each['name']}: {each['first']}" for each in checks if each["violations"])


def report_of(process: subprocess.Popen[str], *, exit_code: int = 0) -> dict[str, Any]:
    """Wait for a replay to end and give its report."""
    report: dict[str, Any] = json.loads(ended(process, exit_code=exit_code)[0])
    return report


def replay(*arguments: object, exit_code: int = 0) -> dict[str, Any]:
    """Run `gate replay … -o json` and give its report."""
    with replaying(*arguments) as process:
        return report_of(process, exit_code=exit_code)


def fates(report: Mapping[str, Any]) -> dict[str, int]:
    """Give the fates that any row met."""
    return {fate: count for fate, count in report["rows"].items() if count}


def held(report: Mapping[str, Any], name: str) -> bool:
    """Say whether a check was tried and held."""
    (found,) = (each for each in report["invariants"] if each["name"] == name)
    return bool(found["checked"]) and not found["violations"]


def stock(gate: DevGate, location: str) -> dict[str, StockLevel]:
    """Give every figure that `gate stock list` shows, by SKU."""
    with Gate(gate.address, timeout_s=30.0) as reader:
        return {level.sku: level for level in reader.iter_stock(location)}
