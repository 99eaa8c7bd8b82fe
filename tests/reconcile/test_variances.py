"""Variances over gRPC: who sees which, and what people do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

import fulfillment_gate as sdk
from gate_service.app.reconcile.variances.compared import Compared, Found
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.domain.reconcile.causes import Cause
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.reconcile.drifting import found, snapshot
from tests.reconcile.house import House

Drift = Callable[..., list[str]]
ACK, RESOLVE = sdk.VARIANCE_VERB_ACKNOWLEDGE, sdk.VARIANCE_VERB_RESOLVE
ACCEPT, REOPEN = sdk.VARIANCE_VERB_ACCEPT, sdk.VARIANCE_VERB_REOPEN
ASSIGN, NOTE = sdk.VARIANCE_VERB_ASSIGN, sdk.VARIANCE_VERB_NOTE


async def _record(url: str, compared: Compared, rows: list[Found]) -> None:
    store = connect(url)
    try:
        recorder = Recorder(RedisRecords(store), lambda: None)
        standing = await recorder.standing(compared.snapshot, ["on_hand"])
        await recorder.record(
            compared, [row._replace(stood=standing.get(("on_hand", row.difference.sku))) for row in rows]
        )
    finally:
        await store.close()


@pytest.fixture
def drift(house: House, location: str) -> Drift:
    """Let a snapshot be compared that differs so; give the ids of what stands here then, those due first first."""

    def happen(*rows: Found, name: str = "S1", revision: int = 5, at: str = location, system: str = "wms") -> list[str]:
        told = Compared(snapshot(name, system=system, location_id=at), revision, revision * 1_000)
        asyncio.run(_record(house.store_url, told, list(rows)))
        return [each.variance_id for each in house.client("boss").iter_variances(location_id=at)]

    return happen


def reason_of(ask: Callable[[], object]) -> str:
    with pytest.raises(sdk.GateError) as no:
        ask()
    return no.value.reason


def test_what_stands_is_listed_with_what_is_due_first(house: House, location: str, drift: Drift) -> None:
    few, many = found("FEW", 9, 10), found("MANY", 10, 900)
    ids = drift(few, many)
    listed = house.client("wms").list_variances(location_id=location).variances
    assert [each.sku for each in listed] == ["MANY", "FEW"]
    assert [each.variance_id for each in listed] == ids
    assert (listed[0].reported, listed[0].expected, listed[0].difference) == (10, 900, -890)
    assert listed[0].diagnosis.cause == sdk.DRIFT_CAUSE_NOT_APPLIED
    assert listed[0].severity == sdk.DRIFT_SEVERITY_HIGH
    assert not listed[0].history


def test_filters_narrow_the_list_and_pages_come_to_the_same(house: House, location: str, drift: Drift) -> None:
    rows = [
        found(f"SKU-{number}", number, 100, Cause.PHANTOM if number % 3 else Cause.WRONG_SKU) for number in range(9)
    ]
    ids = drift(*rows)
    gate = house.client("boss")
    token, told = "", []
    while True:
        page = gate.list_variances(location_id=location, page_size=2, page_token=token)
        assert len(page.variances) <= 2
        told += [each.variance_id for each in page.variances]
        token = page.next_page_token
        if not token:
            break
    assert told == ids
    phantoms = list(gate.iter_variances(location_id=location, cause=sdk.DRIFT_CAUSE_PHANTOM))
    assert len(phantoms) == 6
    assert [each.sku for each in gate.iter_variances(location_id=location, sku="SKU-7")] == ["SKU-7"]
    assert not list(gate.iter_variances(location_id=location, system="erp"))
    gate.change_variance(ids[0], ACCEPT, note="known")
    accepted = list(gate.iter_variances(location_id=location, state=sdk.VARIANCE_STATE_ACCEPTED))
    assert [each.variance_id for each in accepted] == [ids[0]]
    assert len(list(gate.iter_variances(location_id=location))) == 8
    assert len(list(gate.iter_variances(location_id=location, all_states=True))) == 9


def test_a_caller_sees_only_the_variances_of_its_locations(house: House, location: str, drift: Drift) -> None:
    (here,) = drift(found("MUG", 9, 10))
    there = drift(found("MUG", 9, 10), at="ACME", name=f"at-{location}", system="3pl")
    logistics = house.client("3pl")
    seen = {each.variance_id for each in logistics.iter_variances(all_states=True)}
    assert seen >= set(there)
    assert here not in seen
    assert reason_of(lambda: logistics.list_variances(location_id=location)) == "NOT_PERMITTED"
    assert reason_of(lambda: logistics.get_variance(here)) == "NOT_PERMITTED"
    assert logistics.get_variance(there[0]).variance.location_id == "ACME"


@pytest.mark.parametrize(("system", "cause"), [("shop", "role"), ("books", "role"), ("3pl", "location")])
def test_only_who_may_resolve_variances_there_changes_one(house: House, drift: Drift, system: str, cause: str) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    with pytest.raises(sdk.PermissionDenied) as no:
        house.client(system).change_variance(variance_id, ACK)
    assert (no.value.reason, no.value.metadata["cause"]) == ("NOT_PERMITTED", cause)
    assert house.client("erp").change_variance(variance_id, ACK).changed


def test_one_is_shown_with_its_history_and_explained(house: House, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    answer = house.client("books").get_variance(variance_id)
    assert [step.step for step in answer.variance.history] == ["found"]
    assert "MUG" in answer.explanation
    assert reason_of(lambda: house.client("books").get_variance("V0")) == "VARIANCE_NOT_FOUND"
    assert reason_of(lambda: house.client("boss").change_variance("V0", ACK)) == "VARIANCE_NOT_FOUND"


def test_who_did_what_stands_in_the_history_and_told_again_nothing_is_added(house: House, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    gate = house.client("wms")
    for verb, note, owner in (
        (NOTE, "looked behind the rack", ""),
        (ASSIGN, "", "night shift"),
        (ACK, "", ""),
        (RESOLVE, "booked by hand", ""),
        (REOPEN, "", ""),
        (ACCEPT, "lost for good", ""),
    ):
        first = gate.change_variance(variance_id, verb, note=note, owner=owner)
        before = first.variance.version - 1
        again = gate.change_variance(variance_id, verb, note=note, owner=owner, version=before)
        assert (first.changed, again.changed) == (True, False)
        assert again.variance == first.variance
    history = gate.get_variance(variance_id).variance.history
    steps = ["found", "noted", "assigned", "acknowledged", "resolved", "reopened", "accepted"]
    assert [step.step for step in history] == steps
    assert {(step.system, step.actor) for step in history[1:]} == {("wms", "kim")}
    assert history[1].note == "looked behind the rack"
    assert gate.get_variance(variance_id).variance.owner == "night shift"


def test_what_is_resolved_takes_nothing_but_to_be_opened_again(house: House, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    gate = house.client("wms")
    closed = gate.change_variance(variance_id, RESOLVE, note="mended").variance
    assert closed.closed_at_ms > 0
    for verb, note, owner in ((ACK, "", ""), (ACCEPT, "x", ""), (NOTE, "x", ""), (ASSIGN, "", "x")):
        ask = partial(gate.change_variance, variance_id, verb, note=note, owner=owner)
        assert reason_of(ask) == "VARIANCE_CLOSED"
    opened = gate.change_variance(variance_id, REOPEN).variance
    assert (opened.state, opened.closed_at_ms) == (sdk.VARIANCE_STATE_OPEN, 0)


def test_what_is_accepted_is_not_taken_on_and_takes_all_that_the_refusal_says(house: House, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    gate = house.client("wms")
    gate.change_variance(variance_id, ACCEPT, note="known")
    with pytest.raises(sdk.Refused, match=r"accepted.*may be resolved, assigned and noted as it is"):
        gate.change_variance(variance_id, ACK)
    for verb, note, owner in ((NOTE, "x", ""), (ASSIGN, "", "x"), (RESOLVE, "x", "")):
        assert gate.change_variance(variance_id, verb, note=note, owner=owner).changed
    with pytest.raises(sdk.Refused, match="resolved: it takes no more changes, but may be opened again"):
        gate.change_variance(variance_id, ACCEPT, note="x")


def test_one_is_not_opened_again_beside_another_about_the_same_figure(house: House, drift: Drift) -> None:
    (first,) = drift(found("MUG", 9, 10))
    gate = house.client("wms")
    gate.change_variance(first, RESOLVE, note="mended")
    (second,) = drift(found("MUG", 9, 10), name="S2", revision=6)
    assert second != first
    assert reason_of(lambda: gate.change_variance(first, REOPEN)) == "VARIANCE_CLOSED"


def test_who_looked_at_another_version_is_told(house: House, drift: Drift) -> None:
    (variance_id,) = drift(found("MUG", 9, 10))
    gate = house.client("wms")
    looked_at = gate.get_variance(variance_id).variance.version
    gate.change_variance(variance_id, NOTE, note="first")
    late = partial(gate.change_variance, variance_id, NOTE, note="second", version=looked_at)
    assert reason_of(late) == "CHANGED_MEANWHILE"
    assert [step.step for step in gate.get_variance(variance_id).variance.history] == ["found", "noted"]
