from __future__ import annotations

from collections import Counter

from gate_service.cli.replaying.chance import ORDER_CARRIERS, Chance

ROWS = range(1, 20_001)


def test_the_same_seed_decides_the_same() -> None:
    one, same, other = Chance(1, 0.05, 0.1), Chance(1, 0.05, 0.1), Chance(2, 0.05, 0.1)
    assert [one.delivered_twice(row) for row in ROWS] == [same.delivered_twice(row) for row in ROWS]
    assert [one.delivered_twice(row) for row in ROWS] != [other.delivered_twice(row) for row in ROWS]


def test_the_share_of_rows_delivered_twice_is_kept() -> None:
    twice = sum(Chance(1, duplicate=0.05).delivered_twice(row) for row in ROWS)
    assert 0.045 < twice / len(ROWS) < 0.055


def test_none_and_all_are_meant_literally() -> None:
    assert not any(Chance(1, duplicate=0.0).delivered_twice(row) for row in ROWS)
    assert all(Chance(1, duplicate=1.0).delivered_twice(row) for row in ROWS)
    assert not any(Chance(1, short=0.0).units_short(1, row, 5) for row in ROWS)


def test_every_carrier_gets_its_part_of_the_duplicates() -> None:
    carriers = Counter(Chance(1, duplicate=1.0).carrier_of_order_row(row) for row in ROWS)
    assert set(carriers) == set(ORDER_CARRIERS)
    assert min(carriers.values()) > len(ROWS) / 5


def test_a_short_pick_misses_one_unit_or_more_and_never_more_than_authorised() -> None:
    short = Counter(Chance(1, short=1.0).units_short(1, row, 3) for row in ROWS)
    assert set(short) == {1, 2, 3}
