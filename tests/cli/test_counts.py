from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def on_hand(gate: Commands) -> dict[str, int]:
    return {level["sku"]: level["on_hand"] for level in gate("stock", "list", "-o", "jsonl").rows}


def test_a_count_moves_the_record_to_the_shelf_and_tells_what_differed(stocked: Commands) -> None:
    told = stocked("counts", "submit", "C-1", "MUG:7", "PEN:100").stdout.splitlines()
    assert told[0] == f"COUNTED 2 SKUs at {stocked.location} by C-1 · revision 2"
    assert told[1] == "1 of 2 differ, net -3"
    assert told[4].split() == ["MUG", "7", "10", "-3"]
    assert on_hand(stocked) == {"MUG": 7, "PEN": 100}
    assert "All as the record said." in stocked("counts", "submit", "C-2", "MUG:7").stdout


def test_a_count_below_what_is_reserved_is_taken_and_names_the_orders(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:5")
    stocked("reserve", "A-2", "MUG:4")
    told = stocked("counts", "submit", "C-1", "MUG:2").stdout
    assert "MUG: 7 units more are reserved than may be sold" in told
    hit = [line.split()[0] for line in told.splitlines() if line.startswith("A-")]
    assert hit == ["A-2", "A-1"]
    (shortage,) = stocked("shortages", "-o", "jsonl").rows
    assert [(order["order_id"], order["missing_quantity"]) for order in shortage["orders"]] == [("A-2", 4), ("A-1", 3)]
    assert "MUG: 7 units more" in stocked("shortages").stdout
    stocked("release", "A-2")
    stocked("release", "A-1", "MUG:3")
    assert "Nothing is short." in stocked("shortages").stdout


def test_a_picker_may_be_looking_for_what_is_short(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:5")
    stocked("wave", "authorize", "-", stdin="order_id,sku,quantity\nA-1,MUG,5\n")
    assert "a picker may look for it now" in stocked("counts", "submit", "C-1", "MUG:2").stdout


def test_a_count_as_of_a_revision_reckons_in_what_happened_since(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    stocked("ship", "A-1", "--without-permit", "--shipment", "S-1")
    answer = stocked("counts", "submit", "C-1", "MUG:9", "--as-of", "1", "-o", "json").data
    assert answer["lines"] == [{"sku": "MUG", "counted_quantity": 9, "expected_quantity": 10, "variance": -1}]
    assert on_hand(stocked)["MUG"] == 6
    ahead = stocked("counts", "submit", "C-2", "MUG:9", "--as-of", "99", "-o", "json")
    assert (ahead.exit_code, ahead.error["reason"]) == (1, "AS_OF_AHEAD")


@pytest.mark.parametrize(("flag", "left"), [((), 8), (("--includes-picked",), 7)])
def test_units_picked_stand_on_top_of_those_counted_unless_said_otherwise(
    stocked: Commands, flag: tuple[str, ...], left: int
) -> None:
    stocked("reserve", "A-1", "MUG:1")
    stocked("wave", "authorize", "-", stdin="order_id,sku,quantity\nA-1,MUG,1\n")
    stocked("pick", "report", "P3", "A-1:MUG:1")
    stocked("counts", "submit", "C-1", "MUG:7", *flag)
    assert on_hand(stocked)["MUG"] == left


def test_a_count_of_everything_says_that_what_is_not_in_it_was_not_there(stocked: Commands) -> None:
    told = stocked("counts", "submit", "C-1", "MUG:10", "--covers-all")
    assert told.stdout.startswith(f"COUNTED 2 SKUs at {stocked.location} by C-1, as of revision 1 · revision 2")
    assert told.stdout.splitlines()[4].split() == ["PEN", "0", "100", "-100"]
    assert on_hand(stocked) == {"MUG": 10, "PEN": 0}
    assert told.stderr == "If it is interrupted, the same command with --as-of 1 goes on.\n"
    again = stocked("counts", "submit", "C-1", "MUG:10", "--covers-all", "--as-of", "1", "-o", "json").data
    assert (again["revision"], again["part_count"]) == (2, 1)
    assert [(line["sku"], line["variance"]) for line in again["variances"]] == [("PEN", -100)]


def test_a_count_may_cover_a_range_and_find_nothing_in_it(stocked: Commands) -> None:
    assert stocked("counts", "submit", "C-1", "--covers-after", "MUG").exit_code == 0
    assert on_hand(stocked) == {"MUG": 10, "PEN": 0}
    assert stocked("counts", "submit", "C-2", "--covers-through", "MUG").exit_code == 0
    assert on_hand(stocked) == {"MUG": 0, "PEN": 0}


def test_a_blind_count_learns_nothing_of_what_the_record_expected(stocked: Commands) -> None:
    told = stocked("counts", "submit", "C-1", "MUG:7", "PEN:90", "--blind")
    assert told.stdout == f"COUNTED 2 SKUs at {stocked.location} by C-1 · revision 2\n"
    answer = stocked("counts", "submit", "C-2", "MUG:6", "--blind", "-o", "json").data
    assert (answer["lines"], answer["levels"], answer["shortages"]) == ([], [], [])


def test_a_file_of_everything_goes_in_parts_that_leave_no_hole_and_overlap_nowhere(gate: Commands) -> None:
    stock = [f"S{number:05}" for number in range(4_500)]
    lines = "sku,quantity\n" + "".join(f"{sku},1\n" for sku in stock)
    gate("stock", "receive", "-f", "-", stdin=lines)
    counted = [sku for number, sku in enumerate(reversed(stock)) if number % 10]
    rows = "sku,counted\n" + "".join(f"{sku},2\n" for sku in counted)
    answer = gate("counts", "submit", "C-1", "-f", "-", "--covers-all", "-o", "json", stdin=rows).data
    assert sum(line["variance"] for line in answer["variances"]) == 4_050 - 450
    assert on_hand(gate) == {sku: 2 if sku in {*counted} else 0 for sku in stock}
    parts = [entry["operation_id"] for entry in gate("ledger", "-o", "jsonl").rows if entry["kind"] == "SUBMIT_COUNT"]
    assert parts == ["C-1/1", "C-1/2", "C-1/3"]


def test_a_place_that_was_emptied_is_counted_in_one_command_however_much_it_held(gate: Commands) -> None:
    lines = "sku,quantity\n" + "".join(f"S{number:05},1\n" for number in range(2_001))
    gate("stock", "receive", "-f", "-", stdin=lines)
    told = gate("counts", "submit", "C-1", "--covers-all", "--blind")
    assert told.stdout == f"COUNTED all of it at {gate.location} by C-1, as of revision 2 in 2 parts · revision 4\n"
    assert {*on_hand(gate).values()} == {0}


@pytest.mark.parametrize("args", [("--operation-id", "X"), ("--covers-through", "MUG")])
def test_what_a_count_of_everything_cannot_heed_is_refused(stocked: Commands, args: tuple[str, ...]) -> None:
    ended = stocked("counts", "submit", "C-1", "MUG:10", "--covers-all", *args)
    assert (ended.exit_code, ended.stderr.startswith("--covers-all covers all and names its calls")) == (2, True)


def test_a_name_without_room_for_the_number_of_the_part_is_refused(stocked: Commands) -> None:
    ended = stocked("counts", "submit", "C" * 60, "MUG:10", "--covers-all")
    assert (ended.exit_code, "may have up to 58 characters" in ended.stderr) == (2, True)


def test_one_sku_on_many_lines_is_counted_once_however_many_parts_there_are(gate: Commands) -> None:
    gate("stock", "receive", "MUG:1")
    rows = "sku,counted\n" + "MUG,1\n" + "".join(f"S{number:05},1\n" for number in range(2_500)) + "MUG,2\n"
    told = gate("counts", "submit", "C-1", "-f", "-", "--operation-id", "count", stdin=rows)
    assert "2,502 lines go in 2 parts of up to 2,000" in told.stderr
    assert on_hand(gate)["MUG"] == 3
    again = gate("counts", "submit", "C-1", "-f", "-", "--operation-id", "count", "-o", "json", stdin=rows).data
    assert (again["applied"]["replayed"], len(again["lines"])) == (True, 2_501)


def test_a_count_of_nothing_asks_nothing(stocked: Commands) -> None:
    ended = stocked("counts", "submit", "C-1")
    assert (ended.exit_code, ended.stderr.startswith("No lines are given: say what was counted")) == (2, True)


@pytest.mark.parametrize("told", ["abc", "-4", "7.5"])
def test_a_count_that_is_no_number_is_told_how_one_of_a_task_and_one_of_any_sku_is_written(
    stocked: Commands, told: str
) -> None:
    ended = stocked("counts", "submit", "CXGC6M7JDX", "--", told)
    assert (ended.exit_code, ended.stderr.startswith(f"'{told}' is no count: ")) == (2, True)
    assert "of a task as a whole number, such as 7" in " ".join(ended.stderr.split())
    assert "as SKU:COUNTED, such as MUG:7" in " ".join(ended.stderr.split())


def test_a_range_that_is_too_wide_says_how_to_tell_it(gate: Commands) -> None:
    lines = "sku,quantity\n" + "".join(f"S{number:05},1\n" for number in range(2_001))
    gate("stock", "receive", "-f", "-", stdin=lines)
    ended = gate("counts", "submit", "C-1", "--covers-after", "A")
    assert (ended.exit_code, ended.stderr.startswith("COUNT_RANGE_TOO_WIDE")) == (1, True)
    assert "--covers-all goes in as many calls as it takes" in ended.stderr
    long = "sku,counted\n" + "".join(f"S{number:05},1\n" for number in range(2_001))
    refused = gate("counts", "submit", "C-1", "--covers-after", "A", "-f", "-", stdin=long)
    assert (refused.exit_code, refused.stderr.startswith("A range is told in one call")) == (2, True)
