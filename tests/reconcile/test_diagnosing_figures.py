"""Figures that are wrong as a whole: measure, unit, SKU; shelves that differ; several faults at once."""

from __future__ import annotations

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.vocabulary import OperationKind
from tests.reconcile.differing import (
    counted,
    diagnosed,
    differing,
    event,
    one,
    received,
    reserved,
    shipped,
    texts,
)


def test_a_snapshot_of_which_most_figures_are_another_measure_has_mistaken_its_column() -> None:
    differences = [
        differing(100 + sku, [reserved(90, 3), reserved(95, sku + 1)], sku=f"S{sku}", measure="available",
                  had={"on_hand": 100 + sku})
        for sku in range(5)
    ]  # fmt: skip
    one_order = differing(60, [reserved(95, 4)], sku="ONE", measure="available", had={"on_hand": 60})
    found = diagnosed(*differences, one_order, mirror="storefront")
    assert {each.cause for each in found} == {Cause.WRONG_MEASURE}, "the last alone could be an order that was missed"
    assert diagnosed(one_order)[0].cause is Cause.NOT_APPLIED
    assert "is our on_hand" in texts(found[0])


def test_packs_for_units_show_in_the_whole_figure_or_in_one_event() -> None:
    movements = [received(90, 24), shipped(95, 7)]
    had = {"on_hand": 103, "allocated": 7}
    whole = one(120 // 12, movements, had=had, factors=(12,))
    assert (whole.cause, whole.evidence[0].quantity) == (Cause.UNIT_OF_MEASURE, 12)
    event_of_packs = one(120 - 24 + 2, movements, had=had, factors=(12,))
    assert event_of_packs.cause is Cause.UNIT_OF_MEASURE
    assert event_of_packs.evidence[0].revision == 90
    assert event_of_packs.handoff == "netsuite → wms-east: record_receipt"


def test_without_a_pack_of_that_size_a_tenth_is_no_unit_of_measure() -> None:
    found = one(10, [received(90, 24), shipped(95, 7)], had={"on_hand": 83, "allocated": 7}, factors=(12,))
    assert found.cause is Cause.UNEXPLAINED


def test_two_figures_that_cancel_by_one_event_of_easily_mistaken_skus_stand_under_the_wrong_one() -> None:
    had = {"on_hand": 80}
    lacking = differing(80, [received(92, 9)], sku="85123A", had=had, relatives=("85123B",))
    having = differing(89, [], sku="85123B", had=had)
    found = diagnosed(lacking, having)
    assert [each.cause for each in found] == [Cause.WRONG_SKU, Cause.WRONG_SKU]
    assert "85123B" in texts(found[0])
    assert diagnosed(lacking)[0].cause is Cause.NOT_APPLIED


def test_a_later_count_that_finds_just_what_the_mirror_says_makes_it_a_phantom() -> None:
    movements = [received(90, 30)]
    found = one(126, movements, had={"on_hand": 100}, later=(counted(120, -4, hours_ago=-1),))
    assert found.cause is Cause.PHANTOM
    assert found.handoff == ""
    assert one(126, movements, had={"on_hand": 100}).cause is Cause.UNEXPLAINED


def test_a_picker_who_did_not_find_what_a_wms_has_booked_off_already_makes_it_a_phantom() -> None:
    short = event(95, OperationKind.REPORT_PICK, "wms-east", allocated=-3, suspect=9)
    found = one(47, [short], had={"on_hand": 50, "allocated": 3})
    assert found.cause is Cause.PHANTOM
    assert "did not find" in texts(found)


def test_two_faults_of_one_sku_are_told_apart_by_their_parts() -> None:
    movements = [received(88, 60), shipped(92, 13), shipped(95, 8)]
    found = one(500 - 60 - 13, movements, had={"on_hand": 461, "allocated": 21})
    assert found.cause is Cause.COMBINED
    assert sorted(part.cause for part in found.parts) == [Cause.DOUBLE_APPLIED, Cause.NOT_APPLIED]
    assert sum(part.explained for part in found.parts) == found.explained == -73


def test_what_came_on_top_of_a_difference_that_stood_is_looked_for_where_it_came() -> None:
    movements = [received(80, 60), shipped(85, 10), shipped(93, 10), received(95, 7)]
    found = one(
        500 - 60 - 7, movements, had={"on_hand": 453, "allocated": 20}, standing=-60, standing_revision=90
    )  # fmt: skip
    assert [part.evidence[0].revision for part in found.parts] == [80, 95]
    assert {part.cause for part in found.parts} == {Cause.NOT_APPLIED}


def test_a_search_among_many_events_is_bounded_and_ends_in_an_honest_no() -> None:
    movements = [shipped(each, 1_000 * 2 ** (each % 20), hours_ago=100 - each / 10) for each in range(1, 400)]
    found = one(10**9 + 7, movements, had={"on_hand": 10**9, "allocated": 10**9})
    assert (found.cause, found.explained) == (Cause.UNEXPLAINED, 0)


def test_a_figure_that_nothing_explains_is_called_so() -> None:
    found = one(317, [received(90, 24), shipped(95, 7)], had={"on_hand": 83, "allocated": 7})
    assert found.cause is Cause.UNEXPLAINED
    assert "none of 2 events" in texts(found)


def test_numbered_skus_that_differ_each_by_an_event_of_its_own_are_not_mistaken_for_one_another() -> None:
    skus = [f"S{number}" for number in range(1, 6)]
    off = [24, -36, 5, 60, -90]
    figures = [
        differing(
            200 + difference,
            [shipped(95, 3 + place), received(97, 24 + 12 * place)],
            sku=sku,
            had={"on_hand": 179 - 11 * place, "allocated": 3 + place, "picked": 3 + place},
            relatives=tuple(other for other in skus if other != sku),
        )
        for place, (sku, difference) in enumerate(zip(skus, off, strict=True))
    ]
    found = diagnosed(*figures)
    assert [each.cause for each in found[:3]] == [Cause.DOUBLE_APPLIED, Cause.NOT_APPLIED, Cause.NOT_APPLIED]
    assert "as much the other way" not in "".join(texts(each) for each in found)
