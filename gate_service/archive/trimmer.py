"""Frees the store of what the archive has: only what was just read back from a sealed segment, and is old enough.

An operation_id whose entry went is refused for a further, longer time; after that it would be new again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from gate_service.archive.errors import Divergence
from gate_service.archive.paths import Stretch
from gate_service.archive.reader import Archive
from gate_service.archive.segment import ArchivedEntry
from gate_service.archive.source import Source, TrimmedSource
from gate_service.domain.journal import TrimRefused
from gate_service.domain.lineage import Position

KEEP_NEWEST: Final = 1_000
"""Entries of a location that stay in any case: for retries, for counts, for whoever looks."""
DAY_MS: Final = 86_400_000
ENTRIES_AT_ONCE: Final = 200
_TEXT_AT_ONCE: Final = 500_000
_PAUSE_S: Final = 0.002
"""Between two calls, so that whoever calls the gate goes between."""


class Retention(NamedTuple):
    """How long the store keeps what the archive has."""

    keep_ms: int = 35 * DAY_MS
    """Entries, and with them the answers to operations asked again."""
    forget_ms: int = 400 * DAY_MS
    """What is left of their markers: as long as an operation_id is refused that was used before."""
    keep_newest: int = KEEP_NEWEST
    at_once: int = ENTRIES_AT_ONCE
    """Entries that go in one call, as many as `lua/trim.lua` takes at most."""


class Trimmed(NamedTuple):
    """What came of it."""

    entries: int
    forgotten: int
    bytes_before: int
    bytes_after: int

    def then(self, later: Trimmed) -> Trimmed:
        """Give what came of this and of another one after it."""
        return Trimmed(
            self.entries + later.entries,
            self.forgotten + later.forgotten,
            self.bytes_before or later.bytes_before,
            later.bytes_after or self.bytes_after,
        )


NOTHING_TRIMMED: Final = Trimmed(0, 0, 0, 0)


class Trimmer:
    """Trims the locations of one store by one archive."""

    def __init__(
        self,
        archive: Archive,
        source: Source,
        target: TrimmedSource,
        retention: Retention | None = None,
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ) -> None:
        """Keep them; nothing is read yet. `now_ms` is for tests."""
        self._archive = archive
        self._source = source
        self._target = target
        self._retention = retention or Retention()
        self._now_ms = now_ms

    async def trim(self, location_id: str) -> Trimmed:
        """Let go what is old enough of a location. Killed at any point it goes on where it was.

        A fenced location is left alone. Raises `Divergence` where store and archive differ, or the archive is not
        sound: nothing goes from there on.
        """
        trimmed = (await self._source.extent(location_id)).trimmed
        oldest = await self._source.page(location_id, trimmed + 1, trimmed + 1)
        before_ms = self._now_ms() - self._retention.keep_ms
        forget_through = await asyncio.to_thread(
            self.newest_before, location_id, self._now_ms() - self._retention.forget_ms, trimmed
        )
        old = bool(oldest) and oldest[0].at_ms < before_ms
        forgets = forget_through > await self._target.forgotten(location_id)
        if not old and not forgets:
            return NOTHING_TRIMMED
        head = await asyncio.to_thread(self._archive.head, location_id)
        extent = await self._source.extent(location_id, head if head.revision else None)
        if extent.fence:
            return NOTHING_TRIMMED
        bytes_before = await self._target.memory(location_id)
        last = min(head.revision, extent.position.revision - self._retention.keep_newest)
        entries = await self._trim_entries(location_id, head, trimmed, last, before_ms) if old else 0
        forgotten = await self._sweep(location_id, head, min(forget_through, trimmed + entries)) if forgets else 0
        return Trimmed(entries, forgotten, bytes_before, await self._target.memory(location_id))

    async def _trim_entries(self, location_id: str, head: Position, trimmed: int, last: int, before_ms: int) -> int:
        gone = 0
        for stretch in await asyncio.to_thread(self._archive.segments, location_id):
            if stretch.last <= trimmed:
                continue
            if stretch.first > last:
                break
            entries = await asyncio.to_thread(self._read_back, stretch)
            old = [each for each in entries if trimmed < each.revision <= last and each.at_ms < before_ms]
            for run in _runs(old, self._retention.at_once):
                gone += await self._trim_run(location_id, head, run[-1])
                await asyncio.sleep(_PAUSE_S)
            if len(old) < stretch.last - max(stretch.first, trimmed + 1) + 1:
                break  # what follows is younger still
        return gone

    def _read_back(self, stretch: Stretch) -> Sequence[ArchivedEntry]:
        """Read what is about to be relied on: its seal, its hash and its chain. Raises `Divergence`."""
        entries = self._archive.read(stretch.segment).entries
        return entries[stretch.first - stretch.segment.first : stretch.last - stretch.segment.first + 1]

    async def _trim_run(self, location_id: str, head: Position, last: ArchivedEntry) -> int:
        try:
            return await self._target.trim(
                location_id, head, last.revision, last.chain_hash, self._retention.keep_newest
            )
        except TrimRefused as refused:
            if refused.reason in ("LOCATION_FENCED", "TOO_NEW"):
                return 0
            expected = f"the hash {last.chain_hash} of the archive"
            found = refused.found or refused.reason
            raise Divergence(location_id, last.revision, expected, found, "the ledger in the store") from refused

    async def _sweep(self, location_id: str, head: Position, through: int) -> int:
        cursor, forgotten = "0", 0
        while True:
            swept = await self._target.sweep(location_id, head, through, cursor)
            cursor, forgotten = swept.cursor, forgotten + swept.forgotten
            if cursor == "0":
                return forgotten
            await asyncio.sleep(_PAUSE_S)

    def newest_before(self, location_id: str, at_ms: int, last: int) -> int:
        """Give the last revision of the newest segment that ends before a time, and not beyond `last`; 0 for none."""
        stretches = [each for each in self._archive.segments(location_id) if each.last <= last]
        low, high = 0, len(stretches)
        while low < high:
            middle = (low + high) // 2
            if self._read_back(stretches[middle])[-1].at_ms < at_ms:
                low = middle + 1
            else:
                high = middle
        return stretches[low - 1].last if low else 0


def _runs(entries: Sequence[ArchivedEntry], at_once: int) -> Iterator[Sequence[ArchivedEntry]]:
    """Part entries into what one call may take."""
    start, size = 0, 0
    for place, entry in enumerate(entries):
        size += entry.journal.size
        if place - start + 1 == at_once or size >= _TEXT_AT_ONCE:
            yield entries[start : place + 1]
            start, size = place + 1, 0
    if start < len(entries):
        yield entries[start:]
