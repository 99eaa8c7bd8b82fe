"""How far a mirror is behind, and that a lag is no drift."""

from __future__ import annotations

from gate_service.domain.reconcile.causes import Cause, Lag
from gate_service.domain.reconcile.lag import Figure, LagSample, estimate_lag
from tests.reconcile.differing import ALLOWED_MS, NOW_MS, diagnosed, differing, received, reserved, shipped

MINUTE_MS = 60_000


def sample(sku: str, reported: int, *figures: tuple[int, int]) -> LagSample:
    """Give an SKU's figures by revision; entry 100 is of now, each one before it a minute older."""
    return LagSample(
        sku, reported, [Figure(revision, NOW_MS - (100 - revision) * MINUTE_MS, units) for revision, units in figures]
    )


def lag_of(*samples: LagSample, usual_ms: int = 0) -> Lag:
    return estimate_lag(samples, 100, NOW_MS, usual_ms, ALLOWED_MS)


def test_a_mirror_that_has_taken_everything_is_not_behind() -> None:
    found = lag_of(sample("A", 7, (50, 9), (99, 7)), sample("B", 3, (50, 1), (100, 3)))
    assert (found.revision, found.entries, found.ms, found.support) == (100, 0, 0, 2)


def test_the_cut_is_behind_the_newest_entry_that_was_taken() -> None:
    found = lag_of(sample("A", 7, (50, 9), (95, 7)), sample("B", 1, (50, 1), (97, 3)), sample("C", 5, (50, 5), (99, 4)))
    assert (found.revision, found.entries, found.ms) == (96, 4, 3 * MINUTE_MS)


def test_an_event_that_was_missed_moves_no_cut_for_later_ones_were_taken() -> None:
    missed = sample("A", 9, (50, 9), (95, 7))
    found = lag_of(missed, sample("B", 3, (50, 1), (97, 3)), sample("C", 4, (50, 5), (99, 4)))
    assert (found.revision, found.support) == (100, 2)


def test_a_few_skus_that_drifted_move_no_cut() -> None:
    drifted = [sample(f"D{each}", 1_000, (50, 9), (90 + each, 7)) for each in range(5)]
    found = lag_of(*drifted, sample("A", 7, (50, 9), (95, 7)), sample("B", 1, (50, 1), (97, 3)))
    assert found.revision == 96


def test_a_difference_that_stood_before_does_not_hide_how_far_a_mirror_is() -> None:
    stood = sample("A", 12 - 5, (50, 9), (98, 7))
    assert lag_of(stood).revision == 100


def test_one_old_entry_that_was_not_taken_is_no_lag_but_three_are_a_standstill() -> None:
    def old(sku: str, revision: int) -> LagSample:
        at_ms = NOW_MS - 5 * 60 * MINUTE_MS
        return LagSample(sku, 1, [Figure(10, 0, 1), Figure(revision, at_ms, 2)])

    assert lag_of(old("A", 90)).revision == 100
    assert lag_of(old("A", 90), old("B", 91), old("C", 92)).revision == 89
    assert lag_of(old("A", 90), usual_ms=3 * 60 * MINUTE_MS).revision == 89, "it usually is so far behind"


def test_what_lies_behind_the_cut_is_no_variance() -> None:
    movements = [shipped(90, 3), received(95, 8, hours_ago=0.5)]
    late = differing(100, movements, had={"on_hand": 103, "allocated": 3})
    (found,) = diagnosed(late, lag=Lag(94, 1, 30 * MINUTE_MS, allowed_ms=ALLOWED_MS))
    assert found.cause is Cause.TIMING


def test_a_mirror_may_take_young_events_out_of_order() -> None:
    movements = [
        reserved(95, 2, hours_ago=0.2),
        reserved(96, 5, hours_ago=0.15),
        reserved(97, 9, hours_ago=0.1),
    ]
    lacks_the_middle_one = differing(89, movements, measure="available", had={"on_hand": 100})
    (found,) = diagnosed(lacks_the_middle_one, mirror="storefront")
    assert found.cause is Cause.TIMING
    assert found.evidence[0].revision == 96


def test_the_same_is_drift_once_the_event_is_older_than_the_mirror_may_be_behind() -> None:
    movements = [reserved(90, 2), reserved(91, 5), reserved(92, 9)]
    (found,) = diagnosed(differing(89, movements, measure="available", had={"on_hand": 100}), mirror="storefront")
    assert found.cause is Cause.NOT_APPLIED


def test_a_fault_is_named_although_the_mirror_is_behind_as_well() -> None:
    movements = [shipped(80, 3), received(90, 31), shipped(99, 6, hours_ago=0.1)]
    behind = differing(100 + 31 - 31, movements, had={"on_hand": 103, "allocated": 9})
    (found,) = diagnosed(behind, lag=Lag(98, 1, 6 * MINUTE_MS, allowed_ms=ALLOWED_MS))
    assert (found.cause, found.evidence[0].revision) == (Cause.NOT_APPLIED, 90)


def test_an_event_that_moved_other_items_of_the_mirror_is_late_for_none_of_them() -> None:
    at_ms = NOW_MS - 5 * MINUTE_MS

    def moved(sku: str, reported: int) -> LagSample:
        return LagSample(sku, reported, [Figure(10, 0, 4), Figure(95, at_ms, 7)])

    agreeing = [moved(f"S{each}", 7) for each in range(3)]
    found = lag_of(*agreeing, moved("LACKING", 4))
    assert found.taken == {95}
    assert not lag_of(*agreeing[:2], moved("LACKING", 4)).taken, "two may agree by chance"
    lacking = differing(100, [received(95, 3, hours_ago=0.08)], had={"on_hand": 100})
    assert [each.cause for each in diagnosed(lacking, lag=found)] == [Cause.NOT_APPLIED]
    assert [each.cause for each in diagnosed(lacking, lag=found._replace(taken=frozenset()))] == [Cause.TIMING]
