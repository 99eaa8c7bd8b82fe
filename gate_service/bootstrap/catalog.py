"""The catalog's parts, put together: what is read and imported, and what goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from gate_service.app.items.imports import Imports
from gate_service.app.items.lookup import Catalog
from gate_service.app.items.merging import Ledgers, Merging
from gate_service.app.items.unknown import UnknownItems
from gate_service.catalog import keys
from gate_service.catalog.committing import RedisCommitter
from gate_service.catalog.gs1 import Gs1Codes
from gate_service.catalog.merging import RedisMerges
from gate_service.catalog.reading import RedisItems
from gate_service.catalog.staging import RedisImports
from gate_service.catalog.unknown import RedisUnknown
from gate_service.domain.errors import Unavailable
from gate_service.rpc.catalog import CatalogService
from gate_service.rpc.translate import Translator
from gate_service.settings import Settings
from gate_service.store.connect import connect
from gate_service.store.script import Script
from gate_service.store.store import Store

_MERGING_MS: Final = 1_000
_HEARD_OF_AFTER_MS: Final = 2_000
"""On top of two looks at the version: the time that a gate takes for an operation it has read already."""
# WAIT proves something only behind a write on its own connection.
_BARRIER: Final = Script.of("barrier", "redis.call('INCR', KEYS[1])\nreturn {}")
_log = structlog.get_logger("gate.catalog")


class CatalogParts:
    """What a gate has of the catalog. The connections are its own: an import keeps no reservation waiting for one."""

    def __init__(self, settings: Settings, ledgers: Ledgers, on_trouble: Callable[[], None]) -> None:
        """Put it together; nothing connects yet."""
        codes = self._codes = Gs1Codes()
        self._store: Store = connect(settings.redis_url, settings.store_timeout_ms, on_trouble, settings.durability)
        self._interval_ms = settings.probe_interval_ms
        self._catalog = Catalog(RedisItems(self._store), codes)
        self._unknown = UnknownItems(RedisUnknown(self._store))
        committer = RedisCommitter(self._store, codes)
        self._imports = Imports(RedisImports(self._store), committer, self._switched, self._settle)
        heard_of_after_ms = 2 * settings.probe_interval_ms + _HEARD_OF_AFTER_MS
        self._merging = Merging(RedisMerges(self._store), self._catalog, ledgers, heard_of_after_ms, _merge_failed)
        self.translator: Final = Translator(self._catalog, self._unknown)
        self.service: Final = CatalogService(self._catalog, self._imports, self._unknown, codes)

    @property
    def lookup(self) -> Catalog:
        """What identifiers mean."""
        return self._catalog

    def note_unknown(self, code: str, system: str, location_id: str) -> None:
        """Put a code that nobody knows on the list, as it is listed."""
        listed = self._catalog.listed(code)
        if listed.isprintable():
            self._unknown.note(listed, system, location_id)

    async def begin(self) -> None:
        """Hear which catalog is in force, before anybody is answered. Raises `Unavailable`."""
        await self._catalog.refresh()
        if self._catalog.item_count:
            self._codes.prepare()

    async def watch(self) -> None:
        """Follow the catalog, and move the stock of merged SKUs, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._catalog.follow_for_ever(self._interval_ms))
            tasks.create_task(self._merging.run_for_ever(_MERGING_MS))

    async def _switched(self) -> None:
        await self._catalog.refresh()
        _log.info("catalog in force", version=self._catalog.version, items=self._catalog.item_count)
        self._merging.wake()
        await self._unknown.forget_known(self._catalog)

    async def _settle(self) -> None:
        """Wait until replicas hold the catalog, where that is promised. Raises `Unavailable`."""
        await self._store.run(_BARRIER, (keys.BARRIER,), [], durable=True)

    async def close(self) -> None:
        """Tell what is to be told, and close the connections."""
        await self._imports.close()
        await self._unknown.close()
        await self._store.close()


def _merge_failed(location_id: str, sku: str, error: Exception) -> None:
    # A store that is away is told by the watch on it.
    tell = _log.debug if isinstance(error, Unavailable) else _log.warning
    tell("SKU not merged yet", location=location_id, sku=sku, error=str(getattr(error, "reason", type(error).__name__)))
