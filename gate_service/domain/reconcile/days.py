"""What happened at a location on one day of UTC, added up from its ledger entries; bounded in size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from gate_service.domain.entries import Entry
from gate_service.domain.reconcile import forms
from gate_service.domain.reconcile.day_clock import Clock
from gate_service.domain.vocabulary import Bucket, OperationKind, Reason, VerdictReason

SHIP_MINUTES: Final = (15, 30, 60, 120, 240, 480, 960, 1_440, 2_880, 5_760)
"""Upper ends of the classes of time from wave to parcel; what takes longer is in one more class."""
COUNTS_KEPT: Final = 300
"""Counted SKUs of a day that are kept one by one, the first ones; the sums know all."""
SYSTEMS_KEPT: Final = 50
OTHER_SYSTEMS: Final = "~others"
MARKS_KEPT: Final = 288
_MINUTE_MS: Final = 60_000


class What(StrEnum):
    """What is added up. Units are base units, lines are lines of what was asked."""

    ORDERS = "orders"
    """That were placed: committed at once, or a hold that was confirmed."""
    ORDER_UNITS = "order_units"
    HOLDS = "holds"
    REFUSED_ORDERS = "refused_orders"
    """For want of stock."""
    REFUSED_UNITS = "refused_units"
    WAVE_LINES = "wave_lines"
    WAVE_PICK = "wave_pick"
    WAVE_TRIM = "wave_trim"
    WAVE_BLOCK = "wave_block"
    NOT_THERE_LINES = "not_there_lines"
    """Committed lines that were trimmed or blocked because the units were not there: shown available, and sold."""
    NOT_THERE_UNITS = "not_there_units"
    PICK_LINES = "pick_lines"
    PICKED_UNITS = "picked_units"
    SHORT_LINES = "short_lines"
    SHORT_UNITS = "short_units"
    SHIPMENTS = "shipments"
    SHIPPED_UNITS = "shipped_units"
    SHIP_TIMED = "ship_timed"
    """Shipments of a permit whose wave was seen: those whose time is known."""
    SHIP_MINUTES = "ship_minutes"
    """Minutes from wave to parcel, of all of those."""
    RECEIPTS = "receipts"
    RECEIVED_UNITS = "received_units"
    RETURNS = "returns"
    RETURNED_UNITS = "returned_units"
    COUNTED_SKUS = "counted_skus"
    COUNTED_WRONG = "counted_wrong"
    """Counted SKUs of which the record said something else."""
    ADJUSTMENTS = "adjustments"
    """Entries that corrected what is on hand, counts included."""
    UNITS_UP = "units_up"
    UNITS_DOWN = "units_down"
    PROPOSED = "proposed"
    """Corrections that waited for a second person."""
    PUSHED = "pushed"
    """Corrections that were told to a mirror."""


class Counted(NamedTuple):
    """One SKU that was counted, and what the record said."""

    sku: str
    counted: int
    expected: int


@dataclass(slots=True)
class Day:
    """One day. Sums leave out what did not happen."""

    location_id: str
    day: int
    """As yyyymmdd, of UTC."""
    sums: dict[str, int] = field(default_factory=dict)
    """By `What`."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Wave lines that were trimmed or blocked, by `VerdictReason`."""
    ship: dict[str, int] = field(default_factory=dict)
    """Shipments by class of time: the place in `SHIP_MINUTES`, as text."""
    systems: dict[str, dict[str, int]] = field(default_factory=dict)
    """Sums by the system whose event it was."""
    counted: list[str] = field(default_factory=list)
    """SKU, counted, expected; see `counts`."""
    marks: list[str] = field(default_factory=list)
    """Revision and ms of some waves: by them the time of a permit, which is named after its revision, is found."""

    @property
    def record_id(self) -> str:
        """Give the name under which it is kept."""
        return f"{self.location_id} {self.day}"

    @property
    def counts(self) -> list[Counted]:
        """Give the counts that are kept one by one."""
        return [Counted(sku, int(counted), int(expected)) for sku, counted, expected in map(str.split, self.counted)]

    def add(self, what: What, units: int = 1, system: str = "") -> None:
        """Add to a sum, of a system too where one is named."""
        if not units:
            return
        self.sums[what] = self.sums.get(what, 0) + units
        if system:
            name = system if system in self.systems or len(self.systems) < SYSTEMS_KEPT else OTHER_SYSTEMS
            sums = self.systems.setdefault(name, {})
            sums[what] = sums.get(what, 0) + units

    def get(self, what: What) -> int:
        """Give a sum."""
        return self.sums.get(what, 0)


def day_of(at_ms: int) -> int:
    """Give a day of UTC as yyyymmdd."""
    return int(datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%d"))


class Told(NamedTuple):
    """An entry with its texts read, and who told it."""

    entry: Entry
    body: dict[str, Any]
    reply: dict[str, Any]
    system: str

    def moved(self, bucket: Bucket) -> list[int]:
        """Give how a bucket changed, SKU by SKU."""
        return [change.delta for change in self.entry.changes if change.bucket is bucket]


def observe(day: Day, clock: Clock, entry: Entry) -> None:
    """Add one entry to its day."""
    if entry.refusal:
        if entry.kind is OperationKind.RESERVE_STOCK and entry.refusal == Reason.INSUFFICIENT_STOCK:
            day.add(What.REFUSED_ORDERS)
            day.add(What.REFUSED_UNITS, sum(units for _, _, units in forms.told(entry.body)["lines"]))
        return
    adds = _ADDS.get(entry.kind)
    if adds is not None:
        source = entry.source.system if entry.source else ""
        adds(day, clock, Told(entry, forms.told(entry.body), forms.told(entry.reply), source or entry.system))


def _reserved(day: Day, _clock: Clock, told: Told) -> None:
    if told.body["ttl_ms"]:
        day.add(What.HOLDS)
        return
    day.add(What.ORDERS, 1, told.system)
    day.add(What.ORDER_UNITS, sum(units for _, _, units in told.body["lines"]))


def _confirmed(day: Day, _clock: Clock, told: Told) -> None:
    if told.reply.get("changed"):
        day.add(What.ORDERS, 1, told.system)
        day.add(What.ORDER_UNITS, sum(units for units in told.moved(Bucket.COMMITTED) if units > 0))


def _authorised(day: Day, clock: Clock, told: Told) -> None:
    lines = told.reply["lines"]
    day.add(What.WAVE_LINES, len(lines))
    for (_, _, _, asked), (verdict, reason, given) in zip(told.body["lines"], lines, strict=True):
        day.add(What(f"wave_{verdict.lower()}"))
        if reason:
            day.reasons[reason] = day.reasons.get(reason, 0) + 1
        if reason == VerdictReason.INSUFFICIENT_ALLOCATABLE:
            day.add(What.NOT_THERE_LINES)
            day.add(What.NOT_THERE_UNITS, asked - given)
    revision, at_ms = told.entry.revision, told.entry.at_ms
    if told.reply["permit_id"] and len(day.marks) < MARKS_KEPT and clock.add(revision, at_ms):
        day.marks.append(f"{revision} {at_ms}")


def _picked(day: Day, _clock: Clock, told: Told) -> None:
    for _, _, _, units, short, *_ in told.body["lines"]:
        day.add(What.PICK_LINES)
        day.add(What.PICKED_UNITS, units)
        if short:
            day.add(What.SHORT_LINES, 1, told.system)
            day.add(What.SHORT_UNITS, short, told.system)


def _shipped(day: Day, clock: Clock, told: Told) -> None:
    if not told.reply.get("shipped_quantity"):
        return
    day.add(What.SHIPMENTS, 1, told.system)
    day.add(What.SHIPPED_UNITS, told.reply["shipped_quantity"])
    permit_id: str = told.body.get("permit_id", "")
    if not permit_id[1:].isdecimal():
        return
    now = (told.entry.revision, told.entry.at_ms)
    since_ms = clock.at_ms(int(permit_id[1:]), now)
    if since_ms is not None:
        minutes = max(0, told.entry.at_ms - since_ms) // _MINUTE_MS
        day.add(What.SHIP_TIMED)
        day.add(What.SHIP_MINUTES, minutes)
        place = str(next((place for place, end in enumerate(SHIP_MINUTES) if minutes < end), len(SHIP_MINUTES)))
        day.ship[place] = day.ship.get(place, 0) + 1


def _received(day: Day, _clock: Clock, told: Told) -> None:
    day.add(What.RECEIPTS, 1, told.system)
    day.add(What.RECEIVED_UNITS, sum(told.moved(Bucket.ON_HAND)))


def _returned(day: Day, _clock: Clock, told: Told) -> None:
    day.add(What.RETURNS, 1, told.system)
    day.add(What.RETURNED_UNITS, sum(told.moved(Bucket.ON_HAND)))


def _corrected(day: Day, _clock: Clock, told: Told) -> None:
    if told.reply.get("proposal_id"):
        day.add(What.PROPOSED, 1, told.system)
    moved = told.moved(Bucket.ON_HAND)
    if moved:
        day.add(What.ADJUSTMENTS, 1, told.system)
        day.add(What.UNITS_UP, sum(each for each in moved if each > 0), told.system)
        day.add(What.UNITS_DOWN, -sum(each for each in moved if each < 0), told.system)


def _counted(day: Day, clock: Clock, told: Told) -> None:
    for sku, counted, expected in told.reply["lines"]:
        day.add(What.COUNTED_SKUS, 1, told.system)
        day.add(What.COUNTED_WRONG, int(counted != expected), told.system)
        if len(day.counted) < COUNTS_KEPT:
            day.counted.append(f"{sku} {counted} {expected}")
    _corrected(day, clock, told)


def _pushed(day: Day, _clock: Clock, told: Told) -> None:
    day.add(What.PUSHED, 1, told.body["system"])


_ADDS: Final[Mapping[OperationKind, Callable[[Day, Clock, Told], None]]] = {
    OperationKind.RESERVE_STOCK: _reserved,
    OperationKind.CONFIRM_RESERVATION: _confirmed,
    OperationKind.AUTHORIZE_WAVE: _authorised,
    OperationKind.REPORT_PICK: _picked,
    OperationKind.CONFIRM_SHIPMENT: _shipped,
    OperationKind.RESOLVE_SHIPMENT: _shipped,
    OperationKind.RECORD_RECEIPT: _received,
    OperationKind.RECORD_RETURN: _returned,
    OperationKind.ADJUST_STOCK: _corrected,
    OperationKind.APPROVE_ADJUSTMENT: _corrected,
    OperationKind.SUBMIT_COUNT: _counted,
    OperationKind.CORRECT_MIRROR: _pushed,
}


def median_minutes(ship: Mapping[str, int]) -> int:
    """Give the upper end of the class of time in which the median shipment is, in minutes; 0 where there is none."""
    total, before = sum(ship.values()), 0
    for place in sorted(map(int, ship)):
        before += ship[str(place)]
        if before * 2 >= total:
            return SHIP_MINUTES[min(place, len(SHIP_MINUTES) - 1)]
    return 0


def total(days: Iterable[Day]) -> Day:
    """Add days up; the sums, not what is kept one by one."""
    found = Day("", 0)
    for each in days:
        for into, sums in ((found.sums, each.sums), (found.reasons, each.reasons), (found.ship, each.ship)):
            for name, units in sums.items():
                into[name] = into.get(name, 0) + units
        for system, sums in each.systems.items():
            of_system = found.systems.setdefault(system, {})
            for name, units in sums.items():
                of_system[name] = of_system.get(name, 0) + units
    return found
