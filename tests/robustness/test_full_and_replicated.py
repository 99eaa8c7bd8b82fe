"""Where a store takes no writes, under a gate that waits for a replica: the house empties, nothing is told unproven."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.stores import SentinelTrio

PROMISE = Durability(Fsync.EVERYSEC, replicas=1, wait_ms=3_000)


@pytest.fixture
async def at() -> AsyncIterator[World]:
    """Give a location with two orders, on a pair of which the primary has no room left."""
    with SentinelTrio() as trio:
        ledger = RedisLedger.connect(trio.url, promise=PROMISE)
        there = World(ledger, Clock())
        await there.receive(("A", 10))
        await there.reserve("O-1", ("1", "A", 2))
        await there.hold("O-2", ("1", "A", 2))
        with trio.primary().client() as client:
            client.config_set("maxmemory", "1mb")
            try:
                yield there
            finally:
                client.config_set("maxmemory", "0")
                await ledger.close()


@pytest.fixture
async def too_few() -> AsyncIterator[World]:
    """Give a location on a pair of which the primary wants one replica more for any write; the gate waits for one."""
    with SentinelTrio() as trio:
        ledger = RedisLedger.connect(trio.url, promise=PROMISE)
        there = World(ledger, Clock())
        await there.receive(("A", 10))
        await there.apply(ops.ReserveStock("first", there.location_id, "O-1", "", 0, (ops.OrderLine("1", "A", 2),)))
        with trio.primary().client() as client:
            client.config_set("min-replicas-to-write", "2")
            yield there
        await ledger.close()


async def test_at_the_memory_limit_orders_still_leave_and_what_is_stored_is_still_told(at: World) -> None:
    release = ops.ReleaseReservation("release-1", at.location_id, "O-1", ())
    assert (await at.apply(release)).released_quantity == 2
    assert (await at.apply(release)).applied.replayed
    assert (await at.confirm("O-2")).changed
    with pytest.raises(Unavailable) as full:
        await at.reserve("O-3", ("1", "A", 1))
    assert full.value.reason is Reason.STORE_UNAVAILABLE


async def test_a_growing_operation_that_is_stored_is_told_again_at_the_memory_limit(at: World) -> None:
    """It was acknowledged; nothing grows by saying so once more, and the barrier is written beyond the limit."""
    (first,) = [entry for entry in await at.entries() if entry.order_id == "O-1"]
    again = ops.ReserveStock(first.operation_id, at.location_id, "O-1", "", 0, (ops.OrderLine("1", "A", 2),))
    assert (await at.apply(again)).applied.replayed


async def test_where_nothing_can_be_written_what_was_applied_is_not_told_as_not_applied(too_few: World) -> None:
    first = ops.ReserveStock("first", too_few.location_id, "O-1", "", 0, (ops.OrderLine("1", "A", 2),))
    second = ops.ReserveStock("second", too_few.location_id, "O-2", "", 0, (ops.OrderLine("1", "A", 2),))
    for order, reason in ((first, Reason.OUTCOME_UNKNOWN), (second, Reason.STORE_UNAVAILABLE)):
        with pytest.raises(Unavailable) as no:
            await too_few.apply(order)
        assert no.value.reason is reason
