"""All stock rows of a location as they stand, for whoever compares them with the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gate_service.domain.stock import StockLevel
from gate_service.ledger import keys
from gate_service.store.store import Store

_AT_ONCE: Final = 2_000
_MERGED: Final = "="


async def stock_rows(store: Store, location_id: str) -> Mapping[str, StockLevel]:
    """Give the row of each SKU that has one. Raises `Unavailable`."""
    key = dict(zip(keys.LOCATION_KEYS, keys.location_keys(location_id), strict=True))["stock"]
    rows: dict[str, StockLevel] = {}
    cursor = "0"
    while True:
        cursor, flat = await store.call("HSCAN", key, cursor, "COUNT", _AT_ONCE)
        for sku, text in zip(flat[::2], flat[1::2], strict=True):
            if text and not text.startswith(_MERGED):
                rows[sku] = StockLevel._make([sku, *map(int, text.split(" ")), False])
        if str(cursor) == "0":
            return rows
