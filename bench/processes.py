"""The processes that are measured: started, waited for, and ended by their own id."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc
from grpc_health.v1 import health_pb2

HOST: Final = "127.0.0.1"
_START_S: Final = 30.0
_STOP_S: Final = 20.0
_POLL_S: Final = 0.05


class StartError(Exception):
    """A server that was to be measured did not start."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server."""

    name: str
    port: int
    pid: int

    @property
    def address(self) -> str:
        """Give its address as gRPC wants it."""
        return f"{HOST}:{self.port}"


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def rss_bytes(pid: int) -> int:
    """Give the memory that a process holds, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


@contextlib.contextmanager
def running(name: str, module_args: Sequence[str], folder: Path, *, health: bool) -> Iterator[Target]:
    """Run `python -m <module_args> --listen HOST:PORT` until the block ends; its output goes to a file in `folder`.

    With `health` it has started when it says SERVING, else when its port is open. Raises `StartError`.
    """
    port = free_port()
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", *module_args, "--listen", f"{HOST}:{port}"]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            target = Target(name=name, port=port, pid=process.pid)
            _wait_until_serving(target, process, log, health=health)
            yield target
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_serving(target: Target, process: subprocess.Popen[bytes], log: Path, *, health: bool) -> None:
    until = time.monotonic() + _START_S
    while not (_says_serving(target) if health else _is_open(target)):
        if process.poll() is not None or time.monotonic() > until:
            words = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise StartError(f"{target.name} did not start:\n{words}")
        time.sleep(_POLL_S)


def _is_open(target: Target) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, target.port)) == 0


def _says_serving(target: Target) -> bool:
    with grpc.insecure_channel(target.address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        try:
            answer = check(health_pb2.HealthCheckRequest(), timeout=1.0)
        except grpc.RpcError:
            return False
        return answer.status == health_pb2.HealthCheckResponse.SERVING
