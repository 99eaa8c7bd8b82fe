"""An order without a location: the channel web is served from EAST, then WEST; one unit of each is kept back."""

from __future__ import annotations

import itertools

import pytest

from tests.cli.house import House

_NUMBERS = itertools.count(1)
NOWHERE = {"GATE_LOCATION": ""}


@pytest.fixture
def tray(house: House) -> str:
    """Give a SKU of which EAST may promise 4 to the channel, and WEST 9."""
    sku = f"TRAY-{next(_NUMBERS)}"
    house("wms", "stock", "receive", f"{sku}:5", "-l", "EAST")
    house("wms", "stock", "receive", f"{sku}:10", "-l", "WEST")
    return sku


def test_a_channel_is_asked_for_its_own_locations_in_their_order(house: House, tray: str) -> None:
    args = ("check", f"{tray}:5", "--channel", "web", "-o", "json")
    locations = house("shop", *args, env=NOWHERE).data["locations"]
    assert [(each["location_id"], each["sufficient"]) for each in locations] == [("EAST", False), ("WEST", True)]
    (one,) = house("shop", *args, "-l", "WEST").data["locations"]
    assert one["location_id"] == "WEST"


def test_an_order_without_a_location_is_served_from_wherever_it_is_whole(house: House, tray: str) -> None:
    told = house("shop", "reserve", f"A-{tray}", f"{tray}:5", "--channel", "web", "--ttl", "5m", env=NOWHERE)
    assert told.stdout.startswith(f"HELD order A-{tray}, sourced by the gate · 5 units")
    assert [line.split()[0] for line in told.stdout.splitlines()[4:]] == ["WEST"]
    assert told.stderr == f"Next: gate confirm A-{tray} --sourced   or   gate release A-{tray} --sourced\n"
    confirmed = house("shop", "confirm", f"A-{tray}", "--sourced")
    assert confirmed.stdout.startswith(f"COMMITTED order A-{tray}, sourced by the gate")
    assert house("shop", "reservation", f"A-{tray}", "-l", "WEST").exit_code == 0


def test_an_order_that_no_location_has_whole_comes_in_parts_and_goes_back_as_one(house: House, tray: str) -> None:
    args = ("reserve", f"A-{tray}", f"{tray}:12", "--channel", "web", "--sourced")
    parts = house("shop", *args, "-o", "json").data["parts"]
    got = [(part["location_id"], [line["quantity"] for line in part["lines"]]) for part in parts]
    assert got == [("EAST", [4]), ("WEST", [8])]
    released = house("shop", "release", f"A-{tray}", "--sourced")
    assert released.stdout.startswith(f"RELEASED order A-{tray}, sourced by the gate · 12 units given back")


def test_a_location_that_is_named_is_the_one_that_is_asked(house: House, tray: str) -> None:
    order = ("reserve", f"A-{tray}", f"{tray}:5", "--channel", "web")
    ended = house("shop", *order, "-l", "EAST", "-o", "json")
    assert (ended.exit_code, ended.error["violations"][0]["possible"]) == (1, 4)
    assert house("shop", *order, "--sourced", env={"GATE_LOCATION": "EAST"}).exit_code == 0


@pytest.mark.parametrize(
    "args",
    [("reserve", "A-1", "PEN:1", "--channel", "web"), ("confirm", "A-1"), ("release", "A-1"), ("reservation", "A-1")],
)
def test_a_location_beside_sourced_would_count_for_nothing_and_is_refused(house: House, args: tuple[str, ...]) -> None:
    ended = house("shop", *args, "--sourced", "-l", "WEST")
    said = "--sourced leaves it to the gate where, and --location WEST says where: leave one out.\n"
    assert (ended.exit_code, ended.stdout, ended.stderr) == (2, "", said)


def test_without_a_channel_there_is_nothing_to_go_by(house: House, tray: str) -> None:
    ended = house("shop", "reserve", f"A-{tray}", f"{tray}:1", "--channel", "store", env=NOWHERE)
    assert (ended.exit_code, ended.stderr.startswith("UNKNOWN_CHANNEL")) == (1, True)
    assert "With --location the gate need not find where." in ended.stderr
    house("wms", "stock", "receive", f"{tray}:1", "-l", "MAIN")
    assert " at MAIN · 1 unit" in house("shop", "reserve", f"A-{tray}", f"{tray}:1", env=NOWHERE).stdout
