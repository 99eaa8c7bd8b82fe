"""A map is read from YAML, and whatever is wrong with it is told with its line, all at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gate_service.domain import limits
from gate_service.domain.handoffs import Feed, Scope
from gate_service.domain.roles import Role
from gate_service.domain.verbs import MOVES, RECONCILING, Verb
from gate_service.domain.vocabulary import Bucket, OperationKind, Quarantine
from gate_service.handoffs import MapFile, read, schema_text
from tests.handoffs.maps import HOUSE, digest, wrong

SCHEMA = json.loads(schema_text())


def test_a_map_says_what_stands_in_its_file() -> None:
    handoffs = read(HOUSE)
    wms, shop, web = handoffs.systems["wms-east"], handoffs.systems["shop"], handoffs.channels["web"]
    assert (handoffs.version, handoffs.safety_stock, handoffs.approval_above) == (3, 2, None)
    assert (wms.role, wms.reads, wms.feed) == (Role.WAREHOUSE, True, Feed(numbered=True, cadence_ms=60_000))
    assert wms.owner is not None
    assert (wms.owner.name, wms.owner.contact) == ("East floor", "room 12")
    receipt = wms.operations[Verb.RECORD_RECEIPT]
    assert receipt.buckets == frozenset({Bucket.ON_HAND, Bucket.QUALITY_CONTROL})
    assert receipt.documents == frozenset({"asn"})
    assert wms.operations[Verb.CONFIRM_SHIPMENT].buckets == MOVES[Verb.CONFIRM_SHIPMENT]
    assert shop.locations == Scope(everything=True)
    assert (web.locations, web.buffer_basis_points, web.priority, web.split) == (("DC-2", "DC-1"), 1_250, 1, False)


def test_what_a_file_leaves_out_has_its_default() -> None:
    system = read("version: 1\nsystems: {a: {role: auditor}}\n").systems["a"]
    assert (system.locations, system.channels) == (Scope(), Scope())
    assert (dict(system.operations), system.reads, system.writes) == ({}, True, False)
    assert (system.feed, system.tokens, system.owner, system.relays_for) == (Feed(), (), None, frozenset())


def test_every_mistake_is_told_at_once_each_with_its_line() -> None:
    text = """\
version: 0
systems:
  wms:
    role: warehous
    owner: {name: Ops}
    locations: [DC-1, 100]
    operations:
      record_recipt:
      confirm_shipment: {without_permit: maybe}
  shop:
    rol: storefront
channels:
  web: {priority: 1001}
  web: {}
policy: {quarantine: al}
"""
    told = wrong(text)
    assert [line for line, _ in told] == [1, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15]
    texts = [what for _, what in told]
    assert texts[1] == 'systems.wms.role: "warehous" is not known here; did you mean "warehouse"?'
    assert texts[2] == "systems.wms.owner: says no contact; add it"
    assert texts[3] == "systems.wms.locations[1]: must be text, not 100: put it in quotes"
    assert texts[4].endswith('did you mean "record_receipt"?')
    assert texts[8] == "channels.web.priority: must be 1 to 1,000, not 1,001"
    assert texts[9] == "channels.web: stands in line 13 already"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("systems: [\n", 2, "this is no YAML the gate reads"),
        ("a: 1\nb: *nobody\n", 2, "this is no YAML the gate reads"),
        ("version: 1\n---\nversion: 2\n", 2, "this is no YAML the gate reads"),
        ("version: 1\nsystems: !python/object:os.system {}\n", 2, "has a tag"),
        ("version: 1\nsystems: &s\n  a: *s\n", 2, "stands inside itself"),
        ("version: 1\nsystems: {a: {role: \x07}}\n", 2, "holds a character that YAML does not allow"),
        ("version: 1\nsystems: " + "[" * 400_000 + "]" * 400_000 + "\n", 2, "is nested more than 20 deep"),
        ("version: 1\nsystems: {? [a]: {role: erp}}\n", 2, "a name must be text"),
        ("just a sentence\n", 1, 'must be a table, not "just a sentence"'),
        ("", 1, "must be a table, not null"),
        ("version: 1\n" + "#" * limits.HANDOFFS_MAX_BYTES, 1, "a map is at most 900,000 bytes"),
    ],
)
def test_what_is_no_map_at_all_is_told_with_its_line(text: str, line: int, why: str) -> None:
    first_line, told = wrong(text)[0]
    assert first_line == line
    assert why in told


def test_aliases_cannot_nest_a_file_deeper_than_it_looks() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5_000))
    assert "is nested more than 20 deep" in wrong(chain)[0][1]


def test_aliases_cannot_blow_a_small_file_up() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    assert "has more than 200,000 parts" in wrong(bomb)[0][1]


@pytest.mark.parametrize("location", ["no", "on", "Y", "0x1F", "2024-01-01", "1e9x", "08", "1_000", "12e"])
def test_an_id_is_what_it_looks_like(location: str) -> None:
    """YAML of old reads `no` as false, a date as a day, and 0x1F as 31."""
    system = read(f"version: 1\nsystems: {{a: {{role: erp, locations: [{location}]}}}}\n").systems["a"]
    assert system.locations.ids == {location}


def test_a_figure_is_no_id_and_the_hint_says_so() -> None:
    ((_, what),) = wrong("version: 1\nsystems: {a: {role: erp, locations: [4711]}}\n")
    assert what == "systems.a.locations[0]: must be text, not 4711: put it in quotes"


@pytest.mark.parametrize("value", ["1.0", "true", "'1'", "1_0", "null", "-1", "99999999999999999999999999999999999"])
def test_a_version_is_a_whole_number(value: str) -> None:
    assert wrong(f"version: {value}\nsystems: {{}}\n")


@pytest.mark.parametrize("value", ["12.345", ".nan", ".inf", "-0.5", "100.01", "a lot"])
def test_a_percentage_has_two_places_and_its_bounds(value: str) -> None:
    told = wrong(f"version: 1\nsystems: {{}}\nchannels: {{web: {{buffer_percent: {value}}}}}\n")
    assert [line for line, _ in told] == [3]


@pytest.mark.parametrize("value", ["0.07", "12.34", "100", "0", "5.5"])
def test_a_percentage_is_kept_exactly(value: str) -> None:
    web = read(f"version: 1\nsystems: {{}}\nchannels: {{web: {{buffer_percent: {value}}}}}\n").channels["web"]
    assert web.buffer_basis_points == round(float(value) * 100)


@pytest.mark.parametrize(
    "tokens",
    [
        "[hunter2-open-sesame]",
        "hunter2-open-sesame",
        "{hunter2-open-sesame: 1}",
        "[[hunter2-open-sesame]]",
        "[1234567]",
    ],
)
def test_a_token_that_stands_where_its_hash_should_is_never_shown(tokens: str) -> None:
    told = wrong(f"version: 1\nsystems:\n  a: {{role: erp, tokens: {tokens}}}\n")
    assert told
    assert not any("hunter2" in what or "1234567" in what for _, what in told)


def test_a_third_token_is_one_too_many() -> None:
    tokens = ", ".join(f'"{digest(name)}"' for name in "abc")
    ((line, what),) = wrong(f"version: 1\nsystems:\n  a:\n    role: erp\n    tokens: [{tokens}]\n")
    assert (line, "more than two" in what) == (5, True)


@pytest.mark.parametrize("text", ['"a\\nb"', '"\\u001b[31m"', '"end\\n"', '"\\u0085"'])
def test_a_text_for_people_holds_no_control_characters(text: str) -> None:
    assert wrong(f"version: 1\nsystems: {{a: {{role: erp, description: {text}}}}}\n")


def test_an_id_ends_where_its_line_does() -> None:
    assert wrong('version: 1\nsystems: {a: {role: erp, locations: ["DC-1\\n"]}}\n')


def test_the_schema_is_one_and_knows_the_words_of_the_gate() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    system = SCHEMA["$defs"]["system"]["properties"]
    assert system["role"]["enum"] == [role.value for role in Role]
    assert set(system["operations"]["propertyNames"]["enum"]) == {verb.value for verb in Verb}
    buckets = system["operations"]["additionalProperties"]["properties"]["buckets"]["items"]["enum"]
    assert set(buckets) == {bucket.value for bucket in Bucket}
    assert SCHEMA["properties"]["policy"]["properties"]["quarantine"]["enum"] == [word.value for word in Quarantine]


def test_every_verb_of_the_ledger_that_a_caller_can_ask_for_can_stand_in_a_map() -> None:
    by_itself = {
        OperationKind.EXPIRE_HOLD,
        OperationKind.EXPIRE_PERMIT,
        OperationKind.RECOVER_LOCATION,
        OperationKind.CORRECT_MIRROR,
    }
    beside = {"import_items"} | RECONCILING
    assert {kind.value for kind in set(OperationKind) - by_itself} | beside == {verb.value for verb in Verb}


def test_every_part_of_the_schema_says_what_it_is_for() -> None:
    parts = {**SCHEMA["properties"], **SCHEMA["$defs"]["channel"]["properties"]}
    assert [name for name, part in parts.items() if not part.get("description")] == []


def test_a_file_is_looked_at_again_when_it_changes_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "handoffs.yaml"
    file = MapFile(path)
    assert file.changed()  # not there
    assert not file.changed()
    path.write_text("version: 1\n")
    assert file.changed()
    assert not file.changed()
    other = tmp_path / "other"
    other.write_text("version: 2\n")
    other.replace(path)  # the same size, and by the clock of the file system perhaps the same time
    assert file.changed()
    path.unlink()
    assert file.changed()
