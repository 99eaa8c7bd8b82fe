"""One gate for all tests of the command line; each test has a location of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.driving import Commands, Started, started

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def dev_gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder: Path = tmp_path_factory.mktemp("dev")
    with started(folder, "dev", "--listen", "127.0.0.1:0", "--buffers", "web=2", "--safety-stock", "1") as gate:
        yield gate
        gate.end()


@pytest.fixture
def gate(dev_gate: Started) -> Commands:
    """Run commands at a location that nobody else uses."""
    return Commands(dev_gate.address, f"LOC-{next(_NUMBERS)}")


@pytest.fixture
def stocked(gate: Commands) -> Commands:
    """Give a location with 10 mugs and 100 pens, of each of which one unit is kept back from everybody."""
    assert gate("stock", "receive", "MUG:10", "PEN:100").exit_code == 0
    return gate
