"""What keeps one caller, one location or one large entry from standing in everybody's way."""

from __future__ import annotations

import asyncio

import grpc
import pytest
import redis

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from gate_service.app.ports import Call
from gate_service.app.watch import sweep_once
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World
from tests.rpc.wire import No, ask, reserve, stocked

LOCATION = "DC-1"


def large_wave(number: int) -> gate_pb.AuthorizeWaveRequest:
    lines = [
        gate_pb.WaveLine(order_id=f"order-{'x' * 40}-{line}", sku=f"SKU-{'x' * 40}-{line}", quantity=1)
        for line in range(2_000)
    ]
    return gate_pb.AuthorizeWaveRequest(
        operation_id=f"wave-{number}",
        location_id=LOCATION,
        wave_id=f"W-{number}",
        atomicity=gate_pb.WAVE_ATOMICITY_LINE,
        lines=lines,
    )


def test_a_ledger_of_large_entries_is_read_in_pages_that_a_client_takes(channel: grpc.Channel) -> None:
    stocked(channel, LOCATION, A=5)
    for number in range(30):
        assert not isinstance(ask(channel, large_wave(number)), No)
    revisions: list[int] = []
    start = 1
    while start:
        page = ask(
            channel,
            ledger_pb.ListEntriesRequest(
                location_id=LOCATION, from_revision=start, page_size=1_000, include_canonical=True
            ),
        )
        assert not isinstance(page, No), page
        revisions += [entry.revision for entry in page.entries]
        start = page.next_from_revision
    assert revisions == list(range(1, 32))


async def test_too_many_reads_of_the_ledger_at_once_are_shed_and_a_confirm_gets_in(store: EmbeddedStore) -> None:
    ledger = RedisLedger.connect(store.url)
    at = World(ledger, Clock())
    await at.receive(("A", 5))
    await at.hold("O-1", ("1", "A", 1))
    reads = [asyncio.create_task(ledger.entries(LOCATION, 1, 100, Call("test"))) for _ in range(60)]
    await asyncio.sleep(0)
    assert (await at.confirm("O-1")).changed
    ended = await asyncio.gather(*reads, return_exceptions=True)
    shed = [one for one in ended if isinstance(one, Unavailable)]
    assert 0 < len(shed) < len(ended)
    assert {one.reason for one in shed} == {Reason.OVERLOADED}
    await ledger.close()


async def test_a_location_whose_sweep_fails_keeps_no_other_from_its_turn(store: EmbeddedStore) -> None:
    clock = Clock()
    ledger = RedisLedger.connect(store.url, clock_ms=clock)
    broken, sound = World(ledger, clock, "AA"), World(ledger, clock, "ZZ")
    for at in (broken, sound):
        await at.receive(("A", 5))
        await at.hold("O-1", ("1", "A", 1))
    with redis.Redis.from_url(store.url) as client:
        client.set(keys.location_keys("AA")[keys.LOCATION_KEYS.index("holds")], "not a sorted set")
    clock.advance(TTL_MS)
    failed: list[str] = []
    await sweep_once(ledger, lambda location_id, _: failed.append(location_id))
    assert failed == ["AA"]
    assert (await sound.level("A")).held == 0
    await ledger.close()


async def test_a_hold_that_cannot_be_read_keeps_no_other_from_running_out(store: EmbeddedStore) -> None:
    clock = Clock()
    ledger = RedisLedger.connect(store.url, clock_ms=clock)
    at = World(ledger, clock)
    await at.receive(("A", 5))
    await at.hold("O-1", ("1", "A", 1))
    await at.hold("O-2", ("1", "A", 1))
    with redis.Redis.from_url(store.url) as client:
        client.hset(keys.location_keys(LOCATION)[keys.LOCATION_KEYS.index("reservations")], "O-1", "broken")
    clock.advance(TTL_MS)
    await ledger.sweep(LOCATION)
    assert (await at.level("A")).held == 1
    await ledger.close()


async def test_at_the_memory_limit_holds_and_permits_still_run_out(store: EmbeddedStore) -> None:
    clock = Clock()
    ledger = RedisLedger.connect(store.url, clock_ms=clock)
    at = World(ledger, clock)
    await at.receive(("A", 5))
    await at.hold("O-1", ("1", "A", 1))
    await at.reserve("O-2", ("1", "A", 1))
    await at.authorize(("O-2", "1", "A", 1))
    clock.advance(PERMIT_TTL_MS)
    with redis.Redis.from_url(store.url) as client:
        client.config_set("maxmemory", "1mb")
        await ledger.sweep(LOCATION)
        level = await at.level("A")
    assert (level.held, level.allocated, level.committed) == (0, 0, 1)
    await ledger.close()


def test_an_entry_that_the_store_refuses_leaves_nothing_else_behind(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=5)
    ask(channel, reserve(LOCATION))
    with redis.Redis.from_url(store.url) as client:
        client.hset(keys.meta(LOCATION), "revision", 1)  # as if the end of the record were lost
        refused = ask(channel, reserve(LOCATION, operation_id="op-2", order_id="O-2"))
        assert isinstance(refused, No)
        assert not client.hexists(keys.location_keys(LOCATION)[keys.LOCATION_KEYS.index("operations")], "op-2")
        assert not client.hexists(keys.location_keys(LOCATION)[keys.LOCATION_KEYS.index("reservations")], "O-2")


@pytest.mark.parametrize("page_size", [1, 7, 1_000])
def test_pages_of_any_size_tell_the_same_ledger(channel: grpc.Channel, page_size: int) -> None:
    stocked(channel, LOCATION, A=50)
    for number in range(20):
        ask(channel, reserve(LOCATION, operation_id=f"op-{number}", order_id=f"O-{number}"))
    told: list[int] = []
    start = 1
    while start:
        page = ask(
            channel,
            ledger_pb.ListEntriesRequest(location_id=LOCATION, from_revision=start, page_size=page_size),
        )
        told += [entry.revision for entry in page.entries]
        start = page.next_from_revision
    assert told == list(range(1, 22))
