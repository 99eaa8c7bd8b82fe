from __future__ import annotations

import itertools
import json
import signal
from pathlib import Path

from tests.cli.driving import Commands, opened, started


def test_entries_are_shown_oldest_first_with_what_they_changed(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3")
    stocked("reserve", "A-2", "MUG:30")
    lines = [line.split(maxsplit=2) for line in stocked("ledger").stdout.splitlines()]
    assert lines[1][:2] == ["rev", "UTC"]
    told = [(line[0], line[2].strip()) for line in lines[3:]]
    assert told == [
        ("1", "record receipt                     cli       MUG on hand +10; PEN on hand +100"),
        ("2", "reserve stock        A-1           cli       MUG committed +3"),
        ("3", "reserve stock        A-2           cli       refused: INSUFFICIENT_STOCK"),
    ]


def test_what_the_gate_did_by_itself_says_so(tmp_path: Path) -> None:
    with started(tmp_path, "dev", "--listen", "127.0.0.1:0") as running:
        gate = Commands(running.address, "DC")
        assert gate("catalog", "import", "-", stdin='{"sku": "MUG"}\n{"sku": "CUP"}\n').exit_code == 0
        gate("stock", "receive", "MUG:5", "CUP:7")
        assert gate("reserve", "A-1", "MUG:1", "--ttl", "1s").exit_code == 0
        assert gate("catalog", "merge", "CUP", "into", "MUG").exit_code == 0
        with opened("ledger", "--follow", "--target", running.address, "-l", "DC") as following:
            assert following.stdout is not None
            alone = (line for line in following.stdout if "merge sku" in line or "expire hold" in line)
            told = [*itertools.islice(alone, 2)]
        running.end()
    by_the_gate = {"merge sku" in line: " the gate " in line for line in told}
    assert by_the_gate == {True: False, False: True}  # a merge bears the name of whoever committed its import


def test_a_part_is_read_from_a_revision_on(stocked: Commands) -> None:
    for number in range(5):
        stocked("reserve", f"A-{number}", "PEN:1")
    rows = stocked("ledger", "--from-revision", "3", "--limit", "2", "-o", "jsonl").rows
    assert [row["revision"] for row in rows] == [3, 4]
    whole = stocked("ledger", "-o", "json").data
    assert [entry["revision"] for entry in whole["entries"]] == [1, 2, 3, 4, 5, 6]


def test_the_exact_texts_come_only_where_asked_for(stocked: Commands) -> None:
    assert stocked("ledger", "-o", "jsonl").rows[0]["canonical"] is None
    canonical = stocked("ledger", "-o", "jsonl", "--canonical").rows[0]["canonical"]
    assert json.loads(canonical["changes"]) == {"MUG": {"on_hand": 10}, "PEN": {"on_hand": 100}}


def test_following_goes_on_until_ctrl_c(stocked: Commands) -> None:
    where = ("--target", stocked.target, "-l", stocked.location)
    with opened("ledger", "--follow", "-o", "jsonl", *where) as following:
        assert following.stdout is not None
        assert json.loads(following.stdout.readline())["revision"] == 1
        stocked("reserve", "A-1", "PEN:1")
        assert json.loads(following.stdout.readline())["order_id"] == "A-1"
        following.send_signal(signal.SIGINT)
        assert following.wait(30) == 0


def test_one_object_at_the_end_and_following_exclude_each_other(stocked: Commands) -> None:
    ended = stocked("ledger", "--follow", "-o", "json")
    assert (ended.exit_code, "Use -o jsonl" in ended.error["message"]) == (2, True)


def test_a_reader_that_hangs_up_is_no_error_of_ours(stocked: Commands) -> None:
    for output in ("table", "jsonl"):
        with opened("ledger", "--target", stocked.target, "-l", stocked.location, "-o", output) as writing:
            assert writing.stdout is not None
            assert writing.stderr is not None
            writing.stdout.close()
            assert writing.stderr.read() == ""
            assert writing.wait(30) == 141


def test_an_unknown_location_ends_with_1(gate: Commands) -> None:
    assert gate("ledger", "-o", "json").error["reason"] == "UNKNOWN_LOCATION"
