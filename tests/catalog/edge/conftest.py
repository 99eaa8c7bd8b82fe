"""One gate with a catalog for all tests of this folder; each test has a location of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.catalog.edge.house import ITEMS, bring_in, fresh
from tests.gate_process import GateProcess, gate_serving


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path_factory.mktemp("catalog") / "store") as running:
        yield running


@pytest.fixture(scope="session")
def process(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    with gate_serving(store.url, tmp_path_factory.mktemp("catalog")) as running:
        yield running


@pytest.fixture(scope="session")
def house(process: GateProcess) -> Iterator[sdk.Gate]:
    """Give a gate whose catalog holds ITEMS."""
    with sdk.Gate(process.address, system="shop", timeout_s=20) as gate:
        bring_in(gate, ITEMS)
        yield gate


@pytest.fixture
def location() -> str:
    return fresh("DC")
