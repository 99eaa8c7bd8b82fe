"""The store and an archive for whoever runs the gate: archive, verify, balance, restore, recover.

async with open_tools(settings, archive_url) as tools:
    await tools.journal.extent("EAST")
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gate_service.archive import Archive
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
