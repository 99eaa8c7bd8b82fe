"""Who compares and follows: one process of all that run, as long as it keeps asking. One that was killed loses it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import resources
from typing import Final

from gate_service.domain.errors import Unavailable
from gate_service.reconcile import keys
from gate_service.store.script import Script
from gate_service.store.store import Store

TTL_MS: Final = 10_000
_RENEWALS: Final = 4
"""Within the time for which it was given."""
_ASK_AGAIN_S: Final = 1.0


@cache
def _lease_script() -> Script:
    text = resources.files(__package__).joinpath("lua", "lease.lua").read_text(encoding="utf-8")
    return Script.of("lease", text)


class Lease:
    """The right, as this process sees it."""

    def __init__(self, store: Store, ttl_ms: int = TTL_MS) -> None:
        """Keep the store; nothing is sent."""
        self._store = store
        self._ttl_ms = ttl_ms
        self._token = secrets.token_hex(8)
        self._until = 0.0

    async def take(self) -> bool:
        """Take it, or keep it for longer; False where another process has it. Raises `Unavailable`."""
        asked_at = time.monotonic()  # the store counts from later on, so that we never think to have it longer
        held = await self._ask(self._ttl_ms)
        self._until = asked_at + self._ttl_ms / 1000 if held else 0.0
        return held

    async def drop(self) -> None:
        """Give it back, where it is ours."""
        self._until = 0.0
        await self._ask(0)

    async def while_held(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do the work while it is ours; True where the work ended, False where the lease was lost and it was cut off.

        What it cuts off does no harm: whatever the work writes, it writes whole, and by what it has read before.
        """
        task = asyncio.ensure_future(work())
        try:
            while not task.done():
                await asyncio.wait([task], timeout=self._ttl_ms / 1000 / _RENEWALS)
                if not task.done() and not await self._renewed():
                    return False
            task.result()
            return True
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _renewed(self) -> bool:
        """Keep it for longer; a store that is away for a moment takes it from nobody."""
        while True:
            try:
                return await self.take()
            except Unavailable:
                if time.monotonic() >= self._until:
                    return False
                await asyncio.sleep(_ASK_AGAIN_S)

    async def _ask(self, ttl_ms: int) -> bool:
        (answer,) = await self._store.run(_lease_script(), (keys.LEASE,), [self._token, str(ttl_ms)])
        return answer == "HELD"
