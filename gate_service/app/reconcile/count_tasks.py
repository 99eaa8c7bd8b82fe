"""Opens count tasks: one for a SKU at most, whatever asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Records
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import name
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import CountTask, CountTrigger

DUE_WITHIN_MS: Final = DAY_MS
"""What asks for a count by itself, as no calendar does, is to be counted within a day."""
_ATTEMPTS: Final = 20


def open_index(location_id: str) -> str:
    """Name the index of a location's open tasks, by when they are due."""
    return f"open {location_id}"


def of_sku(location_id: str, sku: str) -> str:
    """Name the index of the open task of one SKU, which holds one at most."""
    return f"of {location_id} {sku}"


async def open_task(
    records: Records,
    location_id: str,
    sku: str,
    trigger: CountTrigger,
    because: str,
    *,
    variance_id: str = "",
    abc: str = "",
    due_within_ms: int = DUE_WITHIN_MS,
) -> str:
    """See that a SKU is counted and give the name of its task; for the same reason (`because`) only once.

    Where it is to be counted anyhow, that becomes more urgent. Raises `Unavailable`.
    """
    task_id = name("C", location_id, sku, trigger, because)
    for attempt in range(_ATTEMPTS):
        (known,) = await records.get(Collection.TASKS, [task_id])
        if known:
            return task_id
        due_at_ms = await records.now_ms() + due_within_ms
        standing = (await records.page(Collection.TASKS, of_sku(location_id, sku), 1)).records
        if standing:
            task, version = load(CountTask, standing[0].text), standing[0].version
            if task.due_at_ms <= due_at_ms and (task.variance_id or not variance_id):
                return task.task_id
            urgent = min(task.due_at_ms, due_at_ms)
            task = replace(task, due_at_ms=urgent, variance_id=task.variance_id or variance_id, because=because)
        else:
            opened_at_ms = due_at_ms - due_within_ms
            task, version = CountTask(task_id, location_id, sku, trigger, because, abc, due_at_ms, opened_at_ms), 0
            task = replace(task, variance_id=variance_id)
        try:
            await records.commit([_change(task, version)], [_event(task)])
        except Conflict:
            if attempt + 1 == _ATTEMPTS:
                raise
            continue
        return task.task_id
    raise AssertionError("the last attempt ends in one way or the other")


def _change(task: CountTask, version: int) -> Change:
    places = {
        open_index(task.location_id): task.due_at_ms,
        of_sku(task.location_id, task.sku): task.due_at_ms,
        "all": task.opened_at_ms,
    }
    return Change(Collection.TASKS, task.task_id, version, dump(task), places)


def _event(task: CountTask) -> Event:
    return Event("count.due", task.task_id, task.location_id, dump(task))
