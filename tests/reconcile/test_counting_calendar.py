"""The calendar of cycle counts, as laws that hold for any house."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.shelves import (
    Borders,
    Due,
    Shelf,
    add_frequencies,
    borders,
    due_ms,
    due_of,
    period_ms,
    read_shelf,
    room,
    shelf_text,
)

START_MS = 1_700_000_000_000
SKUS = st.lists(st.integers(0, 10_000), min_size=1, max_size=60, unique=True)


@given(
    numbers=SKUS,
    counted=st.sets(st.integers(0, 10_000)),
    days=st.tuples(st.integers(1, 9), st.integers(1, 20), st.integers(2, 40)),
    per_day=st.integers(1, 30),
)
@settings(max_examples=60, deadline=None)
def test_every_sku_is_counted_once_in_its_period_and_never_more_than_a_days_worth(
    numbers: list[int], counted: set[int], days: tuple[int, int, int], per_day: int
) -> None:
    a_ms, b_ms, c_ms = (each * DAY_MS for each in days)
    rules = CountRules(a_ms, b_ms, c_ms, per_day=per_day)
    house = {
        f"S-{each}": Shelf(
            START_MS, counted=each in counted, picks=((START_MS // (30 * DAY_MS), each % 7),) * (each % 2)
        )
        for each in numbers
    }
    limits = Borders(5, 3)
    period = max(period_ms(limits.class_of(shelf, START_MS), rules) for shelf in house.values())
    bound = -(-len(house) // per_day) * DAY_MS  # where all are due at once, so many days are needed
    since = dict.fromkeys(house, START_MS)
    shortest = min(days)
    enough = per_day * shortest >= len(house)  # else no calendar can keep up
    for day in range(2 * max(days)):
        now_ms = START_MS + day * DAY_MS
        due = [each for sku, shelf in house.items() if (each := due_of(sku, shelf, limits, now_ms, rules))]
        today = sorted(due)[: room(0, 0, rules)]
        assert len(today) <= per_day
        assert max(Counter(each.sku for each in today).values(), default=1) == 1
        for each in today:
            house[each.sku] = house[each.sku].counted_at(now_ms)
            since[each.sku] = now_ms
        if enough:
            assert all(now_ms - at_ms <= period + bound for at_ms in since.values())


@given(sku=st.text("abcXYZ019-", min_size=1, max_size=12), since=st.integers(START_MS, 2 * START_MS))
def test_what_is_new_is_due_within_its_first_period(sku: str, since: int) -> None:
    rules = CountRules()
    for abc in "ABC":
        assert since < due_ms(sku, Shelf(since), abc, rules) <= since + period_ms(abc, rules)
        assert due_ms(sku, Shelf(since, counted=True), abc, rules) == since + period_ms(abc, rules)


@given(st.dictionaries(st.integers(0, 500), st.integers(1, 50), max_size=30))
def test_a_makes_up_four_fifths_of_all_picks_and_no_sku_too_many(frequencies: dict[int, int]) -> None:
    limits = borders(frequencies)
    total = sum(times * skus for times, skus in frequencies.items())
    for border, percent in ((limits.a, 80), (limits.b, 95)):
        above = sum(times * skus for times, skus in frequencies.items() if times >= border)
        assert above * 100 >= percent * total
        least = min((times for times in frequencies if times >= border), default=0)
        assert not above or (above - least * frequencies[least]) * 100 < percent * total
    assert 1 <= limits.b <= limits.a


@given(
    st.builds(
        Shelf,
        since_ms=st.integers(0, 2 * START_MS),
        counted=st.booleans(),
        given=st.sampled_from(["", "A", "B", "C", "X"]),
        picks=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 10_000)), max_size=4).map(tuple),
    )
)
def test_a_shelf_is_read_as_it_was_written(shelf: Shelf) -> None:
    assert read_shelf(shelf_text(shelf)) == shelf


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_only_the_last_slots_count(days: list[int]) -> None:
    shelf = Shelf(START_MS)
    for day in sorted(days):
        shelf = shelf.picked(START_MS + day * DAY_MS)
    now_ms = START_MS + max(days) * DAY_MS
    young = sum(max(days) - day < 90 for day in days)
    ever = sum(max(days) - day < 120 for day in days)
    assert young <= shelf.times(now_ms) <= ever
    assert len(shelf.picks) <= 4


def test_what_does_not_go_out_is_c_and_what_the_catalog_says_counts() -> None:
    found: dict[int, int] = {}
    shelves = [Shelf(0), Shelf(0).picked(START_MS), Shelf(0, given="B")]
    add_frequencies(shelves, START_MS, found)
    limits = borders(found)
    assert [limits.class_of(each, START_MS) for each in shelves] == ["C", "A", "B"]


def test_what_is_most_overdue_comes_first_and_what_was_opened_leaves_less_room() -> None:
    assert min(Due(3, "A", "C"), Due(1, "Z", "C")).sku == "Z"
    rules = CountRules(per_day=10)
    assert [room(0, 0, rules), room(4, 0, rules), room(0, 6, rules), room(20, 3, rules)] == [10, 6, 4, 0]
