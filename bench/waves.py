"""AuthorizeWave of 500 lines: over gRPC, and the same script called by a bare client on the same store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bench import bare, messages
from bench.load.plan import Report
from bench.progress import say
from bench.site import RESERVE, PartFailedError, Site
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb

WAVES_UNDER_WAY: Final = 4
_WAVES_PER_S: Final = 60
_WAVES_AT_LEAST: Final = 5
_ORDERS_PER_CALL: Final = 50


@dataclass(slots=True)
class WaveRounds:
    """Lines a second, by round."""

    script: list[float] = field(default_factory=list)
    """By a bare client, one wave at a time."""
    gate: list[float] = field(default_factory=list)
    """Over gRPC, one wave at a time."""
    gate_parallel: list[float] = field(default_factory=list)
    """Over gRPC, several waves under way."""
    reports: list[Report] = field(default_factory=list)
    """Of the waves over gRPC, one at a time."""


def measure(site: Site, rounds: int, seconds: float) -> WaveRounds:
    """Authorise about `seconds` of waves each way; committing their orders is not timed."""
    count = max(_WAVES_AT_LEAST, int(seconds / rounds * _WAVES_PER_S))
    found = WaveRounds()
    for number in range(rounds):
        found.script.append(_by_script(site, count))
        report = _by_gate(site, count, under_way=1)
        found.reports.append(report)
        found.gate.append(report.calls_per_s * messages.WAVE_LINES)
        found.gate_parallel.append(_by_gate(site, count, under_way=WAVES_UNDER_WAY).calls_per_s * messages.WAVE_LINES)
        say(
            f"round {number + 1}/{rounds} wave_500: script {found.script[-1]:,.0f} lines/s, "
            f"gate {found.gate[-1]:,.0f}, {WAVES_UNDER_WAY} under way {found.gate_parallel[-1]:,.0f}"
        )
    return found


def _commit_orders(site: Site, count: int) -> Sequence[str]:
    """Commit the orders of some waves and give the waves' numbers, as the load generator writes them."""
    first = site.serials(count)
    waves = [f"{number:010d}" for number in range(first, first + count)]
    store = site.places[RESERVE].direct()
    orders = [order for wave in waves for order in bare.wave_orders(wave)]
    for at in range(0, len(orders), _ORDERS_PER_CALL):
        store.run(orders[at : at + _ORDERS_PER_CALL])
    return waves


def _by_script(site: Site, count: int) -> float:
    store = site.places[RESERVE].direct()
    calls = [store.pack([bare.authorize(wave)]) for wave in _commit_orders(site, count)]
    began = time.perf_counter()
    answers = [store.send(call)[0] for call in calls]
    spent = time.perf_counter() - began
    _check_picked(sum(map(bare.picked, answers)), count)
    return count * messages.WAVE_LINES / spent


def _by_gate(site: Site, count: int, *, under_way: int) -> Report:
    waves = _commit_orders(site, count)
    plan = site.plan(
        RESERVE,
        path=messages.WAVE_PATH,
        template=messages.wave_template(),
        slots=1,
        calls=count,
        connections=1,
        streams=under_way,
        first_serial=int(waves[0]),
    )
    report = site.load("wave_500", plan)
    answer = pb.AuthorizeWaveResponse.FromString(report.sample_message())
    _check_picked(sum(line.verdict == pb.VERDICT_PICK for line in answer.lines), 1)
    return report


def _check_picked(lines: int, waves: int) -> None:
    if lines != waves * messages.WAVE_LINES:
        raise PartFailedError(f"wave_500: {lines} of {waves * messages.WAVE_LINES} lines may be picked")
