"""How goods come in, come back, and change their status."""

# ruff: noqa: PLR0913 - a method takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, named, pages
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


class GoodsCalls(Calls):
    """StockService, as far as goods move."""

    def record_receipt(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.ReceiptLine],
        *,
        reference: str = "",
        document_id: str = "",
        final: bool = False,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.RecordReceiptResponse:
        """Book in 1 to 2,000 lines, all or none; the first receipt opens its location and SKUs.

        With the document_id of an announcement they came in against it: `over` and `open` say how it compares, and
        `final` that nothing more of it will come. Raises Refused (QUANTITY_OVERFLOW).
        """
        request = stock_pb2.RecordReceiptRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            reference=reference,
            lines=lines,
            document_id=document_id,
            final=final,
            source_event=source_event,
        )
        return self._ask(rpcs.RECORD_RECEIPT, request, timeout_s)

    def record_return(
        self,
        location_id: str,
        return_id: str,
        lines: Iterable[stock_pb2.ReturnLine],
        *,
        order_id: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.RecordReturnResponse:
        """Book a return in, 1 to 1,000 lines, all or none; a line without a landing is to be inspected first.

        With an order_id, `unmatched` says what this location never shipped for that order: it is taken in all the same.
        Raises NotFound (UNKNOWN_LOCATION), Refused (QUANTITY_OVERFLOW).
        """
        request = stock_pb2.RecordReturnRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            return_id=return_id,
            order_id=order_id,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.RECORD_RETURN, request, timeout_s)

    def move_stock(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.MoveLine],
        *,
        reason: str = "",
        note: str = "",
        reference: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.MoveStockResponse:
        """Change the status of goods (inspected, broken, found, written off), 1 to 2,000 lines in order, all or none.

        What is reserved does not stand in the way: `shortages` says which orders are hit. Raises Refused
        (INSUFFICIENT_ON_HAND), NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU).
        """
        request = stock_pb2.MoveStockRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            reason=reason,
            note=note,
            reference=reference,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.MOVE_STOCK, request, timeout_s)

    def place_stock_hold(
        self,
        location_id: str,
        hold_id: str,
        sku: str,
        *,
        lot_id: str = "",
        quantity: int = 0,
        note: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.PlaceStockHoldResponse:
        """Promise and pick nothing more of a SKU, or of `quantity` units of a lot of it, until the hold is lifted.

        Raises AlreadyExists (STOCK_HOLD_EXISTS), Refused (INSUFFICIENT_ON_HAND), NotFound (UNKNOWN_LOCATION,
        UNKNOWN_SKU).
        """
        request = stock_pb2.PlaceStockHoldRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            hold_id=hold_id,
            sku=sku,
            lot_id=lot_id,
            quantity=quantity,
            note=note,
            source_event=source_event,
        )
        return self._ask(rpcs.PLACE_STOCK_HOLD, request, timeout_s)

    def lift_stock_hold(
        self,
        location_id: str,
        hold_id: str,
        *,
        note: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.LiftStockHoldResponse:
        """End a hold; what it kept of a lot goes back to where it may be sold.

        Raises NotFound (UNKNOWN_LOCATION, STOCK_HOLD_NOT_FOUND).
        """
        request = stock_pb2.LiftStockHoldRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            hold_id=hold_id,
            note=note,
            source_event=source_event,
        )
        return self._ask(rpcs.LIFT_STOCK_HOLD, request, timeout_s)

    def list_stock_holds(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListStockHoldsResponse:
        """Give a page of the holds that are placed, by id, up to page_size (0: 100, at most 500).

        Raises NotFound (UNKNOWN_LOCATION).
        """
        request = stock_pb2.ListStockHoldsRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_STOCK_HOLDS, request, timeout_s)

    def iter_stock_holds(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[stock_pb2.StockHold]:
        """Give every hold that is placed, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_stock_holds.
        """
        for page in pages(lambda token: self.list_stock_holds(location_id, page_token=token, timeout_s=timeout_s)):
            yield from page.holds
