"""What is expected, how far it has come, and what is overdue."""

from __future__ import annotations

import pytest

from gate_service.domain.cases import DocumentProgress
from gate_service.domain.errors import InvalidField
from gate_service.domain.replies import SkuUnits
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Reason
from tests.contract.state import ASKING, all_pages, read_cases
from tests.contract.world import World


async def test_what_comes_against_a_document_is_expected_no_more(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 10), ("2", "B", 4))
    reply = await at.receive(("A", 7), document_id="PO-1")
    assert reply.levels == (StockLevel("A", on_hand=7, incoming=3),)
    assert (reply.over, reply.open) == ((), (SkuUnits("A", 3), SkuUnits("B", 4)))
    assert sorted((await at.entries())[-1].changes) == [("A", "incoming", -7), ("A", "on_hand", 7)]


async def test_more_than_announced_is_taken_in_and_told(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 4))
    reply = await at.receive(("B", 6), ("A", 3), ("A", 4), ("X", 1), document_id="PO-1")
    assert reply.over == (SkuUnits("B", 2), SkuUnits("A", 2), SkuUnits("X", 1))
    assert reply.open == ()
    assert await at.level("A") == StockLevel("A", on_hand=7)
    reply = await at.receive(("A", 1), document_id="PO-1")
    assert reply.over == (SkuUnits("A", 1),), "only what came now"


async def test_the_last_receipt_closes_the_document_and_says_what_never_came(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 4))
    reply = await at.receive(("A", 3), document_id="PO-1", final=True)
    assert reply.open == (SkuUnits("A", 2), SkuUnits("B", 4))
    assert [(await at.level(sku)).incoming for sku in "AB"] == [0, 0]
    document = await at.document("PO-1")
    assert (document.closed, document.open) == (True, 0)
    assert (await at.cases()).expected == ()


async def test_what_comes_after_the_last_receipt_is_taken_in_all_the_same(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.receive(("A", 3), document_id="PO-1", final=True)
    reply = await at.receive(("A", 2), document_id="PO-1")
    assert (reply.levels, reply.over, reply.open) == ((StockLevel("A", on_hand=5),), (), ())


async def test_goods_that_come_before_their_paper_make_a_document_that_nobody_announced(at: World) -> None:
    at.act_as("", system="wms")
    reply = await at.receive(("B", 2), ("A", 3), document_id="PO-1")
    assert (reply.over, reply.open) == ((SkuUnits("B", 2), SkuUnits("A", 3)), ())
    document = await at.document("PO-1")
    assert (document.kind, document.version, document.system) == (DocumentKind.NONE, 0, "wms")
    assert document.created_at_ms == at.clock.now_ms
    assert document.progress == (DocumentProgress("A", 0, 3, 0), DocumentProgress("B", 0, 2, 0))


async def test_a_receipt_without_a_document_leaves_what_is_expected(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.receive(("A", 3))
    assert await at.level("A") == StockLevel("A", on_hand=3, incoming=5)


async def test_a_refused_receipt_leaves_its_document(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    too_much = [("A", 1_000_000_000)] * 1_001
    await at.refused(at.receive(*too_much, document_id="PO-1", final=True), Reason.QUANTITY_OVERFLOW)
    assert (await at.document("PO-1")).open == 5


async def test_what_is_expected_is_listed_the_earliest_first_and_the_undated_last(at: World) -> None:
    now = at.clock.now_ms
    for document_id, expected_at_ms in (("PO-3", 0), ("PO-2", now + 5), ("PO-1", now + 5), ("PO-4", now - 5)):
        await at.announce(document_id, ("1", "A", 1), expected_at_ms=expected_at_ms)
    await at.announce("PO-5", ("1", "A", 1), expected_at_ms=now)
    await at.receive(("A", 1), document_id="PO-5")
    expected = (await at.cases()).expected
    assert [document.document_id for document in expected] == ["PO-4", "PO-1", "PO-2", "PO-3"]
    assert (await read_cases(at.ledger, at.location_id, page_size=1)).expected == expected
    assert (await read_cases(at.ledger, at.location_id, page_size=2)).expected == expected


async def test_what_should_have_come_and_did_not_is_overdue_from_its_very_millisecond(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 1), expected_at_ms=at.clock.now_ms + 5)
    await at.announce("PO-2", ("1", "A", 1))

    async def overdue() -> list[str]:
        pages = await all_pages(
            lambda token: at.ledger.expected(at.location_id, 10, token, ASKING, overdue_only=True),
            lambda page: page.documents,
        )
        return [document.document_id for document in pages]

    at.clock.advance(4)
    assert await overdue() == []
    at.clock.advance(1)
    assert await overdue() == ["PO-1"]
    answer = await at.ledger.document(at.location_id, "PO-1", ASKING)
    assert answer.document.overdue(answer.at_ms)
    assert (answer.revision, answer.at_ms) == (2, at.clock.now_ms)
    await at.receive(("A", 1), document_id="PO-1")
    assert await overdue() == []


async def test_an_amended_time_moves_the_document_in_the_list(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 1), expected_at_ms=5)
    await at.announce("PO-2", ("1", "A", 1), expected_at_ms=6)
    await at.amend("PO-1", ("1", "A", 1), version=2, expected_at_ms=7)
    assert [document.document_id for document in (await at.cases()).expected] == ["PO-2", "PO-1"]


async def test_a_document_nobody_told_of_is_not_found(at: World) -> None:
    await at.refused(at.ledger.document(at.location_id, "PO-1", ASKING), Reason.UNKNOWN_LOCATION)
    await at.receive(("A", 1))
    await at.refused(at.ledger.document(at.location_id, "PO-1", ASKING), Reason.DOCUMENT_NOT_FOUND)


async def test_a_page_token_that_no_page_gave_is_no_page(at: World) -> None:
    await at.receive(("A", 1))
    asked = (at.location_id, 10, "?", ASKING)
    for asking in (
        at.ledger.expected(*asked, overdue_only=False),
        at.ledger.unmatched_shipments(*asked),
        at.ledger.stock_holds(*asked),
        at.ledger.proposals(*asked),
        at.ledger.quotas(*asked),
        at.ledger.deliveries(*asked),
        at.ledger.shortages(at.location_id, {}, 10, "?", ASKING),
    ):
        with pytest.raises(InvalidField):
            await asking
