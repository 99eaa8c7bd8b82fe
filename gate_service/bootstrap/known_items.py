"""What the catalog knows of SKUs that differ: their class for how much it matters, packs and codes for why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gate_service.app.items.lookup import Catalog
from gate_service.app.reconcile.variances.compared import Facts
from gate_service.catalog.gs1 import Gs1Codes
from gate_service.catalog.reading import RedisItems
from gate_service.domain.items import Item
from gate_service.reconcile.source import Hints
from gate_service.store.store import Store

_AT_ONCE: Final = 1_000


class KnownItems:
    """Implements `app.reconcile.compared.FactsOfItems` and `reconcile.source.ItemHints`."""

    def __init__(self, store: Store) -> None:
        """Keep where the catalog is; nothing is read."""
        self._catalog = Catalog(RedisItems(store), Gs1Codes())

    async def facts(self, location_id: str, skus: Sequence[str]) -> Mapping[str, Facts]:
        """Give the classes of some SKUs. Raises `Unavailable`."""
        _ = location_id  # an item is in one class, wherever it is
        return {sku: Facts(abc=item.abc) for sku, item in (await self._items(skus)).items() if item.abc}

    async def hints(self, skus: Sequence[str]) -> Mapping[str, Hints]:
        """Give packs and other codes of some SKUs. Raises `Unavailable`."""
        return {sku: _hints(sku, item) for sku, item in (await self._items(skus)).items()}

    async def _items(self, skus: Sequence[str]) -> dict[str, Item]:
        await self._catalog.refresh()
        found: dict[str, Item] = {}
        for place in range(0, len(skus), _AT_ONCE):
            known = await self._catalog.resolve(skus[place : place + _AT_ONCE], remember=False)
            found |= {sku: meant.item for sku, meant in known.items() if meant.item is not None}
        return found


def _hints(sku: str, item: Item) -> Hints:
    factors = tuple(sorted({units for units in item.units.values() if units > 1}))
    return Hints(factors, tuple(code for code in (item.sku, *item.aliases) if code != sku))
