"""Going through an index of records, page by page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from gate_service.app.reconcile.ports import Collection, Kept, Records

_PAGE: Final = 400
"""Records read at once: few round trips, and no answer of the store so long that others wait for it."""


async def every(
    records: Records, collection: Collection, index: str, *, descending: bool = False
) -> AsyncGenerator[Kept, None]:
    """Give the records of an index by (score, name), as they stand when their page is read. Raises `Unavailable`."""
    token = ""
    while True:
        page = await records.page(collection, index, _PAGE, token, descending=descending)
        for kept in page.records:
            yield kept
        token = page.next_token
        if not token:
            return
