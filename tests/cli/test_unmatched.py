"""Parcels that no wave of ours allowed."""

from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def test_a_shipment_of_a_3pl_releases_what_was_allocated_once(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    permit = stocked("wave", "authorize", "-", "-o", "json", stdin="order_id,sku,quantity\nA-1,MUG,3\n").data[
        "permit_id"
    ]
    stocked("pick", "report", permit, "A-1:MUG:3")
    (level,) = stocked("stock", "get", "MUG", "-o", "jsonl").rows
    assert (level["allocated"], level["picked"]) == (3, 3)
    assert "picked" in stocked("stock", "list").stdout.splitlines()[1]
    told = [
        stocked("ship", "A-1", "--permit", permit, "--shipment", "S-1"),
        stocked("ship", "A-1", "MUG:3", "--without-permit", "--shipment", "S-1", "--system", "3pl"),
    ]
    assert "3 units left with S-1" in told[0].stdout
    assert "This shipment was confirmed before; nothing changed." in told[1].stdout
    (level,) = stocked("stock", "get", "MUG", "-o", "jsonl").rows
    assert (level["on_hand"], level["allocated"]) == (7, 0)


def test_a_shipment_that_matches_nothing_is_kept_until_somebody_says_what_it_was(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    refused = stocked("ship", "A-77", "MUG:2", "--without-permit", "--shipment", "S-7")
    assert (refused.exit_code, refused.stderr.startswith("RESERVATION_NOT_FOUND")) == (1, True)
    assert "It is kept as U3, until somebody says what it was: gate unmatched resolve U3" in refused.stderr
    listed = stocked("unmatched", "list")
    assert "A-77   S-7       MUG 2  RESERVATION_NOT_FOUND" in listed.stdout
    stays = stocked("unmatched", "resolve", "U3", "--order", "A-78")
    assert (stays.exit_code, stays.stderr.splitlines()[0].partition(":")[0]) == (1, "RESERVATION_NOT_FOUND")
    resolved = stocked("unmatched", "resolve", "U3", "--order", "A-1", "--note", "a typing error")
    assert resolved.stdout.startswith("COMMITTED order A-1 · 2 units left with U3")
    assert "Every shipment so far matched an order." in stocked("unmatched", "list").stdout
    again = stocked("unmatched", "resolve", "U3", "--not-ours")
    assert (again.exit_code, again.stderr.startswith("UNMATCHED_NOT_FOUND"), "is kept" in again.stderr) == (
        1,
        True,
        False,
    )


def test_a_shipment_that_is_not_ours_is_put_away(stocked: Commands) -> None:
    stocked("ship", "A-77", "MUG:2", "--without-permit", "--shipment", "S-7")
    told = stocked("unmatched", "resolve", "U2", "--not-ours")
    assert told.stdout.startswith("PUT AWAY U2, none of ours · revision 3")
    assert stocked("unmatched", "list", "-o", "json").data["shipments"] == []


@pytest.mark.parametrize("args", [(), ("--order", "A-1", "--not-ours")])
def test_what_a_shipment_was_is_said_in_one_way(stocked: Commands, args: tuple[str, ...]) -> None:
    ended = stocked("unmatched", "resolve", "U1", *args)
    assert (ended.exit_code, "with --order, or --not-ours; not both" in ended.stderr) == (2, True)


@pytest.mark.parametrize("args", [(), ("--permit", "P1", "--without-permit")])
def test_a_shipment_has_a_permit_or_says_that_it_has_none(stocked: Commands, args: tuple[str, ...]) -> None:
    ended = stocked("ship", "A-1", "--shipment", "S-1", *args)
    assert (ended.exit_code, "or --without-permit where no wave of ours was picked" in ended.stderr) == (2, True)
