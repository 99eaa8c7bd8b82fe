"""A gate and a store of each test's own, since each test breaks one of them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import GateProcess, gate_serving


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "store") as running:
        yield running
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGCONT)


@pytest.fixture
def gate(store: EmbeddedStore, tmp_path: Path) -> Iterator[GateProcess]:
    """Give a gate that takes a store for lost after a second and queues little."""
    with gate_serving(store.url, tmp_path, "--store-timeout-ms", "1000", "--queue-limit", "60") as running:
        yield running


@pytest.fixture
def channel(gate: GateProcess) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as opened:
        yield opened
