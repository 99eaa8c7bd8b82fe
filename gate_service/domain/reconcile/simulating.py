"""What fixed and adaptive buffers cost on an order history, when the record drifts away from the shelf.

Everything random comes from the seed and is the same for every buffer: which shelves lose how much on which day, and
which orders come from a till that the record hears of late. Pure.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from gate_service.domain.reconcile.buffers import Evidence, Look, Stale, look_at_count, work_out
from gate_service.domain.reconcile.policy import DAY_MS, BufferRules, CountRules
from gate_service.domain.reconcile.shelves import CLASSES, period_ms

_WHOLE: Final = 10_000
_PLACE: Final = "shop"


class Ordered(NamedTuple):
    """One order line."""

    at: datetime
    sku: str
    units: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How the record goes wrong. Chances are per SKU and day."""

    seed: int = 1
    chances: Mapping[str, float] = field(default_factory=lambda: {"A": 0.03, "B": 0.02, "C": 0.01})
    """That a shelf of a class loses units: theft, breakage, mispicks."""
    loss: float = 0.06
    """The mean share of the shelf that is lost then; shares are spread exponentially."""
    till_share: float = 0.1
    """Of the order lines: sold at a till, which sells what lies there."""
    till_late_s: int = 3_600
    """So late the record hears of it."""


@dataclass(slots=True)
class Outcome:
    """What came of a buffer, in units of order lines that went through the gate."""

    name: str
    demanded: int = 0
    sold: int = 0
    """Promised, and there."""
    oversold: int = 0
    """Promised, and not there."""
    lost: int = 0
    """Refused, and there."""
    rightly_refused: int = 0
    oversold_lines: int = 0
    lost_lines: int = 0
    kept_back: dict[str, int] = field(default_factory=dict)
    """Basis points at the end, by class."""


class Rule(NamedTuple):
    """A buffer to try: fixed basis points, or rules by which they are measured."""

    name: str
    fixed: int = 0
    adaptive: BufferRules | None = None


def classes_of(orders: Sequence[Ordered]) -> dict[str, str]:
    """Give the class of each SKU by how often it is ordered: A makes up 80 % of the lines, with B it is 95 %."""
    times: dict[str, int] = defaultdict(int)
    for each in orders:
        times[each.sku] += 1
    found, before = {}, 0
    for sku, lines in sorted(times.items(), key=lambda one: (-one[1], one[0])):
        share = before / len(orders)
        found[sku] = CLASSES[0] if share < 0.8 else CLASSES[1] if share < 0.95 else CLASSES[2]  # noqa: PLR2004
        before += lines
    return found


class World:
    """One run: the shelves, the record of them, and what is counted."""

    def __init__(self, orders: Sequence[Ordered], opening: Mapping[str, int], drift: Drift, rule: Rule) -> None:
        """Begin with a record that is right."""
        self._orders = orders
        self._drift = drift
        self._rule = rule
        self._classes = classes_of(orders)
        self._shelf = dict(opening)
        self._record = dict(opening)
        self._late: list[tuple[float, str, int]] = []
        self._counts: dict[str, list[tuple[int, Look]]] = {abc: [] for abc in CLASSES}
        self._sold_on: list[int] = []
        self._kept_back = dict.fromkeys(CLASSES, rule.fixed)
        self.outcome = Outcome(rule.name)

    def run(self) -> Outcome:
        """Go through all days."""
        for day, (_, orders) in enumerate(groupby(self._orders, key=lambda each: each.at.date())):
            self._begin_day(day)
            sold = 0
            for place, each in enumerate(orders):
                self._hear(each.at.timestamp())
                chance = self._chance("till", day, place, each.sku).random()
                if chance < self._drift.till_share:
                    self._at_till(each)
                else:
                    self._through_gate(each)
                    sold += each.units
            self._sold_on.append(sold)
        self.outcome.kept_back = dict(self._kept_back)
        return self.outcome

    def _begin_day(self, day: int) -> None:
        self._hear(float("inf"))
        for sku in self._shelf:
            chance = self._chance("loss", day, sku)
            if chance.random() < self._drift.chances[self._classes.get(sku, CLASSES[2])]:
                share = min(1.0, chance.expovariate(1 / self._drift.loss))
                self._shelf[sku] -= min(self._shelf[sku], max(1, round(self._shelf[sku] * share)))
            if self._is_counted(sku, day):
                self._count(sku, day)
        if self._rule.adaptive:
            self._measure(day, self._rule.adaptive)

    def _chance(self, *about: object) -> random.Random:
        return random.Random(" ".join(map(str, (self._drift.seed, *about))))  # noqa: S311 - drift that is made up

    def _is_counted(self, sku: str, day: int) -> bool:
        days = period_ms(self._classes.get(sku, CLASSES[2]), CountRules()) // DAY_MS
        return self._chance("count", sku).randrange(days) == day % days

    def _count(self, sku: str, day: int) -> None:
        look = look_at_count(self._shelf[sku], self._record[sku])
        if look:
            self._counts[self._classes.get(sku, CLASSES[2])].append((day, look))
        self._record[sku] = self._shelf[sku]

    def _measure(self, day: int, rules: BufferRules) -> None:
        recent = self._sold_on[-7:]
        per_day = sum(recent) // max(1, len(recent))
        behind = Stale(self._drift.till_late_s * 1_000, "till", per_day, sum(self._record.values()))
        for abc in CLASSES:
            looks = [look for at, look in self._counts[abc] if at > day - 60]
            stale = behind if self._drift.till_share else Stale()
            found = work_out(_PLACE, _PLACE, abc, Evidence(looks, (), stale), rules, 0)
            self._kept_back[abc] = found.basis_points

    def _hear(self, now_s: float) -> None:
        """Take into the record what the till has told by now."""
        while self._late and self._late[0][0] <= now_s:
            _, sku, units = heapq.heappop(self._late)
            self._record[sku] = max(0, self._record[sku] - units)

    def _at_till(self, each: Ordered) -> None:
        units = min(each.units, self._shelf[each.sku])
        self._shelf[each.sku] -= units
        heapq.heappush(self._late, (each.at.timestamp() + self._drift.till_late_s, each.sku, units))

    def _through_gate(self, each: Ordered) -> None:
        outcome, sku, units = self.outcome, each.sku, each.units
        outcome.demanded += units
        record, shelf = self._record[sku], self._shelf[sku]
        back = -(-record * self._kept_back[self._classes[sku]] // _WHOLE)
        if units > record - back:
            there = min(units, shelf) if shelf >= units else 0
            outcome.lost += there
            outcome.lost_lines += there > 0
            outcome.rightly_refused += units - there
            return
        there = min(units, shelf)
        outcome.sold += there
        outcome.oversold += units - there
        outcome.oversold_lines += there < units
        self._shelf[sku] -= there
        self._record[sku] -= units
        if there < units:  # the picker has found an empty shelf, and the record is put right
            self._record[sku] = 0


def simulate(
    orders: Sequence[Ordered], opening: Mapping[str, int], drift: Drift, rules: Sequence[Rule]
) -> Iterator[Outcome]:
    """Try each buffer on the same history with the same drift."""
    for rule in rules:
        yield World(orders, opening, drift, rule).run()


def usual_rules(adaptive: BufferRules) -> list[Rule]:
    """Give the rules that are compared: none, the blunt 1 and 3 %, and what was measured, also by other quantiles."""
    fixed = [Rule(f"fixed {percent} %", percent * 100) for percent in (0, 1, 3)]
    tried = [Rule(f"adaptive q{adaptive.quantile_percent}", 0, adaptive)]
    others = [each for each in (80, 95) if each != adaptive.quantile_percent]
    return [*fixed, *tried, *(Rule(f"adaptive q{q}", 0, replace(adaptive, quantile_percent=q)) for q in others)]
