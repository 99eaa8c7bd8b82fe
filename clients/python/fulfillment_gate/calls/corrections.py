"""How the record is corrected: by a reason, by a second person, by a count."""

# ruff: noqa: PLR0913 - a method takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, named, pages
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


class CorrectionCalls(Calls):
    """StockService, as far as the record was wrong."""

    def adjust_stock(
        self,
        location_id: str,
        lines: Iterable[stock_pb2.AdjustmentLine],
        *,
        reason: stock_pb2.AdjustmentReason,
        note: str = "",
        propose: bool = False,
        variance_id: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.AdjustStockResponse:
        """Correct the record by 1 to 2,000 signed lines, all or none, for a reason; a note has up to 200 characters.

        Where `proposal_id` is set, nothing has changed yet: the correction waits for a second person; with `propose` it
        always does. `variance_id` names the variance that it corrects. Raises Refused (INSUFFICIENT_ON_HAND,
        QUANTITY_OVERFLOW), NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU), PermissionDenied (SECOND_ACTOR_REQUIRED).
        """
        request = stock_pb2.AdjustStockRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            reason=reason,
            note=note,
            lines=lines,
            propose=propose,
            variance_id=variance_id,
            source_event=source_event,
        )
        return self._ask(rpcs.ADJUST_STOCK, request, timeout_s)

    def approve_adjustment(
        self,
        location_id: str,
        proposal_id: str,
        *,
        approved: bool,
        note: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.ApproveAdjustmentResponse:
        """Say yes or no, as the second person, to a correction that waits; the `actor` of the client says who.

        Raises PermissionDenied (SECOND_ACTOR_REQUIRED), NotFound (UNKNOWN_LOCATION, PROPOSAL_NOT_FOUND, UNKNOWN_SKU),
        Refused (INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW).
        """
        request = stock_pb2.ApproveAdjustmentRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            proposal_id=proposal_id,
            approved=approved,
            note=note,
            source_event=source_event,
        )
        return self._ask(rpcs.APPROVE_ADJUSTMENT, request, timeout_s)

    def list_proposals(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListProposalsResponse:
        """Give a page of the corrections that wait for a second person, oldest first.

        Up to page_size (0: 20, at most 100). Raises NotFound (UNKNOWN_LOCATION).
        """
        request = stock_pb2.ListProposalsRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_PROPOSALS, request, timeout_s)

    def iter_proposals(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[stock_pb2.Proposal]:
        """Give every correction that waits, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_proposals.
        """
        for page in pages(lambda token: self.list_proposals(location_id, page_token=token, timeout_s=timeout_s)):
            yield from page.proposals

    def submit_count(
        self,
        location_id: str,
        count_id: str,
        lines: Iterable[stock_pb2.CountLine],
        *,
        as_of_revision: int = 0,
        includes_picked: bool = False,
        covers_range: bool = False,
        covers_after: str = "",
        covers_through: str = "",
        variance_id: str = "",
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.SubmitCountResponse:
        """Tell what was counted of up to 2,000 SKUs as of a revision (0: now); what happened since is accounted for.

        With `covers_range`, every SKU behind `covers_after` up to `covers_through` that is not among the lines was
        looked for and is not there; `wms.count_location` tells a whole location so. `variance_id` names the variance
        because of which it was counted. Raises Refused (AS_OF_AHEAD, COUNT_RANGE_TOO_WIDE, QUANTITY_OVERFLOW), NotFound
        (UNKNOWN_LOCATION).
        """
        request = stock_pb2.SubmitCountRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            count_id=count_id,
            as_of_revision=as_of_revision,
            includes_picked=includes_picked,
            covers_range=covers_range,
            covers_after=covers_after,
            covers_through=covers_through,
            lines=lines,
            variance_id=variance_id,
            source_event=source_event,
        )
        return self._ask(rpcs.SUBMIT_COUNT, request, timeout_s)

    def list_shortages(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListShortagesResponse:
        """Give a page of the SKUs of which more is reserved than may be sold, with the orders that are hit.

        By SKU, up to page_size (0: 20, at most 100). Raises NotFound (UNKNOWN_LOCATION).
        """
        request = stock_pb2.ListShortagesRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_SHORTAGES, request, timeout_s)

    def iter_shortages(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[types_pb2.Shortage]:
        """Give every shortage, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_shortages.
        """
        for page in pages(lambda token: self.list_shortages(location_id, page_token=token, timeout_s=timeout_s)):
            yield from page.shortages
