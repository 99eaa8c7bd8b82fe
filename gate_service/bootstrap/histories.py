"""Where a lost history can be had from: an archive, a ledger that survived in another store, or both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from typing import NamedTuple

from gate_service.archive import Archive
from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import NO_HISTORY, Position
from gate_service.ledger.journal import Journal
from gate_service.ledger.replay import ENTRIES_PER_CALL, TEXT_PER_CALL


class HoleError(Exception):
    """A part of the history is in neither place. The text says which, and what to do."""


class History(NamedTuple):
    """What can be had of one location."""

    location_id: str
    head: Position
    """Where it ends."""
    archived: int
    """Entries up to this one come from the archive, all others from the surviving ledger."""
    remembered: Position
    """What is known to have been acknowledged, though it may be lost: as far as `head`, or further."""


class Sources:
    """An archive, a surviving ledger, or both."""

    def __init__(self, archive: Archive | None, surviving: Journal | None) -> None:
        """Keep them."""
        self._archive = archive
        self._surviving = surviving

    async def locations(self) -> Sequence[str]:
        """Name every location of which either knows, sorted."""
        named = set(await asyncio.to_thread(self._archive.locations) if self._archive else ())
        named |= set(await self._surviving.locations() if self._surviving else ())
        return sorted(named)

    async def history(self, location_id: str) -> History:
        """Say how far the history of a location can be had. Where both have it, the one that goes further counts.

        Raises `HoleError`, `ArchiveError` and `Unavailable`.
        """
        archived = await asyncio.to_thread(self._archive.head, location_id) if self._archive else NO_HISTORY
        if self._surviving is None:
            return History(location_id, archived, archived.revision, archived)
        survived = await self._surviving.extent(location_id)
        known = (archived, survived.position, *((survived.fence.remembered,) if survived.fence else ()))
        remembered = max(known, key=lambda position: position[:2])
        if survived.position[:2] <= archived[:2]:
            return History(location_id, archived, archived.revision, remembered)
        if survived.trimmed > archived.revision:
            raise HoleError(
                f"The ledger of {location_id} in the other store begins at revision {survived.trimmed + 1}, and the "
                f"archive ends at {archived.revision}: name the archive that has what lies between."
            )
        return History(location_id, survived.position, survived.trimmed, remembered)

    async def runs(self, history: History, from_revision: int) -> AsyncGenerator[list[JournalEntry]]:
        """Give the entries of a history in runs that one call of the store takes; one more is read ahead.

        Raises `ArchiveError`, where a segment is not what it must be before its first entry, and `Unavailable`.
        """
        runs = self._runs(history, from_revision)
        ahead = asyncio.ensure_future(anext(runs, None))
        try:
            while run := await ahead:
                ahead = asyncio.ensure_future(anext(runs, None))
                yield run
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _runs(self, history: History, from_revision: int) -> AsyncGenerator[list[JournalEntry]]:
        location_id, head, archived, _ = history
        if self._archive and from_revision <= archived:
            found = self._archive.entries(location_id, from_revision, archived)
            runs = in_runs(entry.journal for entry in found)
            while run := await asyncio.to_thread(next, runs, None):
                yield run
        start = max(from_revision, archived + 1)
        while self._surviving and start <= head.revision:
            page = await self._surviving.page(location_id, start, head.revision)
            if not page:
                raise HoleError(f"The ledger of {location_id} in the other store ends before revision {start}.")
            for run in in_runs(page):
                yield run
            start = page[-1].revision + 1


def in_runs(entries: Iterable[JournalEntry]) -> Iterator[list[JournalEntry]]:
    """Cut entries into runs that one call of the store takes."""
    run: list[JournalEntry] = []
    size = 0
    for entry in entries:
        if run and (len(run) >= ENTRIES_PER_CALL or size + entry.size > TEXT_PER_CALL):
            yield run
            run, size = [], 0
        run.append(entry)
        size += entry.size
    if run:
        yield run
