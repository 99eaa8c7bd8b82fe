"""A store's server on a disk of ours."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import redis

from gate_service.embedded import folder as folders
from gate_service.embedded import launch, valkey
from tests.robustness.shim.disk import Disk, Lost

_PATIENCE_S = 30.0
_POLL_S = 0.01


class ShimmedStore:
    """A server, set up as the embedded store is, on a disk that can lose power, fill up, fail and stall.

    It dies with the thread that started it. The same object may be started again on what is left of its data; it is
    then to be found at the same addresses.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fsync: str = "always",
        program: Path | None = None,
        port: int = 0,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Start nothing yet. `program` is the embedded Valkey where none is named; `options` are the server's own.

        With a port it listens on 127.0.0.1 too. Raises `NoCompilerError`.
        """
        self.disk: Final = Disk(folder)
        self.folder: Final = self.disk.folder
        self.socket: Final = folders.socket_path(self.folder)
        log = self.folder / folders.LOG_NAME
        self._log = log
        words = valkey._options(self.folder, self.socket, log, fsync)
        settings = dict(zip(words[::2], words[1::2], strict=True))
        settings.pop("--locale-collate")  # Redis 7.0 does not know it, and goes by the environment
        given = {"port": str(port), "bind": "127.0.0.1", **(options or {})}
        command = [str(program or valkey._find_program()), *(word for pair in settings.items() for word in pair)]
        self._command = [*self.disk.prefix, "LC_ALL=C", *command, *_words(given)]
        self._process: subprocess.Popen[bytes] | None = None
        self.url: Final = f"unix://{self.socket}"

    @property
    def pid(self) -> int:
        """Give the server's process id."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Say whether the server has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait: bool = True, more: Mapping[str, str] | None = None) -> Self:
        """Start the server, and wait until it has loaded its data and answers. `more` are options for this start."""
        assert not self.running, "it runs already"
        launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [*launcher, *self._command, *_words(more or {})],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until it has loaded its data and answers."""
        until = time.monotonic() + _PATIENCE_S
        with contextlib.closing(redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1.0)) as client:
            while not valkey._answers(client):
                assert self.running, f"the server ended:\n{self._log.read_text(encoding='utf-8')}"
                assert time.monotonic() < until, "the server did not become ready"
                time.sleep(_POLL_S)

    def wait_until_ended(self) -> int:
        """Wait for a server that ends by itself; give its exit code."""
        assert self._process is not None
        return self._process.wait(_PATIENCE_S)

    def client(self) -> redis.Redis:
        """Give a client of it, to be closed by whoever asks."""
        return redis.Redis.from_url(self.url, decode_responses=True)

    def kill(self) -> None:
        """Kill it as kill -9 does: what it had handed to the system is written all the same."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_PATIENCE_S)

    def power_cut(self, torn_bytes: int = 0) -> Lost:
        """Kill it, and take away what it had not synced; see `Disk.lose_power`."""
        self.kill()
        return self.disk.lose_power(torn_bytes)

    def fill_disk(self, room_bytes: int = 0) -> None:
        """Have the disk be full, but for this many bytes."""
        self.disk.fill(room_bytes)

    def free_disk(self) -> None:
        """Have the disk take whatever comes."""
        self.disk.free()

    def slow_disk(self, sync_ms: int) -> None:
        """Have every sync take at least this long."""
        self.disk.slow(sync_ms)

    def stop(self) -> None:
        """End it, however it is, and remove its socket. What was noted about its disk stays until the folder goes."""
        self.kill()
        folders.remove_socket(self.socket, self.folder)
        self.disk.close()

    def __enter__(self) -> Self:
        """Give the started server."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.stop()


def _words(options: Mapping[str, str]) -> list[str]:
    return [word for name, value in options.items() for word in (f"--{name}", value)]
