from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_KIND_UNSPECIFIED: _ClassVar[DocumentKind]
    DOCUMENT_KIND_PURCHASE_ORDER: _ClassVar[DocumentKind]
    DOCUMENT_KIND_ASN: _ClassVar[DocumentKind]
    DOCUMENT_KIND_TRANSFER: _ClassVar[DocumentKind]
DOCUMENT_KIND_UNSPECIFIED: DocumentKind
DOCUMENT_KIND_PURCHASE_ORDER: DocumentKind
DOCUMENT_KIND_ASN: DocumentKind
DOCUMENT_KIND_TRANSFER: DocumentKind

class IncomingLine(_message.Message):
    __slots__ = ("line_id", "sku", "quantity", "unit", "amount")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    sku: str
    quantity: int
    unit: str
    amount: str
    def __init__(self, line_id: _Optional[str] = ..., sku: _Optional[str] = ..., quantity: _Optional[int] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class AnnounceIncomingRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "document_id", "kind", "version", "expected_at_ms", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    document_id: str
    kind: DocumentKind
    version: int
    expected_at_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[IncomingLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., document_id: _Optional[str] = ..., kind: _Optional[_Union[DocumentKind, str]] = ..., version: _Optional[int] = ..., expected_at_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[IncomingLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class AnnounceIncomingResponse(_message.Message):
    __slots__ = ("applied", "superseded", "version", "levels", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    superseded: bool
    version: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., superseded: _Optional[bool] = ..., version: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class AmendIncomingRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "document_id", "kind", "version", "expected_at_ms", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    document_id: str
    kind: DocumentKind
    version: int
    expected_at_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[IncomingLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., document_id: _Optional[str] = ..., kind: _Optional[_Union[DocumentKind, str]] = ..., version: _Optional[int] = ..., expected_at_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[IncomingLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class AmendIncomingResponse(_message.Message):
    __slots__ = ("applied", "superseded", "version", "levels", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    superseded: bool
    version: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., superseded: _Optional[bool] = ..., version: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class DocumentProgress(_message.Message):
    __slots__ = ("sku", "expected_quantity", "received_quantity", "open_quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    OPEN_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    expected_quantity: int
    received_quantity: int
    open_quantity: int
    def __init__(self, sku: _Optional[str] = ..., expected_quantity: _Optional[int] = ..., received_quantity: _Optional[int] = ..., open_quantity: _Optional[int] = ...) -> None: ...

class IncomingDocument(_message.Message):
    __slots__ = ("document_id", "kind", "version", "expected_at_ms", "from_location_id", "closed", "overdue", "progress", "system", "created_at_ms")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FROM_LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    kind: DocumentKind
    version: int
    expected_at_ms: int
    from_location_id: str
    closed: bool
    overdue: bool
    progress: _containers.RepeatedCompositeFieldContainer[DocumentProgress]
    system: str
    created_at_ms: int
    def __init__(self, document_id: _Optional[str] = ..., kind: _Optional[_Union[DocumentKind, str]] = ..., version: _Optional[int] = ..., expected_at_ms: _Optional[int] = ..., from_location_id: _Optional[str] = ..., closed: _Optional[bool] = ..., overdue: _Optional[bool] = ..., progress: _Optional[_Iterable[_Union[DocumentProgress, _Mapping]]] = ..., system: _Optional[str] = ..., created_at_ms: _Optional[int] = ...) -> None: ...

class GetIncomingRequest(_message.Message):
    __slots__ = ("location_id", "document_id")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    document_id: str
    def __init__(self, location_id: _Optional[str] = ..., document_id: _Optional[str] = ...) -> None: ...

class GetIncomingResponse(_message.Message):
    __slots__ = ("document", "revision", "lineage")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    document: IncomingDocument
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, document: _Optional[_Union[IncomingDocument, _Mapping]] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class ListIncomingRequest(_message.Message):
    __slots__ = ("location_id", "overdue_only", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    overdue_only: bool
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., overdue_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListIncomingResponse(_message.Message):
    __slots__ = ("documents", "next_page_token", "revision", "lineage")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[IncomingDocument]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, documents: _Optional[_Iterable[_Union[IncomingDocument, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class TransferLine(_message.Message):
    __slots__ = ("sku", "quantity", "unit", "amount")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    unit: str
    amount: str
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class TransferStockRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "to_location_id", "transfer_id", "expected_at_ms", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    to_location_id: str
    transfer_id: str
    expected_at_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[TransferLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., to_location_id: _Optional[str] = ..., transfer_id: _Optional[str] = ..., expected_at_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[TransferLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class TransferStockResponse(_message.Message):
    __slots__ = ("applied", "levels", "announced", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    ANNOUNCED_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    announced: _types_pb2.Applied
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., announced: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...
