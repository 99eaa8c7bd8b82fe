"""What a system can be allowed to do: every verb a caller can ask for, and which buckets each may write."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gate_service.domain.vocabulary import Bucket


class Verb(StrEnum):
    """The verbs of the handoff map. Those of stock are the words of `OperationKind`; the gate's own are not here."""

    RESERVE_STOCK = "reserve_stock"
    CONFIRM_RESERVATION = "confirm_reservation"
    RELEASE_RESERVATION = "release_reservation"
    AUTHORIZE_WAVE = "authorize_wave"
    REPORT_PICK = "report_pick"
    CONFIRM_SHIPMENT = "confirm_shipment"
    RESOLVE_SHIPMENT = "resolve_shipment"
    ANNOUNCE_INCOMING = "announce_incoming"
    AMEND_INCOMING = "amend_incoming"
    RECORD_RECEIPT = "record_receipt"
    RECORD_RETURN = "record_return"
    MOVE_STOCK = "move_stock"
    PLACE_STOCK_HOLD = "place_stock_hold"
    LIFT_STOCK_HOLD = "lift_stock_hold"
    TRANSFER_STOCK = "transfer_stock"
    ADJUST_STOCK = "adjust_stock"
    APPROVE_ADJUSTMENT = "approve_adjustment"
    SUBMIT_COUNT = "submit_count"
    SET_QUOTA = "set_quota"
    MERGE_SKU = "merge_sku"
    IMPORT_ITEMS = "import_items"
    CHANGE_HANDOFFS = "change_handoffs"
    SUBMIT_SNAPSHOT = "submit_snapshot"
    RESOLVE_VARIANCE = "resolve_variance"


_SHELF: Final = frozenset({Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT})
_CLAIMS: Final = frozenset({Bucket.HELD, Bucket.COMMITTED})
_LEAVING: Final = frozenset({Bucket.ON_HAND, Bucket.COMMITTED, Bucket.ALLOCATED, Bucket.PICKED})
_LANDING: Final = frozenset({Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL})
_NONE: Final[frozenset[Bucket]] = frozenset()

MOVES: Final[Mapping[Verb, frozenset[Bucket]]] = {
    Verb.RESERVE_STOCK: _CLAIMS | {Bucket.RING_FENCED},
    Verb.CONFIRM_RESERVATION: _CLAIMS,
    Verb.RELEASE_RESERVATION: _CLAIMS | {Bucket.RING_FENCED},
    Verb.AUTHORIZE_WAVE: frozenset({Bucket.COMMITTED, Bucket.ALLOCATED}),
    Verb.REPORT_PICK: frozenset({Bucket.ALLOCATED, Bucket.PICKED, Bucket.DAMAGED, Bucket.SUSPECT}),
    Verb.CONFIRM_SHIPMENT: _LEAVING,
    Verb.RESOLVE_SHIPMENT: _LEAVING,
    Verb.ANNOUNCE_INCOMING: frozenset({Bucket.INCOMING}),
    Verb.AMEND_INCOMING: frozenset({Bucket.INCOMING}),
    Verb.RECORD_RECEIPT: _LANDING,
    Verb.RECORD_RETURN: _LANDING,
    Verb.MOVE_STOCK: _SHELF,
    Verb.PLACE_STOCK_HOLD: frozenset({Bucket.QUALITY_CONTROL}),
    Verb.LIFT_STOCK_HOLD: frozenset({Bucket.QUALITY_CONTROL}),
    Verb.TRANSFER_STOCK: frozenset({Bucket.ON_HAND}),
    Verb.ADJUST_STOCK: _SHELF,
    Verb.APPROVE_ADJUSTMENT: _NONE,
    Verb.SUBMIT_COUNT: _SHELF,
    Verb.SET_QUOTA: frozenset({Bucket.RING_FENCED}),
    Verb.MERGE_SKU: frozenset(Bucket),
    Verb.IMPORT_ITEMS: _NONE,
    Verb.CHANGE_HANDOFFS: _NONE,
    Verb.SUBMIT_SNAPSHOT: _NONE,
    Verb.RESOLVE_VARIANCE: _NONE,
}
"""The most each verb may write; what one operation writes is said by its own `touches`."""

SELECTIVE: Final[Mapping[Verb, frozenset[Bucket]]] = {
    Verb.RECORD_RECEIPT: frozenset({Bucket.ON_HAND}),
    Verb.RECORD_RETURN: frozenset({Bucket.ON_HAND}),
    Verb.MOVE_STOCK: _NONE,
    Verb.ADJUST_STOCK: _NONE,
}
"""Verbs whose lines say which buckets they write, with those they write in any case. All others write all of theirs."""

PHYSICAL: Final = _SHELF | {Bucket.INCOMING}
"""Buckets that say what is, or will be, on a shelf. Of these a location should have one writer; claims have many."""

EVERYWHERE: Final = frozenset({Verb.IMPORT_ITEMS, Verb.CHANGE_HANDOFFS})
"""Verbs that are about no location."""

RECONCILING: Final = frozenset({Verb.SUBMIT_SNAPSHOT, Verb.RESOLVE_VARIANCE})
"""Verbs that leave the stock as it is: they tell what is believed of it, and what becomes of a difference."""
