"""Sees to what entries and events mean for count tasks. Everything has a name that follows from it: twice is once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.count_closing import Closing
from gate_service.app.reconcile.count_tasks import (
    WITHDRAWN,
    closing,
    open_task,
    open_tasks,
)
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Kept, Records, ToldEvent
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.count_entries import CountWish, WishKind
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import (
    CountTask,
    CountTaskState,
    CountTrigger,
    Finding,
    FindingKind,
    FindingState,
    Variance,
    VarianceState,
)

_AT_ONCE: Final = 200
_EVENTS_AT_ONCE: Final = 500
_DECIDING: Final = frozenset({"variance.opened", "variance.changed"})
_EVENTS_SEEN: Final = "~events"
_ALARMING: Final = frozenset({VarianceState.OPEN, VarianceState.ACKNOWLEDGED})


class CountWishes:
    """A `Ticker`."""

    def __init__(self, records: Records, rules: Callable[[], CountRules]) -> None:
        """Keep them; nothing is read."""
        self._records = records
        self._closing = Closing(records, rules)

    async def tick(self, now_ms: int) -> None:
        """See to all that waits. Raises `Unavailable`."""
        _ = now_ms
        while True:
            page = await self._records.page(Collection.COUNT_WISHES, "all", _AT_ONCE)
            for kept in page.records:
                await self._grant(load(CountWish, kept.text))
            removed = [Change(Collection.COUNT_WISHES, kept.record_id, 1, "", {"all": None}) for kept in page.records]
            if removed:
                await self._records.commit(removed)
            if not page.next_token:
                break
        while await self._hear_events():
            pass

    async def _grant(self, wish: CountWish) -> None:
        if wish.kind is WishKind.COUNT:
            for sku in wish.skus:
                await open_task(
                    self._records,
                    wish.location_id,
                    sku,
                    wish.trigger,
                    wish.because,
                    variance_id=wish.variance_id,
                    opened_revision=wish.revision,
                )
        elif wish.kind is WishKind.BOOKED:
            (kept,) = await self._records.get(Collection.TASKS, [wish.because])
            if kept is not None and load(CountTask, kept.text).counts:
                await self._closing.booked(wish.because, wish.revision, wish.at_ms)
        else:
            for start in range(0, len(wish.skus), _AT_ONCE):
                skus = wish.skus[start : start + _AT_ONCE]
                for kept in await open_tasks(self._records, wish.location_id, skus):
                    await self._over(kept, wish)

    async def _over(self, kept: Kept, wish: CountWish) -> None:
        """End an open task because of what happened to its SKU."""
        task = load(CountTask, kept.text)
        if wish.kind is WishKind.MERGED:
            await self._follow_merge(kept, task, wish)
        elif not task.booking and task.opened_at_ms <= wish.at_ms and task.opened_revision <= wish.as_of_revision:
            await self._closing.counted_anyhow(task.task_id, wish.revision, wish.at_ms, wish.counter)

    async def _follow_merge(self, kept: Kept, task: CountTask, wish: CountWish) -> None:
        """Have the SKU counted that goes on, in the place of the one that became part of it."""
        because = f"{task.task_id} of {task.sku}"
        await open_task(
            self._records,
            task.location_id,
            wish.because,
            task.trigger,
            because,
            variance_id=task.variance_id,
            opened_revision=wish.revision,
        )
        withdrawn = replace(task, state=CountTaskState.WITHDRAWN, booked_at_ms=wish.at_ms, revision=wish.revision)
        changes, events = closing(replace(withdrawn, booking=False), kept.version, WITHDRAWN)
        try:
            await self._records.commit(changes, events)
        except Conflict:
            (again,) = await self._records.get(Collection.TASKS, [task.task_id])
            if again is not None and load(CountTask, again.text).booked_at_ms == 0:
                await self._follow_merge(again, load(CountTask, again.text), wish)

    async def _hear_events(self) -> bool:
        """Look at some events; say whether there may be more."""
        (seen,) = await self._records.get(Collection.COUNT_WISHES, [_EVENTS_SEEN])
        told = await self._records.events(seen.text if seen else "", _EVENTS_AT_ONCE)
        if not told:
            return False
        for each in told:
            await self._hear(each)
        version = seen.version if seen else 0
        await self._records.commit([Change(Collection.COUNT_WISHES, _EVENTS_SEEN, version, told[-1].token)])
        return len(told) == _EVENTS_AT_ONCE

    async def _hear(self, told: ToldEvent) -> None:
        if told.event.type in _DECIDING:
            variance = load(Variance, told.event.record)
            if variance.diagnosis.cause is Cause.PHANTOM and variance.state in _ALARMING:
                because = f"{variance.variance_id}, snapshot {variance.snapshot_id}"
                await self._ask(variance, CountTrigger.PHANTOM, because)
        elif told.event.type.startswith("finding."):
            finding = load(Finding, told.event.record)
            if finding.kind is FindingKind.STRUCTURAL and finding.state is not FindingState.CLEARED:
                for kept in await self._records.get(Collection.VARIANCES, finding.variance_ids):
                    under = load(Variance, kept.text) if kept else None
                    if under is not None and under.state in _ALARMING:
                        await self._ask(under, CountTrigger.RECURRENCE, finding.finding_id)

    async def _ask(self, variance: Variance, trigger: CountTrigger, because: str) -> None:
        await open_task(
            self._records,
            variance.location_id,
            variance.sku,
            trigger,
            because,
            variance_id=variance.variance_id,
            abc=variance.abc,
        )
