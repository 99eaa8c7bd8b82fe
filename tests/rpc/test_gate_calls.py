"""What FulfillmentGateService answers beside orders and waves: the terms of a promise, and parcels of nobody's wave."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.rpc.wire import No, ask, sold, stocked


def parcel(location: str, order_id: str, quantity: int = 2) -> gate_pb.ConfirmShipmentRequest:
    return gate_pb.ConfirmShipmentRequest(
        operation_id=f"ship-{order_id}",
        location_id=location,
        order_id=order_id,
        shipment_id="parcel-1",
        without_permit=True,
        lines=[gate_pb.ShipLine(line_id="1", sku="A", quantity=quantity)],
    )


def test_each_term_of_a_promise_is_told(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=10)
    quota = stock_pb.QuotaLine(sku="A", quantity=4)
    ask(
        channel,
        stock_pb.SetQuotaRequest(operation_id="quota", location_id=location, channel="web", lines=[quota]),
    )
    asked = gate_pb.AvailabilityLine(sku="A", quantity=6)
    request = gate_pb.CheckAvailabilityRequest(lines=[asked], location_ids=[location], channel="store")
    [line] = ask(channel, request).locations[0].lines
    assert (line.promise, line.ring_fenced_for_others, line.buffer, line.safety_stock) == (6, 4, 0, 0)
    assert (line.sufficient, line.level.ring_fenced) == (True, 4)
    request.channel = "web"
    [line] = ask(channel, request).locations[0].lines
    assert (line.promise, line.ring_fenced_for_others) == (10, 0)


def test_a_parcel_without_a_wave_takes_what_its_order_committed(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    sold(channel, location, "O-1", A=2)
    answer = ask(channel, parcel(location, "O-1"))
    assert (answer.state, answer.shipped_quantity) == (types_pb.RESERVATION_STATE_SHIPPED, 2)


def test_a_parcel_that_matches_nothing_waits_until_somebody_says_what_it_was(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=5)
    sold(channel, location, "O-1", A=2)
    no = ask(channel, parcel(location, "0-1"))
    assert isinstance(no, No)
    assert (no.code, no.reason) == (grpc.StatusCode.NOT_FOUND, "RESERVATION_NOT_FOUND")
    name = no.details[error_details_pb2.ErrorInfo].metadata["unmatched_id"]
    page = ask(channel, gate_pb.ListUnmatchedShipmentsRequest(location_id=location))
    [waiting] = page.shipments
    assert (waiting.unmatched_id, waiting.order_id, waiting.shipment_id) == (name, "0-1", "parcel-1")
    assert (waiting.reason, waiting.revision, page.revision) == ("RESERVATION_NOT_FOUND", 3, 3)
    assert list(waiting.lines) == [gate_pb.ShipLine(line_id="1", sku="A", quantity=2)]
    resolved = ask(
        channel,
        gate_pb.ResolveShipmentRequest(
            operation_id="resolve", location_id=location, unmatched_id=name, order_id="O-1", note="a zero for an O"
        ),
    )
    assert (resolved.state, resolved.shipped_quantity) == (types_pb.RESERVATION_STATE_SHIPPED, 2)
    assert not ask(channel, gate_pb.ListUnmatchedShipmentsRequest(location_id=location)).shipments


def test_a_parcel_of_nobody_is_put_away_without_a_state(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    ask(channel, parcel(location, "O-1"))
    put_away = gate_pb.ResolveShipmentRequest(operation_id="resolve", location_id=location, unmatched_id="U2")
    answer = ask(channel, put_away)
    assert (answer.state, answer.shipped_quantity) == (types_pb.RESERVATION_STATE_UNSPECIFIED, 0)
    put_away.operation_id = "again"
    assert ask(channel, put_away).reason == "UNMATCHED_NOT_FOUND"
