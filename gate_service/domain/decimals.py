"""Figures of at most two decimal places as whole hundredths, so that nothing is rounded on the way."""

from __future__ import annotations

from decimal import Decimal


def hundredths(figure: float | str) -> int:
    """Give a figure of at most two decimal places in hundredths: 12.5 is 1250. Raises ValueError where it has more."""
    exact = Decimal(str(figure)) * 100
    if exact != int(exact):
        raise ValueError
    return int(exact)


def from_hundredths(value: int) -> float:
    """Give the figure again, as a whole number where it is one: 1250 is 12.5, and 1200 is 12."""
    return value // 100 if value % 100 == 0 else value / 100
