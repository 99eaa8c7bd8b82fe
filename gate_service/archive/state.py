"""What a verification needs of the store besides its ledger, as a Protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

from gate_service.archive.source import Source
from gate_service.domain.entries import Entry
from gate_service.domain.journal import Claims, JournalEntry, SkuMoment
from gate_service.domain.stock import StockPage


class State(Protocol):
    """What stands at the locations of a store. Raises as `Source` does, and `UnreadableState`."""

    def stock(self, location_id: str) -> AsyncGenerator[StockPage, None]:
        """Give the stock, a page at a time, each as of its own revision, in byte order of the SKUs."""
        ...

    def claims(self, location_id: str) -> AsyncGenerator[Claims, None]:
        """Give what orders, documents, quotas and holds say of SKUs; some may come twice."""
        ...

    def markers(self, location_id: str) -> AsyncGenerator[tuple[str, str], None]:
        """Give operation ids with their markers as stored; some may come twice."""
        ...

    async def of_sku(self, location_id: str, sku: str) -> SkuMoment:
        """Give one SKU and what its open orders claim of it, at one revision."""
        ...


class Markers(Source, Protocol):
    """A source that also knows the marker of each operation, and reads its own entries."""

    async def markers(self, location_id: str, operation_ids: Sequence[str]) -> Mapping[str, str]:
        """Give the markers of some operations, as stored; one that has none is left out."""
        ...

    async def forgotten(self, location_id: str) -> int:
        """Give the revision up to which markers were forgotten; 0 for none."""
        ...

    def typed(self, entry: JournalEntry) -> Entry:
        """Read an entry's texts. Raises ValueError, KeyError or TypeError where they are in no form that is known."""
        ...
