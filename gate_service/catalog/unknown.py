"""The list of identifiers that nobody knows. Implements `app.items.ports.UnknownStore`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from gate_service.app.items.ports import UnknownUse
from gate_service.catalog import keys
from gate_service.catalog.link import Link, run
from gate_service.domain.imports import UnknownItem

UNKNOWN_MAX: Final = 10_000
_FORGET_AT_ONCE: Final = 1_000


class RedisUnknown:
    """Counts them in the store, where every gate adds to the same list."""

    def __init__(self, link: Link) -> None:
        """Keep how to reach the store; nothing is sent."""
        self._link = link

    async def note(self, uses: Sequence[UnknownUse]) -> None:
        """Add some uses; see the port."""
        words = [word for use in uses for word in use]
        await run(self._link, "note_unknown", (keys.UNKNOWN_COUNTS, keys.UNKNOWN), UNKNOWN_MAX, *words)

    async def page(self, offset: int, size: int) -> tuple[Sequence[UnknownItem], int]:
        """Give some of them; see the port."""
        count = await self._link.call("ZCARD", keys.UNKNOWN_COUNTS)
        counted = await self._link.call("ZREVRANGE", keys.UNKNOWN_COUNTS, offset, offset + size - 1, "WITHSCORES")
        if not counted:
            return (), count
        identifiers, counts = counted[::2], counted[1::2]
        told = await self._link.call("HMGET", keys.UNKNOWN, *identifiers)
        return [
            UnknownItem(identifier, int(uses), *json.loads(text))
            for identifier, uses, text in zip(identifiers, counts, told, strict=True)
            if text  # else somebody took it off the list just now
        ], count

    async def forget(self, identifiers: Sequence[str] | None) -> int:
        """Take some off the list, or all; see the port."""
        if identifiers is None:
            count: int = await self._link.call("ZCARD", keys.UNKNOWN_COUNTS)
            await self._link.call("UNLINK", keys.UNKNOWN_COUNTS, keys.UNKNOWN)
            return count
        forgotten = 0
        for start in range(0, len(identifiers), _FORGET_AT_ONCE):
            some = identifiers[start : start + _FORGET_AT_ONCE]
            forgotten += await self._link.call("ZREM", keys.UNKNOWN_COUNTS, *some)
            await self._link.call("HDEL", keys.UNKNOWN, *some)
        return forgotten
