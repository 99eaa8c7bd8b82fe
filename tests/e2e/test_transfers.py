"""Transfers over real gates: one is killed between their two steps, and others announce what it sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import grpc
import pytest
import redis

from fulfillment_gate import Gate
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger import keys
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving

HERE, THERE = "NORTH", "SOUTH"
AT_ONCE = 100
UNITS = 100_000
METHOD = "/fulfillment_gate.v1.IncomingService/TransferStock"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "store") as running:
        yield running


@pytest.fixture
def client(store: EmbeddedStore) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(store.url, decode_responses=True) as opened:
        yield opened


def left_behind(client: redis.Redis) -> set[str]:
    """Name the transfers whose goods left and that nobody has announced."""
    return {str(name) for name in client.hkeys(keys.departures(HERE))} - {""}


def request(name: str) -> incoming_pb.TransferStockRequest:
    lines = [incoming_pb.TransferLine(sku="MUG", quantity=1)]
    return incoming_pb.TransferStockRequest(
        operation_id=f"send-{name}", location_id=HERE, to_location_id=THERE, transfer_id=name, lines=lines
    )


def send_and_kill(gate: GateProcess, client: redis.Redis, names: list[str]) -> None:
    """Send all at once, and kill the gate as soon as goods have left that are not announced."""
    with grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as channel:
        ask: grpc.UnaryUnaryMultiCallable[incoming_pb.TransferStockRequest, incoming_pb.TransferStockResponse]
        ask = channel.unary_unary(
            METHOD,
            request_serializer=incoming_pb.TransferStockRequest.SerializeToString,
            response_deserializer=incoming_pb.TransferStockResponse.FromString,
        )
        asked = [ask.future(request(name), timeout=PATIENCE_S) for name in names]
        while client.hlen(keys.departures(HERE)) < 2 and not all(future.done() for future in asked):
            pass
        gate.process.kill()
        gate.process.wait(PATIENCE_S)
        assert all(future.exception() is None or future.code() is grpc.StatusCode.UNAVAILABLE for future in asked)


def units(gate: Gate) -> tuple[int, int]:
    """Give how many left, and how many are expected where they go."""
    (here,) = gate.get_stock(HERE, ["MUG"]).levels
    there = gate.get_stock(THERE, ["MUG"]).levels
    return UNITS - here.on_hand, sum(level.incoming for level in there)


def test_what_a_killed_gate_sent_is_announced_by_the_others_and_once(
    store: EmbeddedStore, client: redis.Redis, tmp_path: Path
) -> None:
    with gate_serving(store.url, tmp_path, name="stocking") as first, Gate(first.address) as gate:
        line = stock_pb.ReceiptLine(sku="MUG", quantity=UNITS, landing=stock_pb.LANDING_AVAILABLE)
        gate.record_receipt(HERE, [line])
        gate.record_receipt(THERE, [stock_pb.ReceiptLine(sku="CUP", quantity=1, landing=stock_pb.LANDING_AVAILABLE)])
    sent: list[str] = []
    for attempt in count():
        assert attempt < 10, "no gate was ever killed between the two steps"
        names = [f"T-{attempt}-{number}" for number in range(AT_ONCE)]
        sent += names
        with gate_serving(store.url, tmp_path, name=f"killed-{attempt}") as killed:
            send_and_kill(killed, client, names)
        if len(left_behind(client)) > 1:  # one to be asked for again, and others that nobody asks for
            break
    forgotten = left_behind(client)
    with (
        gate_serving(store.url, tmp_path, name="second") as second,
        gate_serving(store.url, tmp_path, name="third"),
        Gate(second.address) as gate,
    ):
        one = min(forgotten)
        answer = gate.transfer_stock(HERE, THERE, one, request(one).lines, operation_id=f"send-{one}")
        assert answer.applied.replayed
        assert one not in left_behind(client)
        until = time.monotonic() + PATIENCE_S
        while left_behind(client):
            assert time.monotonic() < until, "nobody announced it"
            time.sleep(0.1)
        left, expected = units(gate)
        assert left == expected >= len(forgotten)
        for name in sent:
            gate.transfer_stock(HERE, THERE, name, request(name).lines, operation_id=f"send-{name}")
        assert units(gate) == (len(sent), len(sent))
        assert left_behind(client) == set()
