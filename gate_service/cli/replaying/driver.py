"""Executes a plan against a gate: the opening stock, then batch by batch what happened and the waves at its end.

Events that touch the same SKU follow one another as in the file; all others are in flight together. So what each order
gets does not depend on which call was faster, and an interrupted run that is started again ends like one that was not.
With `racing` that order is given up: then only a cancellation waits, for its orders, and orders race for the last unit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from fulfillment_gate import AlreadyExists
from gate_service.cli.exits import InputError
from gate_service.cli.replaying.books import Fate
from gate_service.cli.replaying.cancelling import Return, cancel, take_in
from gate_service.cli.replaying.checkout import check_out
from gate_service.cli.replaying.corrections import correct, receive_opening
from gate_service.cli.replaying.events import Batch, Cancellation, Event, Order
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
            f"The gate knows a run {run.name!r} with another opening stock or chance: another file, --limit or "
            "--stock-factor, --short, --redeliver, --reorder or --late. Name this one with --run."
        ) from error
    shifts = Shifts(run, racing=racing)
    for batch in plan.batches:
        await shifts.work(batch)
    await shifts.finish()
    await run.caller.deliver_what_is_owed()
    return resumed


@dataclass(slots=True)
class Shifts:
    """One shift for each batch: what happened, what comes back, and the waves."""

    run: Run
    racing: bool
    waiting: list[str] = field(default_factory=list)
    """Orders that still have something to pick."""
    coming_back: list[Return] = field(default_factory=list)

    async def work(self, batch: Batch) -> None:
        """Work one shift."""
        await self._happen(batch)
        await self.run.feed.catch_up()
        self.waiting += [event.name for event in batch.events if isinstance(event, Order)]
        await self._waves()
        self.run.feed.end_shift()

    async def finish(self) -> None:
        """Tell all that is still to be told, and work on as long as that leaves something to pick or to take in."""
        await self.run.feed.close()
        while self.run.feed.withholds and (self.waiting or self.coming_back):
            left = len(self.waiting), len(self.coming_back)
            await self._waves()
            await self.run.feed.close()
            if left == (len(self.waiting), len(self.coming_back)):
                return  # it never will: the report says what is left

    async def _waves(self) -> None:
        await run_waves(self.run, self.waiting)
        self.waiting = [lines[0].order for lines in self.run.books.waiting(self.waiting)]
        await self.run.feed.catch_up()
        back = [each for each in self.coming_back if each.has_left]
        self.coming_back = [each for each in self.coming_back if not each.has_left]
        await asyncio.gather(*(take_in(self.run, each) for each in back))

    async def _happen(self, batch: Batch) -> None:
        """Start every event as soon as those it waits for are over. The first error ends them all."""
        over = [asyncio.Event() for _ in batch.events]

        async def run_one(index: int, waits_for: Sequence[int]) -> None:
            for earlier in waits_for:
                await over[earlier].wait()
            same_shift = {batch.events[each].name for each in batch.undoes[index]}
            await self._run_event(batch.events[index], same_shift)
            over[index].set()

        waits = batch.undoes if self.racing else batch.after
        tasks = [asyncio.create_task(run_one(index, waits_for)) for index, waits_for in enumerate(waits)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run_event(self, event: Event, same_shift: Collection[str]) -> None:
        if isinstance(event, Order):
            await check_out(self.run, event)
        elif isinstance(event, Cancellation):
            for coming in await cancel(self.run, event, same_shift):
                if coming.has_left:
                    await take_in(self.run, coming)
                else:
                    self.coming_back.append(coming)
        else:
            await correct(self.run, event)
