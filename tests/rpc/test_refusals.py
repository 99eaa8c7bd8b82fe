"""What a refusal looks like on the wire, and that it is the same refusal however often it is asked."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2

from fulfillment_gate.v1 import error_reason_pb2
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from tests.rpc.wire import No, ask, reserve, stocked


def too_much(location: str, lines: int = 1) -> gate_pb.ReserveStockRequest:
    return reserve(
        location, lines=[gate_pb.ReserveLine(line_id=f"line-{i}", sku="A", quantity=1_000) for i in range(lines)]
    )


def test_too_little_stock_is_a_failed_precondition_with_each_line_and_what_is_possible(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    answer = ask(channel, too_much(location))
    assert isinstance(answer, No)
    assert (answer.code, answer.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "INSUFFICIENT_STOCK")
    assert answer.details[error_reason_pb2.Refusal] == error_reason_pb2.Refusal(
        revision=2,
        violations=[error_reason_pb2.LineViolation(line_id="line-0", sku="A", asked=1_000, possible=5)],
        violation_count=1,
    )
    [shown] = answer.details[error_details_pb2.PreconditionFailure].violations
    assert (shown.type, shown.subject) == ("INSUFFICIENT_STOCK", "line-0 A")
    info = answer.details[error_details_pb2.ErrorInfo]
    assert dict(info.metadata) == {"location_id": location, "order_id": "O-1", "operation_id": "op-1"}


def test_a_no_stays_a_no_though_stock_came_in(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    first = ask(channel, too_much(location))
    stocked(channel, location, receipt="more", A=5_000)
    second = ask(channel, too_much(location))
    refusal = second.details[error_reason_pb2.Refusal]
    assert refusal.replayed
    assert refusal.revision == first.details[error_reason_pb2.Refusal].revision
    assert list(refusal.violations) == list(first.details[error_reason_pb2.Refusal].violations)


def test_a_refusal_of_a_thousand_lines_still_reaches_the_caller(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    refusal = ask(channel, too_much(location, lines=1_000)).details[error_reason_pb2.Refusal]
    assert (len(refusal.violations), refusal.violation_count) == (10, 1_000)


def test_an_operation_id_with_another_content_already_exists(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    first = ask(channel, reserve(location))
    answer = ask(channel, reserve(location, order_id="O-2"))
    assert (answer.code, answer.reason) == (grpc.StatusCode.ALREADY_EXISTS, "OPERATION_ID_REUSED")
    metadata = answer.details[error_details_pb2.ErrorInfo].metadata
    assert metadata["stored_revision"] == str(first.applied.revision)


def test_the_same_call_again_is_answered_the_same_and_says_so(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    first = ask(channel, reserve(location, ttl_ms=5_000))
    second = ask(channel, reserve(location, ttl_ms=5_000))
    assert (first.applied.replayed, second.applied.replayed) == (False, True)
    second.applied.replayed = second.parts[0].applied.replayed = False
    assert second == first


def test_where_nothing_was_ever_received_nothing_is_known(channel: grpc.Channel, location: str) -> None:
    answer = ask(channel, reserve(location))
    assert (answer.code, answer.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_LOCATION")
    asked = gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A")], location_ids=[location])
    assert ask(channel, asked).reason == "UNKNOWN_LOCATION"


def test_an_unknown_sku_is_an_answer_to_a_question_and_a_refusal_to_a_command(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    asked = gate_pb.CheckAvailabilityRequest(
        lines=[gate_pb.AvailabilityLine(sku="Z", quantity=1)], location_ids=[location]
    )
    [line] = ask(channel, asked).locations[0].lines
    assert (line.known, line.sufficient, line.promise) == (False, False, 0)
    answer = ask(channel, reserve(location, lines=[gate_pb.ReserveLine(sku="Z", quantity=1)]))
    assert (answer.code, answer.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_SKU")


def test_a_parcel_without_a_permit_is_refused_and_not_taken_for_bad_input(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    ask(channel, reserve(location))
    answer = ask(
        channel,
        gate_pb.ConfirmShipmentRequest(
            operation_id="op-2", location_id=location, order_id="O-1", shipment_id="parcel-1"
        ),
    )
    assert (answer.code, answer.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "PERMIT_REQUIRED")
