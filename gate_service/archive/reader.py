"""An archive: which segments make up a location's history, and its entries, verified while they are read.

    archive = Archive.open("s3://ledgers/prod")
    for entry in archive.entries("EAST"):
        ...

Nothing but the segments is trusted. No more than one of them is in memory, but where two cover the same revisions and
are compared. The methods wait for the folder or the object store: call them from a thread where something else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gate_service.archive import segment as form
from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.archive.paths import LostBranch, Stretch, lost_branches, path_through
from gate_service.archive.segment import ArchivedEntry, Content, Header, Segment
from gate_service.archive.shelf import Shelf, open_shelf
from gate_service.domain.journal import ENTRIES_BEGIN, JournalEntry
from gate_service.domain.lineage import NO_HISTORY, Position

_LOOKS: Final = 3
"""How often a listing is taken anew, where an archiver replaces segments meanwhile."""


class Archive:
    """A folder of segments for each location. Opening it reads nothing."""

    def __init__(self, shelf: Shelf) -> None:
        """Keep where the segments lie."""
        self.shelf: Final = shelf

    @classmethod
    def open(cls, url: str) -> Archive:
        """Open an archive by its URL: a path, or anything fsspec knows. Raises `ArchiveError` where that cannot be."""
        return cls(open_shelf(url))

    def locations(self) -> Sequence[str]:
        """Name the locations of which something is archived, sorted. Raises `NotReachable`, as all below."""
        found = (form.location_of(folder) for folder in self.shelf.folders())
        return sorted(location_id for location_id in found if location_id)

    def check_holds(self) -> None:
        """See that something is archived here, of any location. Raises `ArchiveError` where nothing is."""
        if not self.locations():
            raise ArchiveError(f"There is no archive at {self.shelf.url}, or nothing in it. Is it spelt so?")

    def all_segments(self, location_id: str) -> Sequence[Segment]:
        """Give every segment of a location, those too that do not count any more, by first revision."""
        found = (form.segment_of(location_id, name) for name in self.shelf.files(form.folder_of(location_id)))
        return sorted(segment for segment in found if segment)

    def segments(self, location_id: str) -> Sequence[Stretch]:
        """Give the segments that make up the location's history, and which of their revisions count, in order.

        Raises `Divergence` where one is missing.
        """
        return path_through(location_id, self.all_segments(location_id))

    def lost(self, location_id: str) -> Sequence[LostBranch]:
        """Name what was left behind by recoveries, by history."""
        return lost_branches(self.all_segments(location_id))

    def head(self, location_id: str) -> Position:
        """Give the last archived position, from the last segment itself; revision 0 where nothing is archived.

        Raises `Divergence`.
        """
        stretches = self.segments(location_id)
        if not stretches:
            return NO_HISTORY
        last = self.read(stretches[-1].segment).entries[stretches[-1].last - stretches[-1].segment.first]
        return Position(last.epoch, last.revision, last.chain_hash)

    def entries(
        self, location_id: str, from_revision: int = ENTRIES_BEGIN, to_revision: int | None = None
    ) -> Iterator[ArchivedEntry]:
        """Give the entries of the history that counts, by revision, each once. An archiver may go on meanwhile.

        Raises `Divergence` before the first entry that is not proven by hash and chain.
        """
        wanted, looks = from_revision, _LOOKS
        previous = "" if from_revision == ENTRIES_BEGIN else None
        while True:
            try:
                for entry in self._from(location_id, wanted, previous):
                    if to_revision is not None and entry.revision > to_revision:
                        return
                    yield entry
                    wanted, previous, looks = entry.revision + 1, entry.chain_hash, _LOOKS
            except FileNotFoundError as error:  # replaced by a longer one between the listing and now
                looks -= 1
                if not looks:
                    raise ArchiveError(
                        f"A segment of {location_id} in {self.shelf.url} is listed and not there."
                    ) from error
            else:
                return

    def _from(self, location_id: str, wanted: int, previous: str | None) -> Iterator[ArchivedEntry]:
        everything = self.all_segments(location_id)
        for stretch in path_through(location_id, everything):
            if stretch.last < wanted:
                continue
            content = self.read(stretch.segment)
            entries = content.entries[stretch.first - stretch.segment.first : stretch.last - stretch.segment.first + 1]
            before = _hash_before(content, max(wanted, stretch.first))
            if previous is not None and before != previous:
                expected, found = (f"an entry that follows {each or 'nothing'}" for each in (previous, before))
                raise Divergence(location_id, max(wanted, stretch.first), expected, found, stretch.where)
            self._check_others(stretch, entries, everything)
            for entry in entries:
                if entry.revision >= wanted:
                    yield entry
                    wanted, previous = entry.revision + 1, entry.chain_hash

    def _check_others(self, stretch: Stretch, entries: Sequence[ArchivedEntry], everything: Sequence[Segment]) -> None:
        """See that whatever else covers these revisions of this history says the same. Raises `Divergence`."""
        hashes = {entry.revision: entry.chain_hash for entry in entries}
        for other in everything:
            same_history = other.history == stretch.segment.history and other != stretch.segment
            if not same_history or other.last < stretch.first or other.first > stretch.last:
                continue
            for entry in self.read(other).entries:
                ours = hashes.get(entry.revision, entry.chain_hash)
                if ours != entry.chain_hash:
                    raise Divergence(
                        other.location_id,
                        entry.revision,
                        f"the hash {ours} of segment {stretch.segment.name}",
                        f"the hash {entry.chain_hash}",
                        f"segment {other.name}",
                    )

    def write(self, header: Header, entries: Sequence[JournalEntry]) -> Segment:
        """Write a segment, and read it back: it is there, sound and the same when this returns.

        Raises `ArchiveError` where it is not, `NotReachable` where it may or may not have been written; the same again
        does no harm.
        """
        segment, packed = form.write(header, entries)
        self.shelf.write(form.folder_of(segment.location_id), segment.name, packed)
        found = self.read(segment)
        if found.header != header or [each.journal for each in found.entries] != [*entries]:
            raise ArchiveError(f"Segment {segment.name} in {self.shelf.url} does not read as it was written.")
        return segment

    def remove(self, segment: Segment) -> None:
        """Remove a segment that a longer one has replaced."""
        self.shelf.remove(form.folder_of(segment.location_id), segment.name)

    def read(self, segment: Segment) -> Content:
        """Read one segment whole. Raises `Divergence` where it is not sound, `FileNotFoundError` where it is gone."""
        return form.read(segment, self.shelf.read(form.folder_of(segment.location_id), segment.name))


def _hash_before(content: Content, revision: int) -> str:
    first = content.header.first_revision
    return content.header.previous_hash if revision == first else content.entries[revision - first - 1].chain_hash
