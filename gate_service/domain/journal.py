"""Ledger entries as their exact texts, for whoever copies, compares or hashes them and need not understand them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from gate_service.domain.lineage import Fence, Position
from gate_service.domain.stock import StockLevel

ENTRIES_BEGIN: Final = 1
"""The revision of a location's first entry."""


class JournalEntry(NamedTuple):
    """One entry. `envelope`, `body`, `reply` and `changes` are the JSON texts that the chain covers, to the byte."""

    revision: int
    at_ms: int
    envelope: str
    body: str
    reply: str
    changes: str
    chain_hash: str

    def hash_after(self, previous: str) -> str:
        """Hash the entry as `ledger_service.proto` says; `previous` is the hash before it, empty before revision 1."""
        texts = (self.envelope, self.body, self.reply, self.changes)
        covered = "\n".join((previous, str(self.revision), str(self.at_ms), *texts))
        return hashlib.sha1(covered.encode(), usedforsecurity=False).hexdigest()

    @property
    def size(self) -> int:
        """Give the characters of its texts."""
        return len(self.envelope) + len(self.body) + len(self.reply) + len(self.changes)


class Extent(NamedTuple):
    """What a store has of a location's history."""

    position: Position
    """Of the newest entry that is as safe as was promised; revision 0 where the location was never opened."""
    trimmed: int
    """The newest revision that only an archive has; 0 for none."""
    fence: Fence | None
    """Where the location is fenced: its history is in doubt, and is neither archived nor trimmed."""


class Swept(NamedTuple):
    """What came of looking at some markers; the cursor is "0" behind the last."""

    cursor: str
    shortened: int
    forgotten: int


class Claims(NamedTuple):
    """What one thing that stands at a location (an order, a document, a quota, a hold) says of SKUs."""

    name: str
    units: Mapping[tuple[str, str], int] | None
    """By SKU and figure of its level; None where it cannot be read."""


class SkuMoment(NamedTuple):
    """One SKU at one revision: its level, None where it has none, and what its open orders claim by figure."""

    revision: int
    """0 where that could not be told."""
    level: StockLevel | None
    claimed: Mapping[str, int]


class TrimRefused(Exception):
    """A store does not have what the archive says at that place, or it is too new or fenced; nothing was trimmed."""

    def __init__(self, location_id: str, reason: str, found: str) -> None:
        """Keep the reason as the script names it, and what stands there instead, where that is it."""
        text = f"{location_id} is not trimmed: {reason}"
        super().__init__(f"{text}, found {found}" if found else text)
        self.location_id = location_id
        self.reason = reason
        self.found = found


class UnreadableState(Exception):
    """Something that stands at a location is not in any form that the gate writes."""

    def __init__(self, location_id: str, what: str) -> None:
        """Keep what the script said of it."""
        super().__init__(f"what stands at {location_id} cannot be read: {what}")
        self.what = what
