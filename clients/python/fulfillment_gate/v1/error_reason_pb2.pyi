from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_INVALID_FIELD: _ClassVar[ErrorReason]
    ERROR_REASON_UNKNOWN_LOCATION: _ClassVar[ErrorReason]
    ERROR_REASON_UNKNOWN_SKU: _ClassVar[ErrorReason]
    ERROR_REASON_RESERVATION_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_PERMIT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_LINE_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_INSUFFICIENT_STOCK: _ClassVar[ErrorReason]
    ERROR_REASON_RESERVATION_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_RESERVATION_RELEASED: _ClassVar[ErrorReason]
    ERROR_REASON_HOLD_EXPIRED: _ClassVar[ErrorReason]
    ERROR_REASON_RELEASE_EXCEEDS_LINE: _ClassVar[ErrorReason]
    ERROR_REASON_PICK_IN_PROGRESS: _ClassVar[ErrorReason]
    ERROR_REASON_ALREADY_SHIPPED: _ClassVar[ErrorReason]
    ERROR_REASON_PERMIT_REQUIRED: _ClassVar[ErrorReason]
    ERROR_REASON_PERMIT_EXPIRED: _ClassVar[ErrorReason]
    ERROR_REASON_LINE_NOT_PERMITTED: _ClassVar[ErrorReason]
    ERROR_REASON_PICK_EXCEEDS_PERMIT: _ClassVar[ErrorReason]
    ERROR_REASON_SHIPMENT_EXCEEDS_PERMIT: _ClassVar[ErrorReason]
    ERROR_REASON_SHIPMENT_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_INSUFFICIENT_ON_HAND: _ClassVar[ErrorReason]
    ERROR_REASON_QUANTITY_OVERFLOW: _ClassVar[ErrorReason]
    ERROR_REASON_OPERATION_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_STORE_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_OUTCOME_UNKNOWN: _ClassVar[ErrorReason]
    ERROR_REASON_OVERLOADED: _ClassVar[ErrorReason]
    ERROR_REASON_DEADLINE_PASSED: _ClassVar[ErrorReason]
    ERROR_REASON_SHUTTING_DOWN: _ClassVar[ErrorReason]
    ERROR_REASON_INTERNAL: _ClassVar[ErrorReason]
    ERROR_REASON_UNAUTHENTICATED: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_PERMITTED: _ClassVar[ErrorReason]
    ERROR_REASON_HANDOFFS_VERSION_STALE: _ClassVar[ErrorReason]
    ERROR_REASON_SOURCE_EVENT_CONFLICT: _ClassVar[ErrorReason]
    ERROR_REASON_SOURCE_EVENT_RETIRED: _ClassVar[ErrorReason]
    ERROR_REASON_UNKNOWN_ITEM: _ClassVar[ErrorReason]
    ERROR_REASON_KIT_NOT_STOCKED: _ClassVar[ErrorReason]
    ERROR_REASON_SKU_MERGED: _ClassVar[ErrorReason]
    ERROR_REASON_MERGE_TOO_LARGE: _ClassVar[ErrorReason]
    ERROR_REASON_UNKNOWN_CHANNEL: _ClassVar[ErrorReason]
    ERROR_REASON_ORDER_NOT_COMMITTED: _ClassVar[ErrorReason]
    ERROR_REASON_SHIPMENT_EXCEEDS_ORDER: _ClassVar[ErrorReason]
    ERROR_REASON_UNMATCHED_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_DOCUMENT_VERSION_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_TRANSFER_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_STOCK_HOLD_EXISTS: _ClassVar[ErrorReason]
    ERROR_REASON_STOCK_HOLD_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_PROPOSAL_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_SECOND_ACTOR_REQUIRED: _ClassVar[ErrorReason]
    ERROR_REASON_AS_OF_AHEAD: _ClassVar[ErrorReason]
    ERROR_REASON_COUNT_RANGE_TOO_WIDE: _ClassVar[ErrorReason]
    ERROR_REASON_IMPORT_NOT_FOUND: _ClassVar[ErrorReason]
    ERROR_REASON_IMPORT_NOT_OPEN: _ClassVar[ErrorReason]
    ERROR_REASON_IMPORT_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_IMPORT_INCOMPLETE: _ClassVar[ErrorReason]
    ERROR_REASON_LINES_REQUIRED: _ClassVar[ErrorReason]
    ERROR_REASON_APPROVAL_REQUIRED: _ClassVar[ErrorReason]
    ERROR_REASON_LOCATION_FENCED: _ClassVar[ErrorReason]
    ERROR_REASON_OPERATION_ID_RETIRED: _ClassVar[ErrorReason]
    ERROR_REASON_FENCE_CHANGED: _ClassVar[ErrorReason]
    ERROR_REASON_AS_OF_TOO_OLD: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_INVALID_FIELD: ErrorReason
ERROR_REASON_UNKNOWN_LOCATION: ErrorReason
ERROR_REASON_UNKNOWN_SKU: ErrorReason
ERROR_REASON_RESERVATION_NOT_FOUND: ErrorReason
ERROR_REASON_PERMIT_NOT_FOUND: ErrorReason
ERROR_REASON_LINE_NOT_FOUND: ErrorReason
ERROR_REASON_INSUFFICIENT_STOCK: ErrorReason
ERROR_REASON_RESERVATION_EXISTS: ErrorReason
ERROR_REASON_RESERVATION_RELEASED: ErrorReason
ERROR_REASON_HOLD_EXPIRED: ErrorReason
ERROR_REASON_RELEASE_EXCEEDS_LINE: ErrorReason
ERROR_REASON_PICK_IN_PROGRESS: ErrorReason
ERROR_REASON_ALREADY_SHIPPED: ErrorReason
ERROR_REASON_PERMIT_REQUIRED: ErrorReason
ERROR_REASON_PERMIT_EXPIRED: ErrorReason
ERROR_REASON_LINE_NOT_PERMITTED: ErrorReason
ERROR_REASON_PICK_EXCEEDS_PERMIT: ErrorReason
ERROR_REASON_SHIPMENT_EXCEEDS_PERMIT: ErrorReason
ERROR_REASON_SHIPMENT_ID_REUSED: ErrorReason
ERROR_REASON_INSUFFICIENT_ON_HAND: ErrorReason
ERROR_REASON_QUANTITY_OVERFLOW: ErrorReason
ERROR_REASON_OPERATION_ID_REUSED: ErrorReason
ERROR_REASON_STORE_UNAVAILABLE: ErrorReason
ERROR_REASON_OUTCOME_UNKNOWN: ErrorReason
ERROR_REASON_OVERLOADED: ErrorReason
ERROR_REASON_DEADLINE_PASSED: ErrorReason
ERROR_REASON_SHUTTING_DOWN: ErrorReason
ERROR_REASON_INTERNAL: ErrorReason
ERROR_REASON_UNAUTHENTICATED: ErrorReason
ERROR_REASON_NOT_PERMITTED: ErrorReason
ERROR_REASON_HANDOFFS_VERSION_STALE: ErrorReason
ERROR_REASON_SOURCE_EVENT_CONFLICT: ErrorReason
ERROR_REASON_SOURCE_EVENT_RETIRED: ErrorReason
ERROR_REASON_UNKNOWN_ITEM: ErrorReason
ERROR_REASON_KIT_NOT_STOCKED: ErrorReason
ERROR_REASON_SKU_MERGED: ErrorReason
ERROR_REASON_MERGE_TOO_LARGE: ErrorReason
ERROR_REASON_UNKNOWN_CHANNEL: ErrorReason
ERROR_REASON_ORDER_NOT_COMMITTED: ErrorReason
ERROR_REASON_SHIPMENT_EXCEEDS_ORDER: ErrorReason
ERROR_REASON_UNMATCHED_NOT_FOUND: ErrorReason
ERROR_REASON_DOCUMENT_NOT_FOUND: ErrorReason
ERROR_REASON_DOCUMENT_VERSION_REUSED: ErrorReason
ERROR_REASON_TRANSFER_ID_REUSED: ErrorReason
ERROR_REASON_STOCK_HOLD_EXISTS: ErrorReason
ERROR_REASON_STOCK_HOLD_NOT_FOUND: ErrorReason
ERROR_REASON_PROPOSAL_NOT_FOUND: ErrorReason
ERROR_REASON_SECOND_ACTOR_REQUIRED: ErrorReason
ERROR_REASON_AS_OF_AHEAD: ErrorReason
ERROR_REASON_COUNT_RANGE_TOO_WIDE: ErrorReason
ERROR_REASON_IMPORT_NOT_FOUND: ErrorReason
ERROR_REASON_IMPORT_NOT_OPEN: ErrorReason
ERROR_REASON_IMPORT_ID_REUSED: ErrorReason
ERROR_REASON_IMPORT_INCOMPLETE: ErrorReason
ERROR_REASON_LINES_REQUIRED: ErrorReason
ERROR_REASON_APPROVAL_REQUIRED: ErrorReason
ERROR_REASON_LOCATION_FENCED: ErrorReason
ERROR_REASON_OPERATION_ID_RETIRED: ErrorReason
ERROR_REASON_FENCE_CHANGED: ErrorReason
ERROR_REASON_AS_OF_TOO_OLD: ErrorReason

class LineViolation(_message.Message):
    __slots__ = ("line_id", "sku", "asked", "possible")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    POSSIBLE_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    sku: str
    asked: int
    possible: int
    def __init__(self, line_id: _Optional[str] = ..., sku: _Optional[str] = ..., asked: _Optional[int] = ..., possible: _Optional[int] = ...) -> None: ...

class Refusal(_message.Message):
    __slots__ = ("revision", "replayed", "violations", "violation_count")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    VIOLATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    revision: int
    replayed: bool
    violations: _containers.RepeatedCompositeFieldContainer[LineViolation]
    violation_count: int
    def __init__(self, revision: _Optional[int] = ..., replayed: _Optional[bool] = ..., violations: _Optional[_Iterable[_Union[LineViolation, _Mapping]]] = ..., violation_count: _Optional[int] = ...) -> None: ...
