from __future__ import annotations

import pytest

from tests.cli.driving import Commands


def test_an_order_goes_through_its_whole_life(stocked: Commands) -> None:
    held = stocked("reserve", "A-1", "MUG:3", "PEN:2", "--ttl", "15m", "-o", "json").data
    assert held["state"] == "HELD"
    assert held["hold_expires_at_ms"] - held["applied"]["at_ms"] == 900_000
    assert stocked("confirm", "A-1", "-o", "json").data["state"] == "COMMITTED"

    wave = stocked("wave", "authorize", "-", "-o", "json", stdin="order_id,sku,quantity\nA-1,MUG,3\nA-1,PEN,2\n").data
    assert [line["verdict"] for line in wave["lines"]] == ["PICK", "PICK"]
    permit = wave["permit_id"]

    picked = stocked("pick", "report", permit, "A-1:MUG:2:1:damaged", "A-1:PEN:2", "-o", "json").data
    assert picked["suspects"] == []
    shipped = stocked("ship", "A-1", "--permit", permit, "--shipment", "S-1", "-o", "json").data
    assert (shipped["state"], shipped["shipped_quantity"]) == ("SHIPPED", 4)

    found = stocked("reservation", "A-1", "-o", "json").data["reservation"]
    assert [(line["sku"], line["shipped"], line["shorted"]) for line in found["lines"]] == [
        ("MUG", 2, 1),
        ("PEN", 2, 0),
    ]
    levels = stocked("stock", "list", "-o", "json").data["levels"]
    assert [(level["sku"], level["on_hand"], level["damaged"]) for level in levels] == [("MUG", 8, 1), ("PEN", 98, 0)]


def test_what_is_denied_ends_with_1_and_shows_each_line_that_stood_in_the_way(stocked: Commands) -> None:
    denied = stocked("reserve", "A-1", "MUG:12", "PEN:2")
    assert denied.exit_code == 1
    assert denied.stdout == ""
    assert denied.stderr.startswith("INSUFFICIENT_STOCK: less may be promised than was asked for")
    assert "(entry 2)" in denied.stderr
    assert denied.stderr.splitlines()[-1].split() == ["MUG", "MUG", "12", "9"]


def test_for_programs_a_no_is_one_object_on_stderr_and_nothing_on_stdout(stocked: Commands) -> None:
    denied = stocked("reserve", "A-1", "MUG:12", "-o", "json", "--operation-id", "op-1")
    assert (denied.exit_code, denied.stdout) == (1, "")
    assert denied.error == {
        "exit_code": 1,
        "message": "less may be promised than was asked for",
        "code": "FAILED_PRECONDITION",
        "reason": "INSUFFICIENT_STOCK",
        "metadata": {"location_id": stocked.location, "operation_id": "op-1", "order_id": "A-1"},
        "violations": [{"line_id": "MUG", "sku": "MUG", "asked": 12, "possible": 9}],
        "violation_count": 1,
        "field_violations": [],
        "revision": 2,
        "replayed": False,
        "retry_after_ms": 0,
        "operation_id": "op-1",
        "outcome_unknown": False,
    }


def test_the_same_operation_id_is_answered_again_and_not_done_again(stocked: Commands) -> None:
    first = stocked("reserve", "A-1", "MUG:3", "--operation-id", "op-1", "-o", "json").data
    again = stocked("reserve", "A-1", "MUG:3", "--operation-id", "op-1", "-o", "json").data
    replayed = {**first["applied"], "replayed": True}
    assert again == {**first, "applied": replayed, "parts": [{**first["parts"][0], "applied": replayed}]}
    told = stocked("reserve", "A-1", "MUG:3", "--operation-id", "op-1")
    assert "done before: this is the stored answer" in told.stdout


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("confirm", "NONE"), "RESERVATION_NOT_FOUND"),
        (("release", "A-1", "NONE:1"), "LINE_NOT_FOUND"),
        (("reserve", "A-1", "MUG:1"), "RESERVATION_EXISTS"),
        (("reserve", "A-2", "NONE:1"), "UNKNOWN_SKU"),
        (("reservation", "A-1", "--location", "NOWHERE"), "UNKNOWN_LOCATION"),
        (("pick", "report", "P99", "A-1:MUG:1"), "PERMIT_NOT_FOUND"),
        (("ship", "A-1", "-p", "P99", "-s", "S-1"), "PERMIT_NOT_FOUND"),
    ],
)
def test_every_no_of_the_gate_ends_with_1(stocked: Commands, args: tuple[str, ...], reason: str) -> None:
    stocked("reserve", "A-1", "MUG:1")
    ended = stocked(*args, "-o", "json")
    assert (ended.exit_code, ended.error["reason"]) == (1, reason)
    assert stocked(*args).stderr.startswith(f"{reason}: ")


def test_a_question_that_the_gate_cannot_read_ends_with_2_and_names_the_field(stocked: Commands) -> None:
    ended = stocked("reserve", "A-1", "MUG:0", "-o", "json")
    assert ended.exit_code == 2
    assert [each["field"] for each in ended.error["field_violations"]] == ["lines[0].quantity"]


def test_a_release_gives_back_a_part_or_all(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:3", "PEN:2")
    assert stocked("release", "A-1", "MUG:1", "-o", "json").data["released_quantity"] == 1
    told = stocked("release", "A-1")
    assert "4 units given back" in told.stdout
    assert told.stdout.startswith("RELEASED order A-1")


def test_lines_have_keys_of_their_own_where_they_are_given(stocked: Commands) -> None:
    stocked("reserve", "A-1", "1:MUG:3", "2:MUG:2")
    lines = stocked("reservation", "A-1", "-o", "json").data["reservation"]["lines"]
    assert [(line["line_id"], line["sku"], line["ordered"]) for line in lines] == [("1", "MUG", 3), ("2", "MUG", 2)]


def test_the_caller_is_named_in_the_ledger(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:1", "--system", "shop", "--actor", "kim")
    entries = stocked("ledger", "-o", "jsonl").rows
    assert [(entry["system"], entry["actor"]) for entry in entries] == [("cli", ""), ("shop", "kim")]


def test_a_held_order_is_told_what_comes_next_on_stderr(stocked: Commands) -> None:
    told = stocked("reserve", "A-1", "MUG:1", "--ttl", "90s")
    assert "(1 min 30 s)" in told.stdout
    assert told.stderr == "Next: gate confirm A-1   or   gate release A-1\n"
    assert stocked("reserve", "A-2", "MUG:1", "--ttl", "90s", "-o", "json").stderr == ""


@pytest.mark.parametrize("ttl", ["15", "1.5h", "soon", "-5m", ""])
def test_a_duration_needs_a_unit(stocked: Commands, ttl: str) -> None:
    ended = stocked("reserve", "A-1", "MUG:1", f"--ttl={ttl}")
    assert (ended.exit_code, ended.stderr) == (2, f"{ttl!r} is no duration: say 500ms, 90s, 15m, 4h or 7d.\n")


def test_bytes_that_are_no_text_are_refused(stocked: Commands) -> None:
    ended = stocked("reserve", "A-\udc80", "MUG:1")
    assert (ended.exit_code, ended.stderr) == (2, "What was given is not UTF-8 text.\n")


@pytest.mark.parametrize("ttl", ["0s", "0ms"])
def test_a_hold_of_no_time_is_refused_rather_than_committed(stocked: Commands, ttl: str) -> None:
    ended = stocked("reserve", "A-1", "MUG:1", "--ttl", ttl)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "Leave --ttl out to commit at once." in ended.stderr
    assert len(stocked("ledger", "-o", "jsonl").rows) == 1


def test_a_quantity_where_the_sku_should_stand_reserves_nothing(stocked: Commands) -> None:
    ended = stocked("reserve", "MUG", "1.5@case:1")
    assert (ended.exit_code, "1.5@case is a quantity where the SKU should stand" in ended.stderr) == (2, True)
    assert len(stocked("ledger", "-o", "jsonl").rows) == 1
