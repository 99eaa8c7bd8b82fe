"""What was trimmed from the store, as the follower of ledgers takes it: from an archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from typing import Final

from gate_service.archive import Archive, ArchiveError
from gate_service.domain.entries import Entry
from gate_service.ledger.journal import Journal
from gate_service.reconcile.cursors import Missing

_ENTRIES_AT_ONCE: Final = 500


class ArchivedEntries:
    """Implements `reconcile.cursors.Archived`."""

    def __init__(self, archive: Archive, journal: Journal) -> None:
        """Keep the archive, and who reads the texts of its entries."""
        self._archive = archive
        self._journal = journal

    async def entries(
        self, location_id: str, from_revision: int, through: int
    ) -> AsyncGenerator[Sequence[Entry], None]:
        """Give the entries of a range, some at a time; see the port."""
        found = self._archive.entries(location_id, from_revision, through)
        wanted = from_revision
        try:
            while page := await asyncio.to_thread(lambda: list(islice(found, _ENTRIES_AT_ONCE))):
                if page[0].revision != wanted:
                    raise Missing(f"revision {wanted} of {location_id} is not in {self._archive.shelf.url}")
                wanted = page[-1].revision + 1
                yield [self._journal.typed(each.journal) for each in page]
        except ArchiveError as error:
            raise Missing(str(error)) from error
