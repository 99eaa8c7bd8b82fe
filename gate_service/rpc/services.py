"""The three services: each method checks its request, asks the use case, and encodes the answer.

A method's name is its RPC's in snake_case; `pipeline` finds it by that.
"""

from __future__ import annotations

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.domain import limits
from gate_service.rpc import decode, encode
from gate_service.rpc.fields import ident, integer, optional_ident


class FulfillmentGate:
    """fulfillment_gate.v1.FulfillmentGateService."""

    def __init__(self, commands: Commands, questions: Questions) -> None:
        """Keep the use cases."""
        self._commands = commands
        self._questions = questions

    async def check_availability(
        self, request: gate_pb.CheckAvailabilityRequest, call: Call
    ) -> gate_pb.CheckAvailabilityResponse:
        """What may be promised."""
        channel = optional_ident(request.channel, "channel")
        answers = await self._questions.check_availability(
            decode.availability_lines(request), decode.location_ids(request), channel, call
        )
        return encode.check_availability(answers, self._questions.policy, channel)

    async def reserve_stock(self, request: gate_pb.ReserveStockRequest, call: Call) -> gate_pb.ReserveStockResponse:
        """Reserve an order's lines."""
        return encode.reserve_stock(await self._commands.apply(decode.reserve_stock(request), call))

    async def confirm_reservation(
        self, request: gate_pb.ConfirmReservationRequest, call: Call
    ) -> gate_pb.ConfirmReservationResponse:
        """Commit what is held."""
        return encode.confirm_reservation(await self._commands.apply(decode.confirm_reservation(request), call))

    async def release_reservation(
        self, request: gate_pb.ReleaseReservationRequest, call: Call
    ) -> gate_pb.ReleaseReservationResponse:
        """Give back."""
        return encode.release_reservation(await self._commands.apply(decode.release_reservation(request), call))

    async def get_reservation(
        self, request: gate_pb.GetReservationRequest, call: Call
    ) -> gate_pb.GetReservationResponse:
        """One reservation as it stands."""
        location_id = ident(request.location_id, "location_id")
        order_id = ident(request.order_id, "order_id")
        return encode.get_reservation(location_id, await self._questions.get_reservation(location_id, order_id, call))

    async def authorize_wave(self, request: gate_pb.AuthorizeWaveRequest, call: Call) -> gate_pb.AuthorizeWaveResponse:
        """Judge a wave: may it be picked."""
        operation = decode.authorize_wave(request)
        return encode.authorize_wave(operation, await self._commands.apply(operation, call))

    async def report_pick(self, request: gate_pb.ReportPickRequest, call: Call) -> gate_pb.ReportPickResponse:
        """What was picked and what was not there."""
        return encode.report_pick(await self._commands.apply(decode.report_pick(request), call))

    async def confirm_shipment(
        self, request: gate_pb.ConfirmShipmentRequest, call: Call
    ) -> gate_pb.ConfirmShipmentResponse:
        """A parcel left."""
        return encode.confirm_shipment(await self._commands.apply(decode.confirm_shipment(request), call))


class Stock:
    """fulfillment_gate.v1.StockService."""

    def __init__(self, commands: Commands, questions: Questions) -> None:
        """Keep the use cases."""
        self._commands = commands
        self._questions = questions

    async def record_receipt(
        self, request: stock_pb.RecordReceiptRequest, call: Call
    ) -> stock_pb.RecordReceiptResponse:
        """Goods came in."""
        return encode.record_receipt(await self._commands.apply(decode.record_receipt(request), call))

    async def adjust_stock(self, request: stock_pb.AdjustStockRequest, call: Call) -> stock_pb.AdjustStockResponse:
        """The record was wrong."""
        return encode.adjust_stock(await self._commands.apply(decode.adjust_stock(request), call))

    async def get_stock(self, request: stock_pb.GetStockRequest, call: Call) -> stock_pb.GetStockResponse:
        """Some SKUs."""
        location_id = ident(request.location_id, "location_id")
        return encode.get_stock(await self._questions.get_stock(location_id, decode.skus(request), call))

    async def list_stock(self, request: stock_pb.ListStockRequest, call: Call) -> stock_pb.ListStockResponse:
        """All SKUs, a page at a time."""
        location_id = ident(request.location_id, "location_id")
        after = optional_ident(request.page_token, "page_token")
        size = decode.page(request.page_size, "page_size", limits.LIST_STOCK_MAX, limits.LIST_STOCK_DEFAULT)
        return encode.list_stock(await self._questions.list_stock(location_id, after, size, call))


class Ledger:
    """fulfillment_gate.v1.LedgerService."""

    def __init__(self, questions: Questions) -> None:
        """Keep the use cases."""
        self._questions = questions

    async def list_entries(self, request: ledger_pb.ListEntriesRequest, call: Call) -> ledger_pb.ListEntriesResponse:
        """Entries from a revision on."""
        location_id = ident(request.location_id, "location_id")
        start = integer(request.from_revision, "from_revision", 0, limits.BUCKET_MAX) or 1
        size = decode.page(request.page_size, "page_size", limits.LIST_ENTRIES_MAX, limits.LIST_ENTRIES_DEFAULT)
        page = await self._questions.list_entries(location_id, start, size, call)
        return encode.list_entries(page, request.include_canonical)
