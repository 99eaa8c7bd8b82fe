"""A large correction waits for a second person."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize("actor", [("--actor", "kim"), ("--actor", "Kim"), ()])
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


def test_a_small_correction_waits_where_it_is_only_proposed_and_says_for_which_variance(house: House) -> None:
    house("wms", "stock", "receive", "MUG:100")
    why = ("--reason", "found", "--note", "on the floor", "--actor", "kim")
    told = house("wms", "stock", "adjust", "MUG:+1", "--propose", "--variance", "V-7", *why)
    assert "A2 needs a second person's yes" in " ".join(told.stdout.split())
    assert "variance V-7; on the floor  MUG on hand +1" in house("wms", "stock", "proposals").stdout
    house("wms", "stock", "approve", "A2", "--actor", "lee")
    assert on_hand(house) == 101
    assert [line.split()[4] for line in house("wms", "ledger").stdout.splitlines()[-2:]] == ["V-7", "V-7"]


def test_up_to_the_threshold_one_person_is_enough(house: House) -> None:
    house("wms", "stock", "receive", "MUG:100")
    told = house("wms", "stock", "adjust", "MUG:-50", "--reason", "write_off")
    assert (told.stdout.startswith("CORRECTED "), told.stderr) == (True, "")
    assert on_hand(house) == 50


def test_what_the_bound_does_not_cover_is_as_the_page_says(house: House) -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "handoffs.md").read_text("utf-8").split())
    house("wms", "stock", "receive", "MUG:200")
    for _ in range(2):
        assert house("wms", "stock", "adjust", "MUG:-50", "--reason", "write_off", "--actor", "kim").exit_code == 0
    assert "Small corrections are not added up over time" in page
    assert on_hand(house) == 100
    assert house("wms", "counts", "submit", "C-1", "MUG:1").exit_code == 0
    assert "A count (`submit_count`) needs no second person, however much it changes" in page
    assert on_hand(house) == 1


def test_a_person_at_another_system_is_the_same_person_as_the_page_says(waiting: House) -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "handoffs.md").read_text("utf-8").split())
    assert "by `gate-actor` alone, without regard to case and to the system" in page
    ended = waiting("boss", "stock", "approve", "A2", "--actor", "KIM")
    assert (ended.exit_code, ended.stderr.startswith("SECOND_ACTOR_REQUIRED: ")) == (1, True)
    assert on_hand(waiting) == 100
