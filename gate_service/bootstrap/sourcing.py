"""The sourcing of orders, put together: the use case, its plans, and what goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from gate_service.app.plans import METHOD, Channels, Permission
from gate_service.app.ports import Call, Ledger
from gate_service.app.sourcing import Sourcing
from gate_service.domain.errors import Unavailable
from gate_service.domain.policy import Policy
from gate_service.ledger.sourcing import RedisPlans
from gate_service.settings import Settings

_LOOK_S: Final = 5.0
_ABANDONED_AFTER_MS: Final = 60_000
"""Whoever began is at it or gone by then; to carry on beside him would do no harm, and help nobody."""
_ITSELF: Final = Call(method=METHOD, system="gate")
_log = structlog.get_logger("gate.sourcing")


class SourcingParts:
    """What a gate has of the sourcing."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        channels: Channels,
        policy: Callable[[], Policy],
        permission: Permission,
        on_trouble: Callable[[], None],
    ) -> None:
        """Put it together; nothing connects yet."""
        self._plans = RedisPlans.connect(
            settings.redis_url, settings.store_timeout_ms, on_trouble, promise=settings.durability
        )
        self.use_case: Final = Sourcing(ledger, self._plans, channels, policy, permission)

    async def watch(self) -> None:
        """Finish what others left in the middle, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.use_case.finish_undecided(_ABANDONED_AFTER_MS, _ITSELF)
            except Unavailable:
                pass  # told by the watch on the store; the next look tries again
            except Exception as error:  # noqa: BLE001 - the watch outlives whatever it meets
                _log.warning("an order could not be finished", error=type(error).__name__)

    async def close(self) -> None:
        """Close the connections."""
        await self._plans.close()
