"""The rows of an import as they are gone through, again and again, in small groups; and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple

from gate_service.catalog import codec, keys
from gate_service.catalog.link import Link
from gate_service.domain.imports import RowError, not_found, place_of
from gate_service.domain.items import Item

ENDED_FOR_MS: Final = 7 * 24 * 3_600_000
"""How long what became of an import can be asked."""
GROUP_ROWS: Final = 200
"""Rows that are worked on before whoever else waits has a turn: a millisecond or two."""

Tick = Callable[[int], Awaitable[None]]
"""Hears of so many steps of work done. Raises where the work is to end."""


class StagedRow(NamedTuple):
    """One sound row: its place in the import, its number in the source, and the item as it will be stored."""

    place: int
    row_number: int
    sku: str
    text: str

    @property
    def item(self) -> Item:
        """Read the item."""
        return codec.read_item(self.sku, self.text)


class Rows:
    """All rows of an import but those that were found to be wrong. A bit of memory for each row, no more."""

    def __init__(self, link: Link, import_id: str, part_count: int, tick: Tick) -> None:
        """Begin with all of them good."""
        self._link = link
        self._import_id = import_id
        self._part_count = part_count
        self._tick = tick
        self._bad = bytearray((place_of(part_count + 1, 0) + 7) // 8)
        self._told: list[str | int] = []
        self.bad_count = 0

    async def groups(self) -> AsyncIterator[list[StagedRow]]:
        """Give the good rows in their order, some at a time."""
        for part in range(1, self._part_count + 1):
            text = await self._link.call("HGET", keys.staged(self._import_id), part)
            if text is None:  # it was thrown away meanwhile
                raise not_found(self._import_id)
            rows = [StagedRow(*row) for row in json.loads(text)]
            for start in range(0, len(rows), GROUP_ROWS):
                good = [row for row in rows[start : start + GROUP_ROWS] if not self.is_bad(row.place)]
                if good:
                    yield good
            await self.flush()
            await self._tick(1)

    def is_bad(self, place: int) -> bool:
        """Say whether a row was found to be wrong."""
        return bool(self._bad[place >> 3] & 1 << (place & 7))

    def blame(self, place: int, error: RowError) -> None:
        """Note what is wrong with a row; the first mistake of a row stays the one that is told."""
        if not self.is_bad(place):
            self._bad[place >> 3] |= 1 << (place & 7)
            self._told += (place, codec.compact([place, *error]))
            self.bad_count += 1

    async def flush(self) -> None:
        """Keep what was noted where it can be asked for."""
        if self._told:
            told, self._told = self._told, []
            await self._link.call("ZADD", keys.conflicts(self._import_id), *told)
            await self._link.call("PEXPIRE", keys.conflicts(self._import_id), ENDED_FOR_MS)
