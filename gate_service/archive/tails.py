"""Where an archive ends for a location, and where a store's history leaves what the archive has."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple

from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.archive.paths import Stretch
from gate_service.archive.reader import Archive
from gate_service.archive.segment import ArchivedEntry, Content, Segment
from gate_service.archive.source import Source
from gate_service.domain.journal import Extent
from gate_service.domain.lineage import NO_HISTORY, Position


class Bounds(NamedTuple):
    """When a segment is full: so many entries, or so many characters of texts."""

    entries: int = 10_000
    size: int = 8_000_000

    def full(self, entries: int, size: int) -> bool:
        """Say whether that is a full segment."""
        return entries >= self.entries or size >= self.size


class Tail(NamedTuple):
    """The end of what is archived. `segment` is the last one where it may be replaced by a longer one."""

    position: Position
    history: int
    segment: Segment | None


NOTHING: Final = Tail(NO_HISTORY, 0, None)
"""Of a location of which nothing is archived."""


def find_tail(archive: Archive, location_id: str, bounds: Bounds) -> Tail:
    """Read where the archive ends, from its last segment. Tidies up what a killed archiver left behind it.

    Raises `Divergence`, `NotReachable`, and `FileNotFoundError` where another archiver is at work there.
    """
    stretches = archive.segments(location_id)
    if not stretches:
        return NOTHING
    segment, _, last = stretches[-1]
    content = archive.read(segment)
    entry = content.entries[last - segment.first]
    _tidy(archive, stretches[-1], content)
    whole = last == segment.last
    more = whole and not bounds.full(len(content.entries), sum(each.journal.size for each in content.entries))
    position = Position(entry.epoch, entry.revision, entry.chain_hash)
    return Tail(position, segment.history, segment if more else None)


def _tidy(archive: Archive, stretch: Stretch, content: Content) -> None:
    """Remove segments that the last one replaced, and that agree with it. Raises `Divergence` where one does not."""
    kept = stretch.segment
    for other in archive.all_segments(kept.location_id):
        if other.history == kept.history and other.first == kept.first and other.last < kept.last:
            theirs = archive.read(other).entries[-1]
            ours = content.entries[other.last - kept.first]
            if theirs.chain_hash != ours.chain_hash:
                expected, found = f"the hash {ours.chain_hash} of {stretch.where}", f"the hash {theirs.chain_hash}"
                raise Divergence(kept.location_id, other.last, expected, found, f"segment {other.name}")
            archive.remove(other)


class _Archived:
    """Entries of an archive by revision, the last segment kept."""

    def __init__(self, archive: Archive, location_id: str) -> None:
        self.location_id = location_id
        self._archive = archive
        self._stretches = archive.segments(location_id)
        self._kept: tuple[Segment, Content] | None = None

    @property
    def newest(self) -> int:
        return self._stretches[-1].last if self._stretches else 0

    def at(self, revision: int) -> ArchivedEntry | None:
        for segment, first, last in self._stretches:
            if first <= revision <= last:
                if self._kept is None or self._kept[0] != segment:
                    self._kept = segment, self._archive.read(segment)
                return self._kept[1].entries[revision - segment.first]
        return None


async def find_branch(archive: Archive, source: Source, location_id: str, extent: Extent) -> Tail:
    """Find the newest entry that a store's new history shares with the archive: from there on it is archived anew.

    Both have one chain, so that wherever they agree they agree on all before it. Raises `ArchiveError` where they share
    nothing that is left in the store.
    """
    archived = await asyncio.to_thread(_Archived, archive, location_id)
    low, high = extent.trimmed, min(archived.newest, extent.position.revision)
    if low > high or not await _agree(archived, source, low, extent):
        raise ArchiveError(
            f"The store's history of {location_id} from revision {extent.trimmed + 1} on does not continue what "
            f"{archive.shelf.url} has of it: is it the archive of another store?"
        )
    while low < high:
        middle = (low + high + 1) // 2
        if await _agree(archived, source, middle, extent):
            low = middle
        else:
            high = middle - 1
    shared = await asyncio.to_thread(archived.at, low)
    position = Position(shared.epoch, low, shared.chain_hash) if shared else NO_HISTORY
    return Tail(position, extent.position.epoch, None)


async def _agree(archived: _Archived, source: Source, revision: int, extent: Extent) -> bool:
    """Say whether the store's history and the archive's are the same up to a revision."""
    ours = await asyncio.to_thread(archived.at, revision)
    before = ours.chain_hash if ours else ""
    if revision == extent.position.revision:
        return before == extent.position.chain_hash
    following = await source.page(archived.location_id, revision + 1, revision + 1)
    return bool(following) and following[0].hash_after(before) == following[0].chain_hash
