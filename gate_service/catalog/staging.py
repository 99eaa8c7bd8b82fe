"""Imports that are staged. Implements `app.items.ports.ImportStore`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from gate_service.catalog import codec, keys
from gate_service.catalog.link import Link, run
from gate_service.catalog.rows import ENDED_FOR_MS
from gate_service.domain.imports import (
    Import,
    ImportMode,
    ImportState,
    Merge,
    Part,
    Row,
    RowError,
    not_found,
    not_open,
)

OPEN_FOR_MS: Final = 24 * 3_600_000
"""How long an import that nobody touches is kept."""


class RedisImports:
    """Keeps what is staged until it is put in force or thrown away."""

    def __init__(self, link: Link) -> None:
        """Keep how to reach the store; nothing is sent."""
        self._link = link

    async def begin(self, import_id: str, mode: ImportMode) -> Import:
        """Open an import; see the port."""
        pairs = await run(self._link, "begin", (keys.record(import_id),), mode, OPEN_FOR_MS)
        return _import(import_id, _fields(pairs))

    async def load(self, import_id: str) -> Import | None:
        """Give an import; see the port."""
        fields = _fields(await self._link.call("HGETALL", keys.record(import_id)))
        return _import(import_id, fields) if fields else None

    async def stage(
        self,
        import_id: str,
        part: Part,
        rows: Sequence[tuple[int, Row]],
        faults: Sequence[tuple[int, RowError]],
    ) -> Part | None:
        """Stage a part; see the port."""
        sound = [[place, row.row_number, row.item.sku, codec.item_text(row.item)] for place, row in rows]
        told = [word for place, fault in faults for word in (place, codec.compact([place, *fault]))]
        of_import = tuple(key(import_id) for key in (keys.record, keys.parts, keys.staged, keys.faults))
        noted = f"{part.row_count} {part.digest}"
        number, rows_text = part.part_number, codec.compact(sound)
        came_to, *more = await run(
            self._link, "stage", of_import, number, noted, part.row_count, rows_text, OPEN_FOR_MS, *told
        )
        if came_to == "missing":
            raise not_found(import_id)
        if came_to == "closed":
            raise not_open(import_id, more[0])
        return _part(number, more[0]) if came_to == "there" else None

    async def parts(self, import_id: str) -> list[Part]:
        """Name the parts that are staged; see the port."""
        fields = _fields(await self._link.call("HGETALL", keys.parts(import_id)))
        return sorted(_part(int(number), text) for number, text in fields.items())

    async def errors(self, import_id: str, start: int, end: int, limit: int) -> list[tuple[int, RowError]]:
        """Give rows that are wrong; see the port."""
        found: list[tuple[int, RowError]] = []
        for key in (keys.faults(import_id), keys.conflicts(import_id)):
            for text in await self._link.call("ZRANGEBYSCORE", key, start, end, "LIMIT", 0, limit):
                place, *fault = json.loads(text)
                found.append((place, RowError(*fault)))
        return sorted(found)[:limit]

    async def merges(self, import_id: str) -> list[Merge]:
        """Give the first merges; see the port."""
        text = await self._link.call("HGET", keys.record(import_id), "merges_told")
        return [Merge(*pair) for pair in json.loads(text or "[]")]

    async def abort(self, import_id: str) -> Import | None:
        """Throw away what is staged; see the port."""
        may_end = f"{ImportState.OPEN} {ImportState.COMMITTING} {ImportState.HAS_BAD_ROWS}"
        state = await run(
            self._link, "change_state", (keys.record(import_id),), ImportState.ABORTED, ENDED_FOR_MS, may_end
        )
        if state == ImportState.ABORTED:
            await self._link.call("UNLINK", *keys.of_import(import_id)[1:])
        return await self.load(import_id)


def _fields(pairs: list[str]) -> dict[str, str]:
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def _part(number: int, text: str) -> Part:
    row_count, _, digest = text.partition(" ")
    return Part(number, int(row_count), digest)


def _import(import_id: str, fields: dict[str, str]) -> Import:
    def figure(name: str) -> int:
        return int(fields.get(name, 0))

    return Import(
        import_id,
        ImportMode(fields["mode"]),
        ImportState(fields["state"]),
        row_count=figure("rows"),
        fault_count=figure("faults"),
        conflict_count=figure("conflicts"),
        skip_bad_rows=bool(figure("skip")),
        step=figure("step"),
        step_count=figure("steps"),
        version=figure("version"),
        item_count=figure("items"),
        merge_count=figure("merges"),
        begun_at_ms=figure("begun_at_ms"),
        committed_at_ms=figure("committed_at_ms"),
    )
