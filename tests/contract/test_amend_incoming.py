"""amend_incoming: the newest version of a document counts, whichever comes first."""

from __future__ import annotations

import itertools

import pytest

from gate_service.domain.cases import DocumentProgress
from gate_service.domain.limits import QUANTITY_MAX
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Reason
from tests.contract.world import World


async def test_an_amendment_says_what_the_whole_document_is_now(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 2))
    reply = await at.amend("PO-1", ("1", "A", 3), version=2)
    assert (reply.superseded, reply.version) == (False, 2)
    assert reply.levels == (StockLevel("A", incoming=3), StockLevel("B"))


async def test_an_amendment_without_lines_cancels_the_document(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    reply = await at.amend("PO-1", version=2)
    assert reply.levels == (StockLevel("A"),)
    assert (await at.cases()).expected == ()


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
async def test_two_amendments_and_their_announcement_come_to_the_newest_in_any_order(
    at: World, order: tuple[int, ...]
) -> None:
    quantities = {1: 5, 2: 9, 3: 7}
    for version in order:
        tell = at.announce if version == 1 else at.amend
        await tell("PO-1", ("1", "A", quantities[version]), version=version)
    assert (await at.level("A")).incoming == 7
    assert (await at.document("PO-1")).version == 3


async def test_an_amendment_may_come_before_anything_else_and_opens_the_location(at: World) -> None:
    reply = await at.amend("PO-1", ("1", "A", 3), version=2)
    assert reply.levels == (StockLevel("A", incoming=3),)
    assert (await at.announce("PO-1", ("1", "A", 5))).superseded is True


async def test_the_same_version_told_again_changes_nothing_and_another_content_is_refused(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.amend("PO-1", ("1", "A", 3), version=2)
    assert (await at.amend("PO-1", ("1", "A", 3), version=2)).superseded is False
    await at.refuses(at.amend("PO-1", ("1", "A", 4), version=2), Reason.DOCUMENT_VERSION_REUSED)
    await at.refuses(at.amend("PO-1", version=2), Reason.DOCUMENT_VERSION_REUSED)


async def test_what_came_already_stays_counted(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 5))
    await at.receive(("A", 4), ("B", 4), document_id="PO-1")
    reply = await at.amend("PO-1", ("1", "A", 9), ("2", "B", 3), version=2)
    assert reply.levels == (StockLevel("A", on_hand=4, incoming=5), StockLevel("B", on_hand=4))
    progress = (DocumentProgress("A", 9, 4, 5), DocumentProgress("B", 3, 4, 0))
    assert (await at.document("PO-1")).progress == progress


async def test_an_amendment_opens_a_closed_document_again(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.receive(("A", 2), document_id="PO-1", final=True)
    assert (await at.level("A")).incoming == 0
    reply = await at.amend("PO-1", ("1", "A", 6), version=2)
    assert reply.levels == (StockLevel("A", on_hand=2, incoming=4),)
    assert (await at.document("PO-1")).closed is False


async def test_an_amendment_moves_the_time_and_the_kind_but_not_the_origin(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), from_location_id="DC-7")
    await at.amend("PO-1", ("1", "A", 5), version=2, expected_at_ms=77, kind=DocumentKind.ASN)
    document = await at.document("PO-1")
    assert (document.expected_at_ms, document.kind, document.from_location_id) == (77, DocumentKind.ASN, "DC-7")


async def test_more_than_a_bucket_holds_is_refused(at: World) -> None:
    lines = tuple((str(number), "A", QUANTITY_MAX) for number in range(1_000))
    await at.announce("PO-1", *lines)
    await at.announce("PO-2", ("1", "B", 1))
    asking = at.amend("PO-2", ("1", "B", 1), ("2", "A", 1), version=2)
    await at.refuses(asking, Reason.QUANTITY_OVERFLOW, ("2", "A", 1, 0))
