"""Starts `gate` as a process of its own and runs its commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer
from typer.testing import CliRunner

from gate_service.cli.main import app

GATE = (sys.executable, "-m", "gate_service")
_HEEDING_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("gate_service", run_name="__main__", alter_sys=True)
"""
"""Whoever runs the tests in the background of a script has SIGINT ignored, and every child inherits that."""
START_WITHIN_S = 30.0
_COMMAND: Final = typer.main.get_command(app)
"""Put together once; a runner that is given the app does it anew for each command, which takes longer than most do."""


def clean_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment without any setting that the one who runs the tests may have."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    return {**env, "COLUMNS": "100", **(extra or {})}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def data(self) -> Any:  # noqa: ANN401 whatever the command wrote
        return json.loads(self.stdout)

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def error(self) -> Any:  # noqa: ANN401 whatever the command wrote
        return json.loads(self.stderr.splitlines()[-1])["error"]


@dataclass(frozen=True)
class Commands:
    """Runs commands against one gate and one location, in this process."""

    target: str
    location: str

    def __call__(self, *args: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Ended:
        settings: dict[str, str | None] = {name: None for name in os.environ if name.startswith("GATE_")}
        settings |= {"GATE_TARGET": self.target, "GATE_LOCATION": self.location, "COLUMNS": "100", **(env or {})}
        return _run_here(args, stdin, settings)


def _run_here(args: Sequence[str], stdin: str | None, env: Mapping[str, str | None]) -> Ended:
    """Run a command in this process; what it does not catch itself is raised."""
    with CliRunner().isolation(input=stdin, env=env) as (stdout, stderr, _):
        try:
            exit_code = _COMMAND.main(args=args, prog_name="gate", standalone_mode=True)
        except SystemExit as end:
            exit_code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        assert isinstance(exit_code, int), f"it ended with {exit_code!r}"
        return Ended(exit_code, stdout.getvalue().decode(), stderr.getvalue().decode())


@dataclass(frozen=True)
class Started:
    """A gate that runs: its process, and what its ready file says."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def address(self) -> str:
        address: str = self.ready["address"]
        return address

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send the signal and give the exit code and all output."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=START_WITHIN_S)
        return self.process.returncode, out, err


@contextmanager
def opened(
    *args: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run `gate ARGS` beside the test; whatever happens, it is gone after the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _HEEDING_CTRL_C, *args],
        cwd=cwd,
        env=clean_env(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def started(folder: Path, *args: str, env: Mapping[str, str] | None = None) -> Iterator[Started]:
    """Start `gate ARGS` in `folder`, wait until it is ready, and end it with the block.

    Beside a `gate dev` nothing reconciles, unless `--reconcile` asks for it: it takes half a second to start.
    """
    ready_file = folder / f"ready-{time.monotonic_ns()}.json"
    alone = ("--no-reconcile",) if args[0] == "dev" and "--reconcile" not in args else ()
    with opened(*args, *alone, "--ready-file", str(ready_file), cwd=folder, env=env) as process:
        until = time.monotonic() + START_WITHIN_S
        while not ready_file.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until, "it did not become ready in time"
            time.sleep(0.02)
        yield Started(process, json.loads(ready_file.read_text()))


def run(*args: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command as a process of its own."""
    ended = subprocess.run(
        [*GATE, *args], cwd=cwd, env=clean_env(env), capture_output=True, text=True, check=False, timeout=60
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
