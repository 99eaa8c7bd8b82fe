"""What is known of each SKU of a location for counting it: how often it goes out, and when it was counted.

A million SKUs are kept as some thousand records of a few dozen shelves each, written as text: `ShelfBook` says when.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from gate_service.domain.reconcile.policy import DAY_MS, CountRules

SHARDS: Final = 16_384
SLOT_MS: Final = 30 * DAY_MS
SLOTS: Final = 4
"""Picks are counted by slots of 30 days; the running one and the three before it count."""
A, B, C = "A", "B", "C"
CLASSES: Final = (A, B, C)
_A_PERCENT, _B_PERCENT = 80, 95
_FRACTIONS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Shelf:
    """One SKU."""

    since_ms: int
    """When it was counted last; where it never was, when it was first heard of."""
    counted: bool = False
    given: str = ""
    """The class that the catalog gives; empty where it gives none."""
    picks: tuple[tuple[int, int], ...] = ()
    """How often it went out, as (slot, times), the newest first."""

    def picked(self, at_ms: int, times: int = 1) -> Shelf:
        """Give it once it has gone out."""
        slot = at_ms // SLOT_MS
        told = dict(self.picks)
        told[slot] = told.get(slot, 0) + times
        kept = sorted((each for each in told.items() if each[0] > max(told) - SLOTS), reverse=True)
        return replace(self, picks=tuple(kept))

    def counted_at(self, at_ms: int) -> Shelf:
        """Give it once it was counted."""
        return replace(self, since_ms=max(at_ms, self.since_ms) if self.counted else at_ms, counted=True)

    def of_class(self, abc: str) -> Shelf:
        """Give it with the class that the catalog gives; empty for none."""
        return replace(self, given=abc)

    def merged(self, other: Shelf) -> Shelf:
        """Give it with what is known of a SKU that became part of it; what was counted before says little of both."""
        found = replace(self, since_ms=min(self.since_ms, other.since_ms), counted=self.counted and other.counted)
        for slot, times in other.picks:
            found = found.picked(slot * SLOT_MS, times)
        return found

    def times(self, now_ms: int) -> int:
        """Count how often it went out of late."""
        return sum(times for slot, times in self.picks if slot > now_ms // SLOT_MS - SLOTS)


class Borders(NamedTuple):
    """How often a SKU must go out to be of class A, and of class B."""

    a: int = 1
    b: int = 1

    def class_of(self, shelf: Shelf, now_ms: int) -> str:
        """Give the class: the catalog's where it gives one."""
        if shelf.given in CLASSES:
            return shelf.given
        times = shelf.times(now_ms)
        return A if times >= self.a else B if times >= self.b else C


def borders(frequencies: Mapping[int, int]) -> Borders:
    """Find the borders from how many SKUs go out how often: A makes up 80 % of all picks, with B it is 95 %.

    What goes out as often as the last one of a class is of it too. What does not go out is C.
    """
    return Borders(_border(frequencies, _A_PERCENT), _border(frequencies, _B_PERCENT))


def _border(frequencies: Mapping[int, int], percent: int) -> int:
    total = sum(times * skus for times, skus in frequencies.items())
    before = 0
    for times in sorted(filter(None, frequencies), reverse=True):
        if before * 100 >= percent * total:
            return times + 1
        before += times * frequencies[times]
    return 1


def period_ms(abc: str, rules: CountRules) -> int:
    """Give how often a class is counted, in ms between two counts."""
    return {A: rules.a_ms, B: rules.b_ms}.get(abc, rules.c_ms)


def due_ms(sku: str, shelf: Shelf, abc: str, rules: CountRules) -> int:
    """Give by when it is to be counted: a period after the last count.

    What was never counted is spread evenly over the period from when it was first heard of: a house that is new to the
    gate is not due all on one day.
    """
    period = period_ms(abc, rules)
    if shelf.counted:
        return shelf.since_ms + period
    return shelf.since_ms + period * (zlib.crc32(sku.encode()[::-1]) % _FRACTIONS + 1) // _FRACTIONS


class Due(NamedTuple):
    """A SKU that is to be counted, in the order of urgency."""

    due_ms: int
    sku: str
    abc: str


def due_of(sku: str, shelf: Shelf, limits: Borders, now_ms: int, rules: CountRules) -> Due | None:
    """Give it where its task is to be opened by now, a day before it has to be counted; else None."""
    abc = limits.class_of(shelf, now_ms)
    at_ms = due_ms(sku, shelf, abc, rules)
    return Due(at_ms, sku, abc) if at_ms - DAY_MS <= now_ms else None


def room(opened_today: int, open_now: int, rules: CountRules) -> int:
    """Count the cycle counts that may be opened still today: what nobody has counted yet makes room for none."""
    return max(0, rules.per_day - max(opened_today, open_now))


def shard_of(sku: str) -> int:
    """Give the shard of a SKU. Those that differ in their last character share one.

    Receipts and counts of many SKUs tell them in order: so they change some hundred records, and not one for each.
    """
    return zlib.crc32(sku[:-1].encode()) % SHARDS


def shelf_text(shelf: Shelf) -> str:
    """Write a shelf: when, the class that is given, and slot:times."""
    picks = (f"{slot}:{times}" for slot, times in shelf.picks)
    return " ".join((f"{'c' if shelf.counted else 's'}{shelf.since_ms}", shelf.given or "-", *picks))


def read_shelf(text: str) -> Shelf:
    """Read what `shelf_text` wrote."""
    since, given, *picks = text.split(" ")
    return Shelf(int(since[1:]), since[0] == "c", "" if given == "-" else given, tuple(map(_pair, picks)))


def _pair(text: str) -> tuple[int, int]:
    slot, _, times = text.partition(":")
    return int(slot), int(times)


def add_frequencies(shelves: Iterable[Shelf], now_ms: int, into: dict[int, int]) -> None:
    """Add up how many SKUs went out how often."""
    for shelf in shelves:
        times = shelf.times(now_ms)
        into[times] = into.get(times, 0) + 1
