"""Which SKUs became part of another one at a location: implements `app.reconcile.reading.Successors`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from gate_service.ledger import keys
from gate_service.store.store import Store

_MERGED: Final = "="
_STOCK: Final = keys.LOCATION_KEYS.index("stock")


class LedgerSuccessors:
    """Reads it off the stock rows; where nothing was ever merged, that is found out by one look."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store

    async def of(self, location_id: str, skus: Collection[str]) -> Mapping[str, str]:
        """Give what became of those that were merged; see the protocol."""
        if not skus or not await self._store.call("HGET", keys.meta(location_id), "merges"):
            return {}
        found: dict[str, str] = {}
        wanted = list(skus)
        while wanted:  # what it was merged into may have been merged in turn
            rows = await self._store.call("HMGET", keys.location_keys(location_id)[_STOCK], *wanted)
            step = {sku: row[1:] for sku, row in zip(wanted, rows, strict=True) if row and row.startswith(_MERGED)}
            found = {sku: step.get(into, into) for sku, into in found.items()} | {
                sku: into for sku, into in step.items() if sku in skus
            }
            wanted = list(set(step.values()))
        return found
