"""Everything that a report of some days tells, gathered from what reconciliation keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from gate_service.app.reconcile.buffers.making import kept_buffers
from gate_service.app.reconcile.counting import tallying
from gate_service.app.reconcile.ports import Collection, Kept, Records
from gate_service.app.reconcile.reporting import days as day_book
from gate_service.app.reconcile.reporting.days import FeedCounts, FeedDay
from gate_service.app.reconcile.variances.drafting import ALL
from gate_service.app.reconcile.walking import every
from gate_service.domain.reconcile.accuracy import Sums, Tally
from gate_service.domain.reconcile.accuracy import total as total_accuracy
from gate_service.domain.reconcile.buffers import Buffer
from gate_service.domain.reconcile.costs import Measured
from gate_service.domain.reconcile.days import Day, day_of
from gate_service.domain.reconcile.days import total as total_days
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import (
    Finding,
    FindingState,
    Snapshot,
    SnapshotState,
    Variance,
    VarianceState,
)

LISTED: Final = 200
"""Variances and findings that are listed one by one; the sums know all."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which days, and where."""

    first: int
    """As yyyymmdd."""
    last: int
    days: tuple[int, ...]
    location_id: str = ""
    """Empty for all."""

    def has(self, at_ms: int) -> bool:
        """Say whether a moment is in it."""
        return self.first <= day_of(at_ms) <= self.last

    def at(self, location_id: str) -> bool:
        """Say whether it is about a location."""
        return not self.location_id or self.location_id == location_id


@dataclass(slots=True)
class Drift:
    """Variances that were opened in the period: how many, and by how many units, by what they have in common."""

    count: int = 0
    units: int = 0
    by_hand: int = 0
    """That took people's time, or will: somebody did something with it, or it stands."""
    dealt_with: int = 0
    """Of these, those with which somebody did something, whether they stand or not."""
    settled: int = 0
    """That are over and took nobody's time: a later snapshot agreed."""
    untouched: int = 0
    """That stand, and nobody has done anything with them yet."""
    by_system: Counter[str] = field(default_factory=Counter)
    by_handoff: Counter[str] = field(default_factory=Counter)
    by_cause: Counter[str] = field(default_factory=Counter)
    by_owner: Counter[str] = field(default_factory=Counter)
    units_by_system: Counter[str] = field(default_factory=Counter)
    units_by_handoff: Counter[str] = field(default_factory=Counter)
    units_by_cause: Counter[str] = field(default_factory=Counter)
    units_by_owner: Counter[str] = field(default_factory=Counter)
    by_day: dict[str, Counter[int]] = field(default_factory=dict)
    """By cause and day."""

    def add(self, variance: Variance) -> None:
        """Add one."""
        units = abs(variance.difference)
        cause = str(variance.diagnosis.cause)
        self.count += 1
        self.units += units
        by_people = any(step.system or step.actor for step in variance.history)
        self.by_hand += variance.standing or by_people
        self.dealt_with += by_people
        self.settled += not (variance.standing or by_people)
        self.untouched += variance.standing and not by_people
        for count, total, name in (
            (self.by_system, self.units_by_system, variance.system),
            (self.by_handoff, self.units_by_handoff, variance.diagnosis.handoff or "not known"),
            (self.by_cause, self.units_by_cause, cause),
            (self.by_owner, self.units_by_owner, variance.owner or "nobody"),
        ):
            count[name] += 1
            total[name] += units
        self.by_day.setdefault(cause, Counter())[day_of(variance.opened_at_ms)] += 1


@dataclass(slots=True)
class Compared:
    """What came of the snapshots of the period."""

    snapshots: int = 0
    refused: int = 0
    figures: int = 0
    agreed: int = 0
    in_flight: int = 0


@dataclass(slots=True)
class Report:
    """All of it."""

    period: Period
    made_at_ms: int
    locations: tuple[str, ...]
    days: list[Day]
    feeds: dict[str, FeedCounts]
    feed_days: dict[int, FeedCounts]
    drift: Drift
    compared: Compared
    standing: list[Variance]
    """The largest first, at most `LISTED`."""
    standing_count: int
    findings: list[Finding]
    """Raised in the period, or standing: those that stand first."""
    finding_count: int
    accuracy: dict[tuple[str, str], Sums]
    accuracy_days: dict[int, Sums]
    buffers: list[Buffer]

    @property
    def total(self) -> Day:
        """Add the days up."""
        return total_days(self.days)

    def on(self, day: int) -> Day:
        """Add up one day of all locations."""
        return total_days(each for each in self.days if each.day == day)

    @property
    def measured(self) -> Measured:
        """Give what the cost view needs besides the days."""
        return Measured(self.drift.count, self.drift.by_hand, self.compared.in_flight)


class Reporting:
    """Gathers reports."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read."""
        self._records = records

    async def gather(self, period: Period, known: Sequence[str]) -> Report:
        """Gather one for those of the known locations that it is about. Raises `Unavailable`."""
        locations = tuple(each for each in sorted(known) if period.at(each) and not each.startswith("~"))
        days: list[Day] = []
        feeds: dict[str, FeedCounts] = {}
        feed_days: dict[int, FeedCounts] = {}
        tallies: list[Tally] = []
        for location_id in locations:
            days += await self._days(location_id, period)
            for told in await self._feed_days(location_id, period):
                for system, counts in told.feeds.items():
                    feeds[system] = counts.plus(feeds.get(system, FeedCounts()))
                    feed_days[told.day] = counts.plus(feed_days.get(told.day, FeedCounts()))
            tallies += await self._tallies(location_id, period)
        drift, standing = await self._variances(period)
        findings, finding_count = await self._findings(period)
        standing.sort(key=lambda each: (-abs(each.difference), each.opened_at_ms, each.variance_id))
        return Report(
            period=period,
            made_at_ms=await self._records.now_ms(),
            locations=locations,
            days=days,
            feeds=dict(sorted(feeds.items())),
            feed_days=feed_days,
            drift=drift,
            compared=await self._compared(period),
            standing=standing[:LISTED],
            standing_count=len(standing),
            findings=findings,
            finding_count=finding_count,
            accuracy=total_accuracy(tallies),
            accuracy_days=_by_day(tallies),
            buffers=[b for _, b in (await kept_buffers(self._records)).values() if period.at(b.location_id)],
        )

    async def _days(self, location_id: str, period: Period) -> list[Day]:
        found = []
        async for kept in self._newest(Collection.DAYS, day_book.at(location_id)):
            day = load(Day, kept.text)
            if day.day < period.first:
                break
            if day.day <= period.last:
                found.append(day)
        return found[::-1]

    async def _feed_days(self, location_id: str, period: Period) -> list[FeedDay]:
        found = []
        async for kept in self._newest(Collection.DAYS, day_book.feeds_at(location_id)):
            day = load(FeedDay, kept.text)
            if day.day < period.first:
                break
            if day.day <= period.last:
                found.append(day)
        return found

    async def _tallies(self, location_id: str, period: Period) -> list[Tally]:
        found = []
        async for kept in self._newest(Collection.TALLIES, tallying.at(location_id)):
            tally = load(Tally, kept.text)
            if tally.day < period.first:
                break
            if tally.day <= period.last:
                found.append(tally)
        return found

    async def _variances(self, period: Period) -> tuple[Drift, list[Variance]]:
        """Add up what was opened in the period, and give what stands now, whenever it was opened."""
        drift, standing = Drift(), list[Variance]()
        async for kept in self._newest(Collection.VARIANCES, ALL):
            variance = load(Variance, kept.text)
            if not period.at(variance.location_id):
                continue
            if period.has(variance.opened_at_ms):
                drift.add(variance)
            if variance.standing and variance.state is not VarianceState.ACCEPTED:
                standing.append(variance)
        return drift, standing

    async def _findings(self, period: Period) -> tuple[list[Finding], int]:
        found = []
        async for kept in self._newest(Collection.FINDINGS, ALL):
            finding = load(Finding, kept.text)
            stands = finding.state is not FindingState.CLEARED
            if period.at(finding.location_id) and (stands or period.has(finding.raised_at_ms)):
                found.append(finding)
        found.sort(key=lambda each: (each.state is FindingState.CLEARED, -each.raised_at_ms, each.finding_id))
        return found[:LISTED], len(found)

    async def _compared(self, period: Period) -> Compared:
        found = Compared()
        index = f"at {period.location_id}" if period.location_id else ALL
        async for kept in self._newest(Collection.SNAPSHOTS, index):
            snapshot = load(Snapshot, kept.text)
            if not period.has(snapshot.begun_at_ms):
                continue
            found.refused += snapshot.state is SnapshotState.REFUSED
            if snapshot.state is SnapshotState.COMPARED and snapshot.result:
                found.snapshots += 1
                found.figures += snapshot.result.compared_count
                found.agreed += snapshot.result.agreed_count
                found.in_flight += snapshot.result.timing_count
        return found

    def _newest(self, collection: Collection, index: str) -> AsyncIterator[Kept]:
        return every(self._records, collection, index, descending=True)


def _by_day(tallies: Sequence[Tally]) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for tally in tallies:
        one = tally.sums.get(f"location {tally.location_id}")
        if one:
            found[tally.day] = found.get(tally.day, Sums()).plus(one)
    return found
