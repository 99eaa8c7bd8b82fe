"""The real ledger over a store that belongs to the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis

from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock


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
