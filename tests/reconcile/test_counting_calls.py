"""Counting over gRPC, with a handoff map that says who may count where, on a real store."""

from __future__ import annotations

import asyncio

import pytest

import fulfillment_gate as sdk
from gate_service.app.access import Access
from gate_service.app.reconcile.counting.desk import CountDesk
from gate_service.app.reconcile.counting.tasks import open_task
from gate_service.domain.denials import Cause, Denied
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import CountTrigger
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.handoffs.maps import of
from tests.reconcile.counted import Shelves, by
from tests.reconcile.house import House, token


async def _ask_for(url: str, location: str, *skus: str) -> list[str]:
    store = connect(url)
    records = RedisRecords(store)
    try:
        told = [open_task(records, location, sku, CountTrigger.VARIANCE, "V-1", variance_id="V-1") for sku in skus]
        return list(await asyncio.gather(*told))
    finally:
        await store.close()


def ask_for(house: House, location: str, *skus: str) -> list[str]:
    return asyncio.run(_ask_for(house.store_url, location, *skus))


def refusal(no: pytest.ExceptionInfo[sdk.GateError]) -> tuple[str, str]:
    return no.value.reason, no.value.metadata.get("cause", "")


def test_a_count_is_started_told_and_booked_and_names_the_variance(house: House, location: str) -> None:
    house.receive(location, MUG=40)
    (task_id,) = ask_for(house, location, "MUG")
    wms = house.client("wms")
    (task,) = wms.iter_count_tasks(location)
    assert (task.task_id, task.trigger, task.state) == (
        task_id,
        sdk.COUNT_TRIGGER_VARIANCE,
        sdk.COUNT_TASK_STATE_DUE,
    )
    assert wms.start_count(task_id).as_of_revision == 1
    told = wms.submit_count_task(task_id, 40)
    assert (told.booked, told.replayed, told.task.revision) == (True, False, 2)
    assert wms.submit_count_task(task_id, 40).replayed
    (entry,) = house.client("books").list_entries(location, from_revision=2).entries
    assert (entry.operation_id.startswith("~count/"), entry.system, entry.actor) == (True, "wms", "kim")
    assert entry.variance_id == "V-1"
    answer = house.client("books").get_count_accuracy(location)
    assert [(each.group, each.name, each.accuracy_basis_points) for each in answer.groups] == [
        ("location", location, 10_000),
        ("class", "-", 10_000),
        ("counter", "wms/kim", 10_000),
    ]
    assert [(each.counted, each.adjusted) for each in answer.trend] == [(1, 0)]


def test_a_second_person_of_another_system_agrees_and_the_record_follows(house: House, location: str) -> None:
    house.receive(location, MUG=40)
    (task_id,) = ask_for(house, location, "MUG")
    wms = house.client("wms")
    wms.start_count(task_id)
    told = wms.submit_count_task(task_id, 30)
    assert (told.booked, told.task.state, told.task.count_number) == (False, sdk.COUNT_TASK_STATE_RECOUNT, 1)
    with pytest.raises(sdk.Refused) as no:
        wms.start_count(task_id)
    assert (no.value.reason, no.value.metadata["counter"]) == ("SECOND_COUNTER_REQUIRED", "wms/kim")
    with sdk.Gate(house.gate.address, token=token("wms"), actor="lee") as lee:
        lee.start_count(task_id)
        assert lee.submit_count_task(task_id, 30).booked
    (level,) = house.client("books").get_stock(location, ["MUG"]).levels
    assert level.on_hand == 30


def test_who_may_not_count_there_neither_counts_nor_looks(house: House, location: str) -> None:
    house.receive(location, MUG=40)
    (task_id,) = ask_for(house, location, "MUG")
    for ask in (
        lambda: house.client("books").start_count(task_id),
        lambda: house.client("shop").list_count_tasks(location),
        lambda: house.client("erp").submit_count_task(task_id, 40),
        lambda: house.client("boss").start_count(task_id),
        lambda: house.client("3pl").list_count_tasks(location),
        lambda: house.client("3pl").get_count_accuracy(location),
    ):
        with pytest.raises(sdk.PermissionDenied):
            ask()
    (task,) = house.client("books").iter_count_tasks(location)
    assert task.state == sdk.COUNT_TASK_STATE_DUE


async def test_who_may_only_count_lists_starts_and_tells_and_sees_nothing_else() -> None:
    at = Shelves(Clock())
    await at.receive(("MUG", 40))
    access = Access(enforced=True)
    handhelds = {"role": "warehouse", "locations": [at.location_id], "reads": False, "operations": {"submit_count": {}}}
    access.swap(of({"handhelds": handhelds}))
    desk = CountDesk(at.records, at.ledger, access, CountRules, Policy)
    task_id = await open_task(at.records, at.location_id, "MUG", CountTrigger.VARIANCE, "V-1")
    person = by("kim", "handhelds")
    (task,) = (await desk.page(at.location_id, 10, "", person, all_open=False)).tasks
    assert task.task_id == task_id
    await desk.start(task_id, person)
    assert (await desk.submit(task_id, 40, person, includes_picked=False)).booked
    with pytest.raises(Denied) as no:
        await desk.page("ELSEWHERE", 10, "", person, all_open=False)
    assert no.value.denial.cause is Cause.LOCATION


def test_accuracy_of_everywhere_is_of_the_locations_that_the_caller_may_see(house: House, location: str) -> None:
    house.receive(location, MUG=40)
    (task_id,) = ask_for(house, location, "MUG")
    house.client("wms").start_count(task_id)
    house.client("wms").submit_count_task(task_id, 40)
    everywhere = {each.name for each in house.client("books").get_count_accuracy().groups}
    assert location in everywhere
    assert location not in {each.name for each in house.client("3pl").get_count_accuracy().groups}


def test_tasks_come_in_pages_and_none_twice(house: House, location: str) -> None:
    skus = [f"S-{number}" for number in range(5)]
    house.receive(location, **{sku.replace("-", "_"): 1 for sku in skus})
    ask_for(house, location, *skus)
    wms, found, page_token = house.client("wms"), [], ""
    while True:
        page = wms.list_count_tasks(location, page_size=2, page_token=page_token)
        assert len(page.tasks) <= 2
        found += [task.sku for task in page.tasks]
        page_token = page.next_page_token
        if not page_token:
            break
    assert sorted(found) == skus


def test_however_many_ask_at_once_a_sku_has_one_open_task(house: House, location: str) -> None:
    house.receive(location, MUG=1)

    async def all_at_once() -> None:
        store = connect(house.store_url)
        records = RedisRecords(store)
        try:
            asking = [open_task(records, location, "MUG", CountTrigger.VARIANCE, f"V-{each}") for each in range(8)]
            assert len(set(await asyncio.gather(*asking))) == 1
        finally:
            await store.close()

    asyncio.run(all_at_once())
    assert len(list(house.client("wms").iter_count_tasks(location))) == 1


def test_an_unknown_task_and_an_unknown_location_are_named(house: House) -> None:
    with pytest.raises(sdk.NotFound) as no:
        house.client("wms").start_count("C-NONE")
    assert refusal(no) == ("COUNT_TASK_NOT_FOUND", "")
    with pytest.raises(sdk.NotFound) as no:
        house.client("wms").list_count_tasks("NOWHERE")
    assert refusal(no) == ("UNKNOWN_LOCATION", "")
