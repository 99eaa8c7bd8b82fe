from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Fsync(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FSYNC_UNSPECIFIED: _ClassVar[Fsync]
    FSYNC_ALWAYS: _ClassVar[Fsync]
    FSYNC_EVERYSEC: _ClassVar[Fsync]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_OK: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
FSYNC_UNSPECIFIED: Fsync
FSYNC_ALWAYS: Fsync
FSYNC_EVERYSEC: Fsync
SEVERITY_UNSPECIFIED: Severity
SEVERITY_OK: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity

class Durability(_message.Message):
    __slots__ = ("fsync", "replicas", "wait_ms")
    FSYNC_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    fsync: Fsync
    replicas: int
    wait_ms: int
    def __init__(self, fsync: _Optional[_Union[Fsync, str]] = ..., replicas: _Optional[int] = ..., wait_ms: _Optional[int] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("check", "severity", "server", "found", "consequence", "remedy")
    CHECK_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    check: str
    severity: Severity
    server: str
    found: str
    consequence: str
    remedy: str
    def __init__(self, check: _Optional[str] = ..., severity: _Optional[_Union[Severity, str]] = ..., server: _Optional[str] = ..., found: _Optional[str] = ..., consequence: _Optional[str] = ..., remedy: _Optional[str] = ...) -> None: ...

class StoreServer(_message.Message):
    __slots__ = ("address", "away")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    AWAY_FIELD_NUMBER: _ClassVar[int]
    address: str
    away: bool
    def __init__(self, address: _Optional[str] = ..., away: _Optional[bool] = ...) -> None: ...

class FencedLocation(_message.Message):
    __slots__ = ("location_id", "since_ms", "remembered", "found")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    REMEMBERED_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    since_ms: int
    remembered: Position
    found: Position
    def __init__(self, location_id: _Optional[str] = ..., since_ms: _Optional[int] = ..., remembered: _Optional[_Union[Position, _Mapping]] = ..., found: _Optional[_Union[Position, _Mapping]] = ...) -> None: ...

class Position(_message.Message):
    __slots__ = ("epoch", "revision", "chain_hash")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    revision: int
    chain_hash: str
    def __init__(self, epoch: _Optional[int] = ..., revision: _Optional[int] = ..., chain_hash: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("version", "started_at_ms", "serving", "production", "durability", "accepted_risk", "findings", "inspected_at_ms", "servers", "fenced")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    PRODUCTION_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_RISK_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    INSPECTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    SERVERS_FIELD_NUMBER: _ClassVar[int]
    FENCED_FIELD_NUMBER: _ClassVar[int]
    version: str
    started_at_ms: int
    serving: bool
    production: bool
    durability: Durability
    accepted_risk: str
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    inspected_at_ms: int
    servers: _containers.RepeatedCompositeFieldContainer[StoreServer]
    fenced: _containers.RepeatedCompositeFieldContainer[FencedLocation]
    def __init__(self, version: _Optional[str] = ..., started_at_ms: _Optional[int] = ..., serving: _Optional[bool] = ..., production: _Optional[bool] = ..., durability: _Optional[_Union[Durability, _Mapping]] = ..., accepted_risk: _Optional[str] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ..., inspected_at_ms: _Optional[int] = ..., servers: _Optional[_Iterable[_Union[StoreServer, _Mapping]]] = ..., fenced: _Optional[_Iterable[_Union[FencedLocation, _Mapping]]] = ...) -> None: ...
