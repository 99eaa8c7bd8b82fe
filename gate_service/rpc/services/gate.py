"""fulfillment_gate.v1.FulfillmentGateService."""

from __future__ import annotations

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.app.sourcing import Sourcing
from gate_service.domain import limits
from gate_service.rpc.decode import gate as decode
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import gate as encode
from gate_service.rpc.fields import ident, optional_ident
from gate_service.rpc.services.parts import Items, Writes


class FulfillmentGate:
    """What may be promised, what is reserved, what a warehouse may pick."""

    def __init__(self, commands: Commands, questions: Questions, items: Items, sourcing: Sourcing) -> None:
        """Keep the use cases."""
        self._commands = commands
        self._questions = questions
        self._items = items
        self._sourcing = sourcing
        self._writes = Writes(commands, items)

    async def check_availability(
        self, request: gate_pb.CheckAvailabilityRequest, call: Call
    ) -> gate_pb.CheckAvailabilityResponse:
        """What may be promised."""
        conversions = await self._items.translate(request, call)
        channel = optional_ident(request.channel, "channel")
        promises = await self._questions.check_availability(
            decode.availability_lines(request),
            decode.location_ids(request),
            channel,
            call,
            max_age_ms=decode.max_age_ms(request),
        )
        response = encode.check_availability(promises, channel)
        response.conversions.extend(conversions)
        return response

    async def reserve_stock(self, request: gate_pb.ReserveStockRequest, call: Call) -> gate_pb.ReserveStockResponse:
        """Reserve an order's lines."""
        decode.as_ordered(request)
        conversions = await self._items.translate(request, call)
        operation = decode.reserve_stock(request)
        if operation.location_id:
            response = encode.reserve_stock(operation, await self._commands.apply(operation, call))
        else:
            response = encode.sourced(await self._sourcing.reserve(operation, call))
        response.conversions.extend(conversions)
        return response

    async def confirm_reservation(
        self, request: gate_pb.ConfirmReservationRequest, call: Call
    ) -> gate_pb.ConfirmReservationResponse:
        """Commit what is held."""
        operation = decode.confirm_reservation(request)
        confirm = self._commands.apply if operation.location_id else self._sourcing.confirm
        return encode.confirm_reservation(await confirm(operation, call))

    async def release_reservation(
        self, request: gate_pb.ReleaseReservationRequest, call: Call
    ) -> gate_pb.ReleaseReservationResponse:
        """Give back."""
        operation = decode.release_reservation(request)
        release = self._commands.apply if operation.location_id else self._sourcing.release
        return encode.release_reservation(await release(operation, call))

    async def get_reservation(
        self, request: gate_pb.GetReservationRequest, call: Call
    ) -> gate_pb.GetReservationResponse:
        """One reservation as it stands."""
        location_id = optional_ident(request.location_id, "location_id")
        order_id = ident(request.order_id, "order_id")
        places = [location_id] if location_id else await self._sourcing.where(order_id)
        found = [(place, await self._questions.get_reservation(place, order_id, call)) for place in places]
        return encode.get_reservation(found)

    async def authorize_wave(self, request: gate_pb.AuthorizeWaveRequest, call: Call) -> gate_pb.AuthorizeWaveResponse:
        """Judge a wave: may it be picked."""
        conversions = await self._items.translate(request, call)
        operation = decode.authorize_wave(request)
        response = encode.authorize_wave(operation, await self._commands.apply(operation, call))
        response.conversions.extend(conversions)
        return response

    async def report_pick(self, request: gate_pb.ReportPickRequest, call: Call) -> gate_pb.ReportPickResponse:
        """What was picked and what was not there."""
        return await self._writes.answer(request, call, decode.report_pick, encode.report_pick)

    async def confirm_shipment(
        self, request: gate_pb.ConfirmShipmentRequest, call: Call
    ) -> gate_pb.ConfirmShipmentResponse:
        """A parcel left."""
        return await self._writes.answer(request, call, decode.confirm_shipment, encode.confirm_shipment)

    async def list_unmatched_shipments(
        self, request: gate_pb.ListUnmatchedShipmentsRequest, call: Call
    ) -> gate_pb.ListUnmatchedShipmentsResponse:
        """Parcels that matched nothing."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_unmatched_shipments(
            await self._questions.list_unmatched_shipments(location_id, size, token, call)
        )

    async def resolve_shipment(
        self, request: gate_pb.ResolveShipmentRequest, call: Call
    ) -> gate_pb.ResolveShipmentResponse:
        """What such a parcel was."""
        return encode.resolve_shipment(await self._commands.apply(decode.resolve_shipment(request), call))
