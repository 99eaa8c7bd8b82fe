from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event
from gate_service.domain.errors import InvalidField
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect

V = Collection.VARIANCES


@pytest.fixture
async def records(store_url: str) -> AsyncIterator[RedisRecords]:
    store = connect(store_url)
    await store.call("FLUSHDB")
    yield RedisRecords(store)
    await store.close()


async def test_a_record_that_was_written_is_read_back_with_its_version(records: RedisRecords) -> None:
    await records.commit([Change(V, "V1", 0, '{"a":1}', {"open": 5})])
    (kept,) = await records.get(V, ["V1"])
    assert kept is not None
    assert kept == ("V1", 1, '{"a":1}')
    assert await records.get(V, ["V2"]) == [None]


async def test_of_two_who_change_one_record_the_second_is_told_and_nothing_of_his_is_written(
    records: RedisRecords,
) -> None:
    await records.commit([Change(V, "V1", 0, "one")])
    await records.commit([Change(V, "V1", 1, "two")])
    with pytest.raises(Conflict):
        await records.commit([Change(V, "V2", 0, "new"), Change(V, "V1", 1, "three")], [Event("t", "V1", "E", "{}")])
    assert await records.get(V, ["V1", "V2"]) == [("V1", 2, "two"), None]
    assert await records.events("", 10) == []


async def test_pages_follow_the_scores_also_where_many_are_the_same(records: RedisRecords) -> None:
    names = [f"V{number:02}" for number in range(25)]
    await records.commit([Change(V, name, 0, name, {"open": int(name[1:]) // 10}) for name in names])
    for descending in (False, True):
        found, token = [], ""
        while True:
            page = await records.page(V, "open", 4, token, descending=descending)
            found += [kept.record_id for kept in page.records]
            token = page.next_token
            if not token:
                break
        assert found == (names[::-1] if descending else names)
    until = await records.page(V, "open", 100, until=1)
    assert [kept.record_id for kept in until.records] == names[:20]
    assert await records.size(V, "open") == 25


async def test_a_page_costs_the_same_however_many_of_the_same_score_stand_before_it(
    records: RedisRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"V{number:03}" for number in range(200)]
    await records.commit([Change(V, name, 0, name, {"open": 1}) for name in names])
    store, asked = records._store, []
    call = store.call

    async def counted(*command: str | int) -> object:
        asked.append(command)
        return await call(*command)

    monkeypatch.setattr(store, "call", counted)
    token, costs = "", []
    for _ in range(20):
        page = await records.page(V, "open", 10, token)
        costs.append(len(asked))
        asked.clear()
        token = page.next_token
    assert token == ""
    assert costs[-1] == costs[1] <= costs[0] + 1


async def test_pages_go_on_where_the_record_that_a_page_ended_with_is_gone(records: RedisRecords) -> None:
    names = [f"V{number:02}" for number in range(10)]
    await records.commit([Change(V, name, 0, name, {"open": 1}) for name in names])
    page = await records.page(V, "open", 4)
    await records.commit([Change(V, "V03", 1, "", {"open": None})])
    assert [kept.record_id for kept in (await records.page(V, "open", 4, page.next_token)).records] == names[4:8]
    await records.commit([Change(V, "V01", 1, "", {"open": None}), Change(V, "V03", 0, "x", {"open": 7})])
    assert [kept.record_id for kept in (await records.page(V, "open", 4, page.next_token)).records] == names[4:8]
    rest = await records.page(V, "open", 100, page.next_token, until=1)
    assert [kept.record_id for kept in rest.records] == names[4:]


async def test_a_removed_record_leaves_its_index(records: RedisRecords) -> None:
    await records.commit([Change(V, "V1", 0, "x", {"open": 1})])
    await records.commit([Change(V, "V1", 1, "", {"open": None})])
    assert await records.get(V, ["V1"]) == [None]
    assert (await records.page(V, "open", 5)).records == []


async def test_events_are_told_in_order_behind_a_token(records: RedisRecords) -> None:
    assert await records.newest_event() == "0-0"
    for number in range(3):
        await records.commit([], [Event("variance.opened", f"V{number}", "EAST", "{}")])
    told = await records.events("", 2)
    assert [each.event.subject_id for each in told] == ["V0", "V1"]
    (last,) = await records.events(told[-1].token, 10)
    assert last.event == ("variance.opened", "V2", "EAST", "{}")
    assert await records.newest_event() == last.token
    with pytest.raises(InvalidField):
        await records.events("nonsense", 1)
