"""The directory of locations: one key, so in a cluster one server, and yet all locations look into it."""

from __future__ import annotations

from gate_service.app.ports import SWEEP, Call
from gate_service.domain.errors import Unavailable
from gate_service.ledger import keys
from gate_service.store.store import Store


class Directory:
    """Names locations. Where its server is away, the others go on by what this process has seen there."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store
        self._seen: set[str] = set()

    async def note(self, location_id: str) -> None:
        """See to it that a location stands there. Raises `Unavailable` where that cannot be told for sure."""
        try:
            await self._store.call("SADD", keys.LOCATIONS, location_id)
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
        self._seen = found
        return sorted(found)
