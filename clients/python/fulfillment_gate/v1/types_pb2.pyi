from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Bucket(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUCKET_UNSPECIFIED: _ClassVar[Bucket]
    BUCKET_ON_HAND: _ClassVar[Bucket]
    BUCKET_DAMAGED: _ClassVar[Bucket]
    BUCKET_QUALITY_CONTROL: _ClassVar[Bucket]
    BUCKET_SUSPECT: _ClassVar[Bucket]
    BUCKET_HELD: _ClassVar[Bucket]
    BUCKET_COMMITTED: _ClassVar[Bucket]
    BUCKET_ALLOCATED: _ClassVar[Bucket]
    BUCKET_INCOMING: _ClassVar[Bucket]
    BUCKET_PICKED: _ClassVar[Bucket]
    BUCKET_RING_FENCED: _ClassVar[Bucket]

class ReservationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESERVATION_STATE_UNSPECIFIED: _ClassVar[ReservationState]
    RESERVATION_STATE_HELD: _ClassVar[ReservationState]
    RESERVATION_STATE_EXPIRED: _ClassVar[ReservationState]
    RESERVATION_STATE_COMMITTED: _ClassVar[ReservationState]
    RESERVATION_STATE_ALLOCATED: _ClassVar[ReservationState]
    RESERVATION_STATE_SHIPPED: _ClassVar[ReservationState]
    RESERVATION_STATE_SHORTED: _ClassVar[ReservationState]
    RESERVATION_STATE_RELEASED: _ClassVar[ReservationState]
BUCKET_UNSPECIFIED: Bucket
BUCKET_ON_HAND: Bucket
BUCKET_DAMAGED: Bucket
BUCKET_QUALITY_CONTROL: Bucket
BUCKET_SUSPECT: Bucket
BUCKET_HELD: Bucket
BUCKET_COMMITTED: Bucket
BUCKET_ALLOCATED: Bucket
BUCKET_INCOMING: Bucket
BUCKET_PICKED: Bucket
BUCKET_RING_FENCED: Bucket
RESERVATION_STATE_UNSPECIFIED: ReservationState
RESERVATION_STATE_HELD: ReservationState
RESERVATION_STATE_EXPIRED: ReservationState
RESERVATION_STATE_COMMITTED: ReservationState
RESERVATION_STATE_ALLOCATED: ReservationState
RESERVATION_STATE_SHIPPED: ReservationState
RESERVATION_STATE_SHORTED: ReservationState
RESERVATION_STATE_RELEASED: ReservationState

class Applied(_message.Message):
    __slots__ = ("revision", "at_ms", "replayed", "absorbed", "epoch", "chain_hash")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    revision: int
    at_ms: int
    replayed: bool
    absorbed: bool
    epoch: int
    chain_hash: str
    def __init__(self, revision: _Optional[int] = ..., at_ms: _Optional[int] = ..., replayed: _Optional[bool] = ..., absorbed: _Optional[bool] = ..., epoch: _Optional[int] = ..., chain_hash: _Optional[str] = ...) -> None: ...

class Lineage(_message.Message):
    __slots__ = ("epoch", "chain_hash", "fenced", "fenced_since_ms")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    CHAIN_HASH_FIELD_NUMBER: _ClassVar[int]
    FENCED_FIELD_NUMBER: _ClassVar[int]
    FENCED_SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    chain_hash: str
    fenced: bool
    fenced_since_ms: int
    def __init__(self, epoch: _Optional[int] = ..., chain_hash: _Optional[str] = ..., fenced: _Optional[bool] = ..., fenced_since_ms: _Optional[int] = ...) -> None: ...

class SourceEvent(_message.Message):
    __slots__ = ("system", "document_type", "document", "line", "action", "number")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    system: str
    document_type: str
    document: str
    line: str
    action: str
    number: int
    def __init__(self, system: _Optional[str] = ..., document_type: _Optional[str] = ..., document: _Optional[str] = ..., line: _Optional[str] = ..., action: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class Conversion(_message.Message):
    __slots__ = ("field", "given", "unit", "amount", "sku", "quantity", "lot_id")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    LOT_ID_FIELD_NUMBER: _ClassVar[int]
    field: str
    given: str
    unit: str
    amount: str
    sku: str
    quantity: int
    lot_id: str
    def __init__(self, field: _Optional[str] = ..., given: _Optional[str] = ..., unit: _Optional[str] = ..., amount: _Optional[str] = ..., sku: _Optional[str] = ..., quantity: _Optional[int] = ..., lot_id: _Optional[str] = ...) -> None: ...

class KitLine(_message.Message):
    __slots__ = ("line_id", "sku", "quantity")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    sku: str
    quantity: int
    def __init__(self, line_id: _Optional[str] = ..., sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class StockLevel(_message.Message):
    __slots__ = ("sku", "on_hand", "held", "committed", "allocated", "damaged", "quality_control", "suspect", "incoming", "available", "allocatable", "count_due", "picked", "ring_fenced", "stock_holds")
    SKU_FIELD_NUMBER: _ClassVar[int]
    ON_HAND_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_FIELD_NUMBER: _ClassVar[int]
    ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    DAMAGED_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    SUSPECT_FIELD_NUMBER: _ClassVar[int]
    INCOMING_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    ALLOCATABLE_FIELD_NUMBER: _ClassVar[int]
    COUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    PICKED_FIELD_NUMBER: _ClassVar[int]
    RING_FENCED_FIELD_NUMBER: _ClassVar[int]
    STOCK_HOLDS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    on_hand: int
    held: int
    committed: int
    allocated: int
    damaged: int
    quality_control: int
    suspect: int
    incoming: int
    available: int
    allocatable: int
    count_due: bool
    picked: int
    ring_fenced: int
    stock_holds: int
    def __init__(self, sku: _Optional[str] = ..., on_hand: _Optional[int] = ..., held: _Optional[int] = ..., committed: _Optional[int] = ..., allocated: _Optional[int] = ..., damaged: _Optional[int] = ..., quality_control: _Optional[int] = ..., suspect: _Optional[int] = ..., incoming: _Optional[int] = ..., available: _Optional[int] = ..., allocatable: _Optional[int] = ..., count_due: _Optional[bool] = ..., picked: _Optional[int] = ..., ring_fenced: _Optional[int] = ..., stock_holds: _Optional[int] = ...) -> None: ...

class StockChange(_message.Message):
    __slots__ = ("sku", "bucket", "delta")
    SKU_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    sku: str
    bucket: Bucket
    delta: int
    def __init__(self, sku: _Optional[str] = ..., bucket: _Optional[_Union[Bucket, str]] = ..., delta: _Optional[int] = ...) -> None: ...

class LineAllocation(_message.Message):
    __slots__ = ("permit_id", "authorized", "picked", "shorted", "shipped", "returned")
    PERMIT_ID_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZED_FIELD_NUMBER: _ClassVar[int]
    PICKED_FIELD_NUMBER: _ClassVar[int]
    SHORTED_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    permit_id: str
    authorized: int
    picked: int
    shorted: int
    shipped: int
    returned: int
    def __init__(self, permit_id: _Optional[str] = ..., authorized: _Optional[int] = ..., picked: _Optional[int] = ..., shorted: _Optional[int] = ..., shipped: _Optional[int] = ..., returned: _Optional[int] = ...) -> None: ...

class ReservationLine(_message.Message):
    __slots__ = ("line_id", "sku", "ordered", "held", "committed", "allocated", "shipped", "released", "shorted", "allocations")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    ORDERED_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_FIELD_NUMBER: _ClassVar[int]
    ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    SHORTED_FIELD_NUMBER: _ClassVar[int]
    ALLOCATIONS_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    sku: str
    ordered: int
    held: int
    committed: int
    allocated: int
    shipped: int
    released: int
    shorted: int
    allocations: _containers.RepeatedCompositeFieldContainer[LineAllocation]
    def __init__(self, line_id: _Optional[str] = ..., sku: _Optional[str] = ..., ordered: _Optional[int] = ..., held: _Optional[int] = ..., committed: _Optional[int] = ..., allocated: _Optional[int] = ..., shipped: _Optional[int] = ..., released: _Optional[int] = ..., shorted: _Optional[int] = ..., allocations: _Optional[_Iterable[_Union[LineAllocation, _Mapping]]] = ...) -> None: ...

class Reservation(_message.Message):
    __slots__ = ("location_id", "order_id", "channel", "state", "hold_expires_at_ms", "created_at_ms", "lines", "shipment_ids", "kits", "non_stock")
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    HOLD_EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    SHIPMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    KITS_FIELD_NUMBER: _ClassVar[int]
    NON_STOCK_FIELD_NUMBER: _ClassVar[int]
    location_id: str
    order_id: str
    channel: str
    state: ReservationState
    hold_expires_at_ms: int
    created_at_ms: int
    lines: _containers.RepeatedCompositeFieldContainer[ReservationLine]
    shipment_ids: _containers.RepeatedScalarFieldContainer[str]
    kits: _containers.RepeatedCompositeFieldContainer[KitLine]
    non_stock: _containers.RepeatedCompositeFieldContainer[KitLine]
    def __init__(self, location_id: _Optional[str] = ..., order_id: _Optional[str] = ..., channel: _Optional[str] = ..., state: _Optional[_Union[ReservationState, str]] = ..., hold_expires_at_ms: _Optional[int] = ..., created_at_ms: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[ReservationLine, _Mapping]]] = ..., shipment_ids: _Optional[_Iterable[str]] = ..., kits: _Optional[_Iterable[_Union[KitLine, _Mapping]]] = ..., non_stock: _Optional[_Iterable[_Union[KitLine, _Mapping]]] = ...) -> None: ...

class HitOrder(_message.Message):
    __slots__ = ("order_id", "channel", "missing_quantity", "allocated")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    MISSING_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ALLOCATED_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    channel: str
    missing_quantity: int
    allocated: bool
    def __init__(self, order_id: _Optional[str] = ..., channel: _Optional[str] = ..., missing_quantity: _Optional[int] = ..., allocated: _Optional[bool] = ...) -> None: ...

class Shortage(_message.Message):
    __slots__ = ("sku", "missing_quantity", "orders", "more_orders")
    SKU_FIELD_NUMBER: _ClassVar[int]
    MISSING_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    MORE_ORDERS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    missing_quantity: int
    orders: _containers.RepeatedCompositeFieldContainer[HitOrder]
    more_orders: bool
    def __init__(self, sku: _Optional[str] = ..., missing_quantity: _Optional[int] = ..., orders: _Optional[_Iterable[_Union[HitOrder, _Mapping]]] = ..., more_orders: _Optional[bool] = ...) -> None: ...
