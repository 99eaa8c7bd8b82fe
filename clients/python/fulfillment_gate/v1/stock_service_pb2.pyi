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

class StockStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STOCK_STATUS_UNSPECIFIED: _ClassVar[StockStatus]
    STOCK_STATUS_AVAILABLE: _ClassVar[StockStatus]
    STOCK_STATUS_DAMAGED: _ClassVar[StockStatus]
    STOCK_STATUS_QUALITY_CONTROL: _ClassVar[StockStatus]
    STOCK_STATUS_SUSPECT: _ClassVar[StockStatus]
    STOCK_STATUS_WRITTEN_OFF: _ClassVar[StockStatus]

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
STOCK_STATUS_UNSPECIFIED: StockStatus
STOCK_STATUS_AVAILABLE: StockStatus
STOCK_STATUS_DAMAGED: StockStatus
STOCK_STATUS_QUALITY_CONTROL: StockStatus
STOCK_STATUS_SUSPECT: StockStatus
STOCK_STATUS_WRITTEN_OFF: StockStatus
ADJUSTMENT_REASON_UNSPECIFIED: AdjustmentReason
ADJUSTMENT_REASON_COUNT: AdjustmentReason
ADJUSTMENT_REASON_FOUND: AdjustmentReason
ADJUSTMENT_REASON_WRITE_OFF: AdjustmentReason
ADJUSTMENT_REASON_DAMAGE: AdjustmentReason
ADJUSTMENT_REASON_INSPECTION: AdjustmentReason
ADJUSTMENT_REASON_CORRECTION: AdjustmentReason

class ReceiptLine(_message.Message):
    __slots__ = ("sku", "quantity", "landing", "unit", "amount")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    LANDING_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    landing: Landing
    unit: str
    amount: str
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., landing: _Optional[_Union[Landing, str]] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class RecordReceiptRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "reference", "lines", "document_id", "final", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    reference: str
    lines: _containers.RepeatedCompositeFieldContainer[ReceiptLine]
    document_id: str
    final: bool
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., reference: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReceiptLine, _Mapping]]] = ..., document_id: _Optional[str] = ..., final: _Optional[bool] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class RecordReceiptResponse(_message.Message):
    __slots__ = ("applied", "levels", "over", "open", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    OVER_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    over: _containers.RepeatedCompositeFieldContainer[SkuQuantity]
    open: _containers.RepeatedCompositeFieldContainer[SkuQuantity]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., over: _Optional[_Iterable[_Union[SkuQuantity, _Mapping]]] = ..., open: _Optional[_Iterable[_Union[SkuQuantity, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class SkuQuantity(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class ReturnLine(_message.Message):
    __slots__ = ("sku", "quantity", "landing", "unit", "amount")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    LANDING_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    landing: Landing
    unit: str
    amount: str
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., landing: _Optional[_Union[Landing, str]] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class RecordReturnRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "return_id", "order_id", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    RETURN_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    return_id: str
    order_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ReturnLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., return_id: _Optional[str] = ..., order_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReturnLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class RecordReturnResponse(_message.Message):
    __slots__ = ("applied", "levels", "unmatched", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    unmatched: _containers.RepeatedCompositeFieldContainer[SkuQuantity]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., unmatched: _Optional[_Iterable[_Union[SkuQuantity, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class MoveLine(_message.Message):
    __slots__ = ("sku", "from_status", "to_status", "quantity", "unit", "amount")
    SKU_FIELD_NUMBER: _ClassVar[int]
    FROM_STATUS_FIELD_NUMBER: _ClassVar[int]
    TO_STATUS_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    from_status: StockStatus
    to_status: StockStatus
    quantity: int
    unit: str
    amount: str
    def __init__(self, sku: _Optional[str] = ..., from_status: _Optional[_Union[StockStatus, str]] = ..., to_status: _Optional[_Union[StockStatus, str]] = ..., quantity: _Optional[int] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class MoveStockRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "reason", "note", "reference", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    reason: str
    note: str
    reference: str
    lines: _containers.RepeatedCompositeFieldContainer[MoveLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., reason: _Optional[str] = ..., note: _Optional[str] = ..., reference: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[MoveLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class MoveStockResponse(_message.Message):
    __slots__ = ("applied", "levels", "shortages", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class PlaceStockHoldRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "hold_id", "sku", "lot_id", "quantity", "note", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    hold_id: str
    sku: str
    lot_id: str
    quantity: int
    note: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., sku: _Optional[str] = ..., lot_id: _Optional[str] = ..., quantity: _Optional[int] = ..., note: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class PlaceStockHoldResponse(_message.Message):
    __slots__ = ("applied", "level", "shortages", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    level: _types_pb2.StockLevel
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., level: _Optional[_Union[_types_pb2.StockLevel, _Mapping]] = ..., shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class LiftStockHoldRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "hold_id", "note", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    hold_id: str
    note: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., hold_id: _Optional[str] = ..., note: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class LiftStockHoldResponse(_message.Message):
    __slots__ = ("applied", "level", "released_quantity")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RELEASED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    level: _types_pb2.StockLevel
    released_quantity: int
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., level: _Optional[_Union[_types_pb2.StockLevel, _Mapping]] = ..., released_quantity: _Optional[int] = ...) -> None: ...

class StockHold(_message.Message):
    __slots__ = ("hold_id", "sku", "lot_id", "quantity", "note", "system", "actor", "at_ms")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    hold_id: str
    sku: str
    lot_id: str
    quantity: int
    note: str
    system: str
    actor: str
    at_ms: int
    def __init__(self, hold_id: _Optional[str] = ..., sku: _Optional[str] = ..., lot_id: _Optional[str] = ..., quantity: _Optional[int] = ..., note: _Optional[str] = ..., system: _Optional[str] = ..., actor: _Optional[str] = ..., at_ms: _Optional[int] = ...) -> None: ...

class ListStockHoldsRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListStockHoldsResponse(_message.Message):
    __slots__ = ("holds", "next_page_token", "revision", "lineage")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    holds: _containers.RepeatedCompositeFieldContainer[StockHold]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, holds: _Optional[_Iterable[_Union[StockHold, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class AdjustmentLine(_message.Message):
    __slots__ = ("sku", "bucket", "delta", "unit")
    SKU_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    bucket: _types_pb2.Bucket
    delta: int
    unit: str
    def __init__(self, sku: _Optional[str] = ..., bucket: _Optional[_Union[_types_pb2.Bucket, str]] = ..., delta: _Optional[int] = ..., unit: _Optional[str] = ...) -> None: ...

class AdjustStockRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "reason", "note", "lines", "propose", "variance_id", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    reason: AdjustmentReason
    note: str
    lines: _containers.RepeatedCompositeFieldContainer[AdjustmentLine]
    propose: bool
    variance_id: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., reason: _Optional[_Union[AdjustmentReason, str]] = ..., note: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[AdjustmentLine, _Mapping]]] = ..., propose: _Optional[bool] = ..., variance_id: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class AdjustStockResponse(_message.Message):
    __slots__ = ("applied", "levels", "shortages", "proposal_id", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    proposal_id: str
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ..., proposal_id: _Optional[str] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ApproveAdjustmentRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "proposal_id", "approved", "note", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    proposal_id: str
    approved: bool
    note: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., proposal_id: _Optional[str] = ..., approved: _Optional[bool] = ..., note: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ApproveAdjustmentResponse(_message.Message):
    __slots__ = ("applied", "levels", "shortages")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("proposal_id", "system", "actor", "at_ms", "reason", "note", "lines", "variance_id")
    PROPOSAL_ID_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    proposal_id: str
    system: str
    actor: str
    at_ms: int
    reason: AdjustmentReason
    note: str
    lines: _containers.RepeatedCompositeFieldContainer[AdjustmentLine]
    variance_id: str
    def __init__(self, proposal_id: _Optional[str] = ..., system: _Optional[str] = ..., actor: _Optional[str] = ..., at_ms: _Optional[int] = ..., reason: _Optional[_Union[AdjustmentReason, str]] = ..., note: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[AdjustmentLine, _Mapping]]] = ..., variance_id: _Optional[str] = ...) -> None: ...

class ListProposalsRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListProposalsResponse(_message.Message):
    __slots__ = ("proposals", "next_page_token", "revision", "lineage")
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    proposals: _containers.RepeatedCompositeFieldContainer[Proposal]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, proposals: _Optional[_Iterable[_Union[Proposal, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class CountLine(_message.Message):
    __slots__ = ("sku", "counted_quantity", "unit")
    SKU_FIELD_NUMBER: _ClassVar[int]
    COUNTED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    sku: str
    counted_quantity: int
    unit: str
    def __init__(self, sku: _Optional[str] = ..., counted_quantity: _Optional[int] = ..., unit: _Optional[str] = ...) -> None: ...

class SubmitCountRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "count_id", "as_of_revision", "includes_picked", "covers_range", "covers_after", "covers_through", "lines", "variance_id", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    COUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_REVISION_FIELD_NUMBER: _ClassVar[int]
    INCLUDES_PICKED_FIELD_NUMBER: _ClassVar[int]
    COVERS_RANGE_FIELD_NUMBER: _ClassVar[int]
    COVERS_AFTER_FIELD_NUMBER: _ClassVar[int]
    COVERS_THROUGH_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    count_id: str
    as_of_revision: int
    includes_picked: bool
    covers_range: bool
    covers_after: str
    covers_through: str
    lines: _containers.RepeatedCompositeFieldContainer[CountLine]
    variance_id: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., count_id: _Optional[str] = ..., as_of_revision: _Optional[int] = ..., includes_picked: _Optional[bool] = ..., covers_range: _Optional[bool] = ..., covers_after: _Optional[str] = ..., covers_through: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[CountLine, _Mapping]]] = ..., variance_id: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class CountedLine(_message.Message):
    __slots__ = ("sku", "counted_quantity", "expected_quantity", "variance")
    SKU_FIELD_NUMBER: _ClassVar[int]
    COUNTED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_FIELD_NUMBER: _ClassVar[int]
    sku: str
    counted_quantity: int
    expected_quantity: int
    variance: int
    def __init__(self, sku: _Optional[str] = ..., counted_quantity: _Optional[int] = ..., expected_quantity: _Optional[int] = ..., variance: _Optional[int] = ...) -> None: ...

class SubmitCountResponse(_message.Message):
    __slots__ = ("applied", "lines", "levels", "shortages", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    lines: _containers.RepeatedCompositeFieldContainer[CountedLine]
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[CountedLine, _Mapping]]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ListShortagesRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListShortagesResponse(_message.Message):
    __slots__ = ("shortages", "next_page_token", "revision", "lineage")
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    shortages: _containers.RepeatedCompositeFieldContainer[_types_pb2.Shortage]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, shortages: _Optional[_Iterable[_Union[_types_pb2.Shortage, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class QuotaLine(_message.Message):
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

class SetQuotaRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "channel", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    channel: str
    lines: _containers.RepeatedCompositeFieldContainer[QuotaLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., channel: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[QuotaLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class SetQuotaResponse(_message.Message):
    __slots__ = ("applied", "levels", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ListQuotasRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Quota(_message.Message):
    __slots__ = ("sku", "channel", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    channel: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., channel: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class ListQuotasResponse(_message.Message):
    __slots__ = ("quotas", "next_page_token", "revision", "lineage")
    QUOTAS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    quotas: _containers.RepeatedCompositeFieldContainer[Quota]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, quotas: _Optional[_Iterable[_Union[Quota, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class MergeSkuRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "sku", "into_sku", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    INTO_SKU_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    sku: str
    into_sku: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., sku: _Optional[str] = ..., into_sku: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class MergeSkuResponse(_message.Message):
    __slots__ = ("applied", "changed", "level")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    changed: bool
    level: _types_pb2.StockLevel
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., changed: _Optional[bool] = ..., level: _Optional[_Union[_types_pb2.StockLevel, _Mapping]] = ...) -> None: ...

class GetStockRequest(_message.Message):
    __slots__ = ("location_id", "skus")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    SKUS_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, location_id: _Optional[str] = ..., skus: _Optional[_Iterable[str]] = ...) -> None: ...

class GetStockResponse(_message.Message):
    __slots__ = ("revision", "levels", "unknown_skus", "lineage")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_SKUS_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    revision: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    unknown_skus: _containers.RepeatedScalarFieldContainer[str]
    lineage: _types_pb2.Lineage
    def __init__(self, revision: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., unknown_skus: _Optional[_Iterable[str]] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("revision", "levels", "next_page_token", "lineage")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    revision: int
    levels: _containers.RepeatedCompositeFieldContainer[_types_pb2.StockLevel]
    next_page_token: str
    lineage: _types_pb2.Lineage
    def __init__(self, revision: _Optional[int] = ..., levels: _Optional[_Iterable[_Union[_types_pb2.StockLevel, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...
