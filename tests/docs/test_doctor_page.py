"""docs/doctor.md against the checks, the rights, the lines of the log and the words on TLS."""

from __future__ import annotations

import inspect
import re

from gate_service.bootstrap import inspection, readiness
from gate_service.cli import doctor
from gate_service.doctor import rights, terms, why
from gate_service.doctor.checks import memory, whole
from gate_service.domain.durability import PROMISE_NOTHING
from gate_service.domain.findings import Check, Finding, Severity
from gate_service.settings import Mode
from tests.docs import pages

PAGE = "doctor.md"
TEXT = " ".join(pages.text(PAGE).split())


def test_every_check_stands_there_in_its_order_and_no_other() -> None:
    assert [pages.plain(row["check"]) for row in pages.table(PAGE, "check")] == [check.value for check in Check]


def test_a_finding_has_the_fields_and_severities_that_the_page_names() -> None:
    named = set(pages.code(TEXT.partition("a finding has the fields")[2].partition(";")[0]))
    assert named == {*Finding._fields}
    assert f"({', '.join([*Severity][:2])} or {[*Severity][2]})" in TEXT


def test_the_bounds_are_those_of_the_code() -> None:
    (room,) = [row for row in pages.table(PAGE, "check") if pages.plain(row["check"]) == Check.MAXMEMORY]
    assert f"{memory._NEXT_TO_NOTHING:.0%}".replace("%", " %") in room["error where"]
    assert f"{memory._LITTLE:.0%}".replace("%", " %") in room["warning where"]
    (far,) = [row for row in pages.table(PAGE, "check") if pages.plain(row["check"]) == Check.LATENCY]
    assert f"{whole._SLOW_MS:g} ms" in far["warning where"]
    assert readiness._EVERY_S == 60
    assert readiness._AGAIN_S == 2


def test_the_rights_are_those_that_the_gate_sends() -> None:
    described = {row["part"]: pages.code(row["commands"]) for row in pages.table(PAGE, "part", "for")}
    assert described == {part: [rights.name_of(each) for each in sent] for part, sent in rights.SENT.items()}


def test_the_modes_are_all_there() -> None:
    assert {row["`mode`"].partition(",")[0] for row in pages.table(PAGE, "`mode`")} == {mode.value for mode in Mode}


def test_every_line_of_the_log_is_there_and_no_other() -> None:
    code = inspect.getsource(inspection) + inspect.getsource(readiness)
    written = set(re.findall(r'_log\.\w+\(\s*"([^"]+)"', code))
    assert {pages.plain(row["line"]) for row in pages.table(PAGE, "line", "what it means, and what to do")} == written


def test_what_is_said_of_tls_is_what_the_page_explains() -> None:
    told = [row["told"] for row in pages.table(PAGE, "told", "what to do")]
    said = [words for _, words in why._TLS_TROUBLES]
    assert [words for words in said if not words.startswith(tuple(told))] == []
    assert [each for each in told if each not in inspect.getsource(why)] == []


def test_the_options_of_the_command_and_the_keys_are_as_the_page_says() -> None:
    assert "--print-acl" in inspect.getsource(doctor)
    assert rights.KEYS == "gate:*"
    assert "keys that begin with `gate:`" in TEXT
    assert terms.Terms.of("redis://store", PROMISE_NOTHING).user == "default"
