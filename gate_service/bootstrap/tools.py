"""The store and an archive for whoever runs the gate: archive, verify, balance, restore, recover.

async with open_readers(settings, archive_url) as tools:
    await check_known(tools, "EAST")
    await tools.journal.extent("EAST")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gate_service.archive import Archive, UnknownLocation
from gate_service.domain.lineage import NO_HISTORY
from gate_service.ledger.journal import Journal
from gate_service.ledger.standing import Standing
from gate_service.settings import Settings, SettingsError
from gate_service.store.connect import connect
from gate_service.store.store import Store


@dataclass(frozen=True, slots=True)
class Tools:
    """What a tool works on. `archive` is None where none was named."""

    store: Store
    journal: Journal
    standing: Standing
    archive: Archive | None


@asynccontextmanager
async def open_tools(settings: Settings, archive_url: str = "") -> AsyncIterator[Tools]:
    """Open both and close them at the end; nothing connects yet.

    Raises `SettingsError` where no store is named, `ArchiveError` where the archive's URL is of no use.
    """
    if not settings.redis_url:
        raise SettingsError("No store is named: say which with --redis-url redis://HOST:PORT/0 or GATE_REDIS_URL.")
    archive = Archive.open(archive_url) if archive_url else None
    store = connect(settings.redis_url, settings.store_timeout_ms, promise=settings.durability)
    try:
        journal = Journal(store, replicated=settings.durability.replicas > 0)
        yield Tools(store, journal, Standing(store), archive)
    finally:
        await store.close()


@asynccontextmanager
async def open_readers(settings: Settings, archive_url: str = "") -> AsyncIterator[Tools]:
    """Open both for a tool that only reads the archive: one that is named must hold something.

    Raises as `open_tools` does, and `ArchiveError` where nothing is archived there.
    """
    async with open_tools(settings, archive_url) as tools:
        if tools.archive:
            await asyncio.to_thread(tools.archive.check_holds)
        yield tools


async def check_known(tools: Tools, location_id: str) -> None:
    """See that the store or the archive has something of a location. Raises `UnknownLocation`, and where one is away.

    Nothing is written: not even what proves that replicas hold it, which would make a location of a misspelt name.
    """
    if not await tools.journal.stands_at(location_id, NO_HISTORY):
        return
    if tools.archive is None:
        raise UnknownLocation(location_id, "the store does not have")
    if not await asyncio.to_thread(tools.archive.all_segments, location_id):
        raise UnknownLocation(location_id, f"neither the store nor the archive {tools.archive.shelf.url} has")
