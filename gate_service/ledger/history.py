"""Reads a location's ledger back, a page at a time. Entries never change, so no script is needed."""

from __future__ import annotations

import asyncio
import time

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.lineage import Lineage
from gate_service.domain.replies import NOT_STORED
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys, replies
from gate_service.ledger.heads import read_fence
from gate_service.ledger.lanes import deadline_passed, overloaded
from gate_service.ledger.refusals import refused
from gate_service.store.store import Store

PAGE_BYTES = 1_000_000
"""Text of a page, but for a first entry that is larger: about half of what a gRPC client takes, once encoded."""
_FIRST_READ = 8
_READS_AT_ONCE = 4
_READS_WAITING_MAX = 16
_TOLD = ("trimmed", "epoch", "hash", "fenced")


class History:
    """Reads entries. Pages are large, so few are read at a time and the rest is shed: reads never starve a confirm."""

    def __init__(self, store: Store) -> None:
        """Keep the store."""
        self._store = store
        self._places = asyncio.Semaphore(_READS_AT_ONCE)
        self._waiting = 0

    async def entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        """Read up to `limit` entries from a revision on; fewer where they are large.

        Raises `Refused` with UNKNOWN_LOCATION or, where all of them are lost, LOCATION_FENCED; `Unavailable` with
        STORE_UNAVAILABLE or OVERLOADED; DEADLINE_PASSED.
        """
        if self._waiting >= _READS_WAITING_MAX:
            raise overloaded()
        self._waiting += 1
        try:
            async with self._places:
                return await self._page(location_id, from_revision, limit, call)
        finally:
            self._waiting -= 1

    async def _page(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        latest, *told = await self._store.call("HMGET", keys.meta(location_id), "revision", *_TOLD)
        if latest is None:
            raise refused(_never_opened(told[-1]), NOT_STORED, {"location_id": location_id})
        found: list[Entry] = []
        size, start, count, full = 0, from_revision, _FIRST_READ, False
        while len(found) < limit and not full:
            if call.deadline is not None and call.deadline <= time.monotonic():
                raise deadline_passed()
            count = min(count, limit - len(found))
            rows = await self._store.call("XRANGE", keys.ledger(location_id), f"{start}-0", "+", "COUNT", count)
            for stream_id, values in rows:
                size += sum(map(len, values))
                full = bool(found) and size > PAGE_BYTES
                if full:
                    break
                found.append(replies.entry(stream_id, dict(zip(values[::2], values[1::2], strict=True))))
            if len(rows) < count:
                break
            start = found[-1].revision + 1
            # As many as the rest of the page should hold, by what entries came to so far.
            count = max(1, (PAGE_BYTES - size) * len(found) // max(1, size))
            await asyncio.sleep(0)  # whoever waits for an answer goes between
        newest = max(int(latest), found[-1].revision if found else 0)
        more = found and found[-1].revision < newest
        trimmed, lineage = _lineage(*told)
        return EntryPage(tuple(found), found[-1].revision + 1 if more else 0, newest, trimmed + 1, lineage)


def _lineage(trimmed: str | None, epoch: str | None, chain_hash: str | None, fence: str | None) -> tuple[int, Lineage]:
    """Read what `meta` says: the newest revision that only the archive has, and the history that this is."""
    since_ms = read_fence(fence).since_ms if fence else 0
    return int(trimmed or 0), Lineage(int(epoch or 1), chain_hash or "", since_ms)


def _never_opened(fence: str | None) -> dict[str, object]:
    """Say of a location without entries whether there never were any, or all of them are lost."""
    if not fence:
        return {"refused": Reason.UNKNOWN_LOCATION}
    return {"refused": Reason.LOCATION_FENCED, "fenced_since_ms": read_fence(fence).since_ms}
