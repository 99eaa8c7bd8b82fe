from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def test_enough_ends_with_0_and_too_little_with_1(stocked: Commands) -> None:
    assert stocked("check", "MUG:9", "PEN:2").exit_code == 0
    assert stocked("check", "MUG:10", "PEN:2").exit_code == 1
    assert stocked("check", "NONE:1").exit_code == 1


def test_the_buffer_of_a_channel_counts_for_that_channel(stocked: Commands) -> None:
    assert stocked("check", "MUG:8", "--channel", "shop").exit_code == 0
    assert stocked("check", "MUG:8", "--channel", "web").exit_code == 1


def test_without_a_quantity_only_the_figures_are_asked_for(stocked: Commands) -> None:
    answer = stocked("check", "MUG", "-o", "json")
    assert answer.exit_code == 0
    assert [line["promise"] for line in answer.data["locations"][0]["lines"]] == [9]


@pytest.mark.parametrize("asked", [("MUG",), ("MUG:0", "PEN"), ("MUG", "--explain")])
def test_where_nothing_is_wanted_it_is_neither_enough_nor_denied(stocked: Commands, asked: tuple[str, ...]) -> None:
    assert stocked("check", *asked).stdout.startswith(f"FIGURES {stocked.location} · ")
    assert stocked("check", "PEN:1", *asked).stdout.startswith(f"ENOUGH {stocked.location} · ")


def test_one_location_that_has_it_all_is_enough(stocked: Commands) -> None:
    other = f"{stocked.location}-B"
    stocked("stock", "receive", "MUG:20", "--location", other)
    here_and_there = ("--location", stocked.location, "--location", other)
    assert stocked("check", "MUG:15", "--location", stocked.location).exit_code == 1
    answer = stocked("check", "MUG:15", *here_and_there, "-o", "jsonl")
    assert answer.exit_code == 0
    assert [(row["location_id"], row["sufficient"]) for row in answer.rows] == [
        (stocked.location, False),
        (other, True),
    ]
    everywhere = stocked("check", "MUG:15", "--all-locations", "-o", "json").data["locations"]
    assert {stocked.location, other} <= {each["location_id"] for each in everywhere}


def test_the_explanation_shows_each_term_and_which_denied_by_how_much(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3", "--ttl", "15m")
    stocked("reserve", "A-2", "MUG:4")
    told = stocked("check", "MUG:5", "--channel", "web", "--explain")
    assert told.exit_code == 1
    lines = [line.rstrip() for line in told.stdout.splitlines()]
    assert lines[0].startswith(f"DENIED {stocked.location} · revision 3 · ")
    sentence = (
        "MUG · 5 wanted, 0 may be promised: 5 too few, denied by committed (2) and safety stock (1) and buffer (2)"
    )
    assert " ".join(lines[2:4]) == sentence
    assert [line.split() for line in lines[6:]] == [
        ["on", "hand", "10", "10"],
        ["-", "held", "3", "7"],
        ["-", "committed", "4", "3", "←", "denies", "2", "of", "the", "5", "wanted"],
        ["-", "allocated", "0"],
        ["-", "damaged", "0"],
        ["-", "quality", "control", "0"],
        ["-", "suspect", "0"],
        ["=", "available", "3"],
        ["-", "safety", "stock", "1", "2", "←", "denies", "1", "of", "the", "5", "wanted"],
        ["-", "buffer", "of", "web", "2", "0", "←", "denies", "2", "of", "the", "5", "wanted"],
        ["=", "promise", "0"],
    ]


def test_the_explanation_adds_up_the_lines_of_one_sku(stocked: Commands) -> None:
    answer = stocked("check", "MUG:6", "PEN:1", "MUG:6", "--explain", "-o", "json").data
    lines = answer["locations"][0]["lines"]
    explained = [line["explanation"] for line in lines]
    assert [(each["wanted"], each["missing"], each["denied_by"]) for each in explained] == [
        (12, 3, ["on_hand", "safety_stock"]),
        (1, 0, []),
        (12, 3, ["on_hand", "safety_stock"]),
    ]


def test_an_unknown_sku_has_nothing_to_explain(stocked: Commands) -> None:
    told = stocked("check", "NONE:1", "--explain")
    assert "NONE · 1 wanted, 0 may be promised: this SKU was never received here" in told.stdout


def test_a_sku_that_never_came_in_is_explained_as_such_though_no_quantity_is_asked(stocked: Commands) -> None:
    for asked in ("CUP", "CUP:1"):
        told = stocked("check", asked, "--explain").stdout
        assert "this SKU was never received here" in told
