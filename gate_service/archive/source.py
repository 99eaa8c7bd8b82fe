"""What an archive needs of the store it copies, as a Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gate_service.domain.journal import Extent, JournalEntry, Swept
from gate_service.domain.lineage import Position


class Source(Protocol):
    """The ledgers of a store. Any method raises `Unavailable` where the store is."""

    async def locations(self) -> Sequence[str]:
        """Name every location that has a ledger here, or may have one where its server is away, sorted."""
        ...

    async def stands_at(self, location_id: str, position: Position) -> bool:
        """Say whether a ledger ends exactly there, and the location is open: then there is nothing to do."""
        ...

    async def extent(self, location_id: str, remembered: Position | None = None) -> Extent:
        """Say how far a ledger goes. Where the store has lost what is `remembered`, it fences the location."""
        ...

    async def page(self, location_id: str, from_revision: int, through: int) -> list[JournalEntry]:
        """Give some of the entries that are there in this range, the oldest first; empty where there is none."""
        ...


class TrimmedSource(Protocol):
    """A store from whose ledgers entries can be taken. Raises as `Source` does, and `TrimRefused`."""

    async def trim(self, location_id: str, archived: Position, through: int, chain_hash: str, keep: int) -> int:
        """Let the oldest entries go, some at a time; give how many went. See `ledger.trimming`."""
        ...

    async def sweep(self, location_id: str, archived: Position, forget_through: int, cursor: str) -> Swept:
        """Look at some of the markers of trimmed entries. See `ledger.trimming`."""
        ...

    async def forgotten(self, location_id: str) -> int:
        """Give the revision up to which markers were forgotten; 0 for none."""
        ...

    async def memory(self, location_id: str) -> int:
        """Give about how many bytes the keys of a location take; 0 where the store does not tell."""
        ...
