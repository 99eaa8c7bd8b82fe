"""Reads what stands at a location beside its ledger, piece by piece, while gates go on writing.

Only what comes from one call is of one moment; each such answer says at which revision. What is scanned is of no
moment: whoever compares it has to look at what was written meanwhile.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

from gate_service.domain.journal import Claims, SkuMoment, UnreadableState
from gate_service.domain.reservation import Reservation
from gate_service.domain.stock import StockPage
from gate_service.ledger import keys, replies, scripts
from gate_service.ledger.arguments import encode
from gate_service.ledger.heads import Head, read_head
from gate_service.store.store import Store

_SKUS_AT_ONCE: Final = 500
_FIELDS_AT_ONCE: Final = 300
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)
_ORDERS_MAX: Final = 1_000
"""Orders of one SKU that are read in one call."""


class Standing:
    """What stands at the locations of a store. Any method raises `Unavailable` where the store is."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store

    async def stock(self, location_id: str) -> AsyncGenerator[StockPage, None]:
        """Give the stock, a page at a time, each as of its own revision."""
        after, more = "", True
        while more:
            question = {"ask": "list", "after": after, "limit": _SKUS_AT_ONCE}
            _, (data,) = await self._ask(location_id, question)
            if "levels" not in data:  # it was never opened
                return
            after = data["next_after"]
            more = bool(after)
            yield StockPage(data["revision"], replies.levels(data["levels"]), after)

    async def claims(self, location_id: str) -> AsyncGenerator[Claims, None]:
        """Give what orders, documents, quotas and holds say of SKUs, each by a name of its own; some may come twice."""
        for name, read in _READERS.items():
            async for field, text in self._scan(location_id, name):
                try:
                    yield Claims(f"{name} {field}", read(field, text))
                except _UNREADABLE:
                    yield Claims(f"{name} {field}", None)

    async def markers(self, location_id: str) -> AsyncGenerator[tuple[str, str], None]:
        """Give operation ids with their markers as stored; some may come twice."""
        async for each in self._scan(location_id, "operations"):
            yield each

    async def of_sku(self, location_id: str, sku: str) -> SkuMoment:
        """Give the level of one SKU and what its open orders claim of it, at one revision.

        The orders are those that were listed just before; of more than a thousand nothing is told.
        """
        claims = _key(location_id, "claims")
        found = await self._store.call("ZRANGEBYLEX", claims, f"[{sku} ", f"({sku}!", "LIMIT", 0, _ORDERS_MAX + 1)
        order_ids = [member.rpartition(" ")[2] for member in found]
        if len(order_ids) > _ORDERS_MAX:
            return SkuMoment(0, None, {})
        questions = [{"ask": "reservation", "order_id": each} for each in order_ids]
        head, (stock, *orders) = await self._ask(location_id, {"ask": "stock", "skus": [sku]}, *questions)
        sums: Counter[tuple[str, str]] = Counter()
        for order_id, data in zip(order_ids, orders, strict=True):
            if "reservation" in data:
                sums.update(_of_reservation(order_id, data["reservation"]))
        levels = replies.levels(stock["levels"]) if "levels" in stock else ()
        claimed = {figure: units for (code, figure), units in sums.items() if code == sku}
        return SkuMoment(head.position.revision, levels[0] if levels else None, claimed)

    async def _ask(self, location_id: str, *questions: Mapping[str, object]) -> tuple[Head, list[dict[str, Any]]]:
        """Ask at one moment. A question that has no answer is answered with why."""
        arguments = ["", "", *(encode(question) for question in questions)]
        first, *texts = await self._store.run(scripts.load("read"), keys.location_keys(location_id), arguments)
        for text in texts:
            if text.startswith("B"):
                raise UnreadableState(location_id, text[1:])
        return read_head(first), [json.loads(text[1:]) for text in texts]

    async def _scan(self, location_id: str, name: str) -> AsyncGenerator[tuple[str, str], None]:
        cursor = "0"
        while True:
            cursor, found = await self._store.call("HSCAN", _key(location_id, name), cursor, "COUNT", _FIELDS_AT_ONCE)
            for field, text in zip(found[::2], found[1::2], strict=True):
                if field:  # the empty one only keeps the key
                    yield field, text
            if cursor == "0":
                return


def _key(location_id: str, name: str) -> str:
    return keys.location_keys(location_id)[keys.LOCATION_KEYS.index(name)]


Sums = Mapping[tuple[str, str], int]
"""Units by SKU and figure of its level."""


def _of_reservation(order_id: str, text: str) -> Sums:
    sums: Counter[tuple[str, str]] = Counter()
    found: Reservation = replies.reservation(order_id, text)
    for line in found.lines:
        for figure in ("held", "committed", "allocated"):
            sums[line.sku, figure] += getattr(line, figure)
        sums[line.sku, "picked"] += sum(each.picked - each.shipped for each in line.allocations)
    return sums


def _of_document(document_id: str, text: str) -> Sums:
    sums: Counter[tuple[str, str]] = Counter()
    if document_id.startswith("~"):  # what a transfer took, and the map in force
        return sums
    data = json.loads(text)
    if not data["closed"]:
        for _, sku, quantity in data["lines"]:
            sums[sku, "incoming"] += quantity
        for key in sums:
            sums[key] = max(0, sums[key] - dict(data["received"]).get(key[0], 0))
    return sums


def _of_quota(sku: str, text: str) -> Sums:
    return {(sku, "ring_fenced"): sum(dict(json.loads(text)).values())}


def _of_hold(_: str, text: str) -> Sums:
    data = json.loads(text)
    return {} if data["lot_id"] else {(data["sku"], "stock_holds"): 1}


_READERS: Final[dict[str, Callable[[str, str], Sums]]] = {
    "reservations": _of_reservation,
    "documents": _of_document,
    "quotas": _of_quota,
    "stock_holds": _of_hold,
}
