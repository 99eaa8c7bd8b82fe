"""Codes that are easily taken for one another."""

from __future__ import annotations

from gate_service.reconcile.neighbours import neighbours


def test_one_other_character_makes_a_neighbour_and_two_do_not() -> None:
    assert neighbours(["MUG-117", "MUG-118", "MUG-228"]) == {"MUG-117": ("MUG-118",), "MUG-118": ("MUG-117",)}


def test_two_characters_that_are_swapped_make_a_neighbour_where_they_stand_side_by_side() -> None:
    assert neighbours(["MUG-12", "MUG-21", "GUM-12"]) == {"MUG-12": ("MUG-21",), "MUG-21": ("MUG-12",)}


def test_a_crowd_in_which_each_is_like_each_tells_nothing() -> None:
    crowd = [f"MUG-{letter}" for letter in "ABCDEFGHIJKLMN"]
    assert neighbours(crowd) == {}


def test_nobody_has_more_neighbours_than_can_be_looked_into() -> None:
    found = neighbours([f"M{letter}{digit}" for letter in "ABCDEFGH" for digit in "12345678"])
    assert {len(others) for others in found.values()} == {8}
