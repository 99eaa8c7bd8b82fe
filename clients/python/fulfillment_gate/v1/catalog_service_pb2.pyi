from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AbcClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ABC_CLASS_UNSPECIFIED: _ClassVar[AbcClass]
    ABC_CLASS_A: _ClassVar[AbcClass]
    ABC_CLASS_B: _ClassVar[AbcClass]
    ABC_CLASS_C: _ClassVar[AbcClass]

class ImportMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMPORT_MODE_UNSPECIFIED: _ClassVar[ImportMode]
    IMPORT_MODE_REPLACE: _ClassVar[ImportMode]
    IMPORT_MODE_MERGE: _ClassVar[ImportMode]

class ImportState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMPORT_STATE_UNSPECIFIED: _ClassVar[ImportState]
    IMPORT_STATE_OPEN: _ClassVar[ImportState]
    IMPORT_STATE_COMMITTING: _ClassVar[ImportState]
    IMPORT_STATE_HAS_BAD_ROWS: _ClassVar[ImportState]
    IMPORT_STATE_COMMITTED: _ClassVar[ImportState]
    IMPORT_STATE_ABORTED: _ClassVar[ImportState]
ABC_CLASS_UNSPECIFIED: AbcClass
ABC_CLASS_A: AbcClass
ABC_CLASS_B: AbcClass
ABC_CLASS_C: AbcClass
IMPORT_MODE_UNSPECIFIED: ImportMode
IMPORT_MODE_REPLACE: ImportMode
IMPORT_MODE_MERGE: ImportMode
IMPORT_STATE_UNSPECIFIED: ImportState
IMPORT_STATE_OPEN: ImportState
IMPORT_STATE_COMMITTING: ImportState
IMPORT_STATE_HAS_BAD_ROWS: ImportState
IMPORT_STATE_COMMITTED: ImportState
IMPORT_STATE_ABORTED: ImportState

class ItemGtin(_message.Message):
    __slots__ = ("gtin", "unit")
    GTIN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    gtin: str
    unit: str
    def __init__(self, gtin: _Optional[str] = ..., unit: _Optional[str] = ...) -> None: ...

class ItemUnit(_message.Message):
    __slots__ = ("unit", "factor")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    unit: str
    factor: int
    def __init__(self, unit: _Optional[str] = ..., factor: _Optional[int] = ...) -> None: ...

class KitPart(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("sku", "aliases", "gtins", "units", "kit", "non_stock", "abc", "description")
    SKU_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    GTINS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    KIT_FIELD_NUMBER: _ClassVar[int]
    NON_STOCK_FIELD_NUMBER: _ClassVar[int]
    ABC_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    gtins: _containers.RepeatedCompositeFieldContainer[ItemGtin]
    units: _containers.RepeatedCompositeFieldContainer[ItemUnit]
    kit: _containers.RepeatedCompositeFieldContainer[KitPart]
    non_stock: bool
    abc: AbcClass
    description: str
    def __init__(self, sku: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ..., gtins: _Optional[_Iterable[_Union[ItemGtin, _Mapping]]] = ..., units: _Optional[_Iterable[_Union[ItemUnit, _Mapping]]] = ..., kit: _Optional[_Iterable[_Union[KitPart, _Mapping]]] = ..., non_stock: _Optional[bool] = ..., abc: _Optional[_Union[AbcClass, str]] = ..., description: _Optional[str] = ...) -> None: ...

class RowError(_message.Message):
    __slots__ = ("row_number", "sku", "field", "message")
    ROW_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    row_number: int
    sku: str
    field: str
    message: str
    def __init__(self, row_number: _Optional[int] = ..., sku: _Optional[str] = ..., field: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class ItemMerge(_message.Message):
    __slots__ = ("sku", "into_sku")
    SKU_FIELD_NUMBER: _ClassVar[int]
    INTO_SKU_FIELD_NUMBER: _ClassVar[int]
    sku: str
    into_sku: str
    def __init__(self, sku: _Optional[str] = ..., into_sku: _Optional[str] = ...) -> None: ...

class ImportPart(_message.Message):
    __slots__ = ("part_number", "row_count", "digest")
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    part_number: int
    row_count: int
    digest: str
    def __init__(self, part_number: _Optional[int] = ..., row_count: _Optional[int] = ..., digest: _Optional[str] = ...) -> None: ...

class Import(_message.Message):
    __slots__ = ("import_id", "mode", "state", "row_count", "bad_row_count", "step", "step_count", "version", "item_count", "merge_count", "begun_at_ms", "committed_at_ms")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    BAD_ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    STEP_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    MERGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    BEGUN_AT_MS_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    mode: ImportMode
    state: ImportState
    row_count: int
    bad_row_count: int
    step: int
    step_count: int
    version: int
    item_count: int
    merge_count: int
    begun_at_ms: int
    committed_at_ms: int
    def __init__(self, import_id: _Optional[str] = ..., mode: _Optional[_Union[ImportMode, str]] = ..., state: _Optional[_Union[ImportState, str]] = ..., row_count: _Optional[int] = ..., bad_row_count: _Optional[int] = ..., step: _Optional[int] = ..., step_count: _Optional[int] = ..., version: _Optional[int] = ..., item_count: _Optional[int] = ..., merge_count: _Optional[int] = ..., begun_at_ms: _Optional[int] = ..., committed_at_ms: _Optional[int] = ...) -> None: ...

class BeginImportRequest(_message.Message):
    __slots__ = ("import_id", "mode")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    mode: ImportMode
    def __init__(self, import_id: _Optional[str] = ..., mode: _Optional[_Union[ImportMode, str]] = ...) -> None: ...

class BeginImportResponse(_message.Message):
    __slots__ = ("catalog_import",)
    CATALOG_IMPORT_FIELD_NUMBER: _ClassVar[int]
    catalog_import: Import
    def __init__(self, catalog_import: _Optional[_Union[Import, _Mapping]] = ...) -> None: ...

class ImportRow(_message.Message):
    __slots__ = ("row_number", "item", "unreadable")
    ROW_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    row_number: int
    item: Item
    unreadable: str
    def __init__(self, row_number: _Optional[int] = ..., item: _Optional[_Union[Item, _Mapping]] = ..., unreadable: _Optional[str] = ...) -> None: ...

class StageItemsRequest(_message.Message):
    __slots__ = ("import_id", "part_number", "digest", "rows")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    PART_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    part_number: int
    digest: str
    rows: _containers.RepeatedCompositeFieldContainer[ImportRow]
    def __init__(self, import_id: _Optional[str] = ..., part_number: _Optional[int] = ..., digest: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[ImportRow, _Mapping]]] = ...) -> None: ...

class StageItemsResponse(_message.Message):
    __slots__ = ("errors", "replayed")
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    errors: _containers.RepeatedCompositeFieldContainer[RowError]
    replayed: bool
    def __init__(self, errors: _Optional[_Iterable[_Union[RowError, _Mapping]]] = ..., replayed: _Optional[bool] = ...) -> None: ...

class CommitImportRequest(_message.Message):
    __slots__ = ("import_id", "part_count", "skip_bad_rows")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    PART_COUNT_FIELD_NUMBER: _ClassVar[int]
    SKIP_BAD_ROWS_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    part_count: int
    skip_bad_rows: bool
    def __init__(self, import_id: _Optional[str] = ..., part_count: _Optional[int] = ..., skip_bad_rows: _Optional[bool] = ...) -> None: ...

class CommitImportResponse(_message.Message):
    __slots__ = ("catalog_import", "errors", "merges")
    CATALOG_IMPORT_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    MERGES_FIELD_NUMBER: _ClassVar[int]
    catalog_import: Import
    errors: _containers.RepeatedCompositeFieldContainer[RowError]
    merges: _containers.RepeatedCompositeFieldContainer[ItemMerge]
    def __init__(self, catalog_import: _Optional[_Union[Import, _Mapping]] = ..., errors: _Optional[_Iterable[_Union[RowError, _Mapping]]] = ..., merges: _Optional[_Iterable[_Union[ItemMerge, _Mapping]]] = ...) -> None: ...

class AbortImportRequest(_message.Message):
    __slots__ = ("import_id",)
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    def __init__(self, import_id: _Optional[str] = ...) -> None: ...

class AbortImportResponse(_message.Message):
    __slots__ = ("catalog_import",)
    CATALOG_IMPORT_FIELD_NUMBER: _ClassVar[int]
    catalog_import: Import
    def __init__(self, catalog_import: _Optional[_Union[Import, _Mapping]] = ...) -> None: ...

class GetImportRequest(_message.Message):
    __slots__ = ("import_id", "include_parts")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_PARTS_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    include_parts: bool
    def __init__(self, import_id: _Optional[str] = ..., include_parts: _Optional[bool] = ...) -> None: ...

class GetImportResponse(_message.Message):
    __slots__ = ("catalog_import", "parts")
    CATALOG_IMPORT_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    catalog_import: Import
    parts: _containers.RepeatedCompositeFieldContainer[ImportPart]
    def __init__(self, catalog_import: _Optional[_Union[Import, _Mapping]] = ..., parts: _Optional[_Iterable[_Union[ImportPart, _Mapping]]] = ...) -> None: ...

class ListImportErrorsRequest(_message.Message):
    __slots__ = ("import_id", "page_size", "page_token")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    page_size: int
    page_token: str
    def __init__(self, import_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListImportErrorsResponse(_message.Message):
    __slots__ = ("errors", "next_page_token")
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    errors: _containers.RepeatedCompositeFieldContainer[RowError]
    next_page_token: str
    def __init__(self, errors: _Optional[_Iterable[_Union[RowError, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ResolveItemsRequest(_message.Message):
    __slots__ = ("identifiers",)
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    identifiers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, identifiers: _Optional[_Iterable[str]] = ...) -> None: ...

class ResolvedItem(_message.Message):
    __slots__ = ("identifier", "known", "sku", "unit", "factor", "gtin", "lot", "item")
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    GTIN_FIELD_NUMBER: _ClassVar[int]
    LOT_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    identifier: str
    known: bool
    sku: str
    unit: str
    factor: int
    gtin: str
    lot: str
    item: Item
    def __init__(self, identifier: _Optional[str] = ..., known: _Optional[bool] = ..., sku: _Optional[str] = ..., unit: _Optional[str] = ..., factor: _Optional[int] = ..., gtin: _Optional[str] = ..., lot: _Optional[str] = ..., item: _Optional[_Union[Item, _Mapping]] = ...) -> None: ...

class ResolveItemsResponse(_message.Message):
    __slots__ = ("version", "items")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    version: int
    items: _containers.RepeatedCompositeFieldContainer[ResolvedItem]
    def __init__(self, version: _Optional[int] = ..., items: _Optional[_Iterable[_Union[ResolvedItem, _Mapping]]] = ...) -> None: ...

class GetItemRequest(_message.Message):
    __slots__ = ("identifier",)
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    identifier: str
    def __init__(self, identifier: _Optional[str] = ...) -> None: ...

class GetItemResponse(_message.Message):
    __slots__ = ("version", "item")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    version: int
    item: Item
    def __init__(self, version: _Optional[int] = ..., item: _Optional[_Union[Item, _Mapping]] = ...) -> None: ...

class ListItemsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListItemsResponse(_message.Message):
    __slots__ = ("version", "items", "next_page_token", "item_count")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    version: int
    items: _containers.RepeatedCompositeFieldContainer[Item]
    next_page_token: str
    item_count: int
    def __init__(self, version: _Optional[int] = ..., items: _Optional[_Iterable[_Union[Item, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., item_count: _Optional[int] = ...) -> None: ...

class UnknownItem(_message.Message):
    __slots__ = ("identifier", "use_count", "first_at_ms", "last_at_ms", "last_system", "last_location_id")
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    USE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LAST_LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    identifier: str
    use_count: int
    first_at_ms: int
    last_at_ms: int
    last_system: str
    last_location_id: str
    def __init__(self, identifier: _Optional[str] = ..., use_count: _Optional[int] = ..., first_at_ms: _Optional[int] = ..., last_at_ms: _Optional[int] = ..., last_system: _Optional[str] = ..., last_location_id: _Optional[str] = ...) -> None: ...

class ListUnknownItemsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUnknownItemsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "unknown_count")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[UnknownItem]
    next_page_token: str
    unknown_count: int
    def __init__(self, items: _Optional[_Iterable[_Union[UnknownItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., unknown_count: _Optional[int] = ...) -> None: ...

class ForgetUnknownItemsRequest(_message.Message):
    __slots__ = ("identifiers", "all")
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    identifiers: _containers.RepeatedScalarFieldContainer[str]
    all: bool
    def __init__(self, identifiers: _Optional[_Iterable[str]] = ..., all: _Optional[bool] = ...) -> None: ...

class ForgetUnknownItemsResponse(_message.Message):
    __slots__ = ("forgotten_count",)
    FORGOTTEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    forgotten_count: int
    def __init__(self, forgotten_count: _Optional[int] = ...) -> None: ...
