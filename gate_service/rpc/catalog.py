"""fulfillment_gate.v1.CatalogService: items as they are imported, and what identifiers mean."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Final

from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb
from gate_service.app.items.imports import Imports
from gate_service.app.items.lookup import Catalog
from gate_service.app.items.unknown import UnknownItems
from gate_service.app.ports import Call
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.imports import (
    DIGEST_MAX_LENGTH,
    PART_ROWS_MAX,
    PARTS_MAX,
    ROW_NUMBER_MAX,
    UNREADABLE_MAX_LENGTH,
    Import,
    ImportMode,
    ImportState,
    Row,
    RowError,
)
from gate_service.domain.item_rules import Draft, ItemError, checked
from gate_service.domain.items import IDENTIFIER_MAX_LENGTH, Codes, Item, Resolved
from gate_service.domain.vocabulary import Reason
from gate_service.rpc.fields import EnumField, count, ident, integer, text
from gate_service.rpc.reading import may_be_known

LIST_MAX: Final = 1_000
LIST_ITEMS_DEFAULT: Final = 500
LIST_UNKNOWN_DEFAULT: Final = 100
_ROWS_AT_ONCE: Final = 100
"""Rows that are checked before whoever else waits has a turn."""
_MODE = EnumField(catalog_pb.ImportMode, "IMPORT_MODE_", ImportMode)
_STATE = EnumField(catalog_pb.ImportState, "IMPORT_STATE_", ImportState)
_ABC: Final = {number: name.removeprefix("ABC_CLASS_") for name, number in catalog_pb.AbcClass.items()} | {0: ""}
_ABC_NUMBERS: Final = {name: number for number, name in _ABC.items()}


class CatalogService:
    """Each method checks its request, asks the use case, and encodes the answer."""

    def __init__(self, catalog: Catalog, imports: Imports, unknown: UnknownItems, codes: Codes) -> None:
        """Keep the use cases."""
        self._catalog = catalog
        self._imports = imports
        self._unknown = unknown
        self._codes = codes

    async def begin_import(self, request: catalog_pb.BeginImportRequest, call: Call) -> catalog_pb.BeginImportResponse:
        """Open an import."""
        del call
        mode = _MODE.word(request.mode, "mode")
        found = await self._imports.begin(ident(request.import_id, "import_id"), mode)
        return catalog_pb.BeginImportResponse(catalog_import=_import(found))

    async def stage_items(self, request: catalog_pb.StageItemsRequest, call: Call) -> catalog_pb.StageItemsResponse:
        """Stage a part of it."""
        del call
        import_id = ident(request.import_id, "import_id")
        part_number = integer(request.part_number, "part_number", 1, PARTS_MAX)
        count(request.rows, "rows", 1, PART_ROWS_MAX)
        digest = text(request.digest, "digest", DIGEST_MAX_LENGTH) or _digest(request.rows)
        rows: list[Row | RowError] = []
        for place, row in enumerate(request.rows):
            rows.append(self._row(row, place))
            if place % _ROWS_AT_ONCE == _ROWS_AT_ONCE - 1:
                await asyncio.sleep(0)
        errors, replayed = await self._imports.stage(import_id, part_number, digest, rows)
        return catalog_pb.StageItemsResponse(errors=map(_error, errors), replayed=replayed)

    async def commit_import(
        self, request: catalog_pb.CommitImportRequest, call: Call
    ) -> catalog_pb.CommitImportResponse:
        """Put it in force."""
        import_id = ident(request.import_id, "import_id")
        part_count = integer(request.part_count, "part_count", 1, PARTS_MAX)
        found = await self._imports.commit(import_id, part_count, call, skip_bad_rows=request.skip_bad_rows)
        ended = found.state is not ImportState.COMMITTING
        errors = await self._imports.first_errors(import_id) if ended else []
        merges = await self._imports.merges(import_id) if ended else []
        return catalog_pb.CommitImportResponse(
            catalog_import=_import(found),
            errors=map(_error, errors),
            merges=[catalog_pb.ItemMerge(**merge._asdict()) for merge in merges],
        )

    async def abort_import(self, request: catalog_pb.AbortImportRequest, call: Call) -> catalog_pb.AbortImportResponse:
        """Throw it away."""
        del call
        found = await self._imports.abort(ident(request.import_id, "import_id"))
        return catalog_pb.AbortImportResponse(catalog_import=_import(found))

    async def get_import(self, request: catalog_pb.GetImportRequest, call: Call) -> catalog_pb.GetImportResponse:
        """Give it as it stands."""
        del call
        import_id = ident(request.import_id, "import_id")
        found = await self._imports.load(import_id)
        parts = await self._imports.parts(import_id) if request.include_parts else []
        return catalog_pb.GetImportResponse(
            catalog_import=_import(found), parts=[catalog_pb.ImportPart(**part._asdict()) for part in parts]
        )

    async def list_import_errors(
        self, request: catalog_pb.ListImportErrorsRequest, call: Call
    ) -> catalog_pb.ListImportErrorsResponse:
        """Give the rows of it that are wrong."""
        del call
        found = await self._imports.load(ident(request.import_id, "import_id"))
        size = integer(request.page_size, "page_size", 0, LIST_MAX) or LIST_MAX
        errors, after = await self._imports.errors(found.import_id, _number(request.page_token), size)
        return catalog_pb.ListImportErrorsResponse(
            errors=map(_error, errors), next_page_token=str(after) if after else ""
        )

    async def resolve_items(
        self, request: catalog_pb.ResolveItemsRequest, call: Call
    ) -> catalog_pb.ResolveItemsResponse:
        """Say what identifiers mean."""
        del call
        count(request.identifiers, "identifiers", 1, LIST_MAX)
        for place, identifier in enumerate(request.identifiers):
            _identifier(identifier, f"identifiers[{place}]")
        meant = await self._catalog.resolve({*request.identifiers})
        return catalog_pb.ResolveItemsResponse(
            version=self._catalog.version,
            items=[_resolved(identifier, meant.get(identifier)) for identifier in request.identifiers],
        )

    async def get_item(self, request: catalog_pb.GetItemRequest, call: Call) -> catalog_pb.GetItemResponse:
        """Give one item."""
        del call
        identifier = _identifier(request.identifier, "identifier")
        item = await self._catalog.item(identifier)
        if item is None:
            why = f"the catalog does not know {identifier!a}" if self._catalog.version else "there is no catalog yet"
            raise Refused(Reason.UNKNOWN_ITEM, why, {"identifier": identifier})
        return catalog_pb.GetItemResponse(version=self._catalog.version, item=_item(item))

    async def list_items(self, request: catalog_pb.ListItemsRequest, call: Call) -> catalog_pb.ListItemsResponse:
        """Give a page of all items."""
        del call
        size = integer(request.page_size, "page_size", 0, LIST_MAX) or LIST_ITEMS_DEFAULT
        page = await self._catalog.page(request.page_token, size)
        return catalog_pb.ListItemsResponse(
            version=self._catalog.version,
            items=map(_item, page.items),
            next_page_token=page.next_token,
            item_count=self._catalog.item_count,
        )

    async def list_unknown_items(
        self, request: catalog_pb.ListUnknownItemsRequest, call: Call
    ) -> catalog_pb.ListUnknownItemsResponse:
        """Give a page of what nobody knows."""
        del call
        size = integer(request.page_size, "page_size", 0, LIST_MAX) or LIST_UNKNOWN_DEFAULT
        offset = _number(request.page_token)
        items, total = await self._unknown.page(offset, size)
        return catalog_pb.ListUnknownItemsResponse(
            items=[catalog_pb.UnknownItem(**item._asdict()) for item in items],
            next_page_token=str(offset + size) if offset + size < total else "",
            unknown_count=total,
        )

    async def forget_unknown_items(
        self, request: catalog_pb.ForgetUnknownItemsRequest, call: Call
    ) -> catalog_pb.ForgetUnknownItemsResponse:
        """Take some off that list, or all."""
        del call
        if request.all and request.identifiers:
            raise InvalidField("identifiers", "must be empty with `all`")
        if not request.all:
            count(request.identifiers, "identifiers", 1, LIST_MAX)
        forgotten = await self._unknown.forget(None if request.all else [*request.identifiers])
        return catalog_pb.ForgetUnknownItemsResponse(forgotten_count=forgotten)

    def _row(self, row: catalog_pb.ImportRow, place: int) -> Row | RowError:
        """Check a row; what is wrong with its item is the row's matter, and not the call's."""
        number = integer(row.row_number, f"rows[{place}].row_number", 0, ROW_NUMBER_MAX)
        unreadable = text(row.unreadable, f"rows[{place}].unreadable", UNREADABLE_MAX_LENGTH)
        if unreadable:
            return RowError(number, _told(row.item.sku), "", unreadable)
        try:
            return Row(number, checked(_draft(row.item), self._codes))
        except ItemError as error:
            return RowError(number, _told(row.item.sku), error.field, error.why)


def _draft(item: catalog_pb.Item) -> Draft:
    return Draft(
        item.sku,
        item.aliases,
        [(gtin.gtin, gtin.unit) for gtin in item.gtins],
        [(unit.unit, unit.factor) for unit in item.units],
        [(part.sku, part.quantity) for part in item.kit],
        not item.non_stock,
        _ABC.get(item.abc, str(item.abc)),
        item.description,
    )


def _item(item: Item) -> catalog_pb.Item:
    return catalog_pb.Item(
        sku=item.sku,
        aliases=item.aliases,
        gtins=[catalog_pb.ItemGtin(gtin=gtin, unit=unit) for gtin, unit in item.gtins.items()],
        units=[catalog_pb.ItemUnit(unit=unit, factor=factor) for unit, factor in item.units.items()],
        kit=[catalog_pb.KitPart(sku=part.sku, quantity=part.quantity) for part in item.kit],
        non_stock=not item.stocked,
        abc=_ABC_NUMBERS[item.abc],  # type: ignore[arg-type]  # a number of the enum
        description=item.description,
    )


def _import(found: Import) -> catalog_pb.Import:
    return catalog_pb.Import(
        import_id=found.import_id,
        mode=_MODE.number(found.mode),
        state=_STATE.number(found.state),
        row_count=found.row_count,
        bad_row_count=found.bad_row_count,
        step=found.step,
        step_count=found.step_count,
        version=found.version,
        item_count=found.item_count,
        merge_count=found.merge_count,
        begun_at_ms=found.begun_at_ms,
        committed_at_ms=found.committed_at_ms,
    )


def _resolved(identifier: str, meant: Resolved | None) -> catalog_pb.ResolvedItem:
    if meant is None:
        return catalog_pb.ResolvedItem(identifier=identifier)
    return catalog_pb.ResolvedItem(
        identifier=identifier,
        known=True,
        sku=meant.sku,
        unit=meant.unit,
        factor=meant.factor,
        gtin=meant.gtin,
        lot=meant.lot,
        item=_item(meant.item) if meant.item else None,
    )


def _error(error: RowError) -> catalog_pb.RowError:
    return catalog_pb.RowError(**error._asdict())


def _digest(rows: Sequence[catalog_pb.ImportRow]) -> str:
    """Make a fingerprint of a part whose caller gave none."""
    found = hashlib.sha256()
    for row in rows:
        written = row.SerializeToString(deterministic=True)
        found.update(len(written).to_bytes(4, "big") + written)
    return found.hexdigest()


def _identifier(value: str, path: str) -> str:
    if not may_be_known(value):
        raise InvalidField(path, f"must be 1 to {IDENTIFIER_MAX_LENGTH} printable characters, or what a scanner sent")
    return value


def _number(token: str) -> int:
    """Read a token that is a number; "" is the first page."""
    if token and not (token.isascii() and token.isdigit() and len(token) <= 12):  # noqa: PLR2004 - far beyond any place
        raise InvalidField("page_token", "must be the next_page_token of the page before, or empty")
    return int(token or 0)


def _told(sku: str) -> str:
    """Show a SKU that may be wrong, never at length nor with control characters."""
    shown = sku[:IDENTIFIER_MAX_LENGTH]
    return shown if shown.isprintable() else ascii(shown)
