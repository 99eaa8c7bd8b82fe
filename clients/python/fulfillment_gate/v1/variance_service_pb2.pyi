from fulfillment_gate.v1 import reconciliation_service_pb2 as _reconciliation_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VarianceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VARIANCE_STATE_UNSPECIFIED: _ClassVar[VarianceState]
    VARIANCE_STATE_OPEN: _ClassVar[VarianceState]
    VARIANCE_STATE_ACKNOWLEDGED: _ClassVar[VarianceState]
    VARIANCE_STATE_RESOLVED: _ClassVar[VarianceState]
    VARIANCE_STATE_ACCEPTED: _ClassVar[VarianceState]

class DriftSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRIFT_SEVERITY_UNSPECIFIED: _ClassVar[DriftSeverity]
    DRIFT_SEVERITY_LOW: _ClassVar[DriftSeverity]
    DRIFT_SEVERITY_MEDIUM: _ClassVar[DriftSeverity]
    DRIFT_SEVERITY_HIGH: _ClassVar[DriftSeverity]
    DRIFT_SEVERITY_CRITICAL: _ClassVar[DriftSeverity]

class DriftAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRIFT_ACTION_UNSPECIFIED: _ClassVar[DriftAction]
    DRIFT_ACTION_REPORT: _ClassVar[DriftAction]
    DRIFT_ACTION_PUSH: _ClassVar[DriftAction]
    DRIFT_ACTION_COUNT: _ClassVar[DriftAction]
    DRIFT_ACTION_PROPOSE: _ClassVar[DriftAction]

class VarianceVerb(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VARIANCE_VERB_UNSPECIFIED: _ClassVar[VarianceVerb]
    VARIANCE_VERB_ACKNOWLEDGE: _ClassVar[VarianceVerb]
    VARIANCE_VERB_RESOLVE: _ClassVar[VarianceVerb]
    VARIANCE_VERB_ACCEPT: _ClassVar[VarianceVerb]
    VARIANCE_VERB_REOPEN: _ClassVar[VarianceVerb]
    VARIANCE_VERB_ASSIGN: _ClassVar[VarianceVerb]
    VARIANCE_VERB_NOTE: _ClassVar[VarianceVerb]
VARIANCE_STATE_UNSPECIFIED: VarianceState
VARIANCE_STATE_OPEN: VarianceState
VARIANCE_STATE_ACKNOWLEDGED: VarianceState
VARIANCE_STATE_RESOLVED: VarianceState
VARIANCE_STATE_ACCEPTED: VarianceState
DRIFT_SEVERITY_UNSPECIFIED: DriftSeverity
DRIFT_SEVERITY_LOW: DriftSeverity
DRIFT_SEVERITY_MEDIUM: DriftSeverity
DRIFT_SEVERITY_HIGH: DriftSeverity
DRIFT_SEVERITY_CRITICAL: DriftSeverity
DRIFT_ACTION_UNSPECIFIED: DriftAction
DRIFT_ACTION_REPORT: DriftAction
DRIFT_ACTION_PUSH: DriftAction
DRIFT_ACTION_COUNT: DriftAction
DRIFT_ACTION_PROPOSE: DriftAction
VARIANCE_VERB_UNSPECIFIED: VarianceVerb
VARIANCE_VERB_ACKNOWLEDGE: VarianceVerb
VARIANCE_VERB_RESOLVE: VarianceVerb
VARIANCE_VERB_ACCEPT: VarianceVerb
VARIANCE_VERB_REOPEN: VarianceVerb
VARIANCE_VERB_ASSIGN: VarianceVerb
VARIANCE_VERB_NOTE: VarianceVerb

class DriftEvidence(_message.Message):
    __slots__ = ("kind", "text", "revision", "at_ms", "feed_number", "quantity")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    FEED_NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    kind: str
    text: str
    revision: int
    at_ms: int
    feed_number: int
    quantity: int
    def __init__(self, kind: _Optional[str] = ..., text: _Optional[str] = ..., revision: _Optional[int] = ..., at_ms: _Optional[int] = ..., feed_number: _Optional[int] = ..., quantity: _Optional[int] = ...) -> None: ...

class Diagnosis(_message.Message):
    __slots__ = ("cause", "confidence_percent", "handoff", "evidence", "parts", "explained")
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    HANDOFF_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    EXPLAINED_FIELD_NUMBER: _ClassVar[int]
    cause: _reconciliation_service_pb2.DriftCause
    confidence_percent: int
    handoff: str
    evidence: _containers.RepeatedCompositeFieldContainer[DriftEvidence]
    parts: _containers.RepeatedCompositeFieldContainer[Diagnosis]
    explained: int
    def __init__(self, cause: _Optional[_Union[_reconciliation_service_pb2.DriftCause, str]] = ..., confidence_percent: _Optional[int] = ..., handoff: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[DriftEvidence, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[Diagnosis, _Mapping]]] = ..., explained: _Optional[int] = ...) -> None: ...

class VarianceStep(_message.Message):
    __slots__ = ("at_ms", "system", "actor", "step", "note", "revision", "snapshot_id")
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    at_ms: int
    system: str
    actor: str
    step: str
    note: str
    revision: int
    snapshot_id: str
    def __init__(self, at_ms: _Optional[int] = ..., system: _Optional[str] = ..., actor: _Optional[str] = ..., step: _Optional[str] = ..., note: _Optional[str] = ..., revision: _Optional[int] = ..., snapshot_id: _Optional[str] = ...) -> None: ...

class Variance(_message.Message):
    __slots__ = ("variance_id", "system", "location_id", "sku", "measure", "reported", "expected", "difference", "revision", "revision_at_ms", "snapshot_id", "diagnosis", "severity", "value_cents", "abc", "owner", "state", "action", "opened_at_ms", "due_at_ms", "times_seen", "closed_at_ms", "version", "history")
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    REPORTED_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_AT_MS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSIS_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    VALUE_CENTS_FIELD_NUMBER: _ClassVar[int]
    ABC_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    TIMES_SEEN_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    variance_id: str
    system: str
    location_id: str
    sku: str
    measure: str
    reported: int
    expected: int
    difference: int
    revision: int
    revision_at_ms: int
    snapshot_id: str
    diagnosis: Diagnosis
    severity: DriftSeverity
    value_cents: int
    abc: str
    owner: str
    state: VarianceState
    action: DriftAction
    opened_at_ms: int
    due_at_ms: int
    times_seen: int
    closed_at_ms: int
    version: int
    history: _containers.RepeatedCompositeFieldContainer[VarianceStep]
    def __init__(self, variance_id: _Optional[str] = ..., system: _Optional[str] = ..., location_id: _Optional[str] = ..., sku: _Optional[str] = ..., measure: _Optional[str] = ..., reported: _Optional[int] = ..., expected: _Optional[int] = ..., difference: _Optional[int] = ..., revision: _Optional[int] = ..., revision_at_ms: _Optional[int] = ..., snapshot_id: _Optional[str] = ..., diagnosis: _Optional[_Union[Diagnosis, _Mapping]] = ..., severity: _Optional[_Union[DriftSeverity, str]] = ..., value_cents: _Optional[int] = ..., abc: _Optional[str] = ..., owner: _Optional[str] = ..., state: _Optional[_Union[VarianceState, str]] = ..., action: _Optional[_Union[DriftAction, str]] = ..., opened_at_ms: _Optional[int] = ..., due_at_ms: _Optional[int] = ..., times_seen: _Optional[int] = ..., closed_at_ms: _Optional[int] = ..., version: _Optional[int] = ..., history: _Optional[_Iterable[_Union[VarianceStep, _Mapping]]] = ...) -> None: ...

class ListVariancesRequest(_message.Message):
    __slots__ = ("system", "location_id", "sku", "cause", "state", "all_states", "page_size", "page_token")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ALL_STATES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    system: str
    location_id: str
    sku: str
    cause: _reconciliation_service_pb2.DriftCause
    state: VarianceState
    all_states: bool
    page_size: int
    page_token: str
    def __init__(self, system: _Optional[str] = ..., location_id: _Optional[str] = ..., sku: _Optional[str] = ..., cause: _Optional[_Union[_reconciliation_service_pb2.DriftCause, str]] = ..., state: _Optional[_Union[VarianceState, str]] = ..., all_states: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListVariancesResponse(_message.Message):
    __slots__ = ("variances", "next_page_token")
    VARIANCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    variances: _containers.RepeatedCompositeFieldContainer[Variance]
    next_page_token: str
    def __init__(self, variances: _Optional[_Iterable[_Union[Variance, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetVarianceRequest(_message.Message):
    __slots__ = ("variance_id",)
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    variance_id: str
    def __init__(self, variance_id: _Optional[str] = ...) -> None: ...

class GetVarianceResponse(_message.Message):
    __slots__ = ("variance", "explanation")
    VARIANCE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    variance: Variance
    explanation: str
    def __init__(self, variance: _Optional[_Union[Variance, _Mapping]] = ..., explanation: _Optional[str] = ...) -> None: ...

class ChangeVarianceRequest(_message.Message):
    __slots__ = ("variance_id", "verb", "note", "owner", "version")
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    variance_id: str
    verb: VarianceVerb
    note: str
    owner: str
    version: int
    def __init__(self, variance_id: _Optional[str] = ..., verb: _Optional[_Union[VarianceVerb, str]] = ..., note: _Optional[str] = ..., owner: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ChangeVarianceResponse(_message.Message):
    __slots__ = ("variance", "changed")
    VARIANCE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    variance: Variance
    changed: bool
    def __init__(self, variance: _Optional[_Union[Variance, _Mapping]] = ..., changed: _Optional[bool] = ...) -> None: ...
