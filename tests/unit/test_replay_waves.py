from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gate_service.cli.replaying.waves import pack_waves

Line = tuple[int, int]


def orders(*sizes: int) -> list[list[Line]]:
    return [[(order, line) for line in range(size)] for order, size in enumerate(sizes)]


def test_an_order_is_not_split_where_it_fits_into_a_wave() -> None:
    assert [len(wave) for wave in pack_waves(orders(3, 4, 2), 5)] == [3, 4, 2]
    assert [len(wave) for wave in pack_waves(orders(3, 2, 2), 5)] == [5, 2]


def test_an_order_larger_than_a_wave_fills_several() -> None:
    assert [len(wave) for wave in pack_waves(orders(1, 12, 3), 5)] == [1, 5, 5, 5]


def test_no_order_makes_no_wave() -> None:
    assert pack_waves([], 5) == []


@given(st.lists(st.integers(1, 20), max_size=20), st.integers(1, 9))
def test_every_line_is_in_one_wave_in_its_place(sizes: list[int], wave_lines: int) -> None:
    waves = pack_waves(orders(*sizes), wave_lines)
    assert all(0 < len(wave) <= wave_lines for wave in waves)
    assert [line for wave in waves for line in wave] == [line for order in orders(*sizes) for line in order]
