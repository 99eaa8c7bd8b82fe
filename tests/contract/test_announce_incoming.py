"""announce_incoming: goods will come, by a document that is counted once, whoever tells of it first."""

from __future__ import annotations

from gate_service.domain.cases import Document, DocumentProgress
from gate_service.domain.limits import BUCKET_MAX, QUANTITY_MAX
from gate_service.domain.replies import AnnounceIncomingReply, Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, DocumentKind, OperationKind, Reason
from tests.contract.state import ASKING
from tests.contract.world import World


async def test_an_announcement_opens_its_location_and_its_skus(at: World) -> None:
    reply = await at.announce("PO-1", ("1", "A", 5), ("2", "B", 1), ("3", "A", 2))
    levels = (StockLevel("A", incoming=7), StockLevel("B", incoming=1))
    applied = Applied(1, at.clock.now_ms, replayed=False)
    assert reply == AnnounceIncomingReply(applied, superseded=False, version=1, levels=levels)
    assert await at.ledger.locations(ASKING) == [at.location_id]
    assert (await at.entries())[0].changes == (("A", Bucket.INCOMING, 7), ("B", Bucket.INCOMING, 1))


async def test_what_is_announced_can_neither_be_promised_nor_picked(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    assert (await at.offer("A")).promise == 0
    await at.refuses(at.reserve("O-1", ("1", "A", 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", 1, 0))


async def test_a_document_tells_who_announced_what_and_when(at: World) -> None:
    at.act_as("", system="netsuite")
    await at.announce(
        "T-1",
        ("1", "B", 5),
        ("2", "A", 1),
        version=3,
        expected_at_ms=at.clock.now_ms + 9,
        kind=DocumentKind.TRANSFER,
        from_location_id="DC-7",
    )
    assert await at.document("T-1") == Document(
        document_id="T-1",
        kind=DocumentKind.TRANSFER,
        version=3,
        expected_at_ms=at.clock.now_ms + 9,
        from_location_id="DC-7",
        closed=False,
        progress=(DocumentProgress("A", 1, 0, 1), DocumentProgress("B", 5, 0, 5)),
        system="netsuite",
        created_at_ms=at.clock.now_ms,
    )
    assert (await at.entries())[0].document_id == "T-1"


async def test_the_same_version_told_twice_is_expected_once(at: World) -> None:
    first = await at.announce("PO-1", ("1", "A", 5))
    again = await at.announce("PO-1", ("1", "A", 5))
    assert again == first._replace(applied=first.applied._replace(revision=2))
    assert await at.level("A") == StockLevel("A", incoming=5)
    assert (await at.entries())[-1].changes == ()


async def test_the_same_version_with_another_content_is_refused(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.refuses(at.announce("PO-1", ("1", "A", 6)), Reason.DOCUMENT_VERSION_REUSED)
    await at.refuses(at.announce("PO-1", ("2", "A", 5)), Reason.DOCUMENT_VERSION_REUSED)
    await at.refuses(at.announce("PO-1", ("1", "A", 5), expected_at_ms=9), Reason.DOCUMENT_VERSION_REUSED)
    await at.refuses(at.announce("PO-1", ("1", "A", 5), kind=DocumentKind.ASN), Reason.DOCUMENT_VERSION_REUSED)


async def test_an_older_version_changes_nothing_and_is_told_the_one_that_counts(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), version=3)
    before = await at.state()
    reply = await at.announce("PO-1", ("1", "A", 9), ("2", "X", 1), version=2)
    assert (reply.superseded, reply.version, reply.levels) == (True, 3, (StockLevel("A", incoming=5),))
    assert await at.state() == before


async def test_a_newer_version_takes_the_place_of_the_older_one(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5), ("2", "B", 2))
    reply = await at.announce("PO-1", ("1", "C", 3), ("2", "A", 4), version=2)
    assert [level.sku for level in reply.levels] == ["C", "A", "B"]
    assert [level.incoming for level in reply.levels] == [3, 4, 0]


async def test_a_document_has_one_name_at_each_location(at: World) -> None:
    there = World(at.ledger, at.clock, "DC-2")
    await at.announce("PO-1", ("1", "A", 5))
    await there.announce("PO-1", ("1", "A", 7))
    assert (await at.level("A"), await there.level("A")) == (StockLevel("A", incoming=5), StockLevel("A", incoming=7))


async def test_documents_add_up(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.announce("PO-2", ("1", "A", 7))
    assert (await at.level("A")).incoming == 12


async def test_more_than_a_bucket_holds_is_refused_line_by_line(at: World) -> None:
    lines = tuple((str(number), "A", QUANTITY_MAX) for number in range(999))
    await at.announce("PO-1", *lines)
    asked = [("1", "A", QUANTITY_MAX), ("2", "B", 1), ("3", "A", QUANTITY_MAX)]
    await at.refuses(
        at.announce("PO-2", *asked),
        Reason.QUANTITY_OVERFLOW,
        ("1", "A", 2 * QUANTITY_MAX, QUANTITY_MAX),
        ("3", "A", 2 * QUANTITY_MAX, QUANTITY_MAX),
    )
    assert (await at.announce("PO-2", asked[0])).levels[0].incoming == BUCKET_MAX
    reply = await at.announce("PO-1", *lines, version=2)
    assert reply.levels[0].incoming == BUCKET_MAX, "its own units are not counted twice"


async def test_a_refused_first_announcement_opens_the_location_but_not_its_skus(at: World) -> None:
    lines = tuple((str(number), "A", QUANTITY_MAX) for number in range(1_001))
    await at.refused(at.announce("PO-1", *lines), Reason.QUANTITY_OVERFLOW)
    assert await at.revision() == 1
    assert (await at.state()).stock == {}
    await at.refused(at.document("PO-1"), Reason.DOCUMENT_NOT_FOUND)


async def test_an_announcement_does_not_open_a_closed_document(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    await at.receive(("A", 2), document_id="PO-1", final=True)
    reply = await at.announce("PO-1", ("1", "A", 9), version=2)
    assert reply.levels == (StockLevel("A", on_hand=2),)
    document = await at.document("PO-1")
    assert (document.closed, document.version, document.progress) == (True, 2, (DocumentProgress("A", 9, 2, 0),))


async def test_goods_that_came_first_are_not_expected_any_more(at: World) -> None:
    at.act_as("", system="wms")
    await at.receive(("A", 3), document_id="PO-1")
    at.clock.advance(5)
    at.act_as("", system="netsuite")
    reply = await at.announce("PO-1", ("1", "A", 5))
    assert reply.levels == (StockLevel("A", on_hand=3, incoming=2),)
    document = await at.document("PO-1")
    assert (document.system, document.created_at_ms) == ("netsuite", at.clock.now_ms - 5)
    assert document.progress == (DocumentProgress("A", 5, 3, 2),)


async def test_a_later_version_leaves_the_document_to_the_system_that_announced_it(at: World) -> None:
    at.act_as("", system="netsuite")
    await at.announce("PO-1", ("1", "A", 5))
    at.act_as("", system="wms")
    await at.announce("PO-1", ("1", "A", 6), version=2)
    assert (await at.document("PO-1")).system == "netsuite"


async def test_the_entry_of_an_announcement_names_its_kind_and_its_document(at: World) -> None:
    await at.announce("PO-1", ("1", "A", 5))
    (entry,) = await at.entries()
    assert (entry.kind, entry.document_id, entry.order_id) == (OperationKind.ANNOUNCE_INCOMING, "PO-1", "")
