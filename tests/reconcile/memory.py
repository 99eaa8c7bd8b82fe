"""The records of reconciliation in memory, and a location that is watched, both by the clock of a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.app.reconcile.findings.sources import FeedsWatched, MirrorsWatched
from gate_service.app.reconcile.findings.trends import Trends
from gate_service.app.reconcile.findings.watching import Watching
from gate_service.app.reconcile.observing import Observer, Ticker
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Kept, RecordPage, ToldEvent
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DEADLINES
from gate_service.domain.reconcile.records import Finding, FindingState
from gate_service.handoffs import read
from gate_service.reconcile.follower import Follower
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.model import ModelLedger

DEADLINE_MS = 10_000
"""Of every kind, by the map of these tests."""
_KINDS = [str(kind) for kind in DEADLINES]
MAP = f"""\
version: 1
systems:
  wms-east:
    role: warehouse
    owner: {{name: Floor, contact: "room 1"}}
    tokens: ["sha256:{"1" * 64}"]
    locations: ["*"]
    feed: {{numbered: true, cadence_ms: {DEADLINE_MS}}}
    operations: {{record_receipt: {{}}, record_return: {{}}, move_stock: {{}}, authorize_wave: {{}}, report_pick: {{}},
      confirm_shipment: {{}}}}
  netsuite:
    role: erp
    owner: {{name: Purchasing, contact: "room 2"}}
    tokens: ["sha256:{"2" * 64}"]
    locations: [DC-1, DC-2]
    operations: {{announce_incoming: {{}}, amend_incoming: {{}}}}
    mirror: {{measure: on_hand, cadence_ms: {DEADLINE_MS}, lag_ms: 1000}}
  shop:
    role: storefront
    owner: {{name: Web shop, contact: "room 3"}}
    tokens: ["sha256:{"3" * 64}"]
    locations: ["*"]
    channels: ["*"]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}}}
policy:
  deadlines: {json.dumps(dict.fromkeys(_KINDS, DEADLINE_MS))}
"""


class MemoryRecords:
    """Implements `app.reconcile.ports.Records`."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """Begin with none."""
        self._clock = clock
        self._kept: dict[tuple[Collection, str], Kept] = {}
        self._scores: dict[tuple[Collection, str], dict[str, int]] = {}
        self._events: list[ToldEvent] = []

    async def get(self, collection: Collection, record_ids: Sequence[str]) -> Sequence[Kept | None]:
        return [self._kept.get((collection, each)) for each in record_ids]

    async def page(
        self,
        collection: Collection,
        index: str,
        limit: int,
        token: str = "",
        *,
        until: int | None = None,
        descending: bool = False,
    ) -> RecordPage:
        scores = self._scores.get((collection, index), {})
        names = sorted(scores, key=lambda name: (scores[name], name), reverse=descending)
        names = [name for name in names if until is None or scores[name] <= until]
        start = int(token or 0)
        found = [self._kept[collection, name] for name in names[start : start + limit]]
        return RecordPage(found, str(start + limit) if start + limit < len(names) else "")

    async def size(self, collection: Collection, index: str) -> int:
        return len(self._scores.get((collection, index), {}))

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        for change in changes:
            stands = self._kept.get((change.collection, change.record_id))
            if (stands.version if stands else 0) != change.version:
                raise Conflict(change.collection, change.record_id)
        for change in changes:
            where = (change.collection, change.record_id)
            self._kept.pop(where, None)
            if change.text:
                self._kept[where] = Kept(change.record_id, change.version + 1, change.text)
            for index, score in change.scores.items():
                places = self._scores.setdefault((change.collection, index), {})
                places.pop(change.record_id, None)
                if score is not None:
                    places[change.record_id] = score
        for event in events:
            self._events.append(ToldEvent(f"{len(self._events) + 1}-0", self._clock(), event))

    async def events(self, after_token: str, limit: int) -> Sequence[ToldEvent]:
        return self._events[int((after_token or "0").partition("-")[0]) :][:limit]

    async def newest_event(self) -> str:
        return f"{len(self._events)}-0"

    async def now_ms(self) -> int:
        return self._clock()


class Watched(World):
    """A location whose ledger is followed, and whose deadlines are looked at whenever the test asks."""

    def __init__(self, clock: Clock) -> None:
        """Watch DC-1, of which nothing is known yet."""
        super().__init__(ModelLedger(clock), clock)
        self.map: HandoffMap = read(MAP)
        self.records = MemoryRecords(clock)
        self.restart()

    def restart(self) -> None:
        """Let another process go on with what is kept."""
        self.watching = Watching(self.records, self.ledger, lambda: self.map)
        self.trends = Trends(self.records, lambda: self.map, every_ms=0)
        self.tellers = FeedsWatched(self.records, self.ledger, lambda: self.map)
        self.mirrors = MirrorsWatched(self.records, lambda: self.map)
        observers: list[Observer] = [self.watching, self.trends]
        self.follower = Follower(self.ledger, self.records, observers, in_doubt=self.watching.in_doubt)

    async def look(self, by: Ticker | None = None) -> list[Finding]:
        """Follow what happened, let the watchdogs or another one look at the clock; give the findings that stand."""
        while await self.follower.follow_all():
            pass
        problems = [each.problem for each in self.follower.standing.values() if each.problem]
        assert not problems
        await (by or self.watching).tick(self.clock.now_ms)
        return await Alarms(self.records).standing()

    async def later(self, ms: int, by: Ticker | None = None) -> list[Finding]:
        """Let time pass, and look."""
        self.clock.advance(ms)
        return await self.look(by)

    async def told(self) -> list[str]:
        """Give the events so far, by type."""
        return [each.event.type for each in await self.records.events("", 1_000)]

    async def cleared(self) -> list[Finding]:
        """Give the findings that are over."""
        page = await self.records.page(Collection.FINDINGS, "closed", 100)
        found = [load(Finding, kept.text) for kept in page.records]
        assert all(each.state is FindingState.CLEARED for each in found)
        return found
