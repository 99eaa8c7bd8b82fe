"""Codes easily taken for one another: one character is another one, or behind, or two next to each other swapped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

_CROWD: Final = 12
"""Where so many share a pattern, it tells nothing."""
_EACH_MAX: Final = 8


def neighbours(skus: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Give, for each of these SKUs, those among them that are easily taken for it; those without any are left out."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one, other in _pairs(skus):
        found[one][other] = found[other][one] = None
    return {sku: tuple(others)[:_EACH_MAX] for sku, others in found.items()}


def _pairs(skus: Iterable[str]) -> Iterator[tuple[str, str]]:
    by_pattern: dict[str, list[str]] = defaultdict(list)
    by_letters: dict[str, list[str]] = defaultdict(list)
    for sku in skus:
        by_letters["".join(sorted(sku))].append(sku)
        by_pattern[f"{sku}\0"].append(sku)  # beside those with one letter more, as of a colour
        for place in range(len(sku)):
            by_pattern[f"{sku[:place]}\0{sku[place + 1 :]}"].append(sku)
    for alike in by_pattern.values():
        if len(alike) <= _CROWD:
            yield from _each_with_each(alike)
    for alike in by_letters.values():
        if len(alike) <= _CROWD:
            yield from ((one, other) for one, other in _each_with_each(alike) if _swapped(one, other))


def _each_with_each(skus: list[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for place, one in enumerate(skus) for other in skus[place + 1 :])


def _swapped(one: str, other: str) -> bool:
    differing = [place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    return len(differing) == 2 and differing[1] == differing[0] + 1  # noqa: PLR2004 two characters
