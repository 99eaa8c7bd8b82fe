"""A day's work of all that speaks to a store: operations of every kind, plans, the catalog, the doctor, the tools."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from gate_service.app.denials import Tried
from gate_service.app.items.merging import Merging
from gate_service.app.items.ports import UnknownUse
from gate_service.bootstrap.inspection import examine
from gate_service.catalog.merging import RedisMerges
from gate_service.catalog.unknown import RedisUnknown
from gate_service.domain.denials import Cause, Denial
from gate_service.domain.findings import Inspection
from gate_service.domain.imports import ImportMode, ImportState, RowError
from gate_service.domain.items import Item, KitPart
from gate_service.ledger.denials import RedisDenials
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.sourcing import RedisPlans
from gate_service.settings import Settings
from gate_service.store.connect import connect
from tests.catalog.world import CALL, World
from tests.cli.driving import Commands, Ended
from tests.contract.clock import Clock
from tests.contract.machine import Machine
from tests.contract.side_by_side import Seen, SideBySide
from tests.contract.stores import open_ledger
from tests.sourcing.shop import Shop
from tests.stores.running import promise_of

_STEPS = 40


def operations(url: str, histories: int, empty: Callable[[], None]) -> Seen:
    """Do random operations, and hold the answers to the model; give what was done. `empty` empties the store."""
    seen, clock = Seen(), Clock()
    with asyncio.Runner() as runner:

        class FreshMachine(Machine):
            def __init__(self) -> None:
                empty()
                self.real = open_ledger(url, clock)
                super().__init__(SideBySide(runner, self.real, clock, seen), clock)

            def teardown(self) -> None:
                runner.run(self.real.close())

        how = settings(
            max_examples=histories,
            stateful_step_count=_STEPS,
            derandomize=True,
            database=None,
            suppress_health_check=[*HealthCheck],
        )
        run_state_machine_as_test(FreshMachine, settings=how)
    return seen


async def the_rest(url: str) -> Inspection:
    """Do what is no operation of a location, and give what the doctor finds."""
    await _sourcing(url)
    await _catalog(url)
    denials = RedisDenials.connect(url, 5_000)
    await denials.add([Tried(Denial("shop", "reserve_stock", "NORTH", Cause.OTHERS), 2, "ann")])
    assert (await denials.list("", 10)).total == 1
    await denials.close()
    return await examine(Settings(redis_url=url, durability=promise_of(url)))


async def _sourcing(url: str) -> None:
    promise = promise_of(url)
    clock = Clock()
    shop = Shop(
        RedisLedger.connect(url, clock_ms=clock, promise=promise),
        RedisPlans.connect(url, clock_ms=clock, promise=promise),
        clock,
    )
    await shop.stock(NORTH={"A": 3, "MUG-OLD": 2}, EAST={"A": 4})
    await shop.reserve(shop.order("o-1", ("1", "A", 5), ttl_ms=60_000))
    await shop.confirm("o-1")
    await shop.release("o-1", ("1", 1))
    await shop.sweep()
    assert await shop.plans.undecided(0) == []
    await shop.ledger.probe(5_000)
    assert {"NORTH", "EAST"} <= {*await shop.ledger.locations(CALL)}
    await shop.plans.close()
    await shop.ledger.close()


async def _catalog(url: str) -> None:
    store = connect(url, promise=promise_of(url))
    ledger = RedisLedger.connect(url, promise=promise_of(url))
    world = World(store)
    first: list[Item | RowError] = [Item("MUG"), Item("MUG-OLD"), Item("CUP"), Item("SET", kit=(KitPart("MUG", 2),))]
    imports: list[tuple[str, ImportMode, list[Item | RowError]]] = [
        ("one", ImportMode.REPLACE, [*first, RowError(9, "BAD", "sku", "is bad")]),
        ("two", ImportMode.MERGE, [Item("SET"), Item("CUP", ("BECHER",)), Item("MUG", ("BECHER",))]),
        ("three", ImportMode.REPLACE, [Item("MUG", ("MUG-OLD",)), Item("CUP")]),
    ]
    for name, mode, items in imports:
        done = await world.commit(name, await world.stage(name, items, mode), skip=True)
        assert done.state is ImportState.COMMITTED
        await world.errors(name)
    await world.stage("four", [Item("CAP")])
    await world.imports.abort("four")
    unknown = RedisUnknown(store)
    await unknown.note([UnknownUse("WHAT", 1, "shop", "NORTH")])
    await unknown.page(0, 10)
    await unknown.forget(["WHAT"])
    merging = Merging(RedisMerges(store), world.catalog, ledger, 0, lambda *_: None)
    while await merging.run_once():
        pass
    await ledger.close()
    await store.close()


def tools(url: str, folder: Path, empty: Callable[[], None]) -> list[Ended]:
    """Archive what there is, look at it, lose it and bring it back, as whoever runs the gate does."""
    gate = Commands("127.0.0.1:1", "NORTH")
    archive, store = str(folder / "archive"), ("--redis-url", url)
    ended = [
        gate("archive", "--to", archive, "--once", "--trim", *store),
        gate("verify", "--archive", archive, *store),
        gate("balance", "--archive", archive, *store),
        gate("recover", "--list", *store),
    ]
    empty()
    return [
        *ended,
        gate("restore", "--archive", archive, "--yes", *store),
        gate("verify", "--archive", archive, *store),
    ]
