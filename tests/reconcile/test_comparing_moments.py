"""The moment that a snapshot is of: an entry or a time, old, late, still to come, or of what was trimmed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gate_service.archive import Archive
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower
from gate_service.archive.tails import Bounds
from gate_service.archive.trimmer import Retention, Trimmer
from gate_service.bootstrap.ledger_pages import StoreAndArchive
from gate_service.bootstrap.reconciling_parts import Means, comparer, means
from gate_service.domain.reconcile.records import SnapshotState
from gate_service.ledger.keys import LOCATION_KEYS, location_keys, meta
from gate_service.ledger.trimming import Trimming
from gate_service.reconcile import comparing
from gate_service.reconcile.source import NotKept
from gate_service.settings import Settings
from tests.contract.clock import Clock
from tests.contract.fencing import close
from tests.contract.world import World
from tests.reconcile.mirroring import HERE, Mirroring

DAY_MS = 86_400_000


async def test_a_time_means_the_newest_entry_that_is_not_after_it(at: World, mirrors: Mirroring, clock: Clock) -> None:
    began = clock.now_ms
    for units in range(1, 9):
        await at.receive(("MUG", 1))
        await at.receive(("CAP", units))
        clock.advance(10)
    for passed, expected in ((-1, 0), (0, 1), (9, 1), (10, 2), (35, 4), (70, 8), (5_000, 8)):
        result = await mirrors.compared(f"S{passed}", {"MUG": expected}, at_ms=began + passed)
        assert (result.revision, result.agreed_count) == (2 * expected, 1)
        assert result.revision_at_ms == began + passed


async def test_an_older_snapshot_that_comes_late_is_compared_and_changes_nothing(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10))
    early = clock.now_ms
    clock.advance(1_000)
    await at.receive(("MUG", 5))
    await mirrors.compared("S2", {"MUG": 14}, at_ms=clock.now_ms)
    late = await mirrors.compared("S1", {"MUG": 10}, at_ms=early)
    assert (late.late, late.revision, late.agreed_count, late.resolved_count) == (True, 1, 1, 0)
    wrong = await mirrors.compared("S0", {"MUG": 1, "CAP": 1}, at_ms=early)
    assert (wrong.late, wrong.opened_count, sum(wrong.causes.values())) == (True, 0, 2)
    assert {sku: each.snapshot_id for sku, each in (await mirrors.open_variances()).items()} == {"MUG": "S2"}
    assert (await mirrors.mirror()).newest_snapshot_id == "S2"


async def test_of_two_at_one_entry_the_one_of_an_earlier_time_is_late_and_one_of_the_entry_itself_is_not(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    revision = (await at.receive(("MUG", 10))).applied.revision
    clock.advance(1_000)
    await mirrors.compared("S1", {"MUG": 9}, at_ms=clock.now_ms)
    assert (await mirrors.compared("S2", {"MUG": 10}, at_ms=clock.now_ms - 500)).late
    again = await mirrors.compared("S3", {"MUG": 10}, revision=revision)
    assert (again.late, again.resolved_count) == (False, 1)
    assert (await mirrors.compared("S4", {"MUG": 9}, at_ms=clock.now_ms - 500)).late, "the newest time stays the newest"


async def test_of_snapshots_that_wait_the_older_one_is_compared_first(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(("MUG", 10))
    early = clock.now_ms
    clock.advance(1_000)
    await at.receive(("MUG", 5))
    newer = await mirrors.tell("S1", {"MUG": 15}, at_ms=clock.now_ms)
    older = await mirrors.tell("S2", {"MUG": 9}, at_ms=early)
    await mirrors.compare()
    results = [(await mirrors.snapshot(each)).result for each in (older, newer)]
    assert [result.late for result in results if result] == [False, False]
    assert await mirrors.open_variances() == {}, "the newer one found that all is well again"


async def test_what_is_of_a_time_to_come_waits_for_it(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10))
    soon = await mirrors.means.records.now_ms() + 300
    record_id = await mirrors.tell("S1", {"MUG": 10}, at_ms=soon)
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).result is None
    assert "not so late yet" in str(mirrors.troubles[record_id])
    await asyncio.sleep((soon + 1 - await mirrors.means.records.now_ms()) / 1_000)
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARED
    assert mirrors.troubles[record_id] is None


async def test_what_was_trimmed_from_the_store_is_read_from_the_archive_and_else_said(
    at: World, mirrors: Mirroring, clock: Clock, store_url: str, tmp_path: Path
) -> None:
    began = clock.now_ms
    for number in range(12):
        await at.receive(("MUG", 1), (f"SKU-{number}", 5))
        clock.advance(DAY_MS)
    archive = Archive.open(str(tmp_path))
    await _trim(mirrors.means, archive, clock)
    old = {"MUG": 3, "SKU-2": 5}
    for snapshot_id, moment in (("S1", {"revision": 3}), ("S2", {"at_ms": began + 2 * DAY_MS})):
        refused = await mirrors.ended(snapshot_id, old, **moment)
        assert refused.state is SnapshotState.REFUSED
        assert "--archive" in refused.problem
    quiet = await mirrors.compared("S3", {"MUG": 12})
    assert quiet.agreed_count == 1, "where nothing happened since, nothing has to be read"
    async with means(Settings(redis_url=store_url), str(tmp_path)) as opened:
        reading = Mirroring(opened)
        for snapshot_id, moment in (("S4", {"revision": 3}), ("S5", {"at_ms": began + 2 * DAY_MS})):
            result = await reading.compared(snapshot_id, {**old, "SKU-1": 5, "SKU-0": 4}, whole=True, **moment)
            assert (result.revision, result.compared_count - result.agreed_count) == (3, 1)


async def test_where_a_location_is_fenced_its_snapshots_wait_and_others_have_their_turn(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    record_id = await mirrors.tell("S1", {"MUG": 10})
    await close(at)
    await mirrors.compare()
    assert "fenced" in str(mirrors.troubles[record_id])
    assert (await mirrors.snapshot(record_id)).result is None
    await mirrors.means.store.call("HDEL", meta(HERE), "fenced")
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARED


async def test_what_is_trimmed_while_it_is_compared_is_looked_for_anew_and_refuses_nothing(
    at: World, mirrors: Mirroring
) -> None:
    for _ in range(5):
        await at.receive(("MUG", 1))
    store, ledger = mirrors.means.store, location_keys(HERE)[LOCATION_KEYS.index("ledger")]
    entries = await store.call("XRANGE", ledger, "-", "+")

    async def keep(*without: str) -> None:
        await store.call("DEL", ledger)
        for stream_id, fields in entries:
            if stream_id not in without:
                await store.call("XADD", ledger, stream_id, *fields)

    record_id = await mirrors.tell("S1", {"MUG": 2}, revision=2)
    await keep("4-0")
    await mirrors.compare()
    assert "revision 4 of DC-1" in str(mirrors.troubles[record_id])
    await keep()
    await mirrors.compare()
    result = (await mirrors.snapshot(record_id)).result
    assert result is not None
    assert result.agreed_count == 1


async def test_what_is_never_found_again_ends_with_a_word_for_whoever_sent_it(
    at: World, mirrors: Mirroring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_TRIES", 3)
    for _ in range(5):
        await at.receive(("MUG", 1))
    lost = await mirrors.tell("S1", {"MUG": 2}, revision=2)
    await mirrors.means.store.call("XDEL", location_keys(HERE)[LOCATION_KEYS.index("ledger")], "4-0")
    process = comparer(mirrors.means, mirrors.troubles.__setitem__)
    for _ in range(3):
        await process.compare_waiting()
        assert (await mirrors.snapshot(lost)).state is SnapshotState.COMPARING
        assert "revision 4 of DC-1" in str(mirrors.troubles[lost])
    await process.compare_waiting()
    told = await mirrors.snapshot(lost)
    assert (told.state, mirrors.troubles[lost]) == (SnapshotState.REFUSED, None)
    assert "3 times in vain: revision 4 of DC-1" in told.problem


async def test_what_is_trimmed_again_and_again_while_it_is_read_is_gone_on_with_in_the_archive(
    at: World, mirrors: Mirroring, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(12):
        await at.receive(("MUG", 1))
        clock.advance(DAY_MS)
    its, archive = mirrors.means, Archive.open(str(tmp_path))
    pages = StoreAndArchive(its.store, its.ledger, its.journal, archive)
    assert (await pages.reach(HERE)).first == 1
    await _trim(its, archive, clock)
    found = [entry.revision async for page in pages.pages(HERE, 1, 12) for entry in page]
    assert found == list(range(1, 13))
    gone = StoreAndArchive(its.store, its.ledger, its.journal, None)
    with pytest.raises(NotKept, match="--archive"):
        _ = [page async for page in gone.pages(HERE, 1, 12)]


async def _trim(opened: Means, archive: Archive, clock: Clock) -> None:
    await Follower(Archivist(archive, opened.journal, Bounds(4)), opened.journal, (HERE,)).catch_up()
    retention = Retention(0, keep_newest=0)
    trimming = Trimming(opened.store)
    trimmed = await Trimmer(archive, opened.journal, trimming, retention, lambda: clock.now_ms + 1).trim(HERE)
    assert trimmed.entries > 6
