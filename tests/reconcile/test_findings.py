"""Findings and events over gRPC: who sees which, who looks after one, and how one waits for what happens next."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import fulfillment_gate as sdk
from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.domain.reconcile.alarms import finding
from gate_service.domain.reconcile.expecting import Expectation
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.gate_process import gate_serving
from tests.reconcile.house import House

NOW, NONE = "now", "tomorrow"
GAP, SILENT = FindingKind.GAP_AGED, FindingKind.FEED_SILENT
Stand = Callable[..., list[str]]


def told(location: str, subject: str, kind: FindingKind = GAP, owner: str = "Floor", at_ms: int = 5) -> Finding:
    about = Expectation(kind, location, subject, 1, 2)
    return replace(finding(about, None, subject, f"{subject} is missing.", at_ms), owner=owner)


async def _settle(url: str, findings: list[Finding], location: str) -> None:
    store = connect(url)
    try:
        wanted = {each.finding_id: each for each in findings}
        await Alarms(RedisRecords(store)).settle((GAP, SILENT), wanted, 9, at=[location])
    finally:
        await store.close()


@pytest.fixture
def stand(house: House, location: str) -> Stand:
    """Let exactly these findings stand at a location; give their ids."""

    def happen(*findings: Finding, at: str = location) -> list[str]:
        asyncio.run(_settle(house.store_url, list(findings), at))
        return [each.finding_id for each in findings]

    return happen


def ids(found: object) -> list[str]:
    return [each.finding_id for each in found]  # type: ignore[attr-defined]


def reason_of(ask: Callable[[], object]) -> str:
    with pytest.raises(sdk.GateError) as no:
        ask()
    return no.value.reason


def test_what_stands_is_listed_with_the_oldest_first_and_filters_narrow_it(
    house: House, location: str, stand: Stand
) -> None:
    new, old = told(location, "A", at_ms=7), told(location, "B", SILENT, "Books", at_ms=6)
    stand(new, old)
    boss = house.client("boss")
    (first, second) = boss.list_findings(location_id=location).findings
    assert [first.finding_id, second.finding_id] == [old.finding_id, new.finding_id]
    assert (first.kind, first.owner, first.text) == (sdk.FINDING_KIND_FEED_SILENT, "Books", "B is missing.")
    assert ids(boss.list_findings(location_id=location, kind=sdk.FINDING_KIND_GAP_AGED).findings) == [new.finding_id]
    assert ids(boss.list_findings(location_id=location, owner="Books").findings) == [old.finding_id]
    stand(new)
    assert ids(boss.list_findings(location_id=location).findings) == [new.finding_id]
    everything = boss.list_findings(location_id=location, cleared_too=True).findings
    assert [each.state for each in everything] == [sdk.FINDING_STATE_CLEARED, sdk.FINDING_STATE_OPEN]


def test_pages_come_to_all_that_stands(house: House, location: str, stand: Stand) -> None:
    wanted = stand(*(told(location, f"S{number}") for number in range(7)))
    boss, token, seen = house.client("boss"), "", list[str]()
    while True:
        page = boss.list_findings(location_id=location, page_size=2, page_token=token)
        assert len(page.findings) <= 2
        seen += ids(page.findings)
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == sorted(wanted)


def test_everybody_sees_the_findings_and_events_of_his_own_locations(house: House, location: str, stand: Stand) -> None:
    since = house.client("boss").list_events(after_token=NOW).next_token
    (foreign,) = stand(told(location, "A"))
    (own,) = stand(told("ACME", "A"), at="ACME")
    logistics = house.client("3pl")
    assert ids(logistics.iter_findings()) == [own]
    assert [each.subject_id for each in logistics.list_events(after_token=since).events] == [own]
    seen = [each.subject_id for each in house.client("boss").list_events(after_token=since).events]
    assert seen == [foreign, own]
    assert reason_of(lambda: logistics.list_findings(location_id=location)) == "NOT_PERMITTED"
    assert reason_of(lambda: house.client("shop").list_events()) == "NOT_PERMITTED"
    stand(at="ACME")


def test_who_looks_after_one_stands_there_also_when_it_is_over(house: House, location: str, stand: Stand) -> None:
    (name,) = stand(told(location, "A"))
    wms = house.client("wms")
    since = wms.list_events(after_token=NOW).next_token
    assert wms.acknowledge_finding(name).finding.state == sdk.FINDING_STATE_ACKNOWLEDGED
    wms.acknowledge_finding(name)
    noted = wms.acknowledge_finding(name, note="asked them").finding
    assert [(each.step, each.system, each.actor, each.note) for each in noted.history] == [
        ("acknowledged", "wms", "kim", ""),
        ("noted", "wms", "kim", "asked them"),
    ]
    stand()
    (over,) = wms.list_findings(location_id=location, cleared_too=True).findings
    assert over.state == sdk.FINDING_STATE_CLEARED
    assert [each.step for each in over.history] == ["acknowledged", "noted", "cleared"]
    types = [each.type for each in wms.list_events(after_token=since).events if each.location_id == location]
    assert types == ["finding.acknowledged", "finding.acknowledged", "finding.cleared"]


def test_what_was_over_and_comes_back_is_raised_again_with_its_history(
    house: House, location: str, stand: Stand
) -> None:
    (name,) = stand(told(location, "A"))
    house.client("wms").acknowledge_finding(name)
    stand()
    assert stand(told(location, "A")) == [name]
    (back,) = house.client("wms").list_findings(location_id=location).findings
    assert back.state == sdk.FINDING_STATE_OPEN
    assert [each.step for each in back.history] == ["acknowledged", "cleared"]


def test_whoever_only_looks_looks_after_nothing(house: House, location: str, stand: Stand) -> None:
    (name,) = stand(told(location, "A"))
    assert reason_of(lambda: house.client("books").acknowledge_finding(name)) == "NOT_PERMITTED"
    assert reason_of(lambda: house.client("wms").acknowledge_finding("F-NONE")) == "FINDING_NOT_FOUND"


def test_events_go_on_from_a_token_and_a_wrong_one_is_refused(house: House, location: str, stand: Stand) -> None:
    boss = house.client("boss")
    token = boss.list_events(after_token=NOW).next_token
    wanted = stand(*(told(location, f"S{number}") for number in range(3)))
    seen: list[str] = []
    for _ in wanted:
        answer = boss.list_events(after_token=token, limit=1)
        seen += [each.subject_id for each in answer.events]
        token = answer.next_token
    assert sorted(seen) == sorted(wanted)
    empty = boss.list_events(after_token=token)
    assert (list(empty.events), empty.next_token) == ([], token)
    with pytest.raises(sdk.InvalidArgument, match="after_token"):
        boss.list_events(after_token=NONE)
    with pytest.raises(sdk.InvalidArgument, match="wait_ms"):
        boss.list_events(wait_ms=20_001)


def test_many_who_wait_keep_nobody_from_an_answer_and_hear_of_what_happens(
    house: House, location: str, stand: Stand
) -> None:
    boss = house.client("boss")
    token = boss.list_events(after_token=NOW).next_token
    with ThreadPoolExecutor(20) as waiting:
        heard = [waiting.submit(boss.list_events, after_token=token, wait_ms=20_000) for _ in range(20)]
        house.receive(location, A=1)
        assert boss.get_stock(location, ["A"]).levels[0].on_hand == 1
        assert not any(each.done() for each in heard)
        (name,) = stand(told(location, "A"))
        for each in heard:
            (event,) = each.result().events
            assert (event.subject_id, json.loads(event.json)["text"]) == (name, "A is missing.")


def test_who_waits_is_answered_when_the_gate_stops(house: House, tmp_path: Path) -> None:
    with (
        ThreadPoolExecutor(1) as waiting,
        gate_serving(house.store_url, tmp_path, "--grace-ms", "2000") as gate,
        sdk.Gate(gate.address, system="wms") as client,
    ):
        token = client.list_events(after_token=NOW).next_token
        heard = waiting.submit(client.list_events, after_token=token, wait_ms=20_000)
        client.get_status()
        gate.process.terminate()
        assert list(heard.result().events) == []
