"""How stock is read, kept for a channel, and made one of two SKUs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, named, pages
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2

STOCK_PAGE_SIZE = 2_000
"""SKUs that the iterator asks for at once: as much as the contract allows, for fewer round trips."""


class StockCalls(Calls):
    """StockService, as far as stock is looked at and set apart."""

    def get_stock(
        self, location_id: str, skus: Iterable[str], *, timeout_s: float | None = None
    ) -> stock_pb2.GetStockResponse:
        """Give the buckets of 1 to 1,000 SKUs at one revision. Raises NotFound (UNKNOWN_LOCATION)."""
        request = stock_pb2.GetStockRequest(location_id=location_id, skus=skus)
        return self._ask(rpcs.GET_STOCK, request, timeout_s)

    def list_stock(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListStockResponse:
        """Give a page of all SKUs, up to page_size (0: 500, at most 2,000). Raises NotFound (UNKNOWN_LOCATION)."""
        request = stock_pb2.ListStockRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_STOCK, request, timeout_s)

    def iter_stock(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[types_pb2.StockLevel]:
        """Give every SKU, page by page as they are wanted; `timeout_s` is for each page. Raises as list_stock."""
        for page in pages(
            lambda token: self.list_stock(location_id, page_size=STOCK_PAGE_SIZE, page_token=token, timeout_s=timeout_s)
        ):
            yield from page.levels

    def set_quota(
        self,
        location_id: str,
        channel: str,
        lines: Iterable[stock_pb2.QuotaLine],
        *,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.SetQuotaResponse:
        """Keep so many units of 1 to 2,000 SKUs for one channel from now on; all lines apply or none.

        Raises NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU).
        """
        request = stock_pb2.SetQuotaRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            channel=channel,
            lines=lines,
            source_event=source_event,
        )
        return self._ask(rpcs.SET_QUOTA, request, timeout_s)

    def list_quotas(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> stock_pb2.ListQuotasResponse:
        """Give a page of what is left of the quotas, by SKU and channel, up to page_size SKUs (0: 100, at most 500).

        Raises NotFound (UNKNOWN_LOCATION).
        """
        request = stock_pb2.ListQuotasRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_QUOTAS, request, timeout_s)

    def iter_quotas(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[stock_pb2.Quota]:
        """Give what is left of every quota, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_quotas.
        """
        for page in pages(lambda token: self.list_quotas(location_id, page_token=token, timeout_s=timeout_s)):
            yield from page.quotas

    def merge_sku(
        self,
        location_id: str,
        sku: str,
        into_sku: str,
        *,
        operation_id: str | None = None,
        source_event: types_pb2.SourceEvent | None = None,
        timeout_s: float | None = None,
    ) -> stock_pb2.MergeSkuResponse:
        """Make one item of two SKUs: stock, claims and announcements of `sku` become those of `into_sku`, for good.

        Raises Refused (MERGE_TOO_LARGE, QUANTITY_OVERFLOW, SKU_MERGED), NotFound (UNKNOWN_LOCATION, UNKNOWN_SKU).
        """
        request = stock_pb2.MergeSkuRequest(
            operation_id=named(operation_id),
            location_id=location_id,
            sku=sku,
            into_sku=into_sku,
            source_event=source_event,
        )
        return self._ask(rpcs.MERGE_SKU, request, timeout_s)
