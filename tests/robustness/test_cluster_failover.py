"""A server of a cluster that dies, stands still or comes back: it stops its own locations, and no other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from redis.exceptions import ClusterDownError

from fulfillment_gate.health import probe
from gate_service.domain import operations as ops
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.store.slots import slot_of
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.gate_process import GateProcess, gate_serving
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import History, Outcome
from tests.robustness.desk import Desk
from tests.robustness.rush import Rush, check_ledger
from tests.robustness.waiting import PATIENCE_S
from tests.stores import ClusterOfSix, Server

PROMISE = Durability(Fsync.EVERYSEC, replicas=1, wait_ms=1_500)
STORE_TIMEOUT_MS = 1_000


@dataclass(frozen=True)
class Site:
    """The cluster, and a gate on it that was told of one server only: the one that has the directory of locations."""

    cluster: ClusterOfSix
    gate: GateProcess

    async def settle(self) -> None:
        """Have the cluster whole."""
        await asyncio.to_thread(self.cluster.settle)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the site that the tests of this module share."""
    folder = tmp_path_factory.mktemp("site")
    promised = f"replicas={PROMISE.replicas},wait_ms={PROMISE.wait_ms}"
    flags = ("--durability", promised, "--store-timeout-ms", str(STORE_TIMEOUT_MS))
    with ClusterOfSix() as cluster:
        seed = cluster.owner(slot_of(keys.LOCATIONS))
        with gate_serving(cluster.url_of(seed), folder, *flags) as gate:
            yield Site(cluster, gate)


@pytest.fixture(autouse=True)
def whole(site: Site) -> Iterator[None]:
    """Have the cluster whole before each test."""
    site.cluster.settle()
    yield
    site.cluster.settle()


@pytest.fixture
async def caller(site: Site) -> AsyncIterator[Caller]:
    """Give who calls the gate."""
    async with Caller([site.gate.address], History()) as caller:
        yield caller


@pytest.fixture
def lost(site: Site) -> Server:
    """Give the server that is lost: the directory of locations is there."""
    return site.cluster.owner(slot_of(keys.LOCATIONS))


async def stocked(site: Site, caller: Caller, server: Server, prefix: str) -> Desk:
    """Give a caller at a location on a server, with a great many A."""
    at = Desk(caller, site.cluster.location_on(server, prefix))
    await at.settle(at.receipt(A=100_000))
    return at


@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_a_server_that_is_lost_stops_only_its_locations_and_they_go_on_when_it_is_replaced(
    site: Site, caller: Caller, lost: Server, how: str
) -> None:
    """The server that is lost is the only one that the gate was told of in the beginning."""
    one, other, third = [lost, *(server for server in site.cluster.primaries() if server is not lost)]
    replica = site.cluster.replica_of(lost)
    hit = await stocked(site, caller, one, f"hit-{how}")
    spared = [await stocked(site, caller, server, f"spared-{how}") for server in (other, third)]
    rush, beside = Rush(hit), [Rush(desk) for desk in spared]
    healths: list[str] = []
    over = asyncio.Event()

    async def watch_health() -> None:
        while not over.is_set():
            healths.append((await asyncio.to_thread(probe, site.gate.address)).status)
            await asyncio.sleep(0.05)

    watch = asyncio.create_task(watch_health())
    async with AsyncExitStack() as busy:
        for each in (rush, *beside):
            await busy.enter_async_context(each.busy())
        await rush.goes_on()
        getattr(lost, how)()
        await asyncio.to_thread(site.cluster.wait_for_failover, lost, replica)
        await rush.is_read()  # from where its keys are now, while the old server is still away
        for desk in spared:  # goods come in too, although the directory of locations was away
            assert (await desk.ask(desk.receipt(A=1))).outcome is Outcome.APPLIED
        await site.settle()
        await rush.goes_on()
    over.set()
    await watch
    assert set(healths) == {"SERVING"}
    for each in beside:
        assert set(each.outcomes) == {Outcome.APPLIED}, each.outcomes
        await check_ledger(site.cluster.url, each.desk.location_id, await each.settle())
    assert rush.outcomes[Outcome.NOT_APPLIED], "nobody asked while it was away"
    await check_ledger(site.cluster.url, hit.location_id, await rush.settle())


async def test_goods_come_in_where_all_is_well_while_the_directory_of_locations_is_away(
    site: Site, caller: Caller, lost: Server
) -> None:
    spared = next(server for server in site.cluster.primaries() if server is not lost)
    at = await stocked(site, caller, spared, "receiving")
    lost.kill()
    assert (await at.ask(at.receipt(A=1))).outcome is Outcome.APPLIED
    unheard_of = Desk(caller, site.cluster.location_on(spared, "unheard-of"))
    record = await unheard_of.ask(unheard_of.receipt(A=1))
    assert record.outcome in {Outcome.NOT_APPLIED, Outcome.UNKNOWN}, "it would be in no directory"


async def test_servers_that_change_places_in_order_cost_no_caller_more_than_a_second_call(
    site: Site, caller: Caller, lost: Server
) -> None:
    rush = Rush(await stocked(site, caller, lost, "swapped"))
    async with rush.busy():
        await rush.goes_on()
        await asyncio.to_thread(site.cluster.failover, lost)
        await rush.goes_on()
    assert rush.outcomes[Outcome.APPLIED] > 20
    await site.settle()
    await check_ledger(site.cluster.url, rush.desk.location_id, await rush.settle())


@asynccontextmanager
async def another_gate(site: Site, location_id: str) -> AsyncIterator[World]:
    """Give a location through a ledger that has no connection yet."""
    ledger = RedisLedger.connect(site.cluster.url, timeout_ms=STORE_TIMEOUT_MS, promise=PROMISE)
    try:
        yield World(ledger, Clock(), location_id)
    finally:
        await ledger.close()


def order(at: World, order_id: str) -> ops.ReserveStock:
    """Order one A, under an id by which it can be asked for again."""
    return ops.ReserveStock(f"id-{order_id}", at.location_id, order_id, "", 0, (ops.OrderLine("1", "A", 1),))


async def refusal(at: World, operation: ops.ReserveStock) -> Unavailable | None:
    """Ask, and give what stood in the way."""
    try:
        await at.apply(operation)
    except Unavailable as no:
        return no
    return None


async def until_told(asking: Callable[[], Awaitable[object]]) -> None:
    """Ask until it is answered."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await asking()
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return


async def test_what_is_written_to_a_former_primary_that_wakes_up_is_acknowledged_by_nobody_and_done_once(
    site: Site, lost: Server
) -> None:
    replica = site.cluster.replica_of(lost)
    location_id = site.cluster.location_on(lost, "woken")
    async with another_gate(site, location_id) as sleeper, another_gate(site, location_id) as other:
        await sleeper.receive(("A", 10))
        lost.pause()
        await asyncio.to_thread(site.cluster.wait_for_failover, lost, replica)
        meanwhile, written = order(other, "O-1"), order(sleeper, "O-2")
        with pytest.raises(Unavailable) as no:
            await other.apply(meanwhile)  # whoever has its slots now has no replica; or the old one was asked
        lost.resume()
        with contextlib.suppress(Unavailable):  # it may have heard already that it is a primary no more
            await sleeper.apply(written)
        await until_told(lambda: other.apply(meanwhile))
        await until_told(lambda: sleeper.apply(written))
        await site.settle()
        stands = [entry.operation_id for entry in await sleeper.entries()]
        assert sorted(stands) == ["id-O-1", "id-O-2", "op-1"]
        for operation in (meanwhile, written):
            assert (await other.apply(operation)).applied.replayed
    assert no.value.reason in {Reason.OUTCOME_UNKNOWN, Reason.STORE_UNAVAILABLE}
    await check_ledger(site.cluster.url, location_id, [])


async def test_where_most_servers_are_away_the_rest_refuses_and_that_is_told_as_a_store_that_is_away(
    site: Site, lost: Server
) -> None:
    location_id = site.cluster.location_on(lost, "alone")
    async with another_gate(site, location_id) as at:
        await at.receive(("A", 10_000))
        for server in site.cluster.primaries():
            if server is not lost:
                server.pause()
        numbers = count(1)
        async with asyncio.timeout(PATIENCE_S):
            no = None
            while no is None:  # it has yet to notice
                refused = order(at, f"O-{next(numbers)}")
                no = await refusal(at, refused)
                await asyncio.sleep(0.05)
        assert no.reason is Reason.STORE_UNAVAILABLE
        assert isinstance(no.__cause__, ClusterDownError)
        await site.settle()
        await until_told(lambda: at.apply(refused))
        stands = [entry.operation_id for entry in await at.entries()]
        assert stands.count(refused.operation_id) == 1
    await check_ledger(site.cluster.url, location_id, [])
