"""Which locations together have an order: the fewest, and of equally few the first in the order of the channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

LOOKS_MAX: Final = 100_000
"""Figures looked at in one search, some 20 ms: beyond it the search for the fewest gives way to a quicker rule."""

_LOOKS_OF_A_TRIAL: Final = 20
"""What it costs, roughly, that a set was tried in vain: kits may not come together from it."""

Row = list[int]


class _TooManyLooks(Exception):
    """The search has looked at `LOOKS_MAX` figures."""


def first_sets(
    wanted: Mapping[str, int], promises: Sequence[Mapping[str, int]], looks_max: int = LOOKS_MAX
) -> Iterator[tuple[int, ...]]:
    """Give places of locations, two or more, that together have every SKU: smaller sets first, then by their places.

    After `looks_max` looks come two more sets and no others: the one that takes the location with the most of what is
    still missing, again and again; and all that have anything.
    """
    useful = [at for at, promise in enumerate(promises) if any(promise.get(sku, 0) > 0 for sku in wanted)]
    # The scarcest SKU first: it is what most sets fail on.
    skus = sorted(wanted, key=lambda sku: (sum(promises[at].get(sku, 0) > 0 for at in useful), sku))
    rows = [[max(0, promises[at].get(sku, 0)) for sku in skus] for at in useful]
    missing = [wanted[sku] for sku in skus]
    if len(rows) < 2 or any(sum(row[at] for row in rows) < units for at, units in enumerate(missing)):  # noqa: PLR2004 - several
        return
    search = _Search(rows, looks_max)
    try:
        for size in range(2, len(rows) + 1):
            for found in search.sets(missing, size):
                yield tuple(useful[at] for at in found)
    except _TooManyLooks:
        yield tuple(useful[at] for at in _greedily(rows, missing))
        yield tuple(useful)


class _Search:
    """Goes through the sets of one size at a time, leaving out what cannot come out."""

    def __init__(self, rows: Sequence[Row], looks_max: int) -> None:
        """Note for each place the most that any location from there on has of each SKU."""
        self._rows = rows
        self._most = [list(column) for column in rows]
        for at in range(len(rows) - 2, -1, -1):
            self._most[at] = [max(pair) for pair in zip(self._most[at], self._most[at + 1], strict=True)]
        self._looks_left = looks_max

    def sets(self, missing: Row, size: int, chosen: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
        """Give the sets of `size` more places behind those chosen that leave nothing missing."""
        if size == 0:
            if all(units <= 0 for units in missing):
                yield chosen
                self._looks_left -= _LOOKS_OF_A_TRIAL * len(missing)
            return
        for at in range(chosen[-1] + 1 if chosen else 0, len(self._rows) - size + 1):
            self._looks_left -= len(missing)
            if self._looks_left < 0:
                raise _TooManyLooks
            if any(units > most * size for units, most in zip(missing, self._most[at], strict=True)):
                return  # and further on there is no more than here
            rest = [units - has for units, has in zip(missing, self._rows[at], strict=True)]
            yield from self.sets(rest, size - 1, (*chosen, at))


def _greedily(rows: Sequence[Row], missing: Row) -> tuple[int, ...]:
    """Take the place with the most of what is missing, the first among equals, until nothing is."""
    chosen: list[int] = []
    while any(units > 0 for units in missing):
        others = [at for at in range(len(rows)) if at not in chosen]
        best = max(
            others, key=lambda at: sum(min(max(0, units), has) for units, has in zip(missing, rows[at], strict=True))
        )
        chosen.append(best)
        missing = [units - has for units, has in zip(missing, rows[best], strict=True)]
    return tuple(sorted(chosen))
