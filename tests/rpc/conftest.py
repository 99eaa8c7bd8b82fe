"""One real gate on a store of its own for all tests of this folder; each test has a location of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import grpc
import pytest

from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import GateProcess, gate_serving

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    folder = tmp_path_factory.mktemp("rpc")
    with EmbeddedStore.start(folder / "store") as store, gate_serving(store.url, folder) as running:
        yield running


@pytest.fixture(scope="session")
def channel(gate: GateProcess) -> Iterator[grpc.Channel]:
    """Give a channel that shows every answer as it came: nothing is asked twice."""
    with grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as opened:
        yield opened


@pytest.fixture
def location() -> str:
    return f"DC-{next(_NUMBERS)}"
