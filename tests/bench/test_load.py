"""The load generator as a process against real gRPC servers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from bench import messages
from bench.load.driver import LoadError
from bench.load.plan import SERIAL_MARK, Plan, encode
from bench.load.process import run
from bench.processes import HOST, Target, free_port, running
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb


class Recorder(grpc.GenericRpcHandler):
    """Answers each reservation, keeps its operation id, and refuses every tenth."""

    def __init__(self) -> None:
        self.operation_ids: list[str] = []

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[pb.ReserveStockRequest, pb.ReserveStockResponse] | None:
        if handler_call_details.method != messages.RESERVE_PATH:
            return None
        return grpc.unary_unary_rpc_method_handler(
            self.reserve,
            request_deserializer=pb.ReserveStockRequest.FromString,
            response_serializer=pb.ReserveStockResponse.SerializeToString,
        )

    def reserve(self, request: pb.ReserveStockRequest, context: grpc.ServicerContext) -> pb.ReserveStockResponse:
        self.operation_ids.append(request.operation_id)
        if request.operation_id.endswith("5"):
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "busy")
        return pb.ReserveStockResponse()


@pytest.fixture
def recorder() -> Iterator[tuple[Recorder, int]]:
    recorder = Recorder()
    with ThreadPoolExecutor(4) as workers:
        server = grpc.server(workers, handlers=[recorder])
        port = server.add_insecure_port(f"{HOST}:0")
        server.start()
        yield recorder, port
        server.stop(None).wait()


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder: Path = tmp_path_factory.mktemp("echo")
    with running("echo", ["bench.servers.echo"], folder, health=False) as target:
        yield target


def plan(port: int) -> Plan:
    return Plan(host=HOST, port=port, path=messages.RESERVE_PATH, template=messages.reserve_template(), slots=1_000)


def test_every_call_has_an_id_of_its_own_and_refusals_are_counted_apart(recorder: tuple[Recorder, int]) -> None:
    server, port = recorder
    report = run(replace(plan(port), calls=200, connections=3, streams=8, first_serial=7))
    assert sorted(server.operation_ids) == [f"bench-{number:010d}" for number in range(7, 207)]
    assert report.calls_total == 180
    assert report.statuses == {"8": 20}
    assert report.next_serial == 207


def test_a_closed_loop_measures_rate_latency_and_both_sides_cpu(echo: Target) -> None:
    report = run(replace(plan(echo.port), warmup_s=0.1, seconds=0.5, gather_ms=1, watch={"server": echo.pid}))
    assert report.statuses == {}
    assert report.calls > 50
    assert report.calls_total > report.calls
    assert 0 < report.p50_ms <= report.p99_ms <= report.max_ms
    assert 0 < report.cpu_us_per_call("client") < report.cpu_us_per_call("server")
    answer = pb.ReserveStockResponse.FromString(report.sample_message())
    assert answer.state == 3


def test_an_open_loop_makes_the_calls_that_were_due_and_no_more(echo: Target) -> None:
    report = run(replace(plan(echo.port), rate_per_s=200, warmup_s=0.1, seconds=0.5))
    assert 99 <= report.calls <= 101
    assert report.statuses == {}


def test_large_requests_pass_the_flow_control_of_a_real_server(echo: Target) -> None:
    lines = [pb.ReserveLine(sku=f"SKU-{number:05d}", quantity=1) for number in range(20_000)]
    request = pb.ReserveStockRequest(operation_id=f"large-{SERIAL_MARK}", lines=lines)
    large = replace(plan(echo.port), template=encode(request.SerializeToString()), calls=12, connections=1, streams=4)
    report = run(large)
    assert report.calls == 12


def test_a_method_nobody_serves_is_no_answer(recorder: tuple[Recorder, int]) -> None:
    report = run(replace(plan(recorder[1]), path="/bench.None/Such", calls=5))
    assert report.calls == 0
    assert report.statuses == {"12": 5}


def test_a_server_that_is_not_there_is_an_error_in_words() -> None:
    with pytest.raises(LoadError, match="refused"):
        run(replace(plan(free_port()), calls=1))
