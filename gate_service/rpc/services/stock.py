"""fulfillment_gate.v1.StockService."""

from __future__ import annotations

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.domain import limits
from gate_service.rpc.decode import stock as decode
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import stock as encode
from gate_service.rpc.fields import ident, optional_ident
from gate_service.rpc.services.parts import Items, Writes


class Stock:
    """How stock comes to be in the record, and how it is read."""

    def __init__(self, commands: Commands, questions: Questions, items: Items) -> None:
        """Keep the use cases."""
        self._commands = commands
        self._questions = questions
        self._writes = Writes(commands, items)

    async def record_receipt(
        self, request: stock_pb.RecordReceiptRequest, call: Call
    ) -> stock_pb.RecordReceiptResponse:
        """Goods came in."""
        return await self._writes.answer(request, call, decode.record_receipt, encode.record_receipt)

    async def record_return(self, request: stock_pb.RecordReturnRequest, call: Call) -> stock_pb.RecordReturnResponse:
        """Goods came back."""
        return await self._writes.answer(request, call, decode.record_return, encode.record_return)

    async def move_stock(self, request: stock_pb.MoveStockRequest, call: Call) -> stock_pb.MoveStockResponse:
        """Goods changed their status."""
        return await self._writes.answer(request, call, decode.move_stock, encode.move_stock)

    async def place_stock_hold(
        self, request: stock_pb.PlaceStockHoldRequest, call: Call
    ) -> stock_pb.PlaceStockHoldResponse:
        """Nothing more of a SKU, or of a lot."""
        return await self._writes.answer(request, call, decode.place_stock_hold, encode.place_stock_hold)

    async def lift_stock_hold(
        self, request: stock_pb.LiftStockHoldRequest, call: Call
    ) -> stock_pb.LiftStockHoldResponse:
        """The hold is over."""
        return encode.lift_stock_hold(await self._commands.apply(decode.lift_stock_hold(request), call))

    async def list_stock_holds(
        self, request: stock_pb.ListStockHoldsRequest, call: Call
    ) -> stock_pb.ListStockHoldsResponse:
        """Holds that are placed."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_stock_holds(await self._questions.list_stock_holds(location_id, size, token, call))

    async def adjust_stock(self, request: stock_pb.AdjustStockRequest, call: Call) -> stock_pb.AdjustStockResponse:
        """The record was wrong."""
        return await self._writes.answer(request, call, decode.adjust_stock, encode.adjust_stock)

    async def approve_adjustment(
        self, request: stock_pb.ApproveAdjustmentRequest, call: Call
    ) -> stock_pb.ApproveAdjustmentResponse:
        """The second person's word."""
        return encode.approve_adjustment(await self._commands.apply(decode.approve_adjustment(request), call))

    async def list_proposals(
        self, request: stock_pb.ListProposalsRequest, call: Call
    ) -> stock_pb.ListProposalsResponse:
        """Corrections that wait."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_DOCUMENTS_MAX, limits.LIST_DOCUMENTS_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_proposals(await self._questions.list_proposals(location_id, size, token, call))

    async def submit_count(self, request: stock_pb.SubmitCountRequest, call: Call) -> stock_pb.SubmitCountResponse:
        """Somebody counted."""
        return await self._writes.answer(request, call, decode.submit_count, encode.submit_count)

    async def list_shortages(
        self, request: stock_pb.ListShortagesRequest, call: Call
    ) -> stock_pb.ListShortagesResponse:
        """More is reserved than may be sold."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_DOCUMENTS_MAX, limits.LIST_DOCUMENTS_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_shortages(await self._questions.list_shortages(location_id, size, token, call))

    async def set_quota(self, request: stock_pb.SetQuotaRequest, call: Call) -> stock_pb.SetQuotaResponse:
        """What only one channel may have."""
        return await self._writes.answer(request, call, decode.set_quota, encode.set_quota)

    async def list_quotas(self, request: stock_pb.ListQuotasRequest, call: Call) -> stock_pb.ListQuotasResponse:
        """What is left of that."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_quotas(await self._questions.list_quotas(location_id, size, token, call))

    async def merge_sku(self, request: stock_pb.MergeSkuRequest, call: Call) -> stock_pb.MergeSkuResponse:
        """Two SKUs were one item."""
        return encode.merge_sku(await self._commands.apply(decode.merge_sku(request), call))

    async def get_stock(self, request: stock_pb.GetStockRequest, call: Call) -> stock_pb.GetStockResponse:
        """Some SKUs."""
        location_id = ident(request.location_id, "location_id")
        return encode.get_stock(await self._questions.get_stock(location_id, decode.skus(request), call))

    async def list_stock(self, request: stock_pb.ListStockRequest, call: Call) -> stock_pb.ListStockResponse:
        """All SKUs, a page at a time; a token is the SKU to go on behind."""
        location_id = ident(request.location_id, "location_id")
        after = optional_ident(request.page_token, "page_token")
        size = page_size(request.page_size, limits.LIST_STOCK_MAX, limits.LIST_STOCK_DEFAULT)
        return encode.list_stock(await self._questions.list_stock(location_id, after, size, call))
