"""A replay from the file to the report: reads, plans, drives, audits."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fulfillment_gate import AsyncGate
from gate_service.cli.exits import InputError
from gate_service.cli.progress import progress
from gate_service.cli.replaying.caller import Caller
from gate_service.cli.replaying.chance import Chance
from gate_service.cli.replaying.closing import close_books
from gate_service.cli.replaying.commission import Commission
from gate_service.cli.replaying.driver import drive
from gate_service.cli.replaying.plan import Plan, make_plan
from gate_service.cli.replaying.report import Conduct, make_report
from gate_service.cli.replaying.rows import read_rows
from gate_service.cli.replaying.run import Run

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
    with progress("replaying", plan.rows) as show:

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            show(rows)

        try:
            return run_async(_execute(commission, plan, target, advance))
        except KeyboardInterrupt as error:
            raise InterruptedReplayError(done, plan.rows) from error


async def _execute(commission: Commission, plan: Plan, target: str, advance: Callable[[int], None]) -> dict[str, Any]:
    chance = Chance(commission.seed, commission.duplicate, commission.short)
    async with AsyncGate(target, system="replay", actor=commission.name, timeout_s=commission.timeout_s) as gate:
        caller = Caller(chance, commission.concurrency)
        run = Run(gate, commission.name, commission.location, chance, caller, advance=advance)
        began_s = time.monotonic()
        resumed = await drive(run, plan, racing=commission.racing)
        seconds = time.monotonic() - began_s
        closing = await close_books(run, plan)
    return make_report(run, plan, closing, Conduct(commission, resumed, seconds))


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
