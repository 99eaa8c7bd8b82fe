"""`gate handoffs …`: what it writes, and how it ends."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate_service.handoffs import read, schema_text
from tests.cli.driving import Commands, Started, started
from tests.handoffs.maps import HOUSE, digest

BOSS, WMS = "fgt_boss", "fgt_wms"
LIVE = f"""\
version: 1
systems:
  boss:
    role: admin
    tokens: ["{digest(BOSS)}"]
    locations: ["*"]
    operations: {{change_handoffs: {{}}}}
  wms:
    role: warehouse
    owner: {{name: "Floor [east]", contact: room 1}}
    tokens: ["{digest(WMS)}"]
    locations: [DC-1]
    operations: {{record_receipt: {{}}}}
"""
OFFLINE = Commands("127.0.0.1:1", "DC-1")
AS_BOSS, AS_WMS = {"GATE_TOKEN": BOSS, "GATE_ACTOR": "kim"}, {"GATE_TOKEN": WMS, "GATE_ACTOR": "lee"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "handoffs.yaml").write_text(LIVE)
    with started(folder, "dev", "--listen", "127.0.0.1:0", "--handoffs", "handoffs.yaml") as gate:
        yield gate
        gate.end()


@pytest.fixture
def gate(running: Started) -> Commands:
    return Commands(running.address, "DC-1")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.yaml"
    path.write_text(HOUSE)
    return path


def test_a_sound_map_is_told_as_sound(house: Path) -> None:
    ended = OFFLINE("handoffs", "validate", str(house))
    assert ended.exit_code == 0
    assert ended.stdout.startswith("version 3 is sound: 2 systems, 1 channels, sha256 ")
    facts = OFFLINE("handoffs", "validate", str(house), "-o", "json").data
    assert facts == {"version": 3, "sha256": read(HOUSE).sha256, "systems": 2, "channels": 1}


def test_a_map_that_is_wrong_names_file_and_line_of_each_mistake_and_ends_with_2(house: Path) -> None:
    house.write_text(HOUSE.replace("role: warehouse", "role: warehous").replace("priority: 1", "priority: 0"))
    ended = OFFLINE("handoffs", "validate", str(house))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert f"{house}:4 " in ended.stderr
    assert f"{house}:20 " in ended.stderr
    rows = OFFLINE("handoffs", "validate", str(house), "-o", "json").error["rows"]
    assert [row["where"] for row in rows] == [f"{house}:4", f"{house}:20"]


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_ends_with_2(name: str) -> None:
    ended = OFFLINE("handoffs", "validate", name)
    assert ended.exit_code == 2
    assert f"{name} cannot be read: " in ended.stderr


def test_holes_end_with_4_and_none_with_0(house: Path) -> None:
    ended = OFFLINE("handoffs", "check", str(house))
    assert ended.exit_code == 4
    assert "no credentials" in ended.stdout
    rows = OFFLINE("handoffs", "check", str(house), "-o", "jsonl").rows
    assert [row["subject"] for row in rows if row["kind"] == "no owner"] == ["shop"]
    verbs = {row["subject"] for row in rows if row["kind"] == "nobody may"} | {"reserve_stock"}
    whole = {
        "role": "admin",
        "owner": {"name": "a", "contact": "b"},
        "tokens": [digest("all")],
        "locations": ["*"],
        "channels": ["*"],
        "operations": {verb: {} for verb in {*verbs, "record_receipt", "confirm_shipment"}},
    }
    house.write_text(json.dumps({"version": 1, "systems": {"all": whole}}))
    ended = OFFLINE("handoffs", "check", str(house))
    assert (ended.exit_code, ended.stdout) == (0, "No holes.\n")


def test_the_map_in_force_can_be_checked_and_drawn(gate: Commands) -> None:
    assert gate("handoffs", "check", "live", env=AS_BOSS).exit_code == 4
    assert "DC-1" in gate("handoffs", "graph", "live", env=AS_BOSS).stdout


def test_the_drawing_has_every_system_location_and_channel(house: Path) -> None:
    mermaid = OFFLINE("handoffs", "graph", str(house)).stdout
    assert mermaid == (
        "flowchart LR\n"
        '  s0["shop<br/>storefront"]\n'
        '  s1["wms-east<br/>warehouse<br/>East floor"]\n'
        '  l0[("DC-1")]\n'
        '  l1[("DC-2")]\n'
        '  c0(["web"])\n'
        '  s0 -->|"reserve_stock"| l0\n'
        '  s0 -->|"reserve_stock"| l1\n'
        '  s1 -->|"confirm_shipment, record_receipt"| l0\n'
        '  s1 -->|"confirm_shipment, record_receipt"| l1\n'
        '  l1 -->|"serves, 1"| c0\n'
        '  l0 -->|"serves, 2"| c0\n'
    )
    drawn = ET.fromstring(OFFLINE("handoffs", "graph", str(house), "--format", "svg").stdout)  # noqa: S314 - our own
    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"shop", "wms-east", "DC-1", "DC-2", "web", "warehouse, East floor"} <= texts
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}path"))) == 6


def test_a_name_in_a_drawing_is_text_whatever_it_says(house: Path) -> None:
    nasty = """'"]; click s0 "javascript:x" <script>&'"""
    house.write_text(HOUSE.replace("East floor", "PLACE").replace("{name: PLACE", f"{{name: {json.dumps(nasty)}"))
    mermaid = OFFLINE("handoffs", "graph", str(house)).stdout
    assert "<script>" not in mermaid
    assert '"]; click' not in mermaid
    drawn = ET.fromstring(OFFLINE("handoffs", "graph", str(house), "--format", "svg").stdout)  # noqa: S314 - our own
    assert f"warehouse, {nasty}" in {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}


def test_the_map_in_force_is_shown_with_who_may_do_what_where(gate: Commands) -> None:
    shown = gate("handoffs", "show", env=AS_BOSS).stdout
    assert "Floor [east]" in shown
    assert "record_receipt" in shown
    assert json.loads(gate("handoffs", "show", "-o", "json", env=AS_BOSS).data["document"])["systems"].keys() == {
        "boss",
        "wms",
    }


def test_a_map_is_applied_and_what_changed_is_told_with_who_did_it(gate: Commands, tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(LIVE.replace("version: 1", "version: 2").replace("[DC-1]", "[DC-1, DC-2]"))
    ended = gate("handoffs", "apply", str(file), env=AS_BOSS)
    assert ended.stdout.startswith("IN FORCE version 2")
    assert "system wms: locations +DC-2" in ended.stdout
    assert "is in force already" in gate("handoffs", "apply", str(file), env=AS_BOSS).stdout
    told = gate("handoffs", "changes", env=AS_BOSS).stdout
    assert "gate/file" in told
    assert "boss/kim" in told
    (row,) = gate("handoffs", "changes", "--from-revision", "2", "-o", "jsonl", env=AS_BOSS).rows
    assert (row["version"], row["changes"]) == (2, ["system wms: locations +DC-2"])
    file.write_text(LIVE)
    stale = gate("handoffs", "apply", str(file), env=AS_BOSS)
    assert stale.exit_code == 1
    assert stale.stderr.startswith("HANDOFFS_VERSION_STALE: ")
    file.write_text(LIVE.replace("version: 1", "version: 0"))
    assert gate("handoffs", "apply", str(file), env=AS_BOSS).exit_code == 2


def test_a_violation_is_shown_with_who_tried_what_where_and_why(gate: Commands) -> None:
    assert gate("stock", "receive", "MUG:1", "--location", "DC-9", env=AS_WMS).exit_code == 1
    assert gate("stock", "receive", "MUG:1").exit_code == 1
    rows = gate("handoffs", "violations", "-o", "jsonl", env=AS_BOSS).rows
    seen = {(row["system"], row["operation"], row["location_id"], row["cause"], row["last_actor"]) for row in rows}
    assert {
        ("wms", "record_receipt", "DC-9", "LOCATION", "lee"),
        ("?", "record_receipt", "", "UNAUTHENTICATED", ""),
    } <= seen
    table = gate("handoffs", "violations", "--of", "wms", env=AS_BOSS).stdout
    assert "DC-9" in table
    assert "unauthenticated" not in table
    denied = gate("handoffs", "violations", env=AS_WMS)
    assert denied.exit_code == 1
    assert denied.stderr.startswith("NOT_PERMITTED: wms may not ListViolations: no system of its role may")


def test_a_token_is_shown_once_with_the_line_for_the_map() -> None:
    first, second = OFFLINE("handoffs", "token", "wms"), OFFLINE("handoffs", "token", "wms")
    made = first.stdout.strip()
    assert made.startswith("fgt_")
    assert len(made) >= 40
    assert made != second.stdout.strip()
    assert f'      - "{digest(made)}"\n' in first.stderr
    assert made not in first.stderr
    told = OFFLINE("handoffs", "token", "wms", "-o", "json").data
    assert told["sha256"] == f"sha256:{hashlib.sha256(told['token'].encode()).hexdigest()}"


def test_a_token_for_a_name_that_is_none_ends_with_2() -> None:
    assert OFFLINE("handoffs", "token", "no blanks").exit_code == 2


def test_the_schema_is_printed_as_it_is() -> None:
    assert OFFLINE("handoffs", "schema").stdout == schema_text()
