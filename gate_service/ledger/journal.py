"""What the tools beside a gate read of a ledger: how far it goes, and its entries as their exact texts.

It never asks for more than a page at a time, so that it takes its turn behind whoever calls the gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gate_service.domain.entries import Entry
from gate_service.domain.errors import Unavailable
from gate_service.domain.journal import Extent, JournalEntry
from gate_service.domain.lineage import Position
from gate_service.domain.operations import HOUSE
from gate_service.ledger import keys, replies, scripts
from gate_service.ledger.heads import read_head
from gate_service.store.store import Store

PAGE_BYTES: Final = 1_000_000
"""About what one read brings; one entry that is larger comes alone."""
_FIRST_READ: Final = 8
_ENTRIES_AT_ONCE: Final = 1_000
_BARRIER: Final = "b"


class Journal:
    """The ledgers of a store, read in order. Any method raises `Unavailable` where the store is."""

    def __init__(self, store: Store, *, replicated: bool) -> None:
        """Keep the store. Where its writes are `replicated`, an entry counts only once the replicas hold it."""
        self._store = store
        self._replicated = replicated
        self._bytes_of_entry: dict[str, int] = {}

    async def locations(self) -> Sequence[str]:
        """Name every location that has a ledger here, or may have one where its server is away; the house too, sorted.

        Raises `Unavailable` where the directory of locations is away.
        """
        named = {*await self._store.call("SMEMBERS", keys.LOCATIONS), HOUSE}
        return sorted([each for each in named if await self._may_stand(each)])

    async def _may_stand(self, location_id: str) -> bool:
        try:
            return bool(await self._store.call("HEXISTS", keys.meta(location_id), "revision"))
        except Unavailable:  # whoever goes on to read it hears that, and all others are known
            return True

    async def stands_at(self, location_id: str, position: Position) -> bool:
        """Say whether a ledger ends exactly there, and the location is open: then there is nothing to do."""
        names = ("epoch", "revision", "hash", "fenced")
        epoch, revision, chain_hash, fenced = await self._store.call("HMGET", keys.meta(location_id), *names)
        found = Position(int(epoch or 1), int(revision or 0), chain_hash or "")
        return fenced is None and found == position

    async def extent(self, location_id: str, remembered: Position | None = None) -> Extent:
        """Say how far a ledger goes. Where the store has lost what is `remembered`, it fences the location.

        Raises `Unavailable` with OUTCOME_UNKNOWN too where too few replicas hold what is there.
        """
        known = f"{remembered.epoch} {remembered.revision} {remembered.chain_hash}" if remembered else ""
        if self._replicated:
            # Only behind a write of its own does WAIT prove that the replicas have what was there before it.
            script, arguments = scripts.load("apply", allow_oom=True), ["", known, _BARRIER, "0"]
        else:
            script, arguments = scripts.load("read"), ["", known]
        location_keys = keys.location_keys(location_id)
        (first, *_) = await self._store.run(script, location_keys, arguments, durable=self._replicated)
        head = read_head(first)
        trimmed = await self._store.call("HGET", keys.meta(location_id), "trimmed")
        return Extent(head.position, int(trimmed or 0), head.fence)

    async def page(self, location_id: str, from_revision: int, through: int) -> list[JournalEntry]:
        """Give the entries that are there from a revision on, not beyond another; as many as a page holds.

        Empty where there is none.
        """
        found: list[JournalEntry] = []
        size = 0
        while size < PAGE_BYTES and from_revision <= through:
            each = self._bytes_of_entry.get(location_id, PAGE_BYTES // _FIRST_READ)
            count = max(1, min(_ENTRIES_AT_ONCE, (PAGE_BYTES - size) // each))
            rows = await self._store.call(
                "XRANGE", keys.ledger(location_id), f"{from_revision}-0", f"{through}-0", "COUNT", count
            )
            if not rows:
                break
            entries = [journal_entry(stream_id, words) for stream_id, words in rows]
            read = sum(entry.size for entry in entries)
            self._bytes_of_entry[location_id] = max(1, read // len(entries))
            found += entries
            size += read
            from_revision = entries[-1].revision + 1
            if len(rows) < count:
                break
        return found

    async def markers(self, location_id: str, operation_ids: Sequence[str]) -> Mapping[str, str]:
        """Give the markers of some operations, as stored; one that has none is left out."""
        if not operation_ids:
            return {}
        found = await self._store.call("HMGET", _key(location_id, "operations"), *operation_ids)
        return {name: text for name, text in zip(operation_ids, found, strict=True) if text is not None}

    async def forgotten(self, location_id: str) -> int:
        """Give the revision up to which markers were forgotten; 0 for none."""
        return int(await self._store.call("HGET", keys.meta(location_id), "forgotten") or 0)

    def typed(self, entry: JournalEntry) -> Entry:
        """Read an entry's texts. Raises ValueError, KeyError or TypeError where they are in no form that is known."""
        texts = {"envelope": entry.envelope, "body": entry.body, "reply": entry.reply, "changes": entry.changes}
        return replies.entry(str(entry.revision), {"at_ms": str(entry.at_ms), "hash": entry.chain_hash, **texts})


def _key(location_id: str, name: str) -> str:
    return keys.location_keys(location_id)[keys.LOCATION_KEYS.index(name)]


def journal_entry(stream_id: str, words: Sequence[str]) -> JournalEntry:
    """Read an entry as the stream has it: names and values in turn."""
    told = dict(zip(words[::2], words[1::2], strict=True))
    return JournalEntry(
        int(stream_id.partition("-")[0]),
        int(told["at_ms"]),
        told["envelope"],
        told["body"],
        told["reply"],
        told["changes"],
        told["hash"],
    )
