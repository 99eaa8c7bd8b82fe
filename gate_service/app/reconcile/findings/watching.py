"""What is expected of each location, kept, and what is raised and cleared by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.alarming import Alarms
from gate_service.app.reconcile.observing import Learned
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Event, Records
from gate_service.app.reconcile.walking import every
from gate_service.domain.cases import Document, DocumentAnswer
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.alarms import alarm
from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.watchdogs import observe
from gate_service.domain.reconcile.watchdogs.arriving import ARRIVALS
from gate_service.domain.reconcile.watchdogs.holding import given_up_at_ms

_DUE: Final = "due"
_CALL: Final = Call(method="reconcile", own=True)


class Documents(Protocol):
    """Where a document is looked up; `app.ports.Ledger` is one."""

    async def document(self, location_id: str, document_id: str, call: Call) -> DocumentAnswer:
        """Read one announcement. Raises `Refused` with UNKNOWN_LOCATION or DOCUMENT_NOT_FOUND."""
        ...


class Watching:
    """An `Observer` that learns what to expect, and a `Ticker` that raises what did not come and clears what did.

    Both work on one memory. Whatever else changes a record meanwhile makes a commit fail; then memory is in doubt, and
    is read anew by whoever follows the ledgers, between two entries: else what is just learned would be forgotten.
    """

    def __init__(self, records: Records, documents: Documents, handoffs: Callable[[], HandoffMap | None]) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._documents = documents
        self._handoffs = handoffs
        self._alarms = Alarms(records)
        self._books: dict[str, Book] = {}
        self._doubtful: set[str] = set()
        self._at_end: set[str] = set()

    async def load(self, location_id: str) -> None:
        """Read what is expected of a location; see `Observer`."""
        book = Book(location_id)
        async for kept in every(self._records, Collection.EXPECTED, _at(location_id)):
            book.restore(load(Expectation, kept.text), kept.version)
        self._books[location_id] = book
        self._doubtful.discard(location_id)

    def in_doubt(self, location_id: str) -> bool:
        """Say whether memory is no longer what is kept: `load` it before anything else is learned."""
        return location_id in self._doubtful

    def observe(self, location_id: str, entry: Entry) -> None:
        """Learn from one entry."""
        observe(self._books[location_id], entry, self._rules())

    def take(self, location_id: str) -> Learned:
        """Give what changed since the last time."""
        return Learned([_change(location_id, *each) for each in self._books[location_id].take()])

    def behind(self, location_id: str, entries: int) -> None:
        """Judge a location only where there is nothing that was not told yet; see `WaitsForEnd`."""
        if entries:
            self._at_end.discard(location_id)
        else:
            self._at_end.add(location_id)

    async def tick(self, now_ms: int) -> None:
        """Raise what is due, clear what is over, where a ledger was followed to its end. Raises `Unavailable`."""
        for location_id in tuple(self._at_end):
            if location_id in self._doubtful:
                continue
            book = self._books[location_id]
            due = book.due(now_ms)
            for place, expectation in enumerate(due):
                try:
                    await self._look_at(book, expectation, now_ms)
                except BaseException:
                    for left in due[place:]:
                        book.again(left)
                    raise
                if location_id in self._doubtful or location_id not in self._at_end:
                    for left in due[place + 1 :]:
                        book.again(left)
                    break  # what is in memory counts no more, or what is due may have come

    async def _look_at(self, book: Book, expectation: Expectation, now_ms: int) -> None:
        if not expectation.stale and not 0 < expectation.due_ms <= now_ms:
            return
        still = None if expectation.over else expectation
        if not expectation.stale:
            still = await self._still_open(expectation, now_ms)
        if still is None or expectation.stale:
            changes, events = await self._alarms.clearing(expectation.raised, now_ms)
            await self._keep(book, expectation, replace(still, raised="") if still else None, changes, events)
            return
        changes, events = await self._alarms.raising(alarm(still, self._handoffs(), now_ms))
        raised = replace(still, raised=still.finding_id, due_ms=_look_again_ms(still))
        await self._keep(book, expectation, raised, changes, events)

    async def _still_open(self, expectation: Expectation, now_ms: int) -> Expectation | None:
        """Give it with what is missing now; None where nothing is."""
        if expectation.kind is FindingKind.HOLD_RENEWED_FOREVER:
            return None if 0 < given_up_at_ms(expectation) <= now_ms else expectation
        if expectation.kind not in ARRIVALS:
            return expectation
        document = await self._document(expectation)
        if document is None or document.closed or not document.open:
            return None
        return replace(expectation, open={line.sku: line.open for line in document.progress if line.open})

    async def _document(self, expectation: Expectation) -> Document | None:
        try:
            answer = await self._documents.document(expectation.location_id, expectation.subject, _CALL)
        except Refused:
            return None
        return answer.document

    async def _keep(
        self, book: Book, before: Expectation, after: Expectation | None, changes: list[Change], events: list[Event]
    ) -> None:
        """Change one expectation and what is raised because of it, unless an entry has changed it meanwhile."""
        if self._books.get(book.location_id) is not book or not book.holds(before):
            return
        if after is None:
            book.remove(before)
        else:
            book.put_as_it_is(after)
        taken = [_change(book.location_id, *each) for each in book.take()]
        try:
            await self._records.commit([*taken, *changes], events)
        except Conflict:
            self._doubtful.add(book.location_id)
        except BaseException:
            self._doubtful.add(book.location_id)
            raise

    def _rules(self) -> ReconcileRules:
        handoffs = self._handoffs()
        return handoffs.reconcile if handoffs else ReconcileRules()


def _look_again_ms(expectation: Expectation) -> int:
    """Give when to look again at what was raised; 0 where only an event can end it."""
    return given_up_at_ms(expectation) if expectation.kind is FindingKind.HOLD_RENEWED_FOREVER else 0


def _at(location_id: str) -> str:
    return f"at {location_id}"


def _change(location_id: str, record_id: str, version: int, expectation: Expectation | None) -> Change:
    if expectation is None:
        return Change(Collection.EXPECTED, record_id, version, "", {_DUE: None, _at(location_id): None})
    scores = {_DUE: expectation.due_ms or None, _at(location_id): expectation.since_ms}
    return Change(Collection.EXPECTED, record_id, version, dump(expectation), scores)
