"""What one entry of a ledger means for counting: what went out, what was counted, and what is to be counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from gate_service.domain.entries import Entry
from gate_service.domain.reconcile import forms
from gate_service.domain.reconcile.counting import BOOKING
from gate_service.domain.reconcile.policy import CountRules
from gate_service.domain.reconcile.records import CountTrigger
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, OperationKind, ShortReason

Plain = dict[str, Any]


class WishKind(StrEnum):
    """What is to be done about count tasks."""

    COUNT = "count"
    """They are to be counted."""
    COUNTED = "counted"
    """They were counted without a task: one that is open is settled."""
    BOOKED = "booked"
    """A task was booked: it is to be closed, where whoever booked it could not."""
    MERGED = "merged"
    """They became part of `because`, and are no longer counted by themselves."""


@dataclass(frozen=True, slots=True)
class CountWish:
    """What an entry means for the count tasks of some SKUs; it is kept until it was seen to."""

    location_id: str
    revision: int
    at_ms: int
    kind: WishKind
    skus: tuple[str, ...]
    trigger: CountTrigger = CountTrigger.CYCLE
    because: str = ""
    """More of why; of what was booked the task, of a merge the SKU that goes on."""
    counter: str = ""
    as_of_revision: int = 0
    """When the shelf was as it was counted."""
    variance_id: str = ""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.revision} {self.kind}"


class CountedLine(NamedTuple):
    """A SKU that was counted, and what the record said."""

    sku: str
    counted: int
    expected: int


@dataclass(slots=True)
class CountNews:
    """What an entry means."""

    seen: tuple[str, ...] = ()
    """SKUs that it moved."""
    went_out: dict[str, int] = field(default_factory=dict)
    """How often each SKU did."""
    counted: list[CountedLine] = field(default_factory=list)
    by_task: bool = False
    merged: tuple[str, str] | None = None
    """A SKU, and the one that it became part of."""
    wishes: list[CountWish] = field(default_factory=list)


def news_of(location_id: str, entry: Entry, rules: CountRules) -> CountNews:
    """Read one entry. A refusal moves nothing, and means nothing."""
    news = CountNews()
    if entry.refusal:
        return news
    news.seen = tuple(dict.fromkeys(change.sku for change in entry.changes))
    reads = _READS.get(entry.kind)
    if reads is not None:
        reads(news, _Told(location_id, entry, forms.told(entry.body), forms.told(entry.reply), rules))
    return news


class _Told(NamedTuple):
    location_id: str
    entry: Entry
    body: Plain
    reply: Plain
    rules: CountRules

    def wish(self, kind: WishKind, *skus: str, **more: Any) -> CountWish:  # noqa: ANN401 - fields of `CountWish`
        entry = self.entry
        return CountWish(self.location_id, entry.revision, entry.at_ms, kind, tuple(dict.fromkeys(skus)), **more)

    def moved(self, bucket: Bucket) -> dict[str, int]:
        found: dict[str, int] = {}
        for change in self.entry.changes:
            if change.bucket is bucket:
                found[change.sku] = found.get(change.sku, 0) + change.delta
        return found


def _picked(news: CountNews, told: _Told) -> None:
    short = []
    for _, _, sku, picked, missing, why in told.body["lines"]:
        if picked:
            news.went_out[sku] = news.went_out.get(sku, 0) + 1
        if missing and why != ShortReason.DAMAGED:
            short.append(sku)
    if short:
        permit_id = told.body["permit_id"]
        because = f"permit {permit_id}, revision {told.entry.revision}"
        news.wishes.append(told.wish(WishKind.COUNT, *short, trigger=CountTrigger.SHORT_PICK, because=because))


def _shipped(news: CountNews, told: _Told) -> None:
    """Count what left without anybody having reported its pick."""
    reported = told.moved(Bucket.PICKED)
    for sku, delta in told.moved(Bucket.ON_HAND).items():
        if delta < 0 and not reported.get(sku):
            news.went_out[sku] = 1


def _corrected(news: CountNews, told: _Told) -> None:
    if told.body.get("reason") == AdjustmentReason.COUNT:
        return
    down = [sku for sku, delta in told.moved(Bucket.ON_HAND).items() if -delta >= told.rules.negative_adjustment_units]
    if down:
        because = f"revision {told.entry.revision}"
        trigger = CountTrigger.NEGATIVE_ADJUSTMENT
        news.wishes.append(told.wish(WishKind.COUNT, *down, trigger=trigger, because=because))


def _counted(news: CountNews, told: _Told) -> None:
    entry = told.entry
    news.counted = [CountedLine(*line) for line in told.reply["lines"]]
    news.by_task = entry.operation_id.startswith(BOOKING)
    skus = [line.sku for line in news.counted]
    as_of = told.body["as_of_revision"] or entry.revision
    if news.by_task:
        because = told.body["count_id"]
        news.wishes.append(told.wish(WishKind.BOOKED, *skus, because=because, as_of_revision=as_of))
    elif skus:
        counter = f"{entry.system}/{entry.actor}" if entry.actor else entry.system
        news.wishes.append(told.wish(WishKind.COUNTED, *skus, counter=counter or "gate", as_of_revision=as_of))


def _merged(news: CountNews, told: _Told) -> None:
    if told.reply["changed"]:
        news.merged = (told.body["sku"], told.body["into_sku"])
        news.wishes.append(told.wish(WishKind.MERGED, told.body["sku"], because=told.body["into_sku"]))


_READS: Final[Mapping[OperationKind, Callable[[CountNews, _Told], None]]] = {
    OperationKind.REPORT_PICK: _picked,
    OperationKind.CONFIRM_SHIPMENT: _shipped,
    OperationKind.RESOLVE_SHIPMENT: _shipped,
    OperationKind.ADJUST_STOCK: _corrected,
    OperationKind.APPROVE_ADJUSTMENT: _corrected,
    OperationKind.SUBMIT_COUNT: _counted,
    OperationKind.MERGE_SKU: _merged,
}
