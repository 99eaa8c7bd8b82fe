from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ViolationCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VIOLATION_CAUSE_UNSPECIFIED: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_UNAUTHENTICATED: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_IMPERSONATION: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_ROLE: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_OPERATION: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_READ: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_LOCATION: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_CHANNEL: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_BUCKET: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_DOCUMENT: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_RELAY: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_PERMIT: _ClassVar[ViolationCause]
    VIOLATION_CAUSE_OTHERS: _ClassVar[ViolationCause]
VIOLATION_CAUSE_UNSPECIFIED: ViolationCause
VIOLATION_CAUSE_UNAUTHENTICATED: ViolationCause
VIOLATION_CAUSE_IMPERSONATION: ViolationCause
VIOLATION_CAUSE_ROLE: ViolationCause
VIOLATION_CAUSE_OPERATION: ViolationCause
VIOLATION_CAUSE_READ: ViolationCause
VIOLATION_CAUSE_LOCATION: ViolationCause
VIOLATION_CAUSE_CHANNEL: ViolationCause
VIOLATION_CAUSE_BUCKET: ViolationCause
VIOLATION_CAUSE_DOCUMENT: ViolationCause
VIOLATION_CAUSE_RELAY: ViolationCause
VIOLATION_CAUSE_PERMIT: ViolationCause
VIOLATION_CAUSE_OTHERS: ViolationCause

class GetHandoffsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetHandoffsResponse(_message.Message):
    __slots__ = ("version", "sha256", "document")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    version: int
    sha256: str
    document: str
    def __init__(self, version: _Optional[int] = ..., sha256: _Optional[str] = ..., document: _Optional[str] = ...) -> None: ...

class ApplyHandoffsRequest(_message.Message):
    __slots__ = ("operation_id", "document")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    document: str
    def __init__(self, operation_id: _Optional[str] = ..., document: _Optional[str] = ...) -> None: ...

class ApplyHandoffsResponse(_message.Message):
    __slots__ = ("applied", "version", "sha256", "changes")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    version: int
    sha256: str
    changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class ListHandoffChangesRequest(_message.Message):
    __slots__ = ("from_revision", "page_size")
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    from_revision: int
    page_size: int
    def __init__(self, from_revision: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class HandoffChange(_message.Message):
    __slots__ = ("revision", "at_ms", "system", "actor", "version", "sha256", "changes", "refusal")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    revision: int
    at_ms: int
    system: str
    actor: str
    version: int
    sha256: str
    changes: _containers.RepeatedScalarFieldContainer[str]
    refusal: str
    def __init__(self, revision: _Optional[int] = ..., at_ms: _Optional[int] = ..., system: _Optional[str] = ..., actor: _Optional[str] = ..., version: _Optional[int] = ..., sha256: _Optional[str] = ..., changes: _Optional[_Iterable[str]] = ..., refusal: _Optional[str] = ...) -> None: ...

class ListHandoffChangesResponse(_message.Message):
    __slots__ = ("changes", "next_from_revision", "latest_revision")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    LATEST_REVISION_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[HandoffChange]
    next_from_revision: int
    latest_revision: int
    def __init__(self, changes: _Optional[_Iterable[_Union[HandoffChange, _Mapping]]] = ..., next_from_revision: _Optional[int] = ..., latest_revision: _Optional[int] = ...) -> None: ...

class HandoffViolation(_message.Message):
    __slots__ = ("system", "operation", "location_id", "cause", "count", "first_at_ms", "last_at_ms", "last_actor")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_ACTOR_FIELD_NUMBER: _ClassVar[int]
    system: str
    operation: str
    location_id: str
    cause: ViolationCause
    count: int
    first_at_ms: int
    last_at_ms: int
    last_actor: str
    def __init__(self, system: _Optional[str] = ..., operation: _Optional[str] = ..., location_id: _Optional[str] = ..., cause: _Optional[_Union[ViolationCause, str]] = ..., count: _Optional[int] = ..., first_at_ms: _Optional[int] = ..., last_at_ms: _Optional[int] = ..., last_actor: _Optional[str] = ...) -> None: ...

class ListViolationsRequest(_message.Message):
    __slots__ = ("system", "page_size")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    system: str
    page_size: int
    def __init__(self, system: _Optional[str] = ..., page_size: _Optional[int] = ...) -> None: ...

class ListViolationsResponse(_message.Message):
    __slots__ = ("violations", "total")
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    violations: _containers.RepeatedCompositeFieldContainer[HandoffViolation]
    total: int
    def __init__(self, violations: _Optional[_Iterable[_Union[HandoffViolation, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...
