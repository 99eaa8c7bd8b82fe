"""What identifiers mean: asked of the catalog once, and of this gate's memory from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from gate_service.app.items.ports import ItemPage, ItemStore
from gate_service.domain.errors import Unavailable
from gate_service.domain.imports import NO_CATALOG, CatalogPointer
from gate_service.domain.items import Codes, Item, Resolved, resolve, written

REMEMBERED: Final = 100_000
"""Identifiers that a gate remembers."""


class _Recent:
    """The identifiers that were used last: a half that is filled, and the half that was filled before.

    What is found in the older half moves to the younger one; when that is full, the older one is forgotten. So whatever
    was used within the last half is remembered, and finding it costs no more than a look into a dict.
    """

    def __init__(self, size: int) -> None:
        self.young: dict[str, Resolved] = {}
        self._old: dict[str, Resolved] = {}
        self._half = max(1, size // 2)

    def find(self, text: str) -> Resolved | None:
        found = self.young.get(text)
        if found is None:
            found = self._old.get(text)
            if found is not None:
                self.keep(text, found)
        return found

    def keep(self, text: str, meant: Resolved) -> None:
        if len(self.young) >= self._half:
            self._old, self.young = self.young, {}
        self.young[text] = meant


class Catalog:
    """The catalog in force, as this gate knows it. Before `refresh` it knows of none."""

    def __init__(self, store: ItemStore, codes: Codes, remembered: int = REMEMBERED) -> None:
        """Keep where the catalog is; nothing is asked."""
        self._store = store
        self._codes = codes
        self._size = remembered
        self._pointer = NO_CATALOG
        self._recent = _Recent(remembered)

    @property
    def version(self) -> int:
        """The version in force, as far as this gate has heard; 0 before the first import."""
        return self._pointer.version

    @property
    def item_count(self) -> int:
        """Items in it."""
        return self._pointer.item_count

    @property
    def hot(self) -> Mapping[str, Resolved]:
        """What was used just now, by identifier: to be looked into, and not to be kept."""
        return self._recent.young

    async def refresh(self) -> bool:
        """Ask which catalog is in force; True where it is another one than before. Raises `Unavailable`."""
        return self._turn_to(await self._store.current())

    async def follow_for_ever(self, interval_ms: int) -> None:
        """Ask again every `interval_ms`, and throw away what nobody reads any more; wait for a store that is away."""
        while True:
            try:
                await self.refresh()
                await self._store.collect(self._pointer)
            except Unavailable:
                pass  # the watch on the store tells it
            await asyncio.sleep(interval_ms / 1000)

    async def resolve(self, texts: Collection[str], *, remember: bool = True) -> dict[str, Resolved]:
        """Give what identifiers mean; those that nobody knows are left out. Raises `Unavailable`.

        All are of one version. Before the first import each stands for itself. Whoever goes through many, each once,
        does not have them remembered.
        """
        while True:
            pointer = self._pointer
            if not pointer.version:
                return {text: Resolved(text, "", 1, None, plain=True) for text in texts}
            known = {text: meant for text in texts if (meant := self._recent.find(text)) is not None}
            unknown = [written(text, self._codes) for text in texts if text not in known]
            if not unknown:
                return known
            found = await self._store.find(pointer, unknown)
            if found.pointer.token == pointer.token:
                for each in unknown:
                    meant = resolve(each, found.items, found.codes)
                    if meant is not None:
                        known[each.text] = meant
                        if remember:
                            self._remember(pointer, each.text, meant)
                return known
            self._turn_to(found.pointer)

    def listed(self, text: str) -> str:
        """Give an identifier as it is listed where nobody knows it: a GTIN by its 14 digits, whatever the lot."""
        return written(text, self._codes).key

    async def item(self, text: str) -> Item | None:
        """Give the item that an identifier means. Raises `Unavailable`."""
        meant = (await self.resolve([text])).get(text)
        return meant.item if meant else None

    async def page(self, token: str, size: int) -> ItemPage:
        """Read some items. Raises `InvalidField` for a token that no page of this version gave."""
        return await self._store.page(self._pointer, token, size)

    async def unknown_of(self, texts: Iterable[str]) -> list[str]:
        """Give those that nobody knows. Raises `Unavailable`."""
        asked = [*texts]
        known = await self.resolve(asked, remember=False)
        return [text for text in asked if text not in known]

    def _remember(self, pointer: CatalogPointer, text: str, meant: Resolved) -> None:
        if pointer is self._pointer:  # else another catalog came into force while the store was asked
            self._recent.keep(text, meant)

    def _turn_to(self, pointer: CatalogPointer) -> bool:
        if pointer.token == self._pointer.token:
            return False
        self._pointer = pointer
        self._recent = _Recent(self._size)
        return True
