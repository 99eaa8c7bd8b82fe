"""Figures of several rounds, and the ratio of two of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of some rounds, with the lowest and the highest: the machine is shared and noisy."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Figure:
        """Take the figures of all rounds."""
        rounds = sorted(values)
        return cls(statistics.median(rounds), rounds[0], rounds[-1])

    @classmethod
    def each(cls, rounds: Iterable[ItemT], read: Callable[[ItemT], float]) -> Figure:
        """Take one figure of each round."""
        return cls.of(read(item) for item in rounds)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """Compare round by round: what ran next to each other is compared with each other. `theirs` stands for 1."""
    return Figure.of(own / other for own, other in zip(ours, theirs, strict=True))
