from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Landing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANDING_UNSPECIFIED: _ClassVar[Landing]
    LANDING_AVAILABLE: _ClassVar[Landing]
    LANDING_QUALITY_CONTROL: _ClassVar[Landing]
    LANDING_DAMAGED: _ClassVar[Landing]

class AdjustmentReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ADJUSTMENT_REASON_UNSPECIFIED: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_COUNT: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_FOUND: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_WRITE_OFF: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_DAMAGE: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_INSPECTION: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_CORRECTION: _ClassVar[AdjustmentReason]
LANDING_UNSPECIFIED: Landing
LANDING_AVAILABLE: Landing
LANDING_QUALITY_CONTROL: Landing
LANDING_DAMAGED: Landing
ADJUSTMENT_REASON_UNSPECIFIED: AdjustmentReason
ADJUSTMENT_REASON_COUNT: AdjustmentReason
ADJUSTMENT_REASON_FOUND: AdjustmentReason
ADJUSTMENT_REASON_WRITE_OFF: AdjustmentReason
ADJUSTMENT_REASON_DAMAGE: AdjustmentReason
ADJUSTMENT_REASON_INSPECTION: AdjustmentReason
ADJUSTMENT_REASON_CORRECTION: AdjustmentReason

class ReceiptLine(_message.Message):
    __slots__ = ("sku", "quantity", "landing")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    LANDING_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    landing: Landing
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., landing: _Optional[_Union[Landing, str]] = ...) -> None: ...

class RecordReceiptRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "reference", "lines")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    reference: str
    lines: _containers.RepeatedCompositeFieldContainer[ReceiptLine]
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., reference: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReceiptLine, _Mapping]]] = ...) -> None: ...

class RecordReceiptResponse(_message.Message):
    __slots__ = ("applied", "levels")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ...) -> None: ...

class AdjustmentLine(_message.Message):
    __slots__ = ("sku", "bucket", "delta")
    SKU_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    sku: str
    bucket: _types_pb2.Bucket
    delta: int
    def __init__(self, sku: _Optional[str] = ..., bucket: _Optional[_Union[_types_pb2.Bucket, str]] = ..., delta: _Optional[int] = ...) -> None: ...

class AdjustStockRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "reason", "note", "lines")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    reason: AdjustmentReason
    note: str
    lines: _containers.RepeatedCompositeFieldContainer[AdjustmentLine]
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., reason: _Optional[_Union[AdjustmentReason, str]] = ..., note: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[AdjustmentLine, _Mapping]]] = ...) -> None: ...

class Shortage(_message.Message):
    __slots__ = ("sku", "missing_quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    MISSING_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    missing_quantity: int
    def __init__(self, sku: _Optional[str] = ..., missing_quantity: _Optional[int] = ...) -> None: ...

class AdjustStockResponse(_message.Message):
    __slots__ = ("applied", "levels", "shortages")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    shortages: _containers.RepeatedCompositeFieldContainer[Shortage]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., shortages: _Optional[_Iterable[_Union[Shortage, _Mapping]]] = ...) -> None: ...

class GetStockRequest(_message.Message):
    __slots__ = ("location_id", "skus")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKUS_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, location_id: _Optional[str] = ..., skus: _Optional[_Iterable[str]] = ...) -> None: ...

class GetStockResponse(_message.Message):
    __slots__ = ("revision", "levels", "unknown_skus")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_SKUS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    unknown_skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, revision: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., unknown_skus: _Optional[_Iterable[str]] = ...) -> None: ...

class ListStockRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListStockResponse(_message.Message):
    __slots__ = ("revision", "levels", "next_page_token")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    revision: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    next_page_token: str
    def __init__(self, revision: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
