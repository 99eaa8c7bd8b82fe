from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AdaptiveBuffer(_message.Message):
    __slots__ = ("channel", "location_id", "abc", "basis_points", "sample_count", "quantile_percent", "drift_basis_points", "staleness_basis_points", "least_basis_points", "most_basis_points", "worked_out_at_ms", "explanation")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ABC_FIELD_NUMBER: _ClassVar[int]
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    DRIFT_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    STALENESS_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    LEAST_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    MOST_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    WORKED_OUT_AT_MS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    channel: str
    location_id: str
    abc: str
    basis_points: int
    sample_count: int
    quantile_percent: int
    drift_basis_points: int
    staleness_basis_points: int
    least_basis_points: int
    most_basis_points: int
    worked_out_at_ms: int
    explanation: str
    def __init__(self, channel: _Optional[str] = ..., location_id: _Optional[str] = ..., abc: _Optional[str] = ..., basis_points: _Optional[int] = ..., sample_count: _Optional[int] = ..., quantile_percent: _Optional[int] = ..., drift_basis_points: _Optional[int] = ..., staleness_basis_points: _Optional[int] = ..., least_basis_points: _Optional[int] = ..., most_basis_points: _Optional[int] = ..., worked_out_at_ms: _Optional[int] = ..., explanation: _Optional[str] = ...) -> None: ...

class ListBuffersRequest(_message.Message):
    __slots__ = ("channel", "location_id")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    channel: str
    location_id: str
    def __init__(self, channel: _Optional[str] = ..., location_id: _Optional[str] = ...) -> None: ...

class ListBuffersResponse(_message.Message):
    __slots__ = ("buffers",)
    BUFFERS_FIELD_NUMBER: _ClassVar[int]
    buffers: _containers.RepeatedCompositeFieldContainer[AdaptiveBuffer]
    def __init__(self, buffers: _Optional[_Iterable[_Union[AdaptiveBuffer, _Mapping]]] = ...) -> None: ...
