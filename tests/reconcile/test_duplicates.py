"""Rows that name a figure a second time."""

from __future__ import annotations

import tracemalloc

from gate_service.domain.reconcile.duplicates import BAD_ROWS_KEPT, Duplicates


def test_the_same_figure_counts_once_and_another_one_is_wrong() -> None:
    found = Duplicates()
    assert found.add(0, "MUG", "on_hand", 5)
    assert found.add(1, "MUG", "damaged", 6)
    assert not found.add(2, "MUG", "on_hand", 5)
    assert (found.repeated, found.bad_count, found.bad) == (1, 0, [])
    assert not found.add(3, "MUG", "on_hand", 7)
    assert (found.repeated, found.bad_count) == (1, 1)
    (bad,) = found.bad
    assert (bad.row, bad.sku, bad.field) == (3, "MUG", "quantity")
    assert "says 7 of on_hand, where an earlier row says 5" in bad.problem


def test_of_many_wrong_ones_the_first_are_kept_and_all_are_counted() -> None:
    found = Duplicates()
    for place in range(BAD_ROWS_KEPT + 50):
        found.add(place, "MUG", "on_hand", place)
    assert (found.bad_count, len(found.bad), found.bad[0].row) == (BAD_ROWS_KEPT + 49, BAD_ROWS_KEPT, 1)


def test_a_row_takes_little_memory() -> None:
    tracemalloc.start()
    try:
        found, count = Duplicates(), 100_000
        before = tracemalloc.get_traced_memory()[0]
        for place in range(count):
            found.add(place, f"SKU-{place}", "on_hand", 1_000 + place)
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert used / count < 140
