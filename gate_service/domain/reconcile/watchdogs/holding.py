"""A checkout's hold ends: somebody pays or gives up. One that is taken again whenever it ran out does neither.

It is watched from the first time that it ran out; one that is not taken again within a quarter of the deadline was
given up. So the many holds that are confirmed in time leave no trace.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.watchdogs.telling import Told

_KIND = FindingKind.HOLD_RENEWED_FOREVER
RENEWED: Final = "renewed"
"""How often it was taken again."""
_GIVEN_UP_AT: Final = "given up at"
"""Of one that ran out: when nobody will take it again, ms since the epoch."""
_GRACE: Final = 4
"""The part of the deadline that somebody has for taking it again."""


def lapsed(book: Book, told: Told, rules: ReconcileRules) -> None:
    """See whether somebody takes a hold again that ran out."""
    entry, limit_ms = told.entry, rules.deadline_ms(_KIND)
    order_id: str = told.body["order_id"]
    before = book.get(_KIND, order_id)
    given_up_ms = entry.at_ms + limit_ms // _GRACE
    if before:
        renewed = before.open.get(RENEWED) and not before.raised
        due_ms = min(given_up_ms, before.deadline_ms) if renewed else given_up_ms
        book.put(replace(before, due_ms=due_ms, open={**before.open, _GIVEN_UP_AT: given_up_ms}))
        return
    found = Expectation(_KIND, book.location_id, order_id, entry.at_ms, entry.at_ms + limit_ms, given_up_ms)
    book.put(replace(found, system=told.system, revision=entry.revision, open={_GIVEN_UP_AT: given_up_ms}))


def reserved(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Count a hold that is taken again; an order that is placed at once ends it."""
    _ = rules
    before = book.get(_KIND, told.body["order_id"])
    if before is None:
        return
    if not told.body["ttl_ms"]:
        book.end(before)
        return
    times = before.open.get(RENEWED, 0) + 1
    due_ms = 0 if before.raised else before.deadline_ms
    book.put(replace(before, due_ms=due_ms, system=told.system, open={RENEWED: times}))


def settled(book: Book, told: Told, rules: ReconcileRules) -> None:
    """See that it was paid for, or given back."""
    _ = rules
    before = book.get(_KIND, told.body["order_id"])
    if before:
        book.end(before)


def given_up_at_ms(expectation: Expectation) -> int:
    """Give when nobody will take a hold again that ran out; 0 while it is held."""
    return expectation.open.get(_GIVEN_UP_AT, 0)
