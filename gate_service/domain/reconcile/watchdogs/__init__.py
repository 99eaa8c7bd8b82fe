"""The watchdogs that learn what to expect from ledger entries: pure, each an interpretation of some verbs.

Those of feeds and mirrors, which learn from what a location says of its feeds and from snapshots, are in
`gate_service/app/reconcile/`. docs/findings.md describes them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gate_service.domain.entries import Entry
from gate_service.domain.reconcile import forms
from gate_service.domain.reconcile.expecting import Book
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.watchdogs import arriving, holding, picking, returning
from gate_service.domain.reconcile.watchdogs.telling import Told
from gate_service.domain.vocabulary import OperationKind

_Watch = Callable[[Book, Told, ReconcileRules], None]

WATCHES: Final[Mapping[OperationKind, tuple[_Watch, ...]]] = {
    OperationKind.AUTHORIZE_WAVE: (picking.authorised,),
    OperationKind.REPORT_PICK: (picking.picked,),
    OperationKind.CONFIRM_SHIPMENT: (picking.shipped,),
    OperationKind.RESOLVE_SHIPMENT: (picking.shipped,),
    OperationKind.EXPIRE_PERMIT: (picking.expired,),
    OperationKind.ANNOUNCE_INCOMING: (arriving.announced,),
    OperationKind.AMEND_INCOMING: (arriving.announced,),
    OperationKind.RECORD_RECEIPT: (arriving.received,),
    OperationKind.RECORD_RETURN: (returning.returned,),
    OperationKind.MOVE_STOCK: (returning.left,),
    OperationKind.ADJUST_STOCK: (returning.left,),
    OperationKind.APPROVE_ADJUSTMENT: (returning.left,),
    OperationKind.SUBMIT_COUNT: (returning.left,),
    OperationKind.RESERVE_STOCK: (holding.reserved,),
    OperationKind.CONFIRM_RESERVATION: (holding.settled,),
    OperationKind.RELEASE_RESERVATION: (holding.settled,),
    OperationKind.EXPIRE_HOLD: (holding.lapsed,),
    OperationKind.MERGE_SKU: (picking.merged, returning.merged),
}


def observe(book: Book, entry: Entry, rules: ReconcileRules) -> None:
    """Learn from one entry of the book's location. A refusal moves nothing, and so nothing is expected of it."""
    if entry.refusal:
        return
    if entry.kind is OperationKind.RECOVER_LOCATION:
        for each in tuple(book.everything()):  # what was lost has not happened
            if each.revision >= entry.revision:
                book.end(each)
        return
    watches = WATCHES.get(entry.kind, ())
    if watches:
        body: dict[str, Any] = forms.told(entry.body)
        reply: dict[str, Any] = forms.told(entry.reply)
        told = Told(entry, body, reply)
        for watch in watches:
            watch(book, told, rules)
