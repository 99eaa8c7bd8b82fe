"""Every field out of its bound: INVALID_ARGUMENT that names the field, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import limits
from tests.rpc.sound import SOUND
from tests.rpc.spoilt import requests
from tests.rpc.wire import PATHS, No, ask, raw, reserve, stocked

MUTATIONS = [method for method, good in SOUND.items() if "source_event" in good.DESCRIPTOR.fields_by_name]


@pytest.mark.parametrize(
    ("method", "bad", "path"),
    [
        pytest.param(method, bad, path, id=f"{method}-{path}-{place}")
        for method in SOUND
        for place, (path, bad) in enumerate(requests(method))
    ],
)
def test_a_field_out_of_its_bound_is_named(channel: grpc.Channel, method: str, bad: Message, path: str) -> None:
    answer = ask(channel, bad)
    assert isinstance(answer, No), f"{method} took it"
    assert (answer.code, answer.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert answer.fields == [path]
    assert path in answer.text


def test_every_method_has_a_sound_request_here_that_gets_past_the_fields(channel: grpc.Channel) -> None:
    assert set(SOUND) == set(PATHS)
    for good in SOUND.values():
        answer = ask(channel, good)
        assert not isinstance(answer, No) or answer.code not in {
            grpc.StatusCode.INVALID_ARGUMENT,
            grpc.StatusCode.INTERNAL,
        }


@pytest.mark.parametrize("method", MUTATIONS)
def test_every_mutation_may_tell_what_happened_in_the_callers_world(channel: grpc.Channel, method: str) -> None:
    told: Any = changed(method, lambda good: good.source_event.MergeFrom(types_pb.SourceEvent(document=f"D-{method}")))
    told.operation_id = f"told-{method}"
    answer = ask(channel, told)
    assert not isinstance(answer, No) or answer.code is not grpc.StatusCode.INVALID_ARGUMENT


MOST = {
    "CheckAvailability": 1_000,
    "ReserveStock": 1_000,
    "ReleaseReservation": 1_000,
    "AuthorizeWave": 2_000,
    "ReportPick": 2_000,
    "ConfirmShipment": 1_000,
    "RecordReceipt": 2_000,
    "RecordReturn": 1_000,
    "MoveStock": 2_000,
    "AdjustStock": 2_000,
    "SubmitCount": 2_000,
    "SetQuota": 2_000,
    "AnnounceIncoming": 2_000,
    "AmendIncoming": 2_000,
    "TransferStock": 1_000,
}
FEWEST_IS_NONE = {"ReleaseReservation", "ConfirmShipment", "SubmitCount", "AmendIncoming"}


def test_every_method_with_lines_has_a_bound_here() -> None:
    assert set(MOST) == {method for method, good in SOUND.items() if "lines" in good.DESCRIPTOR.fields_by_name}


@pytest.mark.parametrize("method", MOST)
def test_too_many_lines_are_refused_and_so_are_none(channel: grpc.Channel, method: str) -> None:
    request: Any = SOUND[method].__deepcopy__()
    for _ in range(MOST[method]):
        request.lines.add().CopyFrom(SOUND[method].lines[0])  # type: ignore[attr-defined]
    answer = ask(channel, request)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["lines"])
    if method not in FEWEST_IS_NONE:
        del request.lines[:]
        assert ask(channel, request).fields == ["lines"]


@pytest.mark.parametrize(
    "method",
    [
        "ReserveStock",
        "ReleaseReservation",
        "AuthorizeWave",
        "ReportPick",
        "ConfirmShipment",
        "AdjustStock",
        "SetQuota",
        "AnnounceIncoming",
        "AmendIncoming",
        "TransferStock",
    ],
)
def test_a_line_key_that_stands_twice_is_named(channel: grpc.Channel, method: str) -> None:
    request: Any = SOUND[method].__deepcopy__()
    request.lines.add().CopyFrom(request.lines[0])
    answer = ask(channel, request)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["lines[1]"])


def changed(method: str, change: Callable[[Any], object]) -> Message:
    request: Message = SOUND[method].__deepcopy__()
    change(request)
    return request


TOGETHER: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "units that are short must say why": (
        "ReportPick",
        lambda bad: setattr(bad.lines[0], "short_quantity", 1),
        "lines[0].short_reason",
    ),
    "a permit and no permit": ("ConfirmShipment", lambda bad: setattr(bad, "without_permit", True), "permit_id"),
    "kits are set by the gate": ("ReserveStock", lambda bad: bad.kits.add(line_id="1", sku="K", quantity=1), "kits"),
    "codes without stock are set by the gate": (
        "ReserveStock",
        lambda bad: bad.non_stock.add(line_id="1", sku="POSTAGE", quantity=1),
        "non_stock",
    ),
    "nothing to close": ("RecordReceipt", lambda bad: setattr(bad, "final", True), "final"),
    "goods that stay as they are": (
        "MoveStock",
        lambda bad: setattr(bad.lines[0], "from_status", stock_pb.STOCK_STATUS_DAMAGED),
        "lines[0].to_status",
    ),
    "some units of no lot": ("PlaceStockHold", lambda bad: bad.ClearField("lot_id"), "quantity"),
    "a lot of no units": ("PlaceStockHold", lambda bad: bad.ClearField("quantity"), "quantity"),
    "a range that is not looked at, from": (
        "SubmitCount",
        lambda bad: bad.MergeFrom(stock_pb.SubmitCountRequest(covers_after="A")) or bad.ClearField("covers_range"),
        "covers_after",
    ),
    "a range that is not looked at, to": (
        "SubmitCount",
        lambda bad: bad.MergeFrom(stock_pb.SubmitCountRequest(covers_through="B")) or bad.ClearField("covers_range"),
        "covers_through",
    ),
    "a range from behind": (
        "SubmitCount",
        lambda bad: bad.MergeFrom(stock_pb.SubmitCountRequest(covers_after="b", covers_through="a")),
        "covers_through",
    ),
    "a range of nothing": (
        "SubmitCount",
        lambda bad: bad.MergeFrom(stock_pb.SubmitCountRequest(covers_after="a", covers_through="a")),
        "covers_through",
    ),
    "nothing counted and nothing covered": (
        "SubmitCount",
        lambda bad: bad.ClearField("covers_range") or bad.ClearField("lines"),
        "lines",
    ),
    "more of one SKU than a line may hold": (
        "SubmitCount",
        lambda bad: bad.lines.add(sku="A", counted_quantity=limits.QUANTITY_MAX),
        "lines[1].counted_quantity",
    ),
    "a SKU that becomes itself": ("MergeSku", lambda bad: setattr(bad, "into_sku", "A"), "into_sku"),
    "goods that go nowhere": ("TransferStock", lambda bad: setattr(bad, "to_location_id", "L"), "to_location_id"),
}


@pytest.mark.parametrize("what", TOGETHER)
def test_fields_that_do_not_go_together_are_named(channel: grpc.Channel, what: str) -> None:
    method, change, path = TOGETHER[what]
    answer = ask(channel, changed(method, change))
    assert isinstance(answer, No), f"{method} took it"
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [path])


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("ReserveStock", "UNKNOWN_CHANNEL"),
        ("ConfirmReservation", "RESERVATION_NOT_FOUND"),
        ("ReleaseReservation", "RESERVATION_NOT_FOUND"),
    ],
)
def test_where_no_channel_says_who_serves_it_the_caller_must_say_where(
    channel: grpc.Channel, method: str, reason: str
) -> None:
    answer = ask(channel, changed(method, lambda bad: bad.ClearField("location_id")))
    assert (answer.code, answer.reason) == (grpc.StatusCode.NOT_FOUND, reason)


@pytest.mark.parametrize(
    ("document", "line"),
    [("", 1), ("version: 1", 1), ("version: 0\nsystems: {}", 1), ("systems: {}\nversion: one", 2), ("a: [\n\x00", 2)],
    ids=["nothing", "no systems", "version 0", "a word for a version", "no YAML"],
)
def test_a_handoff_map_names_each_line_that_is_wrong(channel: grpc.Channel, document: str, line: int) -> None:
    answer = ask(channel, handoff_pb.ApplyHandoffsRequest(operation_id="op", document=document))
    assert (answer.code, answer.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert f"document:{line}" in answer.fields


def test_lines_times_locations_are_bounded(channel: grpc.Channel) -> None:
    request = gate_pb.CheckAvailabilityRequest(
        lines=[gate_pb.AvailabilityLine(sku="A")] * 201, location_ids=[f"L{i}" for i in range(100)]
    )
    assert ask(channel, request).fields == ["lines"]


def test_a_message_beyond_its_size_is_refused_by_name(channel: grpc.Channel, location: str) -> None:
    answer = raw(channel, "ReserveStock", reserve(location, channel="x" * limits.MESSAGE_MAX_BYTES).SerializeToString())
    assert isinstance(answer, No)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["request"])


@pytest.mark.parametrize("payload", [b"\xff\xff\xff", b"\x0a\xff", b"\x00" * 10], ids=["noise", "cut off", "zeros"])
@pytest.mark.parametrize("method", [method for method, good in SOUND.items() if good.DESCRIPTOR.fields])
def test_bytes_that_are_no_message_are_refused(channel: grpc.Channel, method: str, payload: bytes) -> None:
    answer = raw(channel, method, payload)
    assert isinstance(answer, No)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["request"])


@pytest.mark.parametrize("header", ["gate-system", "gate-actor"])
def test_a_caller_must_name_itself_soundly(channel: grpc.Channel, location: str, header: str) -> None:
    payload = reserve(location).SerializeToString()
    answer = raw(channel, "ReserveStock", payload, metadata=((header, "a {b}"),))
    assert isinstance(answer, No)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [header])


@pytest.mark.parametrize("method", MUTATIONS)
def test_what_was_refused_for_its_form_left_no_trace(channel: grpc.Channel, location: str, method: str) -> None:
    stocked(channel, location, A=5)
    for path, bad in requests(method):
        if path != "location_id":
            bad.location_id = location  # type: ignore[attr-defined] # every mutation has one
            assert isinstance(ask(channel, bad), No)
    assert ask(channel, ledger_pb.ListEntriesRequest(location_id=location)).latest_revision == 1
    mended = ask(channel, reserve(location, operation_id="op"))  # the operation_id of all of them is still free
    assert (mended.applied.revision, mended.applied.replayed) == (2, False)


def test_a_transfer_that_was_refused_for_its_form_opened_no_location(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    request = incoming_pb.TransferStockRequest(
        operation_id="op",
        location_id=location,
        to_location_id=f"{location}-to",
        transfer_id="T",
        lines=[incoming_pb.TransferLine(sku="A", quantity=-1)],
    )
    assert isinstance(ask(channel, request), No)
    answer = ask(channel, ledger_pb.ListEntriesRequest(location_id=f"{location}-to"))
    assert answer.reason == "UNKNOWN_LOCATION"
