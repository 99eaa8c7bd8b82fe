"""The rows of snapshots in the store: implements `app.reconcile.staging.SnapshotRows`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Final

from gate_service.app.reconcile.snapshots.staging import Part, RowsLost, StagedRow
from gate_service.domain.reconcile.records import Snapshot
from gate_service.reconcile import keys
from gate_service.store.store import Store

ROWS_KEPT_S: Final = 7 * 86_400


class RedisRows:
    """One hash for each snapshot. A field names a part as a link of a chain, `first behind digest_before digest`.

    So two streams under one name never write over each other: the chain that the snapshot's record ends in is read.
    """

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store

    async def stage(self, snapshot: Snapshot, part: Part) -> None:
        """Keep a part; see the port."""
        key = keys.rows(snapshot.record_id)
        field = f"{part.first} {part.behind} {part.digest_before} {part.digest}"
        await self._store.call("HSET", key, field, _text(part, snapshot.measure))
        await self._store.call("EXPIRE", key, ROWS_KEPT_S)

    async def read_rows(self, snapshot: Snapshot) -> AsyncIterator[StagedRow]:
        """Give all rows; see the port."""
        key = keys.rows(snapshot.record_id)
        for field in _chain(snapshot, await self._store.call("HKEYS", key)):
            text = await self._store.call("HGET", key, field)
            if text is None:
                raise RowsLost(snapshot.record_id)
            for row in _rows(text, int(field.partition(" ")[0]), snapshot.measure):
                yield row
            await asyncio.sleep(0)  # others have waited while these were looked at

    async def stand(self, snapshot: Snapshot) -> bool:
        """Say whether all are there; see the port."""
        try:
            _chain(snapshot, await self._store.call("HKEYS", keys.rows(snapshot.record_id)))
        except RowsLost:
            return False
        return True

    async def drop(self, snapshot: Snapshot) -> None:
        """Throw them away; see the port."""
        await self._store.call("UNLINK", keys.rows(snapshot.record_id))


def _text(part: Part, measure: str) -> str:
    """Write rows as lines: how far each is behind the part's first place, its SKU, its figure, and what is seldom.

    That is another measure, and behind any measure the SKU that was merged.
    """
    return "\n".join(
        f"{row.place - part.first} {row.sku} {row.quantity}"
        if row.measure == measure and not row.merged_from
        else f"{row.place - part.first} {row.sku} {row.quantity} {row.measure} {row.merged_from}".rstrip()
        for row in part.rows
    )


def _rows(text: str, first: int, measure: str) -> Iterator[StagedRow]:
    for line in text.split("\n") if text else ():
        place, sku, quantity, *other = line.split(" ")
        yield StagedRow(first + int(place), sku, other[0] if other else measure, int(quantity), *other[1:])


def _chain(snapshot: Snapshot, fields: list[str]) -> list[str]:
    """Give the parts from the first to the one that the record ends in. Raises `RowsLost`."""
    before = {}
    for field in fields:
        first, behind, digest_before, digest = field.split(" ")
        before[int(behind), digest] = (int(first), digest_before), field
    at, found = (snapshot.received_rows, snapshot.digest), []
    while at[0]:
        if at not in before:
            raise RowsLost(snapshot.record_id)
        at, field = before[at]
        found.append(field)
    return found[::-1]
