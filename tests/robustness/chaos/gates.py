"""Gate processes that can be killed, paused and started again under the same address."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.stores import launch

START_S: Final = 60.0
STOP_S: Final = 30.0


class GateLost(Exception):
    """A gate did not start, or did not end as it should. The text holds the end of its log."""


def free_port() -> int:
    """Give a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gate:
    """One gate: the process changes, the address stays."""

    def __init__(self, number: int, folder: Path, store_url: str, flags: Sequence[str], source: Path | None) -> None:
        """Choose an address; nothing is started. `source` holds another `gate_service` to run."""
        self.number = number
        self.address: Final = f"127.0.0.1:{free_port()}"
        self.log: Final = folder / f"gate-{number}.log"
        self._ready: Final = folder / f"gate-{number}.ready.json"
        self._folder = folder
        self._command = [
            *(sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())),
            *(sys.executable, "-m", "gate_service", "serve", "--redis-url", store_url, "--listen", self.address),
            *("--authentication", "none", "--drain-ms", "0", "--ready-file", str(self._ready), *flags),
        ]
        self._environment = _environment(source)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        """Say whether there is a process."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `GateLost`."""
        self.spawn()
        await self.ready()

    def spawn(self) -> None:
        """Start it, without waiting. Its end is that of the thread that calls this."""
        self._ready.unlink(missing_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def ready(self) -> None:
        """Wait until it is ready. Raises `GateLost` where it ends instead, or never is."""
        until = time.monotonic() + START_S
        while not self._ready.exists():
            if time.monotonic() > until:
                raise GateLost(f"gate {self.number} did not become ready:\n{self.tail()}")
            if not self.runs:
                raise GateLost(f"gate {self.number} ended at its start:\n{self.tail()}")
            await asyncio.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process, where there is one."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    async def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self.send(signal.SIGKILL)
        await self._gone()

    async def stop(self) -> None:
        """Ask it to end, and wait until it has. Raises `GateLost` where it ends with anything but 0."""
        self.send(signal.SIGTERM)
        await self._gone()
        if self._process is not None and self._process.returncode != 0:
            raise GateLost(f"gate {self.number} ended with {self._process.returncode}:\n{self.tail()}")

    def end(self) -> None:
        """Be sure that it is gone."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._process is not None:
            self._process.wait()

    def tail(self) -> str:
        """Give the last lines of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-12:])
        return ""

    async def _gone(self) -> None:
        until = time.monotonic() + STOP_S
        while self.runs:
            if time.monotonic() > until:
                raise GateLost(f"gate {self.number} does not end:\n{self.tail()}")
            await asyncio.sleep(0.01)


def _environment(source: Path | None) -> Mapping[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    if source is not None:
        environment["PYTHONPATH"] = str(source)
    return environment
