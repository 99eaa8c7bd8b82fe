"""The reading half of the port: pages of whatever stands at a location."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from gate_service.app.ports import Call
from gate_service.domain.cases import (
    DeliveryPage,
    DeparturePage,
    DocumentAnswer,
    DocumentPage,
    FeedsAnswer,
    HandoffsInForce,
    ProposalPage,
    Quota,
    QuotaPage,
    ShortagePage,
    StockHoldPage,
    UnmatchedPage,
)
from gate_service.domain.entries import EntryPage
from gate_service.domain.errors import InvalidField, LocationFenced, Refused
from gate_service.domain.operations import HOUSE
from gate_service.domain.policy import KeepBack
from gate_service.domain.reservation import ReservationAnswer
from gate_service.domain.stock import Availability, StockAnswer, StockPage
from gate_service.domain.vocabulary import Reason
from tests.model import reads
from tests.model.documents import as_document
from tests.model.shortages import shortages_of
from tests.model.state import NO_HANDOFFS, Location, No

ItemT = TypeVar("ItemT")


class Questions:
    """Answers what `app.ports.Ledger` can be asked. A page token is the number of items before the page."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        """Know no location."""
        self.clock_ms = clock_ms
        self._locations: dict[str, Location] = {}

    async def check(
        self, location_id: str, lines: Sequence[tuple[str, int]], keep_back: KeepBack, _call: Call
    ) -> Availability:
        """Say what may be promised."""
        location = self._at(location_id)
        _refuse_merged(location, [sku for sku, _ in lines])
        answer = reads.check(location, location_id, lines, keep_back, self._now_ms(location))
        return answer._replace(lineage=location.lineage)

    async def stock(self, location_id: str, skus: Sequence[str], _call: Call) -> StockAnswer:
        """Read some SKUs."""
        location = self._at(location_id)
        _refuse_merged(location, skus)
        return reads.stock(location, skus)._replace(lineage=location.lineage)

    async def list_stock(self, location_id: str, after: str, limit: int, _call: Call) -> StockPage:
        """Read a page of all SKUs."""
        location = self._at(location_id)
        return reads.list_stock(location, after, limit)._replace(lineage=location.lineage)

    async def reservation(self, location_id: str, order_id: str, _call: Call) -> ReservationAnswer:
        """Read one reservation."""
        location = self._at(location_id)
        try:
            return reads.reservation(location, order_id)._replace(lineage=location.lineage)
        except No as no:
            raise Refused(no.reason, "no such reservation") from no

    async def entries(self, location_id: str, from_revision: int, limit: int, _call: Call) -> EntryPage:
        """Read a page of entries."""
        location = self._at(location_id)
        return reads.entries(location, from_revision, limit)._replace(lineage=location.lineage)

    async def document(self, location_id: str, document_id: str, _call: Call) -> DocumentAnswer:
        """Read one announcement."""
        location = self._at(location_id)
        paper = location.documents.get(document_id)
        if paper is None:
            raise Refused(Reason.DOCUMENT_NOT_FOUND, "no such document")
        document = as_document(document_id, paper)
        return DocumentAnswer(document, location.revision, self._now_ms(location), location.lineage)

    async def expected(
        self, location_id: str, limit: int, token: str, _call: Call, *, overdue_only: bool
    ) -> DocumentPage:
        """Read what is still to come, the earliest first; what nobody knows the time of comes last."""
        location = self._at(location_id)
        now_ms = self._now_ms(location)
        documents = [as_document(name, paper) for name, paper in location.documents.items()]
        still_open = [one for one in documents if one.open and (one.overdue(now_ms) or not overdue_only)]
        still_open.sort(key=lambda one: (one.expected_at_ms == 0, one.expected_at_ms, one.document_id.encode()))
        return DocumentPage(*_page(still_open, limit, token), location.revision, now_ms, location.lineage)

    async def unmatched_shipments(self, location_id: str, limit: int, token: str, _call: Call) -> UnmatchedPage:
        """Read the confirmations that matched nothing, oldest first."""
        location = self._at(location_id)
        page = _page(list(location.unmatched.values()), limit, token)
        return UnmatchedPage(*page, location.revision, location.lineage)

    async def stock_holds(self, location_id: str, limit: int, token: str, _call: Call) -> StockHoldPage:
        """Read the holds that are placed, by id."""
        location = self._at(location_id)
        by_id = sorted(location.stock_holds.values(), key=lambda hold: hold.hold_id.encode())
        return StockHoldPage(*_page(by_id, limit, token), location.revision, location.lineage)

    async def proposals(self, location_id: str, limit: int, token: str, _call: Call) -> ProposalPage:
        """Read the corrections that wait, oldest first."""
        location = self._at(location_id)
        page = _page(list(location.proposals.values()), limit, token)
        return ProposalPage(*page, location.revision, location.lineage)

    async def shortages(
        self, location_id: str, priorities: Mapping[str, int], limit: int, token: str, _call: Call
    ) -> ShortagePage:
        """Read the SKUs of which more is reserved than may be sold, by SKU."""
        location = self._at(location_id)
        short = [sku for sku in sorted(location.stock) if location.stock[sku].available < 0]
        skus, next_token = _page(short, limit, token)
        found = shortages_of(location, skus, priorities)
        return ShortagePage(found, next_token, location.revision, location.lineage)

    async def quotas(self, location_id: str, limit: int, token: str, _call: Call) -> QuotaPage:
        """Read the quotas of some SKUs, by SKU and channel."""
        location = self._at(location_id)
        skus, next_token = _page(sorted({sku for sku, _ in location.quotas}), limit, token)
        quotas = [Quota(*key, units) for key, units in sorted(location.quotas.items()) if key[0] in skus]
        return QuotaPage(tuple(quotas), next_token, location.revision, location.lineage)

    async def feeds(self, location_id: str, _call: Call) -> FeedsAnswer:
        """Read how far each system's events are."""
        location = self._at(location_id)
        feeds = tuple(location.feeds[system] for system in sorted(location.feeds))
        return FeedsAnswer(feeds, location.revision, self._now_ms(location), location.lineage)

    async def deliveries(self, location_id: str, limit: int, token: str, _call: Call) -> DeliveryPage:
        """Read deliveries that were not simply new and in order, newest first."""
        return DeliveryPage(*_page(self._at(location_id).deliveries[::-1], limit, token))

    async def departures(self, location_id: str, limit: int, token: str, _call: Call) -> DeparturePage:
        """Read what left and was not struck off, by name."""
        location = self._at(location_id)
        by_name = [location.departures[name] for name in sorted(location.departures)]
        return DeparturePage(*_page(by_name, limit, token), self._now_ms(location))

    async def departed(self, location_id: str, transfer_id: str) -> None:
        """Strike a departure off."""
        self._locations.get(location_id, Location()).departures.pop(transfer_id, None)

    async def has_left(self, location_id: str, transfer_id: str, _call: Call) -> bool:
        """Say whether goods left under this name."""
        return transfer_id in self._at(location_id).transfers

    async def handoffs(self, _call: Call) -> HandoffsInForce:
        """Read the handoff map in force."""
        house = self._locations.get(HOUSE)
        return house.handoffs._replace(revision=house.revision) if house else NO_HANDOFFS

    async def locations(self, _call: Call) -> Sequence[str]:
        """Name every location that was ever opened; the house is none."""
        return sorted(name for name, location in self._locations.items() if location.revision and name != HOUSE)

    def _at(self, location_id: str) -> Location:
        """Give a location that can be read: also one that is closed, but for one of which not all is there."""
        location = self._opened(location_id)
        if location.fence and (location.fence.restoring or not location.revision):
            raise LocationFenced(location_id, location.fence.since_ms)
        return location

    def _opened(self, location_id: str) -> Location:
        if location_id not in self._locations:
            raise Refused(Reason.UNKNOWN_LOCATION, "never opened")
        return self._locations[location_id]

    def _now_ms(self, location: Location) -> int:
        return max(self.clock_ms(), location.newest_at_ms)


def _refuse_merged(location: Location, skus: Sequence[str]) -> None:
    """Refuse a question that names a SKU that is none any more."""
    for sku in skus:
        if sku in location.merged:
            raise Refused(Reason.SKU_MERGED, "merged", {"sku": sku, "into_sku": location.merged[sku]})


def _page(items: Sequence[ItemT], limit: int, token: str) -> tuple[tuple[ItemT, ...], str]:
    """Give a page and the token of the next, which is empty after the last."""
    if token and not token.isdigit():
        raise InvalidField("page_token", "was given by no page")
    start = int(token or "0")
    end = start + limit
    return tuple(items[start:end]), str(end) if end < len(items) else ""
