"""A gate of one's own for as long as it is needed: a child process whose data goes with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from gate_service.cli.exits import ExitCode
from gate_service.cli.reconcile import EVERY_S_ENV
from gate_service.embedded import launch

_READY_WITHIN_S: Final = 60.0
_POLL_S: Final = 0.02
_STOP_WITHIN_S: Final = 30.0
_LOG_TAIL_LINES: Final = 8
_RECONCILE_EVERY_S: Final = "0.2"
"""Whoever has a gate of his own for seconds does not wait seconds for each snapshot."""


@contextmanager
def own_gate(handoffs: str = "") -> Iterator[str]:
    """Start a gate, give its address, and stop it and remove its data at the end.

    With the text of a handoff map a `gate reconcile` runs beside it, by that map; callers are not checked. It dies with
    this process too, however this one ends. Ends with exit code 3 and the end of its log where it does not start.
    """
    with _terminated_as_interrupted(), tempfile.TemporaryDirectory(prefix="gate-own-") as name:
        folder = Path(name)
        ready, log = folder / "ready", folder / "gate.log"
        process = _start(folder / "data", ready, log, handoffs)
        try:
            yield _address(process, ready, log)
        finally:
            _stop(process)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Have SIGTERM end the block as Ctrl-C does: its own way leaves the folder behind."""

    def interrupt(*_: object) -> None:  # not by way of SIGINT, which a script's `&` has ignored
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _start(data_dir: Path, ready: Path, log: Path, handoffs: str) -> subprocess.Popen[bytes]:
    gate = [sys.executable, "-m", "gate_service", "dev", "--listen", "127.0.0.1:0"]
    if handoffs:
        path = ready.with_name("handoffs.yaml")
        path.write_text(handoffs, "utf-8")
        gate += ["--handoffs", str(path), "--authentication", "none"]
    else:
        gate.append("--no-reconcile")
    launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
    # Whatever GATE_* and gate.toml say is meant for other gates; a Ctrl-C is for us, who stop it when done.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GATE_")}
    clean[EVERY_S_ENV] = _RECONCILE_EVERY_S
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 our own program
            [*launcher, *gate, "--data-dir", str(data_dir), "--ready-file", str(ready)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ready.parent,
            env=clean,
            start_new_session=True,
        )


def _address(process: subprocess.Popen[bytes], ready: Path, log: Path) -> str:
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until:
        if ready.exists():
            return str(json.loads(ready.read_text("utf-8"))["address"])
        if process.poll() is not None:
            break
        time.sleep(_POLL_S)
    typer.echo("The embedded gate did not start. The end of its log:", err=True)
    for line in log.read_text("utf-8", "replace").splitlines()[-_LOG_TAIL_LINES:]:
        typer.echo(f"  {line}", err=True)
    raise typer.Exit(ExitCode.UNAVAILABLE)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
