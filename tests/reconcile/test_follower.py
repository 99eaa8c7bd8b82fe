"""Each entry of each ledger is learned once, whoever is killed when, and whatever becomes of the ledger."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis

from gate_service.app.reconcile.observing import Learned
from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.archive import Archive
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower as Archiving
from gate_service.archive.trimmer import Retention, Trimmer
from gate_service.bootstrap.following import ArchivedEntries
from gate_service.bootstrap.tools import Tools, open_tools
from gate_service.domain.entries import Entry
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.trimming import Trimming
from gate_service.reconcile import follower as following
from gate_service.reconcile.cursors import Archived
from gate_service.reconcile.follower import Follower
from gate_service.reconcile.records import RedisRecords
from gate_service.settings import Settings
from tests.contract.clock import Clock
from tests.contract.fencing import accept, close
from tests.contract.stores import over_empty_store
from tests.contract.world import World

HERE = "DC-1"
DIES = "somebody pulls the plug"


class Tally:
    """An observer that keeps of each SKU the revisions at which it moved, a record for each."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._seen: dict[str, list[int]] = {}
        self._versions: dict[str, int] = {}
        self._changed: set[str] = set()
        self.loads = 0

    async def load(self, location_id: str) -> None:
        self.loads += 1
        page = await self._records.page(Collection.DAYS, f"at {location_id}", 10_000)
        self._seen = {kept.record_id: json.loads(kept.text) for kept in page.records}
        self._versions = {kept.record_id: kept.version for kept in page.records}
        self._changed = set()

    def observe(self, location_id: str, entry: Entry) -> None:
        _ = location_id
        for change in entry.changes:
            self._seen.setdefault(change.sku, []).append(entry.revision)
            self._changed.add(change.sku)

    def take(self, location_id: str) -> Learned:
        changes = []
        for sku in sorted(self._changed):
            version = self._versions.get(sku, 0)
            self._versions[sku] = version + 1
            text = json.dumps(self._seen[sku])
            changes.append(Change(Collection.DAYS, sku, version, text, {f"at {location_id}": 0}))
        self._changed = set()
        return Learned(changes)


class Followed:
    """A location of a real store with a follower that can be killed and begun anew."""

    def __init__(self, ledger: RedisLedger, tools: Tools, at: World, url: str) -> None:
        self.ledger, self.tools, self.at = ledger, tools, at
        self.client = redis.Redis.from_url(url)
        self.records = RedisRecords(tools.store)
        self.begin()

    def begin(self, archived: Archived | None = None) -> Tally:
        """Let another process follow from here on."""
        self.tally = Tally(self.records)
        self.follower = Follower(self.ledger, self.records, [self.tally], archived)
        return self.tally

    async def follow(self) -> following.Followed:
        while await self.follower.follow_all():
            pass
        return self.follower.standing[HERE]

    async def learned(self) -> dict[str, list[int]]:
        page = await self.records.page(Collection.DAYS, f"at {HERE}", 10_000)
        return {kept.record_id: json.loads(kept.text) for kept in page.records}

    def keep(self) -> dict[bytes, bytes]:
        """Take a copy of all that stands of the location."""
        names = [name.encode() for name in keys.location_keys(HERE)]
        return {name: bytes(text) for name in names if (text := self.client.dump(name))}

    def put_back(self, kept: dict[bytes, bytes]) -> None:
        """Have the location as it was when the copy was taken: what came since is lost."""
        self.client.delete(*keys.location_keys(HERE))
        for name, text in kept.items():
            self.client.restore(name, 0, text)

    async def archive(self, url: str) -> ArchivedEntries:
        """Archive and trim all but the newest entry."""
        archive = Archive.open(url)
        await Archiving(Archivist(archive, self.tools.journal), self.tools.journal).catch_up()
        trimmer = Trimmer(
            archive, self.tools.journal, Trimming(self.tools.store), Retention(0, keep_newest=1), self.at.clock
        )
        self.at.clock.advance(1)
        await trimmer.trim(HERE)
        return ArchivedEntries(archive, self.tools.journal)


@pytest.fixture
async def followed(store_url: str) -> AsyncIterator[Followed]:
    clock = Clock()
    async with over_empty_store(store_url, clock) as ledger, open_tools(Settings(redis_url=store_url)) as tools:
        yield Followed(ledger, tools, World(ledger, clock, HERE), store_url)


async def test_each_entry_is_learned_once_also_by_one_process_after_another(followed: Followed) -> None:
    await followed.at.receive(("A", 1))
    await followed.follow()
    followed.begin()
    await followed.at.receive(("A", 1), ("B", 1))
    assert (await followed.follow()).revision == 2
    await followed.follow()
    assert await followed.learned() == {"A": [1, 2], "B": [2]}


async def test_what_was_learned_stands_with_how_far_that_is_or_not_at_all(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = followed.records.commit

    async def dying(*what: object) -> None:
        await commit(*what)  # type: ignore[arg-type]
        raise OSError(DIES)

    await followed.at.receive(("A", 1))
    monkeypatch.setattr(followed.records, "commit", dying)
    with pytest.raises(OSError, match=DIES):
        await followed.follow()
    monkeypatch.undo()
    await followed.at.receive(("A", 1))
    await followed.follow()
    assert await followed.learned() == {"A": [1, 2]}


async def test_where_somebody_else_has_gone_on_meanwhile_nothing_is_learned_twice(followed: Followed) -> None:
    await followed.at.receive(("A", 1))
    mine, tally = followed.follower, followed.tally
    await followed.follow()
    followed.begin()
    await followed.at.receive(("A", 1))
    await followed.follow()
    await followed.at.receive(("A", 1))
    await mine.follow_all()
    assert tally.loads == 2
    assert await followed.learned() == {"A": [1, 2, 3]}


async def test_what_is_too_much_for_one_commit_is_kept_in_several(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "CHANGES_MAX", 8)
    sizes = []
    commit = followed.records.commit

    async def measured(changes: list[Change], *more: object) -> None:
        sizes.append(len(changes) - 1)
        await commit(changes, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(followed.records, "commit", measured)
    for number in range(30):
        await followed.at.receive((f"S{number:02}", 1))
    await followed.at.receive(*((f"T{number:02}", 1) for number in range(20)))
    await followed.follow()
    learned = await followed.learned()
    assert {sku: revisions for sku, revisions in learned.items() if sku[0] == "S"} == {
        f"S{number:02}": [number + 1] for number in range(30)
    }
    assert all(learned[f"T{number:02}"] == [31] for number in range(20))
    assert max(sizes) == 20  # one entry is never taken apart
    assert max(size for size in sizes if size != 20) < 8


async def test_what_was_trimmed_before_it_was_followed_is_passed_over_and_counted(
    followed: Followed, tmp_path: Path
) -> None:
    for _ in range(3):
        await followed.at.receive(("A", 1))
    await followed.archive(str(tmp_path / "archive"))
    stands = await followed.follow()
    assert (stands.passed_over, stands.problem) == (2, "")
    assert await followed.learned() == {"A": [3]}


async def test_what_was_trimmed_is_learned_from_the_archive_that_is_named(followed: Followed, tmp_path: Path) -> None:
    await followed.at.receive(("A", 1))
    await followed.follow()
    for _ in range(3):
        await followed.at.receive(("A", 1))
    followed.begin(await followed.archive(str(tmp_path / "archive")))
    stands = await followed.follow()
    assert (stands.revision, stands.passed_over) == (4, 0)
    assert await followed.learned() == {"A": [1, 2, 3, 4]}


async def test_a_location_goes_on_from_its_recovery_and_not_from_its_beginning(followed: Followed) -> None:
    await followed.at.receive(("A", 1))
    survived = followed.keep()
    await followed.at.receive(("A", 1))
    await followed.at.receive(("A", 1))
    await followed.follow()
    followed.put_back(survived)
    await close(followed.at)
    fenced = await followed.follow()
    assert fenced.fenced_since_ms
    assert "fenced" in fenced.problem
    await accept(followed.at)
    await followed.at.receive(("B", 1))
    stands = await followed.follow()
    assert (stands.revision, stands.behind, stands.problem) == (3, 0, "")
    assert await followed.learned() == {"A": [1, 2, 3], "B": [3]}


async def test_an_entry_that_an_observer_cannot_take_keeps_no_other_location_from_it(followed: Followed) -> None:
    await followed.at.receive(("A", 1))
    await World(followed.ledger, followed.at.clock, "DC-0").receive(("B", 1))
    observe = followed.tally.observe

    def choosy(location_id: str, entry: Entry) -> None:
        if location_id == "DC-0":
            raise LookupError(DIES)
        observe(location_id, entry)

    followed.tally.observe = choosy  # type: ignore[method-assign]
    with pytest.raises(LookupError, match=DIES):
        await followed.follow()
    assert DIES in followed.follower.standing["DC-0"].problem
    assert await followed.learned() == {"A": [1]}


async def test_a_location_that_cannot_be_followed_keeps_no_other_from_it(followed: Followed) -> None:
    await followed.at.receive(("A", 1))
    there = World(followed.ledger, followed.at.clock, "DC-0")
    await there.receive(("A", 1))
    await close(there)
    assert (await followed.follow()).revision == 1
    assert followed.follower.standing["DC-0"].problem
