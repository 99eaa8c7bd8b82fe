"""Each hole is found where it is, and not where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from gate_service.domain.handoff_holes import HoleKind, holes
from gate_service.domain.roles import roles_of
from gate_service.domain.verbs import EVERYWHERE, RECONCILING, Verb
from tests.handoffs.maps import digest, of

FLOOR = (Verb.RECORD_RECEIPT, Verb.AUTHORIZE_WAVE, Verb.REPORT_PICK, Verb.CONFIRM_SHIPMENT)


def system(role: str, *verbs: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any part
    """Make a system without a hole of its own."""
    sound = {
        "role": role,
        "owner": {"name": "Ops", "contact": "room 1"},
        "tokens": [digest(role + "".join(verbs) + repr(more))],
        "locations": ["DC-1"],
        "operations": {verb: {} for verb in verbs},
    }
    return sound | more


def found(kind: HoleKind, systems: dict[str, Any], channels: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """Give the holes of one kind."""
    return [(hole.subject, hole.what) for hole in holes(of(systems, channels)) if hole.kind is kind]


def test_a_house_in_which_everything_is_done_once_has_no_hole() -> None:
    one = {verb.value for verb in Verb if "admin" in roles_of(verb)}
    sound = {
        "all": system("admin", *one, locations=["DC-1"], channels=["web"]),
        "eyes": system("auditor"),
    }
    assert holes(of(sound, {"web": {"locations": ["DC-1"]}})) == []


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_that_nobody_may_do_is_a_hole(verb: Verb) -> None:
    others = [each.value for each in Verb if each is not verb]
    systems = {"all": system("admin", *others, mirror={"cadence_ms": 60_000})}
    assert [subject for subject, _ in found(HoleKind.NOBODY_MAY, systems)] == [verb.value]


def test_where_nothing_is_compared_nobody_misses_who_would_tell_and_decide() -> None:
    others = [each.value for each in set(Verb) - RECONCILING]
    assert found(HoleKind.NOBODY_MAY, {"all": system("admin", *others)}) == []


def test_two_writers_of_one_bucket_at_one_location_are_a_hole_there() -> None:
    systems = {
        "wms": system("warehouse", *FLOOR, locations=["DC-1", "DC-2"]),
        "erp": system("erp", Verb.ADJUST_STOCK, locations=["DC-2"]),
    }
    ((where, what),) = found(HoleKind.TWO_WRITERS, systems)
    assert where == "DC-2"
    assert what == (
        "damaged, on_hand, quality_control, suspect: written by erp (adjust_stock) and wms (confirm_shipment, "
        "record_receipt, report_pick)"
    )


def test_two_writers_of_different_buckets_are_none() -> None:
    systems = {
        "wms": system("warehouse", *FLOOR),
        "erp": system("erp", Verb.ANNOUNCE_INCOMING, Verb.AMEND_INCOMING),
        "lab": {**system("warehouse"), "operations": {Verb.CONFIRM_SHIPMENT: {}}, "locations": ["DC-2"]},
    }
    assert found(HoleKind.TWO_WRITERS, systems) == []


def test_a_grant_that_leaves_a_bucket_out_leaves_it_to_the_other() -> None:
    systems = {
        "wms": {**system("warehouse"), "operations": {Verb.RECORD_RECEIPT: {"buckets": ["on_hand"]}}},
        "lab": {**system("warehouse"), "operations": {Verb.MOVE_STOCK: {"buckets": ["quality_control", "damaged"]}}},
    }
    assert found(HoleKind.TWO_WRITERS, systems) == []


def test_who_only_relays_the_events_of_the_other_is_no_second_writer() -> None:
    systems = {
        "3pl": system("logistics", *FLOOR),
        "erp": system("erp", Verb.CONFIRM_SHIPMENT, relays_for=["3pl"]),
    }
    assert found(HoleKind.TWO_WRITERS, systems) == []


def test_who_merges_codes_is_no_second_writer_of_goods() -> None:
    systems = {"wms": system("warehouse", *FLOOR), "erp": system("erp", Verb.MERGE_SKU)}
    assert found(HoleKind.TWO_WRITERS, systems) == []


@pytest.mark.parametrize(
    ("verbs", "hole"), [([Verb.SUBMIT_COUNT], False), ([Verb.SUBMIT_COUNT, Verb.MOVE_STOCK], True)]
)
def test_who_only_counts_is_no_second_writer(verbs: list[str], *, hole: bool) -> None:
    systems = {"wms": system("warehouse", *FLOOR), "handhelds": system("warehouse", *verbs, reads=False)}
    assert bool(found(HoleKind.TWO_WRITERS, systems)) is hole


def test_many_storefronts_may_reserve_at_one_location() -> None:
    systems = {name: system("storefront", Verb.RESERVE_STOCK, description=name) for name in ("web", "till")}
    assert found(HoleKind.TWO_WRITERS, systems) == []


def test_where_no_location_is_named_the_map_is_judged_for_all() -> None:
    systems = {
        "wms": system("warehouse", *FLOOR, locations=["*"]),
        "erp": system("erp", Verb.ADJUST_STOCK, locations=["*"]),
    }
    assert [where for where, _ in found(HoleKind.TWO_WRITERS, systems)] == ["*"]


@pytest.mark.parametrize("verb", [Verb.RECORD_RECEIPT, Verb.REPORT_PICK, Verb.CONFIRM_SHIPMENT])
def test_a_location_where_the_record_cannot_follow_the_goods_is_a_hole(verb: Verb) -> None:
    systems = {"wms": system("warehouse", *(each for each in FLOOR if each is not verb))}
    assert found(HoleKind.NO_PHYSICAL_WRITER, systems) == [
        ("DC-1", f"no system may {verb} here, so the record will not follow the goods")
    ]


def test_a_3pl_that_ships_without_our_waves_reports_no_picks() -> None:
    shipping = {Verb.RECORD_RECEIPT: {}, Verb.CONFIRM_SHIPMENT: {"without_permit": True}}
    assert found(HoleKind.NO_PHYSICAL_WRITER, {"3pl": {**system("logistics"), "operations": shipping}}) == []


def test_a_location_that_only_a_channel_names_has_nobody_at_all() -> None:
    systems = {"wms": system("warehouse", *FLOOR)}
    where = {subject for subject, _ in found(HoleKind.NO_PHYSICAL_WRITER, systems, {"web": {"locations": ["DC-9"]}})}
    assert where == {"DC-9"}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (HoleKind.NO_OWNER, {"owner": None}),
        (HoleKind.NO_CADENCE, {"feed": {"numbered": True}}),
        (HoleKind.NO_CREDENTIALS, {"tokens": []}),
        (HoleKind.NOTHING_ALLOWED, {"operations": {}, "reads": False}),
        (HoleKind.NOTHING_ALLOWED, {"locations": []}),
    ],
)
def test_a_system_nobody_answers_for_or_that_can_do_nothing_is_a_hole(kind: HoleKind, change: dict[str, Any]) -> None:
    sound = system("warehouse", *FLOOR)
    assert found(kind, {"wms": sound}) == []
    assert [subject for subject, _ in found(kind, {"wms": sound | change})] == ["wms"]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (HoleKind.NO_OWNER, {"owner": None}),
        (HoleKind.NO_CADENCE, {"mirror": None}),
        (HoleKind.NO_SNAPSHOTS, {"mirror": {"cadence_ms": 60_000}, "locations": ["DC-2"]}),
    ],
)
def test_a_mirror_that_nobody_answers_for_awaits_or_tells_is_a_hole(kind: HoleKind, change: dict[str, Any]) -> None:
    mirror = system("auditor", mirror={"cadence_ms": 60_000})
    relay = system("erp", Verb.SUBMIT_SNAPSHOT, relays_for=["books"])
    assert found(kind, {"books": mirror, "erp": relay}) == []
    if kind is HoleKind.NO_SNAPSHOTS:
        relay["relays_for"] = []
    assert [subject for subject, _ in found(kind, {"books": mirror | change, "erp": relay})] == ["books"]


def test_who_only_reads_needs_no_owner() -> None:
    assert found(HoleKind.NO_OWNER, {"bi": system("auditor", owner=None)}) == []


def test_a_system_that_acts_at_no_location_needs_none() -> None:
    verbs = [verb.value for verb in EVERYWHERE]
    assert found(HoleKind.NOTHING_ALLOWED, {"ops": system("admin", *verbs, locations=[])}) == []


def test_a_channel_that_nobody_serves_and_one_that_nobody_sells_for_are_holes() -> None:
    systems = {"shop": system("storefront", Verb.RESERVE_STOCK, channels=["web"])}
    channels: dict[str, Any] = {"web": {}, "fax": {"locations": ["DC-1"]}}
    assert [subject for subject, _ in found(HoleKind.NO_LOCATION, systems, channels)] == ["web"]
    assert [subject for subject, _ in found(HoleKind.NO_SELLER, systems, channels)] == ["fax"]
