"""What variances and broken handoffs ask to have counted: each in its turn, never more than a day's worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gate_service.app.reconcile.counting.turns import waiting_for_turn
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.variances.drafting import Draft
from gate_service.domain import operations as ops
from gate_service.domain.reconcile import lifecycle
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import (
    Action,
    CountTask,
    CountTaskState,
    CountTrigger,
    Finding,
    FindingKind,
    Severity,
    Variance,
)
from gate_service.domain.vocabulary import ShortReason
from tests.contract.clock import Clock
from tests.reconcile.counted import Shelves, by

_SOON_MS = 15_000


@pytest.fixture
async def at() -> Shelves:
    house = Shelves(Clock(), CountRules(per_day=5))
    await house.receive(("MUG", 10))
    await house.look()
    return house


def variance(at: Shelves, number: int, severity: Severity = Severity.LOW, cause: Cause = Cause.UNEXPLAINED) -> Variance:
    now_ms, name = at.clock.now_ms, f"V-{number:03}"
    told = Variance(
        name, "erp", at.location_id, f"S-{number:03}", "on_hand", 8, 10, 1, now_ms, "S-1",
        Diagnosis(cause, 90, -2), severity, "Floor", now_ms, now_ms + DAY_MS,
    )  # fmt: skip
    return replace(told, action=Action.COUNT)


async def keep(at: Shelves, variances: Sequence[Variance]) -> None:
    """Open them as whoever compares does, without an event: none of them depends on one."""
    draft = Draft()
    for each in variances:
        draft.variance(each, 0, to_do_ms=at.clock.now_ms)
    await at.records.commit(draft.changes)


async def kept(at: Shelves, number: int) -> tuple[Variance, int]:
    (found,) = await at.records.get(Collection.VARIANCES, [f"V-{number:03}"])
    assert found is not None
    return load(Variance, found.text), found.version


async def resolve(at: Shelves, *numbers: int) -> None:
    draft = Draft()
    for number in numbers:
        told, version = await kept(at, number)
        draft.variance(lifecycle.gone(told, "S-2", at.clock.now_ms), version, "variance.resolved")
    await at.records.commit(draft.changes, draft.events)


def asked(tasks: Sequence[CountTask]) -> list[str]:
    return sorted(each.sku for each in tasks if each.trigger is not CountTrigger.CYCLE)


async def test_however_many_differ_a_days_worth_is_opened_the_most_severe_first_and_the_rest_waits(at: Shelves) -> None:
    await keep(at, [variance(at, number) for number in range(20)])
    await keep(at, [variance(at, 50, Severity.CRITICAL), variance(at, 60, cause=Cause.PHANTOM)])
    assert asked(await at.look()) == ["S-000", "S-001", "S-002", "S-050", "S-060"]
    page = await at.desk.page(at.location_id, 100, "", by("kim"), all_open=False)
    assert (page.waiting, len(asked(page.tasks))) == (17, 5)
    at.restart()
    assert len(asked(await at.later(_SOON_MS))) == 5
    told, waits = (await kept(at, 0))[0], (await kept(at, 3))[0]
    assert [step.step for step in told.history] == ["count_asked"]
    assert waits.history == ()


async def test_what_was_counted_makes_room_on_the_next_day_until_nothing_waits(at: Shelves) -> None:
    await keep(at, [variance(at, number) for number in range(12)])
    found: list[str] = []
    for _ in range(3):
        for each in await at.look():
            found += [each.sku] if each.trigger is CountTrigger.VARIANCE else []
            await at.work(each.task_id, 0)
        assert asked(await at.later(_SOON_MS)) == []
        at.clock.advance(DAY_MS)
    assert sorted(found) == [f"S-{number:03}" for number in range(12)]
    assert await waiting_for_turn(at.records, at.location_id) == 0


async def test_where_nobody_counts_the_list_does_not_grow(at: Shelves) -> None:
    await keep(at, [variance(at, number) for number in range(12)])
    for _ in range(3):
        assert len(asked(await at.later(DAY_MS))) == 5


async def test_what_is_resolved_before_its_turn_is_not_counted(at: Shelves) -> None:
    await keep(at, [variance(at, number) for number in range(8)])
    await at.look()
    await resolve(at, 5, 6, 7)
    assert await waiting_for_turn(at.records, at.location_id) == 0


async def test_a_task_that_nobody_has_begun_is_withdrawn_once_its_variance_is_resolved(at: Shelves) -> None:
    await keep(at, [variance(at, number) for number in range(3)])
    tasks = {each.sku: each for each in await at.look()}
    await at.desk.start(tasks["S-001"].task_id, by("kim"))
    await resolve(at, 0, 1)
    assert asked(await at.later(_SOON_MS)) == ["S-001", "S-002"]
    (gone,) = await at.records.get(Collection.TASKS, [tasks["S-000"].task_id])
    assert gone is not None
    assert load(CountTask, gone.text).state is CountTaskState.WITHDRAWN
    assert (await at.events())[-1] == "count.withdrawn"


async def test_a_task_stays_as_long_as_another_variance_asks_for_it(at: Shelves) -> None:
    await keep(at, [variance(at, 0), replace(variance(at, 1), sku="S-000", system="wms")])
    await at.look()
    await resolve(at, 0)
    assert asked(await at.later(_SOON_MS)) == ["S-000"]
    await resolve(at, 1)
    assert asked(await at.later(_SOON_MS)) == []


async def test_a_broken_handoff_waits_for_room_too_and_loses_nothing(at: Shelves) -> None:
    variances = [replace(variance(at, number), action=Action.REPORT) for number in range(8)]
    await keep(at, variances)
    under = tuple(each.variance_id for each in variances)
    draft = Draft()
    about = ("F-1", FindingKind.STRUCTURAL, at.location_id, "wms → erp: record_receipt", "erp", "Floor", "it breaks")
    draft.finding(Finding(*about, Severity.HIGH, 1, 2, 3, variance_ids=under), 0, "finding.raised")
    await at.records.commit(draft.changes)
    first = await at.look()
    assert len(asked(first)) == 5
    for each in first:
        await at.work(each.task_id, 0)
    then = await at.later(DAY_MS)
    assert sorted(asked(first) + asked(then)) == [each.sku for each in variances]
    assert await waiting_for_turn(at.records, at.location_id) == 0


async def short_pick(at: Shelves) -> None:
    await at.reserve(order_id := f"O-{at.fresh_id()}", ("1", "MUG", 1))
    permit = await at.authorize((order_id, "1", "MUG", 1))
    await at.report(permit.permit_id, (order_id, "1", "MUG", 0, 1, ShortReason.NOT_FOUND))


async def follow(at: Shelves, behind: int) -> None:
    while await at.follower.follow_all():
        pass
    at.learning.behind(at.location_id, behind)
    await at.wishes.tick(at.clock.now_ms)


async def test_a_short_pick_of_a_ledger_that_is_caught_up_asks_for_nothing_before_its_end(at: Shelves) -> None:
    await short_pick(at)
    await follow(at, 7)
    assert await at.open() == []
    await follow(at, 0)
    assert asked(await at.open()) == ["MUG"]


async def test_nor_does_one_that_was_counted_since_or_that_is_older_than_a_period(at: Shelves) -> None:
    await short_pick(at)
    counted = (ops.CountLine("MUG", 9),)
    await at.apply(ops.SubmitCount("op-c", at.location_id, "C-1", 0, False, False, "", "", counted))  # noqa: FBT003
    await follow(at, 0)
    assert "count.due" not in await at.events()
    await short_pick(at)
    at.clock.advance(8 * DAY_MS)
    await follow(at, 0)
    assert "count.due" not in await at.events()
