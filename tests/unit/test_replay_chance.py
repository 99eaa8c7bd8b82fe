from __future__ import annotations

from collections import Counter

from gate_service.cli.replaying.chance import NEVER, ORDER_CARRIERS, Again, Chance, Disposition

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


EVENTS = [f"run/{row}/paid" for row in ROWS]


def test_the_shares_of_disturbed_events_are_kept() -> None:
    chance = Chance(1, redeliver=0.05, reorder=0.02, late=0.01)
    again = sum(chance.told_again(event) is not None for event in EVENTS)
    overtaken = sum(chance.overtaken_by(event) > 0 for event in EVENTS)
    late = sum(chance.shifts_late(event) > 0 for event in EVENTS)
    assert 0.045 < again / len(EVENTS) < 0.055
    assert 0.017 < overtaken / len(EVENTS) < 0.023
    assert 0.008 < late / len(EVENTS) < 0.012


def test_without_disturbance_every_event_comes_once_and_at_its_time() -> None:
    chance = Chance(1, duplicate=1.0, short=1.0)
    assert not chance.withholds
    assert not any(chance.told_again(event) or chance.overtaken_by(event) for event in EVENTS)
    assert not any(chance.shifts_late(event) for event in EVENTS)


def test_a_second_delivery_comes_at_once_next_or_hours_later() -> None:
    again = Counter(Chance(1, redeliver=1.0).told_again(event) for event in EVENTS)
    assert set(again) == set(Again)
    assert min(again.values()) > len(EVENTS) / 4


def test_half_of_what_was_dropped_comes_hours_later_and_half_at_the_very_end() -> None:
    shifts = Counter(Chance(1, late=1.0).shifts_late(event) for event in EVENTS)
    assert set(shifts) == {1, 2, 3, NEVER}
    assert 0.45 < shifts[NEVER] / len(EVENTS) < 0.55


def test_most_of_what_comes_back_is_for_sale_again() -> None:
    dispositions = Counter(Chance(1).disposition(row) for row in ROWS)
    assert set(dispositions) == set(Disposition)
    assert 0.7 < dispositions[Disposition.AVAILABLE] / len(ROWS) < 0.8


def test_another_disturbance_has_another_print_and_more_duplicates_have_not() -> None:
    prints = {Chance(1).print, Chance(2).print, Chance(1, late=0.1).print, Chance(1, short=0.1).print}
    assert len(prints) == 4
    assert Chance(1, duplicate=0.5).print == Chance(1).print
