"""Aliases that are still to be looked for in the ledgers. Implements `app.items.ports.MergeStore`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Final

from gate_service.app.items.ports import PendingMerges
from gate_service.catalog import codec, keys
from gate_service.catalog.lease import Lease
from gate_service.catalog.link import Link
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason

_LEASE_MS: Final = 15_000
_SCAN_COUNT: Final = 500
_LONG_AGO_MS: Final = 10**12


class RedisMerges:
    """Keeps them by generation; one gate works on them at a time."""

    def __init__(self, link: Link) -> None:
        """Keep how to reach the store; nothing is sent."""
        self._link = link
        self._lease = Lease(link, keys.MERGER, _LEASE_MS)

    async def pending(self) -> PendingMerges | None:
        """Give the oldest generation with such aliases; see the port."""
        generation = await self._link.call("LINDEX", keys.MERGINGS, 0)
        if generation is None or not await self._lease.take():
            return None
        system, actor = json.loads(await self._link.call("HGET", keys.MERGE_CALLERS, generation) or '["", ""]')
        pointer = codec.read_pointer(await self._link.call("GET", keys.CURRENT) or "")
        if pointer.generation != generation:
            return PendingMerges(generation, _LONG_AGO_MS, system, actor)
        seconds, micros = await self._link.call("TIME")
        age_ms = int(seconds) * 1000 + int(micros) // 1000 - pointer.at_ms
        return PendingMerges(generation, age_ms, system, actor)

    async def aliases(self, pending: PendingMerges) -> AsyncIterator[Sequence[str]]:
        """Give its aliases; see the port."""
        cursor = "0"
        while True:
            if not await self._lease.take():
                raise Unavailable(Reason.STORE_UNAVAILABLE, "another gate has taken over", _LEASE_MS)
            cursor, pairs = await self._link.call(
                "HSCAN", keys.new_aliases(pending.generation), cursor, "COUNT", _SCAN_COUNT
            )
            if pairs:
                yield pairs[::2]
            if cursor == "0":
                return

    async def merged(self, sku: str, into_sku: str) -> None:
        """Remember a SKU that was merged; see the port."""
        await self._link.call("HSET", keys.MERGED, sku, into_sku)
        await self._link.call("HDEL", keys.REFUSED_MERGES, sku)

    async def attempts(self, sku: str) -> int:
        """Count how often it was refused; see the port."""
        return int(await self._link.call("HGET", keys.REFUSED_MERGES, sku) or 0)

    async def refused(self, sku: str) -> int:
        """Count one more refusal; see the port."""
        return int(await self._link.call("HINCRBY", keys.REFUSED_MERGES, sku, 1))

    async def settle(self, pending: PendingMerges, left: Sequence[str]) -> None:
        """Be done with a generation, but for what is left; see the port."""
        if not await self._lease.take():
            return
        key = keys.new_aliases(pending.generation)
        if left:
            beside = keys.new_aliases(pending.generation + "-left")
            await self._link.call("UNLINK", beside)
            for start in range(0, len(left), _SCAN_COUNT):
                words = [word for alias in left[start : start + _SCAN_COUNT] for word in (alias, "")]
                await self._link.call("HSET", beside, *words)
            await self._link.call("RENAME", beside, key)
            await self._link.call("LMOVE", keys.MERGINGS, keys.MERGINGS, "LEFT", "RIGHT")
        else:
            await self._link.call("LREM", keys.MERGINGS, 0, pending.generation)
            await self._link.call("HDEL", keys.MERGE_CALLERS, pending.generation)
            await self._link.call("UNLINK", key)
        await self._lease.drop()
