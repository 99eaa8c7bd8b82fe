"""What a handoff map decides, as callers see it: percent kept back, who is hit first, corrections that wait for two."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.rpc import error_details_pb2

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import gate_serving
from tests.rpc.wire import RESPONSES, No, ask, raw, reserve, stocked

MAP = """
version: 1
systems:
  house:
    role: admin
    locations: ["*"]
  wms-east:
    role: warehouse
    owner: {name: Dock 4, contact: dock-4@example.org}
    locations: ["*"]
    operations: {record_receipt: {}}
channels:
  store: {buffer: 2, priority: 1}
  web: {buffer_percent: 25, priority: 9}
  pair: {locations: [W-2, W-1, W-never]}
policy:
  safety_stock: 1
  approval_above: 3
"""
ANN, BOB = (("gate-actor", "ann"),), (("gate-actor", "bob"),)


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[grpc.Channel]:
    """Give a channel to a gate that obeys the map, and lets anybody in."""
    folder = tmp_path_factory.mktemp("policy")
    (folder / "handoffs.yaml").write_text(MAP)
    flags = ("--handoffs", str(folder / "handoffs.yaml"), "--authentication", "none")
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, *flags) as running,
        grpc.insecure_channel(running.address, [("grpc.enable_retries", 0)]) as opened,
    ):
        yield opened


def correction(location: str, delta: int) -> stock_pb.AdjustStockRequest:
    return stock_pb.AdjustStockRequest(
        operation_id="adjust",
        location_id=location,
        reason=stock_pb.ADJUSTMENT_REASON_WRITE_OFF,
        note="water damage",
        lines=[stock_pb.AdjustmentLine(sku="A", bucket=types_pb.BUCKET_ON_HAND, delta=delta)],
    )


def proposed(channel: grpc.Channel, location: str) -> stock_pb.AdjustStockResponse:
    """Ask, as ann, for a correction that is too large for one person."""
    answer = raw(channel, "AdjustStock", correction(location, -4).SerializeToString(), metadata=ANN)
    assert not isinstance(answer, No)
    return stock_pb.AdjustStockResponse.FromString(answer)


@pytest.mark.parametrize(("name", "buffer"), [("store", 2), ("web", 3), ("other", 0)])
def test_what_is_kept_back_from_a_channel_is_told_in_units(
    channel: grpc.Channel, location: str, name: str, buffer: int
) -> None:
    stocked(channel, location, A=9)  # a quarter of it, rounded up, is 3
    request = gate_pb.CheckAvailabilityRequest(
        lines=[gate_pb.AvailabilityLine(sku="A")], location_ids=[location], channel=name
    )
    [line] = ask(channel, request).locations[0].lines
    assert (line.safety_stock, line.buffer, line.promise) == (1, buffer, 8 - buffer)


def test_a_channel_is_answered_for_its_own_locations_in_their_order(channel: grpc.Channel, location: str) -> None:
    for name in (location, "W-1", "W-2"):
        stocked(channel, name, A=9)
    request = gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A")], channel="pair")
    assert [answer.location_id for answer in ask(channel, request).locations] == ["W-2", "W-1"]


def test_a_feed_names_whom_to_tell(channel: grpc.Channel, location: str) -> None:
    for system in ("wms-east", "nobodys"):
        event = types_pb.SourceEvent(system=system, document="D-1", number=1)
        line = stock_pb.ReceiptLine(sku="A", quantity=1, landing=stock_pb.LANDING_AVAILABLE)
        ask(
            channel,
            stock_pb.RecordReceiptRequest(operation_id=system, location_id=location, lines=[line], source_event=event),
        )
    nobodys, east = ask(channel, feed_pb.ListFeedsRequest(location_id=location)).feeds
    assert (nobodys.system, nobodys.owner) == ("nobodys", "")
    assert (east.system, east.owner) == ("wms-east", "Dock 4 (dock-4@example.org)")


def test_a_shortage_hits_the_least_urgent_channel_first(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=9)
    for name in ("web", "store"):
        lines = [gate_pb.ReserveLine(sku="A", quantity=2)]
        ask(channel, reserve(location, operation_id=name, order_id=name, channel=name, lines=lines))
    count = stock_pb.CountLine(sku="A", counted_quantity=1)
    ask(
        channel,
        stock_pb.SubmitCountRequest(operation_id="count", location_id=location, count_id="C", lines=[count]),
    )
    [shortage] = ask(channel, stock_pb.ListShortagesRequest(location_id=location)).shortages
    assert [(order.order_id, order.missing_quantity) for order in shortage.orders] == [("web", 2), ("store", 1)]


def test_a_large_correction_waits_and_changes_nothing(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=9)
    answer = proposed(channel, location)
    assert (answer.proposal_id, [level.on_hand for level in answer.levels]) == ("A2", [9])
    page = ask(channel, stock_pb.ListProposalsRequest(location_id=location))
    [waiting] = page.proposals
    assert (waiting.proposal_id, waiting.actor, waiting.note) == ("A2", "ann", "water damage")
    assert (waiting.reason, waiting.at_ms) == (stock_pb.ADJUSTMENT_REASON_WRITE_OFF, answer.applied.at_ms)
    assert list(waiting.lines) == [stock_pb.AdjustmentLine(sku="A", bucket=types_pb.BUCKET_ON_HAND, delta=-4)]


def test_a_small_correction_waits_where_it_is_only_proposed_and_names_its_variance(
    channel: grpc.Channel, location: str
) -> None:
    stocked(channel, location, A=9)
    asked = correction(location, -1)
    asked.propose, asked.variance_id = True, "V-7"
    raw(channel, "AdjustStock", asked.SerializeToString(), metadata=ANN)
    [waiting] = ask(channel, stock_pb.ListProposalsRequest(location_id=location)).proposals
    assert (waiting.proposal_id, waiting.variance_id) == ("A2", "V-7")
    yes = stock_pb.ApproveAdjustmentRequest(operation_id="yes", location_id=location, proposal_id="A2", approved=True)
    raw(channel, "ApproveAdjustment", yes.SerializeToString(), metadata=BOB)
    count = stock_pb.CountLine(sku="A", counted_quantity=8)
    ask(
        channel,
        stock_pb.SubmitCountRequest(
            operation_id="count", location_id=location, count_id="C", lines=[count], variance_id="V-8"
        ),
    )
    entries = ask(channel, ledger_pb.ListEntriesRequest(location_id=location)).entries
    assert [entry.variance_id for entry in entries] == ["", "V-7", "V-7", "V-8"]


def test_only_another_person_may_say_yes(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=9)
    proposal_id = proposed(channel, location).proposal_id
    yes = stock_pb.ApproveAdjustmentRequest(
        operation_id="yes-ann", location_id=location, proposal_id=proposal_id, approved=True
    )
    own = raw(channel, "ApproveAdjustment", yes.SerializeToString(), metadata=ANN)
    assert isinstance(own, No)
    assert (own.code, own.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SECOND_ACTOR_REQUIRED")
    assert own.details[error_details_pb2.ErrorInfo].metadata["proposal_id"] == proposal_id
    yes.operation_id = "yes-bob"
    other = raw(channel, "ApproveAdjustment", yes.SerializeToString(), metadata=BOB)
    assert not isinstance(other, No)
    assert [level.on_hand for level in RESPONSES["ApproveAdjustment"].FromString(other).levels] == [5]  # type: ignore[attr-defined]
    yes.operation_id = "yes-again"
    assert ask(channel, yes).reason == "PROPOSAL_NOT_FOUND"


def test_a_correction_that_one_person_may_make_is_made(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=9)
    answer = ask(channel, correction(location, -3))
    assert (answer.proposal_id, [level.on_hand for level in answer.levels]) == ("", [6])
