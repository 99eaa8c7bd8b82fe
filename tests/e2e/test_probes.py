"""The kubelet's calls, made as deploy/kubernetes.yaml configures them, through the whole life of a real gate."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import grpc
import pytest
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2, ledger_service_pb2, stock_service_pb2
from gate_service.embedded.valkey import EmbeddedStore
from tests.deploy import dockerfile
from tests.deploy.pod import (
    LIVENESS,
    NOT_SERVING,
    PATIENCE_S,
    READINESS,
    SERVING,
    STARTUP,
    Pod,
    Watch,
    free_port,
    unary,
    wait_until,
)

READY_SERVICES: Final = (
    "",
    *(
        service.full_name
        for file in (fulfillment_gate_service_pb2, stock_service_pb2, ledger_service_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
    ),
)


@pytest.fixture
def output(tmp_path: Path) -> Iterator[IO[bytes]]:
    """Keep what the gate says."""
    with (tmp_path / "gate.log").open("w+b") as file:
        yield file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "data", fsync="always") as running:  # as the manifest promises
        yield running
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGCONT)


@pytest.fixture
def pod(store: EmbeddedStore, output: IO[bytes]) -> Iterator[Pod]:
    with Pod(store.url, output) as running:
        yield running


def receipt(number: int) -> stock_service_pb2.RecordReceiptRequest:
    return stock_service_pb2.RecordReceiptRequest(
        operation_id=f"receipt-{number}",
        location_id="EAST",
        lines=[stock_service_pb2.ReceiptLine(sku="MUG", quantity=5, landing=stock_service_pb2.LANDING_AVAILABLE)],
    )


def record_receipt(
    channel: grpc.Channel,
) -> grpc.UnaryUnaryMultiCallable[Message, stock_service_pb2.RecordReceiptResponse]:
    method = "/fulfillment_gate.v1.StockService/RecordReceipt"
    return unary(channel, method, stock_service_pb2.RecordReceiptResponse)


def on_hand(channel: grpc.Channel) -> int:
    get = unary(channel, "/fulfillment_gate.v1.StockService/GetStock", stock_service_pb2.GetStockResponse)
    request = stock_service_pb2.GetStockRequest(location_id="EAST", skus=["MUG"])
    return get(request, timeout=PATIENCE_S).levels[0].on_hand


def test_until_it_listens_the_startup_probe_fails_and_then_all_three_pass(pod: Pod) -> None:
    failed_at_first = not pod.probe(STARTUP)
    wait_until(lambda: pod.probe(STARTUP), "startup")
    assert failed_at_first
    assert pod.probe(LIVENESS)
    pod.wait_until_ready()


def test_without_a_store_it_never_passes_a_probe_and_ends_with_a_sentence(tmp_path: Path, output: IO[bytes]) -> None:
    with Pod(f"unix://{tmp_path}/nothing.sock", output) as pod:
        passed = []
        while pod.process.poll() is None:
            passed += [probe for probe in (STARTUP, READINESS, LIVENESS) if pod.probe(probe)]
        assert (pod.exit_code(), passed) == (3, [])
    output.seek(0)
    said = output.read().decode()
    assert "store" in said
    assert "Traceback" not in said


def test_a_probe_of_a_service_it_does_not_have_fails(pod: Pod) -> None:
    pod.wait_until_ready()
    assert not pod.probe(READINESS._replace(service="fulfillment_gate.v1.NoSuchService"))


def test_the_health_check_of_the_image_is_healthy_when_ready_and_not_before(pod: Pod) -> None:
    python, *words = dockerfile.health_command()
    assert python == "python"
    command = [
        sys.executable,
        *(f"127.0.0.1:{pod.probe_port}" if word.endswith(f":{STARTUP.port}") else word for word in words),
    ]
    nobody = [word.replace(str(pod.probe_port), str(free_port())) for word in command]
    pod.wait_until_ready()
    assert [subprocess.run(each, check=False, stdout=subprocess.DEVNULL).returncode for each in (command, nobody)] == [
        0,
        1,
    ]


def test_every_service_of_the_contract_can_be_asked_for_and_is_ready(pod: Pod) -> None:
    pod.wait_until_ready()
    assert len(READY_SERVICES) == 4
    assert [service for service in READY_SERVICES if not pod.probe(READINESS._replace(service=service))] == []


def test_while_the_store_hangs_it_is_unready_and_alive_and_ready_again_after_it(pod: Pod, store: EmbeddedStore) -> None:
    pod.wait_until_ready()
    os.kill(store.pid, signal.SIGSTOP)
    wait_until(lambda: not pod.probe(READINESS), "unready")
    for service in READY_SERVICES:
        assert not pod.probe(READINESS._replace(service=service)), service
    assert [pod.probe(LIVENESS) for _ in range(LIVENESS.failure_threshold)] == [True] * LIVENESS.failure_threshold
    os.kill(store.pid, signal.SIGCONT)
    pod.wait_until_ready()


def test_a_store_that_died_and_came_back_is_used_again_with_what_it_kept(pod: Pod, store: EmbeddedStore) -> None:
    pod.wait_until_ready()
    with pod.channel() as channel:
        record = record_receipt(channel)
        record(receipt(1), timeout=PATIENCE_S)
        os.kill(store.pid, signal.SIGKILL)
        wait_until(lambda: not pod.probe(READINESS), "unready")
        assert pod.probe(LIVENESS)
        with pytest.raises(grpc.RpcError) as refused:
            record(receipt(2), timeout=PATIENCE_S)
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        with EmbeddedStore.start(store.data_dir, fsync="always") as successor:
            assert successor.url == store.url
            pod.wait_until_ready()
            assert pod.process.poll() is None
            assert on_hand(channel) == 5
            record(receipt(2), timeout=PATIENCE_S)
            assert on_hand(channel) == 10


def test_watchers_are_told_of_every_turn_and_liveness_has_none(store: EmbeddedStore, output: IO[bytes]) -> None:
    # Watchers never hang up; a gate that waited for them would not end within this grace.
    with Pod(store.url, output, GATE_GRACE_MS="600000", GATE_DRAIN_MS="500") as pod, pod.channel() as channel:
        pod.wait_until_ready()
        ready = [Watch(channel, service) for service in READY_SERVICES]
        alive = Watch(channel, LIVENESS.service)
        assert {watch.next() for watch in [*ready, alive]} == {SERVING}
        os.kill(store.pid, signal.SIGSTOP)
        assert {watch.next() for watch in ready} == {NOT_SERVING}
        os.kill(store.pid, signal.SIGCONT)
        assert {watch.next() for watch in ready} == {SERVING}
        pod.terminate()
        assert {watch.next() for watch in ready} == {NOT_SERVING}
        # What liveness says next is its end, and nothing before it.
        with pytest.raises(grpc.RpcError):
            alive.next()
        assert pod.exit_code() == 0


def test_while_it_drains_it_is_unready_and_alive_and_still_answers(store: EmbeddedStore, output: IO[bytes]) -> None:
    with Pod(store.url, output, GATE_DRAIN_MS="4000") as pod, pod.channel() as channel:
        pod.wait_until_ready()
        ready = Watch(channel, READINESS.service)
        assert ready.next() == SERVING
        pod.terminate()
        assert ready.next() == NOT_SERVING
        ready.close()
        # Callers that have not heard of it yet still come, over new connections too.
        assert not pod.probe(READINESS)
        assert pod.probe(LIVENESS)
        assert record_receipt(channel)(receipt(1), timeout=PATIENCE_S).applied.revision == 1
        assert pod.exit_code() == 0
        assert not pod.probe(LIVENESS)


def test_a_call_in_flight_at_sigterm_is_answered_before_it_exits_with_0(
    store: EmbeddedStore, output: IO[bytes]
) -> None:
    # Without a drain, so that it is the grace that the call has to thank.
    with Pod(store.url, output, GATE_DRAIN_MS="0") as pod, pod.channel() as channel:
        pod.wait_until_ready()
        record = record_receipt(channel)
        record(receipt(1), timeout=PATIENCE_S)
        os.kill(store.pid, signal.SIGSTOP)
        in_flight = record.future(receipt(2), timeout=PATIENCE_S)
        time.sleep(0.5)  # so that it waits for the store when the signal comes
        pod.terminate()
        time.sleep(0.5)
        assert not in_flight.done()
        os.kill(store.pid, signal.SIGCONT)
        assert in_flight.result().levels[0].on_hand == 10
        assert pod.exit_code() == 0
