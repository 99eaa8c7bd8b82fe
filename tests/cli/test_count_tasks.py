"""Count tasks on the command line, with a real gate and the process that reconciles."""

from __future__ import annotations

import asyncio
import re
import subprocess

import pytest

from gate_service.app.reconcile.counting.tasks import open_task
from gate_service.app.reconcile.ports import Change, Collection
from gate_service.app.reconcile.variances.drafting import to_count
from gate_service.domain.reconcile.records import CountTrigger
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.cli.driving import GATE, START_WITHIN_S, Commands, Ended, Started, clean_env


def _reconcile(gate: Started) -> None:
    """Run `gate reconcile` once."""
    store = ("--redis-url", gate.ready["redis_url"])
    subprocess.run([*GATE, "reconcile", "--once", *store], env=clean_env(), check=True, timeout=START_WITHIN_S)


def _short_pick(gate: Commands) -> None:
    """Have a picker find 3 of 5 mugs."""
    pick = ("pick", "report", "P3", "A-1:MUG:3:2")
    for command in (("reserve", "A-1", "MUG:5"), ("wave", "authorize", "-"), pick):
        assert gate(*command, stdin="order_id,sku,quantity\nA-1,MUG,5\n").exit_code == 0


def _as(gate: Commands, actor: str, *args: str) -> Ended:
    return gate("counts", *args, "--actor", actor)


async def _open(url: str, location: str) -> str:
    store = connect(url)
    try:
        return await open_task(RedisRecords(store), location, "MUG", CountTrigger.RECURRENCE, "F-1")
    finally:
        await store.close()


@pytest.fixture
def task_id(dev_gate: Started, stocked: Commands) -> str:
    """Ask for a count of the 10 mugs; give the name of the task."""
    return asyncio.run(_open(dev_gate.ready["redis_url"], stocked.location))


def test_from_the_short_pick_to_a_count_that_two_people_agree_on(dev_gate: Started, stocked: Commands) -> None:
    _short_pick(stocked)
    _reconcile(dev_gate)
    (task,) = stocked("counts", "due", "-o", "jsonl").rows
    task_id = task["task_id"]
    assert (task["sku"], task["trigger"], task["state"]) == ("MUG", "SHORT_PICK", "DUE")
    listed = stocked("counts", "due").stdout
    assert listed.startswith(f"1 to be counted at {stocked.location} · 1 for a reason\n")
    assert "permit P3" in listed
    told = stocked("counts", "due", "-o", "json").data
    assert told == {"location_id": stocked.location, "tasks": [task], "waiting_count": 0}
    began = _as(stocked, "kim", "start", task_id).stdout
    assert began.startswith(f"STARTED MUG at {stocked.location} by cli/kim\n")
    assert f"gate counts submit {task_id} COUNTED" in began
    missed = _as(stocked, "kim", "submit", task_id, "5")
    assert (missed.exit_code, missed.stdout.startswith("RECOUNT MUG")) == (4, True)
    assert "somebody else has to count it" in missed.stdout
    same = _as(stocked, "Kim", "start", task_id)
    assert (same.exit_code, same.stderr.startswith("SECOND_COUNTER_REQUIRED: ")) == (1, True)
    assert "somebody else has counted it before" in _as(stocked, "lee", "start", task_id).stdout
    booked = _as(stocked, "lee", "submit", task_id, "5")
    assert (booked.exit_code, booked.stdout.startswith("BOOKED MUG")) == (0, True)
    assert stocked("counts", "due", "--all").stdout == f"Nothing is to be counted at {stocked.location}.\n"
    *_, entry = stocked("ledger", "-o", "jsonl").rows
    assert (entry["kind"], entry["system"], entry["actor"]) == ("SUBMIT_COUNT", "cli", "lee")
    assert entry["operation_id"].startswith(f"~count/{task_id}/")
    answer = stocked("counts", "accuracy", "--location", stocked.location, "-o", "json").data
    told = {(each["group"], each["name"]): each for each in answer["groups"]}
    assert (told["location", stocked.location]["right"], told["location", stocked.location]["counted"]) == (0, 1)
    assert [told["counter", f"cli/{name}"]["right"] for name in ("kim", "lee")] == [1, 1]
    assert "0.00 %" in stocked("counts", "accuracy", "-l", stocked.location).stdout


async def _wait(url: str, location: str, version: int, score: int | None) -> None:
    store = connect(url)
    try:
        waits = Change(Collection.VARIANCES, "V-WAITS", version, "" if version else "{}", {to_count(location): score})
        await RedisRecords(store).commit([waits])
    finally:
        await store.close()


def test_what_waits_for_its_turn_to_be_counted_is_told_with_what_is_due(dev_gate: Started, stocked: Commands) -> None:
    asyncio.run(_wait(dev_gate.ready["redis_url"], stocked.location, 0, 1))
    try:
        assert stocked("counts", "due").stdout.startswith("1 more wait for their turn to be counted: ")
        assert stocked("counts", "due", "-o", "json").data["waiting_count"] == 1
    finally:
        asyncio.run(_wait(dev_gate.ready["redis_url"], stocked.location, 1, None))


def test_no_form_of_any_answer_says_what_is_expected(stocked: Commands, task_id: str) -> None:
    stocked("stock", "receive", "MUG:471101")
    told = []
    for form in ("table", "json", "jsonl"):
        told.append(stocked("counts", "due", "-o", form).stdout)
        told.append(_as(stocked, "kim", "start", task_id, "-o", form).stdout)
    told.append(_as(stocked, "kim", "submit", task_id, "4", "-o", "json").stdout)
    for text in told:
        assert text
        without_times = re.sub(r"\d{13}", "", text.replace(",", "").replace(task_id, ""))
        for word in ("471111", "expected", "on_hand", "picked", "difference", "variance", "quantity"):
            assert word not in without_times


def test_a_task_is_counted_by_somebody_with_a_name_who_has_started_it(stocked: Commands, task_id: str) -> None:
    nobody = stocked("counts", "start", task_id)
    assert (nobody.exit_code, nobody.stderr.startswith("SECOND_ACTOR_REQUIRED: ")) == (1, True)
    unasked = _as(stocked, "kim", "submit", task_id, "5", "-o", "json")
    assert (unasked.exit_code, unasked.error["reason"]) == (1, "COUNT_NOT_STARTED")
    _as(stocked, "kim", "start", task_id)
    taken = _as(stocked, "lee", "start", task_id, "-o", "json")
    assert (taken.error["reason"], taken.error["metadata"]["counter"]) == ("COUNT_TASK_TAKEN", "cli/kim")


@pytest.mark.parametrize(
    "flags", [("--as-of", "3"), ("--operation-id", "X"), ("--event-document", "D"), ("--covers-all",)]
)
def test_what_a_task_has_no_use_for_is_refused_before_anything_is_asked(gate: Commands, flags: tuple[str, ...]) -> None:
    ended = gate("counts", "submit", "C7", "47", *flags)
    assert (ended.exit_code, "leave out all but --includes-picked" in ended.stderr) == (2, True)


def test_where_nothing_was_counted_that_is_said(gate: Commands) -> None:
    assert "Nothing was counted in the last 7 days." in gate("counts", "accuracy", "-l", "X", "--days", "7").stdout
    assert gate("counts", "due", "-o", "json").error["reason"] == "UNKNOWN_LOCATION"
