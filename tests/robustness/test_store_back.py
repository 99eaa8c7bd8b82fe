"""How a store that was away comes back: without a rush, and with nobody's answer lost."""

from __future__ import annotations

import asyncio
import os
import signal

import redis

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.errors import Unavailable
from gate_service.domain.policy import Policy
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger.ledger import RedisLedger
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.gate_process import PATIENCE_S
from tests.robustness.waiting import until

GATES, CALLERS, LOCATIONS = 5, 40, ("DC-1", "DC-2")


async def test_when_the_store_comes_back_one_looks_for_each_gate_and_the_others_do_not_rush(
    store: EmbeddedStore,
) -> None:
    ledgers = [RedisLedger.connect(store.url) for _ in range(GATES)]
    for location in LOCATIONS:
        await World(ledgers[0], Clock(), location).receive(("A", 1_000))
    os.kill(store.pid, signal.SIGKILL)
    refused = 0

    async def buy(ledger: RedisLedger, number: int) -> None:
        """Ask by the same id, as often as it takes, and not before it was said."""
        nonlocal refused
        lines = (ops.OrderLine("1", "A", 1),)
        order = ops.ReserveStock(f"buy-{number}", LOCATIONS[number % 2], f"O-{number}", "", 0, lines)
        while True:
            try:
                await ledger.apply(order, Policy(), Call("test"))
            except Unavailable as no:
                refused += 1
                await asyncio.sleep(no.retry_after_ms / 1000)
            else:
                return

    buying = [
        asyncio.create_task(buy(ledger, gate * CALLERS + number))
        for gate, ledger in enumerate(ledgers)
        for number in range(CALLERS)
    ]
    await until(lambda: refused >= 2 * len(buying))
    with EmbeddedStore.start(store.data_dir), redis.Redis.from_url(store.url) as client:
        await asyncio.wait_for(asyncio.gather(*buying), PATIENCE_S)
        connections = int(client.info("stats")["total_connections_received"])
        looks = int(client.info("commandstats")["cmdstat_ping"]["calls"])
        committed = [int(client.hget(f"gate:{{{location}}}:meta", "revision") or 0) for location in LOCATIONS]
    assert sum(committed) == len(LOCATIONS) + len(buying), "each order stands once"
    others = 10  # whoever waited for the store to start, and this test
    assert looks <= GATES + others
    assert connections <= GATES * (1 + len(LOCATIONS)) + others, "not one for each of those who waited"
    for ledger in ledgers:
        await ledger.close()


async def test_a_connection_that_the_store_has_closed_meanwhile_costs_nobody_his_answer(store: EmbeddedStore) -> None:
    opened = connect(store.url)
    await asyncio.gather(*(opened.call("PING") for _ in range(5)))
    with redis.Redis.from_url(store.url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
    await asyncio.sleep(0.05)
    assert await asyncio.gather(*(opened.call("PING") for _ in range(5))) == ["PONG"] * 5
    await opened.close()
