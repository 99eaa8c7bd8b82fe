"""A catalog over a store of the tests, and imports into it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import redis

from gate_service.app.items.imports import Imports
from gate_service.app.items.lookup import Catalog
from gate_service.app.ports import Call
from gate_service.catalog import keys
from gate_service.catalog.committing import RedisCommitter
from gate_service.catalog.gs1 import Gs1Codes
from gate_service.catalog.link import Link
from gate_service.catalog.reading import RedisItems
from gate_service.catalog.staging import RedisImports
from gate_service.domain.imports import Import, ImportMode, ImportState, Row, RowError
from gate_service.domain.items import Item
from gate_service.store.connect import connect

CODES = Gs1Codes()
CALL = Call("test")


class World:
    """One gate's view of the catalog, over a link that may be a faulty one."""

    def __init__(self, link: Link) -> None:
        """Put it together."""
        self.link = link
        self.catalog = Catalog(RedisItems(link), CODES)
        self.store = RedisImports(link)
        self.imports = Imports(self.store, RedisCommitter(link, CODES), self._switched, self._settle)

    async def _settle(self) -> None:
        """Write what a gate writes before it waits for replicas; this store has none."""
        await self.link.call("INCR", keys.BARRIER)

    async def _switched(self) -> None:
        await self.catalog.refresh()

    async def stage(
        self, import_id: str, items: Iterable[Item | RowError], mode: ImportMode = ImportMode.REPLACE, size: int = 3
    ) -> int:
        """Begin an import and stage items in parts of `size` rows, numbered from 1; give how many parts there are."""
        await self.imports.begin(import_id, mode)
        rows = [item if isinstance(item, RowError) else Row(number, item) for number, item in enumerate(items, start=1)]
        parts = [rows[start : start + size] for start in range(0, len(rows), size)]
        for number, part in enumerate(parts, start=1):
            await self.imports.stage(import_id, number, repr(part)[:60], part)
        return len(parts)

    async def bring_in(
        self,
        items: Sequence[Item | RowError],
        mode: ImportMode = ImportMode.REPLACE,
        *,
        skip: bool = False,
        size: int = 3,
        call: Call = CALL,
    ) -> Import:
        """Import items under a name of its own, and give what became of it."""
        import_id = f"import-{await self.link.call('INCR', 'test:imports')}"
        parts = await self.stage(import_id, items, mode, size)
        return await self.commit(import_id, parts, skip=skip, call=call)

    async def commit(self, import_id: str, parts: int, *, skip: bool = False, call: Call = CALL) -> Import:
        """Commit until it has ended."""
        while True:
            found = await self.imports.commit(import_id, parts, call, skip_bad_rows=skip)
            if found.state is not ImportState.COMMITTING:
                return found

    async def errors(self, import_id: str) -> dict[int, tuple[str, str]]:
        """Give what is wrong: row → field and words."""
        errors, _ = await self.imports.errors(import_id, 0, 1_000)
        return {error.row_number: (error.field, error.message) for error in errors}

    async def visible(self) -> dict[str, Item]:
        """Give the whole catalog as anybody sees it."""
        await self.catalog.refresh()
        page = await self.catalog.page("", 1_000)
        assert not page.next_token
        return {item.sku: item for item in page.items}


@asynccontextmanager
async def over_empty_store(store_url: str) -> AsyncIterator[World]:
    """Open a world over a store in which nothing is left of other tests."""
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    store = connect(store_url, 5_000)
    try:
        yield World(store)
    finally:
        await store.close()


class StopsAt:
    """A link that ends at its n-th command, as a process that is killed does: before it is sent, or right after."""

    def __init__(self, link: Link, at: int, *, sent: bool) -> None:
        """Keep when."""
        self._link = link
        self._left = at
        self._sent = sent

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - as `Link.call`
        """Pass it on, or end."""
        self._left -= 1
        if self._left < 0:
            raise Killed
        if self._left == 0:
            if self._sent:
                await self._link.call(*command)
            raise Killed
        return await self._link.call(*command)


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""
