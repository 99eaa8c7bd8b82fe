"""The records of reconciliation in the store: implements `app.reconcile.ports.Records`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from gate_service.app.reconcile.ports import (
    Change,
    Collection,
    Conflict,
    Event,
    Kept,
    RecordPage,
    ToldEvent,
)
from gate_service.domain.errors import InvalidField
from gate_service.reconcile import keys
from gate_service.store.script import Script
from gate_service.store.store import Store

EVENTS_KEPT: Final = 100_000
_TOKEN: Final = re.compile(r"(-?\d{1,18}) (.{1,300})", re.DOTALL)
_EVENT_TOKEN: Final = re.compile(r"\d{1,20}-\d{1,20}")


@cache
def _commit_script() -> Script:
    text = resources.files(__package__).joinpath("lua", "commit.lua").read_text(encoding="utf-8")
    return Script.of("commit", text)


class RedisRecords:
    """Keeps them under one hash tag."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store

    async def get(self, collection: Collection, record_ids: Sequence[str]) -> Sequence[Kept | None]:
        """Give some records; see the port."""
        if not record_ids:
            return []
        texts = await self._store.call("HMGET", keys.records(collection), *record_ids)
        return [_kept(name, text) if text else None for name, text in zip(record_ids, texts, strict=True)]

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
        """Give some records of an index; see the port."""
        key = keys.index(collection, index)
        names, more = await self._names(key, limit, _place(token), until, descending=descending)
        found = await self.get(collection, [name for name, _ in names])
        behind = f"{names[-1][1]} {names[-1][0]}" if more and names else ""
        return RecordPage([each for each in found if each], behind)

    async def _names(
        self, key: str, limit: int, place: tuple[int, str] | None, until: int | None, *, descending: bool
    ) -> tuple[list[tuple[str, int]], bool]:
        """Give up to `limit` (name, score) behind a place, and whether there are more."""
        behind = await self._by_rank(key, limit, place, descending=descending) if place else None
        if behind is not None:
            names = [each for each in behind if until is None or descending or each[1] <= until]
            return names[:limit], len(names) > limit
        bounds: tuple[str | int, str | int] = (
            "-inf" if place is None else place[0],
            "+inf" if until is None else until,
        )
        if descending:
            bounds = ("+inf" if place is None else place[0], "-inf")
        found: list[tuple[str, int]] = []
        offset = 0
        while len(found) <= limit:
            command: list[str | int] = ["ZRANGE", key, *bounds, "BYSCORE", *(["REV"] if descending else [])]
            rows = _pairs(await self._store.call(*command, "LIMIT", offset, limit + 1, "WITHSCORES"))
            found += [each for each in rows if place is None or _behind(each, place, descending=descending)]
            if len(rows) <= limit:
                break
            offset += len(rows)
        return found[:limit], len(found) > limit

    async def _by_rank(
        self, key: str, limit: int, place: tuple[int, str], *, descending: bool
    ) -> list[tuple[str, int]] | None:
        """Give one more than `limit` behind a place by its rank; None where it is not there any more, or moves.

        What one snapshot opened has one score: looked for by score, each page would pass over all pages before it.
        """
        rank = await self._store.call("ZREVRANK" if descending else "ZRANK", key, place[1])
        if rank is None:
            return None
        first, last = int(rank), int(rank) + limit + 1
        rows = _pairs(
            await self._store.call("ZRANGE", key, first, last, *(["REV"] if descending else []), "WITHSCORES")
        )
        return rows[1:] if rows and rows[0] == (place[1], place[0]) else None

    async def size(self, collection: Collection, index: str) -> int:
        """Count the records of an index; see the port."""
        return int(await self._store.call("ZCARD", keys.index(collection, index)))

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        """Make changes, all or none; see the port."""
        places: dict[str, int] = {keys.EVENTS: 1}
        rows = []
        for change in changes:
            hash_place = places.setdefault(keys.records(change.collection), len(places) + 1)
            scores = [
                [places.setdefault(keys.index(change.collection, name), len(places) + 1), False if at is None else at]
                for name, at in change.scores.items()
            ]
            rows.append([hash_place, change.record_id, change.version, change.text, scores])
        arguments = [json.dumps(rows), json.dumps([list(event) for event in events]), str(EVENTS_KEPT)]
        answer = await self._store.run(_commit_script(), tuple(places), arguments, durable=True)
        if answer[0] != "OK":
            change = changes[int(answer[1]) - 1]
            raise Conflict(change.collection, change.record_id)

    async def events(self, after_token: str, limit: int) -> Sequence[ToldEvent]:
        """Give events; see the port."""
        if after_token and not _EVENT_TOKEN.fullmatch(after_token):
            raise InvalidField("after_token", "is no token of an earlier answer")
        start = f"({after_token}" if after_token else "-"
        rows = await self._store.call("XRANGE", keys.EVENTS, start, "+", "COUNT", limit)
        return [_told(token, fields) for token, fields in rows]

    async def newest_event(self) -> str:
        """Give the token of the newest event; see the port."""
        rows = await self._store.call("XREVRANGE", keys.EVENTS, "+", "-", "COUNT", 1)
        return str(rows[0][0]) if rows else "0-0"

    async def now_ms(self) -> int:
        """Give the store's time."""
        seconds, micros = await self._store.call("TIME")
        return int(seconds) * 1000 + int(micros) // 1000


def _kept(name: str, stored: str) -> Kept:
    version, _, text = stored.partition(" ")
    return Kept(name, int(version), text)


def _place(token: str) -> tuple[int, str] | None:
    if not token:
        return None
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise InvalidField("page_token", "is no token of an earlier page")
    return int(found[1]), found[2]


def _pairs(rows: Sequence[Any]) -> list[tuple[str, int]]:
    """Read members with scores, as pairs or one after the other: the two protocols differ."""
    if rows and isinstance(rows[0], list | tuple):
        return [(str(name), int(float(score))) for name, score in rows]
    return [(str(name), int(float(score))) for name, score in zip(rows[::2], rows[1::2], strict=True)]


def _behind(row: tuple[str, int], place: tuple[int, str], *, descending: bool) -> bool:
    one, other = (row[1], row[0].encode()), (place[0], place[1].encode())
    return one < other if descending else one > other


def _told(token: str, fields: Any) -> ToldEvent:  # noqa: ANN401 - a map or a list, as the protocol has it
    told = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    event = Event(told["type"], told["subject"], told["location"], told["record"])
    return ToldEvent(str(token), int(told["at_ms"]), event)
