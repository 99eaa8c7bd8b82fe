"""What the clients of one location know of it, by what they were answered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

SKUS: Final = ("A", "B", "C", "D", "E", "F")
"""Few, so that orders compete."""
MERGED_AWAY: Final = ("X", "Y")
"""What is merged into another SKU at some time: orders seldom name it."""
CHANNELS: Final = ("web", "amazon", "")


class Line(NamedTuple):
    """A line of an order."""

    line_id: str
    sku: str
    quantity: int


class Pick(NamedTuple):
    """A line that a permit allows to pick."""

    permit_id: str
    order_id: str
    line: Line


@dataclass(slots=True)
class Shelf:
    """Memories of one location. They may be wrong: an answer that got lost was never heard."""

    location_id: str
    numbers: count[int] = field(default_factory=lambda: count(1))
    held: dict[str, list[Line]] = field(default_factory=dict)
    committed: dict[str, list[Line]] = field(default_factory=dict)
    picks: deque[Pick] = field(default_factory=deque)
    shipped: deque[str] = field(default_factory=lambda: deque(maxlen=50))
    documents: dict[str, int] = field(default_factory=dict)
    """The newest version that was told."""
    stock_holds: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    newest_revision: int = 0

    def name(self, what: str) -> str:
        """Give a new id."""
        return f"{what}-{next(self.numbers)}"
