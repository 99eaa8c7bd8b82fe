"""The sums of the days, kept, and what is raised where they go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.app.reconcile.observing import Learned
from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.app.reconcile.walking import every
from gate_service.domain.entries import Entry
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.alarms import finding, span
from gate_service.domain.reconcile.expecting import Expectation
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.domain.reconcile.trends import (
    BEFORE_DAYS,
    RECENT_DAYS,
    STOCKOUT_DAYS,
    Day,
    Trend,
    day_number,
    forget,
    judge,
    learn,
)
from gate_service.domain.verbs import Verb

_EVERY_MS: Final = 60_000
"""They move slowly: so often they are looked at."""
_KINDS: Final = (FindingKind.REPEATED_STOCKOUTS, FindingKind.RISING_ADJUSTMENTS, FindingKind.SLOWER_SHIPPING)
_ACTS: Final = {
    FindingKind.REPEATED_STOCKOUTS: Verb.REPORT_PICK,
    FindingKind.RISING_ADJUSTMENTS: Verb.SUBMIT_COUNT,
    FindingKind.SLOWER_SHIPPING: Verb.CONFIRM_SHIPMENT,
}
"""Whoever says it at a location is told."""


class Trends:
    """An `Observer` that adds up days, and a `Ticker` that holds the last ones against those before."""

    def __init__(self, records: Records, handoffs: Callable[[], HandoffMap | None], every_ms: int = _EVERY_MS) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._handoffs = handoffs
        self._alarms = Alarms(records)
        self._every_ms = every_ms
        self._looked_at_ms = 0
        self._days: dict[str, dict[int, Day]] = {}
        self._versions: dict[str, int] = {}
        self._changed: dict[str, set[int]] = {}
        self._at_end: set[str] = set()

    async def load(self, location_id: str) -> None:
        """Read the days of a location; see `Observer`."""
        days: dict[int, Day] = {}
        versions: dict[str, int] = {}
        async for kept in every(self._records, Collection.TRENDS, _at(location_id)):
            day = load(Day, kept.text)
            days[day.day], versions[kept.record_id] = day, kept.version
        for each in self._days.get(location_id, {}).values():
            self._versions.pop(each.record_id, None)
        self._days[location_id], self._changed[location_id] = days, set()
        self._versions |= versions

    def observe(self, location_id: str, entry: Entry) -> None:
        """Add an entry to its day."""
        days, today = self._days[location_id], day_number(entry.at_ms)
        day = days.get(today) or Day(location_id, today)
        if learn(days, day, entry):
            days[today] = day
            self._changed[location_id].add(today)

    def take(self, location_id: str) -> Learned:
        """Give the days that changed, and let go those that are old."""
        days, changed = self._days[location_id], self._changed[location_id]
        changes: list[Change] = []
        if changed:
            for old in forget(days, max(days)):
                del days[old.day]
                version = self._versions.pop(old.record_id, 0)
                if version:
                    changes.append(Change(Collection.TRENDS, old.record_id, version, "", {_at(location_id): None}))
        for number in sorted(changed & days.keys()):
            day = days[number]
            version = self._versions.get(day.record_id, 0)
            self._versions[day.record_id] = version + 1
            changes.append(Change(Collection.TRENDS, day.record_id, version, dump(day), {_at(location_id): number}))
        changed.clear()
        return Learned(changes)

    def behind(self, location_id: str, entries: int) -> None:
        """Judge a location only where there is nothing that was not told yet; see `WaitsForEnd`."""
        if entries:
            self._at_end.discard(location_id)
        else:
            self._at_end.add(location_id)

    async def tick(self, now_ms: int) -> None:
        """Raise what goes wrong, clear what does not any more, at the end of ledgers. Raises `Unavailable`."""
        if now_ms - self._looked_at_ms < self._every_ms:
            return
        handoffs, known = self._handoffs(), tuple(self._at_end)
        wanted = [
            _told(handoffs, location_id, trend, now_ms)
            for location_id in known
            for trend in judge(self._days[location_id].values(), location_id, day_number(now_ms))
        ]
        await self._alarms.settle(_KINDS, {each.finding_id: each for each in wanted}, now_ms, at=known)
        self._looked_at_ms = now_ms


def _told(handoffs: HandoffMap | None, location_id: str, trend: Trend, now_ms: int) -> Finding:
    doers = handoffs.doers(_ACTS[trend.kind], location_id) if handoffs else []
    system = doers[0].system_id if doers else ""
    about = Expectation(trend.kind, location_id, trend.subject, 0, 0)
    told = finding(about, handoffs, system, _text(location_id, trend), now_ms)
    return replace(told, since_ms=trend.since_day * DAY_MS, deadline_ms=now_ms)


def _text(location_id: str, trend: Trend) -> str:
    windows = f"over the last {RECENT_DAYS} days, against {{}} over the {BEFORE_DAYS} days before"
    match trend.kind:
        case FindingKind.REPEATED_STOCKOUTS:
            return (
                f"{trend.subject} was promised to orders and not there {trend.now} times within {STOCKOUT_DAYS} days "
                f"at {location_id}: count its shelf, and look at what is shown of it."
            )
        case FindingKind.RISING_ADJUSTMENTS:
            return (
                f"A hundred counts at {location_id} corrected {trend.now:,} units {windows.format(f'{trend.before:,}')}"
                ": something takes or brings goods that nobody tells of."
            )
        case _:
            was = windows.format(span(trend.before * 1000))
            return f"An order takes {span(trend.now * 1000)} from its permit to the door of {location_id} {was}."


def _at(location_id: str) -> str:
    return f"at {location_id}"
