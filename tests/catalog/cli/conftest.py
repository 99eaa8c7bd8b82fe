"""One gate for all tests of the commands; each import replaces the catalog."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gate_service.embedded.valkey import EmbeddedStore
from tests.cli.driving import Commands
from tests.gate_process import GateProcess, gate_serving


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    folder = tmp_path_factory.mktemp("commands")
    with EmbeddedStore.start(folder / "store") as store, gate_serving(store.url, folder) as running:
        yield running


@pytest.fixture
def gate(process: GateProcess) -> Commands:
    return Commands(process.address, "DC")
