"""Calls a second at saturation, and latency below it: echo, the gate twice, and the naive server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Final

from bench import bare
from bench.load.plan import Report
from bench.progress import say
from bench.site import ALWAYS, ECHO, GUARDED, KIT, NAIVE, RESERVE, SPLIT, PartFailedError, Site

CONNECTIONS: Final = 4
STREAMS: Final = 32
"""On each connection: 128 calls under way in all."""
GATHER_MS: Final = 1.0
PLAIN: Final = "echo by grpc.aio client"
_FIRST_WARMUP_S: Final = 1.0
_WARMUP_S: Final = 0.3
_BATCHES: Final = (1, 128)

Rounds = Mapping[str, Sequence[Report]]


def saturate(site: Site, rounds: int, seconds: float) -> Rounds:
    """Load each server in turn, round by round, for `seconds` in all, and check that the work was done."""
    found: dict[str, list[Report]] = {name: [] for name in (ECHO, RESERVE, GUARDED, ALWAYS, NAIVE)}
    for number in range(rounds):
        for name, reports in found.items():
            before = _revision(site, name)
            plan = site.plan(
                name,
                connections=CONNECTIONS,
                streams=STREAMS,
                gather_ms=GATHER_MS,
                warmup_s=_WARMUP_S if number else _FIRST_WARMUP_S,
                seconds=seconds / rounds,
            )
            report = site.load(name, plan)
            _check_entries(name, report, _revision(site, name) - before)
            reports.append(report)
            say(f"round {number + 1}/{rounds} {name}: {report.calls_per_s:,.0f} calls/s, p50 {report.p50_ms:.1f} ms")
    return found


def ask_for_more(site: Site, rounds: int, seconds: float) -> Rounds:
    """Load the guarded gate with orders of a kit, and with orders that two locations serve together."""
    found: dict[str, list[Report]] = {KIT: [], SPLIT: []}
    for number in range(rounds):
        for name, reports in found.items():
            plan = site.plan(
                name,
                connections=CONNECTIONS,
                streams=STREAMS,
                gather_ms=GATHER_MS,
                warmup_s=_WARMUP_S,
                seconds=seconds / rounds,
            )
            before = _revision(site, name)
            report = site.load(name, plan)
            _check_entries(name, report, _revision(site, name) - before)
            reports.append(report)
            say(f"round {number + 1}/{rounds} {name}: {report.calls_per_s:,.0f} calls/s, p50 {report.p50_ms:.1f} ms")
    return found


def ask_plainly(site: Site, rounds: int, seconds: float) -> Rounds:
    """Load the echo by an ordinary grpc.aio client, to show what the load generator saves."""
    reports = []
    for number in range(rounds):
        plan = site.plan(ECHO, connections=CONNECTIONS, streams=STREAMS, warmup_s=_WARMUP_S, seconds=seconds / rounds)
        reports.append(site.load("echo by grpc.aio", plan, "bench.load.plain"))
        say(f"round {number + 1}/{rounds} echo by a grpc.aio client: {reports[-1].calls_per_s:,.0f} calls/s")
    return {PLAIN: reports}


def _revision(site: Site, name: str) -> int:
    place = site.place(name)
    return place.bare.revision() if place.bare else 0


def _check_entries(name: str, report: Report, entries: int) -> None:
    """Each answered call is one ledger entry, no more and no less: nothing was a replay, nothing was left out."""
    # At each of two locations an order of two parts is held, then confirmed; this one is looked at.
    if name != ECHO and entries != report.calls_total * (2 if name == SPLIT else 1):
        raise PartFailedError(f"{name}: {report.calls_total} calls were answered, but the ledger grew by {entries}")


def pace(site: Site, rounds: int, seconds: float, rate_per_s: float) -> Rounds:
    """Ask echo and gate at a fixed rate; a latency counts from when a call was due."""
    found: dict[str, list[Report]] = {name: [] for name in (ECHO, RESERVE)}
    for number in range(rounds):
        for name, reports in found.items():
            plan = site.plan(
                name,
                connections=CONNECTIONS,
                streams=STREAMS,
                rate_per_s=rate_per_s,
                warmup_s=_WARMUP_S,
                seconds=seconds / rounds,
            )
            report = site.load(name, plan)
            reports.append(report)
            say(
                f"round {number + 1}/{rounds} {name} at {rate_per_s:,.0f} calls/s: "
                f"p50 {report.p50_ms:.2f} ms, p99 {report.p99_ms:.2f} ms"
            )
    return found


def median_rate(reports: Sequence[Report]) -> float:
    """Give the median of the rounds' calls a second."""
    return statistics.median(report.calls_per_s for report in reports)


def call_script(site: Site, rounds: int, seconds: float) -> dict[int, list[float]]:
    """Call the script by a bare client, with 1 and with 128 reservations in a call: operations a second, by batch."""
    store = site.places[RESERVE].direct()
    found: dict[int, list[float]] = {size: [] for size in _BATCHES}
    for number in range(rounds):
        for size, rates in found.items():
            rates.append(_call_for(site, store, size, seconds / rounds))
            say(f"round {number + 1}/{rounds} bare store, {size} in a call: {rates[-1]:,.0f} operations/s")
    return found


def _call_for(site: Site, store: bare.BareStore, size: int, seconds: float) -> float:
    """Make calls of `size` operations until so much time was spent in them; what encodes them is not counted."""
    spent = 0.0
    operations = 0
    while spent < seconds:
        packed = [store.pack(_reservations(site, size)) for _ in range(max(1, 512 // size))]
        began = time.perf_counter()
        for call in packed:
            store.send(call)
        spent += time.perf_counter() - began
        operations += len(packed) * size
    return operations / spent


def _reservations(site: Site, count: int) -> list[bare.Arguments]:
    first = site.serials(count)
    return [bare.one_line_order(number) for number in range(first, first + count)]
