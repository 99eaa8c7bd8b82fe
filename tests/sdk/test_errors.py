from __future__ import annotations

import pickle
from collections.abc import Callable

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyDetail
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure
from google.rpc.status_pb2 import Status

import fulfillment_gate as sdk
from gate_service.domain.vocabulary import Reason
from gate_service.rpc import status
from tests.sdk.client import Client
from tests.sdk.peer import Peer, answering, failing, failing_with, reason, retry_after

LINES = [sdk.ReserveLine(sku="mug", quantity=2)]
NO = grpc.StatusCode.FAILED_PRECONDITION

CLASSES = {
    grpc.StatusCode.INVALID_ARGUMENT: sdk.InvalidArgument,
    grpc.StatusCode.NOT_FOUND: sdk.NotFound,
    grpc.StatusCode.FAILED_PRECONDITION: sdk.Refused,
    grpc.StatusCode.ALREADY_EXISTS: sdk.AlreadyExists,
    grpc.StatusCode.DEADLINE_EXCEEDED: sdk.DeadlineExceeded,
    grpc.StatusCode.PERMISSION_DENIED: sdk.PermissionDenied,
    grpc.StatusCode.UNAUTHENTICATED: sdk.Unauthenticated,
    grpc.StatusCode.RESOURCE_EXHAUSTED: sdk.Overloaded,
    grpc.StatusCode.INTERNAL: sdk.Internal,
    grpc.StatusCode.UNKNOWN: sdk.Internal,
    grpc.StatusCode.DATA_LOSS: sdk.Internal,
    grpc.StatusCode.OUT_OF_RANGE: sdk.InvalidArgument,
    grpc.StatusCode.ABORTED: sdk.GateError,
    grpc.StatusCode.UNIMPLEMENTED: sdk.GateError,
    grpc.StatusCode.CANCELLED: sdk.GateError,
}


async def error_from(client: Client) -> sdk.GateError:
    with pytest.raises(sdk.GateError) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES, operation_id="op-1")
    return caught.value


@pytest.mark.parametrize("code", CLASSES)
async def test_each_code_is_raised_as_its_class(client: Client, peer: Peer, code: grpc.StatusCode) -> None:
    asked_again = (
        [retry_after(86_400_000)] if code is grpc.StatusCode.CANCELLED else []
    )  # else a second try would succeed
    peer.on("ReserveStock", failing(code, "so it is", *asked_again))
    error = await error_from(client)
    assert type(error) is CLASSES[code]
    assert (error.code, error.message, error.reason, error.operation_id) == (code, "so it is", "", "op-1")


async def test_a_refusal_tells_its_lines_and_where_it_stands_in_the_ledger(client: Client, peer: Peer) -> None:
    line = sdk.LineViolation(line_id="1", sku="mug", asked=2, possible=1)
    peer.on(
        "ReserveStock",
        failing(
            NO,
            "too little",
            reason("INSUFFICIENT_STOCK", sku="mug"),
            sdk.Refusal(revision=12, replayed=True, violations=[line], violation_count=31),
            PreconditionFailure(violations=[PreconditionFailure.Violation(type="INSUFFICIENT_STOCK")]),
        ),
    )
    error = await error_from(client)
    assert error.reason == "INSUFFICIENT_STOCK"
    assert error.metadata == {"sku": "mug"}
    assert error.violations == [line]
    assert (error.violation_count, error.revision, error.replayed) == (31, 12, True)
    assert not error.outcome_unknown
    assert str(error) == "INSUFFICIENT_STOCK: too little"


async def test_a_malformed_request_names_its_fields(client: Client, peer: Peer) -> None:
    field = BadRequest.FieldViolation(field="lines[0].quantity", description="at least 1")
    bad = BadRequest(field_violations=[field])
    peer.on("ReserveStock", failing(grpc.StatusCode.INVALID_ARGUMENT, "no", reason("INVALID_FIELD"), bad))
    error = await error_from(client)
    assert error.field_violations == [("lines[0].quantity", "at least 1")]


async def test_advice_to_wait_is_kept(client: Client, peer: Peer) -> None:
    peer.on(
        "ReserveStock", failing(grpc.StatusCode.RESOURCE_EXHAUSTED, "", reason("OVERLOADED"), retry_after(86_400_000))
    )
    error = await error_from(client)
    assert isinstance(error, sdk.Overloaded)
    assert error.retry_after_ms == 86_400_000


@pytest.mark.parametrize("named", [value.value for value in Reason])
async def test_every_reason_is_raised_as_the_class_of_its_code(
    connect: Callable[..., Client], peer: Peer, named: str
) -> None:
    """By the gate's own table: the SDK knows no reason by name, so that one of tomorrow has its class too."""
    client = connect(peer.target, timeout_s=0.1)
    number: int = status.CODES[Reason(named)]
    code = next(code for code in grpc.StatusCode if code.value[0] == number)
    peer.on("ReserveStock", failing(code, "no", reason(named), retry_after(1_000)))
    error = await error_from(client)
    assert (type(error), error.reason) == (CLASSES.get(code, sdk.Unavailable), named)


async def test_an_event_told_before_is_seen_in_the_answer(client: Client, peer: Peer) -> None:
    told = sdk.Applied(revision=4, replayed=True, absorbed=True)
    peer.on("ReserveStock", answering(sdk.ReserveStockResponse(applied=told)))
    answer = await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert (answer.applied.absorbed, answer.applied.revision) == (True, 4)


async def test_a_reason_of_another_domain_is_not_taken_for_the_gates(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", failing(NO, "", ErrorInfo(reason="HOLD_EXPIRED", domain="some-proxy.example")))
    assert (await error_from(client)).reason == ""


async def test_details_that_are_no_message_are_passed_over(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", failing_with(NO, "no", b"\xff\xff\xff"))
    error = await error_from(client)
    assert (type(error), error.message, error.violations) == (sdk.Refused, "no", [])


async def test_details_of_another_status_are_passed_over(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", failing_with(NO, "no", Status(code=5, message="other").SerializeToString()))
    assert type(await error_from(client)) is sdk.Refused


async def test_one_malformed_detail_does_not_hide_the_others(client: Client, peer: Peer) -> None:
    status = Status(code=9, message="no")
    status.details.add(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=b"\xff\xff")
    status.details.add(type_url="type.example/of.tomorrow", value=b"\x00")
    packed = AnyDetail()
    packed.Pack(sdk.Refusal(revision=12))
    status.details.append(packed)
    peer.on("ReserveStock", failing_with(NO, "no", status.SerializeToString()))
    assert (await error_from(client)).revision == 12


async def test_an_error_survives_the_way_between_processes(client: Client, peer: Peer) -> None:
    line = sdk.LineViolation(line_id="1", sku="mug", asked=2, possible=1)
    peer.on("ReserveStock", failing(NO, "no", reason("HOLD_EXPIRED"), sdk.Refusal(revision=3, violations=[line])))
    error = await error_from(client)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - of our own making
    assert type(again) is sdk.Refused
    assert again.failure == error.failure
    assert again.violations == [line]
