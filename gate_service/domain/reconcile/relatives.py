"""SKUs that are easily taken for one another, by their names alone."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

RELATIVES_MAX: Final = 24


def relatives(sku: str, known: Container[str]) -> tuple[str, ...]:
    """Give the known SKUs that a slip of the pen makes of this one: another letter at the end, a digit next to it.

    Looks up some 60 names for one SKU, however many there are. Merged SKUs and aliases come beside them.
    """
    found = dict.fromkeys(name for name in _slips(sku) if name != sku and name in known)
    return tuple(found)[:RELATIVES_MAX]


def _slips(sku: str) -> Iterator[str]:
    stem = sku.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    yield stem
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield stem + letter
        yield stem + letter.lower()
    for place, letter in enumerate(sku):
        if letter.isdecimal() and letter.isascii():
            for next_to in (int(letter) - 1, int(letter) + 1):  # on a keyboard 0 is next to 9
                yield f"{sku[:place]}{next_to % 10}{sku[place + 1 :]}"
    for place in range(len(sku) - 1):
        yield f"{sku[:place]}{sku[place + 1]}{sku[place]}{sku[place + 2 :]}"
