"""Who calls is told by a token, believed by its hash, and written into every entry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import fulfillment_gate as sdk
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import GateProcess, gate_serving
from tests.handoffs.maps import digest
from tests.rpc.wire import No, no_of

WMS, WMS_NEXT, BOSS = "fgt_planted-wms-secret", "fgt_planted-next-secret", "fgt_planted-boss-secret"
MAP = f"""\
version: 1
systems:
  wms:
    role: warehouse
    tokens: ["{digest(WMS)}", "{digest(WMS_NEXT)}"]
    locations: [DC-1]
    operations: {{record_receipt: {{}}}}
  boss:
    role: admin
    tokens: ["{digest(BOSS)}"]
    locations: ["*"]
    operations: {{change_handoffs: {{}}}}
"""
RECEIVE = "/fulfillment_gate.v1.StockService/RecordReceipt"
ENTRIES = "/fulfillment_gate.v1.LedgerService/ListEntries"
VIOLATIONS = "/fulfillment_gate.v1.HandoffService/ListViolations"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    folder = tmp_path_factory.mktemp("identity")
    (folder / "handoffs.yaml").write_text(MAP)
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--handoffs", str(folder / "handoffs.yaml"), "--log-level", "debug") as running,
    ):
        yield running


@pytest.fixture(scope="module")
def channel(gate: GateProcess) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as opened:
        yield opened


def receive(
    channel: grpc.Channel, *headers: tuple[str, str], location: str = "DC-1", operation: str = ""
) -> bytes | No:
    """Send a receipt with these headers; give the bytes of the answer, or the no."""
    request = stock_pb.RecordReceiptRequest(
        operation_id=operation or sdk.new_operation_id(),
        location_id=location,
        lines=[stock_pb.ReceiptLine(sku="MUG", quantity=1, landing=stock_pb.LANDING_AVAILABLE)],
    )
    return send(channel, RECEIVE, request.SerializeToString(), *headers)


def send(channel: grpc.Channel, method: str, payload: bytes, *headers: tuple[str, str]) -> bytes | No:
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
    try:
        answer: bytes = call(payload, timeout=10, metadata=headers)
    except grpc.RpcError as error:
        return no_of(error)
    return answer


def bearer(token: str) -> tuple[str, str]:
    return "authorization", f"Bearer {token}"


def violations(channel: grpc.Channel) -> dict[tuple[str, str, str, str], int]:
    """Give what was turned away, with how often, as an admin sees it."""
    answer = send(channel, VIOLATIONS, b"", bearer(BOSS))
    assert isinstance(answer, bytes)
    return {
        (each.system, each.operation, each.location_id, handoff_pb.ViolationCause.Name(each.cause)): each.count
        for each in handoff_pb.ListViolationsResponse.FromString(answer).violations
    }


@pytest.mark.parametrize("token", [WMS, WMS_NEXT])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_each_of_two_tokens_names_the_system(channel: grpc.Channel, token: str, scheme: str) -> None:
    assert isinstance(receive(channel, ("authorization", f"{scheme} {token}")), bytes)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("authorization", ""),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer "),),
        (("authorization", f"Bearer {WMS}x"),),
        (("authorization", f"Bearer {WMS[:-1]}"),),
        (("authorization", f"Bearer {WMS.upper()}"),),
        (("authorization", WMS),),
        (("authorization", f"Basic {WMS}"),),
        (("authorization", f"Bearer {digest(WMS)}"),),
        (("authorization", f"Bearer {digest(WMS).removeprefix('sha256:')}"),),
        (("gate-system", "wms"),),
        (("gate-system", "gate"), ("gate-actor", "file")),
        (("token", WMS),),
    ],
)
def test_who_cannot_prove_who_he_is_gets_nothing(channel: grpc.Channel, headers: tuple[tuple[str, str], ...]) -> None:
    no = receive(channel, *headers)
    assert isinstance(no, No)
    assert (no.code, no.reason) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED")
    assert "secret" not in no.text


def test_who_names_himself_as_he_is_may(channel: grpc.Channel) -> None:
    assert isinstance(receive(channel, bearer(WMS), ("gate-system", "wms")), bytes)


@pytest.mark.parametrize("other", ["boss", "gate", "WMS", "nobody"])
def test_who_names_himself_as_another_is_denied_and_noted_as_himself(channel: grpc.Channel, other: str) -> None:
    before = violations(channel).get(("wms", "record_receipt", "", "VIOLATION_CAUSE_IMPERSONATION"), 0)
    no = receive(channel, bearer(WMS), ("gate-system", other))
    assert isinstance(no, No)
    assert (no.code, no.reason) == (grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")
    assert violations(channel)["wms", "record_receipt", "", "VIOLATION_CAUSE_IMPERSONATION"] == before + 1


def test_an_entry_names_the_system_by_its_token_and_the_person_by_his_word(channel: grpc.Channel) -> None:
    assert isinstance(receive(channel, bearer(WMS), ("gate-actor", "kim"), operation="op-of-kim"), bytes)
    request = ledger_pb.ListEntriesRequest(location_id="DC-1", page_size=1_000, include_canonical=True)
    answer = send(channel, ENTRIES, request.SerializeToString(), bearer(WMS))
    assert isinstance(answer, bytes)
    entries = ledger_pb.ListEntriesResponse.FromString(answer).entries
    (entry,) = [entry for entry in entries if entry.operation_id == "op-of-kim"]
    assert (entry.system, entry.actor) == ("wms", "kim")
    assert b"planted" not in answer


def test_a_name_that_is_none_is_a_bad_field_whoever_asks(channel: grpc.Channel) -> None:
    no = receive(channel, bearer(WMS), ("gate-actor", "no blanks"))
    assert isinstance(no, No)
    assert (no.reason, no.fields) == ("INVALID_FIELD", ["gate-actor"])


def test_a_denied_call_is_counted_by_who_tried_what_where_and_why(channel: grpc.Channel) -> None:
    before = violations(channel)
    for _ in range(3):
        assert isinstance(receive(channel, bearer(WMS), ("gate-actor", "lee"), location="DC-9"), No)
    assert isinstance(receive(channel, bearer("fgt_nobody")), No)
    assert isinstance(receive(channel, bearer(BOSS)), No)
    after = violations(channel)
    counted = {key: times - before.get(key, 0) for key, times in after.items() if times != before.get(key, 0)}
    assert counted == {
        ("wms", "record_receipt", "DC-9", "VIOLATION_CAUSE_LOCATION"): 3,
        ("?", "record_receipt", "", "VIOLATION_CAUSE_UNAUTHENTICATED"): 1,
        ("boss", "record_receipt", "", "VIOLATION_CAUSE_OPERATION"): 1,
    }
    answer = send(channel, VIOLATIONS, handoff_pb.ListViolationsRequest(system="wms").SerializeToString(), bearer(BOSS))
    assert isinstance(answer, bytes)
    here = [each for each in handoff_pb.ListViolationsResponse.FromString(answer).violations if each.location_id]
    assert [(each.location_id, each.last_actor) for each in here] == [("DC-9", "lee")]


def test_what_was_denied_was_not_done(channel: grpc.Channel) -> None:
    assert isinstance(receive(channel, bearer(WMS), location="DC-7"), No)
    request = ledger_pb.ListEntriesRequest(location_id="DC-7")
    no = send(channel, ENTRIES, request.SerializeToString(), bearer(BOSS))
    assert isinstance(no, No)
    assert no.reason == "UNKNOWN_LOCATION"


def test_health_and_reflection_ask_nobody_who_he_is(channel: grpc.Channel) -> None:
    answer = send(channel, "/grpc.health.v1.Health/Check", b"")
    assert isinstance(answer, bytes)
    assert health_pb2.HealthCheckResponse.FromString(answer).status == health_pb2.HealthCheckResponse.SERVING
    services = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert "fulfillment_gate.v1.HandoffService" in services


def test_no_secret_is_in_the_log_or_in_an_answer(gate: GateProcess, channel: grpc.Channel) -> None:
    """Every way in which a token is wrong, with the log at its most talkative."""
    planted = "planted-in-no-log"
    for header in (f"Bearer {planted}", planted, f"Basic {planted}", f"Bearer {planted} {planted}"):
        no = receive(channel, ("authorization", header))
        assert isinstance(no, No)
        assert planted not in no.text
        assert not any(planted in str(detail) for detail in no.details.values())
    send(channel, RECEIVE, b"\xff\xff", bearer(WMS))
    log = Path(gate.log).read_text()
    assert "call refused" in log
    assert "planted" not in log
