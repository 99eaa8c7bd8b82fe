"""How a count task ends: booked by the person who counted it, or because the shelf was counted anyhow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gate_service.app.reconcile.counting.tallying import TASKS, added
from gate_service.app.reconcile.counting.tasks import BOOKED, ENDED, closing
from gate_service.app.reconcile.ports import Collection, Conflict, Records
from gate_service.domain.reconcile.accuracy import Results
from gate_service.domain.reconcile.counting import agree, within
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import CountTask, CountTaskState

_ATTEMPTS = 20


class Closing:
    """Writes down that a task is over. To do it again changes nothing."""

    def __init__(self, records: Records, rules: Callable[[], CountRules]) -> None:
        """Keep the records, and who knows what is tolerated."""
        self._records = records
        self._rules = rules

    async def booked(self, task_id: str, revision: int, at_ms: int) -> CountTask:
        """Write down that the last of a task's counts stands in the ledger, and how right all of them were.

        Raises `Unavailable`; KeyError where there is no such task.
        """
        return await self._ended(task_id, revision, at_ms, "")

    async def counted_anyhow(self, task_id: str, revision: int, at_ms: int, counter: str) -> CountTask:
        """Write down that somebody has counted the shelf without the task. Raises as `booked`."""
        return await self._ended(task_id, revision, at_ms, counter)

    async def _ended(self, task_id: str, revision: int, at_ms: int, counter: str) -> CountTask:
        for attempt in range(_ATTEMPTS):
            (kept,) = await self._records.get(Collection.TASKS, [task_id])
            if kept is None:
                raise KeyError(task_id)
            task = load(CountTask, kept.text)
            if task.state in ENDED:
                return task
            over = replace(task, state=CountTaskState.BOOKED, booking=False, booked_at_ms=at_ms, revision=revision)
            over = replace(over, counter=counter or task.counter)
            changes, events = closing(over, kept.version, BOOKED)
            if not counter:
                results = _results(task, self._rules())
                changes.append(await added(self._records, task.location_id, at_ms, TASKS, results))
            try:
                await self._records.commit(changes, events)
            except Conflict:
                if attempt + 1 == _ATTEMPTS:
                    raise
                continue
            return over
        raise AssertionError("the last attempt ends in one way or the other")


def _results(task: CountTask, rules: CountRules) -> Results:
    """Add up what a task's counts say: the last one of the record, and of all the others."""
    results, last = Results(), task.counts[-1]
    right = within(last.counted, last.expected, rules)
    results.found(task.location_id, task.abc, last.counted, last.expected, right=right)
    for each in task.counts:
        truth = max(0, last.counted - last.expected + each.expected)
        results.told(each.counter, each.counted, truth, right=each is last or agree(last, each, rules))
    return results
