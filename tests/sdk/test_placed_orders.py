from __future__ import annotations

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate.storefront import NotEnough
from tests.sdk.client import Client
from tests.sdk.peer import Peer, answering, failing, reason

LINES = [sdk.ReserveLine(line_id="1", sku="mug", quantity=2)]
NO = grpc.StatusCode.FAILED_PRECONDITION


async def test_a_placed_order_is_committed_once_however_many_deliveries_tell_of_it(client: Client, peer: Peer) -> None:
    told = [sdk.Applied(revision=4), sdk.Applied(revision=4, replayed=True, absorbed=True)]
    peer.on("ReserveStock", *(answering(sdk.ReserveStockResponse(applied=applied)) for applied in told))
    first, second = [
        await client.helped("storefront.place_order", "berlin", "order-1", LINES, channel="web") for _ in range(2)
    ]
    one, other = peer.asked("ReserveStock")
    assert one.source_event == sdk.SourceEvent(document_type="order", document="order-1", action="placed")
    assert one.source_event == other.source_event
    assert one.operation_id != other.operation_id, "as two deliveries of a webhook"
    assert (one.ttl_ms, one.channel, list(one.lines)) == (0, "web", LINES)
    assert (first.revision, first.told_before) == (4, False)
    assert (second.revision, second.told_before) == (4, True)


async def test_a_placed_order_may_be_told_by_names_of_the_callers_own(client: Client, peer: Peer) -> None:
    event = sdk.SourceEvent(system="shopify", document_type="order", document="1001", action="paid", number=7)
    options = {"channel": "web", "source_event": event, "operation_id": "op-1"}
    await client.helped("storefront.place_order", "", "order-1", LINES, **options)
    (sent,) = peer.asked("ReserveStock")
    assert (sent.source_event, sent.operation_id, sent.location_id) == (event, "op-1", "")


async def test_a_placed_order_that_cannot_be_served_says_what_would_be_possible(client: Client, peer: Peer) -> None:
    line = sdk.LineViolation(line_id="1", sku="mug", asked=2, possible=1)
    no = failing(NO, "gone", reason("INSUFFICIENT_STOCK"), sdk.Refusal(revision=9, violations=[line]))
    peer.on("ReserveStock", no, failing(NO, "gone", reason("RESERVATION_RELEASED")))
    with pytest.raises(NotEnough) as caught:
        await client.helped("storefront.place_order", "berlin", "order-1", LINES, channel="web")
    assert caught.value.violations == [line]
    with pytest.raises(sdk.Refused) as other:
        await client.helped("storefront.place_order", "berlin", "order-1", LINES, channel="web")
    assert type(other.value) is sdk.Refused
