"""Counting a shelf: blind, by one person at a time, and by a second one where the first does not believe the record."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from gate_service.app.reconcile.counting.tasks import open_task
from gate_service.app.reconcile.ports import Change, Collection, Event
from gate_service.domain.errors import Refused, Unavailable
from gate_service.domain.reconcile.accuracy import Sums
from gate_service.domain.reconcile.counting import TAKEN_FOR_MS
from gate_service.domain.reconcile.records import CountTask, CountTaskState, CountTrigger
from gate_service.domain.vocabulary import OperationKind, Reason
from tests.contract.clock import Clock
from tests.reconcile.counted import Shelves, by

DAY_MS = 86_400_000


@pytest.fixture
def at() -> Shelves:
    return Shelves(Clock())


async def mugs(at: Shelves, units: int = 40) -> str:
    """Receive mugs and ask for their count."""
    await at.receive(("MUG", units))
    return await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1", variance_id="V-1")


async def on_hand(at: Shelves) -> int:
    return (await at.ledger.stock(at.location_id, ("MUG",), by("kim"))).levels[0].on_hand


async def refused(at: Shelves, task_id: str, actor: str, counted: int | None = None, system: str = "wms") -> Reason:
    """Start or submit as somebody who may not; give why."""
    call = by(actor, system)
    ask = at.desk.start if counted is None else partial(at.desk.submit, counted=counted, includes_picked=False)
    with pytest.raises(Refused) as no:
        await ask(task_id, call=call)
    return no.value.reason


async def test_a_count_that_agrees_is_booked_at_once_in_the_name_of_who_counted(at: Shelves) -> None:
    task_id = await mugs(at)
    told = await at.work(task_id, 40)
    assert (told.booked, told.replayed, told.task.counter) == (True, False, "wms/kim")
    (entry,) = (await at.ledger.entries(at.location_id, told.task.revision, 1, by("kim"))).entries
    assert (entry.kind, entry.system, entry.actor) == (OperationKind.SUBMIT_COUNT, "wms", "kim")
    body = json.loads(entry.body)
    assert (body["count_id"], body["variance_id"], body["lines"]) == (task_id, "V-1", [["MUG", 40]])
    assert await at.open() == []
    assert await at.events() == ["count.due", "count.booked"]


async def test_a_count_beyond_the_tolerance_changes_nothing_until_a_second_person_has_found_the_same(
    at: Shelves,
) -> None:
    task_id = await mugs(at)
    first = await at.work(task_id, 35)
    assert (first.booked, first.task.state, await on_hand(at)) == (False, CountTaskState.RECOUNT, 40)
    second = await at.work(task_id, 35, "lee")
    assert (second.booked, second.task.state, await on_hand(at)) == (True, CountTaskState.BOOKED, 35)
    assert await at.events() == ["count.due", "count.recount", "count.booked"]


async def test_the_second_counter_is_another_person_whatever_the_system_and_the_case(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 35)
    assert await refused(at, task_id, "Kim") is Reason.SECOND_COUNTER_REQUIRED
    assert await refused(at, task_id, "KIM", system="3pl") is Reason.SECOND_COUNTER_REQUIRED
    assert await refused(at, task_id, "kim", 36) is Reason.SECOND_COUNTER_REQUIRED
    assert await refused(at, task_id, "") is Reason.SECOND_ACTOR_REQUIRED


async def test_nobody_without_a_name_counts_at_all(at: Shelves) -> None:
    task_id = await mugs(at)
    assert await refused(at, task_id, "") is Reason.SECOND_ACTOR_REQUIRED


async def test_a_second_person_who_finds_what_the_record_says_settles_it(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 35)
    assert (await at.work(task_id, 40, "lee")).booked
    assert await on_hand(at) == 40
    groups = (await at.accuracy()).groups
    assert (groups["counter", "wms/kim"].right, groups["counter", "wms/lee"].right) == (0, 1)
    assert groups["location", at.location_id] == Sums(1, 1, 0, 40, 0)


async def test_where_all_three_differ_the_third_person_decides(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 35)
    assert not (await at.work(task_id, 30, "lee")).booked
    assert await refused(at, task_id, "kim") is Reason.SECOND_COUNTER_REQUIRED
    assert (await at.work(task_id, 33, "sam")).booked
    assert await on_hand(at) == 33


async def test_two_counts_agree_though_goods_moved_in_between(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 35)
    await at.receive(("MUG", 10))
    assert (await at.work(task_id, 45, "lee")).booked
    assert await on_hand(at) == 45


async def test_what_moves_while_somebody_counts_is_reckoned_in(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))
    await at.receive(("MUG", 10))
    assert (await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)).booked
    assert await on_hand(at) == 50


@pytest.mark.parametrize(("includes_picked", "counted"), [(False, 36), (True, 40)])
async def test_picked_units_are_counted_or_not_as_the_counter_says(
    at: Shelves, counted: int, *, includes_picked: bool
) -> None:
    task_id = await mugs(at)
    await at.reserve("O-1", ("1", "MUG", 4))
    permit_id = (await at.authorize(("O-1", "1", "MUG", 4))).permit_id
    await at.pick(permit_id, ("O-1", "1", "MUG", 4))
    assert (await at.work(task_id, counted, includes_picked=includes_picked)).booked
    assert await on_hand(at) == 40


@pytest.mark.parametrize(("counted", "right"), [(99, True), (101, True), (98, False), (102, False)])
async def test_one_percent_is_tolerated_by_default(at: Shelves, counted: int, *, right: bool) -> None:
    assert (await at.work(await mugs(at, 100), counted)).booked is right


async def test_units_are_tolerated_where_the_map_says_so(at: Shelves) -> None:
    at.rules = replace(at.rules, tolerance_units=3)
    assert (await at.work(await mugs(at, 10), 7)).booked


async def test_who_has_not_started_does_not_submit(at: Shelves) -> None:
    task_id = await mugs(at)
    assert await refused(at, task_id, "kim", 40) is Reason.COUNT_NOT_STARTED
    await at.desk.start(task_id, by("kim"))
    assert await refused(at, task_id, "lee", 40) is Reason.COUNT_NOT_STARTED


async def test_a_task_that_somebody_counts_is_taken_for_four_hours(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))
    assert await refused(at, task_id, "lee") is Reason.COUNT_TASK_TAKEN
    at.clock.advance(TAKEN_FOR_MS - 1)
    assert await refused(at, task_id, "lee") is Reason.COUNT_TASK_TAKEN
    at.clock.advance(1)
    assert (await at.desk.start(task_id, by("lee"))).counter == "wms/lee"
    assert await refused(at, task_id, "kim", 40) is Reason.COUNT_NOT_STARTED


async def test_who_starts_again_counts_as_of_now(at: Shelves) -> None:
    task_id = await mugs(at)
    before = (await at.desk.start(task_id, by("kim"))).as_of_revision
    await at.receive(("MUG", 10))
    assert (await at.desk.start(task_id, by("kim"))).as_of_revision == before + 1
    assert (await at.desk.submit(task_id, 50, by("kim"), includes_picked=False)).booked


async def test_a_count_told_again_is_answered_again_and_done_once(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 35)
    again = await at.desk.submit(task_id, 35, by("kim"), includes_picked=False)
    assert (again.booked, again.replayed, len(again.task.counts)) == (False, True, 1)
    booked = await at.work(task_id, 35, "lee")
    again = await at.desk.submit(task_id, 35, by("lee"), includes_picked=False)
    assert (again.booked, again.replayed, again.task) == (True, True, booked.task)
    assert (await at.accuracy()).groups["location", at.location_id].counted == 1


async def test_a_booked_task_takes_nothing_more(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.work(task_id, 40)
    assert await refused(at, task_id, "lee") is Reason.COUNT_TASK_CLOSED
    assert await refused(at, task_id, "kim", 41) is Reason.COUNT_TASK_CLOSED
    assert await refused(at, "C-NONE", "kim") is Reason.COUNT_TASK_NOT_FOUND


async def test_a_location_that_nobody_opened_has_no_list(at: Shelves) -> None:
    with pytest.raises(Refused) as no:
        await at.open()
    assert no.value.reason is Reason.UNKNOWN_LOCATION


class Cut(Exception):
    """The process is gone."""


async def test_a_crash_between_the_booking_and_its_record_is_finished_by_asking_again(
    at: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))
    commit = at.records.commit

    async def until_booked(changes: list[Change], events: list[Event]) -> None:
        if any(event.type == "count.booked" for event in events):
            raise Cut
        await commit(changes, events)

    monkeypatch.setattr(at.records, "commit", until_booked)
    with pytest.raises(Cut):
        await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)
    monkeypatch.undo()
    told = await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)
    assert (told.booked, told.replayed) == (True, True)
    entries = (await at.ledger.entries(at.location_id, 1, 100, by("kim"))).entries
    assert [each.kind for each in entries].count(OperationKind.SUBMIT_COUNT) == 1


async def test_a_crash_before_the_booking_is_finished_by_whoever_takes_it_on_and_not_in_their_name(
    at: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))

    async def away(*_: object) -> None:
        raise Unavailable(Reason.OUTCOME_UNKNOWN, "nobody knows", 100)

    monkeypatch.setattr(at.ledger, "apply", away)
    with pytest.raises(Unavailable):
        await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)
    monkeypatch.undo()
    assert await refused(at, task_id, "lee") is Reason.COUNT_TASK_CLOSED
    entries = (await at.ledger.entries(at.location_id, 2, 1, by("kim"))).entries
    assert [(each.kind, each.actor) for each in entries] == [(OperationKind.SUBMIT_COUNT, "kim")]


async def test_a_booking_whose_record_was_lost_is_closed_by_the_ledger(
    at: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))

    async def gone(*_: object) -> CountTask:
        raise Cut

    monkeypatch.setattr(at.desk._closing, "booked", gone)
    with pytest.raises(Cut):
        await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)
    monkeypatch.undo()
    assert [each.task_id for each in await at.open()] == [task_id]
    assert await at.look() == []
    assert (await at.accuracy()).groups["location", at.location_id].counted == 1


async def test_a_refusal_of_the_booking_gives_the_count_back_and_no_figure_away(at: Shelves) -> None:
    task_id = await mugs(at)
    await at.desk.start(task_id, by("kim"))
    await at.merge("MUG", "CUP")
    with pytest.raises(Refused) as no:
        await at.desk.submit(task_id, 40, by("kim"), includes_picked=False)
    assert (no.value.reason, no.value.violations) == (Reason.SKU_MERGED, ())
    (task,) = await at.open()
    assert (task.state, task.counts, task.booking) == (CountTaskState.STARTED, (), False)


async def test_no_event_says_what_was_expected_or_counted(at: Shelves) -> None:
    task_id = await mugs(at, 4711)
    await at.work(task_id, 4242)
    await at.work(task_id, 4242, "lee")
    told = [json.loads(each.event.record) for each in await at.records.events("", 100)]
    assert len(told) == 3
    for record in told:
        assert not {"counts", "on_hand", "picked"} & record.keys()
        assert "4711" not in json.dumps(record)
    (kept,) = await at.records.get(Collection.TASKS, [task_id])
    assert kept is not None


async def test_the_rate_of_corrections_is_told_by_day(at: Shelves) -> None:
    await at.work(await mugs(at), 40)
    at.clock.advance(DAY_MS)
    second = await open_task(at.records, at.location_id, "MUG", CountTrigger.RECURRENCE, "F-1")
    await at.work(second, 30)
    await at.work(second, 30, "lee")
    days = (await at.accuracy()).days
    assert [(each.counted, each.adjusted, each.adjusted_units) for _, each in days] == [(1, 0, 0), (1, 1, 10)]
    assert [day for day, _ in days] == [20231114, 20231115]
    assert len((await at.accuracy(days=1)).days) == 1
