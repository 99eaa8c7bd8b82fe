"""docs/handoffs.md against the schema, the roles, the causes, the holes, and its own example."""

from __future__ import annotations

import json
import re

import pytest

from gate_service.domain.denials import Cause
from gate_service.domain.handoff_holes import HoleKind, holes
from gate_service.domain.reconcile.causes import Cause as DriftCause
from gate_service.domain.reconcile.policy import DEADLINES
from gate_service.domain.reconcile.records import Action
from gate_service.domain.roles import Role, roles_of
from gate_service.domain.verbs import Verb
from gate_service.handoffs import read, schema_text
from tests.docs import pages

PAGE = "handoffs.md"
SCHEMA = json.loads(schema_text())
SYSTEM = SCHEMA["$defs"]["system"]["properties"]
CHANNEL = SCHEMA["$defs"]["channel"]["properties"]
POLICY = SCHEMA["properties"]["policy"]["properties"]
PARTS = {
    "the map": SCHEMA["properties"],
    "a system": SYSTEM,
    "an operation": SYSTEM["operations"]["additionalProperties"]["properties"],
    "a channel": CHANNEL,
    "the policy": POLICY,
    "a mirror": SCHEMA["$defs"]["mirror"]["properties"],
    "an adaptive buffer": CHANNEL["adaptive_buffer"]["properties"],
    "the counting": POLICY["counting"]["properties"],
}


def example() -> str:
    (found,) = re.findall(r"^```yaml\n(.*?)^```", pages.text(PAGE), re.MULTILINE | re.DOTALL)
    return str(found)


def test_every_part_of_a_map_is_described_once_and_nothing_else_is() -> None:
    described = [(row["of"], pages.plain(row["part"])) for row in pages.table(PAGE, "part", "of")]
    assert sorted(described) == sorted((of, part) for of, parts in PARTS.items() for part in parts)


@pytest.mark.parametrize("row", pages.table(PAGE, "part", "of"), ids=lambda row: f"{row['of']} {row['part']}")
def test_what_must_be_there_is_what_the_schema_wants(row: pages.Row) -> None:
    wanted = {"the map": SCHEMA["required"], "a system": SCHEMA["$defs"]["system"]["required"]}
    assert (row["left out"] == "must be there") == (pages.plain(row["part"]) in wanted.get(row["of"], []))


def test_the_table_of_roles_is_that_of_the_gate() -> None:
    rows = pages.table(PAGE, "verb", "storefront")
    assert [pages.plain(row["verb"]) for row in rows] == [verb.value for verb in Verb]
    for row in rows:
        may = {Role(role) for role, cell in row.items() if cell == "may"}
        assert may == roles_of(Verb(pages.plain(row["verb"])))


def test_every_cause_and_every_hole_is_explained() -> None:
    assert [pages.plain(row["cause"]) for row in pages.table(PAGE, "cause")] == [cause.value for cause in Cause]
    assert [pages.plain(row["hole"]) for row in pages.table(PAGE, "hole")] == [kind.value for kind in HoleKind]


def test_every_correction_and_every_deadline_is_explained_with_its_default() -> None:
    assert [pages.plain(row["word"]) for row in pages.table(PAGE, "word")] == [action.value for action in Action]
    told = {pages.plain(row["deadline"]): int(row["left out"]) for row in pages.table(PAGE, "deadline")}
    assert told == {kind.value: ms for kind, ms in DEADLINES.items()}


def test_the_schema_knows_every_correction_deadline_and_cause_that_the_gate_knows() -> None:
    corrections = SCHEMA["$defs"]["corrections"]
    assert corrections["additionalProperties"]["enum"] == [action.value for action in Action]
    assert corrections["propertyNames"]["enum"] == [cause.value for cause in DriftCause if cause != "TIMING"]
    assert POLICY["deadlines"]["propertyNames"]["enum"] == [kind.value for kind in DEADLINES]


def test_the_example_is_sound_and_shows_every_part() -> None:
    handoffs = read(example())
    shown = set(re.findall(r"(\w+):", example()))
    assert {part for parts in PARTS.values() for part in parts} - shown == {
        "buffer",
        "tolerance_units",
        "negative_adjustment_units",
    }
    assert {role for role in Role if role not in {system.role for system in handoffs.systems.values()}} == {Role.ADMIN}


def test_the_example_has_no_hole_but_what_it_leaves_to_the_reader() -> None:
    found = {(hole.kind, hole.subject) for hole in holes(read(example()))}
    left = {"resolve_shipment", "place_stock_hold", "lift_stock_hold", "transfer_stock", "change_handoffs"}
    assert found == {(HoleKind.NOBODY_MAY, verb) for verb in left}
