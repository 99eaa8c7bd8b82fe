"""Count tasks as records: opened, made more urgent, and closed. One is open for a SKU at most, whatever asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Kept, Records
from gate_service.domain.reconcile.counting import WITHIN_MS, more_urgent
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import name
from gate_service.domain.reconcile.records import CountTask, CountTaskState, CountTrigger

ALL: Final = "all"
CLOSED: Final = "closed"
DUE: Final = "count.due"
BOOKED: Final = "count.booked"
RECOUNT: Final = "count.recount"
WITHDRAWN: Final = "count.withdrawn"
ENDED: Final = frozenset({CountTaskState.BOOKED, CountTaskState.WITHDRAWN})
_ATTEMPTS: Final = 20
_VARIANCES_KEPT: Final = 50


def open_index(location_id: str) -> str:
    """Name the index of a location's open tasks, by when they are due."""
    return f"open {location_id}"


def pointer_id(location_id: str, sku: str) -> str:
    """Name the record that stands as long as a task of a SKU is open, and says which."""
    return f"{location_id} {sku}"


def wish(location_id: str, sku: str, trigger: CountTrigger, because: str, abc: str = "") -> CountTask:
    """Give the task that somebody would like to have; for the same reason (`because`) it is always the same one."""
    return CountTask(name("C", location_id, sku, trigger, because), location_id, sku, trigger, because, abc, 0, 0)


async def open_task(
    records: Records,
    location_id: str,
    sku: str,
    trigger: CountTrigger,
    because: str,
    *,
    variance_id: str = "",
    abc: str = "",
    opened_revision: int = 0,
) -> str:
    """See that a SKU is counted and give the name of its task; for the same reason (`because`) only once.

    Where it is to be counted anyhow, that becomes more urgent. Raises `Unavailable`.
    """
    wanted = replace(
        wish(location_id, sku, trigger, because, abc), variance_id=variance_id, opened_revision=opened_revision
    )
    return (await open_wanted(records, wanted)).task_id


class Opened(NamedTuple):
    """The task of a SKU that is open."""

    task_id: str
    new: bool


async def open_wanted(records: Records, wanted: CountTask, beside: Sequence[Change] = ()) -> Opened:
    """Open a task that somebody wishes for, as `open_task` does.

    `beside` is changed with a task that is new, or not at all. Raises `Conflict` for one of `beside`, `Unavailable`.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _opened(records, wanted, beside)
        except Conflict as error:
            if error.collection not in (Collection.TASKS, Collection.TASK_OF_SKU):
                raise
    return await _opened(records, wanted, beside)


async def _opened(records: Records, wanted: CountTask, beside: Sequence[Change]) -> Opened:
    (known,) = await records.get(Collection.TASKS, [wanted.task_id])
    if known:
        return Opened(wanted.task_id, new=False)
    pointer = pointer_id(wanted.location_id, wanted.sku)
    (standing,) = await records.get(Collection.TASK_OF_SKU, [pointer])
    now_ms = await records.now_ms()
    due_at_ms = now_ms + WITHIN_MS[wanted.trigger]
    if standing is None:
        task = replace(wanted, due_at_ms=due_at_ms, opened_at_ms=now_ms)
        stands = Change(Collection.TASK_OF_SKU, pointer, 0, task.task_id)
        await records.commit([change_of(task, 0), stands, *beside], [event_of(task, DUE)])
        return Opened(task.task_id, new=True)
    (kept,) = await records.get(Collection.TASKS, [standing.text])
    if kept is None:  # it was closed since the pointer was read
        raise Conflict(Collection.TASKS, standing.text)
    task = load(CountTask, kept.text)
    urgent = _more_urgent(task, wanted, due_at_ms)
    if urgent != task:
        await records.commit([change_of(urgent, kept.version)], [event_of(urgent, DUE)])
    return Opened(task.task_id, new=False)


def _more_urgent(task: CountTask, wanted: CountTask, due_at_ms: int) -> CountTask:
    """Give a task that is open with a further reason to count."""
    urgent = replace(
        task,
        due_at_ms=min(task.due_at_ms, due_at_ms),
        variance_id=task.variance_id or wanted.variance_id,
        opened_revision=max(task.opened_revision, wanted.opened_revision),
        abc=task.abc or wanted.abc,
        variance_ids=tuple(dict.fromkeys((*task.variance_ids, *wanted.variance_ids)))[-_VARIANCES_KEPT:],
    )
    if more_urgent(wanted.trigger, task.trigger) is not task.trigger:
        urgent = replace(urgent, trigger=wanted.trigger, because=wanted.because)
    return urgent


def places(task: CountTask) -> Mapping[str, int | None]:
    """Give the place of a task in each index."""
    ended = task.state in ENDED
    return {
        open_index(task.location_id): None if ended else task.due_at_ms,
        ALL: task.opened_at_ms,
        CLOSED: task.booked_at_ms if ended else None,
    }


def change_of(task: CountTask, version: int) -> Change:
    """Give the change that keeps a task."""
    return Change(Collection.TASKS, task.task_id, version, dump(task), places(task))


def event_of(task: CountTask, type_: str) -> Event:
    """Give the event that tells of a task: never what the record said."""
    told = replace(task, counts=(), on_hand=0, picked=0, booking=False)
    return Event(type_, task.task_id, task.location_id, dump(told))


def closing(task: CountTask, version: int, type_: str) -> tuple[list[Change], list[Event]]:
    """Give what ends a task; its SKU may have another one then."""
    pointer = Change(Collection.TASK_OF_SKU, pointer_id(task.location_id, task.sku), 1, "")
    return [change_of(task, version), pointer], [event_of(task, type_)]


async def open_tasks(records: Records, location_id: str, skus: Sequence[str]) -> list[Kept]:
    """Give the open tasks of some SKUs. Raises `Unavailable`."""
    pointers = await records.get(Collection.TASK_OF_SKU, [pointer_id(location_id, sku) for sku in skus])
    found = await records.get(Collection.TASKS, [each.text for each in pointers if each])
    return [kept for kept in found if kept and load(CountTask, kept.text).state not in ENDED]
