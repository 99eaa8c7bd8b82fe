"""Copying a ledger: entry by entry what the store has, from anywhere, by anybody, however often; and as a witness."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from gate_service.archive import Archive, ArchiveError, Divergence, LostBranch
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower
from gate_service.archive.shelf import open_shelf
from gate_service.archive.tails import Bounds
from gate_service.bootstrap.tools import open_tools
from gate_service.domain.durability import Durability
from gate_service.domain.errors import LocationFenced, Unavailable
from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import Position
from gate_service.domain.operations import HOUSE, ChangeHandoffs
from gate_service.domain.vocabulary import Reason
from gate_service.settings import Settings
from tests.archive.conftest import HERE, Depot
from tests.archive.dying import Killed, Life, MortalShelf
from tests.contract.fencing import accept
from tests.contract.moving import restore
from tests.contract.stores import empty, open_ledger
from tests.contract.world import World


def archived(archive: Archive, location_id: str = HERE) -> list[JournalEntry]:
    """Give what an archive has of a location."""
    return [entry.journal for entry in archive.entries(location_id)]


def spans(archive: Archive) -> list[tuple[int, int]]:
    """Give the first and last revision of each segment that lies there."""
    return [(segment.first, segment.last) for segment in archive.all_segments(HERE)]


async def receive(at: World, times: int) -> None:
    """Write so many entries."""
    for _ in range(times):
        await at.receive(("A", 1))


async def test_the_archive_of_a_day_is_its_ledger_to_the_byte(day: World, depot: Depot) -> None:
    progress = await depot.follow()
    assert archived(depot.archive) == await depot.journal()
    assert progress[HERE].archived == progress[HERE].written == await day.revision()
    assert progress[HERE].behind == 0


async def test_the_house_is_archived_like_any_location(day: World, depot: Depot) -> None:
    await day.apply(ChangeHandoffs("op-map", HOUSE, 1, "a" * 64, ("a change",), "{}"))
    await depot.follow()
    assert depot.archive.locations() == [HERE, HOUSE]
    assert archived(depot.archive, HOUSE) == await depot.journal(HOUSE)


async def test_a_location_that_was_only_named_has_no_archive(day: World, depot: Depot) -> None:
    depot.client.sadd("gate:locations", "NOWHERE")
    await depot.follow()
    assert depot.archive.locations() == [HERE]


async def test_full_segments_are_left_alone_and_the_last_one_is_replaced_by_a_longer_one(
    at: World, depot: Depot
) -> None:
    await receive(at, 7)
    await depot.follow(5)
    assert spans(depot.archive) == [(1, 5), (6, 7)]
    before = {segment.name for segment in depot.archive.all_segments(HERE)}
    await depot.follow(5)
    assert {segment.name for segment in depot.archive.all_segments(HERE)} == before
    await receive(at, 6)
    await depot.follow(5)
    assert spans(depot.archive) == [(1, 5), (6, 10), (11, 13)]
    assert archived(depot.archive) == await depot.journal()


async def test_a_segment_is_full_by_its_text_too(at: World, depot: Depot) -> None:
    await receive(at, 9)
    size = (await depot.journal())[0].size
    archivist = Archivist(depot.archive, depot.tools.journal, Bounds(1_000, 3 * size))
    while (await archivist.step(HERE)).behind:
        pass
    assert spans(depot.archive) == [(1, 3), (4, 6), (7, 9)]


async def test_one_step_brings_one_segment_and_says_what_is_left(at: World, depot: Depot) -> None:
    await receive(at, 7)
    archivist = Archivist(depot.archive, depot.tools.journal, Bounds(5))
    first, second, third = [await archivist.step(HERE) for _ in range(3)]
    assert [(each.written, each.behind) for each in (first, second, third)] == [(5, 2), (2, 0), (0, 0)]
    assert third.archived == Position(1, 7, (await depot.journal())[-1].chain_hash)


async def test_less_than_what_is_asked_for_waits(at: World, depot: Depot) -> None:
    await receive(at, 3)
    archivist = Archivist(depot.archive, depot.tools.journal)
    assert (await archivist.step(HERE, at_least=4)).behind == 3
    assert depot.archive.locations() == []
    assert (await archivist.step(HERE, at_least=3)).written == 3


async def test_many_archivers_at_once_make_one_archive(at: World, depot: Depot) -> None:
    await receive(at, 3)
    for _ in range(4):
        await receive(at, 5)
        await asyncio.gather(*(depot.follow(entries) for entries in (4, 7, 7)))
        assert archived(depot.archive) == await depot.journal()


async def test_what_a_killed_archiver_left_behind_it_is_tidied_up(at: World, depot: Depot) -> None:
    await receive(at, 4)
    await depot.follow()
    (short,) = depot.archive.all_segments(HERE)
    packed = depot.archive.shelf.read(HERE, short.name)
    await receive(at, 2)
    await depot.follow()
    depot.archive.shelf.write(HERE, short.name, packed)  # as if it had not come to removing it
    assert len(depot.archive.all_segments(HERE)) == 2
    await depot.follow()
    assert spans(depot.archive) == [(1, 6)]


async def test_killed_between_any_two_acts_it_never_has_less_than_before(at: World, depot: Depot) -> None:
    lives = [Life(acts, after=after) for acts in range(6) for after in (False, True)]
    for life in lives:
        await receive(at, 2)
        before = depot.archive.head(HERE).revision
        mortal = Archivist(Archive(MortalShelf(depot.archive.shelf, life)), depot.tools.journal, Bounds(9))
        with contextlib.suppress(Killed):
            await mortal.step(HERE)
        assert archived(depot.archive) == (await depot.journal())[: depot.archive.head(HERE).revision]
        assert depot.archive.head(HERE).revision >= before
    await depot.follow(9)
    assert archived(depot.archive) == await depot.journal()


async def test_an_archive_begun_behind_a_trimmed_one_is_refused(at: World, depot: Depot, tmp_path: Path) -> None:
    await receive(at, 6)
    await depot.follow()
    await depot.trim(keep_newest=2)
    other = Archivist(Archive(open_shelf(str(tmp_path / "other"))), depot.tools.journal)
    with pytest.raises(ArchiveError, match="from revision 5 on"):
        await other.step(HERE)


async def test_a_ledger_that_was_changed_is_not_archived_and_its_entry_is_named(at: World, depot: Depot) -> None:
    await receive(at, 6)
    depot.rewrite(4, body='{"lines":[["A",100,"available"]]}')
    progress = await depot.follow()
    fault = progress[HERE].fault
    assert isinstance(fault, Divergence)
    assert (fault.location_id, fault.revision) == (HERE, 4)
    assert depot.archive.locations() == []


async def test_an_entry_that_is_missing_in_the_middle_or_at_the_end_is_named(at: World, depot: Depot) -> None:
    await receive(at, 6)
    for revision in (6, 3):
        depot.client.xdel(depot.key("ledger"), f"{revision}-0")
        fault = (await depot.follow())[HERE].fault
        assert isinstance(fault, Divergence)
        assert fault.revision == revision


async def test_a_faulty_location_keeps_no_other_from_being_archived(at: World, depot: Depot, real: object) -> None:
    await receive(at, 3)
    west = World(at.ledger, at.clock, "WEST")
    await west.receive(("A", 1))
    depot.client.xdel(depot.key("ledger"), "2-0")
    progress = await depot.follow()
    assert (progress[HERE].sound, progress["WEST"].sound) == (False, True)
    assert archived(depot.archive, "WEST") == await depot.journal("WEST")


async def test_a_store_that_lost_what_is_archived_is_fenced_though_no_gate_remembers_it(
    at: World, depot: Depot, store_url: str
) -> None:
    await receive(at, 5)
    await depot.follow()
    journal = await depot.journal()
    await empty(store_url)
    await restore(store_url, HERE, journal[:3])
    progress = await depot.follow()
    fence = progress[HERE].fence
    assert fence is not None
    assert fence.remembered == Position(1, 5, journal[-1].chain_hash)
    assert fence.found == Position(1, 3, journal[2].chain_hash)
    newcomer = open_ledger(store_url, at.clock)  # it was started after the loss
    with pytest.raises(LocationFenced):
        await World(newcomer, at.clock, HERE).receive(("A", 1))
    await newcomer.close()


async def test_a_store_that_was_emptied_is_fenced_for_all_that_is_archived(
    at: World, depot: Depot, store_url: str
) -> None:
    await receive(at, 2)
    await depot.follow()
    await empty(store_url)
    progress = await depot.follow()
    assert progress[HERE].fence is not None
    assert archived(depot.archive) != []


@pytest.mark.parametrize("since", [0, 1, 4])
async def test_after_a_recovery_the_archive_follows_the_accepted_history_and_keeps_the_lost_one_apart(
    at: World, depot: Depot, store_url: str, since: int
) -> None:
    await receive(at, 9)
    await depot.follow(4)
    lost = await depot.journal()
    await empty(store_url)
    await restore(store_url, HERE, lost[:6])
    fence = (await depot.follow(4))[HERE].fence
    assert fence is not None
    newcomer = World(open_ledger(store_url, at.clock), at.clock, HERE)
    await accept(newcomer, fence.since_ms)
    newcomer._numbers = at._numbers
    await receive(newcomer, since)
    progress = (await depot.follow(4))[HERE]
    assert (progress.left_behind, progress.fence, progress.behind) == (3, None, 0)
    journal = await depot.journal()
    assert archived(depot.archive) == journal
    assert [entry.epoch for entry in depot.archive.entries(HERE)] == [1] * 6 + [2] * (1 + since)
    assert depot.archive.lost(HERE) == [LostBranch(1, 7, 9)]
    assert depot.archive.head(HERE) == Position(2, 7 + since, journal[-1].chain_hash)
    again = (await depot.follow(4))[HERE]
    assert (again.left_behind, again.written) == (0, 0)
    await newcomer.ledger.close()  # type: ignore[attr-defined] # the real one


async def test_an_archive_that_knows_nothing_takes_a_recovered_history_whole(
    at: World, depot: Depot, store_url: str
) -> None:
    await receive(at, 3)
    await depot.follow()
    journal = await depot.journal()
    await empty(store_url)
    await restore(store_url, HERE, journal[:2])
    fence = (await depot.follow())[HERE].fence
    assert fence is not None
    newcomer = World(open_ledger(store_url, at.clock), at.clock, HERE)
    await accept(newcomer, fence.since_ms)
    other = Archive(open_shelf("memory://taken-whole"))
    await Archivist(other, depot.tools.journal).step(HERE)
    await Archivist(other, depot.tools.journal).step(HERE)
    assert archived(other) == await depot.journal()
    assert other.head(HERE).epoch == 2
    assert other.lost(HERE) == []
    await newcomer.ledger.close()  # type: ignore[attr-defined] # the real one


async def test_the_archive_of_another_store_is_not_gone_on_with(at: World, depot: Depot, store_url: str) -> None:
    await receive(at, 8)
    await depot.follow()
    await depot.trim(keep_newest=2)
    fresh = Depot(depot.url, depot.tools, Archive(open_shelf("memory://another-store")), depot.clock, depot.client)
    await empty(store_url)
    newcomer = open_ledger(store_url, at.clock)
    stranger = World(newcomer, at.clock, HERE)
    for _ in range(9):
        await stranger.receive(("Z", 5))
    await fresh.follow()
    await fresh.trim(keep_newest=1)
    depot.client.hset(depot.key("meta"), "epoch", 2)  # as if somebody had accepted it as the history of this archive
    fault = (await depot.follow())[HERE].fault
    assert isinstance(fault, ArchiveError)
    assert "another store" in str(fault)
    await newcomer.close()


async def test_what_no_replica_holds_is_not_archived(at: World, depot: Depot, tmp_path: Path) -> None:
    await receive(at, 2)
    promised = Settings(redis_url=depot.url, durability=Durability(replicas=1, wait_ms=1))  # and there is none
    async with open_tools(promised, str(tmp_path / "promised")) as tools:
        assert tools.archive is not None
        follower = Follower(Archivist(tools.archive, tools.journal), tools.journal)
        with pytest.raises(Unavailable) as caught:
            await follower.catch_up()
        assert caught.value.reason is Reason.OUTCOME_UNKNOWN
        assert tools.archive.locations() == []
    assert depot.client.hget(depot.key("meta"), "barrier") == "1"
