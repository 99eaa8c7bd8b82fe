"""The client for asyncio. What each method gives and raises is said once, in `Gate`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Self

import grpc
import grpc.aio

from fulfillment_gate import requests
from fulfillment_gate.connection import Connection
from fulfillment_gate.requests import Ask
from fulfillment_gate.rpcs import ResponseT
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


class AsyncGate:
    """`Gate` for asyncio: the same methods, arguments, answers and errors.

    It belongs to the event loop of its first call. A call that is cancelled may have been applied: where that matters,
    give it an operation_id of your own and ask again with it.
    """

    def __init__(
        self,
        target: str,
        *,
        system: str = "",
        actor: str = "",
        timeout_s: float = 10.0,
        credentials: grpc.ChannelCredentials | None = None,
    ) -> None:
        """Get ready to call, as `Gate` does. No event loop need run yet."""
        self._connection = Connection(target, system, actor, timeout_s, credentials)
        self._opened: grpc.aio.Channel | None = None
        self._closed = False

    async def __aenter__(self) -> Self:
        """Give itself; leaving the block closes it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Hang up. Calls under way are cancelled; the client cannot be used again."""
        self._closed = True
        if self._opened is not None:
            await self._opened.close()

    def _channel(self) -> grpc.aio.Channel:
        """Open at the first call: a channel binds itself to the event loop that runs then."""
        if self._closed:
            raise ValueError("this AsyncGate is closed")
        if self._opened is None:
            target, credentials, options = (
                self._connection.target,
                self._connection.credentials,
                self._connection.options,
            )
            if credentials is None:
                self._opened = grpc.aio.insecure_channel(target, options)
            else:
                self._opened = grpc.aio.secure_channel(target, credentials, options)
        return self._opened

    async def _ask(self, ask: Ask[ResponseT], timeout_s: float | None) -> ResponseT:
        attempts = self._connection.attempts(ask.operation_id, timeout_s)
        method = self._channel().unary_unary(ask.rpc.path, ask.serialize, ask.rpc.response.FromString)
        while True:
            try:
                return await method(ask.request, timeout=attempts.remaining_s(), metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = attempts.pause_after(ended)
            await asyncio.sleep(pause_s)

    async def check_availability(
        self,
        lines: Iterable[gate_pb2.AvailabilityLine],
        *,
        location_ids: Iterable[str] = (),
        channel: str = "",
        timeout_s: float | None = None,
    ) -> gate_pb2.CheckAvailabilityResponse:
        """Do as `Gate.check_availability`."""
        return await self._ask(requests.check_availability(lines, location_ids, channel), timeout_s)

    async def reserve_stock(
        self,
        location_id: str,
        order_id: str,
        lines: Iterable[gate_pb2.ReserveLine],
        *,
        channel: str = "",
        ttl_ms: int = 0,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReserveStockResponse:
        """Do as `Gate.reserve_stock`."""
        ask = requests.reserve_stock(location_id, order_id, lines, channel, ttl_ms, operation_id)
        return await self._ask(ask, timeout_s)

    async def confirm_reservation(
        self, location_id: str, order_id: str, *, operation_id: str | None = None, timeout_s: float | None = None
    ) -> gate_pb2.ConfirmReservationResponse:
        """Do as `Gate.confirm_reservation`."""
        return await self._ask(requests.confirm_reservation(location_id, order_id, operation_id), timeout_s)

    async def release_reservation(
        self,
        location_id: str,
        order_id: str,
        lines: Iterable[gate_pb2.ReleaseLine] = (),
        *,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReleaseReservationResponse:
        """Do as `Gate.release_reservation`."""
        return await self._ask(requests.release_reservation(location_id, order_id, lines, operation_id), timeout_s)

    async def get_reservation(
        self, location_id: str, order_id: str, *, timeout_s: float | None = None
    ) -> gate_pb2.GetReservationResponse:
        """Do as `Gate.get_reservation`."""
        return await self._ask(requests.get_reservation(location_id, order_id), timeout_s)

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
        timeout_s: float | None = None,
    ) -> gate_pb2.AuthorizeWaveResponse:
        """Do as `Gate.authorize_wave`."""
        ask = requests.authorize_wave(
            location_id, wave_id, lines, atomicity, permit_ttl_ms, operation_id, dry_run=dry_run
        )
        return await self._ask(ask, timeout_s)

    async def report_pick(
        self,
        location_id: str,
        permit_id: str,
        lines: Iterable[gate_pb2.PickLine],
        *,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReportPickResponse:
        """Do as `Gate.report_pick`."""
        return await self._ask(requests.report_pick(location_id, permit_id, lines, operation_id), timeout_s)

    async def confirm_shipment(
        self,
        location_id: str,
        order_id: str,
        permit_id: str,
        shipment_id: str,
        lines: Iterable[gate_pb2.ShipLine] = (),
        *,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ConfirmShipmentResponse:
        """Do as `Gate.confirm_shipment`."""
        ask = requests.confirm_shipment(location_id, order_id, permit_id, shipment_id, lines, operation_id)
        return await self._ask(ask, timeout_s)

    async def record_receipt(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.ReceiptLine],
        *,
        reference: str = "",
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.RecordReceiptResponse:
        """Do as `Gate.record_receipt`."""
        return await self._ask(requests.record_receipt(location_id, lines, reference, operation_id), timeout_s)

    async def adjust_stock(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.AdjustmentLine],
        *,
        reason: stock_pb2.AdjustmentReason,
        note: str = "",
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.AdjustStockResponse:
        """Do as `Gate.adjust_stock`."""
        return await self._ask(requests.adjust_stock(location_id, lines, reason, note, operation_id), timeout_s)

    async def get_stock(
        self, location_id: str, skus: Iterable[str], *, timeout_s: float | None = None
    ) -> stock_pb2.GetStockResponse:
        """Do as `Gate.get_stock`."""
        return await self._ask(requests.get_stock(location_id, skus), timeout_s)

    async def list_stock(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListStockResponse:
        """Do as `Gate.list_stock`."""
        return await self._ask(requests.list_stock(location_id, page_size, page_token), timeout_s)

    async def iter_stock(
        self, location_id: str, *, timeout_s: float | None = None
    ) -> AsyncIterator[types_pb2.StockLevel]:
        """Do as `Gate.iter_stock`."""
        page_token = ""
        while True:
            page = await self.list_stock(
                location_id, page_size=requests.STOCK_PAGE_SIZE, page_token=page_token, timeout_s=timeout_s
            )
            for level in page.levels:
                yield level
            if not (page_token := page.next_page_token):
                return

    async def list_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 0,
        page_size: int = 0,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> ledger_pb2.ListEntriesResponse:
        """Do as `Gate.list_entries`."""
        ask = requests.list_entries(location_id, from_revision, page_size, include_canonical=include_canonical)
        return await self._ask(ask, timeout_s)

    async def iter_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 1,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> AsyncIterator[ledger_pb2.LedgerEntry]:
        """Do as `Gate.iter_entries`."""
        wanted = from_revision or 1
        while wanted:
            page = await self.list_entries(
                location_id,
                from_revision=wanted,
                page_size=requests.ENTRIES_PAGE_SIZE,
                include_canonical=include_canonical,
                timeout_s=timeout_s,
            )
            for entry in page.entries:
                yield entry
            wanted = page.next_from_revision
