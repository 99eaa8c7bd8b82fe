from __future__ import annotations

import json

import grpc
import pytest
import typer

from fulfillment_gate import Failure, GateError, LineViolation
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError, ending_of, exit_code_of, reported
from gate_service.embedded.errors import EmbeddedStoreError
from gate_service.settings import SettingsError
from tests.cli.driving import Commands, run

SAID_NO = {"FAILED_PRECONDITION", "NOT_FOUND", "ALREADY_EXISTS", "ABORTED", "PERMISSION_DENIED", "UNAUTHENTICATED"}


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_every_status_has_an_exit_code(code: grpc.StatusCode) -> None:
    found = exit_code_of(GateError(Failure(code=code)))
    if code.name in SAID_NO:
        assert found == 1
    elif code.name in {"INVALID_ARGUMENT", "OUT_OF_RANGE"}:
        assert found == 2
    else:
        assert found == 3


def told(error: Exception, capsys: pytest.CaptureFixture[str], output: Output = Output.TABLE) -> tuple[int, str]:
    with pytest.raises(typer.Exit) as ended, reported(output):
        raise error
    captured = capsys.readouterr()
    assert captured.out == ""
    return ended.value.exit_code, captured.err


def test_settings_and_input_end_with_2_and_a_missing_store_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(SettingsError("a = 1 is not allowed."), capsys) == (2, "a = 1 is not allowed.\n")
    assert told(InputError("Say more."), capsys) == (2, "Say more.\n")
    assert told(EmbeddedStoreError("There is none."), capsys) == (3, "There is none.\n")


def test_a_fault_of_our_own_is_let_through() -> None:
    assert ending_of(KeyError("x")) is None
    with pytest.raises(KeyError), reported():
        raise KeyError


def test_an_operation_that_may_have_been_done_is_told_with_the_way_to_find_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = Failure(
        code=grpc.StatusCode.UNAVAILABLE,
        reason="OUTCOME_UNKNOWN",
        message="the answer was lost",
        operation_id="op-1",
        outcome_unknown=True,
    )
    code, text = told(GateError(failure), capsys)
    assert code == 3
    assert text == (
        "OUTCOME_UNKNOWN: the answer was lost\n"
        "It may have been done all the same. Ask again with --operation-id op-1 to find out; nothing is done twice.\n"
    )


def test_a_refusal_that_stands_in_the_ledger_says_where_and_how_many_lines_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = Failure(
        code=grpc.StatusCode.FAILED_PRECONDITION,
        reason="INSUFFICIENT_STOCK",
        message="too little",
        metadata={"order_id": "A-1", "operation_id": "op-1"},
        violations=(LineViolation(line_id="1", sku="MUG", asked=2_000, possible=-1),),
        violation_count=30,
        revision=7,
        replayed=True,
    )
    code, text = told(GateError(failure), capsys)
    assert code == 1
    lines = text.splitlines()
    assert lines[0] == "INSUFFICIENT_STOCK: too little [order_id A-1] (entry 7, answered before)"
    assert lines[3].split() == ["1", "MUG", "2,000", "-1"]
    assert lines[4] == "… and 29 more lines."


def test_several_fields_that_are_wrong_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    failure = Failure(
        code=grpc.StatusCode.INVALID_ARGUMENT, message="two", field_violations=(("a", "is [bold]odd"), ("b", "is even"))
    )
    code, text = told(GateError(failure), capsys)
    assert code == 2
    assert [line.split(maxsplit=1) for line in text.splitlines()[3:]] == [["a", "is [bold]odd"], ["b", "is even"]]


def test_of_many_bad_rows_people_see_the_first_and_programs_all(capsys: pytest.CaptureFixture[str]) -> None:
    error = InputError("Bad.", [(f"row {number}", "is bad") for number in range(50)])
    _, text = told(error, capsys)
    assert "row 19" in text
    assert "row 20" not in text
    assert text.endswith("… and 30 more.\n")
    _, text = told(error, capsys, Output.JSON)
    assert len(json.loads(text)["error"]["rows"]) == 50


def test_a_gate_that_is_not_there_ends_with_3_and_says_how_to_start_one() -> None:
    gone = Commands("127.0.0.1:1", "MAIN")
    ended = gone("check", "MUG:1", "--timeout-s", "0.3")
    assert ended.exit_code == 3
    assert ended.stderr.startswith("The gate cannot be reached: ")
    assert ended.stderr.splitlines()[-1].startswith("Is it running? `gate dev` starts one here")
    assert gone("check", "MUG:1", "--timeout-s", "0.3", "-o", "json").error["code"] == "UNAVAILABLE"


def test_wrong_usage_ends_with_2() -> None:
    assert run("no-such-command").exit_code == 2
    assert run("reserve").exit_code == 2
    assert run("check", "MUG:1", "-o", "xml").exit_code == 2
    assert run("check", "MUG:1", "--target", "").exit_code == 2


def test_the_codes_are_those_that_the_help_promises() -> None:
    promised = "0: ok, 1: denied, 2: wrong usage or input, 3: unavailable, 4: drift found"
    assert promised in " ".join(run("--help").stdout.split())
    assert [int(code) for code in (ExitCode.OK, ExitCode.DENIED, ExitCode.USAGE)] == [0, 1, 2]
    assert [int(code) for code in (ExitCode.UNAVAILABLE, ExitCode.DRIFT)] == [3, 4]
