"""Strikes one fault after the other, and watches how long each keeps writes from being acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

import redis

from tests.robustness.chaos import laws
from tests.robustness.chaos.faults.base import Fault
from tests.robustness.chaos.faults.catalogue import fitting
from tests.robustness.chaos.gates import GateLost
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.report import Struck, Violation
from tests.robustness.chaos.site import Site
from tests.robustness.chaos.waiting import NeverCame

RECOVERED_WITHIN_S: Final = 60.0
_POLL_S: Final = 0.02


@dataclass(slots=True)
class Strikes:
    """What was struck, and what did not come back."""

    struck: list[Struck] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


class Deck:
    """The kinds of fault that may happen, each once before any comes again."""

    def __init__(self, site: Site, plan: Plan) -> None:
        """Find those that fit. Raises ValueError for a name that nothing has."""
        self._kinds: list[type[Fault]] = [] if plan.without_faults else fitting(site, plan.faults)
        self._waiting: list[type[Fault]] = []
        self._left = plan.strikes or -1

    @property
    def spent(self) -> bool:
        """Say whether there were as many as the plan wanted."""
        return self._left == 0

    def draw(self, chance: Random) -> Fault | None:
        """Give the next one; None where there is none at all."""
        if not self._waiting:
            self._waiting = chance.sample(self._kinds, len(self._kinds))
        if not self._waiting:
            return None
        self._left -= 1
        return self._waiting.pop()(chance)


async def strike_on(site: Site, plan: Plan, deck: Deck, chance: Random, until: float) -> Strikes:
    """Strike until the time is up, by `time.monotonic()`; every fault is healed when it returns."""
    strikes = Strikes()
    while True:
        await asyncio.sleep(min(chance.uniform(*plan.calm_s), max(0.0, until - time.monotonic())))
        if time.monotonic() >= until or deck.spent:
            return strikes
        fault = deck.draw(chance)
        if fault is not None:
            await _strike(site, fault, strikes)


async def _strike(site: Site, fault: Fault, strikes: Strikes) -> None:
    """Strike once, heal, and wait for the recovery; whatever does not come back is a violation."""
    open_before, began_ns = 0, time.monotonic_ns()
    try:
        try:
            await fault.aim(site)
            open_before, began_ns = sum(map(fault.reach, site.history.open_calls())), time.monotonic_ns()
            await fault.inject(site)
            await asyncio.sleep(fault.lasts_s)
        finally:
            await fault.heal(site)
    except (GateLost, NeverCame, AssertionError, redis.RedisError) as error:  # AssertionError: a test's store gave up
        strikes.violations.append(Violation(laws.ALIVE, "", "", 0, f"{fault.name}: {error}"))
    lasted_s = (time.monotonic_ns() - began_ns) / 1e9
    strikes.violations += [violation async for violation in _revive(site, fault)]
    recovery_s = await _recovered(site, fault, began_ns)
    if recovery_s is None:
        strikes.violations.append(
            Violation(laws.ALIVE, "", "", 0, f"{fault.name}: a write within {RECOVERED_WITHIN_S:.0f} s after it")
        )
    strikes.struck.append(Struck(site.topology.name, fault.name, open_before, lasted_s, recovery_s))


async def _revive(site: Site, fault: Fault) -> AsyncIterator[Violation]:
    """Start again a gate that ended though nobody killed it: that is a fault of its own."""
    for gate in site.gates:
        if not gate.runs:
            yield Violation(laws.FAULTLESS, "", "", 0, f"{fault.name}: gate {gate.number} goes on, but: {gate.tail()}")
            await gate.start()


async def _recovered(site: Site, fault: Fault, since_ns: int) -> float | None:
    """Wait for an acknowledged write in the fault's reach that was asked after it; give the seconds since it struck."""
    until = time.monotonic() + RECOVERED_WITHIN_S
    while time.monotonic() < until:
        answered = first_answer(site, fault.reach, since_ns)
        if answered is not None:
            return (answered - since_ns) / 1e9
        await asyncio.sleep(_POLL_S)
    return None


def first_answer(site: Site, reach: Callable[..., bool], since_ns: int) -> int | None:
    """Give when the first write in reach was acknowledged that was asked after a moment; None: there is none yet."""
    found = [
        record.answered_ns for record in site.history.asked_since(since_ns) if record.is_acknowledged and reach(record)
    ]
    return min(found, default=None)
