"""Executes a plan against a gate: the opening stock, then batch by batch what happened and the waves at its end.

Events that touch the same SKU follow one another as in the file; all others are in flight together. So what each order
gets does not depend on which call was faster, and an interrupted run that is started again ends like one that was not.
With `racing` that order is given up: then only a cancellation waits, for its orders, and orders race for the last unit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from fulfillment_gate import AlreadyExists
from gate_service.cli.exits import InputError
from gate_service.cli.replaying.books import Fate
from gate_service.cli.replaying.checkout import check_out
from gate_service.cli.replaying.corrections import cancel, correct, receive_opening
from gate_service.cli.replaying.events import Batch, Cancellation, Event, Order
from gate_service.cli.replaying.past import read_past_holds
from gate_service.cli.replaying.plan import Plan
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.warehouse import run_waves


async def drive(run: Run, plan: Plan, *, racing: bool = False) -> bool:
    """Do all of it; say whether an earlier run of this name had begun. Raises GateError where the gate is gone."""
    for row in plan.not_stock:
        run.books.fates[row.number] = Fate.NOT_STOCK
    for unusable in plan.unusable:
        run.books.fates[unusable.number] = Fate.UNUSABLE
    run.advance(len(plan.not_stock) + len(plan.unusable))
    try:
        resumed = await receive_opening(run, plan.opening)
    except AlreadyExists as error:
        raise InputError(
            f"The gate knows a run {run.name!r} with another opening stock: another file, --limit or --stock-factor. "
            "Name this one with --run."
        ) from error
    if resumed:
        run = replace(run, past=await read_past_holds(run.gate, run.location, run.name))
    waiting: list[str] = []
    for batch in plan.batches:
        await _run_events(run, batch, racing=racing)
        waiting += [event.name for event in batch.events if isinstance(event, Order)]
        await run_waves(run, waiting)
        waiting = [lines[0].order for lines in run.books.waiting(waiting)]
    await run.caller.deliver_what_is_owed()
    return resumed


async def _run_events(run: Run, batch: Batch, *, racing: bool) -> None:
    """Start every event as soon as those it waits for are over. The first error ends them all."""
    over = [asyncio.Event() for _ in batch.events]

    async def run_one(index: int, waits_for: Sequence[int]) -> None:
        for earlier in waits_for:
            await over[earlier].wait()
        await _run_event(run, batch.events[index])
        over[index].set()

    waits = batch.undoes if racing else batch.after
    tasks = [asyncio.create_task(run_one(index, waits_for)) for index, waits_for in enumerate(waits)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_event(run: Run, event: Event) -> None:
    if isinstance(event, Order):
        await check_out(run, event)
    elif isinstance(event, Cancellation):
        await cancel(run, event)
    else:
        await correct(run, event)
