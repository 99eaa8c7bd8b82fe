from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OperationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPERATION_KIND_UNSPECIFIED: _ClassVar[OperationKind]
    OPERATION_KIND_RESERVE_STOCK: _ClassVar[OperationKind]
    OPERATION_KIND_CONFIRM_RESERVATION: _ClassVar[OperationKind]
    OPERATION_KIND_RELEASE_RESERVATION: _ClassVar[OperationKind]
    OPERATION_KIND_AUTHORIZE_WAVE: _ClassVar[OperationKind]
    OPERATION_KIND_REPORT_PICK: _ClassVar[OperationKind]
    OPERATION_KIND_CONFIRM_SHIPMENT: _ClassVar[OperationKind]
    OPERATION_KIND_RECORD_RECEIPT: _ClassVar[OperationKind]
    OPERATION_KIND_ADJUST_STOCK: _ClassVar[OperationKind]
    OPERATION_KIND_EXPIRE_HOLD: _ClassVar[OperationKind]
    OPERATION_KIND_EXPIRE_PERMIT: _ClassVar[OperationKind]
    OPERATION_KIND_ANNOUNCE_INCOMING: _ClassVar[OperationKind]
    OPERATION_KIND_AMEND_INCOMING: _ClassVar[OperationKind]
    OPERATION_KIND_RECORD_RETURN: _ClassVar[OperationKind]
    OPERATION_KIND_MOVE_STOCK: _ClassVar[OperationKind]
    OPERATION_KIND_PLACE_STOCK_HOLD: _ClassVar[OperationKind]
    OPERATION_KIND_LIFT_STOCK_HOLD: _ClassVar[OperationKind]
    OPERATION_KIND_TRANSFER_STOCK: _ClassVar[OperationKind]
    OPERATION_KIND_APPROVE_ADJUSTMENT: _ClassVar[OperationKind]
    OPERATION_KIND_SUBMIT_COUNT: _ClassVar[OperationKind]
    OPERATION_KIND_SET_QUOTA: _ClassVar[OperationKind]
    OPERATION_KIND_MERGE_SKU: _ClassVar[OperationKind]
    OPERATION_KIND_RESOLVE_SHIPMENT: _ClassVar[OperationKind]
    OPERATION_KIND_CHANGE_HANDOFFS: _ClassVar[OperationKind]
    OPERATION_KIND_RECOVER_LOCATION: _ClassVar[OperationKind]
    OPERATION_KIND_CORRECT_MIRROR: _ClassVar[OperationKind]
OPERATION_KIND_UNSPECIFIED: OperationKind
OPERATION_KIND_RESERVE_STOCK: OperationKind
OPERATION_KIND_CONFIRM_RESERVATION: OperationKind
OPERATION_KIND_RELEASE_RESERVATION: OperationKind
OPERATION_KIND_AUTHORIZE_WAVE: OperationKind
OPERATION_KIND_REPORT_PICK: OperationKind
OPERATION_KIND_CONFIRM_SHIPMENT: OperationKind
OPERATION_KIND_RECORD_RECEIPT: OperationKind
OPERATION_KIND_ADJUST_STOCK: OperationKind
OPERATION_KIND_EXPIRE_HOLD: OperationKind
OPERATION_KIND_EXPIRE_PERMIT: OperationKind
OPERATION_KIND_ANNOUNCE_INCOMING: OperationKind
OPERATION_KIND_AMEND_INCOMING: OperationKind
OPERATION_KIND_RECORD_RETURN: OperationKind
OPERATION_KIND_MOVE_STOCK: OperationKind
OPERATION_KIND_PLACE_STOCK_HOLD: OperationKind
OPERATION_KIND_LIFT_STOCK_HOLD: OperationKind
OPERATION_KIND_TRANSFER_STOCK: OperationKind
OPERATION_KIND_APPROVE_ADJUSTMENT: OperationKind
OPERATION_KIND_SUBMIT_COUNT: OperationKind
OPERATION_KIND_SET_QUOTA: OperationKind
OPERATION_KIND_MERGE_SKU: OperationKind
OPERATION_KIND_RESOLVE_SHIPMENT: OperationKind
OPERATION_KIND_CHANGE_HANDOFFS: OperationKind
OPERATION_KIND_RECOVER_LOCATION: OperationKind
OPERATION_KIND_CORRECT_MIRROR: OperationKind

class CanonicalEntry(_message.Message):
    __slots__ = ("envelope", "body", "reply", "changes")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    REPLY_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    envelope: str
    body: str
    reply: str
    changes: str
    def __init__(self, envelope: _Optional[str] = ..., body: _Optional[str] = ..., reply: _Optional[str] = ..., changes: _Optional[str] = ...) -> None: ...

class MirrorCorrection(_message.Message):
    __slots__ = ("system", "sku", "measure", "quantity", "reported_quantity", "as_of_revision", "snapshot_id")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REPORTED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    AS_OF_REVISION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    system: str
    sku: str
    measure: str
    quantity: int
    reported_quantity: int
    as_of_revision: int
    snapshot_id: str
    def __init__(self, system: _Optional[str] = ..., sku: _Optional[str] = ..., measure: _Optional[str] = ..., quantity: _Optional[int] = ..., reported_quantity: _Optional[int] = ..., as_of_revision: _Optional[int] = ..., snapshot_id: _Optional[str] = ...) -> None: ...

class LedgerEntry(_message.Message):
    __slots__ = ("revision", "at_ms", "kind", "operation_id", "system", "actor", "refusal", "changes", "chain_hash", "canonical", "order_id", "source_event", "document_id", "permit_id", "variance_id", "mirror_correction")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    CANONICAL_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PERMIT_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    MIRROR_CORRECTION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    at_ms: int
    kind: OperationKind
    operation_id: str
    system: str
    actor: str
    refusal: str
    changes: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockChange]
    chain_hash: str
    canonical: CanonicalEntry
    order_id: str
    source_event: _types_pb2.SourceEvent
    document_id: str
    permit_id: str
    variance_id: str
    mirror_correction: MirrorCorrection
    def __init__(self, revision: _Optional[int] = ..., at_ms: _Optional[int] = ..., kind: _Optional[_Union[OperationKind, str]] = ..., operation_id: _Optional[str] = ..., system: _Optional[str] = ..., actor: _Optional[str] = ..., refusal: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[_types_pb2.StockChange, _Mapping]]] = ..., chain_hash: _Optional[str] = ..., canonical: _Optional[_Union[CanonicalEntry, _Mapping]] = ..., order_id: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ..., document_id: _Optional[str] = ..., permit_id: _Optional[str] = ..., variance_id: _Optional[str] = ..., mirror_correction: _Optional[_Union[MirrorCorrection, _Mapping]] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("location_id", "from_revision", "page_size", "include_canonical")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CANONICAL_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    from_revision: int
    page_size: int
    include_canonical: bool
    def __init__(self, location_id: _Optional[str] = ..., from_revision: _Optional[int] = ..., page_size: _Optional[int] = ..., include_canonical: _Optional[bool] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_from_revision", "latest_revision", "first_revision", "lineage")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    LATEST_REVISION_FIELD_NUMBER: _ClassVar[int]
    FIRST_REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[LedgerEntry]
    next_from_revision: int
    latest_revision: int
    first_revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, entries: _Optional[_Iterable[_Union[LedgerEntry, _Mapping]]] = ..., next_from_revision: _Optional[int] = ..., latest_revision: _Optional[int] = ..., first_revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...
