"""Packs lines into waves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def pack_waves(orders: Iterable[Sequence[T]], wave_lines: int) -> list[list[T]]:
    """Give waves of up to `wave_lines` lines, in the order given.

    An order stays together, in one parcel, where it fits into a wave at all; a larger one fills waves of its own.
    """
    waves: list[list[T]] = [[]]
    for lines in orders:
        if len(waves[-1]) + len(lines) > wave_lines and waves[-1]:
            waves.append([])
        rest = list(lines)
        while len(rest) > wave_lines:
            waves[-1].extend(rest[:wave_lines])
            rest = rest[wave_lines:]
            waves.append([])
        waves[-1].extend(rest)
    return [wave for wave in waves if wave]
