"""The journal of a location.

Generated from calls/ledger.py by scripts/generate_sdk.py. Do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls, pages_from_async
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2

ENTRIES_PAGE_SIZE = 1_000
"""Entries that the iterator asks for at once: as many as the contract allows, for fewer round trips."""


class AsyncLedgerCalls(AsyncCalls):
    """LedgerService."""

    async def list_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 0,
        page_size: int = 0,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> ledger_pb2.ListEntriesResponse:
        """Give a page of the ledger, up to page_size entries (0: 100, at most 1,000). Raises NotFound."""
        request = ledger_pb2.ListEntriesRequest(
            location_id=location_id,
            from_revision=from_revision,
            page_size=page_size,
            include_canonical=include_canonical,
        )
        return await self._ask(rpcs.LIST_ENTRIES, request, timeout_s)

    async def iter_entries(
        self,
        location_id: str,
        *,
        from_revision: int = 1,
        include_canonical: bool = False,
        timeout_s: float | None = None,
    ) -> AsyncIterator[ledger_pb2.LedgerEntry]:
        """Give every entry from a revision to the newest; `timeout_s` is that of each page. Raises as list_entries."""
        async for page in pages_from_async(
            lambda revision: self.list_entries(
                location_id,
                from_revision=revision,
                page_size=ENTRIES_PAGE_SIZE,
                include_canonical=include_canonical,
                timeout_s=timeout_s,
            ),
            from_revision,
        ):
            for one in page.entries:
                yield one
