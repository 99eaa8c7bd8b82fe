"""What is kept back follows from what was measured, is bounded, says why, and is fixed where nobody has measured."""

from __future__ import annotations

import pytest

from gate_service.domain.reconcile.buffers import (
    ENOUGH,
    FIXED_DEFAULT,
    Buffer,
    Evidence,
    Look,
    Stale,
    look_at_count,
    look_at_variance,
    percent,
    quantile,
    work_out,
)
from gate_service.domain.reconcile.causes import Cause, Diagnosis
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import BufferRules
from gate_service.domain.reconcile.records import Severity, Variance

RULES = BufferRules(quantile_percent=90, least_basis_points=50, most_basis_points=800)


def made(evidence: Evidence, rules: BufferRules = RULES) -> Buffer:
    """Work one out."""
    return work_out("web", "DC-1", "A", evidence, rules, 1_000)


def variance(cause: Cause, reported: int, expected: int, times_seen: int = 1) -> Variance:
    """Make a variance of a cause."""
    return Variance(
        "V1", "wms", "DC-1", "MUG", "on_hand", reported, expected, 1, 1, "S-1",
        Diagnosis(cause, 90, 0), Severity.LOW, "", 1, 2, times_seen=times_seen,
    )  # fmt: skip


def test_the_quantile_is_the_least_share_that_so_many_looks_do_not_exceed() -> None:
    looks = [Look(0, 90), Look(100, 5), Look(400, 4), Look(2_000, 1)]
    assert [quantile(looks, each) for each in (50, 90, 91, 95, 96, 99, 100)] == [0, 0, 100, 100, 400, 400, 2_000]
    assert quantile([], 95) == 0


def test_without_a_look_the_fixed_default_is_taken_and_said() -> None:
    found = made(Evidence())
    assert (found.basis_points, found.sample_count) == (FIXED_DEFAULT, 0)
    assert "nothing was counted" in found.explanation
    assert "3 %" in found.explanation


def test_the_fixed_default_fades_as_looks_come_in() -> None:
    shares = [made(Evidence(counts=[Look(0)] * count)).drift_basis_points for count in range(ENOUGH + 5)]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[ENOUGH // 2], shares[ENOUGH]) == (FIXED_DEFAULT, FIXED_DEFAULT // 2, 0)
    assert "fewer than" in made(Evidence(counts=[Look(0)] * 3)).explanation


def test_enough_looks_decide_within_the_bounds_of_the_map() -> None:
    assert made(Evidence(counts=[Look(0)] * 100)).basis_points == RULES.least_basis_points
    assert made(Evidence(counts=[Look(200)] * 100)).basis_points == 200
    most = made(Evidence(counts=[Look(5_000)] * 100))
    assert (most.basis_points, most.drift_basis_points) == (RULES.most_basis_points, 5_000)
    assert "the map allows 0.5 % to 8 %: 8 %" in most.explanation


def test_many_reports_that_agree_do_not_outvote_the_counts_that_found_it_wrong() -> None:
    counts = [Look(0)] * 40 + [Look(600)] * 10
    assert made(Evidence(counts=counts, reports=[Look(0, 100_000)])).basis_points == 600
    few = [Look(0)] * 4 + [Look(600)]
    assert made(Evidence(counts=few, reports=[Look(0, 100_000)])).drift_basis_points == 0


def test_what_goes_out_while_somebody_is_behind_comes_on_top() -> None:
    hour_behind = Stale(3_600_000, "wms", units_per_day=2_400, sellable=10_000)
    assert hour_behind.basis_points == 100
    found = made(Evidence(counts=[Look(100)] * 50, stale=hour_behind))
    assert (found.drift_basis_points, found.staleness_basis_points, found.basis_points) == (100, 100, 200)
    assert "1 % goes out while wms is 60 min behind" in found.explanation
    assert Stale(3_600_000, "wms", 2_400, 0).basis_points == 0


@pytest.mark.parametrize(
    ("counted", "expected", "share"), [(10, 10, 0), (9, 10, 1_000), (12, 10, 0), (0, 4, 10_000), (3, 0, None)]
)
def test_a_count_says_by_how_much_the_record_was_too_high(counted: int, expected: int, share: int | None) -> None:
    look = look_at_count(counted, expected)
    assert (look.share if look else None) == share


def test_a_mirror_that_missed_something_says_nothing_of_the_shelf() -> None:
    assert look_at_variance(variance(Cause.PHANTOM, 90, 100, 3)) == Look(1_000, 3)
    assert look_at_variance(variance(Cause.UNEXPLAINED, 99, 100)) == Look(100, 1)
    for cause in (Cause.NOT_APPLIED, Cause.DOUBLE_APPLIED, Cause.WRONG_MEASURE, Cause.UNIT_OF_MEASURE, Cause.WRONG_SKU):
        assert look_at_variance(variance(cause, 90, 100)) is None
    assert look_at_variance(variance(Cause.PHANTOM, 110, 100)) is None


def test_a_buffer_is_kept_and_read_with_all_that_it_says() -> None:
    found = made(Evidence(counts=[Look(200)] * 30))
    assert load(Buffer, dump(found)) == found
    assert [percent(each) for each in (0, 5, 100, 125, 10_000)] == ["0 %", "0.05 %", "1 %", "1.25 %", "100 %"]
