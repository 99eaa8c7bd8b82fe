"""The class of each SKU, as the catalog has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gate_service.app.items.lookup import Catalog
from gate_service.domain.errors import InvalidField

_AT_ONCE: Final = 1_000


class SkuClasses:
    """Goes through the catalog once for each version of it; of a million items that is some hundred MB."""

    def __init__(self, catalog: Catalog) -> None:
        """Keep the catalog; nothing is read."""
        self._catalog = catalog
        self._version = -1
        self._known: Mapping[str, str] = {}
        self._words: dict[str, str] = {}

    async def all(self) -> Mapping[str, str]:
        """Give the class of every SKU that has one; the same object while the catalog is the same.

        Raises `Unavailable`.
        """
        await self._catalog.refresh()
        while self._version != self._catalog.version:
            version = self._catalog.version
            if not version:
                self._known, self._version = {}, version
                continue
            try:
                self._known, self._version = await self._read(), version
            except InvalidField:  # another catalog came into force meanwhile
                await self._catalog.refresh()
        return self._known

    async def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        token = ""
        while True:
            page = await self._catalog.page(token, _AT_ONCE)
            found |= {item.sku: self._words.setdefault(item.abc, item.abc) for item in page.items if item.abc}
            token = page.next_token
            if not token:
                return found
