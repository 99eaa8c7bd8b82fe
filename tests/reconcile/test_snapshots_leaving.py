"""Snapshots leave by themselves, long after they were told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.app.reconcile.ports import Change, Collection
from gate_service.app.reconcile.snapshots.leaving import SNAPSHOTS_KEPT_MS, SnapshotsLeave
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.records import Snapshot
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect

S = Collection.SNAPSHOTS
INDEXES = ("all", "waiting", "of wms", "at EAST")
NOW_MS = SNAPSHOTS_KEPT_MS + 1_000_000


@pytest.fixture
async def records(store_url: str) -> AsyncIterator[RedisRecords]:
    opened = connect(store_url)
    await opened.call("FLUSHDB")
    yield RedisRecords(opened)
    await opened.close()


async def begun(records: RedisRecords, number: int, at_ms: int) -> None:
    told = Snapshot(f"S-{number}", "wms", "EAST", "on_hand", (), 1, 0, True, False, at_ms, at_ms)  # noqa: FBT003
    await records.commit([Change(S, told.record_id, 0, dump(told), dict.fromkeys(INDEXES, at_ms))])


async def test_what_was_begun_long_ago_leaves_every_list_and_what_is_younger_stays(records: RedisRecords) -> None:
    for number in range(150):
        await begun(records, number, 1_000_000 - number)
    await begun(records, 999, 1_000_001)
    leaving = SnapshotsLeave(records)
    await leaving.tick(NOW_MS)
    for index in INDEXES:
        assert [kept.record_id for kept in (await records.page(S, index, 500)).records] == ["wms S-999"]
    assert await records.get(S, ["wms S-0"]) == [None]


async def test_it_is_looked_once_an_hour(records: RedisRecords) -> None:
    leaving = SnapshotsLeave(records)
    await leaving.tick(NOW_MS)
    await begun(records, 1, 1)
    await leaving.tick(NOW_MS + 3_599_999)
    assert await records.size(S, "all") == 1
    await leaving.tick(NOW_MS + 3_600_000)
    assert await records.size(S, "all") == 0
