"""A replica that stands still while the primary goes on: what is written there is told to nobody, ask who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate.status import error_of
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb
from fulfillment_gate.v1.catalog_service_pb2_grpc import CatalogServiceStub
from gate_service.app.ports import SWEEP
from gate_service.app.watch import sweep_once
from gate_service.domain.durability import PROMISE_NOTHING, Durability, Fsync
from gate_service.domain.errors import Unavailable
from gate_service.domain.sourced import Refusal, SourcingPlan, StoredEvent, TurnedAway
from gate_service.domain.vocabulary import Reason, ReservationState
from gate_service.ledger import keys
from gate_service.ledger.directory import Directory
from gate_service.ledger.journal import Journal
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.sourcing import RedisPlans
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.contract.world import TTL_MS, World
from tests.gate_process import gate_serving
from tests.sourcing.shop import Shop, served
from tests.stores import SentinelTrio

PROMISE = Durability(Fsync.EVERYSEC, replicas=1, wait_ms=700)
STORE_TIMEOUT_MS = 1_000
NO = Refusal(Reason.INSUFFICIENT_STOCK, "there is none", {}, ())


@pytest.fixture(scope="module")
def trio() -> Iterator[SentinelTrio]:
    """Give the pair that the tests of this module share."""
    with SentinelTrio() as running:
        yield running


@pytest.fixture(autouse=True)
def clean(trio: SentinelTrio) -> None:
    """Have the pair whole and empty before each test."""
    trio.settle()
    with trio.primary().client() as client:
        client.flushall()


@contextmanager
def still(trio: SentinelTrio) -> Iterator[None]:
    """Let the replica stand still in the block."""
    trio.replica().pause()
    try:
        yield
    finally:
        trio.settle()


@asynccontextmanager
async def gate_at(trio: SentinelTrio, promise: Durability = PROMISE) -> AsyncIterator[Shop]:
    """Give a gate that has no connection yet: what others wrote, it has written nothing behind."""
    clock = Clock()
    shop = Shop(
        RedisLedger.connect(trio.url, clock_ms=clock, timeout_ms=STORE_TIMEOUT_MS, promise=promise),
        RedisPlans.connect(trio.url, STORE_TIMEOUT_MS, clock_ms=clock, promise=promise),
        clock,
    )
    try:
        yield shop
    finally:
        await shop.plans.close()
        await shop.ledger.close()


async def unknown(asking: Awaitable[object]) -> None:
    """Ask what cannot be acknowledged."""
    with pytest.raises(Unavailable) as no:
        await asking
    assert no.value.reason is Reason.OUTCOME_UNKNOWN


def plan_of(shop: Shop, version: int = 1) -> SourcingPlan:
    """Give a plan of O-1 that has its answer, and turned another operation away."""
    asked = shop.order("O-1", ("1", "A", 1), operation_id="op-1")
    return SourcingPlan(version, asked, "shop", "ann", 1, (), answer=NO, turned_away=TurnedAway("op-2", NO))


async def test_a_sourced_order_that_no_replica_has_is_acknowledged_by_no_gate_until_one_has_it(
    trio: SentinelTrio,
) -> None:
    async with gate_at(trio) as first, gate_at(trio, PROMISE_NOTHING) as careless, gate_at(trio) as second:
        await first.stock(NORTH={"A": 9}, EAST={"A": 9})
        orders = [first.order(f"O-{n}", ("1", "A", 12), operation_id=f"buy-{n}") for n in (1, 2)]
        with still(trio):
            await unknown(first.reserve(orders[0]))
            assert (await first.level("NORTH")).committed == 0
            await careless.reserve(orders[0])  # it is done there, to the end, and told to whoever asked for no promise
            for gate in (first, second):
                await unknown(gate.reserve(orders[0]))
            assert await second.sourcing().where("O-1") == ["NORTH", "EAST"]  # looking is free
        reply = await second.reserve(orders[0])
        assert (served(reply), reply.applied.replayed) == ({"NORTH": {"1": 9}, "EAST": {"1": 3}}, True)
        assert (await second.level("NORTH")).committed == 9


async def test_whatever_stands_for_a_sourced_order_is_given_to_nobody_before_a_replica_has_it(
    trio: SentinelTrio,
) -> None:
    """Each asks over a connection of its own, on which nothing but its question can be waited for."""
    event = StoredEvent("f", "op-1", "O-1")
    async with AsyncExitStack() as gates:

        async def plans() -> RedisPlans:
            return (await gates.enter_async_context(gate_at(trio))).plans

        careless = await gates.enter_async_context(gate_at(trio, PROMISE_NOTHING))
        plan = plan_of(careless)
        with still(trio):
            await careless.plans.claim("op-1", "f", grows=True)
            await careless.plans.answer("op-1", NO)
            await careless.plans.claim_event("event", event)
            await careless.plans.swap(plan)
            await asyncio.gather(
                unknown((await plans()).claim("op-1", "f", grows=True)),
                unknown((await plans()).find("op-1")),
                unknown((await plans()).answer("op-1", NO)),
                unknown((await plans()).claim_event("event", event)),
                unknown((await plans()).forget("op-none", "event-none", event)),
                unknown((await plans()).plan("O-1")),
                unknown((await plans()).swap(plan)),
            )
            assert await (await plans()).plan("O-1", just_looking=True) == plan
        later = await plans()
        stored = await later.find("op-1")
        assert stored is not None
        assert (stored.fingerprint, stored.answer) == ("f", NO)
        assert await later.claim_event("event", StoredEvent("g", "op-2", "O-2")) == event
        assert await later.plan("O-1") == await later.swap(plan) == plan


async def test_a_plan_whose_last_version_went_with_its_primary_stands_again_once_it_is_followed(
    trio: SentinelTrio,
) -> None:
    async with gate_at(trio) as shop:
        third = plan_of(shop, version=3)
        assert await shop.plans.swap(third) is None
        assert await shop.plans.plan("O-1") == third
        assert await shop.plans.swap(plan_of(shop, version=3)) == third, "another one came from the same version"


async def test_an_import_is_in_force_for_its_caller_once_a_replica_has_the_catalog(
    trio: SentinelTrio, tmp_path: Path
) -> None:
    promised = f"replicas={PROMISE.replicas},wait_ms={PROMISE.wait_ms}"
    flags = ("--durability", promised, "--store-timeout-ms", str(STORE_TIMEOUT_MS))
    commit = catalog_pb.CommitImportRequest(import_id="spring", part_count=1)
    with (
        gate_serving(trio.url, tmp_path, *flags) as gate,
        sdk.Gate(gate.address, system="shop") as asking,
        grpc.insecure_channel(gate.address) as channel,
    ):
        commit_once = CatalogServiceStub(channel).CommitImport  # type: ignore[no-untyped-call]  # it is generated
        asking.begin_import("spring", mode=sdk.IMPORT_MODE_REPLACE)
        asking.stage_items("spring", 1, [sdk.ImportRow(row_number=1, item=sdk.Item(sku="MUG"))])
        with still(trio):
            for _ in range(2):
                with pytest.raises(grpc.RpcError) as no:  # the SDK would ask again by itself
                    await asyncio.to_thread(commit_once, commit, timeout=10)
                assert error_of(no.value, "spring").reason == "OUTCOME_UNKNOWN"
        answer = await asyncio.to_thread(asking.commit_import, "spring", 1)
        assert answer.catalog_import.state == sdk.IMPORT_STATE_COMMITTED
        assert [item.sku for item in asking.list_items().items] == ["MUG"]


async def test_a_location_is_noted_once_a_replica_has_it_in_the_directory_though_it_stood_there_before(
    trio: SentinelTrio,
) -> None:
    with still(trio):
        with trio.primary().client() as client:
            client.sadd(keys.LOCATIONS, "NORTH")
        for location_id in ("NORTH", "EAST"):
            store = connect(trio.url, STORE_TIMEOUT_MS, promise=PROMISE)
            await unknown(Directory(store).note(location_id))
            await store.close()


async def test_a_location_that_the_directory_has_lost_is_swept_and_archived_without_another_receipt(
    trio: SentinelTrio,
) -> None:
    def fail(location_id: str, error: Exception) -> None:
        raise AssertionError(location_id) from error

    async with gate_at(trio) as shop, gate_at(trio) as beside:
        at = World(shop.ledger, shop.clock, "NORTH")
        await at.receive(("A", 5))
        await at.hold("O-1", ("1", "A", 5))
        assert await beside.ledger.locations(SWEEP) == ["NORTH"]
        store = connect(trio.url, STORE_TIMEOUT_MS, promise=PROMISE)
        for finder in (shop, beside):  # one has noted it, the other one has only seen it
            with trio.primary().client() as client:
                assert client.srem(keys.LOCATIONS, "NORTH") == 1
            assert await Journal(store, replicated=True).locations() == []
            await sweep_once(finder.ledger, fail)
            assert await Journal(store, replicated=True).locations() == ["NORTH"]
        await store.close()
        with trio.primary().client() as client:
            client.srem(keys.LOCATIONS, "NORTH")
        shop.clock.advance(TTL_MS)
        await sweep_once(shop.ledger, fail)
        assert (await at.reservation("O-1")).state is ReservationState.EXPIRED
        assert (await at.level("A")).held == 0
