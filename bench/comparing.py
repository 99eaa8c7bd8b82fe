"""How long it takes to hold what a mirror believes against the record, and to say why they differ."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Final

import fulfillment_gate as sdk
from bench import mirror_world
from bench.bare import BareStore
from bench.mirror_world import LOCATION, UNITS, World
from bench.processes import running
from bench.progress import say
from bench.site import PartFailedError
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2
from gate_service.embedded.valkey import EmbeddedStore

FULL_COUNT: Final = 1_000_000
_FULL_FROM_S: Final = 5.0
_WRONG_EVERY: Final = 1_000
_EXPLAINED: Final = 500
_STORE_TIMEOUT_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one whole snapshot of `count` rows, compared with as many SKUs across as many entries."""

    count: int
    taken_s: float
    """How long the rows took to arrive, over gRPC."""
    compared_s: float
    """How long comparing took, from the first page of the stock to the last variance that is kept."""
    process_s: float
    """How long the process ran that did it, its start and all else it does included."""
    peak_bytes: int
    """The most memory that it held."""
    explain_p50_ms: float
    explain_p99_ms: float

    @property
    def rows_per_s(self) -> float:
        """Give the rate of comparing."""
        return self.count / self.compared_s


def count_for(seconds: float) -> int:
    """Give how many rows a bench of parts of this length compares: a million, unless it is in a hurry."""
    return FULL_COUNT if seconds >= _FULL_FROM_S else max(5_000, int(seconds * 50_000))


def measure(folder: Path, count: int) -> Compared:
    """Fill a store, tell the gate a snapshot as of before the tail, compare it. Raises `PartFailedError`."""
    place = folder / "comparing"
    place.mkdir()
    if count < FULL_COUNT:
        say(f"compare: {count:,} rows and entries, where a run of {_FULL_FROM_S:g} s a part takes {FULL_COUNT:,}")
    with EmbeddedStore.start(place / "store", fsync="everysec") as store:
        bare = BareStore(store.url)
        world = mirror_world.fill(bare, count, count)
        bare.close()
        serve = ["gate_service", "serve", "--redis-url", store.url, "--authentication", "none"]
        with running("mirrored", serve, place, health=True) as gate, sdk.Gate(gate.address, system="wms") as caller:
            say(f"compare: {count:,} rows are told")
            began = time.monotonic()
            caller.submit_snapshot(_header(world), _Rows(count))
            taken_s = time.monotonic() - began
            say(f"compare: {count:,} rows are compared")
            process_s, peak_bytes = _reconcile(store.url, place)
            compared_s = _checked(caller, world) / 1_000
            p50_ms, p99_ms = _explain(caller)
    return Compared(count, taken_s, compared_s, process_s, peak_bytes, p50_ms, p99_ms)


def _header(world: World) -> reconciliation_pb2.SnapshotHeader:
    return reconciliation_pb2.SnapshotHeader(
        snapshot_id="bench", location_id=LOCATION, measure="on_hand", as_of_revision=world.revision, whole=True
    )


class _Rows:
    """What the mirror believes: as it was before the tail, and in each thousandth row wrong."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[reconciliation_pb2.SnapshotRow]:
        for number in range(self._count):
            quantity = UNITS - (number % _WRONG_EVERY == 0)
            yield reconciliation_pb2.SnapshotRow(sku=mirror_world.sku(number), quantity=quantity)


def _reconcile(store_url: str, folder: Path) -> tuple[float, int]:
    """Run the process that compares; give how long it ran and the most memory that it held."""
    command = [sys.executable, "-m", "gate_service", "reconcile", "--once", "--redis-url", store_url]
    with (folder / "reconcile.log").open("wb") as log:
        began = time.monotonic()
        process = subprocess.Popen([*command, "--store-timeout-ms", str(_STORE_TIMEOUT_MS)], stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        told = (folder / "reconcile.log").read_text(errors="replace")[-500:]
        raise PartFailedError(f"gate reconcile ended with {process.returncode}: {told}")
    return seconds, usage.ru_maxrss * 1024


def _checked(caller: sdk.Gate, world: World) -> int:
    """See that it found what is wrong and nothing else; give how long it took, in ms."""
    found = caller.get_snapshot("bench").snapshot
    result, wrong = found.result, len(range(0, world.sku_count, _WRONG_EVERY))
    if (result.compared_count, result.opened_count) != (world.sku_count, wrong):
        raise PartFailedError(f"{wrong} of {world.sku_count} rows are wrong, and it found: {str(found)[:500]}")
    return int(result.took_ms)


def _explain(caller: sdk.Gate) -> tuple[float, float]:
    """Ask why, variance by variance, one question at a time; give the median and the 99th percentile in ms."""
    ids = [each.variance_id for each, _ in zip(caller.iter_variances(), range(_EXPLAINED), strict=False)]
    taken_ms = []
    for place in range(_EXPLAINED):
        began = time.monotonic()
        caller.get_variance(ids[place % len(ids)])
        taken_ms.append((time.monotonic() - began) * 1_000)
    percentiles = quantiles(taken_ms, n=100)
    return percentiles[49], percentiles[98]
