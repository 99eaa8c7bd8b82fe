from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.driving import Commands

WAVE = "order_id,line_id,sku,quantity\nA-1,,MUG,3\nA-1,,PEN,2\nA-2,,MUG,9\nB-1,,MUG,1\n"


@pytest.fixture
def ordered(stocked: Commands) -> Commands:
    """Give two orders: A-1 of 3 mugs and 2 pens, A-2 of 4 mugs."""
    assert stocked("reserve", "A-1", "MUG:3", "PEN:2").exit_code == 0
    assert stocked("reserve", "A-2", "MUG:4").exit_code == 0
    return stocked


def test_each_line_gets_a_verdict_and_what_may_be_picked_a_permit(ordered: Commands, tmp_path: Path) -> None:
    file = tmp_path / "wave.csv"
    file.write_text(WAVE)
    told = ordered("wave", "authorize", str(file), "--wave", "W-1")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == f"PERMIT P4 for wave W-1 at {ordered.location} · revision 4"
    assert lines[1].endswith("(4 h)")
    assert lines[2] == "PICK 2 · TRIM 1 · BLOCK 1 · 9 of 15 units may be picked"
    assert [line.split() for line in lines[5:]] == [
        ["PICK", "A-1", "MUG", "MUG", "3", "3"],
        ["PICK", "A-1", "PEN", "PEN", "2", "2"],
        ["TRIM", "A-2", "MUG", "MUG", "9", "4", "NOT_COMMITTED"],
        ["BLOCK", "B-1", "MUG", "MUG", "1", "0", "NO_RESERVATION"],
    ]
    assert told.stderr == "Next: gate pick report P4 ORDER:SKU:PICKED[:SHORT] …\n"


@pytest.mark.parametrize(
    ("atomicity", "verdicts"),
    [
        ("line", ["PICK", "PICK", "TRIM", "BLOCK"]),
        ("order", ["PICK", "PICK", "BLOCK", "BLOCK"]),
        ("wave", ["BLOCK", "BLOCK", "BLOCK", "BLOCK"]),
    ],
)
def test_a_wave_goes_by_line_by_order_or_as_a_whole(ordered: Commands, atomicity: str, verdicts: list[str]) -> None:
    answer = ordered("wave", "authorize", "-", "--atomicity", atomicity, "-o", "json", stdin=WAVE)
    assert [line["verdict"] for line in answer.data["lines"]] == verdicts
    assert answer.exit_code == (1 if atomicity == "wave" else 0)


def test_a_dry_run_changes_nothing(ordered: Commands) -> None:
    tried = ordered("wave", "authorize", "-", "--dry-run", stdin=WAVE)
    assert tried.stdout.startswith("DRY RUN wave wave-")
    assert "9 of 15 units could be picked" in tried.stdout
    assert tried.stderr == ""
    assert len(ordered("ledger", "-o", "jsonl").rows) == 3


def test_where_nothing_may_be_picked_it_ends_with_1_and_there_is_no_permit(ordered: Commands) -> None:
    denied = ordered("wave", "authorize", "-", "-o", "json", stdin="order_id,sku,quantity\nB-1,MUG,1\n")
    assert (denied.exit_code, denied.data["permit_id"]) == (1, "")


def test_a_permit_lasts_as_long_as_asked(ordered: Commands) -> None:
    answer = ordered("wave", "authorize", "-", "--permit-ttl", "90m", "-o", "json", stdin=WAVE).data
    assert answer["permit_expires_at_ms"] - answer["applied"]["at_ms"] == 90 * 60_000


def test_the_same_lines_with_the_same_operation_id_are_the_same_question_without_a_name(ordered: Commands) -> None:
    first = ordered("wave", "authorize", "-", "--operation-id", "op-1", "-o", "json", stdin=WAVE).data
    lines = [
        {"order_id": line["order_id"], "sku": line["sku"], "quantity": line["quantity"]} for line in first["lines"]
    ]
    again = ordered("wave", "authorize", "-", "--operation-id", "op-1", "-o", "json", stdin=json.dumps(lines)).data
    assert again["applied"]["replayed"]
    assert again["permit_id"] == first["permit_id"]


def test_a_bad_row_is_named_and_nothing_is_asked(ordered: Commands) -> None:
    text = "order_id,sku,quantity\nA-1,MUG,3\nA-1,,2\nA-2,MUG,many\n"
    ended = ordered("wave", "authorize", "-", "-o", "json", stdin=text)
    assert ended.exit_code == 2
    assert ended.error["message"] == "stdin: 2 of 3 rows cannot be read; nothing was asked."
    assert ended.error["rows"] == [
        {"where": "row 2 (line 3)", "what": "sku: is missing"},
        {"where": "row 3 (line 4)", "what": "quantity: 'many' is not a whole number"},
    ]
    assert len(ordered("ledger", "-o", "jsonl").rows) == 3


def test_a_pick_is_reported_from_a_file_with_lines_of_their_own(stocked: Commands) -> None:
    stocked("reserve", "A-1", "1:MUG:3", "2:MUG:2")
    wave = "order,line,sku,qty\nA-1,1,MUG,3\nA-1,2,MUG,2\n"
    permit = stocked("wave", "authorize", "-", "-o", "json", stdin=wave).data["permit_id"]
    picks = [
        {"order_id": "A-1", "line_id": "1", "sku": "MUG", "picked": 2, "short": 1, "reason": "wrong_item"},
        {"order_id": "A-1", "line_id": "2", "sku": "MUG", "picked": 2},
    ]
    reported = stocked("pick", "report", permit, "-f", "-", stdin=json.dumps({"lines": picks}))
    assert reported.exit_code == 0, reported
    lines = stocked("reservation", "A-1", "-o", "json").data["reservation"]["lines"]
    assert [(line["allocations"][0]["picked"], line["shorted"]) for line in lines] == [(2, 1), (2, 0)]


def test_what_is_short_says_why_in_known_words(stocked: Commands) -> None:
    ended = stocked("pick", "report", "P1", "A-1:MUG:2:1:lost")
    assert ended.exit_code == 2
    assert "'lost' is none" in ended.stderr


def test_a_parcel_that_is_told_twice_moves_once(ordered: Commands) -> None:
    permit = ordered("wave", "authorize", "-", "-o", "json", stdin=WAVE).data["permit_id"]
    first = ordered("ship", "A-2", "MUG:4", "-p", permit, "-s", "S-1")
    assert first.stdout.startswith("SHIPPED order A-2 · 4 units left with S-1")
    again = ordered("ship", "A-2", "MUG:4", "-p", permit, "-s", "S-1")
    assert (again.exit_code, "This shipment was confirmed before" in again.stdout) == (0, True)
