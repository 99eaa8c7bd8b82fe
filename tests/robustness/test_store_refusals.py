"""What a caller gets while the store cannot write, does not answer or just comes back; and that no half is left of it.

One gate on one store for all of them: each breaks the store, mends it, and works at a location of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from tests.gate_process import gate_serving
from tests.robustness import breaking
from tests.robustness.breaking import STORE_TIMEOUT_MS, Site, turned_down
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.gates import Gate
from tests.robustness.chaos.history import History, Outcome
from tests.robustness.desk import Desk
from tests.robustness.lossy import LossyProxy
from tests.robustness.shim import NoCompilerError, ShimmedStore, compiled_shim
from tests.robustness.waiting import until

ORDERS = 24
A_PROBE_BYTES = 500
"""More than the gate writes to see whether the store can be written; an order is more than that."""
_locations = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the site that the tests of this module share."""
    try:
        compiled_shim()
    except NoCompilerError as why:
        pytest.skip(str(why))
    folder = tmp_path_factory.mktemp("site")
    with (
        ShimmedStore(folder / "store", fsync="everysec", options={"key-load-delay": "0"}) as store,
        gate_serving(store.url, folder, "--store-timeout-ms", str(STORE_TIMEOUT_MS)) as gate,
    ):
        yield Site(store, gate)


@pytest.fixture(autouse=True)
def _mended(site: Site) -> Iterator[None]:
    """Leave the store as it was found, also where a test failed in between."""
    yield
    site.mend()


@pytest.fixture
async def desk(site: Site) -> AsyncIterator[Desk]:
    """Give a caller at a location that has a hundred A."""
    async with Caller([site.gate.address], History()) as caller:
        at = Desk(caller, f"DC-{next(_locations)}")
        await at.settle(at.receipt(A=100))
        yield at


async def test_on_a_full_disk_writes_are_turned_down_reads_go_on_and_the_same_id_gets_in_once_there_is_room(
    site: Site, desk: Desk
) -> None:
    site.store.fill_disk(room_bytes=50)
    refused = await breaking.until_turned_down(desk)
    assert turned_down(refused)
    assert (await desk.level()).on_hand == 100
    site.store.free_disk()
    settled = await desk.settle(refused.request)
    assert not settled.replayed, "it was applied though the gate said that nothing was"
    revision = await site.sound(desk.location_id)
    site.store.kill()
    site.store.start()
    assert await site.sound(desk.location_id) == revision, "what was answered did not get to the file"


async def test_a_store_whose_disk_fails_turns_writes_down_and_the_same_id_gets_in_once_it_was_started_again(
    site: Site, desk: Desk
) -> None:
    site.store.disk.fail_syncs()
    refused = await breaking.until_turned_down(desk)
    assert turned_down(refused)
    assert (await desk.level()).on_hand == 100
    site.store.disk.fail_syncs(failing=False)
    site.store.kill()  # alone it may never get over it: it syncs only what is new, and lets nothing new be written
    site.store.start()
    assert not (await desk.settle(refused.request)).replayed
    await site.sound(desk.location_id)


@pytest.mark.parametrize("room_bytes", [0, 300])
async def test_a_store_that_syncs_always_ends_on_a_full_disk_and_the_same_id_settles_what_was_under_way(
    site: Site, desk: Desk, room_bytes: int
) -> None:
    with site.store.client() as client:
        client.config_set("appendfsync", "always")
    site.store.fill_disk(room_bytes)
    orders = [desk.order(f"O-{number}", A=1) for number in range(ORDERS)]
    records = await asyncio.gather(*(desk.ask(order) for order in orders))
    assert site.store.wait_until_ended() == 1
    assert {record.outcome for record in records} <= {Outcome.UNKNOWN, Outcome.NOT_APPLIED}
    assert Outcome.UNKNOWN in {record.outcome for record in records}
    assert turned_down(await desk.ask(orders[0]))
    site.store.free_disk()
    site.store.power_cut()
    site.store.start()
    settled = [await desk.settle(order) for order in orders]
    assert not any(record.replayed for record in settled), "not one was written whole"
    assert await site.sound(desk.location_id) == 1 + ORDERS


@pytest.mark.parametrize("then", ["kill", "power_cut"])
async def test_a_store_that_syncs_always_ends_where_the_disk_fails_and_the_same_id_settles_what_was_under_way(
    site: Site, desk: Desk, then: str
) -> None:
    with site.store.client() as client:
        client.config_set("appendfsync", "always")
    site.store.disk.fail_syncs()
    order = desk.order("O-1", A=1)
    assert (await desk.ask(order)).outcome is Outcome.UNKNOWN
    assert site.store.wait_until_ended() == 1
    site.store.disk.fail_syncs(failing=False)
    getattr(site.store, then)()
    site.store.start()
    assert (await desk.settle(order)).replayed == (then == "kill"), "written, and not synced"
    assert await site.sound(desk.location_id) == 2


@pytest.fixture
def full_memory(site: Site) -> Iterator[Callable[[], None]]:
    """Give what brings the store to its memory limit; it is lifted afterwards."""
    with site.store.client() as client:
        yield lambda: client.config_set("maxmemory", "1mb")
        client.config_set("maxmemory", "0")


async def test_at_the_memory_limit_all_that_is_in_the_house_can_leave_and_nothing_new_gets_in(
    site: Site, desk: Desk, full_memory: Callable[[], None]
) -> None:
    opening: tuple[Message, ...] = (
        desk.order("held", ttl_ms=600_000, A=1),
        desk.order("short", ttl_ms=1_000, A=2),
        desk.order("given-back", A=4),
        desk.order("picked", A=8),
        desk.order("waiting", A=16),
    )
    for request in opening:
        assert (await desk.ask(request)).outcome is Outcome.APPLIED
    permit = await desk.ask(desk.wave(("picked", "A", 8)))
    assert isinstance(permit.reply, gate_pb.AuthorizeWaveResponse)
    full_memory()
    leaving: tuple[Message, ...] = (
        desk.confirmation("held"),
        desk.release("given-back"),
        desk.wave(("waiting", "A", 16)),
        desk.pick(permit.reply.permit_id, "picked", "A", 8),
        desk.parcel(permit.reply.permit_id, "picked"),
        desk.correction("A", -1),
    )
    for request in leaving:
        record = await desk.ask(request)
        assert record.outcome is Outcome.APPLIED, f"{record.method}: {record.reason}"
    growing: tuple[Message, ...] = (desk.order("new", A=1), desk.order("a-hold", ttl_ms=60_000, A=1), desk.receipt(A=1))
    for request in growing:
        assert turned_down(await desk.ask(request))
    level = await desk.level()
    while level.held:  # the gate sweeps, though nobody writes
        await asyncio.sleep(0.05)
        level = await desk.level()
    assert (level.on_hand, level.held, level.committed, level.allocated) == (100 - 8 - 1, 0, 1, 16)
    await site.sound(desk.location_id)


@pytest.fixture
def endless_script(site: Site) -> Iterator[Callable[[], None]]:
    """Give what keeps the store busy with somebody else's script; it is killed afterwards."""
    with breaking.endless_script_at(site.store) as start:
        yield start


async def test_while_the_store_is_busy_with_a_script_calls_are_turned_down_and_nothing_was_applied(
    site: Site, desk: Desk, endless_script: Callable[[], None]
) -> None:
    await asyncio.to_thread(endless_script)
    with site.store.client() as client:
        await until(lambda: breaking.is_busy(client))
        orders = [desk.order(f"O-{number}", A=1) for number in range(ORDERS)]
        records = await asyncio.gather(*(desk.ask(order) for order in orders))
        assert all(turned_down(record) for record in records), records
        client.script_kill()
    settled = [await desk.settle(order) for order in orders]
    assert not any(record.replayed for record in settled)
    assert await site.sound(desk.location_id) == 1 + ORDERS


async def test_scripts_that_are_forgotten_between_and_during_batches_are_told_again_and_no_call_hears_of_it(
    site: Site, desk: Desk
) -> None:
    orders = [[desk.order(f"O-{batch}-{number}", A=1) for number in range(4)] for batch in range(20)]
    with site.store.client() as client:
        for batch in orders:
            asked = asyncio.gather(*(desk.ask(order) for order in batch))
            for _ in range(3):
                client.script_flush()
                await asyncio.sleep(0.001)
            records = await asked
            # One that is forgotten between the telling and the asking again is turned down, honestly.
            for record in records:
                assert record.outcome is Outcome.APPLIED or turned_down(record)
                assert (await desk.settle(record.request)).replayed != turned_down(record)
    assert await site.sound(desk.location_id) == 1 + 80


async def test_orders_under_way_when_the_store_is_killed_are_settled_by_their_ids(site: Site, desk: Desk) -> None:
    with site.store.client() as client:
        client.config_set("appendfsync", "always")
    site.store.slow_disk(300)
    orders = [desk.order(f"O-{number}", A=1) for number in range(ORDERS)]
    asked = asyncio.gather(*(desk.ask(order) for order in orders))
    await until(lambda: site.store.disk.unsynced_bytes > A_PROBE_BYTES)  # applied and not answered yet
    site.store.kill()
    records = await asked
    assert {record.outcome for record in records} <= {Outcome.UNKNOWN, Outcome.NOT_APPLIED}
    assert Outcome.UNKNOWN in {record.outcome for record in records}
    site.store.slow_disk(0)
    site.store.start()
    settled = await asyncio.gather(*(desk.settle(order) for order in orders))
    for before, after in zip(records, settled, strict=True):
        assert before.outcome is Outcome.UNKNOWN or not after.replayed
    assert any(record.replayed for record in settled), "what was written before the kill is there"
    assert await site.sound(desk.location_id) == 1 + ORDERS


async def test_while_the_store_loads_its_data_calls_are_turned_down_and_then_get_in(site: Site, desk: Desk) -> None:
    with site.store.client() as client, client.pipeline(transaction=False) as pipeline:
        for number in range(20_000):  # it looks up from loading once in a thousand commands
            pipeline.set("ballast", number)
        pipeline.execute()
    site.store.kill()
    site.store.start(wait=False, more={"key-load-delay": "300"})
    assert await breaking.cause_of_the_refusal(site.store, desk.location_id) == "BusyLoadingError"
    order = desk.order("O-1", A=1)
    records = [await desk.ask(order)]
    while records[-1].outcome is Outcome.UNKNOWN:  # over a connection that the kill had cut
        records.append(await desk.ask(order))
    assert turned_down(records[-1])
    with site.store.client() as client:
        await until(lambda: breaking.hurried(client))
    site.store.wait_until_ready()
    assert not (await desk.settle(order)).replayed
    assert await site.sound(desk.location_id) == 2


@pytest.fixture
async def lossy(site: Site) -> AsyncIterator[LossyProxy]:
    """Give a proxy to the store."""
    async with LossyProxy(lambda: asyncio.open_unix_connection(site.store.socket)) as proxy:
        yield proxy


@pytest.fixture
async def proxied(lossy: LossyProxy, tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a caller of a gate of its own that reaches the store through that proxy."""
    gate = Gate(1, tmp_path, lossy.url, ("--store-timeout-ms", str(STORE_TIMEOUT_MS)), None)
    try:
        await gate.start()
        async with Caller([gate.address], History()) as caller:
            at = Desk(caller, f"DC-{next(_locations)}")
            await at.settle(at.receipt(A=100))
            yield at
    finally:
        gate.end()


async def test_a_connection_that_is_reset_in_the_midst_of_a_batch_leaves_whole_orders_that_their_ids_settle(
    site: Site, lossy: LossyProxy, proxied: Desk
) -> None:
    at = proxied
    lossy.lose_answers_to("reserve_stock", times=3)
    orders = [at.order(f"O-{number}", A=1) for number in range(ORDERS)]
    records = await asyncio.gather(*(at.ask(order) for order in orders))
    assert lossy.lost
    settled = [await at.settle(order) for order in orders]
    for before, after in zip(records, settled, strict=True):
        if before.outcome is Outcome.APPLIED:
            assert after.revision == before.revision
        else:
            assert before.outcome is Outcome.UNKNOWN, "it was told of an order that it was not applied"
        assert after.replayed, "it was done before anybody hung up"
    assert await site.sound(at.location_id) == 1 + ORDERS
