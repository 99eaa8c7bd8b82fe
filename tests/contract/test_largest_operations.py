"""The largest operations that the bounds let through are whole, as small ones are: one entry, and all of it written."""

from __future__ import annotations

import asyncio

import pytest

from gate_service.domain.limits import STOCK_LINES_MAX
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Reason
from tests.contract.world import World
from tests.model.merges import DOCUMENTS_MAX

pytestmark = pytest.mark.timeout(300)
OLD = [f"OLD-{number:04d}" for number in range(STOCK_LINES_MAX)]
NEW = [f"NEW-{number:04d}" for number in range(STOCK_LINES_MAX)]


async def test_a_receipt_may_close_a_document_of_as_many_other_skus(at: World) -> None:
    await at.announce("PO-1", *[(sku, sku, 1) for sku in OLD])
    reply = await at.receive(*[(sku, 1) for sku in NEW], document_id="PO-1", final=True)
    assert len(reply.open) == STOCK_LINES_MAX
    stock = (await at.state()).stock
    assert sum(level.on_hand for level in stock.values()) == STOCK_LINES_MAX
    assert sum(level.incoming for level in stock.values()) == 0
    assert await at.revision() == 2


async def test_a_document_may_change_to_as_many_other_skus(at: World) -> None:
    await at.announce("PO-1", *[(sku, sku, 1) for sku in OLD])
    await at.amend("PO-1", *[(sku, sku, 2) for sku in NEW], version=2)
    stock = (await at.state()).stock
    assert {sku for sku, level in stock.items() if level.incoming} == set(NEW)
    assert await at.revision() == 2


async def test_a_merge_may_take_two_thousand_orders_along_and_no_more(at: World) -> None:
    await at.receive(("A", 10_000), ("B", 1))
    for number in range(2_000):
        await at.reserve(f"O-{number}", ("1", "A", 1))
    await at.reserve("O-other", ("1", "B", 1))
    assert (await at.merge("A", "C")).level.committed == 2_000
    await at.reserve("O-last", ("1", "C", 1))
    await at.refused(at.merge("C", "B"), Reason.MERGE_TOO_LARGE)
    assert (await at.level("C")).committed == 2_001


async def test_a_sku_that_too_many_open_documents_name_is_not_merged(at: World) -> None:
    await at.receive(("A", 1), ("B", 1))
    await at.announce("B", ("B", "A", 1))  # names only that are spelt as the SKU is
    papers = [at.announce(f"PO-{number}", ("1", "B", 1)) for number in range(DOCUMENTS_MAX)]
    for first in range(0, len(papers), 500):
        await asyncio.gather(*papers[first : first + 500])
    await at.announce("PO-instead", ("1", "A", 1))
    await at.receive(("B", 1), document_id="PO-instead")
    no = await at.refused(at.merge("B", "A"), Reason.MERGE_TOO_LARGE)
    assert (no.applied.revision, no.violations) == (await at.revision(), ())
    assert (await at.level("B")).incoming == DOCUMENTS_MAX
    await at.receive(("B", 1), document_id="PO-7")
    assert (await at.merge("B", "A")).level == StockLevel("A", on_hand=4, incoming=DOCUMENTS_MAX)
