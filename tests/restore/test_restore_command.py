"""`gate restore`: from an archive, from a surviving ledger, from both; all of it, or up to a point."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from gate_service.archive import Archive, segment
from gate_service.archive.segment import Header
from gate_service.bootstrap.histories import Sources
from gate_service.bootstrap.restoring import close
from gate_service.domain import operations as ops
from gate_service.ledger.fences import stored_fences
from gate_service.ledger.replay import Replay
from gate_service.store.connect import connect
from tests.contract.moving import check_moved, read_journal, target_of
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
    assert (ended.exit_code, ended.data["locations"]) == (0, [])


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
        (("--archive", "nowhere", "-l", "SOUTH"), "Nothing was restored"),
        (("--ledger-from", "http://here"), "no URL of a store"),
        (("--ledger-from", "{spare}"), "is the store to restore into"),
    ],
)
def test_what_cannot_be_is_said(house: House, words: tuple[str, ...], says: str) -> None:
    ended = house.restore(*(word.format(spare=house.spare) for word in words))
    assert ended.exit_code == 2
    assert says in ended.error["message"]


def test_without_a_yes_nothing_is_written(house: House) -> None:
    house.archive_day()
    ended = house.run("restore", "--redis-url", house.spare, "--archive", str(house.archive), "-o", "json")
    assert (ended.exit_code, "--yes" in ended.error["message"]) == (2, True)
    assert house.everything(house.spare)["meta"] is None
