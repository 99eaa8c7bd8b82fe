"""A primary and its replica, three Sentinels, and a gate that waits for the replica: what a failover costs callers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import pytest
from google.rpc import error_details_pb2

from gate_service.domain import operations as ops
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.gate_process import GateProcess, gate_serving
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import History, Outcome, Record
from tests.robustness.desk import Desk
from tests.robustness.rush import Rush, check_ledger
from tests.robustness.waiting import until
from tests.rpc.wire import No, ask
from tests.stores import SentinelTrio, Server

PROMISE = Durability(Fsync.EVERYSEC, replicas=1, wait_ms=700)
STORE_TIMEOUT_MS = 1_000


@dataclass(frozen=True)
class Site:
    """The pair with its Sentinels, and a gate on it."""

    trio: SentinelTrio
    gate: GateProcess

    async def sound(self, desk: Desk, records: list[Record]) -> None:
        """See that the ledger bears out what was answered, at the end with the whole pair."""
        await asyncio.to_thread(self.trio.settle)
        await check_ledger(self.trio.url, desk.location_id, records)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the site that the tests of this module share."""
    folder = tmp_path_factory.mktemp("site")
    promised = f"replicas={PROMISE.replicas},wait_ms={PROMISE.wait_ms}"
    flags = ("--durability", promised, "--store-timeout-ms", str(STORE_TIMEOUT_MS))
    with SentinelTrio() as trio, gate_serving(trio.url, folder, *flags) as gate:
        yield Site(trio, gate)


@pytest.fixture(autouse=True)
def whole(site: Site) -> Iterator[None]:
    """Have the pair whole before each test."""
    site.trio.settle()
    yield
    site.trio.settle()


@pytest.fixture
async def desk(site: Site, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Give a caller at a location that has a great many A."""
    async with Caller([site.gate.address], History()) as caller:
        at = Desk(caller, f"DC-{abs(hash(request.node.name)) % 1_000_000}")
        await at.settle(at.receipt(A=100_000))
        yield at


@asynccontextmanager
async def another_gate(site: Site, location_id: str) -> AsyncIterator[World]:
    """Give the location through a ledger that has no connection yet."""
    ledger = RedisLedger.connect(site.trio.url, timeout_ms=STORE_TIMEOUT_MS, promise=PROMISE)
    try:
        yield World(ledger, Clock(), location_id)
    finally:
        await ledger.close()


async def unknown(asking: Awaitable[object]) -> None:
    """Ask what cannot be acknowledged."""
    with pytest.raises(Unavailable) as no:
        await asking
    assert no.value.reason is Reason.OUTCOME_UNKNOWN


def address_of(at: World) -> str:
    """Give the server that a ledger was connected to last."""
    assert isinstance(at.ledger, RedisLedger)
    return at.ledger.servers()[0].address


def _order(at: World, order_id: str) -> ops.ReserveStock:
    """Ask for an A, under an id by which it can be asked for again."""
    return ops.ReserveStock(f"id-{order_id}", at.location_id, order_id, "", 0, (ops.OrderLine("1", "A", 1),))


def _swap(primary: Server, replica: Server) -> None:
    """Let them change places, past the Sentinels."""
    with primary.client() as one, replica.client() as other:
        other.replicaof("NO", "ONE")
        one.replicaof("127.0.0.1", str(replica.port))


@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_a_failover_under_load_loses_nothing_that_was_answered_and_the_same_ids_tell_the_rest(
    site: Site, desk: Desk, how: str
) -> None:
    rush = Rush(desk)
    old = site.trio.primary()
    async with rush.busy():
        await rush.goes_on()
        getattr(old, how)()
        await asyncio.to_thread(site.trio.wait_for_failover, old)
        await rush.is_read()  # at the new primary; there is no replica to acknowledge a write
        # One that was paused is a primary in its own eyes, and can be written, until the Sentinels turn it round.
        await asyncio.to_thread(site.trio.settle)
        await rush.goes_on()
    assert rush.outcomes[Outcome.APPLIED] > 20
    assert set(rush.outcomes) <= {Outcome.APPLIED, Outcome.UNKNOWN, Outcome.NOT_APPLIED}
    assert rush.outcomes[Outcome.NOT_APPLIED], "nobody asked while there was no primary"
    await site.sound(desk, await rush.settle())


async def test_orders_that_are_on_their_way_to_the_replica_when_the_primary_dies_are_there_whole_or_not_at_all(
    site: Site, desk: Desk
) -> None:
    old = site.trio.primary()
    site.trio.other(old).pause()
    orders = [desk.order(f"O-{number}", A=1) for number in range(24)]
    asked = asyncio.gather(*(desk.ask(order) for order in orders))
    with old.client() as client:
        reservations = f"gate:{{{desk.location_id}}}:reservations"
        await until(lambda: client.hlen(reservations) > 1)  # beside the one that is nobody's
    old.kill()  # done there, acknowledged by nobody
    site.trio.other(old).resume()
    records = await asked
    assert {record.outcome for record in records} <= {Outcome.UNKNOWN, Outcome.NOT_APPLIED}
    assert any(record.outcome is Outcome.UNKNOWN for record in records)
    await asyncio.to_thread(site.trio.wait_for_failover, old)
    await asyncio.to_thread(site.trio.settle)
    settled = [await desk.settle(order) for order in orders]
    for before, after in zip(records, settled, strict=True):
        assert before.outcome is Outcome.UNKNOWN or not after.replayed
    await site.sound(desk, settled)


async def test_where_the_replica_stands_still_nothing_is_acknowledged_not_even_an_old_answer_until_it_is_back(
    site: Site, desk: Desk
) -> None:
    acknowledged = await desk.settle(desk.order("O-1", A=1))
    replica = site.trio.replica()
    replica.pause()
    order = desk.order("O-2", A=1)
    with grpc.insecure_channel(site.gate.address) as channel:
        no = await asyncio.to_thread(ask, channel, order)
    assert isinstance(no, No)
    assert (no.code, no.reason) == (grpc.StatusCode.UNAVAILABLE, "OUTCOME_UNKNOWN")
    assert no.details[error_details_pb2.RetryInfo].retry_delay.nanos > 0
    for asked in (order, acknowledged.request):  # what is stored already is told by nobody who cannot prove it
        record = await desk.ask(asked)
        assert (record.outcome, record.reason) == (Outcome.UNKNOWN, "OUTCOME_UNKNOWN")
    replica.resume()
    settled = [await desk.settle(asked) for asked in (acknowledged.request, order)]
    assert [record.replayed for record in settled] == [True, True]
    assert settled[0].revision == acknowledged.revision
    await site.sound(desk, settled)


async def test_a_gate_that_still_writes_to_a_former_primary_acknowledges_nothing_of_it_and_finds_the_new_one(
    site: Site, desk: Desk
) -> None:
    """It slept through the failover, so its connection is the old one, and there it can write."""
    async with another_gate(site, desk.location_id) as sleeper, another_gate(site, desk.location_id) as other:
        before = await sleeper.reserve("O-1", ("1", "A", 1))
        old = site.trio.primary()
        old.pause()
        new = await asyncio.to_thread(site.trio.wait_for_failover, old)
        meanwhile = _order(other, "O-2")
        await unknown(other.apply(meanwhile))  # it has no replica
        old.resume()
        written = _order(sleeper, "O-3")
        await unknown(sleeper.apply(written))
        with old.client() as client:
            operations = f"gate:{{{desk.location_id}}}:operations"
            assert client.hexists(operations, written.operation_id), "it was not written there"
        await unknown(sleeper.apply(written))
        assert address_of(sleeper) == new.address
        await asyncio.to_thread(site.trio.settle)
        told = [(await other.apply(operation)).applied for operation in (meanwhile, written)]
        assert [applied.replayed for applied in told] == [True, True]
        assert [applied.revision - before.applied.revision for applied in told] == [1, 2]
    await site.sound(desk, [])


async def test_sentinels_that_are_dead_or_stand_still_are_passed_over(site: Site, desk: Desk) -> None:
    dead, still, _ = site.trio.sentinels
    dead.kill()
    still.pause()
    async with another_gate(site, desk.location_id) as at:
        assert (await at.reserve("O-1", ("1", "A", 1))).applied.revision == 2


async def test_without_any_sentinel_a_new_gate_is_told_that_there_is_no_store_and_an_old_one_goes_on(
    site: Site, desk: Desk
) -> None:
    for sentinel in site.trio.sentinels:
        sentinel.kill()
    async with another_gate(site, desk.location_id) as at:
        with pytest.raises(Unavailable) as no:
            await at.reserve("O-1", ("1", "A", 1))
    assert no.value.reason is Reason.STORE_UNAVAILABLE
    assert (await desk.ask(desk.order("O-1", A=1))).outcome is Outcome.APPLIED


async def test_a_server_that_sentinels_name_and_that_is_no_primary_is_not_used(site: Site, desk: Desk) -> None:
    """They have not noticed yet: somebody has made the pair change places past them."""
    old, new = site.trio.primary(), site.trio.replica()
    for sentinel in site.trio.sentinels[1:]:
        sentinel.kill()  # one alone changes nothing
    try:
        _swap(old, new)
        async with another_gate(site, desk.location_id) as at:
            with pytest.raises(Unavailable) as no:
                await at.level("A")  # it would tell: of what it has
        assert no.value.reason is Reason.STORE_UNAVAILABLE
    finally:
        _swap(new, old)
