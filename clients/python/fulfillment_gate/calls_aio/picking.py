"""What a warehouse asks of orders: may a wave be picked, what was picked, what has left.

Generated from calls/picking.py by scripts/generate_sdk.py. Do not edit.
"""

# ruff: noqa: PLR0913 - a method takes what its message has, by name

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls, named, pages_async
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import types_pb2


class AsyncPickingCalls(AsyncCalls):
    """FulfillmentGateService, as warehouses and 3PLs use it."""

    async def authorize_wave(
        self,
        location_id: str,
        wave_id: str,
        lines: Iterable[gate_pb2.WaveLine],
        *,
        atomicity: gate_pb2.WaveAtomicity = gate_pb2.WAVE_ATOMICITY_LINE,
        dry_run: bool = False,
        permit_ttl_ms: int = 0,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.AuthorizeWaveResponse:
        """Give a verdict on each of 1 to 2,000 lines, and a permit for permit_ttl_ms (0: four hours) for what may go.

        A line that may not be picked is a verdict, not an error; `wms.release_wave` says what to do with each. A dry
        run changes nothing and has no operation. Raises NotFound (UNKNOWN_LOCATION).
        """
        request = gate_pb2.AuthorizeWaveRequest(
            operation_id="" if dry_run else named(operation_id),
            location_id=location_id,
            wave_id=wave_id,
            lines=lines,
            atomicity=atomicity,
            dry_run=dry_run,
            permit_ttl_ms=permit_ttl_ms,
            source_event=source_event,
        )
        return await self._ask(rpcs.AUTHORIZE_WAVE, request, timeout_s)

    async def report_pick(
        self,
        location_id: str,
        permit_id: str,
        lines: Iterable[gate_pb2.PickLine],
        *,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReportPickResponse:
        """Tell what was picked and what was short, 1 to 2,000 lines, all applied or none.

        Raises Refused (PERMIT_REQUIRED, PERMIT_EXPIRED, LINE_NOT_PERMITTED, PICK_EXCEEDS_PERMIT), NotFound
        (UNKNOWN_LOCATION, PERMIT_NOT_FOUND).
        """
        request = gate_pb2.ReportPickRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            permit_id=permit_id,
            lines=lines,
            source_event=source_event,
        )
        return await self._ask(rpcs.REPORT_PICK, request, timeout_s)

    async def confirm_shipment(
        self,
        location_id: str,
        order_id: str,
        permit_id: str,
        shipment_id: str,
        lines: Iterable[gate_pb2.ShipLine] = (),
        *,
        without_permit: bool = False,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ConfirmShipmentResponse:
        """Tell that a parcel left with these lines, or without lines with all that was picked under the permit.

        `without_permit` (permit_id is then "") tells of a parcel that no wave of ours released, see `logistics`. Raises
        Refused (PERMIT_REQUIRED, PERMIT_EXPIRED, LINE_NOT_PERMITTED, SHIPMENT_EXCEEDS_PERMIT, ALREADY_SHIPPED; without
        a permit also RESERVATION_RELEASED, HOLD_EXPIRED, ORDER_NOT_COMMITTED, SHIPMENT_EXCEEDS_ORDER), NotFound
        (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND, PERMIT_NOT_FOUND; LINE_NOT_FOUND), AlreadyExists (SHIPMENT_ID_REUSED).
        """
        request = gate_pb2.ConfirmShipmentRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            order_id=order_id,
            permit_id=permit_id,
            shipment_id=shipment_id,
            lines=lines,
            without_permit=without_permit,
            source_event=source_event,
        )
        return await self._ask(rpcs.CONFIRM_SHIPMENT, request, timeout_s)

    async def list_unmatched_shipments(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> gate_pb2.ListUnmatchedShipmentsResponse:
        """Give a page of the confirmations that matched nothing, oldest first, up to page_size (0: 100, at most 500).

        Raises NotFound (UNKNOWN_LOCATION).
        """
        request = gate_pb2.ListUnmatchedShipmentsRequest(
            location_id=location_id, page_size=page_size, page_token=page_token
        )
        return await self._ask(rpcs.LIST_UNMATCHED_SHIPMENTS, request, timeout_s)

    async def iter_unmatched_shipments(
        self, location_id: str, *, timeout_s: float | None = None
    ) -> AsyncIterator[gate_pb2.UnmatchedShipment]:
        """Give every confirmation that matched nothing, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_unmatched_shipments.
        """
        async for page in pages_async(
            lambda token: self.list_unmatched_shipments(location_id, page_token=token, timeout_s=timeout_s)
        ):
            for one in page.shipments:
                yield one

    async def resolve_shipment(
        self,
        location_id: str,
        unmatched_id: str,
        order_id: str,
        *,
        note: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ResolveShipmentResponse:
        """Say of which order an unmatched confirmation was the shipment; "" puts it away as none of ours.

        Raises NotFound (UNKNOWN_LOCATION, UNMATCHED_NOT_FOUND), and what confirm_shipment raises without a permit: then
        it goes on waiting.
        """
        request = gate_pb2.ResolveShipmentRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            unmatched_id=unmatched_id,
            order_id=order_id,
            note=note,
            source_event=source_event,
        )
        return await self._ask(rpcs.RESOLVE_SHIPMENT, request, timeout_s)
