"""A location whose slot moves to another server of the cluster: what its callers get at each step of the move."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.witness import check_witness
from tests.contract.world import World
from tests.stores import ClusterOfSix, Migration
from tests.stores.running import promise_of

PATIENT_MS = 5_000
HASTY_MS = 250


@pytest.fixture(scope="module")
def cluster() -> Iterator[ClusterOfSix]:
    """Give the cluster that the tests of this module share; each works at a location of its own."""
    with ClusterOfSix() as running:
        yield running


@pytest.fixture
async def opened(cluster: ClusterOfSix) -> AsyncIterator[Callable[..., RedisLedger]]:
    """Give what opens a ledger on the cluster by one of its servers, with one replica to wait for."""
    ledgers: list[RedisLedger] = []

    def open_one(timeout_ms: int = PATIENT_MS) -> RedisLedger:
        url = cluster.url_of(cluster.servers[0])
        ledgers.append(RedisLedger.connect(url, timeout_ms=timeout_ms, promise=promise_of(url)))
        return ledgers[-1]

    yield open_one
    for ledger in ledgers:
        await ledger.close()


@pytest.fixture
def location_id(cluster: ClusterOfSix, request: pytest.FixtureRequest) -> str:
    """Give a location of this test alone."""
    return cluster.location_on(cluster.primaries()[0], f"DC-{abs(hash(request.node.name)) % 1_000_000}")


@pytest.fixture
async def at(opened: Callable[..., RedisLedger], location_id: str) -> World:
    """Give the location with a hundred A, through a ledger that has spoken to its server."""
    world = World(opened(), Clock(), location_id)
    await world.receive(("A", 100))
    return world


@pytest.fixture
def migration(cluster: ClusterOfSix, location_id: str) -> Iterator[Migration]:
    """Give the move of the location's slot to another primary; it is complete when the test has ended."""
    source, target, _ = cluster.primaries()
    move = cluster.migration(location_id, target)
    assert move.source is source
    yield move
    if cluster.node_of(location_id) is source:
        move.complete()


def order(at: World, order_id: str) -> ops.ReserveStock:
    """Order one A, under an id by which it can be asked for again."""
    return ops.ReserveStock(f"id-{order_id}", at.location_id, order_id, "", 0, (ops.OrderLine("1", "A", 1),))


async def turned_away(asking: Awaitable[object]) -> None:
    """Ask what ends with the word that nothing was applied."""
    with pytest.raises(Unavailable) as no:
        await asking
    assert no.value.reason is Reason.STORE_UNAVAILABLE


async def entries(at: World) -> list[str]:
    """Name the operations of the ledger, in order, and see that nothing of any is left out or doubled."""
    await check_witness(at.ledger, at.location_id, {})
    return [entry.operation_id for entry in await at.entries()]


def sent_on(cluster: ClusterOfSix) -> int:
    """Count the calls that were told that their slot is elsewhere."""
    times = 0
    for server in cluster.servers:
        with server.client() as client:
            times += client.info("errorstats").get("errorstat_MOVED", {"count": 0})["count"]
    return times


async def test_a_gate_that_has_not_heard_of_a_move_is_sent_on_once_and_its_caller_hears_nothing_of_it(
    at: World, cluster: ClusterOfSix, migration: Migration
) -> None:
    before = sent_on(cluster)
    await at.apply(order(at, "O-0"))
    assert sent_on(cluster) == before, "it knew where to go"
    migration.complete()
    for number in range(1, 4):
        assert not (await at.apply(order(at, f"O-{number}"))).applied.replayed
    assert sent_on(cluster) == before + 1
    assert await entries(at) == ["op-1", "id-O-0", "id-O-1", "id-O-2", "id-O-3"]
    assert not migration.keys()


async def test_while_all_keys_are_moved_and_the_slot_is_not_each_call_asks_the_target(
    at: World, migration: Migration
) -> None:
    migration.begin()
    migration.move_all()
    with migration.target.client() as target:
        target.script_flush()  # it has never seen a script of ours
    for number in range(3):
        assert not (await at.apply(order(at, f"O-{number}"))).applied.replayed
    assert (await at.level("A")).committed == 3
    assert await entries(at) == ["op-1", "id-O-0", "id-O-1", "id-O-2"]
    migration.finish()
    assert (await at.apply(order(at, "O-2"))).applied.replayed


@pytest.mark.parametrize("moved", [1, len(keys.LOCATION_KEYS) // 2, len(keys.LOCATION_KEYS) - 1])
async def test_while_some_keys_are_here_and_some_there_nothing_is_applied_and_afterwards_the_same_id_gets_in(
    at: World, opened: Callable[..., RedisLedger], migration: Migration, moved: int
) -> None:
    hasty = World(opened(HASTY_MS), Clock(), at.location_id)
    migration.begin()
    names = migration.keys()
    assert len(names) == len(keys.LOCATION_KEYS)
    random.Random(moved).shuffle(names)
    migration.move(*names[:moved])
    for asking in (hasty.apply(order(at, "O-1")), hasty.level("A")):
        await turned_away(asking)
    assert migration.keys() == sorted(names[moved:]), "a call has made or removed a key"
    migration.move_all()
    migration.finish()
    assert not (await at.apply(order(at, "O-1"))).applied.replayed
    assert await entries(at) == ["op-1", "id-O-1"]


async def test_a_call_that_meets_a_half_moved_location_waits_until_it_is_whole_again(
    at: World, migration: Migration
) -> None:
    migration.begin()
    migration.move(*migration.keys()[:12])
    asked = [asyncio.ensure_future(at.apply(order(at, f"O-{number}"))) for number in range(5)]
    await asyncio.sleep(0.3)
    assert not any(one.done() for one in asked)
    migration.move_all()
    migration.finish()
    replies = await asyncio.gather(*asked)
    assert sorted(reply.applied.revision for reply in replies) == [2, 3, 4, 5, 6]
    assert len(await entries(at)) == 6


async def test_a_location_that_is_opened_while_its_slot_moves_is_opened_once_it_has_moved(
    opened: Callable[..., RedisLedger], location_id: str, migration: Migration
) -> None:
    hasty = World(opened(HASTY_MS), Clock(), location_id)
    migration.begin()
    await turned_away(hasty.receive(("A", 5)))
    migration.finish()
    patient = World(opened(), Clock(), location_id)
    await patient.receive(("A", 5))
    assert (await patient.level("A")).on_hand == 5
    assert len(await entries(patient)) == 1


async def test_a_slot_that_nobody_serves_is_a_store_that_is_away_for_its_locations_alone(
    at: World, opened: Callable[..., RedisLedger], cluster: ClusterOfSix, migration: Migration
) -> None:
    hasty = World(opened(HASTY_MS), Clock(), at.location_id)
    beside = World(at.ledger, Clock(), cluster.location_on(migration.source, f"{at.location_id}-beside"))
    await beside.receive(("A", 5))
    with migration.source.client() as source:
        source.execute_command("CLUSTER", "DELSLOTS", migration.slot)
        await turned_away(hasty.apply(order(at, "O-1")))
        await beside.reserve("O-1", ("1", "A", 1))
        source.execute_command("CLUSTER", "ADDSLOTS", migration.slot)
    await asyncio.to_thread(cluster.wait_until_ok)
    assert not (await at.apply(order(at, "O-1"))).applied.replayed
    assert await entries(at) == ["op-1", "id-O-1"]


async def test_locations_that_move_to_and_fro_under_load_take_every_order_once(
    at: World, cluster: ClusterOfSix, migration: Migration
) -> None:
    over = asyncio.Event()
    answered: dict[str, int] = {}

    async def buy(caller: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            wanted = order(at, f"O-{caller}-{number}")
            answered[wanted.operation_id] = (await at.apply(wanted)).applied.revision

    def move_about() -> None:
        for to in (migration.target, migration.source, migration.target):
            move = cluster.migration(at.location_id, to)
            move.begin()
            move.move_all(at_a_time=3)
            move.finish()

    await at.receive(("A", 100_000))
    async with asyncio.TaskGroup() as tasks:
        for caller in range(6):
            tasks.create_task(buy(caller))
        await asyncio.to_thread(move_about)
        over.set()
    assert len(answered) > 20
    stands = {entry.operation_id: entry.revision for entry in await at.entries()}
    assert answered.items() <= stands.items()
    assert len(await entries(at)) == len(answered) + 2


async def test_what_is_no_script_follows_a_moved_key_too(
    at: World, opened: Callable[..., RedisLedger], migration: Migration
) -> None:
    store = opened()._store
    departures = keys.departures(at.location_id)
    assert await store.call("HSET", departures, "T-1", "{}") == 1
    migration.begin()
    migration.move_all()
    assert await store.call("HGET", departures, "T-1") == "{}"
    assert await store.call("HDEL", departures, "T-1") == 1
    migration.finish()
    assert await store.call("HEXISTS", departures, "T-1") == 0
    assert await store.call("EVAL", "return redis.call('HLEN', KEYS[1])", 1, departures) == 1
    assert len(await store.each("DBSIZE")) == 3
