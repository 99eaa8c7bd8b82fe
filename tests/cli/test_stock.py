from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.driving import Commands


def test_goods_are_booked_in_and_read(gate: Commands) -> None:
    received = gate("stock", "receive", "MUG:1500", "PEN:100", "--landing", "quality_control", "--reference", "PO-1")
    assert received.exit_code == 0
    assert received.stdout.splitlines()[0] == f"RECEIVED 1,600 units at {gate.location} · revision 1"
    assert received.stdout.splitlines()[3].split() == ["MUG", "1,500", "0", "0", "0", "1,500", "0", "0"]
    levels = gate("stock", "get", "PEN", "MUG", "-o", "jsonl").rows
    assert [(level["sku"], level["quality_control"]) for level in levels] == [("PEN", 100), ("MUG", 1500)]


def test_a_receipt_may_come_from_a_file_with_a_landing_for_each_line(gate: Commands, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("sku;quantity;landing\nMUG;5;\nPEN;7;Damaged\n")
    assert gate("stock", "receive", "--file", str(file)).exit_code == 0
    levels = gate("stock", "list", "-o", "jsonl").rows
    assert [(level["sku"], level["on_hand"], level["damaged"]) for level in levels] == [("MUG", 5, 0), ("PEN", 7, 7)]


def test_a_correction_is_made_with_a_reason(stocked: Commands) -> None:
    args = ("MUG:-3", "PEN:damaged:+2", "--reason", "write_off", "--note", "fell down")
    levels = stocked("stock", "adjust", *args, "-o", "json").data["levels"]
    assert [(level["sku"], level["on_hand"], level["damaged"]) for level in levels] == [("MUG", 7, 0), ("PEN", 100, 2)]


def test_a_correction_tells_where_more_is_reserved_than_there_is(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:9")
    told = stocked("stock", "adjust", "MUG:-4", "--reason", "count")
    assert "MUG: 3 units more are reserved than may be sold" in told.stdout
    assert "MUG: 1 unit more is reserved" in stocked("stock", "adjust", "MUG:+2", "--reason", "count").stdout


@pytest.mark.parametrize("args", [("MUG:-3",), ("MUG:-3", "--reason", "whim")])
def test_a_correction_without_a_good_reason_is_wrong_usage(stocked: Commands, args: tuple[str, ...]) -> None:
    assert stocked("stock", "adjust", *args).exit_code == 2


def test_a_bucket_that_only_reservations_move_is_refused_before_asking(stocked: Commands) -> None:
    ended = stocked("stock", "adjust", "MUG:held:1", "--reason", "count")
    assert ended.exit_code == 2
    assert "A bucket must be one of on_hand, damaged, quality_control, suspect." in ended.stderr
    assert len(stocked("ledger", "-o", "jsonl").rows) == 1


def test_a_short_pick_leaves_a_count_that_is_due(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    stocked("wave", "authorize", "-", stdin="order_id,sku,quantity\nA-1,MUG,3\n")
    told = stocked("pick", "report", "P3", "A-1:MUG:2:1")
    assert "PICKED 2 units under P3 · 1 short" in told.stdout
    assert "MUG: 8 units now suspect, a count is due." in told.stdout
    stood = stocked("stock", "get", "MUG").stdout
    assert "A count is due: MUG" in stood
    assert "suspect" in stood


@pytest.mark.parametrize(("finding", "on_hand"), [("all there", 10), ("all gone", 2)])
def test_the_commands_told_after_a_short_pick_settle_the_doubt(stocked: Commands, finding: str, on_hand: int) -> None:
    stocked("reserve", "A-1", "MUG:3")
    stocked("wave", "authorize", "-", stdin="order_id,sku,quantity\nA-1,MUG,3\n")
    told = stocked("pick", "report", "P3", "A-1:MUG:2:1").stdout
    (command,) = [line.partition(": ")[2].split() for line in told.splitlines() if line.strip().startswith(finding)]
    assert command[0] == "gate"
    assert stocked(*command[1:]).exit_code == 0
    (level,) = stocked("stock", "get", "MUG", "-o", "jsonl").rows
    assert (level["on_hand"], level["suspect"], level["count_due"]) == (on_hand, 0, False)
    assert level["available"] == on_hand - 2


def test_a_count_that_is_due_shows_the_doubted_units_though_there_are_none(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:9")
    stocked("wave", "authorize", "-", stdin="order_id,sku,quantity\nA-1,MUG,9\n")
    stocked("pick", "report", "P3", "A-1:MUG:2:1")
    assert stocked("stock", "adjust", "MUG:suspect:-2", "--reason", "correction").exit_code == 0
    told = stocked("stock", "list").stdout
    assert "A count is due: MUG" in told
    assert "suspect" in told.splitlines()[1]


def test_skus_that_are_not_known_are_named(stocked: Commands) -> None:
    some = stocked("stock", "get", "MUG", "NONE")
    assert (some.exit_code, "Never received here: NONE" in some.stdout) == (0, True)
    none = stocked("stock", "get", "NONE", "-o", "json")
    assert (none.exit_code, none.data["unknown_skus"]) == (1, ["NONE"])


def test_a_long_list_is_read_to_its_end(gate: Commands) -> None:
    skus = [f"S{number:05}" for number in range(2_500)]
    for part in (skus[:1_500], skus[1_500:]):
        gate("stock", "receive", "-f", "-", stdin="sku,quantity\n" + "".join(f"{sku},1\n" for sku in part))
    assert [level["sku"] for level in gate("stock", "list", "-o", "jsonl").rows] == skus
    assert [level["sku"] for level in gate("stock", "list", "-o", "json").data["levels"]] == skus
    table = gate("stock", "list").stdout
    assert all(sku in table for sku in skus)


def test_lines_are_needed_and_come_from_one_place(gate: Commands) -> None:
    assert gate("stock", "receive").stderr.startswith("No lines are given: say SKU:QUANTITY")
    both = gate("stock", "receive", "MUG:1", "--file", "-", stdin="sku,quantity\nMUG,1\n")
    assert (both.exit_code, both.stderr) == (2, "Give the lines as arguments or with --file, not both.\n")


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_a_source_with_nothing_in_it_is_called_empty(gate: Commands, stdin: str) -> None:
    ended = gate("stock", "receive", "-f", "-", stdin=stdin)
    assert (ended.exit_code, ended.stderr) == (2, "stdin is empty.\n")


@pytest.mark.parametrize("quantity", ["9" * 22, "9" * 5_000, "9" * 19])
def test_a_figure_beyond_all_bounds_is_too_large_rather_than_no_number(gate: Commands, quantity: str) -> None:
    ended = gate("stock", "receive", f"MUG:{quantity}", "-o", "json")
    assert ended.exit_code == 2
    assert ended.error["rows"][0]["what"].endswith(" is too large")
