"""`gate recover`: what it finds, what it takes from the archive, and what a person accepts."""

from __future__ import annotations

import json

import pytest

from gate_service.domain.lineage import Position
from gate_service.ledger import keys
from tests.contract.moving import target_of
from tests.restore.house import BEGIN_MS, EAST, ENTRIES, House

ANN = ("--accept", "--operator", "ann")


@pytest.fixture
def remembered(house: House) -> Position:
    """Give what a gate remembers of the day."""
    return target_of(house.journal(house.url))


@pytest.fixture
def lost(house: House, remembered: Position) -> House:
    """Give a store that has lost the last two entries, all of which are archived, and a gate that found out."""
    house.archive_day()
    house.go_back(ENTRIES - 2)
    house.remember(remembered)
    return house


def test_it_lists_what_is_fenced_and_says_so_by_its_exit_code(lost: House, remembered: Position) -> None:
    ended = lost.recover("--list")
    assert ended.exit_code == 4
    (told,) = ended.data["locations"]
    assert (told["location_id"], told["remembered"]["revision"]) == (EAST, remembered.revision)
    assert EAST in lost.run("recover", "--list", "--redis-url", lost.url).stdout


def test_where_nothing_is_fenced_the_list_is_empty(house: House) -> None:
    ended = house.recover("--list")
    assert (ended.exit_code, ended.data) == (0, {"locations": [], "not_asked": [], "servers_away": []})


def test_a_location_of_which_nothing_is_left_is_on_the_list(house: House, remembered: Position) -> None:
    house.write("FLUSHALL")
    house.remember(remembered)
    assert [each["location_id"] for each in house.recover("--list").data["locations"]] == [EAST]


def test_a_look_says_what_is_remembered_what_is_here_and_what_is_lost_and_writes_nothing(lost: House) -> None:
    before = lost.everything(lost.url)
    ended = lost.recover(EAST)
    assert ended.exit_code == 4
    told = ended.data
    assert (told["position"]["revision"], told["fence"]["remembered"]["revision"]) == (ENTRIES - 2, ENTRIES)
    assert (told["lost_from"], told["lost_to"]) == (ENTRIES - 1, ENTRIES)
    assert told["ledger"] == {"entries": ENTRIES - 2, "first_in_store": 1, "broken": ""}
    assert told["stock"] == {"compared": True, "drift": []}
    assert lost.everything(lost.url) == before


def test_people_read_what_to_do_next(lost: House) -> None:
    ended = lost.run("recover", EAST, "--redis-url", lost.url, "--archive", str(lost.archive))
    assert "--from-archive" in ended.stdout
    assert "revisions 5 to 6" in ended.stdout
    assert "--note" in lost.run("recover", EAST, "--redis-url", lost.url).stdout


def test_a_location_that_is_open_is_said_to_be(house: House) -> None:
    ended = house.recover(EAST)
    assert (ended.exit_code, ended.data["fenced"]) == (0, False)


def test_a_location_of_which_nobody_knows_is_not_said_to_be_open(house: House) -> None:
    ended = house.recover("NOWHERE")
    assert (ended.exit_code, ended.error["location_id"]) == (4, "NOWHERE")


def test_accepted_it_is_open_in_the_next_epoch_and_its_ledger_names_who_and_what(lost: House) -> None:
    ended = lost.recover(EAST, *ANN, "--note", "the disk is gone")
    assert (ended.exit_code, ended.data["epoch"], ended.data["fenced"]) == (0, 2, False)
    entry = lost.journal(lost.url)[-1]
    assert json.loads(entry.body)["note"] == "the disk is gone"
    assert (json.loads(entry.body)["lost_from"], json.loads(entry.body)["lost_to"]) == (ENTRIES - 1, ENTRIES)
    assert json.loads(entry.envelope)["actor"] == "ann"
    assert lost.recover(EAST).data["fenced"] is False


def test_what_the_archive_has_more_is_taken_and_then_nothing_is_lost(lost: House, remembered: Position) -> None:
    ended = lost.recover(EAST, "--archive", str(lost.archive), "--from-archive", *ANN)
    assert (ended.exit_code, ended.data["taken"], ended.data["fenced"]) == (0, 2, False)
    assert (ended.data["epoch"], target_of(lost.journal(lost.url))) == (0, remembered)
    lost.reserve("O-next")


def test_without_a_yes_nothing_is_taken_from_the_archive_either(lost: House) -> None:
    ended = lost.recover(EAST, "--archive", str(lost.archive), "--from-archive")
    assert (ended.exit_code, ended.data["taken"]) == (4, 0)
    found = {"shared_revision": ENTRIES - 2, "missing_from": ENTRIES - 1, "missing_to": ENTRIES}
    assert found.items() <= ended.data["archive"].items()
    assert ended.data["archive"]["has_remembered"] is True
    assert len(lost.journal(lost.url)) == ENTRIES - 2


def test_an_archive_that_has_a_part_of_it_brings_that_back_and_the_rest_is_for_a_person(house: House) -> None:
    house.archive_day()
    house.reserve("O-not-archived")
    remembered = target_of(house.journal(house.url))
    house.go_back(ENTRIES - 2)
    house.remember(remembered)
    ended = house.recover(EAST, "--archive", str(house.archive), "--from-archive", *ANN)
    assert (ended.exit_code, ended.data["taken"], ended.data["fenced"]) == (4, 2, True)
    assert (ended.data["lost_from"], ended.data["lost_to"]) == (ENTRIES + 1, ENTRIES + 1)
    assert house.recover(EAST, *ANN).data["epoch"] == 2


def test_an_archive_that_has_no_more_is_of_no_help(house: House, remembered: Position) -> None:
    house.go_back(ENTRIES - 2)
    house.archive_all()
    house.remember(remembered)
    ended = house.recover(EAST, "--archive", str(house.archive), "--from-archive", *ANN)
    assert (ended.exit_code, "has nothing behind" in ended.error["message"]) == (2, True)


def test_where_the_store_went_on_otherwise_the_archive_says_from_where_on(lost: House) -> None:
    lost.recover(EAST, *ANN)
    lost.write("HSET", keys.meta(EAST), "epoch", "1")
    lost.remember(Position(1, ENTRIES, "f" * 40))
    ended = lost.recover(EAST, "--archive", str(lost.archive))
    assert ended.data["archive"]["shared_revision"] == ENTRIES - 2
    assert ended.data["archive"]["missing_to"] == 0


def test_an_entry_that_is_gone_is_named(lost: House) -> None:
    lost.write("XDEL", keys.ledger(EAST), "2-0")
    assert lost.recover(EAST).data["ledger"]["broken"] == "entry 2 is missing"


def test_a_bucket_that_was_changed_by_hand_is_named(lost: House) -> None:
    lost.write("HSET", keys.location_keys(EAST)[1], "A", "21 0 6 0 0 0 0 0 0 0 0")
    assert lost.recover(EAST).data["stock"]["drift"] == [{"sku": "A", "bucket": "on_hand", "stored": 21, "summed": 20}]


def test_what_is_trimmed_is_summed_up_from_the_archive(lost: House) -> None:
    lost.trim(2)
    assert lost.recover(EAST).data["stock"]["compared"] is False
    told = lost.recover(EAST, "--archive", str(lost.archive)).data
    assert told["stock"] == {"compared": True, "drift": []}
    assert told["ledger"] == {"entries": ENTRIES - 4, "first_in_store": 3, "broken": ""}


def test_what_is_half_restored_is_not_accepted(house: House) -> None:
    house.archive_day()
    journal = house.journal(house.url)
    house.write("FLUSHALL")
    restoring = {"since_ms": BEGIN_MS, "remembered": target_of(journal), "found": [1, 0, ""], "restoring": True}
    house.write("HSET", keys.meta(EAST), "fenced", json.dumps(restoring))
    ended = house.recover(EAST, *ANN)
    assert (ended.exit_code, "gate restore" in ended.error["message"]) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Which location?"),
        ((EAST, "--accept"), "--operator NAME"),
        ((EAST, "--accept", "--operator", "two words"), "--operator NAME"),
        ((EAST, "--from-archive"), "--archive URL"),
        ((EAST, "--note", "x" * 201), "201 characters"),
        ((EAST, "--note", "one\ntwo"), "line break"),
        ((EAST, "--note", "\x1b[31m"), "control character"),
        (("bad loc!",), "No location can be called 'bad loc!'"),
    ],
)
def test_what_cannot_be_is_said(house: House, words: tuple[str, ...], says: str) -> None:
    ended = house.recover(*words)
    assert ended.exit_code == 2
    assert says in ended.error["message"]
