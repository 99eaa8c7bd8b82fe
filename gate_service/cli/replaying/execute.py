"""A replay from the file to the report: reads, plans, drives, audits."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from fulfillment_gate import AsyncGate
from gate_service.cli.exits import InputError
from gate_service.cli.progress import progress
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.clean import Comparison, same_stock
from gate_service.cli.replaying.closing import Closing, close_books, list_stock
from gate_service.cli.replaying.commission import Commission
from gate_service.cli.replaying.driver import drive
from gate_service.cli.replaying.feed import Feed
from gate_service.cli.replaying.past import read_past
from gate_service.cli.replaying.plan import Plan, make_plan
from gate_service.cli.replaying.report import Conduct, make_report
from gate_service.cli.replaying.rows import read_rows
from gate_service.cli.replaying.run import Run

SYSTEM: Final = "replay"
"""What a replay without credentials is called; whose events it tells stands in each of them."""
T = TypeVar("T")


class InterruptedReplayError(Exception):
    """Somebody ended it before it was over."""

    def __init__(self, done: int, rows: int) -> None:
        """Keep how many rows of how many were done."""
        super().__init__(f"Interrupted after {done:,} of {rows:,} lines.")


def plan_of(commission: Commission) -> Plan:
    """Read the file and plan what it tells. Raises InputError."""
    rows = read_rows(commission.file, commission.limit)
    if not rows:
        raise InputError(f"{commission.file} has no lines under its header: nothing to check.")
    return make_plan(rows, stock_factor=commission.stock_factor)


def execute(commission: Commission, plan: Plan, target: str) -> dict[str, Any]:
    """Do it against the gate at `target` and give the report.

    Raises GateError where the gate is gone or says no to what it must not, `BusyLocationError`, and
    `InterruptedReplayError` on Ctrl-C.
    """
    done = 0
    rows = plan.rows * (2 if commission.disturbed and not commission.racing else 1)
    with progress("replaying", rows) as show:

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            show(rows)

        try:
            return run_async(_execute(commission, plan, target, advance))
        except KeyboardInterrupt as error:
            raise InterruptedReplayError(done, rows) from error


async def _execute(commission: Commission, plan: Plan, target: str, advance: Callable[[int], None]) -> dict[str, Any]:
    async with _gate(commission, target) as gate:
        run = await _run_at(gate, commission, commission.location, commission.chance, advance)
        began_s = time.monotonic()
        resumed = await drive(run, plan, racing=commission.racing)
        seconds = time.monotonic() - began_s
        closing = await close_books(run, plan)
        comparison = await _compare(gate, commission, plan, closing, advance)
    return make_report(run, plan, closing, Conduct(commission, resumed, seconds, comparison))


def _gate(commission: Commission, target: str) -> AsyncGate:
    try:
        return AsyncGate(
            target,
            system="" if commission.proof.proven else SYSTEM,
            actor=commission.name,
            timeout_s=commission.timeout_s,
            credentials=commission.proof.tls(),
            token=commission.proof.token(),
        )
    except ValueError as error:
        raise InputError(f"{error}.") from error


async def _run_at(
    gate: AsyncGate, commission: Commission, location: str, chance: Chance, advance: Callable[[int], None]
) -> Run:
    """Get ready at a location; an earlier run of this name there is read."""
    past, numbers = await read_past(gate, location, commission.name)
    caller = Caller(chance, commission.concurrency)
    feed = Feed(caller, chance, commission.name, numbers)
    return Run(gate, commission.name, location, chance, caller, feed, past, advance=advance)


async def _compare(
    gate: AsyncGate, commission: Commission, plan: Plan, closing: Closing, advance: Callable[[int], None]
) -> Comparison:
    """Do the same without disturbance, and compare the stock, where that says anything."""
    if not commission.disturbed:
        return Comparison(why_not="nothing disturbed this run")
    if commission.racing:
        return Comparison(why_not="in a race it is chance who gets the last unit")
    if not closing.alone:
        return Comparison(why_not=f"others wrote to {commission.location} too")
    location = commission.clean_location
    clean = await _run_at(gate, commission, location, commission.clean_chance, advance)
    await drive(clean, plan)
    _, levels = await list_stock(gate, location)
    return Comparison(location, same_stock(closing.levels, levels))


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run it on uvloop, where that is installed: a third more calls a second. SIGTERM ends it as Ctrl-C does."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        terminated = False

        async def until_terminated() -> T:
            loop, task = asyncio.get_running_loop(), asyncio.current_task()

            def cancel(*_: object) -> None:  # an exception right here would tear through gRPC's machinery
                nonlocal terminated
                terminated = True
                loop.call_soon_threadsafe(task.cancel if task else loop.stop)

            before = signal.signal(signal.SIGTERM, cancel)
            try:
                return await main
            finally:
                signal.signal(signal.SIGTERM, before)

        try:
            return runner.run(until_terminated())
        except asyncio.CancelledError:
            if not terminated:
                raise
    raise KeyboardInterrupt


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 not on every platform
    except ImportError:
        return None
    return uvloop.new_event_loop
