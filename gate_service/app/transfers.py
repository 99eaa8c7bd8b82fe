"""Goods that travel between two locations: taken out of one record, then announced in the other.

No script can write both, so it is done in two steps, of which each is done once however often it is asked: the same
operation_id again goes on where it stopped. What makes the announcement unique is the transfer's id, and not the
caller's event: that happened where the goods left, and is numbered in the feed of that place.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import NamedTuple

from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.operations import AnnounceIncoming, OrderLine, TransferStock
from gate_service.domain.replies import Applied, TransferStockReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Reason

_RETRY_AFTER_MS = 200


class Transferred(NamedTuple):
    """The goods are under way: `applied` and the levels where they left, `announced` where they go."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    announced: Applied


class Transfers:
    """Sends goods from one location to another."""

    def __init__(self, sender: Commands, receiver: Commands) -> None:
        """Keep who takes the goods out and who announces them.

        `receiver` asks no permission of its own: whoever may send goods to a location may say there that they come.
        """
        self._sender = sender
        self._receiver = receiver
        self._under_way: set[asyncio.Task[Applied]] = set()

    async def transfer(self, operation: TransferStock, call: Call) -> Transferred:
        """Send the goods, or finish what an earlier call with this operation_id began.

        A refusal where they leave ends it. Raises as `Ledger.apply` does; what goes wrong after they left says so: as
        `Refused` where the announcement was refused, as `Unavailable` with OUTCOME_UNKNOWN else.
        """
        sent = await self._sender.apply(operation, call)
        # The goods have left: a caller who hangs up, or whose time is up, must not keep that from the other location.
        announcing = asyncio.ensure_future(self._announce(operation, sent, dataclasses.replace(call, deadline=None)))
        self._under_way.add(announcing)
        announcing.add_done_callback(self._arrived)
        return Transferred(sent.applied, sent.levels, await asyncio.shield(announcing))

    def _arrived(self, announcing: asyncio.Task[Applied]) -> None:
        self._under_way.discard(announcing)
        if not announcing.cancelled():
            announcing.exception()  # nobody may be left who would look at it

    async def _announce(self, operation: TransferStock, sent: TransferStockReply, call: Call) -> Applied:
        announcement = AnnounceIncoming(
            operation.operation_id,
            operation.to_location_id,
            operation.transfer_id,
            DocumentKind.TRANSFER,
            1,
            operation.expected_at_ms,
            operation.location_id,
            tuple(OrderLine(line.sku, line.sku, line.quantity) for line in operation.lines),
        )
        try:
            return (await self._receiver.apply(announcement, call)).applied
        except Refused as no:
            raise Refused(
                no.reason,
                f"the goods left {operation.location_id}, and {operation.to_location_id} refused the announcement: "
                f"{no.message}",
                no.metadata | {"sent_revision": str(sent.applied.revision)},
                no.violations,
                no.applied,
            ) from no
        except GateError as error:
            if error.reason is Reason.INTERNAL:
                raise
            raise Unavailable(
                Reason.OUTCOME_UNKNOWN,
                f"the goods left {operation.location_id}; whether they are announced at {operation.to_location_id} is "
                "not known: ask again with the same operation_id",
                error.retry_after_ms if isinstance(error, Unavailable) else _RETRY_AFTER_MS,
            ) from error
