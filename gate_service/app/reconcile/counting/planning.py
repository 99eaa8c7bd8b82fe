"""Opens the cycle counts of each day, the most overdue first and no more than a day's worth: a `Ticker`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from heapq import nsmallest
from typing import Final

from gate_service.app.reconcile.counting.learning import CountLearning, Place, PlannedDay, plan_id
from gate_service.app.reconcile.counting.tallying import KEPT_DAYS, at
from gate_service.app.reconcile.counting.tasks import ALL, CLOSED, open_index, open_wanted, wish
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Records
from gate_service.app.reconcile.variances.compared import FactsOfItems
from gate_service.app.reconcile.walking import every
from gate_service.domain.reconcile.accuracy import Tally
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import CountTask, CountTrigger
from gate_service.domain.reconcile.shelves import Borders, Due, add_frequencies, borders, due_of, room

TASKS_KEPT_MS: Final = 91 * DAY_MS
"""How long a task is kept after it was booked; what it found stays added up."""
_AT_ONCE: Final = 400


class CountPlanning:
    """Plans each location's day once it has begun, and again where the rules have changed."""

    def __init__(
        self,
        records: Records,
        learning: CountLearning,
        rules: Callable[[], CountRules],
        items: FactsOfItems | None = None,
    ) -> None:
        """Keep them; nothing is read. `items` knows the classes that the catalog gives."""
        self._records = records
        self._learning = learning
        self._rules = rules
        self._items = items
        self._planned: dict[str, tuple[int, CountRules]] = {}
        self._cleaned = 0

    async def tick(self, now_ms: int) -> None:
        """Plan what is to be planned, and let go what is old. Raises `Unavailable`."""
        today, rules = day_of(now_ms), self._rules()
        for location_id in tuple(self._learning.at_end):
            if self._planned.get(location_id) != (today, rules):
                await self._plan(location_id, now_ms, rules)
                self._planned[location_id] = (today, rules)
        if self._cleaned != today:
            await self._clean(now_ms)
            self._cleaned = today

    async def _plan(self, location_id: str, now_ms: int, rules: CountRules) -> None:
        place = self._learning.places[location_id]
        limits = await self._classify(place, now_ms)
        self._learning.places[location_id].borders = limits  # it may have been read anew meanwhile
        open_skus, open_cycles = await self._open(location_id)
        name, today = plan_id(location_id), day_of(now_ms)
        (kept,) = await self._records.get(Collection.SHELVES, [name])
        before = load(PlannedDay, kept.text) if kept else PlannedDay()
        opened = before.opened if before.day == today else 0
        day, version = PlannedDay(today, opened, *limits), kept.version + 1 if kept else 1
        await self._records.commit([Change(Collection.SHELVES, name, version - 1, dump(day))])
        for each in await _due(place, limits, open_skus, now_ms, rules, room(day.opened, open_cycles, rules)):
            moved = replace(day, opened=day.opened + 1)
            beside = Change(Collection.SHELVES, name, version, dump(moved))
            wanted = wish(location_id, each.sku, CountTrigger.CYCLE, f"day {today}", each.abc)
            if (await open_wanted(self._records, wanted, [beside])).new:
                day, version = moved, version + 1

    async def _classify(self, place: Place, now_ms: int) -> Borders:
        """Find who is how often picked, and what the catalog says of each."""
        found: dict[int, int] = {}
        for shard in place.book.shards():
            add_frequencies(shard.values(), now_ms, found)
            if self._items is not None and shard:
                told = await self._items.facts(place.book.location_id, list(shard))
                place.book.give({sku: fact.abc for sku, fact in told.items()})  # an entry may have changed it meanwhile
            await asyncio.sleep(0)  # others have waited while these were looked at
        return borders(found)

    async def _open(self, location_id: str) -> tuple[set[str], int]:
        """Give the SKUs that have an open task, and how many of those are cycle counts."""
        skus, cycles = set(), 0
        async for kept in every(self._records, Collection.TASKS, open_index(location_id)):
            task = load(CountTask, kept.text)
            skus.add(task.sku)
            cycles += task.trigger is CountTrigger.CYCLE
        return skus, cycles

    async def _clean(self, now_ms: int) -> None:
        """Let go the tasks that were booked long ago, and the sums of days that nobody can ask for."""
        while True:
            page = await self._records.page(Collection.TASKS, CLOSED, _AT_ONCE, until=now_ms - TASKS_KEPT_MS)
            if not await self._removed([_task_gone(each.record_id, each.version) for each in page.records]):
                break
        while True:
            last = day_of(now_ms - (KEPT_DAYS + 1) * DAY_MS)
            page = await self._records.page(Collection.TALLIES, "all", _AT_ONCE, until=last)
            gone = [
                Change(Collection.TALLIES, each.record_id, each.version, "", _places(load(Tally, each.text)))
                for each in page.records
            ]
            if not await self._removed(gone):
                break

    async def _removed(self, changes: list[Change]) -> bool:
        """Remove records; False where there is nothing, or somebody else is at it."""
        try:
            if changes:
                await self._records.commit(changes)
        except Conflict:
            return False
        return bool(changes)


async def _due(
    place: Place, limits: Borders, open_skus: set[str], now_ms: int, rules: CountRules, most: int
) -> list[Due]:
    """Give what is due and has no task yet, the most overdue first."""
    found: list[Due] = []
    for shard in place.book.shards():
        shelves = ((sku, shelf) for sku, shelf in shard.items() if sku not in open_skus)
        due = (due_of(sku, shelf, limits, now_ms, rules) for sku, shelf in shelves)
        found += [each for each in due if each]
        if len(found) > 2 * most + _AT_ONCE:
            found = nsmallest(most, found)
        await asyncio.sleep(0)
    return nsmallest(most, found)


def _task_gone(task_id: str, version: int) -> Change:
    return Change(Collection.TASKS, task_id, version, "", {ALL: None, CLOSED: None})


def _places(tally: Tally) -> dict[str, int | None]:
    return {at(tally.location_id): None, "all": None}
