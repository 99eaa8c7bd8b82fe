"""What it costs to lose nothing, what a second process gives, and how soon the gate is back when its store was away."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import messages
from bench.bare import BareStore, open_location
from bench.figures import Figure, ratio
from bench.load.plan import Report
from bench.pair import pair
from bench.processes import Target, running
from bench.progress import say
from bench.site import ALWAYS, RESERVE, PartFailedError, Place, Site
from bench.throughput import CONNECTIONS, GATHER_MS, STREAMS, Rounds
from fulfillment_gate import Gate, GateError, ReserveLine
from gate_service.embedded.valkey import EmbeddedStore

REPLICATED: Final = "reserve_replicated"
WORKERS: Final[Mapping[int, str]] = {1: "reserve_1_worker", 2: "reserve_2_workers"}
_WARMUP_S: Final = 0.5
_PROMISE: Final = "fsync=always,replicas=1,wait_ms=2000"
_AWAY_S: Final = 1.0
_PATIENCE_S: Final = 60.0
_RETRY_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Durable:
    """The rounds of each load, and how long each recovery took, in ms, counted from when the store answered again."""

    replicated: Rounds
    workers: Rounds
    recoveries_ms: list[float]

    @property
    def replicated_vs_everysec(self) -> Figure:
        """Compare the rate with `always` and one replica to that with `everysec` alone, in the round beside it."""
        return ratio(_rates(self.replicated[REPLICATED]), _rates(self.replicated[RESERVE]))

    @property
    def two_workers_vs_one(self) -> Figure:
        """Compare the rate of two processes to that of one, in the round beside it."""
        return ratio(_rates(self.workers[WORKERS[2]]), _rates(self.workers[WORKERS[1]]))


def measure(site: Site, rounds: int, seconds: float) -> Durable:
    """Measure all three. Raises `PartFailedError`."""
    return Durable(
        replicated=_replicated(site, rounds, seconds),
        workers=_workers(site, rounds, seconds),
        recoveries_ms=_recoveries(site.folder / "recovery", rounds),
    )


def _rates(reports: Sequence[Report]) -> list[float]:
    return [report.calls_per_s for report in reports]


def _replicated(site: Site, rounds: int, seconds: float) -> Rounds:
    """Load a gate that promises `always` and a replica, in turn with one that promises neither."""
    folder = site.folder / "replicated"
    with pair(folder) as stores, _gate(REPLICATED, stores.url, folder, "--durability", _PROMISE) as gate:
        _open(stores.url)
        places = {RESERVE: site.place(RESERVE), ALWAYS: site.place(ALWAYS), REPLICATED: Place(gate)}
        return _in_turn(places, site, rounds, seconds)


def _workers(site: Site, rounds: int, seconds: float) -> Rounds:
    """Load a gate of one process in turn with one of two, each on a store of its own."""
    folder = site.folder / "workers"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        places = {}
        for count, name in WORKERS.items():
            store = stack.enter_context(EmbeddedStore.start(folder / f"{name}-store", fsync="everysec"))
            _open(store.url)
            gate = stack.enter_context(_gate(name, store.url, folder, "--workers", str(count)))
            places[name] = Place(gate, store)
        return _in_turn(places, site, rounds, seconds)


def _in_turn(places: Mapping[str, Place], site: Site, rounds: int, seconds: float) -> Rounds:
    found: dict[str, list[Report]] = {name: [] for name in places}
    for number in range(rounds):
        for name, reports in found.items():
            target = places[name].target
            plan = replace(
                site.plan(RESERVE, connections=2 * CONNECTIONS, streams=STREAMS, gather_ms=GATHER_MS),
                port=target.port,
                warmup_s=_WARMUP_S,
                seconds=seconds / rounds,
                watch=places[name].processes(),
            )
            reports.append(site.load(name, plan))
            say(f"round {number + 1}/{rounds} {name}: {reports[-1].calls_per_s:,.0f} calls/s")
    return found


def _recoveries(folder: Path, rounds: int) -> list[float]:
    """Kill a store under a gate, start it again after a second, and wait for the first reservation that is answered."""
    folder.mkdir()
    found = []
    store = EmbeddedStore.start(folder / "store", fsync="always")
    try:
        _open(store.url)
        with _gate("recovery", store.url, folder) as gate, Gate(gate.address, timeout_s=2.0) as caller:
            for number in range(rounds):
                os.kill(store.pid, signal.SIGKILL)
                store.stop()
                time.sleep(_AWAY_S)
                store = EmbeddedStore.start(folder / "store", fsync="always")
                found.append(_until_answered(caller, number))
                say(f"round {number + 1}/{rounds} store killed and back: answered after {found[-1]:,.0f} ms")
    finally:
        store.stop()
    return found


def _until_answered(caller: Gate, number: int) -> float:
    began = time.monotonic()
    while time.monotonic() < began + _PATIENCE_S:
        with contextlib.suppress(GateError):
            line = ReserveLine(sku=messages.sku(0), quantity=1)
            caller.reserve_stock(messages.LOCATION, f"recovery-{number}", [line], operation_id=f"recovery-{number}")
            return (time.monotonic() - began) * 1000
        time.sleep(_RETRY_S)
    raise PartFailedError("the gate did not come back")


def _open(url: str) -> None:
    bare = BareStore(url)
    try:
        bare.run([open_location(messages.LOCATION, [messages.sku(number) for number in range(messages.SKU_COUNT)])])
    finally:
        bare.close()


@contextlib.contextmanager
def _gate(name: str, url: str, folder: Path, *flags: str) -> Iterator[Target]:
    command = ["gate_service", "serve", "--authentication", "none", "--redis-url", url, *flags]
    with running(name, command, folder, health=True) as target:
        yield target
