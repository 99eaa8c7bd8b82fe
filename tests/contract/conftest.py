"""Gives each test a location that nobody has written to yet, in the model and in the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import redis

from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.state import SweptLedger
from tests.contract.world import World
from tests.model import ModelLedger


@asynccontextmanager
async def over_empty_store(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Open the real ledger over a store in which nothing is left of other tests."""
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    ledger = RedisLedger.connect(store_url, clock_ms=clock)
    try:
        yield ledger
    finally:
        await ledger.close()


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
