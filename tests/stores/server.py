"""One server process: started, killed, paused and started again under the same address."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.stores import launch
from tests.stores.tls import Certificates

PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.02
_CLIENT_TIMEOUT_S: Final = 2.0


# The kernel counts the end of the thread that started a child as the death of its parent: this one lives as long as we.
_STARTER: Final = ThreadPoolExecutor(1, thread_name_prefix="stores")


def _spawn(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
    return subprocess.Popen(
        [*launcher, *command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
    )


def until(condition: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds; a server that does not answer is one more reason to wait. Raises AssertionError."""
    end = time.monotonic() + patience_s
    while True:
        with contextlib.suppress(redis.RedisError, OSError):
            if condition():
                return
        assert time.monotonic() < end, f"not within {patience_s:g} s: {what}"
        time.sleep(_POLL_S)


class Server:
    """A server on a port of the loopback, with a folder of its own. Nothing runs until `start`."""

    def __init__(
        self,
        program: Path,
        folder: Path,
        port: int,
        lines: Sequence[str],
        *,
        sentinel: bool = False,
        password: str = "",
        tls: Certificates | None = None,
    ) -> None:
        """Write its configuration; `lines` come last, so that they win. `password` is what it asks of clients."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder: Final = folder
        self.port: Final = port
        self.address: Final = f"127.0.0.1:{port}"
        self.log: Final = folder / "log"
        self.tls: Final = tls
        self._password = password
        self._command = [str(program), str(folder / "conf"), *(["--sentinel"] if sentinel else [])]
        self._process: subprocess.Popen[bytes] | None = None
        self._paused = False
        own = [
            "bind 127.0.0.1",
            f'dir "{folder}"',
            f'logfile "{self.log}"',
            "daemonize no",
            *(tls.server_lines(port) if tls else [f"port {port}"]),
            *([f"requirepass {password}"] if password else []),
        ]
        (folder / "conf").write_text("\n".join([*own, *lines, ""]), encoding="utf-8")

    @property
    def runs(self) -> bool:
        """Say whether there is a process, paused or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def paused(self) -> bool:
        """Say whether its process stands still."""
        return self.runs and self._paused

    @property
    def pid(self) -> int:
        """Give its process id."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self, *, wait: bool = True) -> None:
        """Start it where it does not run, and wait until it answers."""
        if self.runs:
            return
        self._paused = False
        with self.log.open("ab") as output:
            self._process = _STARTER.submit(_spawn, self._command, output).result()
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it has loaded its data and answers. Raises AssertionError where it ends or never does."""

        def answers() -> bool:
            assert self.runs, f"the server ended:\n{self.tail()}"
            with self.client() as client:
                return bool(client.ping())

        until(answers, f"the server at {self.address} answers")

    def client(self) -> redis.Redis:
        """Give a client, to be closed by whoever asks. It asks once, and waits two seconds at most."""
        return redis.Redis(
            host="127.0.0.1",
            port=self.port,
            password=self._password or None,
            socket_timeout=_CLIENT_TIMEOUT_S,
            decode_responses=True,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            **(self.tls.client_options() if self.tls else {}),
        )

    def pause(self) -> None:
        """Let its process stand still: it neither answers nor hangs up."""
        os.kill(self.pid, signal.SIGSTOP)
        self._paused = True

    def resume(self) -> None:
        """Let it go on, where it was paused."""
        if self.paused:
            os.kill(self.pid, signal.SIGCONT)
        self._paused = False

    def kill(self) -> None:
        """Kill it as kill -9 does, paused or not, and be sure that it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    def tail(self) -> str:
        """Give the last lines of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-12:])
        return ""


def store_lines(fsync: str) -> list[str]:
    """Give how a server that keeps data is set: as the embedded store is, and quick to copy itself to a replica."""
    return [
        'save ""',
        "appendonly yes",
        f"appendfsync {fsync}",
        "no-appendfsync-on-rewrite no",
        "maxmemory-policy noeviction",
        "repl-diskless-sync-delay 0",
        "repl-ping-replica-period 1",
        "repl-timeout 5",
        "repl-backlog-size 8mb",
    ]


def start_all(servers: Sequence[Server]) -> None:
    """Start those that do not run, all at once, and wait until each answers."""
    for server in servers:
        server.start(wait=False)
    for server in servers:
        server.wait_until_ready()
