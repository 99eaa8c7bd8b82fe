"""Entries and archives of a test's own making."""

from __future__ import annotations

from collections.abc import Sequence

from gate_service.archive import Archive, Segment
from gate_service.archive.segment import Header
from gate_service.domain.journal import JournalEntry


def chain(first: int, last: int, previous: str = "", what: str = "op") -> list[JournalEntry]:
    """Make entries that follow from each other; `what` tells one history from another."""
    entries: list[JournalEntry] = []
    for revision in range(first, last + 1):
        envelope = f'{{"id":"{what}-{revision}","kind":"record_receipt","system":"wms","actor":"Zoë"}}'
        changes = f'{{"SKU-{revision % 3}":{{"on_hand":{revision}}}}}'
        entry = JournalEntry(revision, 1_000 * revision, envelope, '{"lines":[]}', "{}", changes, "")
        entries.append(entry._replace(chain_hash=entry.hash_after(previous)))
        previous = entries[-1].chain_hash
    return entries


def header_of(
    entries: Sequence[JournalEntry], previous: str = "", history: int = 1, location_id: str = "EAST"
) -> Header:
    """Give the header of a segment of these entries."""
    return Header(location_id, history, history, entries[0].revision, previous, entries[0].at_ms)


def put(
    archive: Archive,
    entries: Sequence[JournalEntry],
    previous: str = "",
    history: int = 1,
    location_id: str = "EAST",
) -> Segment:
    """Write a segment of these entries."""
    return archive.write(header_of(entries, previous, history, location_id), entries)


def revisions(archive: Archive, location_id: str = "EAST") -> list[int]:
    """Give the revisions that an archive has of a location."""
    return [entry.revision for entry in archive.entries(location_id)]
