"""Every watchdog with real processes: a gate, the process that reconciles, and people who look at findings.

Deadlines are short by the map. Each test has a location of its own: what is awaited there is raised, and cleared by the
event that was missing.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import fulfillment_gate as sdk
from tests.cli.driving import opened
from tests.e2e.watched_house import check_cleared, environment, raised, standing, watched_house
from tests.gate_process import PATIENCE_S
from tests.reconcile.house import House, token


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with watched_house(tmp_path_factory.mktemp("watched")) as served:
        yield served


def wave(house: House, location: str) -> str:
    """Have two units of a location released for order O-1; give the permit."""
    house.receive(location, A=2)
    line = sdk.ReserveLine(line_id="1", sku="A", quantity=2)
    house.client("shop").reserve_stock(location, "O-1", [line], channel="web")
    lines = [sdk.WaveLine(order_id="O-1", line_id="1", sku="A", quantity=2)]
    permit_id = house.client("wms").authorize_wave(location, "W-1", lines).permit_id
    assert permit_id
    return permit_id


def pick(house: House, location: str, permit_id: str) -> None:
    lines = [sdk.PickLine(order_id="O-1", line_id="1", sku="A", picked_quantity=2)]
    house.client("wms").report_pick(location, permit_id, lines)


def gate(house: House, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as the warehouse."""
    command = [sys.executable, "-m", "gate_service", *args, "--target", house.gate.address]
    env = {**environment(), "GATE_TOKEN": token("wms"), "GATE_ACTOR": "kim"}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_a_wave_that_nobody_picks_as_somebody_sees_on_the_command_line(house: House) -> None:
    permit_id = wave(house, "WAVE")
    found = raised(house, "WAVE", sdk.FINDING_KIND_WAVE_WITHOUT_PICK)
    assert (found.subject, found.system, found.owner) == (permit_id, "wms", "Floor")
    seen = gate(house, "findings", "--location", "WAVE", "-o", "jsonl")
    assert seen.returncode == 4, seen.stderr
    (told,) = [json.loads(text) for text in seen.stdout.splitlines()]
    assert (told["finding_id"], told["owner"]) == (found.finding_id, "Floor")
    noted = gate(house, "finding", "ack", found.finding_id, "--note", "asked the floor", "-o", "json")
    assert noted.returncode == 0, noted.stderr
    step = json.loads(noted.stdout)["finding"]["history"][-1]
    assert (step["step"], step["system"], step["actor"], step["note"]) == (
        "acknowledged",
        "wms",
        "kim",
        "asked the floor",
    )
    pick(house, "WAVE", permit_id)
    check_cleared(house, found)
    assert gate(house, "findings", "--location", "WAVE", "-o", "jsonl").returncode == 0


def test_a_parcel_that_does_not_leave(house: House) -> None:
    permit_id = wave(house, "PICKED")
    pick(house, "PICKED", permit_id)
    found = raised(house, "PICKED", sdk.FINDING_KIND_PICKED_WITHOUT_SHIPMENT)
    house.client("wms").confirm_shipment("PICKED", "O-1", permit_id, "parcel-1")
    check_cleared(house, found)


def test_an_announcement_that_does_not_come(house: House) -> None:
    line = sdk.IncomingLine(line_id="1", sku="A", quantity=5)
    expected_at_ms = int(time.time() * 1000)
    house.client("erp").announce_incoming(
        "ASN", "ASN-1", [line], kind=sdk.DOCUMENT_KIND_ASN, expected_at_ms=expected_at_ms
    )
    found = raised(house, "ASN", sdk.FINDING_KIND_ANNOUNCED_WITHOUT_RECEIPT)
    house.client("wms").record_receipt(
        "ASN", [sdk.ReceiptLine(sku="A", quantity=5, landing=sdk.LANDING_AVAILABLE)], document_id="ASN-1"
    )
    check_cleared(house, found)


def test_a_transfer_that_does_not_arrive(house: House) -> None:
    house.receive("FROM", A=3)
    house.client("wms").transfer_stock("FROM", "TO", "T-1", [sdk.TransferLine(sku="A", quantity=3)])
    found = raised(house, "TO", sdk.FINDING_KIND_TRANSFER_WITHOUT_ARRIVAL)
    house.client("wms").record_receipt(
        "TO", [sdk.ReceiptLine(sku="A", quantity=3, landing=sdk.LANDING_AVAILABLE)], document_id="T-1"
    )
    check_cleared(house, found)


def test_a_return_that_nobody_decides_upon(house: House) -> None:
    house.receive("RETURNS", A=1)
    house.client("wms").record_return("RETURNS", "R-1", [sdk.ReturnLine(sku="A", quantity=2)])
    found = raised(house, "RETURNS", sdk.FINDING_KIND_RETURN_WITHOUT_DISPOSITION)
    move = sdk.MoveLine(
        sku="A",
        from_status=sdk.STOCK_STATUS_QUALITY_CONTROL,
        to_status=sdk.STOCK_STATUS_AVAILABLE,
        quantity=2,
    )
    house.client("wms").move_stock("RETURNS", [move], reason="inspected")
    check_cleared(house, found)


def test_a_feed_that_falls_silent(house: House) -> None:
    tell(house, "SILENT", 1)
    found = raised(house, "SILENT", sdk.FINDING_KIND_FEED_SILENT)
    assert (found.subject, found.owner) == ("3pl", "Contract logistics")
    tell(house, "SILENT", 2)
    check_cleared(house, found)


def test_a_gap_that_nobody_fills(house: House) -> None:
    tell(house, "GAP", 1)
    tell(house, "GAP", 3)
    found = raised(house, "GAP", sdk.FINDING_KIND_GAP_AGED)
    assert "number 2" in found.text
    tell(house, "GAP", 2)
    check_cleared(house, found)


def tell(house: House, location: str, number: int) -> None:
    """Have the 3PL tell a numbered event."""
    event = sdk.SourceEvent(document_type="receipt", document=f"D-{number}", number=number)
    line = sdk.ReceiptLine(sku="A", quantity=1, landing=sdk.LANDING_AVAILABLE)
    house.client("3pl").record_receipt(location, [line], source_event=event)


def test_a_snapshot_that_is_overdue(house: House) -> None:
    house.receive("SEEN", A=1)
    found = raised(house, "SEEN", sdk.FINDING_KIND_SNAPSHOT_OVERDUE)
    header = sdk.SnapshotHeader(snapshot_id="S-1", location_id="SEEN", measure="on_hand", whole=True)
    house.client("3pl").submit_snapshot(header, [sdk.SnapshotRow(sku="A", quantity=1)])
    check_cleared(house, found)


def test_a_hold_that_is_taken_again_and_again(house: House) -> None:
    house.receive("HOLDS", A=5)
    line = sdk.ReserveLine(line_id="1", sku="A", quantity=1)
    shop, until = house.client("shop"), time.monotonic() + PATIENCE_S
    while not (found := standing(house, "HOLDS", sdk.FINDING_KIND_HOLD_RENEWED_FOREVER)):
        assert time.monotonic() < until
        with contextlib.suppress(sdk.Refused, sdk.AlreadyExists):  # it is still held
            shop.reserve_stock("HOLDS", "CART-1", [line], channel="web", ttl_ms=1_000)
        time.sleep(0.1)
    check_cleared(house, found[0])  # nobody takes it again


def test_a_monitor_sees_what_stands(house: House) -> None:
    until = time.monotonic() + PATIENCE_S
    while not (served := re.search(r"metrics are served +at=(\S+)", (house.folder / "reconcile.log").read_text())):
        assert time.monotonic() < until, "nothing was served"
        time.sleep(0.05)
    address = served[1]
    while True:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=PATIENCE_S) as answer:
            told = answer.read().decode()
        if 'gate_findings{kind="SNAPSHOT_OVERDUE",location="TO"} 1.0' in told:
            return
        assert time.monotonic() < until, told
        time.sleep(0.2)


def test_who_watches_hears_of_a_finding_as_it_is_raised(house: House) -> None:
    wms = house.client("wms")
    token = wms.list_events(after_token="now").next_token  # noqa: S106 - a place in the list
    wave(house, "WATCHED")
    told: list[sdk.DriftEvent] = []
    while not any(each.location_id == "WATCHED" for each in told):
        answer = wms.list_events(after_token=token, wait_ms=20_000)
        assert answer.events, "nothing was told for 20 s"
        told, token = [*answer.events], answer.next_token
    (event,) = [each for each in told if each.location_id == "WATCHED"]
    assert event.type == "finding.raised"
    assert json.loads(event.json)["kind"] == "WAVE_WITHOUT_PICK"
    assert not any(each.location_id == "WATCHED" for each in house.client("3pl").list_events().events)


def test_events_are_told_on_the_command_line_as_they_come_until_ctrl_c(house: House) -> None:
    wave(house, "TOLD")
    found = raised(house, "TOLD", sdk.FINDING_KIND_WAVE_WITHOUT_PICK)
    args = ("findings", "--watch", "-l", "TOLD", "-o", "jsonl", "--target", house.gate.address)
    with opened(*args, env={"GATE_TOKEN": token("wms")}) as watching, ThreadPoolExecutor(1) as reading:
        assert watching.stdout is not None
        line = reading.submit(watching.stdout.readline)
        number = 0
        while not line.done():
            assert number < 20 * PATIENCE_S, "nothing was told"
            house.client("wms").acknowledge_finding(found.finding_id, note=f"look {number}")
            number += 1
            time.sleep(0.05)
        event = json.loads(line.result())
        assert (event["type"], event["subject_id"]) == ("finding.acknowledged", found.finding_id)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(PATIENCE_S) == 0
