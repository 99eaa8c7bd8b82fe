"""Goods that come back, change their status, or are held back."""

from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def level(gate: Commands, sku: str) -> dict[str, int]:
    (found,) = gate("stock", "get", sku, "-o", "jsonl").rows
    return dict(found)


def test_a_return_is_inspected_before_it_is_sold_again(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    stocked("ship", "A-1", "--without-permit", "--shipment", "S-1")
    told = stocked("stock", "return", "RMA-1", "MUG:2", "--order", "A-1").stdout
    assert told.startswith(f"RETURNED 2 units at {stocked.location} with RMA-1 of order A-1")
    assert "no such units left" not in told
    assert (level(stocked, "MUG")["quality_control"], level(stocked, "MUG")["available"]) == (2, 7)
    moved = stocked("stock", "move", "MUG:quality_control:available:1", "MUG:quality_control:damaged:1")
    assert moved.stdout.startswith(f"MOVED 2 units at {stocked.location}")
    assert (level(stocked, "MUG")["damaged"], level(stocked, "MUG")["available"]) == (1, 8)
    stocked("stock", "move", "MUG:damaged:written_off:1", "--reason", "scrapped", "--note", "in two pieces")
    assert (level(stocked, "MUG")["damaged"], level(stocked, "MUG")["on_hand"]) == (0, 8)


def test_a_return_that_was_never_shipped_is_taken_in_and_said_so(stocked: Commands) -> None:
    told = stocked("stock", "return", "RMA-1", "MUG:2", "--order", "A-9").stdout
    assert "Taken in, though A-9 has no such units left to return: MUG 2" in told
    assert "no such units" not in stocked("stock", "return", "RMA-2", "MUG:2").stdout


def test_a_file_says_for_each_line_of_a_return_where_it_lands(stocked: Commands) -> None:
    lines = "sku,quantity,landing\nMUG,1,available\nPEN,2,\nMUG,3,damaged\n"
    assert stocked("stock", "return", "RMA-1", "-f", "-", stdin=lines).exit_code == 0
    mug, pen = level(stocked, "MUG"), level(stocked, "PEN")
    assert (mug["on_hand"], mug["damaged"], pen["quality_control"]) == (14, 3, 2)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("MUG:2", "say SKU:FROM:TO:QUANTITY (MUG:quality_control:available:2)"),
        (
            "MUG:written_off:available:2",
            "Where units come from must be one of available, damaged, quality_control, suspect.",
        ),
        (
            "MUG:available:lost:2",
            "Where units go must be one of available, damaged, quality_control, suspect, written_off.",
        ),
    ],
)
def test_a_move_that_cannot_be_read_asks_nothing(stocked: Commands, word: str, told: str) -> None:
    ended = stocked("stock", "move", word)
    assert (ended.exit_code, told in " ".join(ended.stderr.split())) == (2, True)
    assert len(stocked("ledger", "-o", "jsonl").rows) == 1


def test_a_move_out_of_what_is_reserved_names_the_orders_that_it_hits(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:7", "--channel", "web", "-l", stocked.location)
    told = stocked("stock", "move", "MUG:available:damaged:5").stdout
    assert "MUG: 2 units more are reserved than may be sold" in told
    assert [line.split() for line in told.splitlines()][-1] == ["A-1", "web", "2", "waits"]


def test_a_hold_on_a_sku_keeps_all_of_it_from_being_promised(stocked: Commands) -> None:
    placed = stocked("stock", "hold", "place", "RECALL-7", "MUG", "--note", "sharp [edges]", "--actor", "kim")
    assert placed.stdout.startswith(f"HELD all of MUG at {stocked.location} by RECALL-7")
    assert "On hold, neither promised nor picked: MUG" in placed.stdout
    assert "On hold, neither promised nor picked: MUG" in stocked("stock", "list").stdout
    assert stocked("check", "MUG:1").exit_code == 1
    told = stocked("check", "MUG:1", "--explain").stdout
    assert "denied by hold on the SKU (1)" in told
    listed = stocked("stock", "hold", "list").stdout
    assert [line.split()[:4] for line in listed.splitlines()[3:]] == [["RECALL-7", "MUG", "all", "all"]]
    assert "kim @ cli  sharp [edges]" in listed
    assert stocked("stock", "hold", "lift", "RECALL-7").stdout.startswith(f"LIFTED RECALL-7 at {stocked.location}")
    assert stocked("check", "MUG:1").exit_code == 0
    assert "Nothing is held back." in stocked("stock", "hold", "list").stdout


def test_a_hold_on_a_lot_keeps_its_units_for_inspection(stocked: Commands) -> None:
    placed = stocked("stock", "hold", "place", "LOT-1", "MUG", "--lot", "L42", "--quantity", "4")
    assert placed.stdout.startswith("HELD 4 units of MUG")
    assert level(stocked, "MUG")["quality_control"] == 4
    lifted = stocked("stock", "hold", "lift", "LOT-1").stdout
    assert "4 units back from quality control" in lifted


@pytest.mark.parametrize(
    ("args", "code", "reason"),
    [
        (("lift", "NONE"), 1, "STOCK_HOLD_NOT_FOUND"),
        (("place", "H-1", "MUG"), 1, "STOCK_HOLD_EXISTS"),
        (("place", "H-2", "MUG", "--lot", "L1", "--quantity", "11"), 1, "INSUFFICIENT_ON_HAND"),
        (("place", "H-3", "MUG", "--lot", "L1"), 2, "INVALID_FIELD"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(stocked: Commands, args: tuple[str, ...], code: int, reason: str) -> None:
    stocked("stock", "hold", "place", "H-1", "MUG")
    ended = stocked("stock", "hold", *args, "-o", "json")
    assert (ended.exit_code, ended.error["reason"]) == (code, reason)


def test_two_skus_that_were_one_item_become_one(stocked: Commands) -> None:
    stocked("reserve", "A-1", "PEN:3")
    told = stocked("stock", "merge", "PEN", "BIRO")
    assert told.stdout.startswith(f"MERGED PEN into BIRO at {stocked.location}")
    assert (level(stocked, "BIRO")["on_hand"], level(stocked, "BIRO")["committed"]) == (100, 3)
    assert "They were one already" in stocked("stock", "merge", "PEN", "BIRO").stdout
    ended = stocked("reserve", "A-2", "PEN:1", "-o", "json")
    assert (ended.exit_code, ended.error["reason"], ended.error["metadata"]["into_sku"]) == (1, "SKU_MERGED", "BIRO")
