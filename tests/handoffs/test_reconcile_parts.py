"""What the map says of reconciliation: read, written so that the same is the same text, and refused where wrong."""

from __future__ import annotations

from typing import Any

import pytest

from gate_service.cli.views.handoff_graph import mermaid
from gate_service.cli.views.handoff_svg import svg
from gate_service.domain.handoff_document import read_canonical
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.reconcile.policy import DAY_MS, BufferRules, CountRules, MirrorRules, ReconcileRules
from gate_service.domain.reconcile.records import Action, FindingKind
from gate_service.handoffs import read
from tests.handoffs.maps import HOUSE, of, wrong

COMPARED = HOUSE.replace(
    "    feed: {numbered: true, cadence_ms: 60000}\n",
    "    mirror: {measure: sellable, deducts: [committed, held], cadence_ms: 60000, corrections: {PHANTOM: count}}\n",
).replace(
    "policy: {safety_stock: 2}\n",
    """\
  outlet: {adaptive_buffer: {quantile_percent: 90, least_percent: 0.25, most_percent: 3}}
measures: {sellable: on_hand - damaged}
policy:
  corrections: {NOT_APPLIED: push, PHANTOM: report}
  deadlines: {GAP_AGED: 5000}
  counting: {a_days: 1, per_day: 7, tolerance_units: 2}
  unit_value: 18.5
""",
)
NOTHING_NEW = "ed82488f0dd508acd5e6c32d207b4e038db35dc391000a0814cf9cd889acb6dc"


def test_every_part_is_read() -> None:
    rules = read(COMPARED).reconcile
    assert rules.mirrors == {
        "wms-east": MirrorRules("sellable", ("held", "committed"), 60_000, corrections={Cause.PHANTOM: Action.COUNT})
    }
    assert {name: measure.text for name, measure in rules.measures.items()} == {"sellable": "on_hand - damaged"}
    assert (rules.action("wms-east", Cause.PHANTOM), rules.action("shop", Cause.NOT_APPLIED)) == ("count", "push")
    assert rules.deadline_ms(FindingKind.GAP_AGED) == 5_000
    assert rules.counting == CountRules(a_ms=DAY_MS, per_day=7, tolerance_units=2)
    assert rules.buffers == {"outlet": BufferRules(90, 25, 300)}
    assert rules.unit_values_cents == 1_850


def test_what_is_left_out_is_the_default_and_stands_in_no_text() -> None:
    handoffs = read(HOUSE)
    assert handoffs.reconcile == ReconcileRules()
    for part in ("mirror", "measures", "adaptive_buffer", "corrections", "deadlines", "counting", "unit_value"):
        assert part not in handoffs.canonical


def test_a_map_of_before_has_the_hash_of_before() -> None:
    assert read(HOUSE).sha256 == NOTHING_NEW


def test_the_canonical_text_is_the_same_map_again() -> None:
    handoffs = read(COMPARED)
    assert read_canonical(handoffs.canonical) == read(handoffs.canonical) == handoffs


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("deducts: [committed, held]", "deducts: [held, committed]"),
        ("measure: sellable,", "measure: sellable, lag_ms: 900000,"),
        ("PHANTOM: report}", "UNEXPLAINED: report}"),
        ("GAP_AGED: 5000", "GAP_AGED: 5000, WAVE_WITHOUT_PICK: 14400000"),
        ("a_days: 1,", "a_days: 1, b_days: 30, tolerance_percent: 1,"),
        ("on_hand - damaged", '"+on_hand-damaged"'),
        ("18.5", "18.50"),
    ],
)
def test_what_means_the_same_has_the_same_hash(given: str, same: str) -> None:
    assert given in COMPARED
    assert read(COMPARED.replace(given, same)).sha256 == read(COMPARED).sha256


def test_an_empty_mirror_is_a_mirror_all_the_same() -> None:
    handoffs = of({"shop": {"role": "storefront", "mirror": None}}, {"web": {"adaptive_buffer": None}})
    assert (handoffs.reconcile.mirrors, handoffs.reconcile.buffers) == ({"shop": MirrorRules()}, {"web": BufferRules()})
    assert read_canonical(handoffs.canonical) == handoffs


def test_words_of_a_newer_gate_are_left_out() -> None:
    newer: dict[str, Any] = {
        "corrections": {"MOONLIGHT": "push", "PHANTOM": "dream"},
        "deadlines": {"SUNRISE": 1_000},
        "counting": {"by_night": True},
    }
    handoffs = of({}, policy=newer, measures={"far": "on_hand - orbiting", "near": "on_hand"})
    assert handoffs.reconcile == ReconcileRules(
        measures={"near": OWN["on_hand"].__class__("near", OWN["on_hand"].terms)}
    )


@pytest.mark.parametrize(
    ("given", "instead", "told"),
    [
        (
            "measure: sellable",
            "measure: selable",
            'systems.wms-east.mirror.measure: there is no measure "selable"; did',
        ),
        ("on_hand - damaged", "on_hand - broken", "measures.sellable: 'broken' is no bucket: say on_hand,"),
        ("on_hand - damaged", "on_hand damaged", "measures.sellable: 'on_hand damaged' is no sum of buckets"),
        ("on_hand - damaged", "on_hand - on_hand", "measures.sellable: on_hand stands twice"),
        ("{sellable:", "{sellable: on_hand, incoming:", "measures.incoming: is a measure of the gate: incoming; give"),
        ("least_percent: 0.25", "least_percent: 4", "channels.outlet.adaptive_buffer.least_percent: at least 4 and at"),
        ("least_percent: 0.25", "least_percent: 0.255", "channels.outlet.adaptive_buffer.least_percent: must have at"),
        ("outlet: {", "outlet: {buffer_percent: 1, ", "channels.outlet.buffer_percent: keep either buffer_percent or"),
        ("outlet: {", "outlet: {buffer: 1, ", "channels.outlet.buffer: keep either buffer or adaptive_buffer"),
        ("18.5", "18.555", "policy.unit_value: must have at most two decimal places"),
        ("NOT_APPLIED: push", "TIMING: push", 'policy.corrections.TIMING: "TIMING" is not known here; '),
        (
            "PHANTOM: count",
            "PHANTOM: cuont",
            'systems.wms-east.mirror.corrections.PHANTOM: "cuont" is not known here; did',
        ),
        ("GAP_AGED: 5000", "GAP_AGED: 5", "policy.deadlines.GAP_AGED: must be 1,000 to"),
        (
            "per_day: 7",
            "per_dy: 7",
            'policy.counting.per_dy: "per_dy" is not known here; did you mean "per_day"?',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(given: str, instead: str, told: str) -> None:
    assert given in COMPARED
    spoilt = COMPARED.replace(given, instead)
    found = wrong(spoilt)
    assert any(what.startswith(told) for _, what in found), found
    lines = spoilt.splitlines()
    assert any(instead.partition(",")[0].strip() in lines[line - 1] for line, _ in found)


def test_who_may_only_tell_and_decide_makes_no_location() -> None:
    text = (
        "version: 1\nsystems:\n  erp: {role: erp, locations: [DC-9], operations: {submit_snapshot: }}\n"
        "channels: {web: {locations: [DC-9]}}\n"
    )
    ((_, what),) = wrong(text)
    assert what.startswith('channels.web.locations[0]: no system writes at a location "DC-9"')


def test_a_drawing_shows_what_a_mirror_reports() -> None:
    handoffs = read(COMPARED)
    assert '-.->|"reports sellable"|' in mermaid(handoffs)
    assert "reports sellable" in svg(handoffs)
