"""A gate with workers as its tests see it: who they are by its log, and who of them answers whom."""

from __future__ import annotations

import json
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2

from tests.deploy.pod import unary, wait_until
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving

_ESTABLISHED: Final = "01"
_CHANNELS_MAX: Final = 64


class WorkingGate:
    """What its log and the system tell of a gate."""

    def __init__(self, process: GateProcess) -> None:
        self.process = process.process
        self.address = process.address
        self.port = int(self.address.rpartition(":")[2])
        self._log = process.log

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """Give the lines of its log that tell of this event, or all of them."""
        texts = [text for text in self._log.read_text().splitlines() if text.startswith("{")]
        return [line for line in map(json.loads, texts) if event in ("", line["event"])]

    def pids(self) -> dict[int, int]:
        """Give the process that last served as each worker."""
        return {line["worker"]: line["pid"] for line in self.lines("worker serves")}

    def successor_of(self, worker: int, pid: int) -> int:
        """Wait for the process that takes the place of another."""
        wait_until(lambda: self.pids()[worker] != pid, "a successor")
        return self.pids()[worker]

    def channel(self) -> grpc.Channel:
        """Open a connection that shares nothing and asks nothing twice."""
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        return grpc.insecure_channel(self.address, options)

    @contextmanager
    def connections(self, pids: set[int], of_each: int = 1) -> Iterator[dict[int, list[grpc.Channel]]]:
        """Open connections until each of these processes has some, and tell whose they are."""
        held: dict[int, list[grpc.Channel]] = defaultdict(list)
        try:
            for _ in range(_CHANNELS_MAX):
                before = {pid: self._connected_to(pid) for pid in pids}
                channel = self.channel()
                assert says_serving(channel)
                (answering,) = [pid for pid in pids if self._connected_to(pid) > before[pid]]
                held[answering].append(channel)
                if all(len(held[pid]) >= of_each for pid in pids):
                    break
            yield held
        finally:
            for channel in (channel for channels in held.values() for channel in channels):
                channel.close()

    def _connected_to(self, pid: int) -> int:
        """Count the connections of its port that a process has open."""
        tables = (Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6"))
        rows = [line.split() for table in tables for line in table.splitlines()[1:]]
        here = f":{self.port:04X}"
        inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(here) and row[3] == _ESTABLISHED}
        return sum(link in inodes for link in _open_files(pid))


def _open_files(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(file.readlink())


def says_serving(channel: grpc.Channel) -> bool:
    """Ask once whether calls are answered; what fails is an error."""
    check = unary(channel, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckResponse)
    answer = check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_S)
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def is_gone(pid: int) -> bool:
    """Say whether a process has ended; what nobody has asked after yet has ended too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def working_gate(store_url: str, folder: Path, *flags: str, name: str = "gate") -> Iterator[WorkingGate]:
    """Run a gate with two workers until the block ends; none of them outlives it."""
    serving = gate_serving(store_url, folder, "--workers", "2", "--log-format", "json", *flags, name=name)
    with serving as process:
        gate = WorkingGate(process)
        try:
            yield gate
        finally:
            for pid in gate.pids().values():  # none is left where the gate does as it should
                if gate.process.poll() is not None and not is_gone(pid):
                    os.kill(pid, signal.SIGKILL)
