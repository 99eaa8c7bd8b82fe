"""The words of the field, one for each thing, as they stand in scripts, ledger entries and models.

A value here is the lower-case end of the enum value in the proto (`BUCKET_ON_HAND` is `on_hand`), except for
`Reason`, `Verdict` and `VerdictReason`, whose values are the upper-case ends, as they reach a caller.
"""

from __future__ import annotations

from enum import StrEnum


class Bucket(StrEnum):
    """Where the units of a SKU stand."""

    ON_HAND = "on_hand"
    HELD = "held"
    COMMITTED = "committed"
    ALLOCATED = "allocated"
    DAMAGED = "damaged"
    QUALITY_CONTROL = "quality_control"
    SUSPECT = "suspect"
    INCOMING = "incoming"
    PICKED = "picked"
    """A part of ALLOCATED: off the shelf, not yet shipped."""
    RING_FENCED = "ring_fenced"
    """No part of ON_HAND: what only channels with a quota may still reserve."""


class ReservationState(StrEnum):
    """Where an order's claim at one location stands; derived from its lines (docs/transitions.md)."""

    HELD = "held"
    EXPIRED = "expired"
    COMMITTED = "committed"
    ALLOCATED = "allocated"
    SHIPPED = "shipped"
    SHORTED = "shorted"
    RELEASED = "released"


class OperationKind(StrEnum):
    """Every verb that can stand in a ledger: the name of the RPC, of its script and of its test."""

    RESERVE_STOCK = "reserve_stock"
    CONFIRM_RESERVATION = "confirm_reservation"
    RELEASE_RESERVATION = "release_reservation"
    AUTHORIZE_WAVE = "authorize_wave"
    REPORT_PICK = "report_pick"
    CONFIRM_SHIPMENT = "confirm_shipment"
    RECORD_RECEIPT = "record_receipt"
    ADJUST_STOCK = "adjust_stock"
    EXPIRE_HOLD = "expire_hold"
    EXPIRE_PERMIT = "expire_permit"
    ANNOUNCE_INCOMING = "announce_incoming"
    AMEND_INCOMING = "amend_incoming"
    RECORD_RETURN = "record_return"
    MOVE_STOCK = "move_stock"
    PLACE_STOCK_HOLD = "place_stock_hold"
    LIFT_STOCK_HOLD = "lift_stock_hold"
    TRANSFER_STOCK = "transfer_stock"
    APPROVE_ADJUSTMENT = "approve_adjustment"
    SUBMIT_COUNT = "submit_count"
    SET_QUOTA = "set_quota"
    MERGE_SKU = "merge_sku"
    RESOLVE_SHIPMENT = "resolve_shipment"
    CHANGE_HANDOFFS = "change_handoffs"
    RECOVER_LOCATION = "recover_location"
    CORRECT_MIRROR = "correct_mirror"


class WaveAtomicity(StrEnum):
    """How much of a wave must be pickable for any of it to be released."""

    WAVE = "wave"
    ORDER = "order"
    LINE = "line"


class Verdict(StrEnum):
    """What a warehouse may do with one line."""

    PICK = "PICK"
    TRIM = "TRIM"
    BLOCK = "BLOCK"


class VerdictReason(StrEnum):
    """Why a line may not be picked as asked; the empty string stands for PICK."""

    NONE = ""
    NOT_COMMITTED = "NOT_COMMITTED"
    NO_RESERVATION = "NO_RESERVATION"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    ALREADY_ALLOCATED = "ALREADY_ALLOCATED"
    INSUFFICIENT_ALLOCATABLE = "INSUFFICIENT_ALLOCATABLE"
    STOCK_ON_HOLD = "STOCK_ON_HOLD"
    UNKNOWN_SKU = "UNKNOWN_SKU"
    ORDER_INCOMPLETE = "ORDER_INCOMPLETE"
    WAVE_INCOMPLETE = "WAVE_INCOMPLETE"


class ShortReason(StrEnum):
    """Why a picker did not find the units; the empty string stands for a line that is not short."""

    NONE = ""
    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"


class Landing(StrEnum):
    """Where received units land."""

    AVAILABLE = "available"
    QUALITY_CONTROL = "quality_control"
    DAMAGED = "damaged"


class AdjustmentReason(StrEnum):
    """Why the record is corrected."""

    COUNT = "count"
    FOUND = "found"
    WRITE_OFF = "write_off"
    DAMAGE = "damage"
    INSPECTION = "inspection"
    CORRECTION = "correction"


class StockStatus(StrEnum):
    """Where units stand or go when they change their status; all but AVAILABLE and WRITTEN_OFF are buckets."""

    AVAILABLE = "available"
    DAMAGED = "damaged"
    QUALITY_CONTROL = "quality_control"
    SUSPECT = "suspect"
    WRITTEN_OFF = "written_off"


class DocumentKind(StrEnum):
    """What announces goods; the empty string stands for goods that came before any paper."""

    NONE = ""
    PURCHASE_ORDER = "purchase_order"
    ASN = "asn"
    TRANSFER = "transfer"


class DeliveryVerdict(StrEnum):
    """What became of the delivery of an event that was not simply new and in order."""

    ABSORBED = "absorbed"
    CONFLICT = "conflict"
    LATE = "late"
    GAP = "gap"
    REPEATED_NUMBER = "repeated_number"
    RETIRED = "retired"
    REFUSED = "refused"


class Quarantine(StrEnum):
    """What a short pick puts in doubt besides the missing units: a policy of the gate."""

    AVAILABLE = "available"
    ALL = "all"
    MISSING = "missing"


class Reason(StrEnum):
    """Why a call was not done. Each has one row in the status table (`gate_service/rpc/status.py`)."""

    INVALID_FIELD = "INVALID_FIELD"
    UNKNOWN_LOCATION = "UNKNOWN_LOCATION"
    UNKNOWN_SKU = "UNKNOWN_SKU"
    RESERVATION_NOT_FOUND = "RESERVATION_NOT_FOUND"
    PERMIT_NOT_FOUND = "PERMIT_NOT_FOUND"
    LINE_NOT_FOUND = "LINE_NOT_FOUND"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    RESERVATION_EXISTS = "RESERVATION_EXISTS"
    RESERVATION_RELEASED = "RESERVATION_RELEASED"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    RELEASE_EXCEEDS_LINE = "RELEASE_EXCEEDS_LINE"
    PICK_IN_PROGRESS = "PICK_IN_PROGRESS"
    ALREADY_SHIPPED = "ALREADY_SHIPPED"
    PERMIT_REQUIRED = "PERMIT_REQUIRED"
    PERMIT_EXPIRED = "PERMIT_EXPIRED"
    LINE_NOT_PERMITTED = "LINE_NOT_PERMITTED"
    PICK_EXCEEDS_PERMIT = "PICK_EXCEEDS_PERMIT"
    SHIPMENT_EXCEEDS_PERMIT = "SHIPMENT_EXCEEDS_PERMIT"
    SHIPMENT_ID_REUSED = "SHIPMENT_ID_REUSED"
    INSUFFICIENT_ON_HAND = "INSUFFICIENT_ON_HAND"
    QUANTITY_OVERFLOW = "QUANTITY_OVERFLOW"
    OPERATION_ID_REUSED = "OPERATION_ID_REUSED"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    OVERLOADED = "OVERLOADED"
    DEADLINE_PASSED = "DEADLINE_PASSED"
    SHUTTING_DOWN = "SHUTTING_DOWN"
    INTERNAL = "INTERNAL"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    NOT_PERMITTED = "NOT_PERMITTED"
    HANDOFFS_VERSION_STALE = "HANDOFFS_VERSION_STALE"
    SOURCE_EVENT_CONFLICT = "SOURCE_EVENT_CONFLICT"
    SOURCE_EVENT_RETIRED = "SOURCE_EVENT_RETIRED"
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    KIT_NOT_STOCKED = "KIT_NOT_STOCKED"
    SKU_MERGED = "SKU_MERGED"
    MERGE_TOO_LARGE = "MERGE_TOO_LARGE"
    UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL"
    ORDER_NOT_COMMITTED = "ORDER_NOT_COMMITTED"
    SHIPMENT_EXCEEDS_ORDER = "SHIPMENT_EXCEEDS_ORDER"
    UNMATCHED_NOT_FOUND = "UNMATCHED_NOT_FOUND"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    DOCUMENT_VERSION_REUSED = "DOCUMENT_VERSION_REUSED"
    TRANSFER_ID_REUSED = "TRANSFER_ID_REUSED"
    STOCK_HOLD_EXISTS = "STOCK_HOLD_EXISTS"
    STOCK_HOLD_NOT_FOUND = "STOCK_HOLD_NOT_FOUND"
    PROPOSAL_NOT_FOUND = "PROPOSAL_NOT_FOUND"
    SECOND_ACTOR_REQUIRED = "SECOND_ACTOR_REQUIRED"
    AS_OF_AHEAD = "AS_OF_AHEAD"
    COUNT_RANGE_TOO_WIDE = "COUNT_RANGE_TOO_WIDE"
    IMPORT_NOT_FOUND = "IMPORT_NOT_FOUND"
    IMPORT_NOT_OPEN = "IMPORT_NOT_OPEN"
    IMPORT_ID_REUSED = "IMPORT_ID_REUSED"
    IMPORT_INCOMPLETE = "IMPORT_INCOMPLETE"
    LINES_REQUIRED = "LINES_REQUIRED"
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"
    LOCATION_FENCED = "LOCATION_FENCED"
    OPERATION_ID_RETIRED = "OPERATION_ID_RETIRED"
    FENCE_CHANGED = "FENCE_CHANGED"
    AS_OF_TOO_OLD = "AS_OF_TOO_OLD"
    UNKNOWN_SYSTEM = "UNKNOWN_SYSTEM"
    UNKNOWN_MEASURE = "UNKNOWN_MEASURE"
    SNAPSHOT_ID_REUSED = "SNAPSHOT_ID_REUSED"
    SNAPSHOT_INCOMPLETE = "SNAPSHOT_INCOMPLETE"
    SNAPSHOT_NOT_FOUND = "SNAPSHOT_NOT_FOUND"
    VARIANCE_NOT_FOUND = "VARIANCE_NOT_FOUND"
    VARIANCE_CLOSED = "VARIANCE_CLOSED"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    FINDING_NOT_FOUND = "FINDING_NOT_FOUND"
    COUNT_TASK_NOT_FOUND = "COUNT_TASK_NOT_FOUND"
    COUNT_TASK_CLOSED = "COUNT_TASK_CLOSED"
    COUNT_NOT_STARTED = "COUNT_NOT_STARTED"
    SECOND_COUNTER_REQUIRED = "SECOND_COUNTER_REQUIRED"
    COUNT_TASK_TAKEN = "COUNT_TASK_TAKEN"
