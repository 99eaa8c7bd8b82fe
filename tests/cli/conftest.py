"""One gate for all tests of the command line, and one that knows its callers; each test has a location of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.driving import Commands, Started, started
from tests.cli.house import House, furnish, write_map

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


@pytest.fixture(scope="session")
def house_gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder: Path = tmp_path_factory.mktemp("house")
    handoffs = write_map(folder)
    with started(folder, "dev", "--listen", "127.0.0.1:0", "--handoffs", str(handoffs)) as gate:
        furnish(gate.address)
        yield gate
        gate.end()


@pytest.fixture
def house(house_gate: Started) -> House:
    """Run commands as a system of the handoff map, at a location that nobody else uses."""
    return House(Commands(house_gate.address, f"LOC-{next(_NUMBERS)}"))
