"""What stood on the shelves at a revision or at a time: the sum of all that the entries up to then did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import NamedTuple

from gate_service.archive.history import History
from gate_service.domain.journal import JournalEntry
from gate_service.domain.vocabulary import Bucket

Buckets = dict[str, int]
"""Units by bucket."""


class Balance(NamedTuple):
    """The buckets of each SKU as of one entry: the last that counts. Revision 0 where there was none yet."""

    location_id: str
    revision: int
    at_ms: int
    stock: Mapping[str, Buckets]


class Summing:
    """Adds up what entries did to the stock, SKU by SKU. With `sku` all others are left out, which is faster."""

    def __init__(self, sku: str = "") -> None:
        """Begin with empty shelves."""
        self.stock: dict[str, Buckets] = {}
        self._sku = sku
        self._named = f'"{sku.partition("/")[0]}'  # a slash may be written in two ways

    def add(self, entry: JournalEntry) -> Sequence[str]:
        """Add one entry; name the SKUs that it moved."""
        if self._named not in entry.changes:  # most of the work, saved where an entry moved nothing of it
            return ()
        moved = []
        for sku, changes in json.loads(entry.changes).items():
            if self._sku in ("", sku):
                moved.append(sku)
                row = self.stock.setdefault(sku, dict.fromkeys(Bucket, 0))
                for bucket, delta in changes.items():
                    row[bucket] += delta
        return moved


async def balance_at(history: History, revision: int | None, at_ms: int | None, sku: str = "") -> Balance:
    """Give the balance as of the newest entry that is not beyond a revision and not after a time; None: no bound.

    Raises as `History.pages` does.
    """
    summing = Summing(sku)
    last = (0, 0)
    async with aclosing(history.pages(through=revision)) as pages:
        async for page in pages:
            for entry in page:
                if at_ms is not None and entry.at_ms > at_ms:
                    return Balance(history.location_id, *last, summing.stock)
                summing.add(entry)
                last = (entry.revision, entry.at_ms)
    return Balance(history.location_id, *last, summing.stock)
