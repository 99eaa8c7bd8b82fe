"""One real gate for all tests of this folder, with a map of four mirrors; each test has a location of its own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from gate_service.embedded.valkey import EmbeddedStore
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.gate_process import gate_serving
from tests.reconcile.house import House, map_text

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the house, its gate running on a store of its own that nobody empties."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "handoffs.yaml").write_text(map_text())
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--handoffs", str(folder / "handoffs.yaml")) as gate,
    ):
        served = House(store.url, folder, gate)
        yield served
        served.close()


@pytest.fixture
def location() -> str:
    """Give a location that no other test uses; nothing has happened there yet."""
    return f"DC-{next(_NUMBERS)}"


@pytest.fixture
async def store(house: House) -> AsyncIterator[Store]:
    """Give the store of the house, to look into."""
    opened = connect(house.store_url)
    yield opened
    await opened.close()


@pytest.fixture
def opened(house: House, location: str) -> str:
    """Give a location that the ledger knows, at revision 1."""
    house.receive(location, MUG=10, CUP=4)
    return location
