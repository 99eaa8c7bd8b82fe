"""The client for ordinary code. `AsyncGate` is the same for asyncio."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import grpc

from fulfillment_gate import requests
from fulfillment_gate.connection import Connection
from fulfillment_gate.requests import Ask
from fulfillment_gate.rpcs import ResponseT
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


class Gate:
    """A client of one gate, safe to share between threads. Make one for a process and close it at the end.

    Every method answers the message of the contract, or raises a `GateError` of the class that fits; `reason` is the
    name of the ErrorReason. The reasons listed at a method are those of its own; any method may also raise
    `InvalidArgument`, `Unavailable`, `Overloaded`, `DeadlineExceeded`, `PermissionDenied` and `Internal`.

    A method that changes something carries an `operation_id`: made once, kept in every retry, so that it is applied
    once however often it is asked. Give your own where you want to ask again after a crash.

    `timeout_s` is the time of a whole call in seconds, its retries included; None takes that of the client. Retried
    are UNAVAILABLE and RESOURCE_EXHAUSTED, until that time is used up.

    Quantities are whole base units, times ms since the epoch, durations ms.
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
        """Get ready to call; the first call connects.

        `target` is host:port, unix:path, or dns:///name:port to go round all healthy addresses behind a name. `system`
        and `actor` name the caller in the ledger. Without `credentials` the connection is not encrypted. Raises
        ValueError for what could never work.
        """
        self._connection = Connection(target, system, actor, timeout_s, credentials)
        options = self._connection.options
        if credentials is None:
            self._channel = grpc.insecure_channel(target, options)
        else:
            self._channel = grpc.secure_channel(target, credentials, options)

    def __enter__(self) -> Self:
        """Give itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Hang up. Calls under way end with an error; the client cannot be used again."""
        self._channel.close()

    def _ask(self, ask: Ask[ResponseT], timeout_s: float | None) -> ResponseT:
        attempts = self._connection.attempts(ask.operation_id, timeout_s)
        method = self._channel.unary_unary(ask.rpc.path, ask.serialize, ask.rpc.response.FromString)
        while True:
            try:
                return method(ask.request, timeout=attempts.remaining_s(), metadata=self._connection.metadata)
            except grpc.RpcError as ended:
                pause_s = attempts.pause_after(ended)
            time.sleep(pause_s)

    def check_availability(
        self,
        lines: Iterable[gate_pb2.AvailabilityLine],
        *,
        location_ids: Iterable[str] = (),
        channel: str = "",
        timeout_s: float | None = None,
    ) -> gate_pb2.CheckAvailabilityResponse:
        """Tell what may be promised of 1 to 1,000 lines, at these locations or at all, with the buckets behind it.

        Too little is an answer, not an error: `sufficient` is false. Raises NotFound (UNKNOWN_LOCATION).
        """
        return self._ask(requests.check_availability(lines, location_ids, channel), timeout_s)

    def reserve_stock(
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
        """Reserve all lines of an order, or none: held for ttl_ms (1,000 to 86,400,000), or committed with ttl_ms 0.

        Raises Refused (INSUFFICIENT_STOCK, with a violation for each line; RESERVATION_RELEASED), NotFound
        (UNKNOWN_LOCATION, UNKNOWN_SKU), AlreadyExists (RESERVATION_EXISTS, OPERATION_ID_REUSED).
        """
        ask = requests.reserve_stock(location_id, order_id, lines, channel, ttl_ms, operation_id)
        return self._ask(ask, timeout_s)

    def confirm_reservation(
        self, location_id: str, order_id: str, *, operation_id: str | None = None, timeout_s: float | None = None
    ) -> gate_pb2.ConfirmReservationResponse:
        """Commit what is held. A hold that ran out is taken again (`retaken`) while its stock is there.

        Raises Refused (HOLD_EXPIRED, RESERVATION_RELEASED), NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND),
        AlreadyExists (OPERATION_ID_REUSED).
        """
        return self._ask(requests.confirm_reservation(location_id, order_id, operation_id), timeout_s)

    def release_reservation(
        self,
        location_id: str,
        order_id: str,
        lines: Iterable[gate_pb2.ReleaseLine] = (),
        *,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReleaseReservationResponse:
        """Give back these units of a reservation, or without lines all that is held or committed.

        Raises Refused (PICK_IN_PROGRESS, ALREADY_SHIPPED, RELEASE_EXCEEDS_LINE), NotFound (UNKNOWN_LOCATION,
        RESERVATION_NOT_FOUND, LINE_NOT_FOUND), AlreadyExists (OPERATION_ID_REUSED).
        """
        return self._ask(requests.release_reservation(location_id, order_id, lines, operation_id), timeout_s)

    def get_reservation(
        self, location_id: str, order_id: str, *, timeout_s: float | None = None
    ) -> gate_pb2.GetReservationResponse:
        """Give one reservation as it stands. Raises NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND)."""
        return self._ask(requests.get_reservation(location_id, order_id), timeout_s)

    def authorize_wave(
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
        """Give a verdict on each of 1 to 2,000 lines, and a permit for permit_ttl_ms (0: four hours) for what may go.

        A line that may not be picked is a verdict, not an error; `wms.release_wave` says what to do with each. A dry
        run changes nothing and has no operation. Raises NotFound (UNKNOWN_LOCATION), AlreadyExists
        (OPERATION_ID_REUSED).
        """
        ask = requests.authorize_wave(
            location_id, wave_id, lines, atomicity, permit_ttl_ms, operation_id, dry_run=dry_run
        )
        return self._ask(ask, timeout_s)

    def report_pick(
        self,
        location_id: str,
        permit_id: str,
        lines: Iterable[gate_pb2.PickLine],
        *,
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> gate_pb2.ReportPickResponse:
        """Tell what was picked and what was short, 1 to 2,000 lines, all applied or none.

        Raises Refused (PERMIT_REQUIRED, PERMIT_EXPIRED, LINE_NOT_PERMITTED, PICK_EXCEEDS_PERMIT), NotFound
        (UNKNOWN_LOCATION, PERMIT_NOT_FOUND), AlreadyExists (OPERATION_ID_REUSED).
        """
        return self._ask(requests.report_pick(location_id, permit_id, lines, operation_id), timeout_s)

    def confirm_shipment(
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
        """Tell that a parcel left with these lines, or without lines with all that was picked under the permit.

        Raises Refused (PERMIT_REQUIRED, PERMIT_EXPIRED, LINE_NOT_PERMITTED, SHIPMENT_EXCEEDS_PERMIT, ALREADY_SHIPPED),
        NotFound (UNKNOWN_LOCATION, RESERVATION_NOT_FOUND, PERMIT_NOT_FOUND), AlreadyExists (SHIPMENT_ID_REUSED,
        OPERATION_ID_REUSED).
        """
        ask = requests.confirm_shipment(location_id, order_id, permit_id, shipment_id, lines, operation_id)
        return self._ask(ask, timeout_s)

    def record_receipt(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.ReceiptLine],
        *,
        reference: str = "",
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.RecordReceiptResponse:
        """Book in 1 to 2,000 lines, all or none; the first receipt opens its location and SKUs.

        Raises Refused (QUANTITY_OVERFLOW), AlreadyExists (OPERATION_ID_REUSED).
        """
        return self._ask(requests.record_receipt(location_id, lines, reference, operation_id), timeout_s)

    def adjust_stock(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.AdjustmentLine],
        *,
        reason: stock_pb2.AdjustmentReason,
        note: str = "",
        operation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.AdjustStockResponse:
        """Correct the record by 1 to 2,000 signed lines, all or none, for a reason; a note has up to 200 characters.

        Raises Refused (INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW), NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU),
        AlreadyExists (OPERATION_ID_REUSED).
        """
        return self._ask(requests.adjust_stock(location_id, lines, reason, note, operation_id), timeout_s)

    def get_stock(
        self, location_id: str, skus: Iterable[str], *, timeout_s: float | None = None
    ) -> stock_pb2.GetStockResponse:
        """Give the buckets of 1 to 1,000 SKUs at one revision. Raises NotFound (UNKNOWN_LOCATION)."""
        return self._ask(requests.get_stock(location_id, skus), timeout_s)

    def list_stock(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListStockResponse:
        """Give a page of all SKUs, up to page_size (0: 500, at most 2,000). Raises NotFound (UNKNOWN_LOCATION)."""
        return self._ask(requests.list_stock(location_id, page_size, page_token), timeout_s)

    def iter_stock(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[types_pb2.StockLevel]:
        """Give every SKU, page by page as they are wanted; `timeout_s` is that of each page. Raises as list_stock."""
        page_token = ""
        while True:
            page = self.list_stock(
                location_id, page_size=requests.STOCK_PAGE_SIZE, page_token=page_token, timeout_s=timeout_s
            )
            yield from page.levels
            if not (page_token := page.next_page_token):
                return

    def list_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 0,
        page_size: int = 0,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> ledger_pb2.ListEntriesResponse:
        """Give a page of the ledger, up to page_size entries (0: 100, at most 1,000). Raises NotFound."""
        ask = requests.list_entries(location_id, from_revision, page_size, include_canonical=include_canonical)
        return self._ask(ask, timeout_s)

    def iter_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 1,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> Iterator[ledger_pb2.LedgerEntry]:
        """Give every entry from a revision to the newest; `timeout_s` is that of each page. Raises as list_entries."""
        wanted = from_revision or 1
        while wanted:
            page = self.list_entries(
                location_id,
                from_revision=wanted,
                page_size=requests.ENTRIES_PAGE_SIZE,
                include_canonical=include_canonical,
                timeout_s=timeout_s,
            )
            yield from page.entries
            wanted = page.next_from_revision
