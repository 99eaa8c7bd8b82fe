"""fulfillment_gate.v1.IncomingService."""

from __future__ import annotations

from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.app.transfers import Transfers
from gate_service.domain import limits
from gate_service.rpc.decode import incoming as decode
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import incoming as encode
from gate_service.rpc.fields import ident
from gate_service.rpc.services.parts import Items, Writes


class Incoming:
    """What is expected: purchase orders, advance notices, transfers."""

    def __init__(self, commands: Commands, questions: Questions, transfers: Transfers, items: Items) -> None:
        """Keep the use cases."""
        self._questions = questions
        self._transfers = transfers
        self._items = items
        self._writes = Writes(commands, items)

    async def announce_incoming(
        self, request: incoming_pb.AnnounceIncomingRequest, call: Call
    ) -> incoming_pb.AnnounceIncomingResponse:
        """Goods will come."""
        return await self._writes.answer(request, call, decode.announce_incoming, encode.announce_incoming)

    async def amend_incoming(
        self, request: incoming_pb.AmendIncomingRequest, call: Call
    ) -> incoming_pb.AmendIncomingResponse:
        """An announcement changed."""
        return await self._writes.answer(request, call, decode.amend_incoming, encode.amend_incoming)

    async def get_incoming(
        self, request: incoming_pb.GetIncomingRequest, call: Call
    ) -> incoming_pb.GetIncomingResponse:
        """One announcement as it stands."""
        location_id = ident(request.location_id, "location_id")
        document_id = ident(request.document_id, "document_id")
        return encode.get_incoming(await self._questions.get_incoming(location_id, document_id, call))

    async def list_incoming(
        self, request: incoming_pb.ListIncomingRequest, call: Call
    ) -> incoming_pb.ListIncomingResponse:
        """What is still expected."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_DOCUMENTS_MAX, limits.LIST_DOCUMENTS_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_incoming(
            await self._questions.list_incoming(location_id, size, token, call, overdue_only=request.overdue_only)
        )

    async def transfer_stock(
        self, request: incoming_pb.TransferStockRequest, call: Call
    ) -> incoming_pb.TransferStockResponse:
        """Goods leave for another location."""
        conversions = await self._items.translate(request, call)
        response = encode.transfer_stock(await self._transfers.transfer(decode.transfer_stock(request), call))
        response.conversions.extend(conversions)
        return response
