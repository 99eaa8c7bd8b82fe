"""`gate catalog …` against a real gate."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

import fulfillment_gate as sdk
from tests.catalog.edge.house import fresh, until
from tests.cli.driving import GATE, Commands, clean_env

GOOD = """sku,aliases,gtins,units,kit,stocked,abc,description
MUG,MUG-OLD|mug blue,5012345678900|15012345678907=case,case=12|pallet=480,,,A,"Mug, blue"
CUP,,,,,,,
SET,,,,MUG=2|CUP,,B,
POST,,,,,no,,Postage
"""
BAD = """sku,aliases,gtins,units
MUG,,,case=x
CUP,,123,
CUP,,,
JAR,CUP,,
LID,,,
"""
ALL_OF_IT = ("--mode", "replace", "--yes")
GOES_ON = "If this is interrupted"


def bring_in(gate: Commands, folder: Path, text: str, *more: str) -> Path:
    file = folder / "items.csv"
    file.write_text(text)
    ended = gate("catalog", "import", str(file), *(more or ALL_OF_IT))
    assert ended.exit_code == 0, ended.stderr
    return file


def version(gate: Commands) -> int:
    found: int = gate("catalog", "list", "-o", "json").data["version"]
    return found


def test_a_file_is_imported_and_listed_as_it_was(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    listed = {item["sku"]: item for item in gate("catalog", "list", "-o", "jsonl").rows}
    assert {*listed} == {"MUG", "CUP", "SET", "POST"}
    assert listed["MUG"]["units"] == [{"unit": "case", "factor": 12}, {"unit": "pallet", "factor": 480}]
    assert gate("catalog", "show", "5012345678900", "-o", "json").data["item"] == listed["MUG"]


def test_what_is_listed_can_be_imported_again_and_is_the_same(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    before = gate("catalog", "list", "-o", "jsonl").stdout
    ended = gate("catalog", "import", "-", "-o", "json", stdin=before)
    assert ended.data["catalog_import"]["state"] == "COMMITTED"
    after = gate("catalog", "list", "-o", "jsonl").stdout
    assert sorted(after.splitlines()) == sorted(before.splitlines())


def test_every_wrong_row_is_told_with_its_line_and_nothing_is_put_in_force(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    before = version(gate)
    ended = gate("catalog", "import", "-", *ALL_OF_IT, "-o", "json", stdin=BAD)
    assert ended.exit_code == 2
    assert [(error["row_number"], error["sku"], error["field"]) for error in ended.data["errors"]] == [
        (2, "MUG", ""),
        (3, "CUP", "gtins[0]"),
        (5, "JAR", "aliases[0]"),
    ]
    assert version(gate) == before
    import_id = ended.data["catalog_import"]["import_id"]
    again = gate("catalog", "errors", import_id, "-o", "jsonl").rows
    assert again == ended.data["errors"]


def test_people_see_the_lines_and_what_to_do(gate: Commands) -> None:
    ended = gate("catalog", "import", "-", "--import-id", fresh("people"), *ALL_OF_IT, stdin=BAD)
    assert "Nothing is put in force: 3 of 5 rows are wrong." in ended.stdout
    assert "CUP is the SKU of row 4, CUP" in ended.stdout
    assert "--skip-bad-rows" in ended.stdout


def test_the_rest_is_imported_where_it_is_asked_for_also_on_second_thought(gate: Commands, tmp_path: Path) -> None:
    file, name = tmp_path / "items.csv", fresh("thought")
    file.write_text(BAD)
    assert gate("catalog", "import", str(file), "--import-id", name, *ALL_OF_IT).exit_code == 2
    ended = gate("catalog", "import", str(file), "--import-id", name, "--skip-bad-rows", *ALL_OF_IT)
    assert ended.exit_code == 0
    assert "Left out: 3 of 5 rows." in ended.stdout
    assert {item["sku"] for item in gate("catalog", "list", "-o", "jsonl").rows} == {"CUP", "LID"}


def test_what_a_file_does_not_name_stays_unless_it_is_said_to_leave(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    bring_in(gate, tmp_path, "sku;description\nCUP;a new cup\nJAR;\n", "-o", "table")
    assert {item["sku"] for item in gate("catalog", "list", "-o", "jsonl").rows} == {"MUG", "CUP", "SET", "POST", "JAR"}
    assert gate("catalog", "show", "CUP", "-o", "json").data["item"]["description"] == "a new cup"


def test_items_leave_the_catalog_only_where_somebody_says_yes_to_how_many(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    before, name, file = version(gate), fresh("leaving"), tmp_path / "some.csv"
    file.write_text("sku,aliases\nMUG,\nJAR,CUP\n")
    command = ("catalog", "import", str(file), "--mode", "replace", "--import-id", name)
    ended = gate(*command)
    assert (ended.exit_code, version(gate)) == (2, before)
    told = " ".join(ended.stderr.split())
    assert "Items of the catalog in force that are not in the file: 2." in told
    assert f"--import-id {name} --yes" in told
    ended = gate(*command, "--yes")
    assert (ended.exit_code, version(gate)) == (0, before + 1)
    assert "Items of the catalog in force that are not in the file: 2." in ended.stderr
    assert {item["sku"] for item in gate("catalog", "list", "-o", "jsonl").rows} == {"MUG", "JAR"}


def test_a_file_that_names_every_item_replaces_the_catalog_without_a_question(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, "sku\nA\nB\n")
    bring_in(gate, tmp_path, "sku\nA\nB\nC\n", "--mode", "replace")
    assert {item["sku"] for item in gate("catalog", "list", "-o", "jsonl").rows} == {"A", "B", "C"}


def test_stock_of_an_item_that_left_is_seen_and_is_in_reach_again_with_its_row(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, "sku\nA\nB\n")
    there = Commands(gate.target, fresh("DC"))
    assert there("stock", "receive", "A:5", "B:7").exit_code == 0
    assert there("reserve", "before", "A:2").exit_code == 0
    bring_in(gate, tmp_path, "sku\nB\n")
    assert {row["sku"]: row["on_hand"] for row in there("stock", "list", "-o", "jsonl").rows} == {"A": 5, "B": 7}
    assert there("reserve", "after", "A:2").exit_code == 1
    assert there("release", "before").exit_code == 0
    bring_in(gate, tmp_path, "sku\nA\n", "--mode", "merge")
    assert there("reserve", "after", "A:5").exit_code == 0


@pytest.mark.parametrize("other", ["changed", "longer", "shorter"])
def test_the_name_of_an_import_that_is_in_force_is_refused_for_another_file(
    gate: Commands, tmp_path: Path, other: str
) -> None:
    file, name = tmp_path / "items.csv", fresh("twice")
    lines = ["sku", *(f"S{number}" for number in range(2_000))]
    files = {"changed": [*lines[:-1], "T"], "longer": [*lines, "T"], "shorter": lines[:1_001]}
    command = ("catalog", "import", str(file), "--import-id", name, "-o", "json")
    file.write_text("\n".join(lines))
    first = gate(*command)
    assert first.exit_code == 0
    file.write_text("\n".join(files[other]))
    ended = gate(*command)
    assert (ended.exit_code, ended.error["reason"]) == (1, "IMPORT_ID_REUSED")
    file.write_text("\n".join(lines))
    again = gate(*command)
    assert (again.exit_code, again.data) == (0, first.data)


def test_how_to_go_on_is_told_where_there_is_something_to_go_on_with(gate: Commands, tmp_path: Path) -> None:
    file, name = tmp_path / "items.csv", fresh("begun")
    for wrong in (tmp_path / "nowhere.csv", tmp_path, tmp_path / "empty.csv", tmp_path / "header.csv"):
        (tmp_path / "empty.csv").write_text("")
        (tmp_path / "header.csv").write_text("sku\n")
        ended = gate("catalog", "import", str(wrong), "--import-id", name)
        assert (ended.exit_code, GOES_ON in ended.stderr) == (2, False)
    file.write_text("sku\nA\n")
    assert f"--import-id {name} goes on" in gate("catalog", "import", str(file), "--import-id", name).stderr
    refused = gate("catalog", "import", str(file), "--import-id", name, *ALL_OF_IT)  # which was begun in another mode
    assert (refused.exit_code, GOES_ON in refused.stderr) == (1, False)


def test_codes_are_resolved_and_it_ends_with_1_where_nobody_knows_any(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    ended = gate("catalog", "resolve", "mug blue", "(01)15012345678907(10)L1", "nobody", "-o", "jsonl")
    assert [(row["known"], row["sku"], row["unit"], row["factor"], row["lot"]) for row in ended.rows] == [
        (True, "MUG", "", 1, ""),
        (True, "MUG", "case", 12, "L1"),
        (False, "", "", 0, ""),
    ]
    assert ended.exit_code == 0
    assert gate("catalog", "resolve", "nobody").exit_code == 1
    assert gate("catalog", "show", "nobody").exit_code == 1


def test_unknown_codes_are_listed_until_they_are_dealt_with(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    code = fresh("NOBODY")
    assert gate("stock", "receive", f"{code}:3").exit_code == 1
    listed = until(
        lambda: [row for row in gate("catalog", "unknown", "-o", "jsonl").rows if row["identifier"] == code], bool
    )
    assert [(row["use_count"], row["last_system"], row["last_location_id"]) for row in listed] == [(1, "cli", "DC")]
    assert code in gate("catalog", "unknown").stdout
    assert gate("catalog", "forget", code).exit_code == 0
    assert code not in gate("catalog", "unknown").stdout
    assert gate("catalog", "forget").exit_code == 2


def test_two_skus_become_one_and_the_stock_moves(process: object, gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, GOOD)
    there = Commands(gate.target, fresh("DC"))
    there("stock", "receive", "MUG:5", "CUP:7")
    ended = there("catalog", "merge", "CUP", "into", "MUG", "--system", "pim", "--actor", "buyer")
    assert (ended.exit_code, "CUP is MUG from now on" in ended.stdout) == (0, True)
    until(
        lambda: {row["sku"]: row["on_hand"] for row in there("stock", "list", "-o", "jsonl").rows},
        lambda found: found == {"MUG": 12},
    )
    last = there("ledger", "-o", "jsonl").rows[-1]
    assert (last["kind"], last["system"], last["actor"]) == ("MERGE_SKU", "pim", "buyer")
    assert there("catalog", "merge", "CUP", "into", "MUG").exit_code == 2
    assert there("catalog", "merge", "CUP", "MUG").exit_code == 2
    assert there("catalog", "merge", "JAR", "into", "NOBODY").exit_code == 1


def test_a_merge_that_cannot_be_is_told_with_its_reason(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, "sku,kit,units\nA,,case=6\nB,,case=12\nK,A=1,\n")
    for gone, into, why in (("B", "K", "K is a kit"), ("K", "A", "K is a kit"), ("A", "B", "A has a unit case of 6")):
        before = version(gate)
        ended = gate("catalog", "merge", gone, "into", into)
        assert (ended.exit_code, why in " ".join(ended.stdout.split())) == (2, True)
        assert version(gate) == before


def test_the_units_of_a_sku_that_ends_go_on_with_the_other(gate: Commands, tmp_path: Path) -> None:
    bring_in(gate, tmp_path, "sku,units,gtins\nA,case=6|box=2,15012345678907=box\nB,case=6|pallet=60,\n")
    assert gate("catalog", "merge", "A", "into", "B").exit_code == 0
    units = gate("catalog", "show", "A", "-o", "json").data["item"]["units"]
    assert {unit["unit"]: unit["factor"] for unit in units} == {"case": 6, "pallet": 60, "box": 2}
    (found,) = gate("catalog", "resolve", "15012345678907", "-o", "jsonl").rows
    assert (found["sku"], found["unit"], found["factor"]) == ("B", "box", 2)


@pytest.mark.parametrize("file", ["/nowhere/items.csv", "-"])
def test_a_file_that_cannot_be_read_is_wrong_usage(gate: Commands, file: str) -> None:
    assert gate("catalog", "import", file, stdin="").exit_code == 2


def test_an_import_that_is_killed_goes_on_where_it_stopped(gate: Commands, tmp_path: Path) -> None:
    file, name = tmp_path / "large.jsonl", fresh("large")
    file.write_text(
        "".join(json.dumps({"sku": f"S{number}", "aliases": [f"old {number}"]}) + "\n" for number in range(30_000))
    )
    command = [*GATE, "catalog", "import", str(file), "--import-id", name, "--target", gate.target]
    with subprocess.Popen(command, env=clean_env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        while len(staged(gate, name)) < 3:
            assert killed.poll() is None, "it was too quick to be killed"
            time.sleep(0.01)
        killed.kill()
    before = staged(gate, name)
    assert 3 <= len(before) < 30
    as_it_was, changed = file.read_text(), f"old {before[0] * 1_000 - 7}"
    file.write_text(as_it_was.replace(f'"{changed}"', '"other"'))
    changed_now = gate("catalog", "import", str(file), "--import-id", name, "-o", "json")
    assert changed_now.error["reason"] == "IMPORT_ID_REUSED"
    file.write_text(as_it_was)
    ended = gate("catalog", "import", str(file), "--import-id", name, "-o", "json")
    assert ended.data["catalog_import"]["item_count"] >= 30_000
    assert ended.data["catalog_import"]["row_count"] == 30_000
    assert gate("catalog", "import", str(file), "--import-id", name).exit_code == 0
    assert gate("catalog", "resolve", "old 29999", "-o", "jsonl").rows[0]["sku"] == "S29999"


def staged(gate: Commands, name: str) -> list[int]:
    """Name the parts that are staged, straight from the gate."""
    with sdk.Gate(gate.target) as asked:
        try:
            return [part.part_number for part in asked.get_import(name, include_parts=True).parts]
        except sdk.NotFound:
            return []
