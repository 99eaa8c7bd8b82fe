"""Copies ledgers into an archive: at each step, what one location has more than the archive, up to one segment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple

from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.archive.reader import Archive
from gate_service.archive.segment import Header
from gate_service.archive.source import Source
from gate_service.archive.tails import Bounds, Tail, find_branch, find_tail
from gate_service.domain.journal import Extent, JournalEntry
from gate_service.domain.lineage import Fence, Position

_LOOKS: Final = 5
"""How often in a row a segment may be gone that was listed a moment before."""


class Step(NamedTuple):
    """What came of one step: entries newly archived, entries that are not yet, and how far the archive goes."""

    written: int
    behind: int
    archived: Position
    fence: Fence | None = None
    left_behind: int = 0
    """Archived entries that a recovery of the location has given up: they stay, apart from the history."""


class _Draft:
    """A segment in the making."""

    def __init__(self, header: Header, entries: list[JournalEntry]) -> None:
        self.header = header
        self.entries = entries
        self.size = sum(entry.size for entry in entries)


class Archivist:
    """Knows, of each location, where the archive ends. Killed at any point it has lost nothing: it looks again."""

    def __init__(self, archive: Archive, source: Source, bounds: Bounds | None = None) -> None:
        """Keep both; nothing is read yet."""
        self.archive = archive
        self._source = source
        self.bounds: Final = bounds or Bounds()
        self._tails: dict[str, Tail] = {}

    async def step(self, location_id: str, *, at_least: int = 1) -> Step:
        """Archive what is new of a location, at most one segment of it, where it is at least so many entries.

        The store is told how far the archive is: where it has lost some of that, it fences the location, and nothing is
        archived of it until somebody has recovered it.

        Raises `ArchiveError`, `Divergence` where the ledger's own chain is broken, and `Unavailable`.
        """
        for _ in range(_LOOKS):
            try:
                return await self._step(location_id, at_least)
            except FileNotFoundError:  # another archiver has replaced the last segment meanwhile
                self._tails.pop(location_id, None)
            except BaseException:
                self._tails.pop(location_id, None)
                raise
        raise ArchiveError(f"{self.archive.shelf.url} lists a segment of {location_id} and has none.")

    async def _step(self, location_id: str, at_least: int) -> Step:
        tail = await self._tail(location_id)
        if await self._source.stands_at(location_id, tail.position):
            return Step(0, 0, tail.position)
        extent = await self._source.extent(location_id, tail.position if tail.position.revision else None)
        if extent.fence:
            return Step(0, 0, tail.position, extent.fence)
        left_behind = 0
        if tail.history and extent.position.epoch > tail.history:
            branch = await find_branch(self.archive, self._source, location_id, extent)
            left_behind = tail.position.revision - branch.position.revision
            self._tails[location_id] = tail = branch
        behind = extent.position.revision - tail.position.revision
        if behind < max(1, at_least):
            return Step(0, max(0, behind), tail.position, None, left_behind)
        self._check_begins(location_id, tail, extent)
        draft = await self._draft(location_id, tail, extent)
        if draft is None:  # what was there a moment ago is not, or not so: the next step tells
            return Step(0, behind, tail.position, None, left_behind)
        written = draft.entries[-1].revision - tail.position.revision
        self._tails[location_id] = tail = await self._keep(tail, draft)
        return Step(written, behind - written, tail.position, None, left_behind)

    async def _tail(self, location_id: str) -> Tail:
        if location_id not in self._tails:
            self._tails[location_id] = await asyncio.to_thread(find_tail, self.archive, location_id, self.bounds)
        return self._tails[location_id]

    def _check_begins(self, location_id: str, tail: Tail, extent: Extent) -> None:
        if tail.position.revision < extent.trimmed:
            raise ArchiveError(
                f"The store has {location_id} from revision {extent.trimmed + 1} on, and {self.archive.shelf.url} "
                f"up to {tail.position.revision}: what is between was trimmed after it went into another archive. "
                "Copy the segments of that one here first."
            )

    async def _draft(self, location_id: str, tail: Tail, extent: Extent) -> _Draft | None:
        """Put the next segment together; None where the store has nothing more that could follow."""
        draft: _Draft | None = None
        async for entry in self._entries(location_id, tail.position, extent):
            recovers = recovered_epoch(entry)
            if draft is None:
                draft = await self._begin(location_id, tail, extent, entry, recovers)
            elif recovers:
                break  # a segment is of one epoch
            draft.entries.append(entry)
            draft.size += entry.size
            if self.bounds.full(len(draft.entries), draft.size):
                break
        return draft

    async def _entries(self, location_id: str, after: Position, extent: Extent) -> AsyncIterator[JournalEntry]:
        """Give what the store has behind a position, entry by entry, as long as each follows from the one before.

        Raises `Divergence` where one does not, and the store stands by it.
        """
        before = after
        while before.revision < extent.position.revision:
            page = await self._source.page(location_id, before.revision + 1, extent.position.revision)
            following: Sequence[JournalEntry | None] = page or [None]
            for entry in following:
                if entry is None or not _follows(entry, before):
                    await self._check_fenced(location_id, before, entry)
                    return
                yield entry
                before = Position(after.epoch, entry.revision, entry.chain_hash)

    async def _check_fenced(self, location_id: str, before: Position, entry: JournalEntry | None) -> None:
        """See whether the store has lost what was just read of it. Raises `Divergence` where it has not."""
        if (await self._source.extent(location_id, before if before.revision else None)).fence:
            return
        raise Divergence(
            location_id,
            before.revision + 1,
            f"an entry that follows {before.chain_hash or 'nothing'} and hashes to what it says",
            f"revision {entry.revision} with the hash {entry.chain_hash}" if entry else "none",
            "the ledger in the store",
        )

    async def _begin(self, location_id: str, tail: Tail, extent: Extent, first: JournalEntry, recovers: int) -> _Draft:
        """Begin with what the last segment has, where that may be replaced by a longer one, or with nothing."""
        if tail.segment and not recovers:
            content = await asyncio.to_thread(self.archive.read, tail.segment)
            return _Draft(content.header, [entry.journal for entry in content.entries])
        revision, chain_hash = tail.position.revision, tail.position.chain_hash
        epoch = recovers or tail.position.epoch
        history = max(extent.position.epoch, epoch)
        return _Draft(Header(location_id, history, epoch, revision + 1, chain_hash, first.at_ms), [])

    async def _keep(self, tail: Tail, draft: _Draft) -> Tail:
        segment = await asyncio.to_thread(self.archive.write, draft.header, draft.entries)
        if tail.segment and tail.segment.first == segment.first and tail.segment != segment:
            await asyncio.to_thread(self.archive.remove, tail.segment)
        last = draft.entries[-1]
        position = Position(draft.header.epoch, last.revision, last.chain_hash)
        full = self.bounds.full(len(draft.entries), draft.size)
        return Tail(position, segment.history, None if full else segment)


def _follows(entry: JournalEntry, before: Position) -> bool:
    return entry.revision == before.revision + 1 and entry.hash_after(before.chain_hash) == entry.chain_hash


def recovered_epoch(entry: JournalEntry) -> int:
    """Give the epoch that begins with this entry, where it is an accepted recovery; else 0."""
    if '"recover_location"' not in entry.envelope:  # most of the work, saved where it is nothing of the kind
        return 0
    if json.loads(entry.envelope)["kind"] != "recover_location":
        return 0
    reply = json.loads(entry.reply)
    return 0 if "refused" in reply else int(reply["epoch"])
