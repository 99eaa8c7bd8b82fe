"""What was announced comes in: purchase orders and advance notices, and transfers from another location.

It is expected from the time that was told; what nobody knows the time of is never overdue, but for a transfer, which
has left. What comes in part begins the time anew. Whether something is still open at the deadline, a document tells
itself: it may have been amended, or closed.
"""

from __future__ import annotations

from dataclasses import replace

from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.watchdogs.telling import Told
from gate_service.domain.vocabulary import DocumentKind

ARRIVALS = (FindingKind.ANNOUNCED_WITHOUT_RECEIPT, FindingKind.TRANSFER_WITHOUT_ARRIVAL)
"""What is looked up in the document itself before it is raised."""


def announced(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect a document, by its newest version."""
    body, entry = told.body, told.entry
    if told.reply.get("superseded"):
        return
    is_transfer = body["document_kind"] == DocumentKind.TRANSFER
    kind = FindingKind.TRANSFER_WITHOUT_ARRIVAL if is_transfer else FindingKind.ANNOUNCED_WITHOUT_RECEIPT
    before = book.get(kind, body["document_id"])
    expected_at_ms: int = body["expected_at_ms"] or (entry.at_ms if is_transfer else 0)
    if not body["lines"] or not expected_at_ms:
        if before:
            book.end(before)
        return
    since_ms = max(expected_at_ms, entry.at_ms)
    if before and before.since_ms == since_ms:
        return
    units: dict[str, int] = {}
    for _, sku, quantity in body["lines"]:
        units[sku] = units.get(sku, 0) + quantity
    deadline_ms = since_ms + rules.deadline_ms(kind)
    book.put(
        Expectation(
            kind,
            book.location_id,
            body["document_id"],
            since_ms,
            deadline_ms,
            deadline_ms,
            told.system,
            entry.revision,
            units,
        )
    )


def received(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect what is still open after a receipt."""
    for kind in ARRIVALS:
        before = book.get(kind, told.body.get("document_id", ""))
        if before is None:
            continue
        left: dict[str, int] = dict(told.reply.get("open", ()))
        if not left:
            book.end(before)
            continue
        since_ms = max(before.since_ms, told.entry.at_ms)
        deadline_ms = since_ms + rules.deadline_ms(kind)
        book.put(replace(before, since_ms=since_ms, deadline_ms=deadline_ms, due_ms=deadline_ms, open=left))
