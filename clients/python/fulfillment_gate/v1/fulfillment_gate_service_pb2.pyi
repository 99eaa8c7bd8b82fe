from fulfillment_gate.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WaveAtomicity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WAVE_ATOMICITY_UNSPECIFIED: _ClassVar[WaveAtomicity]
    WAVE_ATOMICITY_WAVE: _ClassVar[WaveAtomicity]
    WAVE_ATOMICITY_ORDER: _ClassVar[WaveAtomicity]
    WAVE_ATOMICITY_LINE: _ClassVar[WaveAtomicity]

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_PICK: _ClassVar[Verdict]
    VERDICT_TRIM: _ClassVar[Verdict]
    VERDICT_BLOCK: _ClassVar[Verdict]

class VerdictReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_REASON_UNSPECIFIED: _ClassVar[VerdictReason]
    VERDICT_REASON_NOT_COMMITTED: _ClassVar[VerdictReason]
    VERDICT_REASON_NO_RESERVATION: _ClassVar[VerdictReason]
    VERDICT_REASON_HOLD_EXPIRED: _ClassVar[VerdictReason]
    VERDICT_REASON_ALREADY_ALLOCATED: _ClassVar[VerdictReason]
    VERDICT_REASON_INSUFFICIENT_ALLOCATABLE: _ClassVar[VerdictReason]
    VERDICT_REASON_STOCK_ON_HOLD: _ClassVar[VerdictReason]
    VERDICT_REASON_UNKNOWN_SKU: _ClassVar[VerdictReason]
    VERDICT_REASON_ORDER_INCOMPLETE: _ClassVar[VerdictReason]
    VERDICT_REASON_WAVE_INCOMPLETE: _ClassVar[VerdictReason]

class ShortReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHORT_REASON_UNSPECIFIED: _ClassVar[ShortReason]
    SHORT_REASON_NOT_FOUND: _ClassVar[ShortReason]
    SHORT_REASON_DAMAGED: _ClassVar[ShortReason]
    SHORT_REASON_WRONG_ITEM: _ClassVar[ShortReason]
WAVE_ATOMICITY_UNSPECIFIED: WaveAtomicity
WAVE_ATOMICITY_WAVE: WaveAtomicity
WAVE_ATOMICITY_ORDER: WaveAtomicity
WAVE_ATOMICITY_LINE: WaveAtomicity
VERDICT_UNSPECIFIED: Verdict
VERDICT_PICK: Verdict
VERDICT_TRIM: Verdict
VERDICT_BLOCK: Verdict
VERDICT_REASON_UNSPECIFIED: VerdictReason
VERDICT_REASON_NOT_COMMITTED: VerdictReason
VERDICT_REASON_NO_RESERVATION: VerdictReason
VERDICT_REASON_HOLD_EXPIRED: VerdictReason
VERDICT_REASON_ALREADY_ALLOCATED: VerdictReason
VERDICT_REASON_INSUFFICIENT_ALLOCATABLE: VerdictReason
VERDICT_REASON_STOCK_ON_HOLD: VerdictReason
VERDICT_REASON_UNKNOWN_SKU: VerdictReason
VERDICT_REASON_ORDER_INCOMPLETE: VerdictReason
VERDICT_REASON_WAVE_INCOMPLETE: VerdictReason
SHORT_REASON_UNSPECIFIED: ShortReason
SHORT_REASON_NOT_FOUND: ShortReason
SHORT_REASON_DAMAGED: ShortReason
SHORT_REASON_WRONG_ITEM: ShortReason

class AvailabilityLine(_message.Message):
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

class CheckAvailabilityRequest(_message.Message):
    __slots__ = ("lines", "location_ids", "channel", "max_age_ms")
    LINES_FIELD_NUMBER: _ClassVar[int]
    LOCATION_IDS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[AvailabilityLine]
    location_ids: _containers.RepeatedScalarFieldContainer[str]
    channel: str
    max_age_ms: int
    def __init__(self, lines: _Optional[_Iterable[_Union[AvailabilityLine, _Mapping]]] = ..., location_ids: _Optional[_Iterable[str]] = ..., channel: _Optional[str] = ..., max_age_ms: _Optional[int] = ...) -> None: ...

class LineAvailability(_message.Message):
    __slots__ = ("sku", "quantity", "known", "promise", "sufficient", "level", "safety_stock", "buffer", "ring_fenced_for_others", "components", "non_stock")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    PROMISE_FIELD_NUMBER: _ClassVar[int]
    SUFFICIENT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SAFETY_STOCK_FIELD_NUMBER: _ClassVar[int]
    BUFFER_FIELD_NUMBER: _ClassVar[int]
    RING_FENCED_FOR_OTHERS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    NON_STOCK_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    known: bool
    promise: int
    sufficient: bool
    level: _types_pb2.StockLevel
    safety_stock: int
    buffer: int
    ring_fenced_for_others: int
    components: _containers.RepeatedCompositeFieldContainer[LineAvailability]
    non_stock: bool
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ..., known: _Optional[bool] = ..., promise: _Optional[int] = ..., sufficient: _Optional[bool] = ..., level: _Optional[_Union[_types_pb2.StockLevel, _Mapping]] = ..., safety_stock: _Optional[int] = ..., buffer: _Optional[int] = ..., ring_fenced_for_others: _Optional[int] = ..., components: _Optional[_Iterable[_Union[LineAvailability, _Mapping]]] = ..., non_stock: _Optional[bool] = ...) -> None: ...

class LocationAvailability(_message.Message):
    __slots__ = ("location_id", "revision", "as_of_ms", "sufficient", "lines", "lineage", "stale", "age_ms")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AS_OF_MS_FIELD_NUMBER: _ClassVar[int]
    SUFFICIENT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    AGE_MS_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    revision: int
    as_of_ms: int
    sufficient: bool
    lines: _containers.RepeatedCompositeFieldContainer[LineAvailability]
    lineage: _types_pb2.Lineage
    stale: bool
    age_ms: int
    def __init__(self, location_id: _Optional[str] = ..., revision: _Optional[int] = ..., as_of_ms: _Optional[int] = ..., sufficient: _Optional[bool] = ..., lines: _Optional[_Iterable[_Union[LineAvailability, _Mapping]]] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ..., stale: _Optional[bool] = ..., age_ms: _Optional[int] = ...) -> None: ...

class CheckAvailabilityResponse(_message.Message):
    __slots__ = ("locations", "conversions")
    LOCATIONS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    locations: _containers.RepeatedCompositeFieldContainer[LocationAvailability]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, locations: _Optional[_Iterable[_Union[LocationAvailability, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ReserveLine(_message.Message):
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

class ReserveStockRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "order_id", "channel", "ttl_ms", "lines", "kits", "non_stock", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    TTL_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    KITS_FIELD_NUMBER: _ClassVar[int]
    NON_STOCK_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    order_id: str
    channel: str
    ttl_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[ReserveLine]
    kits: _containers.RepeatedCompositeFieldContainer[_types_pb2.KitLine]
    non_stock: _containers.RepeatedCompositeFieldContainer[_types_pb2.KitLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., order_id: _Optional[str] = ..., channel: _Optional[str] = ..., ttl_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[ReserveLine, _Mapping]]] = ..., kits: _Optional[_Iterable[_Union[_types_pb2.KitLine, _Mapping]]] = ..., non_stock: _Optional[_Iterable[_Union[_types_pb2.KitLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ReserveStockResponse(_message.Message):
    __slots__ = ("applied", "state", "hold_expires_at_ms", "parts", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    HOLD_EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    state: _types_pb2.ReservationState
    hold_expires_at_ms: int
    parts: _containers.RepeatedCompositeFieldContainer[SourcedPart]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., state: _Optional[_Union[_types_pb2.ReservationState, str]] = ..., hold_expires_at_ms: _Optional[int] = ..., parts: _Optional[_Iterable[_Union[SourcedPart, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class SourcedPart(_message.Message):
    __slots__ = ("location_id", "applied", "lines")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    applied: _types_pb2.Applied
    lines: _containers.RepeatedCompositeFieldContainer[ReserveLine]
    def __init__(self, location_id: _Optional[str] = ..., applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[ReserveLine, _Mapping]]] = ...) -> None: ...

class ConfirmReservationRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "order_id", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    order_id: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., order_id: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ConfirmReservationResponse(_message.Message):
    __slots__ = ("applied", "state", "changed", "retaken")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    RETAKEN_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    state: _types_pb2.ReservationState
    changed: bool
    retaken: bool
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., state: _Optional[_Union[_types_pb2.ReservationState, str]] = ..., changed: _Optional[bool] = ..., retaken: _Optional[bool] = ...) -> None: ...

class ReleaseLine(_message.Message):
    __slots__ = ("line_id", "quantity")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    quantity: int
    def __init__(self, line_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class ReleaseReservationRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "order_id", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    order_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ReleaseLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., order_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReleaseLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ReleaseReservationResponse(_message.Message):
    __slots__ = ("applied", "state", "released_quantity")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    state: _types_pb2.ReservationState
    released_quantity: int
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., state: _Optional[_Union[_types_pb2.ReservationState, str]] = ..., released_quantity: _Optional[int] = ...) -> None: ...

class GetReservationRequest(_message.Message):
    __slots__ = ("location_id", "order_id")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    order_id: str
    def __init__(self, location_id: _Optional[str] = ..., order_id: _Optional[str] = ...) -> None: ...

class GetReservationResponse(_message.Message):
    __slots__ = ("reservation", "revision", "others", "lineage")
    RESERVATION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    reservation: _types_pb2.Reservation
    revision: int
    others: _containers.RepeatedCompositeFieldContainer[_types_pb2.Reservation]
    lineage: _types_pb2.Lineage
    def __init__(self, reservation: _Optional[_Union[_types_pb2.Reservation, _Mapping]] = ..., revision: _Optional[int] = ..., others: _Optional[_Iterable[_Union[_types_pb2.Reservation, _Mapping]]] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class WaveLine(_message.Message):
    __slots__ = ("order_id", "line_id", "sku", "quantity", "unit", "amount")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_id: str
    sku: str
    quantity: int
    unit: str
    amount: str
    def __init__(self, order_id: _Optional[str] = ..., line_id: _Optional[str] = ..., sku: _Optional[str] = ..., quantity: _Optional[int] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class AuthorizeWaveRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "wave_id", "lines", "atomicity", "dry_run", "permit_ttl_ms", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    WAVE_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    ATOMICITY_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    PERMIT_TTL_MS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    wave_id: str
    lines: _containers.RepeatedCompositeFieldContainer[WaveLine]
    atomicity: WaveAtomicity
    dry_run: bool
    permit_ttl_ms: int
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., wave_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[WaveLine, _Mapping]]] = ..., atomicity: _Optional[_Union[WaveAtomicity, str]] = ..., dry_run: _Optional[bool] = ..., permit_ttl_ms: _Optional[int] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class LineVerdict(_message.Message):
    __slots__ = ("order_id", "line_id", "sku", "quantity", "verdict", "reason", "authorized_quantity")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_id: str
    sku: str
    quantity: int
    verdict: Verdict
    reason: VerdictReason
    authorized_quantity: int
    def __init__(self, order_id: _Optional[str] = ..., line_id: _Optional[str] = ..., sku: _Optional[str] = ..., quantity: _Optional[int] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., reason: _Optional[_Union[VerdictReason, str]] = ..., authorized_quantity: _Optional[int] = ...) -> None: ...

class AuthorizeWaveResponse(_message.Message):
    __slots__ = ("applied", "permit_id", "permit_expires_at_ms", "lines", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    PERMIT_ID_FIELD_NUMBER: _ClassVar[int]
    PERMIT_EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    permit_id: str
    permit_expires_at_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[LineVerdict]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., permit_id: _Optional[str] = ..., permit_expires_at_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[LineVerdict, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class PickLine(_message.Message):
    __slots__ = ("order_id", "line_id", "sku", "picked_quantity", "short_quantity", "short_reason", "unit")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    PICKED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SHORT_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SHORT_REASON_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    line_id: str
    sku: str
    picked_quantity: int
    short_quantity: int
    short_reason: ShortReason
    unit: str
    def __init__(self, order_id: _Optional[str] = ..., line_id: _Optional[str] = ..., sku: _Optional[str] = ..., picked_quantity: _Optional[int] = ..., short_quantity: _Optional[int] = ..., short_reason: _Optional[_Union[ShortReason, str]] = ..., unit: _Optional[str] = ...) -> None: ...

class ReportPickRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "permit_id", "lines", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PERMIT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    permit_id: str
    lines: _containers.RepeatedCompositeFieldContainer[PickLine]
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., permit_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[PickLine, _Mapping]]] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class SuspectStock(_message.Message):
    __slots__ = ("sku", "suspect_quantity", "permit_ids")
    SKU_FIELD_NUMBER: _ClassVar[int]
    SUSPECT_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    PERMIT_IDS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    suspect_quantity: int
    permit_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sku: _Optional[str] = ..., suspect_quantity: _Optional[int] = ..., permit_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ReportPickResponse(_message.Message):
    __slots__ = ("applied", "suspects", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    SUSPECTS_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    suspects: _containers.RepeatedCompositeFieldContainer[SuspectStock]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., suspects: _Optional[_Iterable[_Union[SuspectStock, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ShipLine(_message.Message):
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

class ConfirmShipmentRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "order_id", "permit_id", "shipment_id", "lines", "without_permit", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    PERMIT_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_PERMIT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    order_id: str
    permit_id: str
    shipment_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ShipLine]
    without_permit: bool
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., order_id: _Optional[str] = ..., permit_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ShipLine, _Mapping]]] = ..., without_permit: _Optional[bool] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ShipmentSurplus(_message.Message):
    __slots__ = ("sku", "cleared_suspect_quantity", "surplus_quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    CLEARED_SUSPECT_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SURPLUS_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    cleared_suspect_quantity: int
    surplus_quantity: int
    def __init__(self, sku: _Optional[str] = ..., cleared_suspect_quantity: _Optional[int] = ..., surplus_quantity: _Optional[int] = ...) -> None: ...

class ConfirmShipmentResponse(_message.Message):
    __slots__ = ("applied", "state", "shipped_quantity", "surpluses", "conversions")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SURPLUSES_FIELD_NUMBER: _ClassVar[int]
    CONVERSIONS_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    state: _types_pb2.ReservationState
    shipped_quantity: int
    surpluses: _containers.RepeatedCompositeFieldContainer[ShipmentSurplus]
    conversions: _containers.RepeatedCompositeFieldContainer[_types_pb2.Conversion]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., state: _Optional[_Union[_types_pb2.ReservationState, str]] = ..., shipped_quantity: _Optional[int] = ..., surpluses: _Optional[_Iterable[_Union[ShipmentSurplus, _Mapping]]] = ..., conversions: _Optional[_Iterable[_Union[_types_pb2.Conversion, _Mapping]]] = ...) -> None: ...

class ListUnmatchedShipmentsRequest(_message.Message):
    __slots__ = ("location_id", "page_size", "page_token")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    page_size: int
    page_token: str
    def __init__(self, location_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class UnmatchedShipment(_message.Message):
    __slots__ = ("unmatched_id", "order_id", "shipment_id", "lines", "reason", "system", "at_ms", "revision")
    UNMATCHED_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    unmatched_id: str
    order_id: str
    shipment_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ShipLine]
    reason: str
    system: str
    at_ms: int
    revision: int
    def __init__(self, unmatched_id: _Optional[str] = ..., order_id: _Optional[str] = ..., shipment_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ShipLine, _Mapping]]] = ..., reason: _Optional[str] = ..., system: _Optional[str] = ..., at_ms: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class ListUnmatchedShipmentsResponse(_message.Message):
    __slots__ = ("shipments", "next_page_token", "revision", "lineage")
    SHIPMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    shipments: _containers.RepeatedCompositeFieldContainer[UnmatchedShipment]
    next_page_token: str
    revision: int
    lineage: _types_pb2.Lineage
    def __init__(self, shipments: _Optional[_Iterable[_Union[UnmatchedShipment, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ..., lineage: _Optional[_Union[_types_pb2.Lineage, _Mapping]] = ...) -> None: ...

class ResolveShipmentRequest(_message.Message):
    __slots__ = ("operation_id", "location_id", "unmatched_id", "order_id", "note", "source_event")
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_EVENT_FIELD_NUMBER: _ClassVar[int]
    operation_id: str
    location_id: str
    unmatched_id: str
    order_id: str
    note: str
    source_event: _types_pb2.SourceEvent
    def __init__(self, operation_id: _Optional[str] = ..., location_id: _Optional[str] = ..., unmatched_id: _Optional[str] = ..., order_id: _Optional[str] = ..., note: _Optional[str] = ..., source_event: _Optional[_Union[_types_pb2.SourceEvent, _Mapping]] = ...) -> None: ...

class ResolveShipmentResponse(_message.Message):
    __slots__ = ("applied", "state", "shipped_quantity", "surpluses")
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    SURPLUSES_FIELD_NUMBER: _ClassVar[int]
    applied: _types_pb2.Applied
    state: _types_pb2.ReservationState
    shipped_quantity: int
    surpluses: _containers.RepeatedCompositeFieldContainer[ShipmentSurplus]
    def __init__(self, applied: _Optional[_Union[_types_pb2.Applied, _Mapping]] = ..., state: _Optional[_Union[_types_pb2.ReservationState, str]] = ..., shipped_quantity: _Optional[int] = ..., surpluses: _Optional[_Iterable[_Union[ShipmentSurplus, _Mapping]]] = ...) -> None: ...
