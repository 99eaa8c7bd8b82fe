"""What drift costs is a claim; what is left of it follows from what was measured, and from nothing else."""

from __future__ import annotations

import pytest

from gate_service.domain.reconcile.costs import CLAIM, CostsInvalid, Measured, costs, factors
from gate_service.domain.reconcile.days import Day, What


def days(**sums: int) -> Day:
    """Make the sum of some days."""
    day = Day("", 0)
    for name, units in sums.items():
        day.add(What(name), units)
    return day


NOTHING = Measured()


def left(measured: Measured = NOTHING, **sums: int) -> dict[str, float]:
    """Give the part of each claim that is left, for 1,000 orders."""
    found = costs(days(orders=1_000, **sums), measured)
    return {each.name: each.after / each.before for each in found.lines}


def test_before_is_the_claim_for_the_orders_there_were() -> None:
    found = costs(days(orders=2_500), Measured())
    assert found.before == pytest.approx(2.5 * 11_500)
    assert {each.name: each.per_1000 for each in found.lines} == dict(CLAIM)


def test_where_nothing_was_measured_the_claim_stands_and_says_so() -> None:
    assert set(left().values()) == {1.0}
    told = {each.name: each.how for each in costs(days(orders=1), Measured()).lines}
    assert "nothing of the kind was measured" in told["pick_failures"]
    assert "measures nothing" in told["forecasting"]


def test_each_kind_is_scaled_by_what_happened_of_all_that_would_have() -> None:
    assert left(short_lines=1, not_there_lines=3)["pick_failures"] == pytest.approx(0.25)
    assert left(not_there_lines=1, refused_orders=9)["stockouts"] == pytest.approx(0.1)
    assert left(Measured(variances=10, by_hand=4, in_flight=30))["reconciliation"] == pytest.approx(0.1)
    assert left(Measured(10, 10, 0), short_lines=5)["forecasting"] == 1.0


def test_what_got_worse_is_never_cheaper() -> None:
    shares = [left(short_lines=short, not_there_lines=10)["pick_failures"] for short in range(20)]
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] < 1.0


def test_factors_are_those_of_the_claim_but_for_what_is_said() -> None:
    assert factors({}) == dict(CLAIM)
    assert factors({"stockouts": 5}) == {**CLAIM, "stockouts": 5.0}


@pytest.mark.parametrize("told", [{"stockout": 1}, {"stockouts": -1}, {"stockouts": "1"}, {"stockouts": True}])
def test_factors_that_cannot_be_used_are_named(told: dict[str, object]) -> None:
    with pytest.raises(CostsInvalid, match="stockout"):
        factors(told)
