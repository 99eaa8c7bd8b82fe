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


def code_of(text: str) -> str:
    return "\n".join(line.partition("--")[0] for line in text.splitlines())


def reasons_in(text: str) -> set[str]:
    """Give the reasons that the code below the head names."""
    return set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', code_of(text))) & set(Reason)


def libraries_of(text: str) -> set[str]:
    """Name the libraries that refuse for an operation."""
    refusing = ("announcements", "arrivals", "corrections", "permitless")
    return {name for name in refusing if f"{name}." in code_of(text)}


def test_there_is_one_script_for_each_verb_and_none_besides() -> None:
    assert sorted(path.name.removesuffix(".lua") for path in LUA.joinpath("ops").iterdir()) == OPERATIONS


@pytest.mark.parametrize("kind", OPERATIONS)
def test_an_operation_refuses_what_its_head_says_and_nothing_else(kind: str) -> None:
    text = source(f"ops/{kind}.lua")
    said = set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b", head(text).partition("Refuses")[2]))
    used = reasons_in(text)
    for name in libraries_of(text):
        used |= reasons_in(source(f"lib/{name}.lua"))
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
    shapes = source("lib/shapes.lua")
    assert f"QUANTITY_MAX = {limits.QUANTITY_MAX}\n" in shapes
    assert f"#value <= {limits.ID_MAX_LENGTH} " in shapes
    assert f"between(0, {limits.TTL_MAX_MS})" in shapes
    assert f"between({limits.PERMIT_TTL_MIN_MS}, {limits.PERMIT_TTL_MAX_MS})" in shapes
    assert f"#value <= {4 * limits.NOTE_MAX_LENGTH}" in shapes
    assert f"BOUND = {limits.BUCKET_MAX}," in source("lib/stock.lua")
    most = [int(found) for found in re.findall(r'\{ "lines", \d, (\d+),', shapes)]
    assert sorted(set(most)) == sorted({limits.ORDER_LINES_MAX, limits.WAVE_LINES_MAX})
    assert limits.ORDER_LINES_MAX == limits.RETURN_LINES_MAX == limits.TRANSFER_LINES_MAX
    assert limits.WAVE_LINES_MAX == limits.STOCK_LINES_MAX
    assert f"is_version = between(1, {limits.VERSION_MAX})" in shapes
    assert f"is_time = between(0, {limits.AT_MAX_MS})" in shapes
    assert f'"number", between(0, {limits.EVENT_NUMBER_MAX})' in shapes
    assert f"is_text({limits.HANDOFFS_MAX_BYTES})" in shapes
    events = source("lib/events.lua")
    assert f"RETIRED_PER_CALL = {limits.EVENTS_RETIRED_PER_CALL}\n" in events
    assert f"GAPS_MAX = {limits.FEED_GAPS_MAX}\n" in events
    assert f"DELIVERIES_KEPT = {limits.DELIVERIES_KEPT}\n" in events
    assert f"HIT_MAX = {limits.HIT_ORDERS_MAX}\n" in source("lib/claims.lua")
    assert f"COVERED_MAX = {limits.COUNT_COVERED_MAX}\n" in source("ops/submit_count.lua")


def test_an_id_is_the_same_to_the_edge_and_to_the_scripts() -> None:
    in_lua = re.search(r'local ID = "\^(.*)\$"', source("lib/shapes.lua"))
    assert in_lua is not None
    assert limits.ID_PATTERN.pattern == in_lua[1].replace("]*", "]{0,63}")


@pytest.mark.parametrize("name", ["apply", "read", "replay", "trim"])
def test_a_script_is_complete_and_known_by_its_own_hash(name: str) -> None:
    script = scripts.load(name)
    assert "include(" not in script.source
    assert re.fullmatch("[0-9a-f]{40}", script.sha)
