"""What a storefront asks: what may be promised, and an order's claim on it.

Generated from calls/orders.py by scripts/generate_sdk.py. Do not edit.
"""

from __future__ import annotations

from collections.abc import Iterable

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls, named
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import types_pb2


class AsyncOrderCalls(AsyncCalls):
    """FulfillmentGateService, as storefronts use it."""

    async def check_availability(
        self,
        lines: Iterable[gate_pb2.AvailabilityLine],
        *,
        location_ids: Iterable[str] = (),
        channel: str = "",
        max_age_ms: int = 0,
        timeout_s: float | None = None,
    ) -> gate_pb2.CheckAvailabilityResponse:
        """Tell what may be promised of 1 to 1,000 lines, at these locations or at all, with the buckets behind it.

        Too little is an answer, not an error: `sufficient` is false. With max_age_ms (up to 86,400,000) a gate whose
        store is away answers with what it saw last, no longer ago: such a location is `stale`, and has an `age_ms`.
        Raises NotFound (UNKNOWN_LOCATION).
        """
        request = gate_pb2.CheckAvailabilityRequest(
            lines=lines, location_ids=location_ids, channel=channel, max_age_ms=max_age_ms
        )
        return await self._ask(rpcs.CHECK_AVAILABILITY, request, timeout_s)

    async def reserve_stock(
        self,
        location_id: str,
        order_id: str,
        lines: Iterable[gate_pb2.ReserveLine],
        *,
        channel: str = "",
        ttl_ms: int = 0,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReserveStockResponse:
        """Reserve all lines of an order, or none: held for ttl_ms (1,000 to 86,400,000), or committed with ttl_ms 0.

        With "" as the location the gate sources the order by the locations of the channel; `parts` says from where.
        Raises Refused (INSUFFICIENT_STOCK, with a violation for each line; RESERVATION_RELEASED), NotFound
        (UNKNOWN_LOCATION, UNKNOWN_SKU, UNKNOWN_CHANNEL), AlreadyExists (RESERVATION_EXISTS).
        """
        request = gate_pb2.ReserveStockRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            order_id=order_id,
            channel=channel,
            ttl_ms=ttl_ms,
            lines=lines,
            source_event=source_event,
        )
        return await self._ask(rpcs.RESERVE_STOCK, request, timeout_s)

    async def confirm_reservation(
        self,
        location_id: str,
        order_id: str,
        *,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ConfirmReservationResponse:
        """Commit what is held. A hold that ran out is taken again (`retaken`) while its stock is there.

        "" as the location confirms an order that the gate sourced, wherever it is reserved. Raises Refused
        (HOLD_EXPIRED, RESERVATION_RELEASED), NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND).
        """
        request = gate_pb2.ConfirmReservationRequest(
            operation_id=named(operation_id), location_id=location_id, order_id=order_id, source_event=source_event
        )
        return await self._ask(rpcs.CONFIRM_RESERVATION, request, timeout_s)

    async def release_reservation(
        self,
        location_id: str,
        order_id: str,
        lines: Iterable[gate_pb2.ReleaseLine] = (),
        *,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReleaseReservationResponse:
        """Give back these units of a reservation, or without lines all that is held or committed.

        "" as the location gives back an order that the gate sourced, wherever it is reserved. Raises Refused
        (PICK_IN_PROGRESS, ALREADY_SHIPPED, RELEASE_EXCEEDS_LINE), NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND,
        LINE_NOT_FOUND).
        """
        request = gate_pb2.ReleaseReservationRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            order_id=order_id,
            lines=lines,
            source_event=source_event,
        )
        return await self._ask(rpcs.RELEASE_RESERVATION, request, timeout_s)

    async def get_reservation(
        self, location_id: str, order_id: str, *, timeout_s: float | None = None
    ) -> gate_pb2.GetReservationResponse:
        """Give one reservation as it stands. Raises NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND)."""
        request = gate_pb2.GetReservationRequest(location_id=location_id, order_id=order_id)
        return await self._ask(rpcs.GET_RESERVATION, request, timeout_s)
