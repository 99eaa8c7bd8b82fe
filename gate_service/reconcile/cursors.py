"""How far a location's ledger was followed, and where to go on when its history has become another one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gate_service.app.ports import Call
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.vocabulary import OperationKind

CALL: Final = Call(method="reconcile", own=True)
_ENTRIES_AT_ONCE: Final = 1_000


class Ledgers(Protocol):
    """The ledgers that are followed; `app.ports.Ledger` is one."""

    async def entries(self, location_id: str, from_revision: int, limit: int, call: Call) -> EntryPage:
        """Read up to `limit` entries from a revision on. Raises `Refused` with UNKNOWN_LOCATION or LOCATION_FENCED."""
        ...

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location that was ever opened."""
        ...


class Archived(Protocol):
    """What was trimmed from the store."""

    def entries(self, location_id: str, from_revision: int, through: int) -> AsyncIterator[Sequence[Entry]]:
        """Give the entries of a range, some at a time. Raises `Missing` where it does not have all of them."""
        ...


class Missing(Exception):
    """Entries are not in the archive that was named, or it cannot be read. The text says which, and why."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a location was followed: the newest entry that all observers were told of."""

    revision: int = 0
    chain_hash: str = ""
    """Of that entry; empty where nobody knows it: then it is not compared."""
    epoch: int = 1


def has_left(cursor: Cursor, page: EntryPage) -> bool:
    """Say whether a cursor stands in a history that the location no longer has; `page` begins at its revision."""
    if page.latest_revision < cursor.revision:
        return True
    if not cursor.chain_hash or not page.entries or page.entries[0].revision != cursor.revision:
        return False
    return page.entries[0].chain_hash != cursor.chain_hash


async def find_branch(source: Ledgers, location_id: str, cursor: Cursor, page: EntryPage) -> Cursor:
    """Give where to go on: right before the first recovery that the cursor's history does not have.

    Where there is none, that is before all that the store has: it is another ledger altogether.
    """
    found = Cursor(page.first_revision - 1, "", page.lineage.epoch)
    through = min(cursor.revision, page.latest_revision)
    while through >= page.first_revision:
        start = max(page.first_revision, through - _ENTRIES_AT_ONCE + 1)
        for entry in reversed(await _range(source, location_id, start, through)):
            epoch = recovered_epoch(entry)
            if epoch > cursor.epoch:
                found = Cursor(entry.revision - 1, "", cursor.epoch)
            elif epoch:
                return found
        through = start - 1
    return found


async def _range(source: Ledgers, location_id: str, start: int, through: int) -> list[Entry]:
    """Read a range, which may take more than one page."""
    entries: list[Entry] = []
    while start <= through:
        page = await source.entries(location_id, start, through - start + 1, CALL)
        if not page.entries:
            break
        entries += page.entries
        start = page.entries[-1].revision + 1
    return entries


def recovered_epoch(entry: Entry) -> int:
    """Give the epoch that begins with this entry, where it is a recovery that was done; else 0."""
    if entry.kind is not OperationKind.RECOVER_LOCATION or entry.refusal:
        return 0
    return int(json.loads(entry.reply)["epoch"])
