"""Where the rows of a snapshot stand until it was compared."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from gate_service.domain.reconcile.records import Snapshot


class StagedRow(NamedTuple):
    """One row that is sound in itself, in its SKU and in base units; `place` counts the snapshot's rows from 0."""

    place: int
    sku: str
    measure: str
    quantity: int
    merged_from: str = ""
    """The SKU that it told, where that was merged into `sku`: then it is a part of the figure of that one."""


class Part(NamedTuple):
    """Rows that came together, and how far the snapshot is with them; wrong ones among them are not in `rows`."""

    first: int
    behind: int
    """The place behind its last row."""
    digest_before: str
    digest: str
    """Of all rows of the snapshot up to `behind`, as `Snapshot.digest`."""
    rows: Sequence[StagedRow]


class SnapshotRows(Protocol):
    """Staged rows, the same for all gates of a store. Any method raises `Unavailable` where it is away.

    A part counts once a snapshot says `received_rows` and `digest` as they are behind it; what else stands there, of a
    stream that broke off or of another one under the same name, is never read.
    """

    async def stage(self, snapshot: Snapshot, part: Part) -> None:
        """Keep a part. Told again it stands as it stood."""
        ...

    def read_rows(self, snapshot: Snapshot) -> AsyncIterator[StagedRow]:
        """Give all rows up to `received_rows`, by place, in bounded memory.

        Raises `RowsLost` where some are no longer there: their time ran out, or the store has lost them.
        """
        ...

    async def stand(self, snapshot: Snapshot) -> bool:
        """Say whether all rows up to `received_rows` are there."""
        ...

    async def drop(self, snapshot: Snapshot) -> None:
        """Throw them away: the snapshot was compared, or refused."""
        ...


class RowsLost(Exception):
    """Rows of a snapshot are not there any more; it has to be told again under another name."""
