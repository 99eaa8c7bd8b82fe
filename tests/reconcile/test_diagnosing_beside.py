"""What the other figures of a snapshot, and the other SKUs in it, say of one that differs."""

from __future__ import annotations

from gate_service.domain.reconcile.causes import Cause, Lag
from gate_service.domain.vocabulary import OperationKind
from tests.reconcile.differing import ALLOWED_MS, diagnosed, differing, event, one, received, reserved, shipped


def test_a_column_that_holds_another_figure_does_not_speak_against_a_parcel_that_released_nothing() -> None:
    movements = [
        event(93, OperationKind.RESERVE_STOCK, held=8),
        event(94, OperationKind.AUTHORIZE_WAVE, held=-8, allocated=8),
        shipped(96, 8),
    ]
    beside = {"on_hand": 0, "allocated": 0}
    unreleased = differing(52 - 8, movements, measure="available", had={"on_hand": 60, "picked": 8}, beside=beside)
    others = [
        differing(90 + number, [reserved(95, number)], sku=f"S{number}", measure="available",
                  had={"on_hand": 90 + number}, beside={"on_hand": 0, "allocated": number})
        for number in range(1, 9)
    ]  # fmt: skip
    assert diagnosed(unreleased)[0].cause is Cause.DOUBLE_APPLIED, "it says that no more is allocated"
    assert diagnosed(unreleased, *others)[0].cause is Cause.SHIPPED_STILL_ALLOCATED, "they are what is committed"


def test_a_unit_in_which_all_figures_of_an_item_are_told_is_no_event_that_fits_one_of_them() -> None:
    movements = [received(90, 24), shipped(95, 46)]
    had = {"on_hand": 72, "allocated": 46}
    in_packs = {"on_hand": 50 // 12 - 50, "allocated": 0}
    found = one(50 // 12, movements, measure="available", had=had, factors=(12,), beside=in_packs)
    assert found.cause is Cause.UNIT_OF_MEASURE


def test_variants_of_one_article_are_taken_for_one_another_whatever_letters_they_have() -> None:
    order = shipped(92, 6)
    lacking = differing(30, [order], sku="15056BL", had={"on_hand": 30, "allocated": 6})
    having = differing(54, [order], sku="15056P", had={"on_hand": 66, "allocated": 6})
    assert [each.cause for each in diagnosed(lacking, having)] == [Cause.WRONG_SKU, Cause.WRONG_SKU]
    apart = differing(54, [order], sku="25056P", had={"on_hand": 66, "allocated": 6})
    assert [each.cause for each in diagnosed(lacking, apart)] == [Cause.NOT_APPLIED, Cause.DOUBLE_APPLIED]


def test_a_mistaken_column_is_seen_although_it_makes_the_mirror_seem_behind() -> None:
    behind = Lag(94, 6, 40 * 60_000, allowed_ms=ALLOWED_MS)
    told = [differing(80 - sku, [reserved(96, sku + 3)], sku=f"S{sku}", had={"on_hand": 83}) for sku in range(5)]
    assert {each.cause for each in diagnosed(*told, lag=behind)} == {Cause.WRONG_MEASURE}
