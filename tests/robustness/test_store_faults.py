"""What a caller gets while the store is away, slow, forgetful or full, and what became of the call."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import redis
from google.rpc import error_details_pb2

from fulfillment_gate.health import probe
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.rpc.status import INTERNAL_TEXT
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving
from tests.robustness.desk import check_nothing_is_half_applied
from tests.rpc.wire import PATHS, No, ask, no_of, reserve, stocked

LOCATION = "DC-1"
PROBE_INTERVAL_S = 0.5
PLANTED = "planted-in-the-url"


@contextmanager
def paused(store: EmbeddedStore) -> Iterator[None]:
    """Stop the store's process for a while: it neither answers nor hangs up."""
    os.kill(store.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(store.pid, signal.SIGCONT)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def answered(channel: grpc.Channel, **changes: str) -> gate_pb.ReserveStockResponse:
    """Ask by the same id until the gate has found that the store is back."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = ask(channel, reserve(LOCATION, **changes))
        if isinstance(answer, gate_pb.ReserveStockResponse):
            return answer
        assert (answer.reason, time.monotonic() < end) == ("STORE_UNAVAILABLE", True), answer
        time.sleep(0.02)


def level(channel: grpc.Channel) -> stock_pb.GetStockResponse:
    answer = ask(channel, stock_pb.GetStockRequest(location_id=LOCATION, skus=["A"]))
    assert isinstance(answer, stock_pb.GetStockResponse), answer
    return answer


def test_a_store_that_is_gone_is_unavailable_at_once_and_nothing_was_applied(
    channel: grpc.Channel, store: EmbeddedStore, gate: GateProcess
) -> None:
    stocked(channel, LOCATION, A=5)
    store.stop()
    answer = ask(channel, reserve(LOCATION))
    assert isinstance(answer, No)
    assert answer.code is grpc.StatusCode.UNAVAILABLE
    assert answer.reason in {"STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"}
    assert answer.details[error_details_pb2.RetryInfo].retry_delay.nanos > 0
    again = ask(channel, reserve(LOCATION))
    assert again.reason == "STORE_UNAVAILABLE"
    assert store.url not in answer.text + again.text
    with EmbeddedStore.start(store.data_dir):
        answered(channel)
        assert level(channel).levels[0].committed == 1


def test_an_answer_that_does_not_come_is_an_unknown_outcome_that_the_same_id_settles(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=5)
    with paused(store):
        answer = ask(channel, reserve(LOCATION))
        assert isinstance(answer, No)
        assert (answer.code, answer.reason) == (grpc.StatusCode.UNAVAILABLE, "OUTCOME_UNKNOWN")
    settled = answered(channel)
    assert settled.applied.replayed, "the paused store had the call and did it when it woke"
    assert level(channel).levels[0].committed == 1


def test_a_caller_whose_deadline_passes_settles_it_by_the_same_id(channel: grpc.Channel, store: EmbeddedStore) -> None:
    stocked(channel, LOCATION, A=5)
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS["ReserveStock"])
    with paused(store), pytest.raises(grpc.RpcError) as late:
        call(reserve(LOCATION).SerializeToString(), timeout=0.2)
    assert late.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert answered(channel).applied.revision == 2
    assert level(channel).levels[0].committed == 1


def test_a_caller_who_cancels_settles_it_by_the_same_id(channel: grpc.Channel, store: EmbeddedStore) -> None:
    stocked(channel, LOCATION, A=5)
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS["ReserveStock"])
    with paused(store):
        leaving = call.future(reserve(LOCATION).SerializeToString(), timeout=PATIENCE_S)
        time.sleep(0.1)
        leaving.cancel()
    assert answered(channel).applied.revision == 2
    assert level(channel).levels[0].committed == 1


def test_under_overload_new_holds_are_shed_and_confirms_still_get_in(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=500)
    ask(channel, reserve(LOCATION, ttl_ms=60_000))
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS["ReserveStock"])
    confirm: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS["ConfirmReservation"])
    with paused(store):
        holds = [
            call.future(
                reserve(LOCATION, operation_id=f"hold-{i}", order_id=f"hold-{i}", ttl_ms=60_000).SerializeToString(),
                timeout=PATIENCE_S,
            )
            for i in range(80)
        ]
        until(lambda: sum(one.done() for one in holds) >= 20)
        confirmed = confirm.future(
            gate_pb.ConfirmReservationRequest(
                operation_id="confirm", location_id=LOCATION, order_id="O-1"
            ).SerializeToString(),
            timeout=PATIENCE_S,
        )
    answer = gate_pb.ConfirmReservationResponse.FromString(confirmed.result())
    assert answer.changed
    shed = [no_of(one) for one in holds if one.exception() is not None]
    overloaded = [no for no in shed if no.code is grpc.StatusCode.RESOURCE_EXHAUSTED]
    assert overloaded
    assert all(no.reason == "OVERLOADED" for no in overloaded)
    assert all(error_details_pb2.RetryInfo in no.details for no in overloaded)


def test_a_store_that_forgot_the_scripts_is_given_them_again(channel: grpc.Channel, store: EmbeddedStore) -> None:
    stocked(channel, LOCATION, A=5)
    with redis.Redis.from_url(store.url) as client:
        client.script_flush()
    assert ask(channel, reserve(LOCATION)).applied.revision == 2


def test_a_full_store_refuses_whole_operations_and_says_nothing_was_applied(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=5)
    with redis.Redis.from_url(store.url) as client:
        client.config_set("maxmemory", "1mb")
        answer = ask(channel, reserve(LOCATION))
        assert (answer.code, answer.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        client.config_set("maxmemory", "0")
    settled = answered(channel)
    assert (settled.applied.revision, settled.applied.replayed) == (2, False)
    assert asyncio.run(check_nothing_is_half_applied(store.url, LOCATION)) == 2


def test_at_the_memory_limit_orders_still_leave_the_house(
    channel: grpc.Channel, store: EmbeddedStore, gate: GateProcess
) -> None:
    stocked(channel, LOCATION, A=5)
    ask(channel, reserve(LOCATION, ttl_ms=60_000))
    ask(channel, reserve(LOCATION, operation_id="op-2", order_id="O-2"))
    with redis.Redis.from_url(store.url) as client:
        client.config_set("maxmemory", "1mb")
        confirmed = ask(
            channel, gate_pb.ConfirmReservationRequest(operation_id="op-3", location_id=LOCATION, order_id="O-1")
        )
        released = ask(
            channel, gate_pb.ReleaseReservationRequest(operation_id="op-4", location_id=LOCATION, order_id="O-2")
        )
        refused = ask(channel, reserve(LOCATION, operation_id="op-5", order_id="O-3"))
        time.sleep(3 * PROBE_INTERVAL_S)
        assert probe(gate.address, timeout_s=PATIENCE_S)
    assert (confirmed.changed, released.released_quantity) == (True, 1)
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    assert level(channel).levels[0].committed == 1


def test_a_location_of_which_only_the_name_is_known_spoils_no_question_about_all(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=5)
    with redis.Redis.from_url(store.url) as client:
        client.sadd("gate:locations", "DC-2")  # its first receipt was shed on the way
    answer = ask(channel, gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A", quantity=5)]))
    assert [(one.location_id, one.sufficient) for one in answer.locations] == [(LOCATION, True)]


def test_a_hold_that_ran_out_comes_back_though_nobody_writes(channel: grpc.Channel, store: EmbeddedStore) -> None:
    stocked(channel, LOCATION, A=5)
    ask(channel, reserve(LOCATION, ttl_ms=1_000))
    assert level(channel).levels[0].held == 1
    until(lambda: level(channel).levels[0].held == 0)
    entries = ask(channel, ledger_pb.ListEntriesRequest(location_id=LOCATION)).entries
    assert [entry.kind for entry in entries][-1] == ledger_pb.OPERATION_KIND_EXPIRE_HOLD


def test_a_store_that_may_only_be_read_is_unavailable_for_writes_and_answers_reads(
    channel: grpc.Channel, store: EmbeddedStore
) -> None:
    stocked(channel, LOCATION, A=5)
    with redis.Redis.from_url(store.url) as client:
        client.replicaof("127.0.0.1", 1)
        client.config_set("replica-serve-stale-data", "yes")
        answer = ask(channel, reserve(LOCATION))
        assert (answer.code, answer.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        assert level(channel).levels[0].on_hand == 5
        client.replicaof("NO", "ONE")
    settled = answered(channel)
    assert (settled.applied.revision, settled.applied.replayed) == (2, False)
    assert asyncio.run(check_nothing_is_half_applied(store.url, LOCATION)) == 2


def test_a_fault_of_a_script_is_internal_and_leaves_the_next_operation_alone(
    channel: grpc.Channel, store: EmbeddedStore, gate: GateProcess
) -> None:
    stocked(channel, LOCATION, A=5, B=5)
    with redis.Redis.from_url(store.url) as client:
        client.hset(f"gate:{{{LOCATION}}}:stock", "A", "broken")
    answer = ask(channel, reserve(LOCATION, order_id="not-for-the-log"))
    assert isinstance(answer, No)
    assert (answer.code, answer.reason, answer.text) == (grpc.StatusCode.INTERNAL, "INTERNAL", INTERNAL_TEXT)
    sound = reserve(LOCATION, operation_id="op-2", lines=[gate_pb.ReserveLine(sku="B", quantity=1)])
    assert ask(channel, sound).applied.revision == 2
    assert "call failed" in gate.log.read_text()
    assert "bug=" in gate.log.read_text()
    assert "not-for-the-log" not in gate.log.read_text()


def test_a_secret_in_the_stores_address_reaches_neither_log_nor_answer(store: EmbeddedStore, tmp_path: Path) -> None:
    with redis.Redis.from_url(store.url) as client:
        client.config_set("requirepass", PLANTED)
    url = store.url.replace("unix://", f"unix://:{PLANTED}@")
    with gate_serving(url, tmp_path, "--log-level", "debug") as gate, grpc.insecure_channel(gate.address) as channel:
        stocked(channel, LOCATION, A=5)
        store.stop()
        answers = [ask(channel, reserve(LOCATION)) for _ in range(3)]
        lines = [gate_pb.AvailabilityLine(sku="A", quantity=1)]
        answers.append(ask(channel, gate_pb.CheckAvailabilityRequest(lines=lines, location_ids=[LOCATION])))
        assert all(isinstance(answer, No) for answer in answers)
        assert PLANTED not in str([(answer.text, answer.details) for answer in answers])
        until(lambda: "store cannot be written" in gate.log.read_text())
        assert "nothing answers there" in gate.log.read_text(), "and why"
        assert "call failed" in gate.log.read_text()
        assert "bug=" not in gate.log.read_text(), "that it is away is no fault of a script"
        assert PLANTED not in gate.log.read_text()
