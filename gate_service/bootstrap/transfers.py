"""Transfers between locations, put together: the use case, and what goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from gate_service.app.access import Access
from gate_service.app.commands import Commands
from gate_service.app.guarded import GuardedLedger
from gate_service.app.ports import Call, TransferLedger
from gate_service.app.transfers import Transfers
from gate_service.domain.cases import Departure
from gate_service.domain.errors import Refused, Unavailable
from gate_service.domain.policy import Policy

_LOOK_S: Final = 5.0
_LEFT_BEHIND_AFTER_MS: Final = 5_000
"""Whoever sent it has announced it by then, or is gone; to announce it beside him would do no harm."""
_ITSELF: Final = Call(method="transfers", system="gate")
_log = structlog.get_logger("gate.transfers")


class TransferParts:
    """What a gate has of transfers."""

    def __init__(self, ledger: TransferLedger, policy: Callable[[], Policy], access: Access) -> None:
        """Put it together over the record; where goods leave, the caller must be allowed it."""
        sender = Commands(GuardedLedger(ledger, access), policy)
        self.use_case: Final = Transfers(sender, Commands(ledger, policy), ledger, access)

    async def watch(self) -> None:
        """Announce what others sent and did not announce, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.use_case.carry_on(_LEFT_BEHIND_AFTER_MS, _ITSELF, _refused)
            except Unavailable:
                pass  # told by the watch on the store; the next look tries again
            except Exception as error:  # noqa: BLE001 - the watch outlives whatever it meets
                _log.warning("a transfer could not be announced", error=type(error).__name__)


def _refused(location_id: str, departure: Departure, no: Refused) -> None:
    _log.error(
        "goods left for a location that refuses their announcement: tell it there by hand, under another document_id",
        left=location_id,
        location=departure.to_location_id,
        transfer=departure.transfer_id,
        reason=str(no.reason),
    )
