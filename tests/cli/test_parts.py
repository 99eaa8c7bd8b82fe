"""More lines than one operation takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.driving import Commands


def lines(head: str, count: int, quantity: int = 1, **other: int) -> str:
    """Give a file of so many SKUs; `other` says another quantity for some."""
    rows = (f"S{number},{other.get(f'S{number}', quantity)}" for number in range(1, count + 1))
    return "\n".join((head, *rows))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(lines("sku,quantity", 4_500))
    return path


def test_a_long_receipt_goes_in_parts_and_is_answered_as_one(gate: Commands, file: Path) -> None:
    told = gate("stock", "receive", "-f", str(file), "--operation-id", "in-1")
    assert told.exit_code == 0
    assert told.stdout.startswith(f"RECEIVED 4,500 units at {gate.location} · revision 3\n")
    assert "3 parts of up to 2,000, each whole by itself" in told.stderr
    entries = gate("ledger", "-o", "jsonl").rows
    assert [entry["operation_id"] for entry in entries] == ["in-1/1", "in-1/2", "in-1/3"]
    again = gate("stock", "receive", "-f", str(file), "--operation-id", "in-1", "-o", "json").data
    assert again["applied"]["replayed"]
    assert len(again["levels"]) == 4_500
    assert len(gate("ledger", "-o", "jsonl").rows) == 3


def test_an_id_is_made_for_all_parts_and_told(gate: Commands, file: Path) -> None:
    told = gate("stock", "receive", "-f", str(file))
    first, *others = [entry["operation_id"] for entry in gate("ledger", "-o", "jsonl").rows]
    name = first.removesuffix("/1")
    assert others == [f"{name}/2", f"{name}/3"]
    assert f"--operation-id {name} " in told.stderr


def test_where_a_part_is_refused_it_says_how_many_lines_before_it_are_done(gate: Commands, file: Path) -> None:
    gate("stock", "receive", "-f", str(file))
    asked = lines("sku,delta", 4_500, -1, S3000=-5)
    arguments = ("stock", "adjust", "--reason", "count", "-f", "-")
    refused = gate(*arguments, "--operation-id", "out", stdin=asked)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Lines 1 to 2,000 are done. Lines 2,001 to 4,000 were not answered yes:" in refused.stderr
    error = gate(*arguments, "--operation-id", "out", "-o", "json", stdin=asked).error
    assert (error["operation_id"], error["metadata"]["lines_done"], error["replayed"]) == ("out", "2000", True)
    levels = gate("stock", "get", "S2000", "S2001", "-o", "jsonl").rows
    assert [level["on_hand"] for level in levels] == [0, 1]


def test_a_shortage_that_a_later_part_mends_is_not_told(gate: Commands, file: Path) -> None:
    gate("stock", "receive", "-f", str(file))
    gate("stock", "receive", "MUG:9", "PEN:9")
    gate("reserve", "A-1", "MUG:8", "PEN:8")
    asked = "\n".join((lines("sku,delta", 1_998), "MUG,-5", "PEN,-5", "MUG,5"))
    answer = gate("stock", "adjust", "--reason", "count", "-f", "-", "-o", "json", stdin=asked)
    assert answer.data["shortages"] == [
        {
            "sku": "PEN",
            "missing_quantity": 4,
            "orders": [{"order_id": "A-1", "channel": "", "missing_quantity": 4, "allocated": False}],
            "more_orders": False,
        }
    ]


def test_an_id_without_room_for_the_number_of_the_part_is_refused_before_asking(gate: Commands, file: Path) -> None:
    ended = gate("stock", "receive", "-f", str(file), "--operation-id", "x" * 63)
    assert (ended.exit_code, "leave room for /3" in ended.stderr) == (2, True)
