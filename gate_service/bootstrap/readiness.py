"""What health says over the life of a gate: whether its store can be written, and keeps the promise.

The store is looked at every minute, and when it comes back: a failover may lead to a server that is set otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

import structlog

from gate_service.bootstrap.inspection import Inspector
from gate_service.domain.errors import Unavailable
from gate_service.rpc.grpc_transport import Health

_EVERY_S: Final = 60.0
_AGAIN_S: Final = 2.0
"""While something keeps the gate from serving, or the last look failed."""
_log = structlog.get_logger("gate.store")


class Readiness:
    """What health says: whether the store can be written, and keeps the promise."""

    def __init__(self, health: Health, inspector: Inspector) -> None:
        """Keep both; nothing is said yet."""
        self._health = health
        self._inspector = inspector
        self._writable = False
        self._unseen = False
        """Whether the store was away since it was last looked at: it may be another server now."""
        self._failing = False
        self._closed_told = False
        self._at_once = asyncio.Event()

    async def store_is(self, *, writable: bool) -> None:
        """Take over whether the store can be written, and say what follows."""
        self._writable = writable
        if not writable:
            self._unseen = True
        elif self._unseen and self._inspector.strict:
            await self._look()
        elif self._unseen:
            self._at_once.set()  # nobody's calls depend on it, and so none is to wait for it
        if self._closed:
            self._at_once.set()  # the watch may be about to sleep for long
        await self._say()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_S if self._closed or self._failing else _EVERY_S):
                    await self._at_once.wait()
            self._at_once.clear()
            if self._writable:
                await self._look()
                await self._say()

    async def _look(self) -> None:
        """Look; where that cannot be done, what was found last counts on."""
        try:
            await self._inspector.look()
            self._unseen = self._failing = False
        except Unavailable:  # told by the watch on the store
            self._failing = True
        except Exception as error:  # noqa: BLE001 - the watch outlives whatever it meets
            if not self._failing:
                _log.warning("the store cannot be looked at", error=type(error).__name__)
            self._failing = True

    @property
    def _closed(self) -> bool:
        return self._inspector.strict and (self._unseen or not self._inspector.kept)

    async def _say(self) -> None:
        if self._writable and not self._unseen and self._closed != self._closed_told:
            self._closed_told = self._closed
            if self._closed:
                _log.error("the store cannot keep the promise: not serving until it can")
            else:
                _log.info("the store keeps the promise again")
        await self._health.ready(ready=self._writable and not self._closed)
        await self._health.durability(kept=self._writable and not self._unseen and self._inspector.kept)
