"""The catalog: which codes mean which item, and how it is imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, pages
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb2

CATALOG_PAGE_SIZE = 1_000
"""Rows that the iterators ask for at once: as many as the contract allows, for fewer round trips."""


class CatalogCalls(Calls):
    """CatalogService. Its mutations need no operation_id: import_id and part_number make them safe to repeat."""

    def begin_import(
        self, import_id: str, *, mode: catalog_pb2.ImportMode, timeout_s: float | None = None
    ) -> catalog_pb2.BeginImportResponse:
        """Begin an import, or find the one that was begun under this name."""
        request = catalog_pb2.BeginImportRequest(import_id=import_id, mode=mode)
        return self._ask(rpcs.BEGIN_IMPORT, request, timeout_s)

    def stage_items(
        self,
        import_id: str,
        part_number: int,
        rows: Iterable[catalog_pb2.ImportRow],
        *,
        digest: str = "",
        timeout_s: float | None = None,
    ) -> catalog_pb2.StageItemsResponse:
        """Stage a part of an import, 1 to 1,000 rows; `errors` are its rows that are wrong in themselves."""
        request = catalog_pb2.StageItemsRequest(import_id=import_id, part_number=part_number, digest=digest, rows=rows)
        return self._ask(rpcs.STAGE_ITEMS, request, timeout_s)

    def commit_import(
        self, import_id: str, part_count: int, *, skip_bad_rows: bool = False, timeout_s: float | None = None
    ) -> catalog_pb2.CommitImportResponse:
        """Put an import of so many parts in force, whole or (`skip_bad_rows`) without its rows that are wrong.

        A large one takes longer than a call: while its state is COMMITTING, the same call again waits on.
        """
        request = catalog_pb2.CommitImportRequest(
            import_id=import_id, part_count=part_count, skip_bad_rows=skip_bad_rows
        )
        return self._ask(rpcs.COMMIT_IMPORT, request, timeout_s)

    def abort_import(self, import_id: str, *, timeout_s: float | None = None) -> catalog_pb2.AbortImportResponse:
        """Throw away what was staged; an import that is in force stays in force."""
        return self._ask(rpcs.ABORT_IMPORT, catalog_pb2.AbortImportRequest(import_id=import_id), timeout_s)

    def get_import(
        self, import_id: str, *, include_parts: bool = False, timeout_s: float | None = None
    ) -> catalog_pb2.GetImportResponse:
        """Tell where an import stands, on request with the parts that are staged."""
        request = catalog_pb2.GetImportRequest(import_id=import_id, include_parts=include_parts)
        return self._ask(rpcs.GET_IMPORT, request, timeout_s)

    def list_import_errors(
        self, import_id: str, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> catalog_pb2.ListImportErrorsResponse:
        """Give a page of the rows of an import that are wrong, by row number, up to page_size (0: 1,000)."""
        request = catalog_pb2.ListImportErrorsRequest(import_id=import_id, page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_IMPORT_ERRORS, request, timeout_s)

    def iter_import_errors(self, import_id: str, *, timeout_s: float | None = None) -> Iterator[catalog_pb2.RowError]:
        """Give every row of an import that is wrong, page by page as they are wanted; `timeout_s` is for each page."""
        for page in pages(lambda token: self.list_import_errors(import_id, page_token=token, timeout_s=timeout_s)):
            yield from page.errors

    def resolve_items(
        self, identifiers: Iterable[str], *, timeout_s: float | None = None
    ) -> catalog_pb2.ResolveItemsResponse:
        """Tell what 1 to 1,000 SKUs, aliases, GTINs or scanned element strings mean. Not to be known is an answer."""
        return self._ask(rpcs.RESOLVE_ITEMS, catalog_pb2.ResolveItemsRequest(identifiers=identifiers), timeout_s)

    def get_item(self, identifier: str, *, timeout_s: float | None = None) -> catalog_pb2.GetItemResponse:
        """Give one item, by any of its identifiers. Raises NotFound (UNKNOWN_ITEM)."""
        return self._ask(rpcs.GET_ITEM, catalog_pb2.GetItemRequest(identifier=identifier), timeout_s)

    def list_items(
        self, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> catalog_pb2.ListItemsResponse:
        """Give a page of all items, in no particular order, about page_size of them (0: 500, at most 1,000)."""
        request = catalog_pb2.ListItemsRequest(page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_ITEMS, request, timeout_s)

    def iter_items(self, *, timeout_s: float | None = None) -> Iterator[catalog_pb2.Item]:
        """Give every item, page by page as they are wanted; `timeout_s` is for each page.

        Raises InvalidArgument where another import came into force in between.
        """
        for page in pages(
            lambda token: self.list_items(page_size=CATALOG_PAGE_SIZE, page_token=token, timeout_s=timeout_s)
        ):
            yield from page.items

    def list_unknown_items(
        self, *, page_size: int = 0, page_token: str = "", timeout_s: float | None = None
    ) -> catalog_pb2.ListUnknownItemsResponse:
        """Give a page of the identifiers that were used and nobody knows, the most repeated first.

        Up to page_size (0: 100, at most 1,000).
        """
        request = catalog_pb2.ListUnknownItemsRequest(page_size=page_size, page_token=page_token)
        return self._ask(rpcs.LIST_UNKNOWN_ITEMS, request, timeout_s)

    def iter_unknown_items(self, *, timeout_s: float | None = None) -> Iterator[catalog_pb2.UnknownItem]:
        """Give every identifier that nobody knows, page by page as they are wanted; `timeout_s` is for each page."""
        for page in pages(
            lambda token: self.list_unknown_items(page_size=CATALOG_PAGE_SIZE, page_token=token, timeout_s=timeout_s)
        ):
            yield from page.items

    def forget_unknown_items(
        self, identifiers: Iterable[str] = (), *, everything: bool = False, timeout_s: float | None = None
    ) -> catalog_pb2.ForgetUnknownItemsResponse:
        """Take 1 to 1,000 identifiers off that list, or everything that is on it."""
        request = catalog_pb2.ForgetUnknownItemsRequest(identifiers=identifiers, all=everything)
        return self._ask(rpcs.FORGET_UNKNOWN_ITEMS, request, timeout_s)
