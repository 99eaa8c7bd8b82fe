"""`gate restore`: from an archive, from a surviving ledger, from both; all of it, or up to a point."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from gate_service.archive import Archive, segment
from gate_service.archive.segment import Header
from gate_service.bootstrap.histories import Sources
from gate_service.bootstrap.restoring import Became, close
from gate_service.domain import operations as ops
from gate_service.domain.lineage import Position
from gate_service.ledger import keys
from gate_service.ledger.fences import stored_fences
from gate_service.ledger.replay import Replay
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.contract.moving import check_moved, read_journal, target_of
from tests.contract.stores import open_ledger
from tests.contract.world import World
from tests.docs import pages
from tests.restore.house import BEGIN_MS, EAST, ENTRIES, MINUTE_MS, WEST, House


def test_every_location_comes_back_from_the_archive_and_the_house_too(house: House) -> None:
    house.archive_day()
    ended = house.restore("--archive", str(house.archive))
    assert ended.exit_code == 0
    told = {each["location_id"]: each for each in ended.data["locations"]}
    assert {name: each["entries"] for name, each in told.items()} == {EAST: ENTRIES, WEST: 1, ops.HOUSE: 1}
    assert not any(each["fenced"] for each in told.values())
    assert ended.data["entries"] == ENTRIES + 2
    for location_id in told:
        check_moved(house.everything(house.url, location_id), house.everything(house.spare, location_id))


def test_people_read_how_far_each_location_came_and_how_fast(house: House) -> None:
    house.archive_day()
    ended = house.run("restore", "--redis-url", house.spare, "--archive", str(house.archive), "--yes")
    assert ended.exit_code == 0
    (row,) = [line for line in ended.stdout.splitlines() if line.startswith(EAST)]
    assert str(ENTRIES) in row
    assert row.endswith("open")


def test_one_location_can_be_restored_alone(house: House) -> None:
    house.archive_day()
    ended = house.restore("--archive", str(house.archive), "--location", WEST)
    assert [each["location_id"] for each in ended.data["locations"]] == [WEST]
    assert house.everything(house.spare, EAST)["meta"] is None


def test_up_to_a_revision_what_lies_behind_is_left_out_and_the_location_stays_closed(house: House) -> None:
    house.archive_day()
    ended = house.restore("--archive", str(house.archive), "-l", EAST, "--to-revision", "3")
    assert ended.exit_code == 0  # as it was asked
    (told,) = ended.data["locations"]
    assert (told["revision"], told["fenced"], told["remembered_revision"]) == (3, True, ENTRIES)
    assert house.journal(house.spare) == house.journal(house.url)[:3]
    looked = house.run("recover", EAST, "--redis-url", house.spare, "-o", "json")
    assert (looked.exit_code, looked.data["lost_from"], looked.data["lost_to"]) == (4, 4, ENTRIES)


def test_up_to_a_time_no_later_entry_comes_back(house: House) -> None:
    house.archive_day()
    until = datetime.fromtimestamp((BEGIN_MS + 2 * MINUTE_MS) / 1000, UTC).isoformat()
    ended = house.restore("--archive", str(house.archive), "-l", EAST, "--to-time", until)
    (told,) = ended.data["locations"]
    assert (told["revision"], told["at_ms"]) == (3, BEGIN_MS + 2 * MINUTE_MS)


def test_a_ledger_that_survived_elsewhere_is_enough(house: House) -> None:
    ended = house.restore("--ledger-from", house.url)
    assert ended.exit_code == 0
    check_moved(house.everything(house.url), house.everything(house.spare))


def test_what_the_archive_lacks_comes_from_the_ledger_that_survived(house: House) -> None:
    house.archive_day()
    house.reserve("O-more")
    before = house.everything(house.url)
    house.trim(3)
    ended = house.restore("--archive", str(house.archive), "--ledger-from", house.url, "-l", EAST)
    assert ended.exit_code == 0
    assert ended.data["locations"][0]["revision"] == ENTRIES + 1
    check_moved(before, house.everything(house.spare))


def test_what_is_in_neither_is_named_and_nothing_is_written(house: House) -> None:
    house.trim(3)
    ended = house.restore("--ledger-from", house.url, "-l", EAST)
    assert ended.exit_code == 2
    assert "begins at revision 4, and the archive ends at 0" in ended.error["message"]
    assert house.everything(house.spare)["meta"] is None


def test_a_store_that_lost_its_end_gives_way_to_the_archive(house: House) -> None:
    house.archive_day()
    house.go_back(4)
    ended = house.restore("--archive", str(house.archive), "--ledger-from", house.url, "-l", EAST)
    assert ended.data["locations"][0]["revision"] == ENTRIES


def test_a_survivor_that_is_known_to_have_lost_its_end_is_restored_closed(house: House) -> None:
    remembered = target_of(house.journal(house.url))
    house.go_back(4)
    house.remember(remembered)
    ended = house.restore("--ledger-from", house.url, "-l", EAST)
    (told,) = ended.data["locations"]
    assert (ended.exit_code, told["revision"], told["fenced"], told["remembered_revision"]) == (4, 4, True, ENTRIES)


def test_where_something_else_stands_nothing_is_restored_at_all(house: House) -> None:
    house.archive_day()
    house.reserve("O-more")
    before = house.everything(house.url)
    ended = house.restore("--archive", str(house.archive), url=house.url)
    assert ended.exit_code == 2
    assert ended.error["rows"] == [{"where": EAST, "what": f"something else stands there, at revision {ENTRIES + 1}"}]
    assert house.everything(house.url) == before


def test_what_stands_there_already_is_left_as_it_is(house: House) -> None:
    house.archive_day()
    assert house.restore("--archive", str(house.archive)).data["entries"] == ENTRIES + 2
    ended = house.restore("--archive", str(house.archive))
    assert (ended.exit_code, ended.data["entries"]) == (0, 0)
    assert {each["location_id"]: each["became"] for each in ended.data["locations"]} == dict.fromkeys(
        (EAST, WEST, ops.HOUSE), "is there already, the same"
    )


def again(house: House, *words: str) -> tuple[int, dict[str, object]]:
    """Ask for the east once more, where it is there already."""
    house.archive_day()
    ended = house.restore("--archive", str(house.archive), "-l", EAST, *words, url=house.url)
    (told,) = ended.data["locations"]
    return ended.exit_code, told


def test_a_location_that_is_there_and_lacks_an_entry_is_named_with_it(house: House) -> None:
    house.write("XDEL", keys.ledger(EAST), "3-0")
    code, told = again(house)
    assert (code, told["became"]) == (4, "is there already, and differs")
    assert told["problem"] == "at revision 3: the entry is missing"


def test_a_location_that_is_there_with_another_text_in_an_entry_is_named_with_it(house: House) -> None:
    journal = house.journal(house.url)
    house.write("DEL", keys.ledger(EAST))
    for entry in journal:
        body = entry.body.replace("O-2", "O-9")
        texts = ("envelope", entry.envelope, "body", body, "reply", entry.reply, "changes", entry.changes)
        told = ("at_ms", str(entry.at_ms), *texts, "hash", entry.chain_hash)
        house.write("XADD", keys.ledger(EAST), f"{entry.revision}-0", *told)
    code, told_again = again(house)
    assert (code, told_again["problem"]) == (4, "at revision 3: another body than in the history")


def test_a_location_that_is_there_with_another_stock_than_its_ledger_is_named(house: House) -> None:
    house.write("HSET", keys.location_keys(EAST)[1], "A", "21 0 6 0 0 0 0 0 0 0 0")
    code, told = again(house)
    assert (code, told["became"]) == (4, "is there already, and differs")
    assert "on_hand of A" in str(told["problem"])


def test_a_location_that_goes_beyond_what_is_asked_is_named(house: House) -> None:
    code, told = again(house, "--to-revision", "3")
    assert (code, told["became"], told["as_asked"]) == (4, "goes beyond what was asked", False)
    assert told["problem"] == f"asked for up to revision 3, and it is at {ENTRIES}"


def test_a_location_that_goes_beyond_what_is_asked_is_told_what_was_asked_though_that_is_trimmed(house: House) -> None:
    house.write("HSET", keys.meta(EAST), "trimmed", "4")
    house.write("XTRIM", keys.ledger(EAST), "MINID", "5-0")
    assert again(house, "--to-revision", "3")[1]["problem"] == f"asked for up to revision 3, and it is at {ENTRIES}"


def test_a_location_that_is_all_there_and_closed_ends_with_4_each_time(house: House) -> None:
    house.remember(Position(1, ENTRIES + 3, "f" * 40))
    code, told = again(house)
    assert (code, told["became"], told["fenced"]) == (4, "is there already, the same", True)
    people = house.run("restore", "--redis-url", house.url, "--archive", str(house.archive), "-l", EAST)
    assert people.exit_code == 4  # and nobody is asked where nothing is to be written
    assert f"{EAST} is closed" in people.stdout


def test_what_was_cut_is_the_same_when_asked_again_and_short_when_more_is_asked(house: House) -> None:
    house.archive_day()
    words = ("--archive", str(house.archive), "-l", EAST)
    until = datetime.fromtimestamp((BEGIN_MS + 2 * MINUTE_MS) / 1000, UTC).isoformat()
    for cut, code, became in (
        (("--to-revision", "3"), 0, "restored"),
        (("--to-revision", "3"), 0, "is there already, the same"),
        (("--to-time", until), 0, "is there already, the same"),
        (("--to-revision", "2"), 4, "goes beyond what was asked"),
        (("--to-revision", "5"), 4, "ends before what was asked"),
    ):
        ended = house.restore(*words, *cut)
        assert (ended.exit_code, ended.data["locations"][0]["became"]) == (code, became), cut


def test_a_time_before_everything_is_said_and_nothing_is_written(house: House) -> None:
    house.archive_day()
    ended = house.restore("--archive", str(house.archive), "-l", EAST, "--to-time", "2001-01-01")
    (told,) = ended.data["locations"]
    assert (ended.exit_code, told["became"]) == (4, "began after what was asked")
    assert house.everything(house.spare)["meta"] is None


SOUTH = "SOUTH"


async def open_south(url: str) -> None:
    """Let something happen in the south, long after all else."""
    clock = Clock(BEGIN_MS + 60 * MINUTE_MS)
    ledger = open_ledger(url, clock)
    await World(ledger, clock, SOUTH).receive(("A", 1))
    await ledger.close()


def test_a_location_that_began_after_the_time_asked_is_named_beside_one_that_did_not(house: House) -> None:
    asyncio.run(open_south(house.url))
    until = datetime.fromtimestamp((BEGIN_MS + 2 * MINUTE_MS) / 1000, UTC).isoformat()
    words = ("--ledger-from", house.url, "-l", EAST, "-l", SOUTH, "--to-time", until)
    for became in ("restored", "is there already, the same"):
        ended = house.restore(*words)
        east, south = ended.data["locations"]
        assert (ended.exit_code, east["became"], south["became"]) == (4, became, "began after what was asked")


def test_all_locations_are_closed_before_the_first_is_told(house: House) -> None:
    house.archive_day()
    assert asyncio.run(closed(house)) == {EAST: True, WEST: True, ops.HOUSE: True}
    assert house.restore("--archive", str(house.archive)).exit_code == 0


async def closed(house: House) -> dict[str, bool]:
    """Close what is to be restored, and go away; say of each fence whether it is one of a restore."""
    store = connect(house.spare)
    sources = Sources(Archive.open(str(house.archive)), None)
    await close(Replay(store), [await sources.history(each) for each in (EAST, WEST, ops.HOUSE)])
    fences = await stored_fences(store)
    await store.close()
    return {location_id: fence.restoring for location_id, fence in fences.items()}


def test_an_interrupted_restore_goes_on(house: House) -> None:
    house.archive_day()
    asyncio.run(begin(house, 2))
    ended = house.restore("--archive", str(house.archive), "-l", EAST)
    (told,) = ended.data["locations"]
    assert (ended.exit_code, told["entries"], told["fenced"]) == (0, ENTRIES - 2, False)
    check_moved(house.everything(house.url), house.everything(house.spare))


async def begin(house: House, entries: int) -> None:
    """Restore some entries of the east into the spare store, and go away."""
    journal = await read_journal(house.url, EAST)
    store = connect(house.spare)
    replay = Replay(store)
    fence, _ = await replay.begin(EAST, target_of(journal))
    await replay.tell(EAST, fence, journal[:entries])
    await store.close()


def test_an_archive_that_tells_something_else_is_believed_up_to_there(house: House) -> None:
    spoilt = house.journal(house.url)
    body = json.loads(spoilt[3].body) | {"order_id": "O-other"}
    spoilt[3] = spoilt[3]._replace(body=json.dumps(body), changes='{"A":{"committed":4}}')
    for place in range(3, ENTRIES):
        spoilt[place] = spoilt[place]._replace(chain_hash=spoilt[place].hash_after(spoilt[place - 1].chain_hash))
    found, content = segment.write(Header(EAST, 1, 1, 1, "", spoilt[0].at_ms), spoilt)
    house.put(found, content)
    ended = house.restore("--archive", str(house.archive))
    (told,) = ended.data["locations"]
    assert (ended.exit_code, told["revision"], told["fenced"]) == (4, 3, True)
    assert told["problem"] == "entry 4 differs at changes.A.committed: 3 here, 4 in what is told"


def test_a_spoilt_archive_is_told_before_anything_is_written(house: House) -> None:
    house.archive_day()
    (file,) = (house.archive / EAST).glob("*.gz")
    file.write_bytes(file.read_bytes()[:-20])
    ended = house.restore("--archive", str(house.archive))
    assert ended.exit_code == 4
    assert ended.error["location_id"] == EAST
    assert house.everything(house.spare)["meta"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "From where?"),
        (("--archive", "nowhere", "-l", "SOUTH"), "no archive at nowhere"),
        (("--ledger-from", "{url}", "-l", "SOUTH"), "Nothing was restored"),
        (("--archive", "nowhere", "-l", "bad loc!"), "No location can be called 'bad loc!'"),
        (("--archive", "nowhere", "--to-revision", "3", "--to-time", "2026-03-01"), "say one of them"),
        (("--ledger-from", "http://here"), "no URL of a store"),
        (("--ledger-from", "{spare}"), "is the store to restore into"),
    ],
)
def test_what_cannot_be_is_said(house: House, words: tuple[str, ...], says: str) -> None:
    ended = house.restore(*(word.format(spare=house.spare, url=house.url) for word in words))
    assert ended.exit_code == 2
    assert says in ended.error["message"]


def test_without_a_yes_nothing_is_written(house: House) -> None:
    house.archive_day()
    ended = house.run("restore", "--redis-url", house.spare, "--archive", str(house.archive), "-o", "json")
    assert (ended.exit_code, "--yes" in ended.error["message"]) == (2, True)
    assert house.everything(house.spare)["meta"] is None


def test_the_page_names_all_that_can_become_of_a_location() -> None:
    rows = pages.table("restore.md", "became", "which is")
    assert [row["became"] for row in rows] == [each.value for each in Became]
