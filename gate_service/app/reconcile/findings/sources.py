"""The watchdogs of those who tell: a feed that fell silent, numbers that never came, a snapshot that is overdue.

What they go by stands elsewhere, so each looks at all of it anew, and lets exactly those findings stand that should.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, Protocol

from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Records
from gate_service.app.reconcile.walking import every
from gate_service.domain.cases import Feed, FeedsAnswer
from gate_service.domain.errors import Refused, Unavailable
from gate_service.domain.handoffs import HandoffMap, System
from gate_service.domain.reconcile.alarms import finding, moment, span
from gate_service.domain.reconcile.expecting import Expectation
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Finding, FindingKind, Mirror

_CALL: Final = Call(method="reconcile", own=True)
_LAGS: Final = 3
"""So many snapshots in a row must be late before anybody is told."""


class Feeds(Protocol):
    """Where feeds are looked up; `app.ports.Ledger` is one."""

    async def feeds(self, location_id: str, call: Call) -> FeedsAnswer:
        """Read how far each system's events are. Raises `Refused` with UNKNOWN_LOCATION."""
        ...

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location that was ever opened."""
        ...


class FeedsWatched:
    """A `Ticker`: feeds that are silent beyond their cadence, and gaps in their numbers that aged."""

    def __init__(self, records: Records, feeds: Feeds, handoffs: Callable[[], HandoffMap | None]) -> None:
        """Keep them; nothing is read yet."""
        self._alarms = Alarms(records)
        self._feeds = feeds
        self._handoffs = handoffs

    async def tick(self, now_ms: int) -> None:
        """Look at all feeds. Raises `Unavailable`: of a location that cannot be asked nothing is known."""
        handoffs = self._handoffs()
        wanted: dict[str, Finding] = {}
        away: list[Unavailable] = []
        known: set[str] = set()
        for location_id in await self._feeds.locations(_CALL):
            try:
                answer = await self._feeds.feeds(location_id, _CALL)
            except Refused:
                continue
            except Unavailable as error:
                away.append(error)
                continue
            known.add(location_id)
            for each in _troubles(handoffs, location_id, answer.feeds, now_ms):
                wanted[each.finding_id] = each
        kinds = (FindingKind.FEED_SILENT, FindingKind.GAP_AGED)
        await self._alarms.settle(kinds, wanted, now_ms, at=known)
        if away:
            raise away[0]


def _troubles(handoffs: HandoffMap | None, location_id: str, feeds: Iterable[Feed], now_ms: int) -> Iterable[Finding]:
    rules = handoffs.reconcile if handoffs else ReconcileRules()
    for feed in feeds:
        system = handoffs.systems.get(feed.system) if handoffs else None
        cadence_ms = system.feed.cadence_ms if system else 0
        due_ms = feed.newest_at_ms + cadence_ms
        if cadence_ms and due_ms <= now_ms:
            about = Expectation(FindingKind.FEED_SILENT, location_id, feed.system, feed.newest_at_ms, due_ms)
            text = (
                f"{feed.system} has told nothing about {location_id} since {moment(feed.newest_at_ms)}; at most "
                f"{span(cadence_ms)} should lie between two of its events."
            )
            yield finding(about, handoffs, feed.system, text, now_ms)
        aged = [gap for gap in feed.gaps if gap.since_ms + rules.deadline_ms(FindingKind.GAP_AGED) <= now_ms]
        if aged:
            first = min(aged, key=lambda gap: gap.since_ms)
            due_ms = first.since_ms + rules.deadline_ms(FindingKind.GAP_AGED)
            about = Expectation(FindingKind.GAP_AGED, location_id, feed.system, first.since_ms, due_ms)
            number = sum(gap.to_number - gap.from_number + 1 for gap in aged)
            text = (
                f"{number:,} event{'s' * (number != 1)} of {feed.system} about {location_id} never came, from number "
                f"{first.from_number} on, missing since {moment(first.since_ms)}: ask {feed.system} to send them "
                "again."
            )
            yield finding(about, handoffs, feed.system, text, now_ms)


class MirrorsWatched:
    """A `Ticker`: snapshots that are overdue, and mirrors that are further behind than the map allows."""

    def __init__(self, records: Records, handoffs: Callable[[], HandoffMap | None]) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._alarms = Alarms(records)
        self._handoffs = handoffs

    async def tick(self, now_ms: int) -> None:
        """Look at all mirrors. Raises `Unavailable`."""
        handoffs = self._handoffs()
        mirrors = await self._mirrors()
        found = list(_late(handoffs, mirrors, now_ms)) if handoffs else []
        if handoffs:
            for system in handoffs.systems.values():
                cadence_ms = handoffs.reconcile.mirror(system.system_id).cadence_ms
                if cadence_ms:
                    found += await self._overdue(handoffs, system, mirrors, now_ms)
        kinds = (FindingKind.SNAPSHOT_OVERDUE, FindingKind.MIRROR_LAGS)
        await self._alarms.settle(kinds, {each.finding_id: each for each in found}, now_ms)

    async def _overdue(
        self, handoffs: HandoffMap, system: System, mirrors: Sequence[Mirror], now_ms: int
    ) -> list[Finding]:
        """Find where a system's snapshots do not come: where it sent one before, or the map names it."""
        name, found = system.system_id, list[Finding]()
        cadence_ms = handoffs.reconcile.mirror(name).cadence_ms
        received = {
            location_id: max(each.newest_received_at_ms for each in group)
            for location_id, group in groupby(
                (each for each in mirrors if each.system == name), key=lambda each: each.location_id
            )
        }
        for location_id in sorted(received.keys() | system.locations.ids):
            since_ms = received.get(location_id, 0) or await self._first_awaited(name, location_id, now_ms)
            if since_ms + cadence_ms > now_ms:
                continue
            about = Expectation(FindingKind.SNAPSHOT_OVERDUE, location_id, name, since_ms, since_ms + cadence_ms)
            text = (
                f"{name} has sent no snapshot of {location_id} since {moment(since_ms)}; one is due every "
                f"{span(cadence_ms)}: how far it has drifted, nobody knows."
            )
            found.append(finding(about, handoffs, name, text, now_ms))
        return found

    async def _first_awaited(self, system: str, location_id: str, now_ms: int) -> int:
        """Give since when the first snapshot of a mirror is awaited: since it was looked for the first time."""
        awaited = Expectation(FindingKind.SNAPSHOT_OVERDUE, location_id, system, now_ms, now_ms)
        (kept,) = await self._records.get(Collection.EXPECTED, [f"~{awaited.record_id}"])
        if kept:
            return load(Expectation, kept.text).since_ms
        try:
            await self._records.commit([Change(Collection.EXPECTED, f"~{awaited.record_id}", 0, dump(awaited))])
        except Conflict:
            return await self._first_awaited(system, location_id, now_ms)
        return now_ms

    async def _mirrors(self) -> list[Mirror]:
        """Read all mirrors, those of one location together."""
        found = [load(Mirror, kept.text) async for kept in every(self._records, Collection.MIRRORS, "all")]
        return sorted(found, key=lambda each: (each.location_id, each.system))


def _late(handoffs: HandoffMap, mirrors: Iterable[Mirror], now_ms: int) -> Iterable[Finding]:
    for mirror in mirrors:
        allowed_ms = handoffs.reconcile.mirror(mirror.system).lag_ms
        lags = mirror.lags_ms[-_LAGS:]
        if len(lags) < _LAGS or min(lags) <= allowed_ms:
            continue
        about = Expectation(FindingKind.MIRROR_LAGS, mirror.location_id, f"{mirror.system} {mirror.measure}", 0, 0)
        text = (
            f"The last {_LAGS} snapshots of {mirror.measure} that {mirror.system} sent of {mirror.location_id} were "
            f"{span(min(lags))} or more behind the gate; the map allows {span(allowed_ms)}."
        )
        told = finding(about, handoffs, mirror.system, text, now_ms)
        yield replace(told, since_ms=mirror.newest_received_at_ms, deadline_ms=mirror.newest_received_at_ms)
