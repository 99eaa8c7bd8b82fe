"""Orders without a location, over real gates: one is killed in the middle of them, and the same ids are asked again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import grpc
import pytest

from fulfillment_gate import Gate, NotFound, PermissionDenied, Refused, ReleaseLine, ReserveLine
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving
from tests.handoffs.maps import digest

PLACES = ("NORTH", "EAST", "SOUTH")
ORDERS = 120
HELD, COMMITTED = types_pb.RESERVATION_STATE_HELD, types_pb.RESERVATION_STATE_COMMITTED
SHOP, WMS = "fgt_shop", "fgt_wms"
MAP = f"""\
version: 1
systems:
  shop:
    role: storefront
    tokens: ["{digest(SHOP)}"]
    locations: [NORTH, EAST]
    channels: [web]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}}}
  wms:
    role: warehouse
    tokens: ["{digest(WMS)}"]
    locations: [NORTH, EAST, SOUTH]
    operations: {{record_receipt: {{}}}}
channels:
  web: {{locations: [SOUTH, NORTH, EAST], split: true, buffer: 1}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "store") as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "handoffs.yaml"
    path.write_text(MAP)
    return path


def receive(gate: Gate, **by_location: int) -> None:
    """Book units of a mug in at each location."""
    for location_id, units in by_location.items():
        line = stock_pb.ReceiptLine(sku="MUG", quantity=units, landing=stock_pb.LANDING_AVAILABLE)
        gate.record_receipt(location_id, [line])


def mugs(quantity: int) -> list[ReserveLine]:
    return [ReserveLine(line_id="1", sku="MUG", quantity=quantity)]


def served(answer: gate_pb.ReserveStockResponse) -> dict[str, int]:
    return {part.location_id: part.lines[0].quantity for part in answer.parts}


def reserved(gate: Gate, order_id: str) -> dict[str, tuple[int, int]]:
    """Read the open units of an order, and its state, wherever it has some."""
    found: dict[str, tuple[int, int]] = {}
    for location_id in PLACES:
        try:
            claim = gate.get_reservation(location_id, order_id).reservation
        except (NotFound, PermissionDenied):
            continue
        (line,) = claim.lines
        if line.held + line.committed:
            found[location_id] = (line.held + line.committed, claim.state)
    return found


def request(number: int) -> gate_pb.ReserveStockRequest:
    """Ask for an order that no single location has."""
    name = f"O-{number}"
    lines = [ReserveLine(sku="MUG", quantity=2), ReserveLine(sku="CUP", quantity=3)]
    return gate_pb.ReserveStockRequest(operation_id=name, order_id=name, channel="web", lines=lines)


def all_at_once(gate: GateProcess, kill_after: int) -> dict[str, gate_pb.ReserveStockResponse]:
    """Ask for all orders at once and give what was answered; kill the gate as soon as so many answers came."""
    method = "/fulfillment_gate.v1.FulfillmentGateService/ReserveStock"
    answers: dict[str, gate_pb.ReserveStockResponse] = {}
    came = count(1)

    def note(_: object) -> None:
        if next(came) == kill_after:
            gate.process.kill()

    with grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as channel:
        ask: grpc.UnaryUnaryMultiCallable[gate_pb.ReserveStockRequest, gate_pb.ReserveStockResponse]
        ask = channel.unary_unary(
            method,
            request_serializer=gate_pb.ReserveStockRequest.SerializeToString,
            response_deserializer=gate_pb.ReserveStockResponse.FromString,
        )
        asked = {f"O-{number}": ask.future(request(number), timeout=PATIENCE_S) for number in range(ORDERS)}
        for future in asked.values():
            future.add_done_callback(note)
        for order_id, future in asked.items():
            try:
                answers[order_id] = future.result()
            except grpc.RpcError as error:
                assert error.code() is grpc.StatusCode.UNAVAILABLE, error  # noqa: PT017 - and nothing else
    return answers


def places(answer: gate_pb.ReserveStockResponse) -> dict[str, dict[str, int]]:
    return {part.location_id: {line.sku: line.quantity for line in part.lines} for part in answer.parts}


def committed(gate: Gate, location_id: str, order_id: str) -> dict[str, int]:
    return {line.sku: line.committed for line in gate.get_reservation(location_id, order_id).reservation.lines}


@pytest.mark.parametrize("seed", range(3))
def test_a_gate_killed_in_the_middle_leaves_each_order_to_whoever_asks_again(
    store: EmbeddedStore, file: Path, tmp_path: Path, seed: int
) -> None:
    flags = ("--handoffs", str(file), "--authentication", "none")
    with gate_serving(store.url, tmp_path, *flags, name="first") as first:
        with Gate(first.address) as gate:
            for location_id, sku in (("NORTH", "MUG"), ("EAST", "CUP"), ("SOUTH", "CUP")):
                line = stock_pb.ReceiptLine(sku=sku, quantity=2 * ORDERS + 1, landing=stock_pb.LANDING_AVAILABLE)
                gate.record_receipt(location_id, [line])
        before = all_at_once(first, random.Random(seed).randrange(1, 20))
        first.process.wait(PATIENCE_S)
    assert 0 < len(before) < ORDERS
    with gate_serving(store.url, tmp_path, *flags, name="second") as second, Gate(second.address) as gate:
        after = all_at_once(second, kill_after=0)
        assert len(after) == ORDERS
        for order_id, answer in after.items():
            assert sum((Counter(units) for units in places(answer).values()), Counter()) == {"MUG": 2, "CUP": 3}
            assert {place: committed(gate, place, order_id) for place in places(answer)} == places(answer)
            if order_id in before:
                assert (places(answer), answer.applied.replayed) == (places(before[order_id]), True)
        levels = [level for place in PLACES for level in gate.list_stock(place).levels]
        assert sum(level.held for level in levels) == 0
        assert sum(level.committed for level in levels) == 5 * ORDERS


def test_a_storefront_sells_by_its_channel_where_the_map_lets_it(
    store: EmbeddedStore, file: Path, tmp_path: Path
) -> None:
    with (
        gate_serving(store.url, tmp_path, "--handoffs", str(file)) as running,
        Gate(running.address, token=WMS) as wms,
        Gate(running.address, token=SHOP) as shop,
    ):
        receive(wms, NORTH=4, EAST=6, SOUTH=50)
        answer = shop.reserve_stock("", "O-1", mugs(7), channel="web", ttl_ms=60_000)
        assert served(answer) == {"NORTH": 3, "EAST": 4}
        assert answer.state == HELD
        confirmed = shop.confirm_reservation("", "O-1")
        assert (confirmed.state, confirmed.changed) == (COMMITTED, True)
        found = shop.get_reservation("", "O-1")
        claims = [found.reservation, *found.others]
        assert {claim.location_id: claim.lines[0].committed for claim in claims} == {"NORTH": 3, "EAST": 4}
        with pytest.raises(NotFound):
            shop.get_reservation("", "O-9")
        with pytest.raises(Refused) as refused:
            shop.reserve_stock("", "O-2", mugs(2), channel="web")
        assert refused.value.violations[0].possible == 1
        assert shop.release_reservation("", "O-1", [ReleaseLine(line_id="1", quantity=5)]).released_quantity == 5
        assert reserved(shop, "O-1") == {"NORTH": (2, COMMITTED)}
        with pytest.raises(NotFound):
            shop.reserve_stock("", "O-3", mugs(1))
        with pytest.raises(PermissionDenied):
            wms.reserve_stock("", "O-4", mugs(1), channel="web")


def test_a_channel_is_answered_for_its_own_locations_in_their_order(
    store: EmbeddedStore, file: Path, tmp_path: Path
) -> None:
    flags = ("--handoffs", str(file), "--authentication", "none")
    with gate_serving(store.url, tmp_path, *flags) as running, Gate(running.address) as gate:
        receive(gate, ELSEWHERE=5, NORTH=5, SOUTH=5, EAST=5)
        line = gate_pb.AvailabilityLine(sku="MUG", quantity=1)
        by_channel = gate.check_availability([line], channel="web").locations
        assert [each.location_id for each in by_channel] == ["SOUTH", "NORTH", "EAST"]
        assert {each.lines[0].promise for each in by_channel} == {4}
        everywhere = gate.check_availability([line]).locations
        assert [each.location_id for each in everywhere] == sorted([*PLACES, "ELSEWHERE"])
        assert Counter(each.lines[0].promise for each in everywhere) == {5: 4}
