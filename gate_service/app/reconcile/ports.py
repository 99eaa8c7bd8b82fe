"""What the use cases of reconciliation need of the world, as Protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol


class Collection(StrEnum):
    """Kinds of records. Each record has a name of its own within its collection."""

    SNAPSHOTS = "snapshots"
    MIRRORS = "mirrors"
    VARIANCES = "variances"
    FINDINGS = "findings"
    TASKS = "tasks"
    TASK_OF_SKU = "task of sku"
    """Which task of a SKU is open, by location and SKU."""
    COUNT_WISHES = "count wishes"
    """What an entry means for count tasks, until it was seen to."""
    TALLIES = "tallies"
    """How right counts were found to be, by location and day."""
    CURSORS = "cursors"
    """How far each location's ledger was followed, by location."""
    EXPECTED = "expected"
    """What should happen next, such as the shipment of a permit."""
    DAYS = "days"
    """What happened on each day at each location, added up."""
    SHELVES = "shelves"
    """What is known of each SKU for counting it: its class, when it was counted."""
    BUFFERS = "buffers"
    TRENDS = "trends"
    """A few sums of each day at each location, which the next ones are held against."""
    RECURRENCES = "recurrences"
    """When which cause was found of each SKU of a mirror, by location, system and SKU."""


class Kept(NamedTuple):
    """A record as it stands. `version` is 1 for a new one and grows with each change."""

    record_id: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one record."""

    collection: Collection
    record_id: str
    version: int
    """The version that must stand there; 0 where none does."""
    text: str
    """The new text; empty to remove the record, with its place in every index that `scores` names."""
    scores: Mapping[str, int | None] = field(default_factory=dict)
    """Its place in indexes, by name: a score, or None to take it out. Indexes that are not named stay as they are."""


class Event(NamedTuple):
    """Something that others may want to hear of; `record` is its JSON. Written with the changes, or not at all."""

    type: str
    subject_id: str
    location_id: str
    record: str


class ToldEvent(NamedTuple):
    """An event as it is read back. Tokens grow."""

    token: str
    at_ms: int
    event: Event


class RecordPage(NamedTuple):
    """Some records of an index by (score, name). `next_token` is empty after the last."""

    records: Sequence[Kept]
    next_token: str


class Conflict(Exception):
    """A record has another version than the one that was to be changed; nothing was written. Look again."""

    def __init__(self, collection: Collection, record_id: str) -> None:
        """Name the record."""
        super().__init__(f"{record_id} of {collection} was changed meanwhile")
        self.collection = collection
        self.record_id = record_id


CHANGES_MAX = 2_000
"""Changes of one commit: what a script call does in some ten milliseconds."""


class Records(Protocol):
    """The records of reconciliation, the same for all gates of a store. They are no part of the stock.

    Any method raises `Unavailable` where the store is away: OUTCOME_UNKNOWN where a commit may have been written.
    """

    async def get(self, collection: Collection, record_ids: Sequence[str]) -> Sequence[Kept | None]:
        """Give some records, None for each that is not there."""
        ...

    async def page(
        self,
        collection: Collection,
        index: str,
        limit: int,
        token: str = "",
        *,
        until: int | None = None,
        descending: bool = False,
    ) -> RecordPage:
        """Give up to `limit` records of an index, behind a token; with `until` only those of no greater score.

        A token that no page gave raises `InvalidField` (page_token).
        """
        ...

    async def size(self, collection: Collection, index: str) -> int:
        """Count the records of an index."""
        ...

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        """Make up to `CHANGES_MAX` changes, all of them or none, and tell the events. Raises `Conflict`."""
        ...

    async def events(self, after_token: str, limit: int) -> Sequence[ToldEvent]:
        """Give events behind a token, oldest first; "" for the oldest that is kept. `InvalidField` as for `page`."""
        ...

    async def newest_event(self) -> str:
        """Give the token of the newest event; "0-0" where there is none."""
        ...

    async def now_ms(self) -> int:
        """Give the store's time: the one clock that all gates share."""
        ...
