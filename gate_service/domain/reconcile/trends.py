"""What goes wrong slowly: items that are short again and again, counts that correct more and more, slower shipping.

A few sums of each day at each location, and what the last days are held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, log2
from statistics import median_low
from typing import Any, Final, NamedTuple

from gate_service.domain.entries import Entry
from gate_service.domain.reconcile import forms
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.vocabulary import OperationKind, ShortReason, VerdictReason

STOCKOUT_DAYS: Final = 30
STOCKOUTS_MORE_THAN: Final = 2
RECENT_DAYS: Final = 7
BEFORE_DAYS: Final = 28
"""The days that the last ones are held against: those right before them."""
RISEN_PERCENT: Final = 150
"""Of what it was before: from there on somebody is told."""
LEAST: Final = 20
"""Counted SKUs, or parcels, of which there must be so many on either side: fewer say nothing."""
KEPT_DAYS: Final = RECENT_DAYS + BEFORE_DAYS + 1
_PERMITS_KEPT_DAYS: Final = 3
_STEPS: Final = 4
"""Steps of times to ship for each doubling: each is known to about a fifth."""
_SHELF_SHORT: Final = frozenset({ShortReason.NOT_FOUND, ShortReason.WRONG_ITEM})


@dataclass(slots=True)
class Day:
    """The sums of one day at one location; `day` counts from the epoch, by UTC."""

    location_id: str
    day: int
    stockouts: dict[str, int] = field(default_factory=dict)
    """By SKU: how often units were not there that an order had been promised."""
    counted: int = 0
    """SKUs that were counted."""
    corrected: int = 0
    """Units that those counts corrected, up or down."""
    permits: dict[str, int] = field(default_factory=dict)
    """When each permit of this day was given, ms since the epoch."""
    shipped: dict[str, int] = field(default_factory=dict)
    """Parcels that left on this day, by the step of the time since their permit was given."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.day}"


class Trend(NamedTuple):
    """Something that goes wrong slowly at a location. `subject` is a SKU, or the location itself."""

    kind: FindingKind
    subject: str
    since_day: int
    before: int
    now: int
    """How often; or units corrected by a hundred counts; or seconds: what they are depends on the kind."""


def day_number(at_ms: int) -> int:
    """Count the days from the epoch."""
    return at_ms // DAY_MS


def learn(days: Mapping[int, Day], day: Day, entry: Entry) -> bool:
    """Add an entry to the sums of its day, `days` has those before it, too; say whether anything changed."""
    if entry.refusal or entry.kind not in _LEARNED:
        return False
    body: dict[str, Any] = forms.told(entry.body)
    reply: dict[str, Any] = forms.told(entry.reply)
    match entry.kind:
        case OperationKind.AUTHORIZE_WAVE:
            return _learn_wave(day, entry, body, reply)
        case OperationKind.REPORT_PICK:
            short = [sku for _, _, sku, _, units, why in body["lines"] if units and why in _SHELF_SHORT]
            _add(day.stockouts, short)
            return bool(short)
        case OperationKind.SUBMIT_COUNT:
            figures = list(reply["lines"] or ())
            day.counted += len(figures)
            day.corrected += sum(abs(counted - expected) for _, counted, expected in figures)
            return bool(figures)
        case _:
            given = [each.permits[permit] for each in days.values() if (permit := body["permit_id"]) in each.permits]
            if given and reply.get("shipped_quantity"):
                _add(day.shipped, [_step(entry.at_ms - given[0])])
                return True
            return False


_LEARNED: Final = frozenset(
    {
        OperationKind.AUTHORIZE_WAVE,
        OperationKind.REPORT_PICK,
        OperationKind.SUBMIT_COUNT,
        OperationKind.CONFIRM_SHIPMENT,
    }
)


def _learn_wave(day: Day, entry: Entry, body: Mapping[str, Any], reply: Mapping[str, Any]) -> bool:
    pairs = zip(body["lines"], reply["lines"], strict=True)
    short = [line[2] for line, verdict in pairs if verdict[1] == VerdictReason.INSUFFICIENT_ALLOCATABLE]
    _add(day.stockouts, dict.fromkeys(short))
    if reply["permit_id"]:
        day.permits[reply["permit_id"]] = entry.at_ms
    return bool(short or reply["permit_id"])


def _add(sums: dict[str, int], names: Iterable[str]) -> None:
    for name in names:
        sums[name] = sums.get(name, 0) + 1


def _step(ms: int) -> str:
    return str(ceil(_STEPS * log2(max(1, ms))))


def forget(days: Mapping[int, Day], today: int) -> list[Day]:
    """Give the days that need not be kept any longer; of others permits that are old go."""
    for each in days.values():
        if each.day <= today - _PERMITS_KEPT_DAYS:
            each.permits.clear()
    return [each for each in days.values() if each.day <= today - KEPT_DAYS]


def judge(days: Iterable[Day], location_id: str, today: int) -> list[Trend]:
    """Say what goes wrong at a location by its days."""
    known = [each for each in days if today - KEPT_DAYS < each.day <= today]
    found = _stockouts([each for each in known if each.day > today - STOCKOUT_DAYS])
    recent = [each for each in known if each.day > today - RECENT_DAYS]
    before = [each for each in known if today - RECENT_DAYS - BEFORE_DAYS < each.day <= today - RECENT_DAYS]
    for kind, figure in (
        (FindingKind.RISING_ADJUSTMENTS, _corrected_by_hundred),
        (FindingKind.SLOWER_SHIPPING, _median_s),
    ):
        was, is_now = figure(before), figure(recent)
        if was is None or is_now is None or is_now * 100 < max(1, was) * RISEN_PERCENT:
            continue
        found.append(Trend(kind, location_id, today - RECENT_DAYS + 1, was, is_now))
    return found


def _stockouts(days: Iterable[Day]) -> list[Trend]:
    times: dict[str, int] = {}
    first: dict[str, int] = {}
    for each in days:
        for sku, number in each.stockouts.items():
            times[sku] = times.get(sku, 0) + number
            first[sku] = min(first.get(sku, each.day), each.day)
    return [
        Trend(FindingKind.REPEATED_STOCKOUTS, sku, first[sku], 0, number)
        for sku, number in sorted(times.items())
        if number > STOCKOUTS_MORE_THAN
    ]


def _corrected_by_hundred(days: Iterable[Day]) -> int | None:
    counted = corrected = 0
    for each in days:
        counted += each.counted
        corrected += each.corrected
    return 100 * corrected // counted if counted >= LEAST else None


def _median_s(days: Iterable[Day]) -> int | None:
    steps = [int(step) for each in days for step, number in each.shipped.items() for _ in range(number)]
    return round(2 ** (median_low(steps) / _STEPS) / 1000) if len(steps) >= LEAST else None
