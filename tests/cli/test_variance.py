"""Variances on the command line: what stands, why, and what people do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from gate_service.app.reconcile.variances.compared import Compared, Found
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.domain.reconcile.causes import Cause, Evidence, Proof
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.cli.driving import Commands, Started
from tests.reconcile.drifting import HANDOFF, diagnosis, found, snapshot

Drift = Callable[..., list[str]]


async def _record(url: str, location: str, rows: list[Found]) -> None:
    store = connect(url)
    try:
        told = Compared(snapshot("S1", location_id=location), 7, 7_000)
        await Recorder(RedisRecords(store), lambda: None).record(told, rows)
    finally:
        await store.close()


@pytest.fixture
def drift(dev_gate: Started, gate: Commands) -> Drift:
    """Let a snapshot be compared that differs so; give the ids of what stands here then, those due first first."""

    def happen(*rows: Found) -> list[str]:
        asyncio.run(_record(dev_gate.ready["redis_url"], gate.location, list(rows)))
        return [row["variance_id"] for row in gate("variance", "list", "-o", "jsonl").rows]

    return happen


def test_where_nothing_stands_the_list_says_so_and_ends_well(gate: Commands) -> None:
    ended = gate("variance", "list")
    assert (ended.exit_code, ended.stdout) == (0, "No variances.\n")
    assert gate("variance", "list", "-o", "json").data == {"variances": []}


def test_what_stands_is_listed_and_ends_as_drift(gate: Commands, drift: Drift) -> None:
    ids = drift(found("MUG", 35, 40), found("PEN", 600, 300, Cause.DOUBLE_APPLIED))
    ended = gate("variance", "list")
    assert ended.exit_code == 4
    counted, _, _, pen, mug, *_ = ended.stdout.splitlines()
    assert counted == "HIGH 1 · MEDIUM 1"
    assert pen.split()[:9] == [ids[0], "HIGH", gate.location, "wms-east", "on_hand", "PEN", "600", "300", "+300"]
    assert "not applied" in mug
    rows = gate("variance", "list", "--cause", "not_applied", "-o", "jsonl").rows
    assert [row["sku"] for row in rows] == ["MUG"]
    assert gate("variance", "list", "--mirror", "erp").stdout == "No variances.\n"
    assert len(gate("variance", "list", "--state", "accepted", "-o", "jsonl").rows) == 0


def test_what_one_event_brought_about_is_told_as_one(gate: Commands, drift: Drift) -> None:
    rows = []
    for sku, entry in (("MUG", 5), ("PEN", 5), ("CUP", 6)):
        row = found(sku, 35, 40)
        lost = Evidence(Proof.ENTRY, f"record receipt PO-{entry} (on_hand +5) was never taken", entry, 1)
        rows.append(row._replace(diagnosis=replace(diagnosis(), evidence=(lost,))))
    drift(*rows)
    said = " ".join(gate("variance", "list").stdout.split())
    assert f"2 of these 3 come of one event: record receipt PO-5, entry 5 of {gate.location} · {HANDOFF}" in said
    assert "PO-6" not in said


def test_a_list_is_as_long_as_it_is_asked_for_and_says_where_there_is_more(gate: Commands, drift: Drift) -> None:
    ids = drift(*(found(f"SKU-{each:03}", 35, 40) for each in range(102)))
    assert len(ids) == 102
    people = gate("variance", "list")
    assert people.exit_code == 4
    assert sum(each in people.stdout for each in ids) == 100
    assert "These are the first 100, and there are more" in people.stderr
    assert [row["variance_id"] for row in gate("variance", "list", "--limit", "3", "-o", "jsonl").rows] == ids[:3]
    whole = gate("variance", "list", "-o", "json")
    assert len(whole.data["variances"]) == 102
    assert whole.stderr == ""
    assert gate("variance", "list", "--limit", "102").stderr == ""


def test_one_is_shown_with_what_was_done_and_told_in_words(gate: Commands, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 35, 40))
    assert gate("variance", "note", variance_id, "looked behind the rack", "--actor", "kim").exit_code == 0
    shown = gate("variance", "show", variance_id).stdout
    assert "wms-east says on_hand 35, the record 40 at revision 7: -5" in shown
    assert f"not applied (95 % sure) · {HANDOFF}" in shown
    assert "looked behind the rack" in shown
    assert "kim" in shown
    told = gate("variance", "explain", variance_id, "-o", "json").data
    assert told["variance_id"] == variance_id
    said = " ".join(gate("variance", "explain", variance_id).stdout.split())
    assert said == " ".join(told["explanation"].split())


def test_of_a_cause_that_nobody_found_nobody_says_to_be_sure(gate: Commands, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 35, 40, Cause.UNEXPLAINED, handoff=""))
    shown = gate("variance", "show", variance_id).stdout
    assert "\nunexplained\n" in shown.replace(" \n", "\n")
    assert "% sure" not in shown


def test_one_goes_from_hand_to_hand_until_it_is_closed(gate: Commands, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 35, 40))
    states = []
    for verb, *more in (
        ("assign", "Night shift"),
        ("ack",),
        ("resolve", "booked by hand"),
        ("reopen",),
        ("accept", "known"),
    ):
        answer = gate("variance", verb, variance_id, *more, "-o", "json").data
        assert answer["changed"]
        states.append(answer["variance"]["state"])
    assert states == ["OPEN", "ACKNOWLEDGED", "RESOLVED", "OPEN", "ACCEPTED"]
    assert gate("variance", "list").exit_code == 0
    listed = gate("variance", "list", "--all")
    assert listed.exit_code == 0
    assert "ACCEPTED" in listed.stdout
    assert "Night shift" in listed.stdout
    assert "It was so already" in gate("variance", "accept", variance_id, "known").stdout


def test_a_no_is_told_with_its_reason(gate: Commands, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 35, 40))
    gate("variance", "resolve", variance_id, "mended")
    closed = gate("variance", "ack", variance_id, "-o", "json")
    assert (closed.exit_code, closed.error["reason"]) == (1, "VARIANCE_CLOSED")
    changed = gate("variance", "reopen", variance_id, "--if-version", "1", "-o", "json")
    assert (changed.exit_code, changed.error["reason"]) == (1, "CHANGED_MEANWHILE")
    unknown = gate("variance", "show", "V0", "-o", "json")
    assert (unknown.exit_code, unknown.error["reason"]) == (1, "VARIANCE_NOT_FOUND")
    assert gate("variance", "resolve", variance_id, "").exit_code == 2
