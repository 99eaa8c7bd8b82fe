"""Goods that travel between two locations: taken out of one record, then announced in the other.

No script can write both, so it is done in two steps, of which each is done once however often it is asked: the same
operation_id again goes on where it stopped. With the goods' leaving it is noted that they are to be announced, so that
any gate carries on what another one left behind. What makes the announcement unique is the transfer's id, and not the
caller's event: that happened where the goods left, and is numbered in the feed of that place.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.app.commands import Commands
from gate_service.app.plans import Permission
from gate_service.app.ports import Call, TransferLedger
from gate_service.domain.cases import Departure, Document, DocumentAnswer
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.operations import AnnounceIncoming, OrderLine, TransferStock
from gate_service.domain.replies import Applied, TransferStockReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Reason

OnRefusal = Callable[[str, Departure, Refused], None]
"""Hears where goods came from, what left, and why its announcement was refused."""

_RETRY_AFTER_MS: Final = 200
_DEPARTURES_READ: Final = 100
"""At a time; few are open at once."""


class Transferred(NamedTuple):
    """The goods are under way: `applied` and the levels where they left, `announced` where they go."""

    applied: Applied
    levels: tuple[StockLevel, ...]
    announced: Applied


class Transfers:
    """Sends goods from one location to another."""

    def __init__(self, sender: Commands, receiver: Commands, ledger: TransferLedger, permission: Permission) -> None:
        """Keep who takes the goods out, who announces them, and what is read of both without asking for permission.

        `receiver` asks for none of its own: whoever may send goods to a location may say there that they come.
        """
        self._sender = sender
        self._receiver = receiver
        self._ledger = ledger
        self._permission = permission
        self._under_way: set[asyncio.Task[Applied]] = set()

    async def transfer(self, operation: TransferStock, call: Call) -> Transferred:
        """Send the goods, or finish what an earlier call with this operation_id began.

        A refusal where they leave ends it. Raises TRANSFER_ID_REUSED besides, before anything leaves, where the other
        location knows another document of that name, and else as `Ledger.apply` does; what goes wrong after they left
        says so: as `Refused` where the announcement was refused, as `Unavailable` with OUTCOME_UNKNOWN else.
        """
        self._permission.write(call, operation)
        await self._refuse_taken(operation, call)
        sent = await self._sender.apply(operation, call)
        # The goods have left: a caller who hangs up, or whose time is up, must not keep that from the other location.
        departure = _departure(operation, sent, call)
        announcing = asyncio.ensure_future(
            self._announce(operation.location_id, departure, replace(call, deadline=None))
        )
        self._under_way.add(announcing)
        announcing.add_done_callback(self._arrived)
        try:
            return Transferred(sent.applied, sent.levels, await asyncio.shield(announcing))
        except Refused as no:
            with contextlib.suppress(Unavailable):  # it is told here; else whoever looks next tells it once more
                await self._ledger.departed(operation.location_id, operation.transfer_id)
            raise _refused_there(operation, sent, no) from no
        except GateError as error:
            if error.reason is Reason.INTERNAL:
                raise
            raise _open(operation, error) from error

    async def carry_on(self, older_than_ms: int, call: Call, on_refusal: OnRefusal) -> None:
        """Announce what left so long ago and was not announced yet, wherever that was; several gates may do so at once.

        What is refused is told and not tried again. Raises the first error there was, after all were tried.
        """
        failed: GateError | None = None
        for location_id in await self._ledger.locations(call):
            try:
                async for departure in self._left_behind(location_id, older_than_ms, call):
                    failed = await self._finish(location_id, departure, call, on_refusal) or failed
            except GateError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    async def _left_behind(self, location_id: str, older_than_ms: int, call: Call) -> AsyncIterator[Departure]:
        token: str | None = ""
        while token is not None:
            try:
                page = await self._ledger.departures(location_id, _DEPARTURES_READ, token, call)
            except Refused as no:
                if no.reason is not Reason.UNKNOWN_LOCATION:
                    raise
                return
            for departure in page.departures:
                if departure.at_ms + older_than_ms <= page.at_ms:
                    yield departure
            token = page.next_token or None

    async def _finish(
        self, location_id: str, departure: Departure, call: Call, on_refusal: OnRefusal
    ) -> GateError | None:
        """Announce a departure in the name of whoever sent it; give the error where that could not be tried."""
        try:
            try:
                sender = replace(call, system=departure.system, actor=departure.actor)
                await self._announce(location_id, departure, sender)
            except Refused as no:
                on_refusal(location_id, departure, no)
                await self._ledger.departed(location_id, departure.transfer_id)
        except GateError as error:
            return error
        return None

    def _arrived(self, announcing: asyncio.Task[Applied]) -> None:
        self._under_way.discard(announcing)
        if not announcing.cancelled():
            announcing.exception()  # nobody may be left who would look at it

    async def _refuse_taken(self, operation: TransferStock, call: Call) -> None:
        """Refuse a transfer whose name is another document's where it goes, unless its goods have left already."""
        known = await self._known(operation.to_location_id, operation.transfer_id, call)
        if known is None or known.document.version == 0 or _is_ours(known.document, operation.location_id):
            return
        with contextlib.suppress(Refused):  # a location that was never opened: nothing left it
            if await self._ledger.has_left(operation.location_id, operation.transfer_id, call):
                return
        raise Refused(
            Reason.TRANSFER_ID_REUSED,
            f"nothing left: {operation.to_location_id} knows another document of this name; use a new transfer_id",
            {
                "location_id": operation.to_location_id,
                "transfer_id": operation.transfer_id,
                "operation_id": operation.operation_id,
            },
        )

    async def _known(self, location_id: str, document_id: str, call: Call) -> DocumentAnswer | None:
        """Read a document; None where nobody ever told of it."""
        try:
            return await self._ledger.document(location_id, document_id, call)
        except Refused as no:
            if no.reason not in {Reason.UNKNOWN_LOCATION, Reason.DOCUMENT_NOT_FOUND}:
                raise
            return None

    async def _announce(self, location_id: str, departure: Departure, call: Call) -> Applied:
        """Announce what left `location_id`, once, and strike it off. Raises `Refused` where to try again is no use.

        An operation_id is unique at one location, and may have been used for something else at the other one: then the
        gate takes one of its own.
        """
        try:
            applied = await self._announce_as(departure.operation_id, location_id, departure, call)
        except Refused as no:
            if no.reason is not Reason.OPERATION_ID_REUSED:
                raise
            own_id = f"~announce/{location_id}/{departure.transfer_id}"
            applied = await self._announce_as(own_id, location_id, departure, replace(call, own=True))
        with contextlib.suppress(Unavailable):  # whoever looks next finds it announced
            await self._ledger.departed(location_id, departure.transfer_id)
        return applied

    async def _announce_as(self, operation_id: str, location_id: str, departure: Departure, call: Call) -> Applied:
        """Announce it, and give where it stands; so too where something stands in the way but it is there already."""
        try:
            return await self._apply(_announcement(operation_id, location_id, departure), call)
        except Refused:
            known = await self._known(departure.to_location_id, departure.transfer_id, call)
            if known is None or not _is_ours(known.document, location_id):
                raise
            return Applied(known.revision, known.at_ms, replayed=True)

    async def _apply(self, announcement: AnnounceIncoming, call: Call) -> Applied:
        """Announce it under the SKUs that go on there: the goods left under the names that they had then."""
        while True:
            try:
                reply = await self._receiver.apply(announcement, call)
            except Refused as no:
                sku, into_sku = no.metadata.get("sku"), no.metadata.get("into_sku")
                if no.reason is not Reason.SKU_MERGED or into_sku is None:
                    raise
                lines = tuple(line._replace(sku=into_sku) if line.sku == sku else line for line in announcement.lines)
                announcement = replace(announcement, lines=lines)
                continue
            if reply.superseded:
                about = {"location_id": announcement.location_id, "document_id": announcement.document_id}
                raise Refused(
                    Reason.DOCUMENT_VERSION_REUSED, "a newer version of another document of this name is known", about
                )
            return reply.applied


def _departure(operation: TransferStock, sent: TransferStockReply, call: Call) -> Departure:
    return Departure(
        operation.transfer_id,
        operation.to_location_id,
        operation.expected_at_ms,
        operation.lines,
        operation.operation_id,
        call.system,
        call.actor,
        sent.applied.at_ms,
    )


def _announcement(operation_id: str, location_id: str, departure: Departure) -> AnnounceIncoming:
    return AnnounceIncoming(
        operation_id,
        departure.to_location_id,
        departure.transfer_id,
        DocumentKind.TRANSFER,
        1,
        departure.expected_at_ms,
        location_id,
        tuple(OrderLine(line.sku, line.sku, line.quantity) for line in departure.lines),
    )


def _is_ours(document: Document, location_id: str) -> bool:
    """Say whether a document is a transfer's from that location: nothing but this use case makes those."""
    return document.kind is DocumentKind.TRANSFER and document.from_location_id == location_id


def _refused_there(operation: TransferStock, sent: TransferStockReply, no: Refused) -> Refused:
    return Refused(
        no.reason,
        f"the goods left {operation.location_id}, and {operation.to_location_id} refused the announcement: "
        f"{no.message}",
        no.metadata | {"sent_revision": str(sent.applied.revision)},
        no.violations,
        no.applied,
    )


def _open(operation: TransferStock, error: GateError) -> Unavailable:
    return Unavailable(
        Reason.OUTCOME_UNKNOWN,
        f"the goods left {operation.location_id}; they are being announced at {operation.to_location_id}, if they are "
        "not yet: ask again with the same operation_id to learn it",
        error.retry_after_ms if isinstance(error, Unavailable) else _RETRY_AFTER_MS,
    )
