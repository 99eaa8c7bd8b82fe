"""What FeedService answers: how far each system's events are, and what was not simply new and in order."""

from __future__ import annotations

import grpc

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.rpc.wire import ask


def tell(
    channel: grpc.Channel, location: str, document: str, number: int, *, quantity: int = 1, delivery: str = ""
) -> object:
    """Tell an event of wms-east: goods came in."""
    line = stock_pb.ReceiptLine(sku="A", quantity=quantity, landing=stock_pb.LANDING_AVAILABLE)
    event = types_pb.SourceEvent(system="wms-east", document_type="receipt", document=document, number=number)
    return ask(
        channel,
        stock_pb.RecordReceiptRequest(
            operation_id=delivery or document, location_id=location, lines=[line], source_event=event
        ),
    )


def test_a_feed_says_how_far_it_is_and_what_is_missing(channel: grpc.Channel, location: str) -> None:
    tell(channel, location, "D-5", 5)
    tell(channel, location, "D-9", 9)
    tell(channel, location, "D-7", 7)
    tell(channel, location, "D-7", 7, delivery="once-more")
    tell(channel, location, "D-7", 7, delivery="otherwise", quantity=2)
    answer = ask(channel, feed_pb.ListFeedsRequest(location_id=location))
    [feed] = answer.feeds
    assert (feed.system, feed.first_number, feed.last_number, feed.event_count) == ("wms-east", 5, 9, 5)
    assert [(gap.from_number, gap.to_number) for gap in feed.gaps] == [(6, 6), (8, 8)]
    assert all(gap.since_ms for gap in feed.gaps)
    assert (feed.late_count, feed.absorbed_count, feed.conflict_count, feed.owner) == (1, 1, 1, "")
    assert answer.revision == 3


def test_deliveries_that_were_not_simply_new_are_listed_newest_first(channel: grpc.Channel, location: str) -> None:
    tell(channel, location, "D-1", 1)
    tell(channel, location, "D-3", 3)
    tell(channel, location, "D-1", 1, delivery="once-more")
    page = ask(channel, feed_pb.ListDeliveriesRequest(location_id=location))
    absorbed, gap = page.deliveries
    assert (absorbed.verdict, gap.verdict) == (
        feed_pb.DELIVERY_VERDICT_ABSORBED,
        feed_pb.DELIVERY_VERDICT_GAP,
    )
    assert (absorbed.source_event.system, absorbed.source_event.document) == ("wms-east", "D-1")
    assert (absorbed.kind, absorbed.operation_id, absorbed.revision) == (
        ledger_pb.OPERATION_KIND_RECORD_RECEIPT,
        "once-more",
        1,
    )
    first = ask(channel, feed_pb.ListDeliveriesRequest(location_id=location, page_size=1))
    assert list(first.deliveries) == [absorbed]
    second = ask(
        channel,
        feed_pb.ListDeliveriesRequest(location_id=location, page_size=1, page_token=first.next_page_token),
    )
    assert list(second.deliveries) == [gap]
