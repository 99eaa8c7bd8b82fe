"""What is left of a location's history: the ledger against its chain and an archive, the state against the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from gate_service.archive import Archive, ArchivedEntry, ArchiveError
from gate_service.archive.balance import Summing
from gate_service.archive.tails import find_branch
from gate_service.bootstrap.tools import Tools
from gate_service.domain.journal import ENTRIES_BEGIN, Extent, JournalEntry
from gate_service.domain.lineage import Fence, Position
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket
from gate_service.ledger.stock_rows import stock_rows

_AT_ONCE: Final = 1_000


class Revisions(NamedTuple):
    """A range, both ends in it; 0 and 0 for none."""

    first: int = 0
    last: int = 0

    @property
    def how_many(self) -> int:
        """Count them."""
        return self.last - self.first + 1 if self.last else 0


class Drift(NamedTuple):
    """A bucket of which the stock says another figure than the sum of all entries."""

    sku: str
    bucket: str
    stored: int
    summed: int


class Archived(NamedTuple):
    """What an archive has of the location."""

    head: Position
    shared: int
    """The newest revision that is the same there and in the store; 0 for none."""
    missing: Revisions
    """What it has behind the store's newest entry, where that is the same in both: it can be taken from there."""
    has_remembered: bool
    """Whether what a gate remembers is a part of it."""


class Finding(NamedTuple):
    """A location, looked at."""

    location_id: str
    fence: Fence | None
    position: Position
    trimmed: int
    at_ms: int = 0
    """Of the newest entry; 0 where none is left."""
    entries: int = 0
    """How many were read in the store."""
    broken: str = ""
    """What is wrong with the first entry that is not what it must be; empty for nothing."""
    state_checked: bool = False
    """False where the sum of all entries cannot be had: the older ones are in an archive that was not named."""
    drift: Sequence[Drift] = ()
    archived: Archived | None = None
    lost: Revisions = Revisions()
    """What was acknowledged and is not here, as far as that is known."""

    @property
    def sound(self) -> bool:
        """Say whether what is here agrees with itself."""
        return not self.broken and not self.drift


async def look(tools: Tools, location_id: str) -> Finding:
    """Compare the ledger of a fenced location with its chain, with the stock, and with the archive where one is named.

    One that is open is written to meanwhile, and is not compared. Writes nothing. Raises `ArchiveError` and
    `Unavailable`.
    """
    extent = await tools.journal.extent(location_id)
    if extent.fence is None:
        return Finding(location_id, None, extent.position, extent.trimmed)
    reading = _Reading(tools, location_id, extent)
    await reading.read_all()
    archived = await _archived(tools, tools.archive, location_id, extent) if tools.archive else None
    return Finding(
        location_id,
        extent.fence,
        extent.position,
        extent.trimmed,
        reading.at_ms,
        reading.entries,
        reading.broken,
        reading.complete,
        await reading.drift() if reading.complete and not reading.broken else (),
        archived,
        _lost(extent, archived),
    )


class _Reading:
    """One pass over all entries."""

    def __init__(self, tools: Tools, location_id: str, extent: Extent) -> None:
        self._tools = tools
        self._location_id = location_id
        self._extent = extent
        self._summing = Summing()
        self._hash = ""
        self.complete = extent.trimmed == 0 or tools.archive is not None
        self.entries, self.at_ms, self.broken = 0, 0, ""

    async def read_all(self) -> None:
        """Sum up what is trimmed from the archive, and all else from the store, entry by entry of the chain."""
        revision, trimmed = ENTRIES_BEGIN, self._extent.trimmed
        if trimmed and self._tools.archive:
            async for entry in _of_archive(self._tools.archive, self._location_id, trimmed):
                self._summing.add(entry)
                self._hash, revision = entry.chain_hash, entry.revision + 1
        if self.complete and revision != trimmed + 1:
            self.broken = f"the archive ends at revision {revision - 1}, and the store begins at {trimmed + 1}"
        revision = trimmed + 1
        while revision <= self._extent.position.revision and not self.broken:
            page = await self._tools.journal.page(self._location_id, revision, self._extent.position.revision)
            if not page:
                self.broken = f"entry {revision} is missing"
            for entry in page:
                self._check(entry, revision)
                revision += 1
        if not self.broken and self._hash != self._extent.position.chain_hash:
            self.broken = (
                f"the newest entry has the hash {self._hash}, and the location says {self._extent.position[2]}"
            )

    def _check(self, entry: JournalEntry, revision: int) -> None:
        known = self.complete or self.entries > 0  # of the first one behind what is trimmed the hash must do
        if entry.revision != revision:
            self.broken = self.broken or f"entry {revision} is missing"
        elif known and entry.hash_after(self._hash) != entry.chain_hash:
            self.broken = self.broken or f"entry {revision} does not follow from the one before it"
        self._summing.add(entry)
        self._hash, self.at_ms, self.entries = entry.chain_hash, entry.at_ms, self.entries + 1

    async def drift(self) -> Sequence[Drift]:
        """Compare the stock with the sums."""
        summed: Mapping[str, Mapping[str, int]] = self._summing.stock
        stored = await stock_rows(self._tools.store, self._location_id)
        found = []
        for sku in sorted(summed.keys() | stored.keys()):
            row, sums = stored.get(sku, StockLevel(sku)), summed.get(sku, {})
            figures = ((bucket, getattr(row, bucket), sums.get(bucket, 0)) for bucket in Bucket)
            found += [Drift(sku, *each) for each in figures if each[1] != each[2]]
        return found


async def _of_archive(archive: Archive, location_id: str, through: int) -> AsyncIterator[JournalEntry]:
    entries = archive.entries(location_id, ENTRIES_BEGIN, through)
    while some := await asyncio.to_thread(_some, entries):
        for entry in some:
            yield entry.journal


def _some(entries: Iterator[ArchivedEntry]) -> list[ArchivedEntry]:
    return list(islice(entries, _AT_ONCE))


async def _archived(tools: Tools, archive: Archive, location_id: str, extent: Extent) -> Archived:
    head = await asyncio.to_thread(archive.head, location_id)
    try:
        shared = (await find_branch(archive, tools.journal, location_id, extent)).position.revision
    except ArchiveError:  # they have nothing in common that is left in the store
        shared = 0
    newest = extent.position.revision
    follows = head.revision > newest and shared == newest
    missing = Revisions(newest + 1, head.revision) if follows else Revisions()
    remembered = extent.fence.remembered if extent.fence else extent.position
    there = await asyncio.to_thread(_at, archive, location_id, remembered.revision)
    has_remembered = there is not None and there.chain_hash == remembered.chain_hash
    return Archived(head, shared, missing, has_remembered)


def _at(archive: Archive, location_id: str, revision: int) -> ArchivedEntry | None:
    return next(archive.entries(location_id, revision, revision), None)


def _lost(extent: Extent, archived: Archived | None) -> Revisions:
    """Say which revisions were acknowledged and are gone; where nobody knows the first, at least the last one."""
    if extent.fence is None or extent.fence.remembered.epoch < extent.position.epoch:
        return Revisions()
    last, newest = extent.fence.remembered.revision, extent.position.revision
    if archived and archived.has_remembered:
        return Revisions(archived.shared + 1, last) if archived.shared < last else Revisions()
    return Revisions(newest + 1 if last > newest else last, last)
