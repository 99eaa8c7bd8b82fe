"""Runs a plan: clients at work, one fault after the other, then silence, and everything is checked."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from tests.robustness.chaos import laws
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.checker import Rules, check_all
from tests.robustness.chaos.clients.asking import Crew
from tests.robustness.chaos.clients.curious import meddler, reader
from tests.robustness.chaos.clients.shelf import Shelf
from tests.robustness.chaos.clients.shop import shop
from tests.robustness.chaos.clients.stockroom import opening, stockroom
from tests.robustness.chaos.clients.warehouse import warehouse
from tests.robustness.chaos.evidence import write_down
from tests.robustness.chaos.history import History
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.reading import Restless, Unreadable, read_at_rest
from tests.robustness.chaos.report import Report, Violation
from tests.robustness.chaos.resolve import resolve
from tests.robustness.chaos.site import Site, opened
from tests.robustness.chaos.striking import Deck, strike_on
from tests.robustness.chaos.waiting import NeverCame

_TRADES: Final = (shop, warehouse, shop, stockroom, reader, warehouse, shop, meddler)
REST_S: Final = 2.2
"""Longer than the shortest hold and a sweep."""
_IMPATIENT: Final = frozenset({"grpc CANCELLED", "grpc DEADLINE_EXCEEDED", "DEADLINE_PASSED"})
_LATE_S: Final = 60.0
"""A client that is not done by then hangs, which is a violation."""
Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Say nothing."""


def to_stderr(line: str) -> None:
    """Say it where progress is told."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


async def run_short(plan: Plan, seconds: float, seed: int, say: Say = quiet) -> Report:
    """Run one plan for about so many seconds, checks included, and give what it came to.

    A gate or a store that does not start raises; whatever goes wrong later is a violation in the report. Every process
    is gone when it returns.
    """
    report = Report(seed, 0.0)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        async with opened(plan, Path(name)) as site:
            number, deck = 0, Deck(site, plan)
            while True:
                left_s = seconds - (time.monotonic() - began)
                if number and (deck.spent or left_s < min(plan.round_s / 2, 5.0)):
                    break
                round_s = min(plan.round_s, max(1.0, left_s - REST_S))
                chance = Random(f"{seed} {number}")
                await one_round(Round(site, plan, deck, chance, f"r{number}"), round_s, report)
                say(f"{plan.topology} round {number}: {_progress(report)}")
                number += 1
    report.seconds = time.monotonic() - began
    return report


@dataclass(frozen=True)
class Round:
    """One stretch of work at fresh locations, whose names begin with `prefix`."""

    site: Site
    plan: Plan
    deck: Deck
    chance: Random
    prefix: str


async def one_round(this: Round, seconds: float, report: Report) -> None:
    """Let clients work while faults strike; then check all they did, and add it to the report."""
    site, plan = this.site, this.plan
    history = site.history = History()
    shelves = [Shelf(f"{this.prefix}-{number}") for number in range(plan.locations)]
    async with Caller([gate.address for gate in site.gates], history) as caller:
        crew = Crew(caller, this.chance, shelves)
        await opening_all(crew)
        async with at_work(crew, plan.clients) as work:
            strikes = await strike_on(site, plan, this.deck, this.chance, time.monotonic() + seconds)
        report.faults += strikes.struck
        report.violations += strikes.violations
        report.violations += [_failed(task) for task in work if task.cancelled() or task.exception() is not None]
        await _check(this, caller, report)


async def opening_all(crew: Crew) -> None:
    """Open every location. Raises `NeverCame` where the gates do not let it."""
    for shelf in crew.shelves:
        await opening(crew, shelf)


@asynccontextmanager
async def at_work(crew: Crew, clients: int) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Let so many clients work until the block ends; each finishes what it is at."""
    work = [asyncio.create_task(_TRADES[number % len(_TRADES)](crew)) for number in range(clients)]
    try:
        yield work
    finally:
        crew.stopped.set()
        _, late = await asyncio.wait(work, timeout=_LATE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def _check(this: Round, caller: Caller, report: Report) -> None:
    """Bring all to rest, settle what is open, read everything, and hold the history to it."""
    site, history = this.site, caller.history
    try:
        await site.topology.settle()
    except (NeverCame, AssertionError) as error:  # the latter is how the stores of the tests give up
        report.violations.append(Violation(laws.ALIVE, "", "", 0, f"that the store is whole again: {error}"))
        return
    open_for_good = await resolve(caller)
    if open_for_good:
        report.violations.append(Violation(laws.OPEN, "", "", 0, f"an answer; {open_for_good} operations have none"))
    await asyncio.sleep(REST_S)
    records = list(history.records)
    locations = sorted({record.location_id for record in records if record.location_id})
    caller.history = History()
    try:
        stored = await read_at_rest(caller, locations)
    except (Unreadable, Restless) as error:
        report.violations.append(Violation(laws.ALIVE, "", "", 0, f"that it can be read: {error}"))
        return
    checked = check_all(stored, records, Rules(fails_over=site.topology.fails_over))
    report.operations += checked.operations
    report.ahead += checked.ahead
    report.calls += len(records)
    report.impatient += sum(record.reason in _IMPATIENT for record in records)
    report.violations += checked.violations
    if checked.violations and this.plan.evidence is not None:
        write_down(this.plan.evidence / f"{this.plan.topology}-{this.prefix}", checked.violations, stored, records)
    for outcome, times in history.outcomes().items():
        report.outcomes[outcome] = report.outcomes.get(outcome, 0) + times


def _failed(task: asyncio.Task[None]) -> Violation:
    why = "it hangs" if task.cancelled() else repr(task.exception())
    return Violation(laws.ALIVE, "", "", 0, f"that every client comes to its end: {why}")


def _progress(report: Report) -> str:
    return (
        f"{report.operations} operations checked, {len(report.faults)} faults ({report.in_flight} in flight), "
        f"{len(report.violations)} violations"
    )
