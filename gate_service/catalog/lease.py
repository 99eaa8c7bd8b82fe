"""A right that one gate has at a time, for as long as it keeps asking: whoever is killed loses it by itself."""

from __future__ import annotations

import secrets

from gate_service.catalog.link import Link, run


class Lease:
    """One right, under a key."""

    def __init__(self, link: Link, key: str, ttl_ms: int) -> None:
        """Keep what it is; nothing is sent."""
        self._link = link
        self._key = key
        self._ttl_ms = ttl_ms
        self.token = secrets.token_hex(8)

    async def take(self) -> bool:
        """Take it, or keep it for longer; False where somebody else has it."""
        return bool(await run(self._link, "lease", (self._key,), self.token, self._ttl_ms))

    async def drop(self) -> None:
        """Give it back, where it is ours."""
        await run(self._link, "lease", (self._key,), self.token, 0)
