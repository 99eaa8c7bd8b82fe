from __future__ import annotations

import pytest

import fulfillment_gate as sdk
from tests.sdk.client import Client
from tests.sdk.peer import Peer, answering

LINES = [sdk.ReceiptLine(sku="mug", quantity=9, landing=sdk.LANDING_AVAILABLE)]
ARRIVAL = ("berlin", "po-1", "truck-7", LINES)


async def test_goods_are_booked_in_against_their_document_by_the_name_of_the_arrival(
    client: Client, peer: Peer
) -> None:
    await client.helped("wms.receive", *ARRIVAL, final=True)
    (sent,) = peer.asked("RecordReceipt")
    assert (sent.location_id, sent.document_id, sent.reference, sent.final) == ("berlin", "po-1", "truck-7", True)
    assert list(sent.lines) == LINES
    assert sent.source_event == sdk.SourceEvent(document_type="receipt", document="truck-7", action="received")


async def test_a_receipt_says_what_is_too_much_and_what_is_missing(client: Client, peer: Peer) -> None:
    over, missing = sdk.SkuQuantity(sku="mug", quantity=1), sdk.SkuQuantity(sku="pen", quantity=2)
    told = sdk.Applied(revision=5, replayed=True, absorbed=True)
    peer.on("RecordReceipt", answering(sdk.RecordReceiptResponse(applied=told, over=[over], open=[missing])))
    found = await client.helped("wms.receive", *ARRIVAL)
    assert (found.document_id, found.revision, found.told_before) == ("po-1", 5, True)
    assert (found.over, found.still_open, found.as_announced) == ((over,), (missing,), False)


@pytest.mark.parametrize(
    ("answer", "as_announced"),
    [
        (sdk.RecordReceiptResponse(over=[sdk.SkuQuantity(sku="mug", quantity=1)]), False),
        (sdk.RecordReceiptResponse(open=[sdk.SkuQuantity(sku="mug", quantity=1)]), False),
        (sdk.RecordReceiptResponse(), True),
    ],
)
async def test_a_receipt_is_as_announced_only_where_nothing_is_too_much_or_missing(
    client: Client, peer: Peer, answer: sdk.RecordReceiptResponse, *, as_announced: bool
) -> None:
    peer.on("RecordReceipt", answering(answer))
    assert (await client.helped("wms.receive", *ARRIVAL)).as_announced is as_announced


async def test_an_arrival_may_be_told_by_names_of_the_callers_own(client: Client, peer: Peer) -> None:
    event = sdk.SourceEvent(document_type="861", document="d1", number=4)
    await client.helped("wms.receive", *ARRIVAL, source_event=event, operation_id="op-1")
    (sent,) = peer.asked("RecordReceipt")
    assert (sent.source_event, sent.operation_id) == (event, "op-1")
