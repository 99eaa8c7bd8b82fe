"""Whoever is told to end ends, wherever it stands in a call to the store; and the next call finds it sound."""

from __future__ import annotations

import asyncio
import random

from gate_service.ledger.ledger import RedisLedger
from gate_service.store.connect import connect

ROUNDS = 400


async def probe_for_ever(ledger: RedisLedger) -> None:
    while True:
        await ledger.probe(5_000)


async def test_a_watch_ends_at_once_wherever_it_is_cancelled(store_url: str) -> None:
    ledger = RedisLedger.connect(store_url)
    seeded = random.Random(7)
    try:
        for _ in range(ROUNDS):
            watch = asyncio.create_task(probe_for_ever(ledger))
            for _ in range(seeded.randrange(40)):  # turns of the loop: each stops it at another await
                await asyncio.sleep(0)
            watch.cancel()
            done, _ = await asyncio.wait({watch}, timeout=5)
            assert watch in done, "it swallowed the cancellation"
            assert watch.cancelled()
    finally:
        await ledger.close()


async def test_an_answer_never_goes_to_another_question(store_url: str) -> None:
    """A cancelled call leaves an answer on the wire; the connection must not be used for the next question."""
    store = connect(store_url, timeout_ms=5_000)
    seeded = random.Random(8)

    async def echo(number: int) -> str:
        return str(await store.call("ECHO", number))

    try:
        for number in range(ROUNDS):
            asked = asyncio.create_task(echo(number))
            for _ in range(seeded.randrange(12)):
                await asyncio.sleep(0)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            assert await echo(-number) == str(-number)
    finally:
        await store.close()
