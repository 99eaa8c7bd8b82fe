"""What StockService answers: returns, moves, holds, counts, quotas, merges, field by field."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2

from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.rpc.wire import No, announced, ask, reserve, sold, stocked

FROM_SHELF_TO_DAMAGED = stock_pb.MoveLine(
    sku="A",
    quantity=3,
    to_status=stock_pb.STOCK_STATUS_DAMAGED,
    from_status=stock_pb.STOCK_STATUS_AVAILABLE,
)


def test_a_return_lands_where_it_is_inspected_unless_told_otherwise(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    answer = ask(
        channel,
        stock_pb.RecordReturnRequest(
            operation_id="ret",
            location_id=location,
            return_id="R-1",
            order_id="O-9",
            lines=[
                stock_pb.ReturnLine(sku="A", quantity=2),
                stock_pb.ReturnLine(sku="A", quantity=1, landing=stock_pb.LANDING_AVAILABLE),
            ],
        ),
    )
    [level] = answer.levels
    assert (level.on_hand, level.quality_control, level.available) == (8, 2, 6)
    assert list(answer.unmatched) == [stock_pb.SkuQuantity(sku="A", quantity=3)]


def test_goods_that_broke_are_no_longer_sold_and_hit_who_was_promised_them(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    sold(channel, location, "O-1", A=4)
    answer = ask(
        channel,
        stock_pb.MoveStockRequest(
            operation_id="move", location_id=location, reason="inspected", lines=[FROM_SHELF_TO_DAMAGED]
        ),
    )
    [level], [shortage] = answer.levels, answer.shortages
    assert (level.on_hand, level.damaged, level.available) == (5, 3, -2)
    assert shortage == types_pb.Shortage(
        sku="A", missing_quantity=2, orders=[types_pb.HitOrder(order_id="O-1", channel="web", missing_quantity=2)]
    )
    listed = ask(channel, stock_pb.ListShortagesRequest(location_id=location))
    assert (list(listed.shortages), listed.next_page_token, listed.revision) == ([shortage], "", 3)


def test_a_hold_on_a_sku_is_listed_and_nothing_of_it_is_allocatable_until_it_is_lifted(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    placed = ask(
        channel,
        stock_pb.PlaceStockHoldRequest(
            operation_id="hold", location_id=location, hold_id="recall-7", sku="A", note="glass in it"
        ),
    )
    assert placed.level.stock_holds == 1
    [hold] = ask(channel, stock_pb.ListStockHoldsRequest(location_id=location)).holds
    assert (hold.hold_id, hold.sku, hold.lot_id, hold.quantity, hold.note) == ("recall-7", "A", "", 0, "glass in it")
    assert hold.at_ms == placed.applied.at_ms
    assert ask(channel, reserve(location)).reason == "INSUFFICIENT_STOCK"
    lifted = ask(channel, stock_pb.LiftStockHoldRequest(operation_id="lift", location_id=location, hold_id="recall-7"))
    assert (lifted.level.stock_holds, lifted.released_quantity) == (0, 0)
    assert not ask(channel, stock_pb.ListStockHoldsRequest(location_id=location)).holds


def test_a_hold_on_a_lot_keeps_its_units_and_gives_back_what_is_left_of_them(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    request = stock_pb.PlaceStockHoldRequest(
        operation_id="hold", location_id=location, hold_id="H", sku="A", lot_id="lot-1", quantity=2
    )
    assert ask(channel, request).level.quality_control == 2
    [hold] = ask(channel, stock_pb.ListStockHoldsRequest(location_id=location)).holds
    assert (hold.lot_id, hold.quantity) == ("lot-1", 2)
    lifted = ask(channel, stock_pb.LiftStockHoldRequest(operation_id="lift", location_id=location, hold_id="H"))
    assert (lifted.level.quality_control, lifted.released_quantity) == (0, 2)


def test_a_count_adds_its_lines_up_and_says_what_should_have_been_there(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=10, B=4, C=3)
    answer = ask(
        channel,
        stock_pb.SubmitCountRequest(
            operation_id="count",
            location_id=location,
            count_id="C-1",
            covers_range=True,
            covers_through="B",
            lines=[
                stock_pb.CountLine(sku="A", counted_quantity=4),
                stock_pb.CountLine(sku="A", counted_quantity=5),
            ],
        ),
    )
    assert list(answer.lines) == [
        stock_pb.CountedLine(sku="A", counted_quantity=9, expected_quantity=10, variance=-1),
        stock_pb.CountedLine(sku="B", counted_quantity=0, expected_quantity=4, variance=-4),
    ]
    assert [(level.sku, level.on_hand) for level in answer.levels] == [("A", 9), ("B", 0)]


def test_a_count_below_what_is_promised_is_taken_and_says_whom_it_hits(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    sold(channel, location, "O-1", A=4)
    answer = ask(
        channel,
        stock_pb.SubmitCountRequest(
            operation_id="count",
            location_id=location,
            count_id="C-1",
            lines=[stock_pb.CountLine(sku="A", counted_quantity=1)],
        ),
    )
    [shortage] = answer.shortages
    assert (shortage.missing_quantity, [order.order_id for order in shortage.orders]) == (3, ["O-1"])


def test_a_count_of_what_is_yet_to_come_is_refused(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    answer = ask(
        channel,
        stock_pb.SubmitCountRequest(
            operation_id="count",
            location_id=location,
            count_id="C-1",
            as_of_revision=99,
            lines=[stock_pb.CountLine(sku="A", counted_quantity=1)],
        ),
    )
    assert (answer.code, answer.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "AS_OF_AHEAD")


def test_a_quota_is_kept_for_its_channel_until_that_has_reserved_it(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    answer = ask(
        channel,
        stock_pb.SetQuotaRequest(
            operation_id="quota", location_id=location, channel="web", lines=[stock_pb.QuotaLine(sku="A", quantity=4)]
        ),
    )
    assert [level.ring_fenced for level in answer.levels] == [4]
    sold(channel, location, "O-1", A=1)
    listed = ask(channel, stock_pb.ListQuotasRequest(location_id=location))
    assert list(listed.quotas) == [stock_pb.Quota(sku="A", channel="web", quantity=3)]
    too_much = reserve(location, order_id="O-2", channel="store")
    too_much.lines[0].quantity = 2
    assert ask(channel, too_much).reason == "INSUFFICIENT_STOCK"


def test_two_skus_become_one_and_the_first_name_says_so_from_then_on(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5, B=2)
    merge = stock_pb.MergeSkuRequest(operation_id="merge", location_id=location, sku="A", into_sku="B")
    answer = ask(channel, merge)
    assert (answer.changed, answer.level.sku, answer.level.on_hand) == (True, "B", 7)
    late = ask(channel, reserve(location))
    assert (late.code, late.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SKU_MERGED")
    metadata = late.details[error_details_pb2.ErrorInfo].metadata
    assert (metadata["sku"], metadata["into_sku"]) == ("A", "B")


def test_what_came_against_a_document_says_what_is_over_and_what_is_open(channel: grpc.Channel, location: str) -> None:
    announced(channel, location, "PO-1", A=5, B=2)
    answer = ask(
        channel,
        stock_pb.RecordReceiptRequest(
            operation_id="receipt",
            location_id=location,
            document_id="PO-1",
            final=True,
            lines=[stock_pb.ReceiptLine(sku="A", quantity=6, landing=stock_pb.LANDING_AVAILABLE)],
        ),
    )
    assert list(answer.over) == [stock_pb.SkuQuantity(sku="A", quantity=1)]
    assert list(answer.open) == [stock_pb.SkuQuantity(sku="B", quantity=2)]
    assert [level.incoming for level in answer.levels] == [0]


def test_the_same_event_under_another_operation_id_is_absorbed_and_with_another_content_refused(
    channel: grpc.Channel, location: str
) -> None:
    event = types_pb.SourceEvent(document_type="delivery", document="D-1", line="1", action="received")
    line = stock_pb.ReceiptLine(sku="A", quantity=5, landing=stock_pb.LANDING_AVAILABLE)
    first = ask(
        channel,
        stock_pb.RecordReceiptRequest(operation_id="one", location_id=location, lines=[line], source_event=event),
    )
    again = ask(
        channel,
        stock_pb.RecordReceiptRequest(operation_id="two", location_id=location, lines=[line], source_event=event),
    )
    assert (again.applied.revision, again.applied.replayed, again.applied.absorbed) == (
        first.applied.revision,
        True,
        True,
    )
    line.quantity = 6
    other = ask(
        channel,
        stock_pb.RecordReceiptRequest(operation_id="three", location_id=location, lines=[line], source_event=event),
    )
    assert isinstance(other, No)
    assert (other.code, other.reason) == (grpc.StatusCode.ALREADY_EXISTS, "SOURCE_EVENT_CONFLICT")
    assert other.details[error_details_pb2.ErrorInfo].metadata["stored_revision"] == str(first.applied.revision)


def test_an_entry_names_the_event_the_document_and_the_permit(channel: grpc.Channel, location: str) -> None:
    announced(channel, location, "PO-1", A=5)
    event = types_pb.SourceEvent(document_type="delivery", document="D-1", number=7)
    ask(
        channel,
        stock_pb.RecordReceiptRequest(
            operation_id="receipt",
            location_id=location,
            document_id="PO-1",
            lines=[stock_pb.ReceiptLine(sku="A", quantity=5, landing=stock_pb.LANDING_AVAILABLE)],
            source_event=event,
        ),
    )
    first, second = ask(channel, ledger_pb.ListEntriesRequest(location_id=location)).entries
    assert (first.document_id, first.HasField("source_event")) == ("PO-1", False)
    assert (second.document_id, second.source_event) == ("PO-1", event)
