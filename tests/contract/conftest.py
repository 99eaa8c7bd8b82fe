"""Gives each test a location that nobody has written to yet, in the model and in the real store.

The real store is the embedded Valkey. A part of the suite, chosen to be quick, runs on Debian's Redis, behind Sentinels
and on a cluster besides. GATE_TEST_STORE=redis, sentinel or cluster runs all of it on that one instead.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import Final

import pytest

from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.state import SweptLedger
from tests.contract.stores import over_empty_store
from tests.contract.world import World
from tests.model import ModelLedger
from tests.stores import NoProgramError
from tests.stores.running import EMBEDDED, OTHERS, Stores

CHOSEN: Final = os.environ.get("GATE_TEST_STORE", "")
ON_EVERY_STORE: Final = {
    "test_reserve_stock",
    "test_confirm_reservation",
    "test_authorize_wave",
    "test_record_receipt",
    "test_expiry",
    "test_once",
    "test_concurrency",
    "test_state_machine",
}
"""What runs on the other stores too where none is chosen."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say on which stores a test runs."""
    stores = [CHOSEN or EMBEDDED]
    if not CHOSEN and metafunc.module.__name__.rpartition(".")[2] in ON_EVERY_STORE:
        stores += OTHERS
    if "ledger" in metafunc.fixturenames:
        metafunc.parametrize("ledger", ["model", *stores], indirect=True)
    if "store_url" in metafunc.fixturenames:
        metafunc.parametrize("store_url", stores, indirect=True)


@pytest.fixture(scope="session")
def chosen_store() -> str:
    """Give the kind of the one store that all of the suite runs on; empty where it is the embedded one, and others."""
    return CHOSEN


@pytest.fixture(scope="session")
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Give the stores that the tests of this process share."""
    with Stores(request.getfixturevalue("embedded_url")) as running:
        yield running


def url_of(stores: Stores, kind: str) -> str:
    """Give where a store is found; where its program is not on this machine, what needs it is skipped."""
    try:
        return stores.url(kind)
    except NoProgramError as why:
        pytest.skip(str(why))


@pytest.fixture
def store_url(request: pytest.FixtureRequest, stores: Stores) -> str:
    """Give the store of this test; whoever uses it empties it first."""
    return url_of(stores, request.param)


@pytest.fixture
def clock() -> Clock:
    """Give the clock that the ledger of this test goes by."""
    return Clock()


@pytest.fixture
async def real(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Give the real ledger alone."""
    async with over_empty_store(store_url, clock) as ledger:
        yield ledger


@pytest.fixture
async def ledger(request: pytest.FixtureRequest, clock: Clock, stores: Stores) -> AsyncIterator[SweptLedger]:
    """Give the model, then the real ledger: every test of the suite runs with each."""
    if request.param == "model":
        yield ModelLedger(clock)
        return
    async with over_empty_store(url_of(stores, request.param), clock) as ledger:
        yield ledger


@pytest.fixture
def at(ledger: SweptLedger, clock: Clock) -> World:
    """Give a location that nothing was received at yet."""
    return World(ledger, clock)
