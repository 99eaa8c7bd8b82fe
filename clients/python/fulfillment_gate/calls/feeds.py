"""What arrived of the events that other systems tell, and what did not."""

from __future__ import annotations

from collections.abc import Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, pages
from fulfillment_gate.v1 import feed_service_pb2 as feed_pb2

DELIVERIES_PAGE_SIZE = 1_000
"""Deliveries that the iterator asks for at once: as many as the contract allows, for fewer round trips."""


class FeedCalls(Calls):
    """FeedService."""

    def list_feeds(self, location_id: str, *, timeout_s: float | None = None) -> feed_pb2.ListFeedsResponse:
        """Give the feeds of a location, by system: how far they are, what is missing, what came twice.

        Raises NotFound (UNKNOWN_LOCATION).
        """
        return self._ask(rpcs.LIST_FEEDS, feed_pb2.ListFeedsRequest(location_id=location_id), timeout_s)

    def list_deliveries(
        self, location_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> feed_pb2.ListDeliveriesResponse:
        """Give a page of the deliveries that were not simply new and in order, newest first.

        Up to page_size (0: 100, at most 1,000). Raises NotFound (UNKNOWN_LOCATION).
        """
        request = feed_pb2.ListDeliveriesRequest(location_id=location_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_DELIVERIES, request, timeout_s)

    def iter_deliveries(self, location_id: str, *, timeout_s: float | None = None) -> Iterator[feed_pb2.Delivery]:
        """Give every such delivery, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_deliveries.
        """
        for page in pages(
            lambda token: self.list_deliveries(
                location_id, page_size=DELIVERIES_PAGE_SIZE, page_token=token, timeout_s=timeout_s
            )
        ):
            yield from page.deliveries
