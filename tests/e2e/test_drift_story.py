"""Drift from the snapshot to the handoff that broke, with a gate, the process that reconciles, and systems with tokens.

Each story has a location of its own. A mirror agrees first; then something is told that it does not take, or takes
twice, among other events that it does take.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fulfillment_gate as sdk
from tests.e2e.drift_house import DriftHouse, drifting


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriftHouse]:
    with drifting(tmp_path_factory.mktemp("drift")) as served:
        yield served


def why(variance: sdk.Variance) -> tuple[str, str]:
    return sdk.DriftCause.Name(variance.diagnosis.cause).removeprefix("DRIFT_CAUSE_"), variance.diagnosis.handoff


def entries(house: DriftHouse, location: str, kind: sdk.OperationKind) -> list[sdk.LedgerEntry]:
    return [each for each in house.client("wms").iter_entries(location) if each.kind == kind]


def test_an_orders_decrement_that_fires_twice_names_the_order(house: DriftHouse) -> None:
    """The first pattern: a retry or a second webhook."""
    house.book("netsuite", "TWICE", "PO-1", MUG=40, PEN=40)
    assert house.say("shop", "TWICE", "twice-1", ("MUG", 40), ("PEN", 40)).agreed_count == 2
    house.order("TWICE", "A-7", "MUG", 3, times=2)
    house.order("TWICE", "A-8", "PEN", 2)
    assert house.say("shop", "TWICE", "twice-2", ("MUG", 34), ("PEN", 38)).opened_count == 1
    (variance,) = house.stands("TWICE")
    assert (variance.sku, variance.reported, variance.expected) == ("MUG", 34, 37)
    assert why(variance) == ("DOUBLE_APPLIED", "shop → shop: reserve_stock")
    assert any("A-7" in each.text for each in variance.diagnosis.evidence)


def test_a_receipt_that_the_warehouse_never_hears_of_names_the_dropped_mapping(house: DriftHouse) -> None:
    """The second pattern; the policy lets somebody count, and the next snapshot ends it."""
    house.book("netsuite", "UNHEARD", "PO-1", MUG=40, PEN=40)
    house.say("wms", "UNHEARD", "unheard-1", ("MUG", 40), ("PEN", 40))
    house.book("netsuite", "UNHEARD", "PO-2", MUG=5)
    house.book("netsuite", "UNHEARD", "PO-3", PEN=1)
    result = house.say("wms", "UNHEARD", "unheard-2", ("MUG", 40), ("PEN", 41))
    assert {sdk.DriftCause.Name(each.cause): each.count for each in result.causes} == {"DRIFT_CAUSE_NOT_APPLIED": 1}
    (variance,) = house.stands("UNHEARD")
    assert why(variance) == ("NOT_APPLIED", "netsuite → wms: record_receipt")
    assert variance.owner == "Purchasing"
    assert [each.quantity for each in variance.diagnosis.evidence if each.kind == "entry"][:1] != []
    house.until_done(variance.variance_id, "count_asked")
    (task,) = house.client("wms").list_count_tasks("UNHEARD", all_open=True).tasks
    assert (task.sku, task.trigger) == ("MUG", sdk.COUNT_TRIGGER_VARIANCE)
    assert house.say("wms", "UNHEARD", "unheard-3", ("MUG", 45), ("PEN", 41)).resolved_count == 1
    assert house.stands("UNHEARD") == []
    closed = house.client("wms").get_variance(variance.variance_id).variance
    assert closed.state == sdk.VARIANCE_STATE_RESOLVED
    assert [step.step for step in closed.history] == ["found", "count_asked", "gone"]


def test_a_parcel_that_left_and_never_released_its_allocation_names_who_confirmed_it(house: DriftHouse) -> None:
    """The third pattern: a 3PL confirms, and nobody gives the units free."""
    house.book("netsuite", "STUCK", "PO-1", MUG=40, PEN=40)
    free = ("MUG", 40, "available")
    house.say("netsuite", "STUCK", "stuck-1", ("MUG", 40), ("MUG", 0, "allocated"), free, ("PEN", 40))
    house.ship("STUCK", "A-7", "MUG", 4, by="3pl-acme")
    house.ship("STUCK", "A-8", "PEN", 1, by="3pl-acme")
    free = ("MUG", 32, "available")
    house.say("netsuite", "STUCK", "stuck-2", ("MUG", 36), ("MUG", 4, "allocated"), free, ("PEN", 39))
    found = {(each.sku, each.measure): each for each in house.stands("STUCK")}
    assert {key: each.difference for key, each in found.items()} == {("MUG", "allocated"): 4, ("MUG", "available"): -4}
    for variance in found.values():
        assert why(variance) == ("SHIPPED_STILL_ALLOCATED", "3pl-acme → netsuite: confirm_shipment")
        assert variance.owner == "Contract logistics"


def test_a_cycle_count_that_fixes_one_system_and_breaks_the_next_names_the_way_between(house: DriftHouse) -> None:
    house.book("netsuite", "COUNTED", "PO-1", MUG=40, PEN=40)
    for system in ("wms", "netsuite", "shop"):
        house.say(system, "COUNTED", f"counted-1-{system}", ("MUG", 40), ("PEN", 40))
    house.client("wms").submit_count("COUNTED", "C-1", [sdk.CountLine(sku="MUG", counted_quantity=37)])
    house.book("netsuite", "COUNTED", "PO-2", PEN=2)
    house.say("wms", "COUNTED", "counted-2-wms", ("MUG", 37), ("PEN", 42))
    assert house.stands("COUNTED") == []
    house.say("netsuite", "COUNTED", "counted-2-netsuite", ("MUG", 40), ("PEN", 42))
    (variance,) = house.stands("COUNTED")
    assert (variance.system, variance.sku, variance.difference) == ("netsuite", "MUG", 3)
    assert why(variance) == ("NOT_APPLIED", "wms → netsuite: submit_count")
    house.say("shop", "COUNTED", "counted-2-shop", ("MUG", 40), ("PEN", 42))
    shown, *_ = house.stands("COUNTED")
    assert (shown.system, shown.severity) == ("shop", sdk.DRIFT_SEVERITY_CRITICAL)
    assert why(shown) == ("NOT_APPLIED", "wms → shop: submit_count")


def test_two_hundred_in_the_erp_against_a_hundred_and_forty_in_the_warehouse(house: DriftHouse) -> None:
    """The ERP never heard of a shipment; the policy tells it the figure, as an entry that names the variance."""
    house.book("netsuite", "ERP-WMS", "PO-1", MUG=200, PEN=9)
    for system in ("wms", "netsuite"):
        house.say(system, "ERP-WMS", f"erp-wms-1-{system}", ("MUG", 200), ("PEN", 9))
    house.ship("ERP-WMS", "A-7", "MUG", 60)
    house.book("netsuite", "ERP-WMS", "PO-2", PEN=1)
    house.say("wms", "ERP-WMS", "erp-wms-2-wms", ("MUG", 140), ("PEN", 10))
    house.say("netsuite", "ERP-WMS", "erp-wms-2-netsuite", ("MUG", 200), ("PEN", 10))
    (variance,) = house.stands("ERP-WMS")
    assert (variance.system, variance.reported, variance.expected) == ("netsuite", 200, 140)
    assert why(variance) == ("NOT_APPLIED", "wms → netsuite: confirm_shipment")
    pushed = house.until_done(variance.variance_id, "pushed")
    (entry,) = entries(house, "ERP-WMS", sdk.OPERATION_KIND_CORRECT_MIRROR)
    assert (entry.revision, entry.variance_id) == (pushed.revision, variance.variance_id)
    told = entry.mirror_correction
    assert (told.system, told.sku, told.quantity, told.reported_quantity) == ("netsuite", "MUG", 140, 200)
    (level,) = house.client("wms").get_stock("ERP-WMS", ["MUG"]).levels
    assert level.on_hand == 140
    house.say("netsuite", "ERP-WMS", "erp-wms-3-netsuite", ("MUG", 200), ("PEN", 10))
    assert len(entries(house, "ERP-WMS", sdk.OPERATION_KIND_CORRECT_MIRROR)) == 1


def test_forty_seven_and_fifty_one_and_forty_four_at_once(house: DriftHouse) -> None:
    """Of three systems that disagree two have missed something, and each something else."""
    house.book("netsuite", "THREE", "PO-1", MUG=48, PEN=20)
    for system in ("wms", "netsuite", "shop"):
        house.say(system, "THREE", f"three-1-{system}", ("MUG", 48), ("PEN", 20))
    house.ship("THREE", "A-7", "MUG", 4)
    returned = [sdk.ReturnLine(sku="MUG", quantity=3, landing=sdk.LANDING_AVAILABLE)]
    house.client("wms").record_return("THREE", "R-1", returned)
    house.book("netsuite", "THREE", "PO-2", PEN=1)
    for system, mugs in (("wms", 47), ("netsuite", 51), ("shop", 44)):
        house.say(system, "THREE", f"three-2-{system}", ("MUG", mugs), ("PEN", 21))
    found = {each.system: why(each) for each in house.stands("THREE")}
    assert found == {
        "netsuite": ("NOT_APPLIED", "wms → netsuite: confirm_shipment"),
        "shop": ("NOT_APPLIED", "wms → shop: record_return"),
    }


def test_what_a_picker_did_not_find_is_proposed_and_booked_by_a_second_person(house: DriftHouse) -> None:
    house.book("netsuite", "PHANTOM", "PO-1", MUG=40, PEN=40)
    house.say("wms", "PHANTOM", "phantom-1", ("MUG", 40), ("PEN", 40))
    house.order("PHANTOM", "A-7", "MUG", 5)
    house.pick("PHANTOM", "A-7", "MUG", 5, short=2)
    house.book("netsuite", "PHANTOM", "PO-2", PEN=1)
    house.say("wms", "PHANTOM", "phantom-2", ("MUG", 38), ("PEN", 41))
    (variance,) = house.stands("PHANTOM")
    assert why(variance)[0] == "PHANTOM"
    assert variance.owner == "Floor"
    proposed = house.until_done(variance.variance_id, "proposed")
    (proposal,) = house.client("wms").list_proposals("PHANTOM").proposals
    (level,) = house.client("wms").get_stock("PHANTOM", ["MUG"]).levels
    assert level.on_hand == 40
    (entry,) = [
        each
        for each in entries(house, "PHANTOM", sdk.OPERATION_KIND_ADJUST_STOCK)
        if each.revision == proposed.revision
    ]
    assert entry.variance_id == variance.variance_id
    house.client("netsuite").approve_adjustment("PHANTOM", proposal.proposal_id, approved=True)
    (level,) = house.client("wms").get_stock("PHANTOM", ["MUG"]).levels
    assert level.on_hand == 38
    assert house.say("wms", "PHANTOM", "phantom-3", ("MUG", 38), ("PEN", 41)).resolved_count == 1


def test_a_handoff_that_breaks_a_third_time_is_a_finding_with_its_variances_under_it(house: DriftHouse) -> None:
    house.book("netsuite", "AGAIN", "PO-0", MUG=10, PEN=10)
    house.say("wms", "AGAIN", "again-0", ("MUG", 10), ("PEN", 10))
    for number in range(1, 4):
        house.book("netsuite", "AGAIN", f"PO-{number}", MUG=number)
        house.book("netsuite", "AGAIN", f"PO-{number}-2", PEN=1)
        mugs = 10 + number * (number + 1) // 2
        house.say("wms", "AGAIN", f"again-{number}", ("MUG", mugs - number), ("PEN", 10 + number))
        house.say("wms", "AGAIN", f"again-{number}-mended", ("MUG", mugs), ("PEN", 10 + number))
    kind = sdk.FINDING_KIND_STRUCTURAL
    (finding,) = house.client("wms").iter_findings(location_id="AGAIN", kind=kind)
    assert finding.subject == "netsuite → wms: record_receipt"
    assert finding.owner == "Purchasing"
    under = [house.client("wms").get_variance(each).variance for each in finding.variance_ids]
    assert len(under) == 3
    assert {why(each) for each in under} == {("NOT_APPLIED", finding.subject)}


def test_a_process_that_is_killed_while_it_corrects_leaves_each_correction_once(house: DriftHouse) -> None:
    skus = {f"SKU{number}": number + 1 for number in range(60)}
    house.book("netsuite", "KILLED", "PO-0", **skus)
    house.say("netsuite", "KILLED", "killed-1", *skus.items())
    house.book("wms", "KILLED", "PO-1", **dict.fromkeys(skus, 1_000))
    result = house.say("netsuite", "KILLED", "killed-2", *skus.items())
    assert result.opened_count == len(skus)
    wanted = {each.variance_id for each in house.stands("KILLED")}
    house.kill_reconciling()
    house.begin_reconciling()
    for variance_id in wanted:
        house.until_done(variance_id, "pushed")
    pushed = [each.variance_id for each in entries(house, "KILLED", sdk.OPERATION_KIND_CORRECT_MIRROR)]
    assert sorted(pushed) == sorted(wanted)
    for variance_id in wanted:
        history = house.client("wms").get_variance(variance_id).variance.history
        assert [step.step for step in history] == ["found", "pushed"]


def test_a_mirror_that_is_only_behind_raises_nothing(house: DriftHouse) -> None:
    house.book("netsuite", "BEHIND", "PO-0", **{f"SKU{number}": 10 for number in range(9)})
    before = [(f"SKU{number}", 10) for number in range(9)]
    house.say("wms", "BEHIND", "behind-1", *before)
    for number in range(9):
        house.book("netsuite", "BEHIND", f"PO-{number + 1}", **{f"SKU{number}": 1})
    result = house.say("wms", "BEHIND", "behind-2", *before)
    assert (result.timing_count, result.opened_count) == (9, 0)
    assert result.lag_entries == 9
    assert house.stands("BEHIND") == []
