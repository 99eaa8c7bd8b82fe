"""Sees to what entries mean for count tasks, once a ledger was followed to its end: it may be settled by then.

Everything has a name that follows from it: twice is once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.counting.closing import Closing
from gate_service.app.reconcile.counting.learning import CountLearning, wishes_of
from gate_service.app.reconcile.counting.tasks import WITHDRAWN, closing, open_task, open_tasks
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Kept, Records
from gate_service.domain.reconcile.count_entries import CountWish, WishKind
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import CountTask, CountTaskState

_AT_ONCE: Final = 200


class CountWishes:
    """A `Ticker`."""

    def __init__(self, records: Records, learning: CountLearning, rules: Callable[[], CountRules]) -> None:
        """Keep them, and who knows whose ledger was followed to its end; nothing is read."""
        self._records = records
        self._learning = learning
        self._rules = rules
        self._closing = Closing(records, rules)

    async def tick(self, now_ms: int) -> None:
        """See to all that waits at locations of which all is known that has happened. Raises `Unavailable`."""
        for location_id in tuple(self._learning.at_end):
            waiting = await self._waiting(location_id)
            counted = _counted([wish for _, wish in waiting])
            for start in range(0, len(waiting), _AT_ONCE):
                part = waiting[start : start + _AT_ONCE]
                for _, wish in part:
                    await self._grant(wish, counted, now_ms)
                removed = [
                    Change(Collection.COUNT_WISHES, kept.record_id, kept.version, "", {wishes_of(location_id): None})
                    for kept, _ in part
                ]
                await self._records.commit(removed)

    async def _waiting(self, location_id: str) -> list[tuple[Kept, CountWish]]:
        found: list[tuple[Kept, CountWish]] = []
        token = ""
        while True:
            page = await self._records.page(Collection.COUNT_WISHES, wishes_of(location_id), _AT_ONCE, token)
            found += [(kept, load(CountWish, kept.text)) for kept in page.records]
            token = page.next_token
            if not token:
                return found

    async def _grant(self, wish: CountWish, counted: Mapping[str, int], now_ms: int) -> None:
        if wish.kind is WishKind.COUNT:
            if wish.at_ms < now_ms - self._rules().a_ms:
                return  # an old ledger was caught up: the calendar sees to what nobody has counted since
            for sku in wish.skus:
                if counted.get(sku, 0) < wish.revision:
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


def _counted(wishes: Sequence[CountWish]) -> dict[str, int]:
    """Give as of which entry each SKU was counted last, as far as that was not seen to yet."""
    found: dict[str, int] = {}
    for wish in wishes:
        if wish.kind in {WishKind.COUNTED, WishKind.BOOKED}:
            for sku in wish.skus:
                found[sku] = max(found.get(sku, 0), wish.as_of_revision)
    return found
