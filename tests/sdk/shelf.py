"""A location of a gate as far as counts know it: what is on its shelves, and which parts of counts it was told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import grpc

import fulfillment_gate as sdk
from fulfillment_gate.errors import Failure


@dataclass
class Told:
    """An operation as it was told first, and its answer."""

    body: dict[str, Any]
    answer: sdk.SubmitCountResponse | sdk.GateError


@dataclass
class Shelf:
    """Answers what `Gate` is asked by a count. Nothing moves as of revision 1 and later but by `receive` and counts."""

    most_covered: int
    meaning: dict[str, str] = field(default_factory=dict)
    """Identifiers that are not SKUs themselves; one that means "" is not known."""
    on_hand: Counter[str] = field(default_factory=Counter)
    then: Counter[str] = field(default_factory=Counter)
    """What was there as of revision 1."""
    told: dict[str, Told] = field(default_factory=dict)
    news: list[dict[str, int]] = field(default_factory=list)
    """For each call of `submit_count` to come: what is booked in before it."""
    received: Counter[str] = field(default_factory=Counter)
    breaks: list[str] = field(default_factory=list)
    """For each call of `submit_count` to come: "" or what goes wrong, "before" or "after" it is done."""

    @classmethod
    def with_stock(cls, stock: dict[str, int], most_covered: int) -> Shelf:
        return cls(most_covered, on_hand=Counter(stock), then=Counter(stock))

    def receive(self, sku: str, units: int) -> None:
        """Book in units after the count began."""
        self.on_hand[sku] += units
        self.received[sku] += units

    def resolve_items(self, identifiers: list[str], **_: object) -> sdk.ResolveItemsResponse:
        items = [(one, self.meaning.get(one, one)) for one in identifiers]
        return sdk.ResolveItemsResponse(
            items=[sdk.ResolvedItem(identifier=one, known=bool(sku), sku=sku) for one, sku in items]
        )

    def iter_stock(self, _location_id: str, **_: object) -> Iterator[sdk.StockLevel]:
        return (sdk.StockLevel(sku=sku) for sku in sorted(self.on_hand))

    def list_entries(self, _location_id: str, *, from_revision: int, **_: object) -> sdk.ListEntriesResponse:
        told = list(self.told.values())[from_revision - 2]
        entry = sdk.LedgerEntry(canonical=sdk.CanonicalEntry(body=json.dumps(told.body)))
        return sdk.ListEntriesResponse(entries=[entry])

    def submit_count(
        self,
        _location_id: str,
        count_id: str,
        lines: Iterable[sdk.CountLine],
        *,
        operation_id: str,
        **told: object,
    ) -> sdk.SubmitCountResponse:
        for sku, units in (self.news.pop(0) if self.news else {}).items():
            self.receive(sku, units)
        fault = self.breaks.pop(0) if self.breaks else ""
        if fault == "before":
            raise lost()
        counted = [[self.meaning.get(line.sku, line.sku), line.counted_quantity] for line in lines]
        asked = {name: value for name, value in told.items() if name not in {"timeout_s", "source_event"}}
        answer = self._apply(operation_id, {"count_id": count_id, "lines": counted, **asked})
        if fault == "after":
            raise lost()
        if isinstance(answer, sdk.GateError):
            raise answer
        return answer

    def _apply(self, operation_id: str, body: dict[str, Any]) -> sdk.SubmitCountResponse | sdk.GateError:
        if operation_id not in self.told:
            self.told[operation_id] = Told(body, sdk.SubmitCountResponse())
            self.told[operation_id].answer = self._count(body)
        told = self.told[operation_id]
        if told.body == body:
            answer = told.answer
            told.answer = replayed(answer) if isinstance(answer, sdk.GateError) else answer
            return answer
        revision = str(2 + list(self.told).index(operation_id))
        return failure(sdk.AlreadyExists, "OPERATION_ID_REUSED", stored_revision=revision)

    def _count(self, body: dict[str, Any]) -> sdk.SubmitCountResponse | sdk.GateError:
        counted = Counter[str]()
        for sku, units in body["lines"]:
            counted[sku] += units
        after, through = body["covers_after"], body["covers_through"]
        missed = [sku for sku in self.on_hand if after < sku and (not through or sku <= through) and sku not in counted]
        if len(missed) > self.most_covered:
            return failure(sdk.Refused, "COUNT_RANGE_TOO_WIDE")
        answer = sdk.SubmitCountResponse(applied=sdk.Applied(revision=1 + len(self.told)))
        for sku in [*counted, *missed]:
            variance = counted[sku] - self.then[sku]
            self.on_hand[sku] += variance
            answer.lines.add(
                sku=sku, counted_quantity=counted[sku], expected_quantity=self.then[sku], variance=variance
            )
        return answer


def failure(kind: type[sdk.GateError], reason: str, **metadata: str) -> sdk.GateError:
    return kind(Failure(grpc.StatusCode.UNKNOWN, reason=reason, metadata=metadata))


def replayed(error: sdk.GateError) -> sdk.GateError:
    return type(error)(replace(error.failure, replayed=True))


def lost() -> sdk.GateError:
    return sdk.Unavailable(Failure(grpc.StatusCode.UNAVAILABLE, outcome_unknown=True))
