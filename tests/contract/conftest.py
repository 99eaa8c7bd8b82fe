"""Gives each test a location that nobody has written to yet, in the model and in the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.state import SweptLedger
from tests.contract.stores import over_empty_store
from tests.contract.world import World
from tests.model import ModelLedger


@pytest.fixture
def clock() -> Clock:
    """Give the clock that the ledger of this test goes by."""
    return Clock()


@pytest.fixture
async def real(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Give the real ledger alone."""
    async with over_empty_store(store_url, clock) as ledger:
        yield ledger


@pytest.fixture(params=["model", "real"])
async def ledger(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[SweptLedger]:
    """Give the model, then the real ledger: every test of the suite runs with each."""
    if request.param == "model":
        yield ModelLedger(clock)
        return
    async with over_empty_store(request.getfixturevalue("store_url"), clock) as ledger:
        yield ledger


@pytest.fixture
def at(ledger: SweptLedger, clock: Clock) -> World:
    """Give a location that nothing was received at yet."""
    return World(ledger, clock)
