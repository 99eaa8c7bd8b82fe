from fulfillment_gate.v1 import ledger_service_pb2 as _ledger_service_pb2
from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeliveryVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_VERDICT_UNSPECIFIED: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_ABSORBED: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_CONFLICT: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_LATE: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_GAP: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_REPEATED_NUMBER: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_RETIRED: _ClassVar[DeliveryVerdict]
    DELIVERY_VERDICT_REFUSED: _ClassVar[DeliveryVerdict]
DELIVERY_VERDICT_UNSPECIFIED: DeliveryVerdict
DELIVERY_VERDICT_ABSORBED: DeliveryVerdict
DELIVERY_VERDICT_CONFLICT: DeliveryVerdict
DELIVERY_VERDICT_LATE: DeliveryVerdict
DELIVERY_VERDICT_GAP: DeliveryVerdict
DELIVERY_VERDICT_REPEATED_NUMBER: DeliveryVerdict
DELIVERY_VERDICT_RETIRED: DeliveryVerdict
DELIVERY_VERDICT_REFUSED: DeliveryVerdict

class FeedGap(_message.Message):
    __slots__ = ("from_number", "to_number", "since_ms")
    FROM_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TO_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    from_number: int
    to_number: int
    since_ms: int
    def __init__(self, from_number: _Optional[int] = ..., to_number: _Optional[int] = ..., since_ms: _Optional[int] = ...) -> None: ...

class Feed(_message.Message):
    __slots__ = ("system", "event_count", "newest_at_ms", "first_number", "last_number", "gaps", "dropped_gap_count", "absorbed_count", "conflict_count", "late_count", "repeated_number_count", "retired_count", "refused_count", "owner", "cadence_ms", "silent")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    EVENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    NEWEST_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LAST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    DROPPED_GAP_COUNT_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFLICT_COUNT_FIELD_NUMBER: _ClassVar[int]
    LATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEATED_NUMBER_COUNT_FIELD_NUMBER: _ClassVar[int]
    RETIRED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_COUNT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    CADENCE_MS_FIELD_NUMBER: _ClassVar[int]
    SILENT_FIELD_NUMBER: _ClassVar[int]
    system: str
    event_count: int
    newest_at_ms: int
    first_number: int
    last_number: int
    gaps: _containers.RepeatedCompositeFieldContainer[FeedGap]
    dropped_gap_count: int
    absorbed_count: int
    conflict_count: int
    late_count: int
    repeated_number_count: int
    retired_count: int
    refused_count: int
    owner: str
    cadence_ms: int
    silent: bool
    def __init__(self, system: _Optional[str] = ..., event_count: _Optional[int] = ..., newest_at_ms: _Optional[int] = ..., first_number: _Optional[int] = ..., last_number: _Optional[int] = ..., gaps: _Optional[_Iterable[_Union[FeedGap, _Mapping]]] = ..., dropped_gap_count: _Optional[int] = ..., absorbed_count: _Optional[int] = ..., conflict_count: _Optional[int] = ..., late_count: _Optional[int] = ..., repeated_number_count: _Optional[int] = ..., retired_count: _Optional[int] = ..., refused_count: _Optional[int] = ..., owner: _Optional[str] = ..., cadence_ms: _Optional[int] = ..., silent: _Optional[bool] = ...) -> None: ...

class ListFeedsRequest(_message.Message):
    __slots__ = ("location_id",)
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    def __init__(self, location_id: _Optional[str] = ...) -> None: ...

class ListFeedsResponse(_message.Message):
    __slots__ = ("feeds", "revision", "as_of_ms", "lineage")
    FEEDS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AS_OF_MS_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    feeds: _containers.RepeatedCompositeFieldContainer[Feed]
    revision: int
    as_of_ms: int
    lineage: _types_pb2.Lineage
    def __init__(self, feeds: _Optional[_Iterable[_Union[Feed, _Mapping]]] = ..., revision: _Optional[int] = ..., as_of_ms: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("at_ms", "verdict", "source_event", "kind", "operation_id", "revision", "reason")
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    at_ms: int
    verdict: DeliveryVerdict
    source_event: _types_pb2.SourceEvent
    kind: _ledger_service_pb2.OperationKind
    operation_id: str
    revision: int
    reason: str
    def __init__(self, at_ms: _Optional[int] = ..., verdict: _Optional[_Union[DeliveryVerdict, str]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ..., kind: _Optional[_Union[_ledger_service_pb2.OperationKind, str]] = ..., operation_id: _Optional[str] = ..., revision: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "next_page_token")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    next_page_token: str
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
