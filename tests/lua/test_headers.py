"""The head of a script is its contract: here it is held against the code below it, and against the domain."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from gate_service.domain import limits
from gate_service.domain.vocabulary import OperationKind, Reason
from gate_service.ledger import keys, scripts

LUA = resources.files("gate_service.ledger").joinpath("lua")
OPERATIONS = sorted(str(kind) for kind in OperationKind)


def source(path: str) -> str:
    return LUA.joinpath(path).read_text(encoding="utf-8")


def head(text: str) -> str:
    """Give the comment a file begins with, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def test_there_is_one_script_for_each_verb_and_none_besides() -> None:
    assert sorted(path.name.removesuffix(".lua") for path in LUA.joinpath("ops").iterdir()) == OPERATIONS


@pytest.mark.parametrize("kind", OPERATIONS)
def test_an_operation_refuses_what_its_head_says_and_nothing_else(kind: str) -> None:
    text = source(f"ops/{kind}.lua")
    said = set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b", head(text).partition("Refuses")[2]))
    body = text[text.index("local R") if "local R" in text else 0 :]
    code = "\n".join(line.partition("--")[0] for line in body.splitlines())
    used = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', code)) & set(Reason)
    if kind == OperationKind.AUTHORIZE_WAVE:  # its reasons are verdicts
        used = set()
    assert used == said


@pytest.mark.parametrize("kind", OPERATIONS)
def test_the_head_of_an_operation_names_its_verb_its_body_its_reply_and_its_refusals(kind: str) -> None:
    text = head(source(f"ops/{kind}.lua"))
    assert text.startswith(f"{kind}: ")
    assert all(word in text for word in ("Body", "Reply", "Refuses"))


def test_the_scripts_name_the_keys_in_the_order_in_which_they_are_sent() -> None:
    listed = re.search(r"local NAMES = \{(.*?)\}", source("lib/batch.lua"), re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == keys.LOCATION_KEYS


def test_the_bounds_in_the_scripts_are_those_of_the_domain() -> None:
    guard = source("lib/guard.lua")
    assert f"QUANTITY_MAX = {limits.QUANTITY_MAX}\n" in guard
    assert f"#value <= {limits.ID_MAX_LENGTH} " in guard
    assert f"between(0, {limits.TTL_MAX_MS})" in guard
    assert f"between({limits.PERMIT_TTL_MIN_MS}, {limits.PERMIT_TTL_MAX_MS})" in guard
    assert f"#value <= {4 * limits.NOTE_MAX_LENGTH}" in guard
    assert f"BOUND = {limits.BUCKET_MAX} " in source("lib/stock.lua")
    most = [int(found) for found in re.findall(r"lines = \{ \d, (\d+),", guard)]
    assert sorted(set(most)) == sorted({limits.ORDER_LINES_MAX, limits.WAVE_LINES_MAX})


def test_an_id_is_the_same_to_the_edge_and_to_the_scripts() -> None:
    in_lua = re.search(r'local ID = "\^(.*)\$"', source("lib/guard.lua"))
    assert in_lua is not None
    assert limits.ID_PATTERN.pattern == in_lua[1].replace("]*", "]{0,63}")


@pytest.mark.parametrize("name", ["apply", "read"])
def test_a_script_is_complete_and_known_by_its_own_hash(name: str) -> None:
    script = scripts.load(name)
    assert "include(" not in script.source
    assert re.fullmatch("[0-9a-f]{40}", script.sha)
