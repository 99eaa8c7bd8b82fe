"""One real gate for all tests of this folder, with a map of four mirrors; each test has a location of its own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from gate_service.bootstrap.reconciling_parts import means
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger.ledger import RedisLedger
from gate_service.settings import Settings
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.stores import over_empty_store
from tests.contract.world import World
from tests.gate_process import gate_serving
from tests.reconcile.house import House, map_text
from tests.reconcile.mirroring import HERE, Mirroring

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


@pytest.fixture
def clock() -> Clock:
    """Give the clock that the gate of `at` goes by."""
    return Clock()


@pytest.fixture
async def real(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Give a gate over an empty store, in this process."""
    async with over_empty_store(store_url, clock) as ledger:
        yield ledger


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    """Give a location of that store at which nothing has happened yet."""
    return World(real, clock, HERE)


@pytest.fixture
async def mirrors(at: World, store_url: str) -> AsyncIterator[Mirroring]:
    """Give the mirrors of that location, and whoever compares."""
    del at  # the store is empty, and a gate writes there
    async with means(Settings(redis_url=store_url)) as opened:
        yield Mirroring(opened)
