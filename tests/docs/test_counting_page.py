"""docs/counting.md against the code."""

from __future__ import annotations

from gate_service.app.reconcile.counting import tasks as count_tasks
from gate_service.app.reconcile.counting.planning import TASKS_KEPT_MS
from gate_service.app.reconcile.counting.tallying import KEPT_DAYS
from gate_service.app.reconcile.ports import Collection
from gate_service.domain.reconcile.accuracy import GROUPS
from gate_service.domain.reconcile.counting import BOOKING, TAKEN_FOR_MS, WITHIN_MS
from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import CountTaskState, CountTrigger
from gate_service.domain.reconcile.shelves import SHARDS, SLOTS, period_ms
from tests.docs.pages import table, text

PAGE = " ".join(text("counting.md").split())
HOUR_MS = 3_600_000


def test_each_trigger_says_by_when_the_most_urgent_first() -> None:
    told = {CountTrigger(row["trigger"]): row["to be counted within"] for row in table("counting.md", "trigger")}
    assert list(told.items()) == [(each, f"{ms // HOUR_MS} h") for each, ms in WITHIN_MS.items()]
    assert set(told) == set(CountTrigger)


def test_each_state_is_told() -> None:
    told = {row["state"]: row for row in table("counting.md", "state")}
    assert set(told) == set(CountTaskState)
    assert f"theirs for {TAKEN_FOR_MS // HOUR_MS} h" in told["STARTED"]["what it is"]


def test_how_often_a_class_is_counted() -> None:
    told = {row["class"]: row["counted every"] for row in table("counting.md", "class")}
    assert told == {abc: f"{period_ms(abc, CountRules()) // DAY_MS} d" for abc in "ABC"}


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    rules = CountRules()
    for said in (
        f"`per_day` ({rules.per_day})",
        f"`tolerance_percent` ({rules.tolerance_percent})",
        f"`tolerance_units` ({rules.tolerance_units})",
        f"begins with `{BOOKING}`",
        f"{TASKS_KEPT_MS // DAY_MS} days after it was booked",
        f"added up for {KEPT_DAYS}",
    ):
        assert said in PAGE
    assert SLOTS == 4  # "and the three before it"


def test_each_group_each_event_and_each_collection_is_told() -> None:
    told = ", ".join(row["group"] for row in table("counting.md", "group", "counted"))
    assert told.split(", ") == list(GROUPS)
    for event in (count_tasks.DUE, count_tasks.RECOUNT, count_tasks.BOOKED, count_tasks.WITHDRAWN):
        assert f"`{event}`" in PAGE
    kept = {row["collection"].strip("`"): row["how many"] for row in table("counting.md", "collection")}
    assert set(kept) == {
        Collection.TASKS,
        Collection.TASK_OF_SKU,
        Collection.COUNT_WISHES,
        Collection.SHELVES,
        Collection.TALLIES,
    }
    assert f"{SHARDS:,}" in kept[Collection.SHELVES]
