"""Stores that lose power, fail over, move away or come back from yesterday."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from typing import Final

from google.protobuf.message import Message

from gate_service.embedded.valkey import EmbeddedStore
from tests.robustness.chaos.history import Outcome, Record
from tests.robustness.chaos.report import Violation
from tests.robustness.desk import Desk
from tests.robustness.seeded.own_store import OwnStoreGate
from tests.robustness.seeded.stage import FENCE, Stage, Unfit
from tests.robustness.shim import Disk
from tests.robustness.waiting import until
from tests.stores.cluster import slot_of
from tests.stores.ports import free_ports
from tests.stores.server import Server

ONE_REPLICA: Final = ("--durability", "fsync=everysec,replicas=1,wait_ms=200", "--probe-interval-ms", "60000")
"""Probes write too, and would move along what WAIT waits for."""
_SYNC_MS: Final = 400
_SLOTS: Final = 16_384


async def power_cut_below_its_own_store(stage: Stage) -> None:
    """A gate brings its own store, which is to sync always; the power goes as soon as an order was acknowledged."""
    disk = Disk(stage.workshop.folder / f"data-{stage.workshop.number()}")
    stage.on_end(disk.close)
    gate = OwnStoreGate(stage.source, disk.folder, disk.environment, *stage.workshop.policy_flags, "--fsync", "always")
    stage.on_end(gate.end)
    facts = await gate.facts()
    at = stage.desk_at(facts["address"])
    await at.settle(at.receipt(A=100))
    await until(lambda: disk.unsynced_bytes == 0)
    disk.slow(_SYNC_MS)
    for number in range(3):
        await at.settle(at.order(f"O-{number}", A=1))
    os.kill(facts["store_pid"], signal.SIGKILL)
    await until(lambda: gate.ended)
    disk.slow(0)
    disk.lose_power()
    store = EmbeddedStore.start(disk.folder)
    stage.on_end(store.stop)
    stage.reads_at = store.url
    stage.asks_again = False


async def failover_without_the_newest(stage: Stage) -> None:
    """The replica stands still, an order is asked for, and then the replica is all that is left."""
    primary, replica = await _pair(stage)
    at = await stage.desk(_url(primary), flags=ONE_REPLICA)
    await at.settle(at.receipt(A=10))
    replica.pause()
    await at.ask(at.order("O-1", A=1))
    await _promote(stage, primary, replica)


async def replayed_before_it_is_replicated(stage: Stage) -> None:
    """The replica stands still; who got no answer from one gate asks another; then only the replica is left."""
    primary, replica = await _pair(stage)
    at = await stage.desk(_url(primary), gates=2, flags=ONE_REPLICA)
    await at.settle(at.receipt(A=10))
    await at.settle(at.order("O-0", A=1), gate=1)
    replica.pause()
    order = at.order("O-1", A=1)
    record = await at.ask(order)
    if record.outcome is not Outcome.UNKNOWN:
        raise Unfit(f"the replica stood still, and the order ended with {record.outcome}")
    await at.ask(order, gate=1)
    await _promote(stage, primary, replica)


async def yesterdays_store(stage: Stage) -> None:
    """A store comes back with a copy of its data that is older than what its gate has acknowledged."""
    store = stage.server("yesterday")
    at = await stage.desk(_url(store))
    await at.settle(at.receipt(A=10))
    await at.settle(at.order("O-1", A=1))
    data = store.folder / "appendonlydir"
    kept = store.folder / "kept"
    shutil.copytree(data, kept)
    await at.settle(at.order("O-2", A=1))
    store.kill()
    shutil.rmtree(data)
    kept.rename(data)
    store.start()
    stage.is_history_whole = False
    for request in (at.order("O-3", A=1), at.wave(("O-1", "A", 1))):
        record = await _once_it_is_back(at, request)
        if record.reason != "LOCATION_FENCED":
            expected = f"LOCATION_FENCED, not {record.outcome} {record.reason}"
            stage.found.append(Violation(FENCE, stage.location_id, record.operation_id, record.revision, expected))


async def slot_about_to_move(stage: Stage) -> None:
    """The slot of a location is about to move to another node: what is there is served, what is not is elsewhere."""
    here, there = (stage.server(name, _cluster_lines()) for name in ("here", "there"))
    await _one_cluster(here, there)
    slot = slot_of(stage.location_id)
    at = await stage.desk(_url(here))
    await at.settle(at.receipt(A=10))
    with here.client() as one, there.client() as other:
        one.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", other.execute_command("CLUSTER", "MYID"))
        for number in range(2):
            await at.ask(at.order(f"O-{number}", A=1))
        one.execute_command("CLUSTER", "SETSLOT", slot, "STABLE")
    stage.reads_at = _url(here)


def _url(server: Server) -> str:
    return f"redis://{server.address}/0"


async def _pair(stage: Stage) -> tuple[Server, Server]:
    primary = stage.server("primary")
    replica = stage.server("replica", [f"replicaof 127.0.0.1 {primary.port}"])
    with replica.client() as client:
        await until(lambda: client.execute_command("ROLE")[3] == "connected")
    return primary, replica


async def _promote(stage: Stage, primary: Server, replica: Server) -> None:
    """Kill both, so that nothing that was on its way arrives, and have the replica go on alone with what it had."""
    primary.kill()
    replica.kill()
    replica.start()
    with replica.client() as client:
        client.replicaof("NO", "ONE")
    stage.reads_at = _url(replica)
    stage.asks_again = False


async def _once_it_is_back(at: Desk, request: Message) -> Record:
    for _ in range(200):
        record = await at.ask(request)
        if record.reason not in {"STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"}:
            return record
        await asyncio.sleep(0.02)
    raise Unfit("the store did not come back")


def _cluster_lines() -> list[str]:
    return ["cluster-enabled yes", f"cluster-port {free_ports(1)[0]}", "cluster-require-full-coverage no"]


async def _one_cluster(here: Server, there: Server) -> None:
    """Make a cluster of two nodes, of which the first has all slots."""
    with here.client() as one, there.client() as other:
        one.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, _SLOTS - 1)
        bus = int(other.config_get("cluster-port")["cluster-port"])
        one.execute_command("CLUSTER", "MEET", "127.0.0.1", there.port, bus)
        known = other.execute_command("CLUSTER", "MYID")
        await until(lambda: known in str(one.execute_command("CLUSTER", "NODES")))
        await until(lambda: "cluster_state:ok" in str(one.execute_command("CLUSTER", "INFO")))
