"""The real ledger over a store that belongs to the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gate_service.ledger.ledger import RedisLedger
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.stores.running import promise_of


async def empty(store_url: str) -> None:
    """Leave nothing in a store of any kind, nor in a replica of it that is in step."""
    store = connect(store_url)
    try:
        await store.each("FLUSHALL")
    finally:
        await store.close()


def open_ledger(store_url: str, clock: Clock) -> RedisLedger:
    """Open the real ledger, with the promise that a gate on such a store makes. Whoever asks closes it."""
    return RedisLedger.connect(store_url, clock_ms=clock, promise=promise_of(store_url))


@asynccontextmanager
async def over_empty_store(store_url: str, clock: Clock) -> AsyncIterator[RedisLedger]:
    """Open the real ledger over a store in which nothing is left of other tests."""
    await empty(store_url)
    ledger = open_ledger(store_url, clock)
    try:
        yield ledger
    finally:
        await ledger.close()
