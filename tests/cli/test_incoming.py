from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def test_what_was_announced_and_never_came_is_overdue(gate: Commands) -> None:
    announced = gate("incoming", "announce", "PO-1", "MUG:100", "PEN:20", "--expected", "2020-03-01")
    assert announced.stdout.splitlines()[0] == f"ANNOUNCED PO-1 version 1 at {gate.location} · revision 1"
    gate("incoming", "announce", "PO-2", "MUG:5", "--kind", "asn")
    (late,) = gate("incoming", "list", "--overdue", "-o", "jsonl").rows
    assert (late["document_id"], late["overdue"], late["system"]) == ("PO-1", True, "cli")
    assert late["expected_at_ms"] == 1_583_107_200_000
    told = gate("incoming", "list").stdout
    assert "PO-1      purchase order  2020-03-02 00:00:00 UTC  OVERDUE   120        120     0  cli" in told
    assert [row["document_id"] for row in gate("incoming", "list", "-o", "jsonl").rows] == ["PO-1", "PO-2"]


def test_a_receipt_against_a_document_tells_what_is_over_and_what_is_open(gate: Commands) -> None:
    gate("incoming", "announce", "PO-1", "MUG:100", "PEN:20")
    told = gate("stock", "receive", "MUG:60", "PEN:25", "--document", "PO-1").stdout
    assert told.startswith(f"RECEIVED 85 units at {gate.location} against PO-1")
    assert "More than PO-1 announced: PEN 5" in told
    assert "Still open of PO-1: MUG 40" in told
    last = gate("stock", "receive", "MUG:10", "--document", "PO-1", "--final").stdout
    assert "Never came of PO-1, and is expected no longer: MUG 30" in last
    shown = gate("incoming", "show", "PO-1")
    assert shown.stdout.startswith(f"CLOSED purchase order PO-1 at {gate.location} · version 1")
    assert "5 more than announced" in shown.stdout
    rows = [line.split()[:5] for line in shown.stdout.splitlines()[2:] if line.startswith(("SKU", "MUG", "PEN"))]
    assert rows == [
        ["SKU", "expected", "received", "open", "never"],
        ["MUG", "100", "70", "0", "30"],
        ["PEN", "20", "25", "0", "0"],
    ]
    assert gate("incoming", "list").stdout.splitlines()[1] == "Nothing is expected."
    assert gate("incoming", "list", "--overdue").stdout.splitlines()[1] == "Nothing is overdue."


def test_the_newest_version_of_a_paper_counts_whichever_comes_first(gate: Commands) -> None:
    amend = ("incoming", "amend", "PO-1", "--kind", "purchase_order", "--version", "3")
    assert gate(*amend, "MUG:70").exit_code == 0
    older = gate("incoming", "announce", "PO-1", "MUG:100", "-o", "json").data
    assert (older["superseded"], older["version"]) == (True, 3)
    assert "A newer version was known already" in gate("incoming", "announce", "PO-1", "MUG:100").stdout
    (document,) = gate("incoming", "list", "-o", "jsonl").rows
    assert [part["expected_quantity"] for part in document["progress"]] == [70]
    reused = gate(*amend, "MUG:80", "-o", "json")
    assert (reused.exit_code, reused.error["reason"]) == (1, "DOCUMENT_VERSION_REUSED")


def test_a_paper_is_cancelled_by_saying_so_and_never_by_forgetting_its_lines(gate: Commands) -> None:
    gate("incoming", "announce", "PO-1", "MUG:100")
    amend = ("incoming", "amend", "PO-1", "--kind", "purchase_order", "--version", "2")
    for wrong in ((), ("MUG:1", "--cancel")):
        ended = gate(*amend, *wrong)
        assert (ended.exit_code, "or --cancel where nothing will" in ended.stderr) == (2, True)
    assert gate(*amend, "--cancel").exit_code == 0
    assert gate("incoming", "list", "-o", "json").data["documents"] == []
    assert gate("incoming", "show", "PO-1").stdout.startswith(f"CANCELLED purchase order PO-1 at {gate.location} · ")


def test_what_came_whole_is_done_and_what_is_still_to_come_is_open(gate: Commands) -> None:
    gate("incoming", "announce", "PO-1", "MUG:5")
    opened = gate("incoming", "show", "PO-1").stdout
    assert (opened.startswith("OPEN purchase order PO-1"), "never came" in opened) == (True, False)
    gate("stock", "receive", "MUG:5", "--document", "PO-1")
    assert gate("incoming", "show", "PO-1").stdout.startswith("DONE purchase order PO-1")


def test_what_came_before_it_was_cancelled_is_done_and_not_cancelled(gate: Commands) -> None:
    gate("incoming", "announce", "PO-1", "MUG:5")
    gate("stock", "receive", "MUG:2", "--document", "PO-1")
    gate("incoming", "amend", "PO-1", "--kind", "purchase_order", "--version", "2", "--cancel")
    assert gate("incoming", "show", "PO-1").stdout.startswith("DONE purchase order PO-1")


def test_goods_that_nobody_announced_are_remembered_under_their_paper(gate: Commands) -> None:
    gate("stock", "receive", "MUG:5", "--document", "PO-9")
    assert gate("incoming", "show", "PO-9").stdout.startswith(f"NOT ANNOUNCED PO-9 at {gate.location} · rev")
    gate("incoming", "announce", "PO-9", "MUG:5")
    assert gate("incoming", "list", "-o", "json").data["documents"] == []


def test_a_long_receipt_closes_its_paper_with_its_last_part(gate: Commands) -> None:
    gate("incoming", "announce", "PO-1", "S1:3", "S2500:1", "MUG:9")
    lines = "sku,quantity\n" + "".join(f"S{number},2\n" for number in range(1, 2_501))
    answer = gate("stock", "receive", "-f", "-", "--document", "PO-1", "--final", "-o", "json", stdin=lines).data
    assert answer["open"] == [{"sku": "MUG", "quantity": 9}, {"sku": "S1", "quantity": 1}]
    over = {each["sku"]: each["quantity"] for each in answer["over"]}
    assert (len(over), over["S2"], over["S2500"]) == (2_499, 2, 1)
    assert len(answer["levels"]) == 2_500
    closed = [
        entry["revision"]
        for entry in gate("ledger", "-o", "jsonl").rows
        if {"sku": "MUG", "bucket": "INCOMING", "delta": -9} in entry["changes"]
    ]
    assert closed == [3]


def test_only_a_paper_can_be_closed(gate: Commands) -> None:
    ended = gate("stock", "receive", "MUG:5", "--final")
    assert (ended.exit_code, ended.stderr) == (2, "--final closes a document: say which with --document.\n")


def test_a_transfer_leaves_here_and_is_expected_there(stocked: Commands) -> None:
    there = f"{stocked.location}-B"
    sent = stocked("transfer", "T-1", "MUG:4", "--to", there)
    assert sent.stdout.startswith(f"SENT 4 units from {stocked.location} to {there} · revision 2")
    assert sent.stderr == f"Next: gate stock receive SKU:QUANTITY … --location {there} --document T-1\n"
    (document,) = stocked("incoming", "list", "-l", there, "-o", "jsonl").rows
    assert (document["kind"], document["from_location_id"]) == ("TRANSFER", stocked.location)
    arrived = stocked("stock", "receive", "MUG:3", "-l", there, "--document", "T-1", "--final").stdout
    assert "Never came of T-1, and is expected no longer: MUG 1" in arrived
    assert f"from {stocked.location}" in stocked("incoming", "show", "T-1", "-l", there).stdout


@pytest.mark.parametrize("named", [("--operation-id", "op-1"), ("--event-document", "D-1")])
def test_a_transfer_told_again_says_that_nothing_more_left(stocked: Commands, named: tuple[str, str]) -> None:
    transfer = ("transfer", "T-1", "MUG:4", "--to", f"{stocked.location}-B", *named)
    again = "This transfer was confirmed before; nothing changed."
    assert [again in stocked(*transfer).stdout for _ in range(2)] == [False, True]
    assert [level["on_hand"] for level in stocked("stock", "get", "MUG", "-o", "jsonl").rows] == [6]


def test_what_is_promised_does_not_travel(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:8")
    ended = stocked("transfer", "T-1", "MUG:4", "--to", "ELSEWHERE", "-o", "json")
    assert (ended.exit_code, ended.error["reason"]) == (1, "INSUFFICIENT_STOCK")
    assert [each["possible"] for each in ended.error["violations"]] == [2]


@pytest.mark.parametrize("time", ["tomorrow", "2026-03-01T14:00", "2026-13-01"])
def test_a_time_that_cannot_be_read_asks_nothing(gate: Commands, time: str) -> None:
    ended = gate("incoming", "announce", "PO-1", "MUG:1", "--expected", time)
    assert (ended.exit_code, ended.stderr.startswith(f"{time!r} is no time: say a day")) == (2, True)
    assert gate("incoming", "list").exit_code == 1
