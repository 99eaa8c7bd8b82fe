"""What came back is decided upon: it leaves quality control, for the shelf, for damaged, or written off.

What leaves quality control is taken to be what was returned first, SKU by SKU; a lot's hold is no decision. Where
receipts land in quality control, too, theirs may leave first and count as the return's: no alarm is false for it.
"""

from __future__ import annotations

from dataclasses import replace

from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.watchdogs.telling import Told, renamed
from gate_service.domain.vocabulary import Bucket, Landing

_KIND = FindingKind.RETURN_WITHOUT_DISPOSITION


def returned(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect a decision about the units of a return that stand in quality control."""
    entry, units = told.entry, dict[str, int]()
    for sku, quantity, landing in told.body["lines"]:
        if landing == Landing.QUALITY_CONTROL:
            units[sku] = units.get(sku, 0) + quantity
    if not units:
        return
    subject = told.body["return_id"]
    before = book.get(_KIND, subject)
    for sku, more in (before.open if before else {}).items():
        units[sku] = units.get(sku, 0) + more
    deadline_ms = entry.at_ms + rules.deadline_ms(_KIND)
    book.put(
        Expectation(
            _KIND, book.location_id, subject, entry.at_ms, deadline_ms, deadline_ms, told.system, entry.revision, units
        )
    )


def left(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Take off what left quality control, the oldest return first; what is left of a return has its time anew."""
    gone = {sku: -delta for sku, delta in told.moved(Bucket.QUALITY_CONTROL).items() if delta < 0}
    if not gone:
        return
    for before in book.of(_KIND):
        after = before
        for sku in tuple(before.open):
            units = min(gone.get(sku, 0), before.open[sku])
            if units:
                gone[sku] -= units
                after = after.without(sku, units)
        if not after.open:
            book.end(before)
        elif after is not before:
            deadline_ms = told.entry.at_ms + rules.deadline_ms(_KIND)
            book.put(replace(after, since_ms=told.entry.at_ms, deadline_ms=deadline_ms, due_ms=deadline_ms))


def merged(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Follow a SKU that became part of another one."""
    _ = rules
    for each in book.of(_KIND):
        units = renamed(each.open, told.body["sku"], told.body["into_sku"])
        if units is not each.open:
            book.put(replace(each, open=units))
