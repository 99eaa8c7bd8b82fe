"""A location's ledger as it is read for comparing: what was trimmed from the archive, all else from the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import islice
from typing import Final

from gate_service.app.ports import Call
from gate_service.archive import Archive, ArchiveError
from gate_service.archive.paths import Stretch
from gate_service.archive.segment import ArchivedEntry, Content, Segment
from gate_service.domain.cases import Delivery
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.journal import ENTRIES_BEGIN, JournalEntry
from gate_service.domain.stock import StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.journal import Journal
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.standing import Standing
from gate_service.reconcile.source import MovedMeanwhile, NotKept, Reach
from gate_service.store.store import Store

_ENTRIES_AT_ONCE: Final = 1_000
_DELIVERIES_AT_ONCE: Final = 500
_SKUS_AT_ONCE: Final = 500
_CALL: Final = Call(method="reconcile", own=True)


class Stock:
    """Implements `reconcile.source.StockPages`."""

    def __init__(self, standing: Standing, ledger: RedisLedger) -> None:
        """Keep them; nothing is read."""
        self._standing = standing
        self._ledger = ledger

    def stock(self, location_id: str) -> AsyncGenerator[StockPage, None]:
        """Give all SKUs; see the port."""
        return self._standing.stock(location_id)

    async def some(self, location_id: str, skus: Sequence[str]) -> AsyncGenerator[StockPage, None]:
        """Give only these SKUs; see the port."""
        for place in range(0, len(skus), _SKUS_AT_ONCE):
            asked = skus[place : place + _SKUS_AT_ONCE]
            try:
                answer = await self._some(location_id, asked)
            except Refused as no:
                if no.reason is not Reason.UNKNOWN_LOCATION:
                    raise
                return
            yield StockPage(answer.revision, answer.levels, asked[-1])

    async def _some(self, location_id: str, skus: Sequence[str]) -> StockAnswer:
        """Ask for some SKUs; what became part of another one since it was told has nothing any more."""
        left = list(skus)
        while True:
            try:
                return await self._ledger.stock(location_id, left, _CALL)
            except Refused as no:
                if no.reason is not Reason.SKU_MERGED:
                    raise
                left.remove(no.metadata["sku"])


class StoreAndArchive:
    """Implements `reconcile.source.LedgerPages`. `archive` is None where none was named."""

    def __init__(self, store: Store, ledger: RedisLedger, journal: Journal, archive: Archive | None) -> None:
        """Keep them; nothing is read."""
        self._store = store
        self._ledger = ledger
        self._journal = journal
        self._archive = archive
        self._trimmed: dict[str, int] = {}
        self._read: tuple[Segment, Content] | None = None

    async def reach(self, location_id: str) -> Reach:
        """Say what can be had; see the port."""
        names = ("revision", "at_ms", "trimmed", "fenced", "epoch")
        revision, at_ms, trimmed, fenced, epoch = await self._store.call("HMGET", keys.meta(location_id), *names)
        self._trimmed[location_id] = int(trimmed or 0)
        first = self._trimmed[location_id] + 1
        if self._archive and first > ENTRIES_BEGIN:
            stretches = await self._stretches(location_id)
            if stretches and stretches[-1].last >= first - 1:
                first = stretches[0].first
        return Reach(first, int(revision or 0), int(at_ms or 0), fenced is not None, int(epoch or 1))

    async def pages(
        self, location_id: str, from_revision: int, through: int
    ) -> AsyncGenerator[Sequence[JournalEntry], None]:
        """Give a range of entries; see the port."""
        while from_revision <= through:
            archived = min(through, self._trimmed.get(location_id, 0))
            if from_revision <= archived:
                async for page in self._archived(location_id, from_revision, archived):
                    from_revision = page[-1].revision + 1
                    yield page
                continue
            page = await self._journal.page(location_id, from_revision, through)
            missing = _first_missing(page, from_revision)
            if not missing:
                from_revision = page[-1].revision + 1
                yield page
                continue
            await self.reach(location_id)  # trimmed just now: it is gone on with in the archive, however often it is
            if self._trimmed[location_id] < missing:
                raise MovedMeanwhile(f"revision {missing} of {location_id} is not in the store any more")

    async def one(self, location_id: str, revision: int) -> JournalEntry:
        """Give one entry; see the port."""
        if revision > self._trimmed.get(location_id, 0):
            async for page in self.pages(location_id, revision, revision):
                return page[0]
        for segment, first, last in await self._stretches(location_id):
            if first <= revision <= last:
                content = await asyncio.to_thread(self._segment, segment)
                return content.entries[revision - segment.first].journal
        raise _missing(location_id, revision)

    async def deliveries(self, location_id: str, limit: int) -> Sequence[Delivery]:
        """Give the newest deliveries; see the port."""
        found: list[Delivery] = []
        token = ""
        while len(found) < limit:
            page = await self._ledger.deliveries(location_id, _DELIVERIES_AT_ONCE, token, _CALL)
            found += page.deliveries
            token = page.next_token
            if not token:
                break
        return found[:limit]

    def typed(self, entry: JournalEntry) -> Entry:
        """Read the texts of an entry; see the port."""
        return self._journal.typed(entry)

    async def _archived(
        self, location_id: str, from_revision: int, through: int
    ) -> AsyncGenerator[Sequence[JournalEntry], None]:
        if self._archive is None:
            raise _missing(location_id, from_revision)
        entries = self._archive.entries(location_id, from_revision, through)
        wanted = from_revision
        while page := await asyncio.to_thread(_some, entries, location_id):
            if page[0].revision != wanted:
                raise _missing(location_id, wanted)
            wanted = page[-1].revision + 1
            yield [entry.journal for entry in page]
        if wanted <= through:
            raise _missing(location_id, wanted)

    async def _stretches(self, location_id: str) -> Sequence[Stretch]:
        if self._archive is None:
            return ()
        try:
            return await asyncio.to_thread(self._archive.segments, location_id)
        except ArchiveError as error:
            raise NotKept(str(error)) from error

    def _segment(self, segment: Segment) -> Content:
        if self._archive is None:
            raise _missing(segment.location_id, segment.first)
        if self._read is None or self._read[0] != segment:
            try:
                self._read = segment, self._archive.read(segment)
            except (ArchiveError, FileNotFoundError) as error:
                raise NotKept(str(error)) from error
        return self._read[1]


def _some(entries: Iterator[ArchivedEntry], location_id: str) -> list[ArchivedEntry]:
    try:
        return list(islice(entries, _ENTRIES_AT_ONCE))
    except ArchiveError as error:
        raise NotKept(f"The archive of {location_id} cannot be read: {error}") from error


def _first_missing(page: Sequence[JournalEntry], from_revision: int) -> int:
    """Give the first revision that should be in a page and is not; 0 where it has no gap."""
    if page and page[-1].revision == from_revision + len(page) - 1:
        return 0
    found = enumerate(page, start=from_revision)
    return next((revision for revision, entry in found if entry.revision != revision), from_revision)


def _missing(location_id: str, revision: int) -> NotKept:
    return NotKept(
        f"Revision {revision} of {location_id} was taken out of the store, and is in no archive that was named: give "
        "`gate reconcile` the one that has it, with --archive URL."
    )
