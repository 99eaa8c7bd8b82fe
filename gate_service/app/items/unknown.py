"""Identifiers that somebody used and nobody knows: counted here, and told to the store a little later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from gate_service.app.items.lookup import Catalog
from gate_service.app.items.ports import UnknownStore, UnknownUse
from gate_service.domain.errors import Unavailable
from gate_service.domain.imports import UnknownItem

TOLD_AFTER_S: Final = 0.15
"""Long enough that a flood of one identifier is one write, short enough that whoever looks finds it."""
AGAIN_AFTER_S: Final = 1.0
_REMEMBERED_MAX: Final = 10_000
_PAGE: Final = 1_000


class UnknownItems:
    """The list that somebody works through."""

    def __init__(self, store: UnknownStore) -> None:
        """Keep where the list is."""
        self._store = store
        self._uses: dict[str, UnknownUse] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, identifier: str, system: str, location_id: str) -> None:
        """Count one use. It is in the list within a fifth of a second, or once the store is there again."""
        before = self._uses.get(identifier)
        if before is None and len(self._uses) >= _REMEMBERED_MAX:
            return  # a flood of nonsense; what is used again gets another chance
        count = before.use_count if before else 0
        self._uses[identifier] = UnknownUse(identifier, count + 1, system, location_id)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        pause_s = TOLD_AFTER_S
        while self._uses:
            await asyncio.sleep(pause_s)
            try:
                await self._write()
                pause_s = TOLD_AFTER_S
            except Unavailable:
                pause_s = AGAIN_AFTER_S
        self._task = None

    async def _write(self) -> None:
        telling = [*self._uses.values()][:_PAGE]
        for use in telling:
            del self._uses[use.identifier]
        try:
            await self._store.note(telling)
        except Unavailable:  # counted twice at worst, where only the answer was lost
            for use in telling:
                since = self._uses.get(use.identifier)
                self._uses[use.identifier] = since._replace(use_count=since.use_count + use.use_count) if since else use
            raise

    async def page(self, offset: int, size: int) -> tuple[Sequence[UnknownItem], int]:
        """Give some of them, the most used first, and how many there are. Raises `Unavailable`."""
        return await self._store.page(offset, size)

    async def forget(self, identifiers: Sequence[str] | None) -> int:
        """Take some off the list, or all with None; give how many were on it. Raises `Unavailable`."""
        return await self._store.forget(identifiers)

    async def forget_known(self, catalog: Catalog) -> None:
        """Take those off the list that the catalog knows by now. Raises `Unavailable`."""
        known: list[str] = []
        offset, count = 0, 1
        while offset < count:
            items, count = await self._store.page(offset, _PAGE)
            listed = [item.identifier for item in items]
            unknown = {*await catalog.unknown_of(listed)}
            known += [identifier for identifier in listed if identifier not in unknown]
            offset += _PAGE
        if known:
            await self._store.forget(known)

    async def close(self) -> None:
        """Tell what has not been told yet, if the store is there."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        while self._uses:
            try:
                await self._write()
            except Unavailable:
                return
