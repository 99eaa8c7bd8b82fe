"""What IncomingService answers: announcements, amendments, what is overdue, and goods between two locations."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2

from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.rpc.wire import No, announced, ask, stocked

LONG_AGO_MS = 1_000
FAR_AWAY_MS = 9_000_000_000_000


def amended(location: str, version: int, **units: int) -> incoming_pb.AmendIncomingRequest:
    return incoming_pb.AmendIncomingRequest(
        operation_id=f"amended-{version}",
        location_id=location,
        document_id="PO-1",
        kind=incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER,
        version=version,
        lines=[incoming_pb.IncomingLine(sku=sku, quantity=quantity) for sku, quantity in units.items()],
    )


def transfer(location: str, **changes: object) -> incoming_pb.TransferStockRequest:
    given: dict[str, object] = {
        "operation_id": "send",
        "location_id": location,
        "to_location_id": f"{location}-to",
        "transfer_id": "T-1",
        "expected_at_ms": FAR_AWAY_MS,
        "lines": [incoming_pb.TransferLine(sku="A", quantity=3)],
    }
    return incoming_pb.TransferStockRequest(**(given | changes))  # type: ignore[arg-type]


def test_what_is_announced_is_incoming_and_says_how_far_it_is(channel: grpc.Channel, location: str) -> None:
    announced(channel, location, "PO-1", FAR_AWAY_MS, A=5, B=2)
    ask(
        channel,
        stock_pb.RecordReceiptRequest(
            operation_id="receipt",
            location_id=location,
            document_id="PO-1",
            lines=[stock_pb.ReceiptLine(sku="A", quantity=4, landing=stock_pb.LANDING_AVAILABLE)],
        ),
    )
    answer = ask(channel, incoming_pb.GetIncomingRequest(location_id=location, document_id="PO-1"))
    document = answer.document
    assert (document.kind, document.version, document.expected_at_ms) == (
        incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER,
        1,
        FAR_AWAY_MS,
    )
    assert (document.closed, document.overdue, answer.revision) == (False, False, 2)
    assert list(document.progress) == [
        incoming_pb.DocumentProgress(sku="A", expected_quantity=5, received_quantity=4, open_quantity=1),
        incoming_pb.DocumentProgress(sku="B", expected_quantity=2, received_quantity=0, open_quantity=2),
    ]


def test_the_newest_version_counts_whichever_comes_first(channel: grpc.Channel, location: str) -> None:
    newest = ask(channel, amended(location, 3, A=9))
    assert (newest.superseded, newest.version, newest.levels[0].incoming) == (False, 3, 9)
    late = ask(channel, amended(location, 2, A=1))
    assert (late.superseded, late.version, late.levels[0].incoming) == (True, 3, 9)
    reused = ask(channel, amended(location, 3, A=8))
    assert reused.reason == "OPERATION_ID_REUSED"
    other = amended(location, 3, A=8)
    other.operation_id = "another"
    answer = ask(channel, other)
    assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "DOCUMENT_VERSION_REUSED")


def test_an_amendment_without_lines_cancels(channel: grpc.Channel, location: str) -> None:
    announced(channel, location, "PO-1", A=5)
    assert [level.incoming for level in ask(channel, amended(location, 2)).levels] == [0]
    assert not ask(channel, incoming_pb.ListIncomingRequest(location_id=location)).documents


def test_what_should_have_been_here_is_listed_as_overdue(channel: grpc.Channel, location: str) -> None:
    announced(channel, location, "PO-late", LONG_AGO_MS, A=1)
    announced(channel, location, "PO-soon", FAR_AWAY_MS, A=1)
    announced(channel, location, "PO-some-day", A=1)
    listed = ask(channel, incoming_pb.ListIncomingRequest(location_id=location)).documents
    assert [(document.document_id, document.overdue) for document in listed] == [
        ("PO-late", True),
        ("PO-soon", False),
        ("PO-some-day", False),
    ]
    overdue = ask(channel, incoming_pb.ListIncomingRequest(location_id=location, overdue_only=True)).documents
    assert [document.document_id for document in overdue] == ["PO-late"]


def test_a_list_goes_on_behind_its_token_and_a_made_up_token_is_refused(channel: grpc.Channel, location: str) -> None:
    for number in range(3):
        announced(channel, location, f"PO-{number}", LONG_AGO_MS + number, A=1)
    request = incoming_pb.ListIncomingRequest(location_id=location, page_size=2)
    page = ask(channel, request)
    assert [document.document_id for document in page.documents] == ["PO-0", "PO-1"]
    request.page_token = page.next_page_token
    page = ask(channel, request)
    assert ([document.document_id for document in page.documents], page.next_page_token) == (["PO-2"], "")
    request.page_token = "made up"  # noqa: S105 - no secret
    assert ask(channel, request).fields == ["page_token"]


def test_a_document_that_nobody_announced_is_not_found(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=1)
    answer = ask(channel, incoming_pb.GetIncomingRequest(location_id=location, document_id="PO-1"))
    assert (answer.code, answer.reason) == (grpc.StatusCode.NOT_FOUND, "DOCUMENT_NOT_FOUND")


def test_a_document_that_goods_came_against_is_known_before_it_is_announced(
    channel: grpc.Channel, location: str
) -> None:
    line = stock_pb.ReceiptLine(sku="A", quantity=4, landing=stock_pb.LANDING_AVAILABLE)
    ask(
        channel,
        stock_pb.RecordReceiptRequest(operation_id="receipt", location_id=location, document_id="PO-1", lines=[line]),
    )
    document = ask(channel, incoming_pb.GetIncomingRequest(location_id=location, document_id="PO-1")).document
    assert (document.kind, document.version) == (incoming_pb.DOCUMENT_KIND_UNSPECIFIED, 0)
    assert [row.received_quantity for row in document.progress] == [4]


def test_goods_that_leave_are_incoming_where_they_go(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    answer = ask(channel, transfer(location))
    assert [(level.sku, level.on_hand) for level in answer.levels] == [("A", 2)]
    assert (answer.applied.revision, answer.announced.revision) == (2, 1)
    there = f"{location}-to"
    document = ask(channel, incoming_pb.GetIncomingRequest(location_id=there, document_id="T-1")).document
    assert (document.kind, document.from_location_id, document.expected_at_ms) == (
        incoming_pb.DOCUMENT_KIND_TRANSFER,
        location,
        FAR_AWAY_MS,
    )
    [level] = ask(channel, stock_pb.GetStockRequest(location_id=there, skus=["A"])).levels
    assert (level.on_hand, level.incoming) == (0, 3)


def test_a_transfer_told_again_moves_goods_once(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    ask(channel, transfer(location))
    again = ask(channel, transfer(location))
    assert (again.applied.replayed, again.announced.replayed) == (True, True)
    renamed = ask(channel, transfer(location, operation_id="send-again"))
    assert [level.on_hand for level in renamed.levels] == [2]
    [level] = ask(channel, stock_pb.GetStockRequest(location_id=f"{location}-to", skus=["A"])).levels
    assert level.incoming == 3
    reused = ask(channel, transfer(location, operation_id="other", to_location_id=f"{location}-elsewhere"))
    assert reused.reason == "TRANSFER_ID_REUSED"


def test_what_the_sender_does_not_have_is_not_announced(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=2)
    answer = ask(channel, transfer(location))
    assert (answer.code, answer.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "INSUFFICIENT_STOCK")
    there = ask(channel, ledger_pb.ListEntriesRequest(location_id=f"{location}-to"))
    assert there.reason == "UNKNOWN_LOCATION"


def test_a_transfer_whose_name_is_taken_where_it_goes_is_refused_before_anything_leaves(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    announced(channel, f"{location}-to", "T-1", A=9)
    answer = ask(channel, transfer(location))
    assert isinstance(answer, No)
    assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "TRANSFER_ID_REUSED")
    metadata = answer.details[error_details_pb2.ErrorInfo].metadata
    assert (metadata["location_id"], metadata["transfer_id"]) == (f"{location}-to", "T-1")
    [level] = ask(channel, stock_pb.GetStockRequest(location_id=location, skus=["A"])).levels
    assert level.on_hand == 5


def test_the_event_of_a_transfer_happened_where_the_goods_left(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    event = types_pb.SourceEvent(system="wms-east", document="T-1", action="sent", number=4)
    ask(channel, transfer(location, source_event=event))
    here = ask(channel, ledger_pb.ListEntriesRequest(location_id=location, from_revision=2)).entries[0]
    there = ask(channel, ledger_pb.ListEntriesRequest(location_id=f"{location}-to")).entries[0]
    assert here.source_event == event
    assert (there.HasField("source_event"), there.document_id) == (False, "T-1")
