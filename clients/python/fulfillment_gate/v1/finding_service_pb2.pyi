from fulfillment_gate.v1 import variance_service_pb2 as _variance_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FindingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_KIND_UNSPECIFIED: _ClassVar[FindingKind]
    FINDING_KIND_WAVE_WITHOUT_PICK: _ClassVar[FindingKind]
    FINDING_KIND_PICKED_WITHOUT_SHIPMENT: _ClassVar[FindingKind]
    FINDING_KIND_ANNOUNCED_WITHOUT_RECEIPT: _ClassVar[FindingKind]
    FINDING_KIND_TRANSFER_WITHOUT_ARRIVAL: _ClassVar[FindingKind]
    FINDING_KIND_RETURN_WITHOUT_DISPOSITION: _ClassVar[FindingKind]
    FINDING_KIND_HOLD_RENEWED_FOREVER: _ClassVar[FindingKind]
    FINDING_KIND_FEED_SILENT: _ClassVar[FindingKind]
    FINDING_KIND_GAP_AGED: _ClassVar[FindingKind]
    FINDING_KIND_SNAPSHOT_OVERDUE: _ClassVar[FindingKind]
    FINDING_KIND_STRUCTURAL: _ClassVar[FindingKind]
    FINDING_KIND_REPEATED_STOCKOUTS: _ClassVar[FindingKind]
    FINDING_KIND_RISING_ADJUSTMENTS: _ClassVar[FindingKind]
    FINDING_KIND_SLOWER_SHIPPING: _ClassVar[FindingKind]
    FINDING_KIND_MIRROR_LAGS: _ClassVar[FindingKind]

class FindingState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_STATE_UNSPECIFIED: _ClassVar[FindingState]
    FINDING_STATE_OPEN: _ClassVar[FindingState]
    FINDING_STATE_ACKNOWLEDGED: _ClassVar[FindingState]
    FINDING_STATE_CLEARED: _ClassVar[FindingState]
FINDING_KIND_UNSPECIFIED: FindingKind
FINDING_KIND_WAVE_WITHOUT_PICK: FindingKind
FINDING_KIND_PICKED_WITHOUT_SHIPMENT: FindingKind
FINDING_KIND_ANNOUNCED_WITHOUT_RECEIPT: FindingKind
FINDING_KIND_TRANSFER_WITHOUT_ARRIVAL: FindingKind
FINDING_KIND_RETURN_WITHOUT_DISPOSITION: FindingKind
FINDING_KIND_HOLD_RENEWED_FOREVER: FindingKind
FINDING_KIND_FEED_SILENT: FindingKind
FINDING_KIND_GAP_AGED: FindingKind
FINDING_KIND_SNAPSHOT_OVERDUE: FindingKind
FINDING_KIND_STRUCTURAL: FindingKind
FINDING_KIND_REPEATED_STOCKOUTS: FindingKind
FINDING_KIND_RISING_ADJUSTMENTS: FindingKind
FINDING_KIND_SLOWER_SHIPPING: FindingKind
FINDING_KIND_MIRROR_LAGS: FindingKind
FINDING_STATE_UNSPECIFIED: FindingState
FINDING_STATE_OPEN: FindingState
FINDING_STATE_ACKNOWLEDGED: FindingState
FINDING_STATE_CLEARED: FindingState

class DriftFinding(_message.Message):
    __slots__ = ("finding_id", "kind", "location_id", "subject", "system", "owner", "text", "severity", "state", "since_ms", "deadline_ms", "raised_at_ms", "cleared_at_ms", "revision", "variance_ids", "history")
    FINDING_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CLEARED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    finding_id: str
    kind: FindingKind
    location_id: str
    subject: str
    system: str
    owner: str
    text: str
    severity: _variance_service_pb2.DriftSeverity
    state: FindingState
    since_ms: int
    deadline_ms: int
    raised_at_ms: int
    cleared_at_ms: int
    revision: int
    variance_ids: _containers.RepeatedScalarFieldContainer[str]
    history: _containers.RepeatedCompositeFieldContainer[_variance_service_pb2.VarianceStep]
    def __init__(self, finding_id: _Optional[str] = ..., kind: _Optional[_Union[FindingKind, str]] = ..., location_id: _Optional[str] = ..., subject: _Optional[str] = ..., system: _Optional[str] = ..., owner: _Optional[str] = ..., text: _Optional[str] = ..., severity: _Optional[_Union[_variance_service_pb2.DriftSeverity, str]] = ..., state: _Optional[_Union[FindingState, str]] = ..., since_ms: _Optional[int] = ..., deadline_ms: _Optional[int] = ..., raised_at_ms: _Optional[int] = ..., cleared_at_ms: _Optional[int] = ..., revision: _Optional[int] = ..., variance_ids: _Optional[_Iterable[str]] = ..., history: _Optional[_Iterable[_Union[_variance_service_pb2.VarianceStep, _Mapping]]] = ...) -> None: ...

class ListFindingsRequest(_message.Message):
    __slots__ = ("location_id", "kind", "owner", "cleared_too", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    CLEARED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    kind: FindingKind
    owner: str
    cleared_too: bool
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., kind: _Optional[_Union[FindingKind, str]] = ..., owner: _Optional[str] = ..., cleared_too: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListFindingsResponse(_message.Message):
    __slots__ = ("findings", "next_page_token")
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    findings: _containers.RepeatedCompositeFieldContainer[DriftFinding]
    next_page_token: str
    def __init__(self, findings: _Optional[_Iterable[_Union[DriftFinding, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class AcknowledgeFindingRequest(_message.Message):
    __slots__ = ("finding_id", "note")
    FINDING_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    finding_id: str
    note: str
    def __init__(self, finding_id: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class AcknowledgeFindingResponse(_message.Message):
    __slots__ = ("finding",)
    FINDING_FIELD_NUMBER: _ClassVar[int]
    finding: DriftFinding
    def __init__(self, finding: _Optional[_Union[DriftFinding, _Mapping]] = ...) -> None: ...

class ListEventsRequest(_message.Message):
    __slots__ = ("after_token", "limit", "wait_ms")
    AFTER_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    after_token: str
    limit: int
    wait_ms: int
    def __init__(self, after_token: _Optional[str] = ..., limit: _Optional[int] = ..., wait_ms: _Optional[int] = ...) -> None: ...

class DriftEvent(_message.Message):
    __slots__ = ("token", "at_ms", "type", "subject_id", "location_id", "json")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    JSON_FIELD_NUMBER: _ClassVar[int]
    token: str
    at_ms: int
    type: str
    subject_id: str
    location_id: str
    json: str
    def __init__(self, token: _Optional[str] = ..., at_ms: _Optional[int] = ..., type: _Optional[str] = ..., subject_id: _Optional[str] = ..., location_id: _Optional[str] = ..., json: _Optional[str] = ...) -> None: ...

class ListEventsResponse(_message.Message):
    __slots__ = ("events", "next_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[DriftEvent]
    next_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[DriftEvent, _Mapping]]] = ..., next_token: _Optional[str] = ...) -> None: ...
