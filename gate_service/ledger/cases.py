"""Reads what waits for a person or for a thing to happen: the part of the ledger's port that is not the hot path."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from gate_service.app.ports import Call
from gate_service.domain import cases, replies
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.limits import ID_PATTERN
from gate_service.domain.operations import HOUSE, AdjustmentLine, OrderLine, SkuQuantity, SourceEvent
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    DeliveryVerdict,
    DocumentKind,
    OperationKind,
    Reason,
)
from gate_service.ledger import keys
from gate_service.store.store import Store

# A decoded JSON object of a script; its shape is the script's contract, checked by the contract tests.
JsonObject = dict[str, Any]

NOBODY: Final = "-"
"""How the store writes a system that nobody named; no id is a lone dash."""
_TOKEN_DIGITS_MAX = 15


class CaseBook(ABC):
    """The questions about open cases, each one call of `lua/read.lua`."""

    _store: Store

    @abstractmethod
    async def _ask(
        self,
        location_id: str,
        question: dict[str, object],
        weight: int,
        call: Call,
        *,
        sheddable: bool = True,
        **about: str,
    ) -> JsonObject:
        """Ask the location one question."""

    async def document(self, location_id: str, document_id: str, call: Call) -> cases.DocumentAnswer:
        """Read one announcement; see the port."""
        question: dict[str, object] = {"ask": "document", "document_id": document_id}
        data = await self._ask(location_id, question, 1, call, document_id=document_id)
        return cases.DocumentAnswer(_document(*data["items"][0]), data["revision"], data["at_ms"], data["lineage"])

    async def expected(
        self, location_id: str, limit: int, token: str, call: Call, *, overdue_only: bool
    ) -> cases.DocumentPage:
        """Read what is still expected; see the port."""
        question: dict[str, object] = {
            "ask": "expected",
            "offset": _number(token),
            "limit": limit,
            "overdue_only": overdue_only,
        }
        data = await self._ask(location_id, question, limit, call)
        documents = tuple(_document(*item) for item in data["items"])
        return cases.DocumentPage(documents, str(data["next"] or ""), data["revision"], data["at_ms"], data["lineage"])

    async def unmatched_shipments(self, location_id: str, limit: int, token: str, call: Call) -> cases.UnmatchedPage:
        """Read the confirmations that matched nothing; see the port."""
        data = await self._page("unmatched", location_id, limit, _case(token, "U"), call)
        shipments = tuple(_unmatched(*item) for item in data["items"])
        return cases.UnmatchedPage(shipments, data["next_after"], data["revision"], data["lineage"])

    async def stock_holds(self, location_id: str, limit: int, token: str, call: Call) -> cases.StockHoldPage:
        """Read the holds that are placed; see the port."""
        data = await self._page("stock_holds", location_id, limit, _name(token), call)
        holds = tuple(cases.StockHold(hold_id=hold_id, **json.loads(text)) for hold_id, text in data["items"])
        return cases.StockHoldPage(holds, data["next_after"], data["revision"], data["lineage"])

    async def proposals(self, location_id: str, limit: int, token: str, call: Call) -> cases.ProposalPage:
        """Read the corrections that wait; see the port."""
        data = await self._page("proposals", location_id, limit, _case(token, "A"), call)
        return cases.ProposalPage(
            tuple(_proposal(*item) for item in data["items"]), data["next_after"], data["revision"], data["lineage"]
        )

    async def quotas(self, location_id: str, limit: int, token: str, call: Call) -> cases.QuotaPage:
        """Read the quotas of some SKUs; see the port."""
        data = await self._page("quotas", location_id, limit, _name(token), call)
        quotas = tuple(
            cases.Quota(sku, channel, units)
            for sku, text in data["items"]
            for channel, units in sorted(json.loads(text).items())
        )
        return cases.QuotaPage(quotas, data["next_after"], data["revision"], data["lineage"])

    async def shortages(
        self, location_id: str, priorities: Mapping[str, int], limit: int, token: str, call: Call
    ) -> cases.ShortagePage:
        """Read the SKUs of which more is reserved than may be sold; see the port."""
        data = await self._page(
            "shortages", location_id, limit, _name(token), call, priorities=dict(sorted(priorities.items()))
        )
        return cases.ShortagePage(shortages(data["shortages"]), data["next_after"], data["revision"], data["lineage"])

    async def feeds(self, location_id: str, call: Call) -> cases.FeedsAnswer:
        """Read how far each system's events are; see the port."""
        data = await self._ask(location_id, {"ask": "feeds"}, 1, call)
        feeds = tuple(sorted(_feed(*item) for item in data["items"]))
        return cases.FeedsAnswer(feeds, data["revision"], data["at_ms"], data["lineage"])

    async def deliveries(self, location_id: str, limit: int, token: str, call: Call) -> cases.DeliveryPage:
        """Read deliveries that were not simply new and in order; see the port."""
        data = await self._ask(
            location_id, {"ask": "deliveries", "before": _number(token), "limit": limit}, limit, call
        )
        deliveries = tuple(_delivery(fields) for _, fields in data["items"])
        last = data["items"][-1][0].partition("-")[0] if data["more"] else ""
        return cases.DeliveryPage(deliveries, last)

    async def departures(self, location_id: str, limit: int, token: str, call: Call) -> cases.DeparturePage:
        """Read what left and may not be announced yet; see the port."""
        data = await self._page("departures", location_id, limit, _name(token), call)
        return cases.DeparturePage(
            tuple(_departure(*item) for item in data["items"]), data["next_after"], data["at_ms"]
        )

    async def has_left(self, location_id: str, transfer_id: str, call: Call) -> bool:
        """Say whether goods left under this name; see the port."""
        data = await self._ask(location_id, {"ask": "left", "transfer_id": transfer_id}, 1, call)
        return bool(data["left"])

    async def departed(self, location_id: str, transfer_id: str) -> None:
        """Strike a departure off; see the port."""
        await self._store.call("HDEL", keys.departures(location_id), transfer_id)

    async def handoffs(self, call: Call) -> cases.HandoffsInForce:
        """Read the handoff map in force; see the port."""
        try:
            data = await self._ask(HOUSE, {"ask": "handoffs"}, 1, call, sheddable=False)
        except Refused as no:
            if no.reason is not Reason.UNKNOWN_LOCATION:
                raise
            return cases.HandoffsInForce(0, "", "", 0, 0)
        stored = json.loads(data["text"])
        return cases.HandoffsInForce(
            stored["version"], stored["sha256"], stored["handoffs"], stored["since_ms"], data["revision"]
        )

    async def _page(self, ask: str, location_id: str, limit: int, after: str, call: Call, **more: object) -> JsonObject:
        question: dict[str, object] = {"ask": ask, "after": after, "limit": limit, **more}
        return await self._ask(location_id, question, limit, call)


def shortages(rows: list[list[Any]]) -> tuple[replies.Shortage, ...]:
    """Read shortages: `[sku, missing, [[order_id, channel, units, 1 where allocated]], more]`."""
    return tuple(
        replies.Shortage(
            sku,
            missing,
            tuple(replies.HitOrder(order, channel, units, bool(late)) for order, channel, units, late in orders),
            more,
        )
        for sku, missing, orders, more in rows
    )


def _bad_token() -> InvalidField:
    return InvalidField("page_token", "must be empty or the next_page_token of the page before")


def _number(token: str) -> int:
    if token and not (token.isascii() and token.isdigit() and len(token) <= _TOKEN_DIGITS_MAX):
        raise _bad_token()
    return int(token or 0)


def _case(token: str, letter: str) -> str:
    if token and token[0] != letter:
        raise _bad_token()
    _number(token[1:])
    return token


def _name(token: str) -> str:
    if token and not ID_PATTERN.fullmatch(token):
        raise _bad_token()
    return token


def _document(document_id: str, text: str) -> cases.Document:
    data = json.loads(text)
    expected: dict[str, int] = {}
    for _, sku, quantity in data["lines"]:
        expected[sku] = expected.get(sku, 0) + quantity
    received: dict[str, int] = dict(data["received"])
    progress = tuple(
        cases.DocumentProgress(
            sku,
            expected.get(sku, 0),
            received.get(sku, 0),
            0 if data["closed"] else max(0, expected.get(sku, 0) - received.get(sku, 0)),
        )
        for sku in sorted(expected | received)
    )
    return cases.Document(
        document_id,
        DocumentKind(data["kind"]),
        data["version"],
        data["expected_at_ms"],
        data["from_location_id"],
        data["closed"],
        progress,
        data["system"],
        data["created_at_ms"],
    )


def _unmatched(unmatched_id: str, text: str) -> cases.UnmatchedShipment:
    data = json.loads(text)
    lines = tuple(OrderLine(*line) for line in data.pop("lines"))
    return cases.UnmatchedShipment(unmatched_id=unmatched_id, lines=lines, **data)


def _departure(transfer_id: str, text: str) -> cases.Departure:
    data = json.loads(text)
    lines = tuple(SkuQuantity(*line) for line in data.pop("lines"))
    return cases.Departure(transfer_id=transfer_id, lines=lines, **data)


def _proposal(proposal_id: str, text: str) -> cases.Proposal:
    data = json.loads(text)
    lines = tuple(AdjustmentLine(sku, Bucket(bucket), delta) for sku, bucket, delta in data.pop("lines"))
    reason = AdjustmentReason(data.pop("reason"))
    return cases.Proposal(proposal_id=proposal_id, reason=reason, lines=lines, **data)


def _feed(system: str, text: str) -> cases.Feed:
    data = json.loads(text)
    return cases.Feed(
        "" if system == NOBODY else system,
        data["events"],
        data["at_ms"],
        data["first"],
        data["last"],
        tuple(cases.FeedGap(*gap) for gap in data["gaps"]),
        data["dropped"],
        data["absorbed"],
        data["conflict"],
        data["late"],
        data["repeated_number"],
        data["retired"],
        data["refused"],
    )


def source_event(data: JsonObject) -> SourceEvent:
    """Read the source of an envelope."""
    system = "" if data["system"] == NOBODY else data["system"]
    return SourceEvent(system, data["type"], data["document"], data["line"], data["action"], data["number"])


def _delivery(fields: list[str]) -> cases.Delivery:
    data = dict(zip(fields[::2], fields[1::2], strict=True))
    return cases.Delivery(
        int(data["at_ms"]),
        DeliveryVerdict(data["verdict"]),
        source_event(json.loads(data["source"])),
        OperationKind(data["kind"]),
        data["operation_id"],
        int(data["revision"]),
        data["reason"],
    )
