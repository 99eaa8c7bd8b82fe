"""Counts what was turned away, in memory first: a flood of wrong calls costs the store one small write now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from gate_service.domain.denials import Cause, Denial, DenialPage
from gate_service.domain.errors import Unavailable
from gate_service.domain.limits import VIOLATIONS_KEPT

FLUSH_MS: Final = 200
_REST: Final = Denial("", "", "", Cause.OTHERS)
_AT_ONCE: Final = 500


class Tried(NamedTuple):
    """What was tried so often since it was last told, and by whom the last time."""

    denial: Denial
    times: int
    last_actor: str


class DenialStore(Protocol):
    """Where they are kept, for all gates together. Each method raises `Unavailable`."""

    async def add(self, tried: Sequence[Tried]) -> None:
        """Add these to what is kept. At most `VIOLATIONS_KEPT` are told apart, the rest counts as one."""
        ...

    async def list(self, system: str, limit: int) -> DenialPage:
        """Read up to `limit`, the latest first, of one system or ("") of all."""
        ...


class Denials:
    """Notes denials as they happen, and tells the store of them soon after."""

    def __init__(self, store: DenialStore, on_failure: Callable[[int], None] = lambda lost: None) -> None:  # noqa: ARG005
        """Keep where they go; `on_failure` hears how many kinds wait where the store cannot be told."""
        self._store = store
        self._on_failure = on_failure
        self._waiting: dict[Denial, tuple[int, str]] = {}
        self._some = asyncio.Event()

    def note(self, denial: Denial, actor: str) -> None:
        """Count one."""
        if denial not in self._waiting and len(self._waiting) >= VIOLATIONS_KEPT:
            denial = _REST
        times, _ = self._waiting.get(denial, (0, ""))
        self._waiting[denial] = (times + 1, actor)
        self._some.set()

    async def flush(self) -> None:
        """Tell the store all that waits; what it cannot be told waits on."""
        while self._waiting:
            part = [Tried(denial, *told) for denial, told in list(self._waiting.items())[:_AT_ONCE]]
            for each in part:
                del self._waiting[each.denial]
            try:
                await self._store.add(part)
            except Unavailable:
                self._take_back(part)
                self._on_failure(len(self._waiting))
                return

    def _take_back(self, part: Sequence[Tried]) -> None:
        for denial, times, actor in part:
            since, later = self._waiting.get(denial, (0, ""))
            self._waiting[denial] = (since + times, later or actor)

    async def flush_for_ever(self) -> None:
        """Flush within `FLUSH_MS` of the first that is noted."""
        while True:
            await self._some.wait()
            await asyncio.sleep(FLUSH_MS / 1000)
            self._some.clear()
            await self.flush()
            if self._waiting:
                self._some.set()  # the store was away: again after the same pause

    async def list(self, system: str, limit: int) -> DenialPage:
        """Read what is kept, with what waits here told first. Raises `Unavailable`."""
        await self.flush()
        return await self._store.list(system, limit)
