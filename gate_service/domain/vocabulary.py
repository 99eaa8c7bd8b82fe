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
    LOCATION_FENCED = "LOCATION_FENCED"
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
