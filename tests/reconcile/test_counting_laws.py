"""Whatever happens at a location, in whatever order: the laws of count tasks hold."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from gate_service.app.reconcile.counting.tasks import open_task, pointer_id
from gate_service.app.reconcile.ports import Collection
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import CountTask, CountTaskState, CountTrigger
from gate_service.domain.vocabulary import Bucket, OperationKind
from tests.contract.clock import Clock
from tests.reconcile.counted import Shelves, by

_HOUR_MS = 3_600_000
SKUS = [f"S-{number}" for number in range(8)]
PEOPLE = ["kim", "KIM", "lee", "sam", "pat"]
RULES = CountRules(a_ms=2 * DAY_MS, b_ms=3 * DAY_MS, c_ms=4 * DAY_MS, per_day=2, negative_adjustment_units=5)
skus = st.sampled_from(SKUS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("later"), st.sampled_from([_HOUR_MS, 5 * _HOUR_MS, DAY_MS])),
        st.tuples(st.just("ask"), skus, st.sampled_from(CountTrigger), st.integers(0, 2)),
        st.tuples(st.just("down"), skus, st.integers(1, 9)),
        st.tuples(st.just("outside"), skus, st.integers(0, 60)),
        st.tuples(st.just("start"), st.integers(0, 9), st.sampled_from(PEOPLE)),
        st.tuples(st.just("submit"), st.integers(0, 9), st.sampled_from(PEOPLE), st.integers(48, 52)),
        st.tuples(st.just("restart")),
    ),
    max_size=40,
)


async def _do(at: Shelves, step: tuple[object, ...]) -> None:
    match step:
        case ("later", int(ms)):
            at.clock.advance(ms)
        case ("ask", str(sku), CountTrigger() as trigger, int(number)):
            await open_task(at.records, at.location_id, sku, trigger, f"reason {number}")
        case ("down", str(sku), int(units)):
            await at.adjust((sku, Bucket.ON_HAND, -units))
        case ("outside", str(sku), int(units)):
            await at.count((sku, units))
        case ("start", int(place), str(actor)):
            tasks = await at.open()
            if tasks:
                await at.desk.start(tasks[place % len(tasks)].task_id, by(actor))
        case ("submit", int(place), str(actor), int(units)):
            tasks = await at.open()
            if tasks:
                task_id = tasks[place % len(tasks)].task_id
                await at.desk.submit(task_id, units, by(actor), includes_picked=False)
        case _:
            at.restart()


async def _tasks(at: Shelves) -> list[CountTask]:
    page = await at.records.page(Collection.TASKS, "all", 10_000)
    return [load(CountTask, kept.text) for kept in page.records]


async def _look_at_laws(at: Shelves) -> None:
    tasks, still_open = await _tasks(at), await at.open()
    assert max(Counter(task.sku for task in still_open).values(), default=1) == 1
    pointers = await at.records.get(Collection.TASK_OF_SKU, [pointer_id(at.location_id, sku) for sku in SKUS])
    assert {each.text for each in pointers if each} == {task.task_id for task in still_open}
    cycles = [task for task in tasks if task.because.startswith("day ")]
    assert max(Counter(day_of(task.opened_at_ms) for task in cycles).values(), default=0) <= RULES.per_day
    for task in tasks:
        people = [each.actor.casefold() for each in task.counts]
        assert len(set(people)) == len(people) <= 3
        assert not task.booking
    entries = (await at.ledger.entries(at.location_id, 1, 1_000, by("kim"))).entries
    booked = [each.operation_id.split("/")[1] for each in entries if each.operation_id.startswith("~count/")]
    assert len(set(booked)) == len(booked)
    by_task = {task.task_id: task for task in tasks}
    assert all(by_task[task_id].state is CountTaskState.BOOKED for task_id in booked)
    counts = sum(each.kind is OperationKind.SUBMIT_COUNT for each in entries)
    found = (await at.accuracy(400)).groups.get(("location", at.location_id))
    assert (found.counted if found else 0) == counts


async def _run(steps: list[tuple[object, ...]]) -> None:
    at = Shelves(Clock(), RULES)
    await at.receive(*((sku, 50) for sku in SKUS))
    for step in steps:
        with contextlib.suppress(Refused):
            await _do(at, step)
        await at.look()
        await _look_at_laws(at)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_one_open_task_for_a_sku_no_person_twice_each_booking_once_and_no_more_than_a_days_worth(
    steps: list[tuple[object, ...]],
) -> None:
    asyncio.run(_run(steps))
