"""What is counted, and when: what entries say, what the calendar says, and never the whole house at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from gate_service.app.reconcile.counting.planning import TASKS_KEPT_MS
from gate_service.app.reconcile.counting.tasks import open_task
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.variances.compared import Facts
from gate_service.app.reconcile.variances.drafting import Draft
from gate_service.domain import operations as ops
from gate_service.domain.reconcile.accuracy import Sums
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import (
    CountTask,
    CountTaskState,
    CountTrigger,
    Finding,
    FindingKind,
    Severity,
    Variance,
)
from gate_service.domain.vocabulary import Bucket, ShortReason
from tests.contract.clock import Clock
from tests.reconcile.counted import Shelves, by

HOUR_MS = 3_600_000


@pytest.fixture
def at() -> Shelves:
    return Shelves(Clock())


async def count_outside(at: Shelves, as_of: int = 0, **counted: int) -> int:
    lines = tuple(ops.CountLine(*each) for each in counted.items())
    reply = await at.apply(
        ops.SubmitCount(at.fresh_id(), at.location_id, "C-OWN", as_of, False, False, "", "", lines)  # noqa: FBT003
    )
    return reply.applied.revision


def triggers(tasks: Sequence[CountTask]) -> list[tuple[str, CountTrigger]]:
    return [(each.sku, each.trigger) for each in tasks]


async def test_a_short_pick_asks_for_a_count_within_hours(at: Shelves) -> None:
    task = await at.short("MUG")
    assert (task.trigger, task.due_at_ms - task.opened_at_ms) == (CountTrigger.SHORT_PICK, 4 * HOUR_MS)
    assert task.because == "permit P3, revision 4"
    assert (await at.work(task.task_id, 9)).booked is False


async def test_units_that_were_found_damaged_ask_for_none(at: Shelves) -> None:
    await at.receive(("MUG", 10))
    await at.reserve("O-1", ("1", "MUG", 2))
    permit_id = (await at.authorize(("O-1", "1", "MUG", 2))).permit_id
    await at.report(permit_id, ("O-1", "1", "MUG", 0, 2, ShortReason.DAMAGED))
    assert await at.look() == []


@pytest.mark.parametrize(("delta", "asked"), [(-10, True), (-9, False), (10, False)])
async def test_a_big_correction_down_asks_for_a_count(at: Shelves, delta: int, *, asked: bool) -> None:
    await at.receive(("MUG", 50))
    await at.adjust(("MUG", Bucket.ON_HAND, delta))
    assert triggers(await at.look()) == [("MUG", CountTrigger.NEGATIVE_ADJUSTMENT)] * asked


async def test_a_second_reason_makes_an_open_task_more_urgent_and_opens_none(at: Shelves) -> None:
    await at.receive(("MUG", 50))
    await at.adjust(("MUG", Bucket.ON_HAND, -20))
    (before,) = await at.look()
    after = await at.short("MUG")
    assert (after.task_id, after.trigger) == (before.task_id, CountTrigger.SHORT_PICK)
    assert after.due_at_ms < before.due_at_ms
    await at.adjust(("MUG", Bucket.ON_HAND, -20))
    (still,) = await at.look()
    assert (still.task_id, still.trigger, still.due_at_ms) == (after.task_id, after.trigger, after.due_at_ms)


async def test_the_same_reason_asks_once_even_after_the_count(at: Shelves) -> None:
    await at.receive(("MUG", 10))
    for _ in range(2):
        task_id = await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1")
    await at.work(task_id, 10)
    assert await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1") == task_id
    assert await at.open() == []


async def test_a_count_without_the_task_settles_it(at: Shelves) -> None:
    task = await at.short("MUG")
    revision = await count_outside(at, MUG=9)
    assert await at.look() == []
    (kept,) = await at.records.get(Collection.TASKS, [task.task_id])
    assert kept is not None
    assert f'"revision":{revision}' in kept.text
    assert "wms-east/ann" in kept.text


async def test_a_count_of_the_shelf_before_the_short_pick_settles_nothing(at: Shelves) -> None:
    before = (await at.receive(("MUG", 10))).applied.revision
    task = await at.short("MUG")
    await count_outside(at, as_of=before, MUG=10)
    assert [each.task_id for each in await at.look()] == [task.task_id]


async def test_counts_without_a_task_are_part_of_the_accuracy_and_tell_nothing_of_who_counted(at: Shelves) -> None:
    await at.receive(("MUG", 10), ("PEN", 100))
    await count_outside(at, MUG=7, PEN=100)
    await at.look()
    groups = (await at.accuracy()).groups
    assert groups["location", at.location_id] == Sums(2, 1, 3, 107, 1)
    assert {group for group, _ in groups} == {"location", "class"}


async def test_a_count_without_a_task_is_added_to_its_class_also_by_another_process(at: Shelves) -> None:
    await at.receive(("FAST", 100), ("SLOW", 100))
    await at.reserve("O-1", ("1", "FAST", 1))
    await at.ship_foreign("O-1")
    await count_outside(at, SLOW=100)
    await at.look()
    assert ("class", "-") in (await at.accuracy()).groups  # nobody had looked yet how often anything goes out
    await at.later(DAY_MS)
    at.restart()
    await count_outside(at, FAST=99, SLOW=100)
    await at.look()
    groups = (await at.accuracy()).groups
    assert {name: sums.counted for (group, name), sums in groups.items() if group == "class"} == {
        "-": 1,
        "A": 1,
        "C": 1,
    }


async def test_a_sku_that_became_part_of_another_one_is_counted_as_that(at: Shelves) -> None:
    task = await at.short("MUG")
    await at.receive(("CUP", 5))
    await at.merge("MUG", "CUP")
    (follows,) = await at.look()
    assert (follows.sku, follows.trigger) == ("CUP", CountTrigger.SHORT_PICK)
    (kept,) = await at.records.get(Collection.TASKS, [task.task_id])
    assert kept is not None
    assert CountTaskState.WITHDRAWN in kept.text


def variance(at: Shelves, cause: Cause) -> Variance:
    return Variance(
        "V-9",
        "erp",
        at.location_id,
        "MUG",
        "on_hand",
        8,
        10,
        1,
        at.clock.now_ms,
        "S-1",
        Diagnosis(cause, 90, -2),
        Severity.HIGH,
        "Floor",
        at.clock.now_ms,
        at.clock.now_ms + DAY_MS,
    )


@pytest.mark.parametrize(("cause", "asked"), [(Cause.PHANTOM, True), (Cause.NOT_APPLIED, False)])
async def test_a_phantom_is_counted_whatever_the_policy_says(at: Shelves, cause: Cause, *, asked: bool) -> None:
    await at.receive(("MUG", 10))
    draft = Draft()
    draft.variance(variance(at, cause), 0, "variance.opened", to_do_ms=at.clock.now_ms)
    await at.records.commit(draft.changes, draft.events)
    assert [(each.trigger, each.variance_id) for each in await at.look()] == [(CountTrigger.PHANTOM, "V-9")] * asked


async def test_a_phantom_that_changes_after_its_count_is_counted_again_and_one_that_is_noted_is_not(
    at: Shelves,
) -> None:
    await at.receive(("MUG", 10))
    told = variance(at, Cause.PHANTOM)
    for event, snapshot_id, asked in (("opened", "S-1", 1), ("noted", "S-1", 0), ("changed", "S-2", 1)):
        draft = Draft()
        decided_ms = None if event == "noted" else at.clock.now_ms
        (kept,) = await at.records.get(Collection.VARIANCES, ["V-9"])
        version = kept.version if kept else 0
        draft.variance(replace(told, snapshot_id=snapshot_id), version, f"variance.{event}", to_do_ms=decided_ms)
        await at.records.commit(draft.changes, draft.events)
        tasks = await at.look()
        assert len(tasks) == asked
        for task in tasks:
            await at.work(task.task_id, 10)


async def test_what_drifts_again_and_again_is_counted(at: Shelves) -> None:
    await at.receive(("MUG", 10))
    finding = Finding(
        "F-1",
        FindingKind.STRUCTURAL,
        at.location_id,
        "wms → erp: record_receipt",
        "erp",
        "Floor",
        "it breaks",
        Severity.HIGH,
        1,
        2,
        3,
        variance_ids=("V-9",),
    )
    draft = Draft()
    draft.variance(variance(at, Cause.NOT_APPLIED), 0, "variance.opened")
    draft.finding(finding, 0, "finding.raised")
    await at.records.commit(draft.changes, draft.events)
    assert [(each.trigger, each.because) for each in await at.look()] == [(CountTrigger.RECURRENCE, "F-1")]
    assert len(await at.look()) == 1


async def test_what_was_never_counted_is_spread_over_its_period(at: Shelves) -> None:
    at.rules = CountRules(c_ms=20 * DAY_MS)
    house = {f"S-{number}" for number in range(100)}
    await at.receive(*((sku, 5) for sku in sorted(house)))
    counted = set()
    for _ in range(20):
        fresh = await at.look()
        assert len(fresh) <= 15  # 5 a day on average
        for each in fresh:
            counted.add(each.sku)
            await at.work(each.task_id, 5)
        at.clock.advance(DAY_MS)
    assert counted == house


async def test_what_goes_out_often_is_counted_weekly(at: Shelves) -> None:
    await at.receive(("FAST", 100), ("SLOW", 100))
    for number in range(8):
        await at.reserve(f"O-{number}", ("1", "FAST", 1))
        await at.ship_foreign(f"O-{number}")
    await count_outside(at, FAST=92, SLOW=100)
    await at.look()
    at.restart()
    assert await at.later(5 * DAY_MS) == []
    (task,) = await at.later(DAY_MS)
    assert (task.sku, task.trigger, task.abc) == ("FAST", CountTrigger.CYCLE, "A")
    assert task.due_at_ms == task.opened_at_ms + DAY_MS


class Given:
    """A catalog that gives one class to all."""

    async def facts(self, location_id: str, skus: Sequence[str]) -> Mapping[str, Facts]:
        _ = location_id
        return {sku: Facts(abc="A") for sku in skus}


async def test_the_catalogs_class_counts_more_than_how_often_something_is_picked() -> None:
    at = Shelves(Clock(), items=Given())
    await at.receive(("SLOW", 100))
    await count_outside(at, SLOW=100)
    await at.look()
    (task,) = await at.later(6 * DAY_MS)
    assert task.abc == "A"


async def test_no_more_than_a_days_worth_is_opened_whoever_is_restarted_and_however_far_behind(at: Shelves) -> None:
    at.rules = CountRules(c_ms=2 * DAY_MS, per_day=7)
    await at.receive(*((f"S-{number}", 5) for number in range(60)))
    for each in await at.look():
        await at.work(each.task_id, 5)
    for each in await at.later(5 * DAY_MS):
        await at.work(each.task_id, 5)
    assert (await at.accuracy()).groups["location", at.location_id].counted == 14
    at.restart()
    assert await at.later(HOUR_MS) == []
    at.rules = replace(at.rules, per_day=9)
    assert len(await at.look()) == 2
    assert len(await at.later(DAY_MS)) == 9  # what nobody counted makes room for none


async def test_a_booked_task_is_forgotten_after_a_quarter_and_what_it_found_is_not(at: Shelves) -> None:
    await at.receive(("MUG", 10))
    task_id = await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1")
    await at.work(task_id, 10)
    await at.look()
    await at.later(TASKS_KEPT_MS - DAY_MS)
    assert (await at.records.get(Collection.TASKS, [task_id]))[0] is not None
    await at.later(2 * DAY_MS)
    assert (await at.records.get(Collection.TASKS, [task_id]))[0] is None
    assert (await at.accuracy(400)).groups["location", at.location_id].counted == 1


async def test_what_was_learned_is_not_learned_again_by_another_process(at: Shelves) -> None:
    for _ in range(3):
        await at.receive(("MUG", 10))
        await count_outside(at, MUG=10)
        await at.look()
        at.restart()
        await at.look()
    assert (await at.accuracy()).groups["location", at.location_id].counted == 3
    assert at.learning.places[at.location_id].book.size == 1


async def test_somebody_who_counts_is_not_disturbed_by_a_further_reason(at: Shelves) -> None:
    await at.receive(("MUG", 50))
    task_id = await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1")
    await at.desk.start(task_id, by("kim"))
    await at.adjust(("MUG", Bucket.ON_HAND, -20))
    (task,) = await at.look()
    assert (task.task_id, task.state, task.counter) == (task_id, CountTaskState.STARTED, "wms/kim")
