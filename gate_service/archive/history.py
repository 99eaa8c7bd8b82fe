"""A location's whole history: what the archive has, and behind that what the store has, each proven by the chain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Final

from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.archive.reader import Archive
from gate_service.archive.segment import ArchivedEntry
from gate_service.archive.source import Source
from gate_service.domain.journal import ENTRIES_BEGIN, JournalEntry

_ENTRIES_AT_ONCE: Final = 1_000
_OF_THE_STORE: Final = "the ledger in the store"


class History:
    """Reads one location. Either of the two may be missing: then the other one must have all that is asked for."""

    def __init__(self, location_id: str, archive: Archive | None, source: Source | None) -> None:
        """Keep both; nothing is read yet."""
        self.location_id = location_id
        self._archive = archive
        self._source = source
        self._revision = 0
        self._hash = ""
        self.archived = 0
        """The newest revision that was read from the archive."""
        self.compared = 0
        """How many entries were found the same in both."""

    async def pages(
        self, through: int | None = None, *, compare: bool = False
    ) -> AsyncGenerator[list[JournalEntry], None]:
        """Give the entries from revision 1 on, some at a time; all that is there where `through` is None.

        With `compare` what both have is read from both. Raises `Divergence` at the first entry that is not what it must
        be, `ArchiveError` where the beginning is nowhere to be had, and as the store does.
        """
        trimmed = (await self._source.extent(self.location_id)).trimmed if compare and self._source else 0
        async for page in self._from_archive(through):
            self._check(page, "the archive")
            self.archived = page[-1].revision
            yield page
            if compare and self._source:
                await self._compare([each for each in page if each.revision > trimmed])
        async for page in self._from_store(through):
            self._check(page, _OF_THE_STORE)
            yield page

    async def _from_archive(self, through: int | None) -> AsyncIterator[list[JournalEntry]]:
        if self._archive is None:
            return
        entries = self._archive.entries(self.location_id, ENTRIES_BEGIN, through)
        while page := await asyncio.to_thread(_some, entries):
            yield [entry.journal for entry in page]

    async def _from_store(self, through: int | None) -> AsyncIterator[list[JournalEntry]]:
        if self._source is None or (through is not None and through <= self._revision):
            return
        extent = await self._source.extent(self.location_id)
        if extent.trimmed > self._revision:
            missing = f"what came after revision {self._revision} and before that"
            where = "is in an archive: name it with --archive URL."
            if self._archive:
                where = f"is not in {self._archive.shelf.url}: name the archive that has it with --archive URL."
            raise ArchiveError(
                f"The store has {self.location_id} from revision {extent.trimmed + 1} on; {missing} {where}"
            )
        last = extent.position.revision if through is None else min(through, extent.position.revision)
        while self._revision < last:
            page = await self._source.page(self.location_id, self._revision + 1, last)
            if not page:
                raise Divergence(self.location_id, self._revision + 1, "an entry", "none", _OF_THE_STORE)
            yield page

    async def _compare(self, archived: Sequence[JournalEntry]) -> None:
        """See that the store has the same, to the byte. Raises `Divergence`."""
        place = 0
        while place < len(archived):
            first, last = archived[place].revision, archived[-1].revision
            page = await self._source.page(self.location_id, first, last) if self._source else []
            found: Sequence[JournalEntry | None] = page or [None]
            for ours, theirs in zip(archived[place:], found, strict=False):
                if ours != theirs:
                    await self._differs(ours, theirs)
                    return
            place += len(page)
            self.compared += len(page)

    async def _differs(self, ours: JournalEntry, theirs: JournalEntry | None) -> None:
        """Tell where store and archive differ, unless it was trimmed meanwhile. Raises `Divergence`."""
        assert self._source is not None  # noqa: S101 - it was just read
        if (await self._source.extent(self.location_id)).trimmed >= ours.revision:
            return
        expected = f"the entry of the archive, {ours.chain_hash}"
        if theirs is None or theirs.revision != ours.revision:
            found = "none"
        elif theirs.chain_hash == ours.chain_hash:
            found = f"another text with the same hash, at {_first_difference(ours, theirs)}"
        else:
            found = theirs.chain_hash
        raise Divergence(self.location_id, ours.revision, expected, found, _OF_THE_STORE)

    def _check(self, page: Sequence[JournalEntry], where: str) -> None:
        """See that each entry follows from the one before. Raises `Divergence`."""
        for entry in page:
            if entry.revision != self._revision + 1:
                expected = f"revision {self._revision + 1}"
                raise Divergence(self.location_id, self._revision + 1, expected, f"revision {entry.revision}", where)
            computed = entry.hash_after(self._hash)
            if computed != entry.chain_hash:
                raise Divergence(self.location_id, entry.revision, f"the hash {computed}", entry.chain_hash, where)
            self._revision, self._hash = entry.revision, entry.chain_hash


def _some(entries: Iterator[ArchivedEntry]) -> list[ArchivedEntry]:
    return list(islice(entries, _ENTRIES_AT_ONCE))


def _first_difference(ours: JournalEntry, theirs: JournalEntry) -> str:
    pairs = zip(JournalEntry._fields, ours, theirs, strict=True)
    return next(name for name, one, other in pairs if one != other)
