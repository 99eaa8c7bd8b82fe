from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SnapshotState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SNAPSHOT_STATE_UNSPECIFIED: _ClassVar[SnapshotState]
    SNAPSHOT_STATE_RECEIVING: _ClassVar[SnapshotState]
    SNAPSHOT_STATE_RECEIVED: _ClassVar[SnapshotState]
    SNAPSHOT_STATE_COMPARING: _ClassVar[SnapshotState]
    SNAPSHOT_STATE_COMPARED: _ClassVar[SnapshotState]
    SNAPSHOT_STATE_REFUSED: _ClassVar[SnapshotState]

class DriftCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRIFT_CAUSE_UNSPECIFIED: _ClassVar[DriftCause]
    DRIFT_CAUSE_TIMING: _ClassVar[DriftCause]
    DRIFT_CAUSE_DOUBLE_APPLIED: _ClassVar[DriftCause]
    DRIFT_CAUSE_NOT_APPLIED: _ClassVar[DriftCause]
    DRIFT_CAUSE_SHIPPED_STILL_ALLOCATED: _ClassVar[DriftCause]
    DRIFT_CAUSE_WRONG_MEASURE: _ClassVar[DriftCause]
    DRIFT_CAUSE_UNIT_OF_MEASURE: _ClassVar[DriftCause]
    DRIFT_CAUSE_WRONG_SKU: _ClassVar[DriftCause]
    DRIFT_CAUSE_PHANTOM: _ClassVar[DriftCause]
    DRIFT_CAUSE_COMBINED: _ClassVar[DriftCause]
    DRIFT_CAUSE_UNEXPLAINED: _ClassVar[DriftCause]
SNAPSHOT_STATE_UNSPECIFIED: SnapshotState
SNAPSHOT_STATE_RECEIVING: SnapshotState
SNAPSHOT_STATE_RECEIVED: SnapshotState
SNAPSHOT_STATE_COMPARING: SnapshotState
SNAPSHOT_STATE_COMPARED: SnapshotState
SNAPSHOT_STATE_REFUSED: SnapshotState
DRIFT_CAUSE_UNSPECIFIED: DriftCause
DRIFT_CAUSE_TIMING: DriftCause
DRIFT_CAUSE_DOUBLE_APPLIED: DriftCause
DRIFT_CAUSE_NOT_APPLIED: DriftCause
DRIFT_CAUSE_SHIPPED_STILL_ALLOCATED: DriftCause
DRIFT_CAUSE_WRONG_MEASURE: DriftCause
DRIFT_CAUSE_UNIT_OF_MEASURE: DriftCause
DRIFT_CAUSE_WRONG_SKU: DriftCause
DRIFT_CAUSE_PHANTOM: DriftCause
DRIFT_CAUSE_COMBINED: DriftCause
DRIFT_CAUSE_UNEXPLAINED: DriftCause

class SubmitSnapshotRequest(_message.Message):
    __slots__ = ("header", "rows", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: SnapshotHeader
    rows: SnapshotRows
    end: SnapshotEnd
    def __init__(self, header: _Optional[_Union[SnapshotHeader, _Mapping]] = ..., rows: _Optional[_Union[SnapshotRows, _Mapping]] = ..., end: _Optional[_Union[SnapshotEnd, _Mapping]] = ...) -> None: ...

class SnapshotHeader(_message.Message):
    __slots__ = ("snapshot_id", "location_id", "system", "measure", "deducts", "as_of_revision", "as_of_ms", "whole", "skip_bad_rows")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    DEDUCTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_REVISION_FIELD_NUMBER: _ClassVar[int]
    AS_OF_MS_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    SKIP_BAD_ROWS_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    location_id: str
    system: str
    measure: str
    deducts: _containers.RepeatedScalarFieldContainer[str]
    as_of_revision: int
    as_of_ms: int
    whole: bool
    skip_bad_rows: bool
    def __init__(self, snapshot_id: _Optional[str] = ..., location_id: _Optional[str] = ..., system: _Optional[str] = ..., measure: _Optional[str] = ..., deducts: _Optional[_Iterable[str]] = ..., as_of_revision: _Optional[int] = ..., as_of_ms: _Optional[int] = ..., whole: _Optional[bool] = ..., skip_bad_rows: _Optional[bool] = ...) -> None: ...

class SnapshotRows(_message.Message):
    __slots__ = ("first_row", "rows")
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    first_row: int
    rows: _containers.RepeatedCompositeFieldContainer[SnapshotRow]
    def __init__(self, first_row: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[SnapshotRow, _Mapping]]] = ...) -> None: ...

class SnapshotRow(_message.Message):
    __slots__ = ("sku", "quantity", "measure", "unit")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    measure: str
    unit: str
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., measure: _Optional[str] = ..., unit: _Optional[str] = ...) -> None: ...

class SnapshotEnd(_message.Message):
    __slots__ = ("row_count",)
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    row_count: int
    def __init__(self, row_count: _Optional[int] = ...) -> None: ...

class SubmitSnapshotResponse(_message.Message):
    __slots__ = ("snapshot", "replayed")
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    snapshot: Snapshot
    replayed: bool
    def __init__(self, snapshot: _Optional[_Union[Snapshot, _Mapping]] = ..., replayed: _Optional[bool] = ...) -> None: ...

class SnapshotBadRow(_message.Message):
    __slots__ = ("row", "sku", "field", "problem")
    ROW_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    row: int
    sku: str
    field: str
    problem: str
    def __init__(self, row: _Optional[int] = ..., sku: _Optional[str] = ..., field: _Optional[str] = ..., problem: _Optional[str] = ...) -> None: ...

class CauseCount(_message.Message):
    __slots__ = ("cause", "count")
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    cause: DriftCause
    count: int
    def __init__(self, cause: _Optional[_Union[DriftCause, str]] = ..., count: _Optional[int] = ...) -> None: ...

class SnapshotResult(_message.Message):
    __slots__ = ("revision", "revision_at_ms", "compared_count", "agreed_count", "timing_count", "opened_count", "continued_count", "resolved_count", "causes", "lag_entries", "lag_ms", "usual_lag_ms", "late", "took_ms")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_AT_MS_FIELD_NUMBER: _ClassVar[int]
    COMPARED_COUNT_FIELD_NUMBER: _ClassVar[int]
    AGREED_COUNT_FIELD_NUMBER: _ClassVar[int]
    TIMING_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPENED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONTINUED_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    LAG_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    LAG_MS_FIELD_NUMBER: _ClassVar[int]
    USUAL_LAG_MS_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    revision_at_ms: int
    compared_count: int
    agreed_count: int
    timing_count: int
    opened_count: int
    continued_count: int
    resolved_count: int
    causes: _containers.RepeatedCompositeFieldContainer[CauseCount]
    lag_entries: int
    lag_ms: int
    usual_lag_ms: int
    late: bool
    took_ms: int
    def __init__(self, revision: _Optional[int] = ..., revision_at_ms: _Optional[int] = ..., compared_count: _Optional[int] = ..., agreed_count: _Optional[int] = ..., timing_count: _Optional[int] = ..., opened_count: _Optional[int] = ..., continued_count: _Optional[int] = ..., resolved_count: _Optional[int] = ..., causes: _Optional[_Iterable[_Union[CauseCount, _Mapping]]] = ..., lag_entries: _Optional[int] = ..., lag_ms: _Optional[int] = ..., usual_lag_ms: _Optional[int] = ..., late: _Optional[bool] = ..., took_ms: _Optional[int] = ...) -> None: ...

class Snapshot(_message.Message):
    __slots__ = ("snapshot_id", "system", "location_id", "measure", "deducts", "as_of_revision", "as_of_ms", "whole", "skip_bad_rows", "state", "received_rows", "compared_rows", "bad_rows", "bad_row_count", "repeated_row_count", "begun_at_ms", "changed_at_ms", "result", "problem", "digest")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    DEDUCTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_REVISION_FIELD_NUMBER: _ClassVar[int]
    AS_OF_MS_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    SKIP_BAD_ROWS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_ROWS_FIELD_NUMBER: _ClassVar[int]
    COMPARED_ROWS_FIELD_NUMBER: _ClassVar[int]
    BAD_ROWS_FIELD_NUMBER: _ClassVar[int]
    BAD_ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEATED_ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    BEGUN_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    system: str
    location_id: str
    measure: str
    deducts: _containers.RepeatedScalarFieldContainer[str]
    as_of_revision: int
    as_of_ms: int
    whole: bool
    skip_bad_rows: bool
    state: SnapshotState
    received_rows: int
    compared_rows: int
    bad_rows: _containers.RepeatedCompositeFieldContainer[SnapshotBadRow]
    bad_row_count: int
    repeated_row_count: int
    begun_at_ms: int
    changed_at_ms: int
    result: SnapshotResult
    problem: str
    digest: str
    def __init__(self, snapshot_id: _Optional[str] = ..., system: _Optional[str] = ..., location_id: _Optional[str] = ..., measure: _Optional[str] = ..., deducts: _Optional[_Iterable[str]] = ..., as_of_revision: _Optional[int] = ..., as_of_ms: _Optional[int] = ..., whole: _Optional[bool] = ..., skip_bad_rows: _Optional[bool] = ..., state: _Optional[_Union[SnapshotState, str]] = ..., received_rows: _Optional[int] = ..., compared_rows: _Optional[int] = ..., bad_rows: _Optional[_Iterable[_Union[SnapshotBadRow, _Mapping]]] = ..., bad_row_count: _Optional[int] = ..., repeated_row_count: _Optional[int] = ..., begun_at_ms: _Optional[int] = ..., changed_at_ms: _Optional[int] = ..., result: _Optional[_Union[SnapshotResult, _Mapping]] = ..., problem: _Optional[str] = ..., digest: _Optional[str] = ...) -> None: ...

class GetSnapshotRequest(_message.Message):
    __slots__ = ("system", "snapshot_id")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    system: str
    snapshot_id: str
    def __init__(self, system: _Optional[str] = ..., snapshot_id: _Optional[str] = ...) -> None: ...

class GetSnapshotResponse(_message.Message):
    __slots__ = ("snapshot",)
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    snapshot: Snapshot
    def __init__(self, snapshot: _Optional[_Union[Snapshot, _Mapping]] = ...) -> None: ...

class ListSnapshotsRequest(_message.Message):
    __slots__ = ("system", "location_id", "page_size", "page_token")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    system: str
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, system: _Optional[str] = ..., location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSnapshotsResponse(_message.Message):
    __slots__ = ("snapshots", "next_page_token")
    SNAPSHOTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    snapshots: _containers.RepeatedCompositeFieldContainer[Snapshot]
    next_page_token: str
    def __init__(self, snapshots: _Optional[_Iterable[_Union[Snapshot, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
