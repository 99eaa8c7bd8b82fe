"""What is expected, and what travels between locations."""

# ruff: noqa: PLR0913 - a method takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, named, pages
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb2
from fulfillment_gate.v1 import types_pb2


class IncomingCalls(Calls):
    """IncomingService."""

    def announce_incoming(
        self,
        location_id: str,
        document_id: str,
        lines: Iterable[incoming_pb2.IncomingLine],
        *,
        kind: incoming_pb2.DocumentKind,
        version: int = 0,
        expected_at_ms: int = 0,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> incoming_pb2.AnnounceIncomingResponse:
        """Announce 1 to 2,000 lines of a document: `incoming` rises. Opens its location and SKUs.

        `version` 0 stands for 1, `expected_at_ms` 0 for "nobody knows when". Raises Refused (QUANTITY_OVERFLOW),
        AlreadyExists (DOCUMENT_VERSION_REUSED).
        """
        request = incoming_pb2.AnnounceIncomingRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            document_id=document_id,
            kind=kind,
            version=version,
            expected_at_ms=expected_at_ms,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.ANNOUNCE_INCOMING, request, timeout_s)

    def amend_incoming(
        self,
        location_id: str,
        document_id: str,
        lines: Iterable[incoming_pb2.IncomingLine],
        *,
        kind: incoming_pb2.DocumentKind,
        version: int,
        expected_at_ms: int = 0,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> incoming_pb2.AmendIncomingResponse:
        """Give the whole document as it now is, in up to 2,000 lines; none cancels it.

        The newest version counts, whichever comes first: `superseded` says that a newer one is known. Raises Refused
        (QUANTITY_OVERFLOW), AlreadyExists (DOCUMENT_VERSION_REUSED).
        """
        request = incoming_pb2.AmendIncomingRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            document_id=document_id,
            kind=kind,
            version=version,
            expected_at_ms=expected_at_ms,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.AMEND_INCOMING, request, timeout_s)

    def get_incoming(
        self, location_id: str, document_id: str, *, timeout_s: float | None = None
    ) -> incoming_pb2.GetIncomingResponse:
        """Give one announcement as it stands. Raises NotFound (UNKNOWN_LOCATION, DOCUMENT_NOT_FOUND)."""
        request = incoming_pb2.GetIncomingRequest(location_id=location_id, document_id=document_id)
        return self._ask(rpcs.GET_INCOMING, request, timeout_s)

    def list_incoming(
        self,
        location_id: str,
        *,
        overdue_only: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_s: float | None = None,
    ) -> incoming_pb2.ListIncomingResponse:
        """Give a page of what is still expected, the earliest first, up to page_size (0: 20, at most 100).

        Raises NotFound (UNKNOWN_LOCATION).
        """
        request = incoming_pb2.ListIncomingRequest(
            location_id=location_id, overdue_only=overdue_only, page_size=page_size, page_token=page_token
        )
        return self._ask(rpcs.LIST_INCOMING, request, timeout_s)

    def iter_incoming(
        self, location_id: str, *, overdue_only: bool = False, timeout_s: float | None = None
    ) -> Iterator[incoming_pb2.IncomingDocument]:
        """Give every document that is still expected, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_incoming.
        """
        for page in pages(
            lambda token: self.list_incoming(
                location_id, overdue_only=overdue_only, page_token=token, timeout_s=timeout_s
            )
        ):
            yield from page.documents

    def transfer_stock(
        self,
        location_id: str,
        to_location_id: str,
        transfer_id: str,
        lines: Iterable[incoming_pb2.TransferLine],
        *,
        expected_at_ms: int = 0,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> incoming_pb2.TransferStockResponse:
        """Send 1 to 1,000 SKUs to another location: they leave on_hand here and are incoming there under transfer_id.

        What arrives is told there by `record_receipt(…, document_id=transfer_id)`. Raises Refused (INSUFFICIENT_STOCK),
        NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU), AlreadyExists (TRANSFER_ID_REUSED).
        """
        request = incoming_pb2.TransferStockRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            to_location_id=to_location_id,
            transfer_id=transfer_id,
            expected_at_ms=expected_at_ms,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.TRANSFER_STOCK, request, timeout_s)
