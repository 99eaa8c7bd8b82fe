"""A large correction waits for a second person."""

from __future__ import annotations

import pytest

from tests.cli.house import House


@pytest.fixture
def waiting(house: House) -> House:
    """Give a location with 100 mugs, of which kim wants to write off 51: proposal A2."""
    house("wms", "stock", "receive", "MUG:100")
    told = house("wms", "stock", "adjust", "MUG:-51", "--reason", "write_off", "--note", "[flood]", "--actor", "kim")
    assert told.exit_code == 0
    assert "A2 needs a second person's yes" in " ".join(told.stdout.split())
    assert "Nothing has changed yet:" in told.stdout
    assert told.stderr == "Next, by somebody else: gate stock approve A2 --actor NAME   or   … --reject\n"
    return house


def on_hand(house: House) -> int:
    (level,) = house("wms", "stock", "get", "MUG", "-o", "jsonl").rows
    return int(level["on_hand"])


def test_it_is_listed_with_who_wants_what_and_why(waiting: House) -> None:
    table = waiting("wms", "stock", "proposals").stdout
    assert "kim @ wms  write_off  [flood]  MUG on hand -51" in table
    (proposal,) = waiting("wms", "stock", "proposals", "-o", "jsonl").rows
    assert (proposal["proposal_id"], proposal["lines"][0]["delta"]) == ("A2", -51)
    assert on_hand(waiting) == 100


@pytest.mark.parametrize("actor", [("--actor", "kim"), ()])
def test_whoever_asked_cannot_say_yes(waiting: House, actor: tuple[str, ...]) -> None:
    ended = waiting("wms", "stock", "approve", "A2", *actor)
    assert (ended.exit_code, ended.stderr.startswith("SECOND_ACTOR_REQUIRED: ")) == (1, True)
    assert "The second person names themselves with --actor" in ended.stderr
    assert on_hand(waiting) == 100


def test_a_second_person_says_yes_and_it_is_done_once(waiting: House) -> None:
    told = waiting("wms", "stock", "approve", "A2", "--actor", "lee")
    assert (told.exit_code, told.stdout.startswith("APPROVED A2 at ")) == (0, True)
    assert on_hand(waiting) == 49
    again = waiting("wms", "stock", "approve", "A2", "--actor", "lee", "-o", "json")
    assert (again.exit_code, again.error["reason"]) == (1, "PROPOSAL_NOT_FOUND")
    assert "No correction waits." in waiting("wms", "stock", "proposals").stdout


def test_a_no_puts_it_away(waiting: House) -> None:
    told = waiting("wms", "stock", "approve", "A2", "--reject", "--actor", "lee", "--note", "count first")
    assert told.stdout.splitlines()[1] == "It was put away; nothing changed."
    assert on_hand(waiting) == 100
    assert waiting("wms", "stock", "proposals", "-o", "json").data["proposals"] == []


def test_up_to_the_threshold_one_person_is_enough(house: House) -> None:
    house("wms", "stock", "receive", "MUG:100")
    told = house("wms", "stock", "adjust", "MUG:-50", "--reason", "write_off")
    assert (told.stdout.startswith("CORRECTED "), told.stderr) == (True, "")
    assert on_hand(house) == 50
