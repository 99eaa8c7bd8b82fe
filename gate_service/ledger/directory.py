"""The directory of locations: one key, so in a cluster one server, and yet all locations look into it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from gate_service.app.ports import SWEEP, Call
from gate_service.domain.errors import Unavailable
from gate_service.ledger import keys, scripts
from gate_service.store.store import Store


class Directory:
    """Names locations. What this process has seen there it never forgets, and puts back where it is lost."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store
        self._seen: set[str] = set()
        self._noted: set[str] = set()
        """Those that this process knows to be held as was promised: they need no more waiting."""

    async def note(self, location_id: str) -> None:
        """See to it that a location stands there, as sure as any write. Raises `Unavailable` where that is in doubt.

        One that was seen there before is in no doubt: `names` puts it back.
        """
        try:
            if location_id in self._noted:
                await self._store.call("SADD", keys.LOCATIONS, location_id)
            else:
                await self._write([location_id])
        except Unavailable:
            if location_id not in self._seen:
                raise
        self._seen.add(location_id)

    async def names(self, call: Call) -> list[str]:
        """Name every location, sorted. Raises `Unavailable`; but for the sweep, what was seen will do."""
        try:
            found = set(await self._store.call("SMEMBERS", keys.LOCATIONS))
        except Unavailable:
            if call is not SWEEP or not self._seen:
                raise
            return sorted(self._seen)
        lost = self._seen - found
        self._seen |= found
        if lost:
            with contextlib.suppress(Unavailable):  # the next look finds them missing again
                await self._write(sorted(lost))
        return sorted(self._seen)

    async def _write(self, location_ids: Iterable[str]) -> None:
        wanted = list(location_ids)
        await self._store.run(scripts.load("directory"), (keys.LOCATIONS,), wanted, durable=True)
        self._noted.update(wanted)
