"""Opens what variances and broken handoffs ask to have counted, the most severe first and no more than a day's worth.

What is to be counted is written beside the variance or finding that asks, in one commit with it, and waits in an index
of its location until it is its turn: nothing is lost, however many ask at once, and whoever is killed when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from gate_service.app.reconcile.counting.tasks import WITHDRAWN, closing, open_index, open_wanted, wish
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Kept, Records
from gate_service.app.reconcile.variances.drafting import Draft, to_count
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import decided_by, with_step
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import (
    CountTask,
    CountTaskState,
    CountTrigger,
    Finding,
    FindingState,
    Step,
    Variance,
)
from gate_service.domain.reconcile.shelves import room

COUNT_ASKED: Final = "count_asked"
_ASKED: Final = frozenset({CountTrigger.VARIANCE, CountTrigger.PHANTOM, CountTrigger.RECURRENCE})
_AT_ONCE: Final = 200
_PAGE: Final = 500
_LOOK_AGAIN_MS: Final = 10_000
"""So long what stands open is not looked at again where nothing new waits."""


@dataclass(frozen=True, slots=True)
class AskedDay:
    """How many tasks were opened at a location on a day of UTC because they were asked for."""

    day: int = 0
    """As yyyymmdd."""
    opened: int = 0


@dataclass(slots=True)
class _Room:
    """How many tasks a location may still open today."""

    name: str
    day: AskedDay
    version: int
    left: int


class CountTurns:
    """A `Ticker`. What is over before anybody has begun to count it is withdrawn."""

    def __init__(
        self, records: Records, locations: Callable[[], Iterable[str]], rules: Callable[[], CountRules]
    ) -> None:
        """Keep them, and who knows the locations; nothing is read."""
        self._records = records
        self._locations = locations
        self._rules = rules
        self._looked: dict[str, tuple[int, int, CountRules]] = {}

    async def tick(self, now_ms: int) -> None:
        """Open what may be opened now. Raises `Unavailable`."""
        for location_id in tuple(self._locations()):
            waiting = await waiting_for_turn(self._records, location_id)
            at_ms, before, rules = self._looked.get(location_id, (0, 0, None))
            if now_ms < at_ms + _LOOK_AGAIN_MS and (waiting, self._rules()) == (before, rules):
                continue
            open_now = await self._open_now(location_id, now_ms)
            if waiting:
                await self._turns(location_id, now_ms, open_now)
                waiting = await waiting_for_turn(self._records, location_id)
            self._looked[location_id] = (now_ms, waiting, self._rules())

    async def _turns(self, location_id: str, now_ms: int, open_now: int) -> None:
        name, today = f"~asked {location_id}", day_of(now_ms)
        (kept,) = await self._records.get(Collection.COUNT_WISHES, [name])
        known = load(AskedDay, kept.text) if kept else AskedDay()
        day = known if known.day == today else AskedDay(today)
        left = room(day.opened, open_now, self._rules())
        having = _Room(name, day, kept.version if kept else 0, left)
        page = await self._records.page(Collection.FINDINGS, to_count(location_id), _AT_ONCE)
        for finding in page.records:
            if having.left:
                await self._count_under(finding, having)
        while having.left:
            page = await self._records.page(Collection.VARIANCES, to_count(location_id), min(_AT_ONCE, having.left))
            asked = [await self._count(variance, having, now_ms) for variance in page.records]
            if not any(asked):
                break

    async def _count(self, kept: Kept, having: _Room, now_ms: int) -> bool:
        """Have the SKU of a variance counted and say so in its history; False where it was changed meanwhile."""
        variance = load(Variance, kept.text)
        snapshot_id = decided_by(variance)
        trigger = CountTrigger.PHANTOM if variance.diagnosis.cause is Cause.PHANTOM else CountTrigger.VARIANCE
        task_id = await self._task(variance, trigger, f"{variance.variance_id}, snapshot {snapshot_id}", having)
        step = Step(now_ms, COUNT_ASKED, note=f"count task {task_id}", snapshot_id=snapshot_id)
        after = replace(variance, history=with_step(variance.history, step))
        draft = Draft()
        draft.variance(after, kept.version, f"variance.{COUNT_ASKED}", counted=True)
        try:
            await self._records.commit(draft.changes, draft.events)
        except Conflict:
            return False
        return True

    async def _count_under(self, kept: Kept, having: _Room) -> None:
        """Have all counted that stands under a finding; it waits on where there is not room enough."""
        finding = load(Finding, kept.text)
        if finding.state is not FindingState.CLEARED:
            for each in await self._records.get(Collection.VARIANCES, finding.variance_ids):
                variance = load(Variance, each.text) if each else None
                if variance is not None and variance.alarming:
                    if not having.left:
                        return
                    await self._task(variance, CountTrigger.RECURRENCE, finding.finding_id, having)
        told = {to_count(finding.location_id): None}
        try:
            await self._records.commit([Change(Collection.FINDINGS, kept.record_id, kept.version, kept.text, told)])
        except Conflict:
            return  # it has changed: there may be more under it

    async def _task(self, variance: Variance, trigger: CountTrigger, because: str, having: _Room) -> str:
        """Open the task, or make one that is open more urgent: that needs no room."""
        wanted = wish(variance.location_id, variance.sku, trigger, because, variance.abc)
        wanted = replace(wanted, variance_id=variance.variance_id, variance_ids=(variance.variance_id,))
        moved = replace(having.day, opened=having.day.opened + 1)
        beside = Change(Collection.COUNT_WISHES, having.name, having.version, dump(moved))
        opened = await open_wanted(self._records, wanted, [beside])
        if opened.new:
            having.day, having.version, having.left = moved, having.version + 1, having.left - 1
        return opened.task_id

    async def _open_now(self, location_id: str, now_ms: int) -> int:
        """Count what was asked for and stands open, less what is over, which is withdrawn."""
        count, token = 0, ""
        over: list[Kept] = []
        while True:
            page = await self._records.page(Collection.TASKS, open_index(location_id), _PAGE, token)
            tasks = [(kept, load(CountTask, kept.text)) for kept in page.records]
            asked = [each for each in tasks if each[1].trigger in _ASKED]
            gone = await self._over([each for each in asked if _may_be_withdrawn(each[1])])
            count += len(asked) - len(gone)
            over += gone
            token = page.next_token
            if not token:
                break
        for kept in over:
            task = replace(load(CountTask, kept.text), state=CountTaskState.WITHDRAWN, booked_at_ms=now_ms)
            changes, events = closing(task, kept.version, WITHDRAWN)
            try:
                await self._records.commit(changes, events)
            except Conflict:
                continue  # somebody has begun to count it
        return count

    async def _over(self, tasks: list[tuple[Kept, CountTask]]) -> list[Kept]:
        """Give the tasks whose variances are all resolved."""
        ids = sorted({each for _, task in tasks for each in task.variance_ids})
        found = await self._records.get(Collection.VARIANCES, ids) if ids else ()
        resolved = {kept.record_id for kept in found if kept and not load(Variance, kept.text).standing}
        return [kept for kept, task in tasks if resolved.issuperset(task.variance_ids)]


async def waiting_for_turn(records: Records, location_id: str) -> int:
    """Count what waits at a location until it may be counted. Raises `Unavailable`."""
    index = to_count(location_id)
    return await records.size(Collection.VARIANCES, index) + await records.size(Collection.FINDINGS, index)


def _may_be_withdrawn(task: CountTask) -> bool:
    """Say whether nobody has begun it, and nothing but variances has asked for it."""
    if task.state is not CountTaskState.DUE or task.counts:
        return False
    return task.trigger is CountTrigger.VARIANCE and bool(task.variance_ids)
