"""Every field out of its bound: INVALID_ARGUMENT that names the field, and nothing changes."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import limits
from tests.rpc.wire import PATHS, No, ask, raw, reserve, stocked

GOOD: dict[str, Message] = {
    "CheckAvailability": gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A", quantity=1)]),
    "ReserveStock": gate_pb.ReserveStockRequest(
        operation_id="op", location_id="L", order_id="O", lines=[gate_pb.ReserveLine(sku="A", quantity=1)]
    ),
    "ConfirmReservation": gate_pb.ConfirmReservationRequest(operation_id="op", location_id="L", order_id="O"),
    "ReleaseReservation": gate_pb.ReleaseReservationRequest(
        operation_id="op", location_id="L", order_id="O", lines=[gate_pb.ReleaseLine(line_id="1", quantity=1)]
    ),
    "GetReservation": gate_pb.GetReservationRequest(location_id="L", order_id="O"),
    "AuthorizeWave": gate_pb.AuthorizeWaveRequest(
        operation_id="op",
        location_id="L",
        wave_id="W",
        atomicity=gate_pb.WAVE_ATOMICITY_LINE,
        lines=[gate_pb.WaveLine(order_id="O", line_id="1", sku="A", quantity=1)],
    ),
    "ReportPick": gate_pb.ReportPickRequest(
        operation_id="op",
        location_id="L",
        permit_id="P1",
        lines=[gate_pb.PickLine(order_id="O", line_id="1", sku="A", picked_quantity=1)],
    ),
    "ConfirmShipment": gate_pb.ConfirmShipmentRequest(
        operation_id="op",
        location_id="L",
        order_id="O",
        permit_id="P1",
        shipment_id="S",
        lines=[gate_pb.ShipLine(line_id="1", sku="A", quantity=1)],
    ),
    "RecordReceipt": stock_pb.RecordReceiptRequest(
        operation_id="op",
        location_id="L",
        lines=[stock_pb.ReceiptLine(sku="A", quantity=1, landing=stock_pb.LANDING_AVAILABLE)],
    ),
    "AdjustStock": stock_pb.AdjustStockRequest(
        operation_id="op",
        location_id="L",
        reason=stock_pb.ADJUSTMENT_REASON_COUNT,
        lines=[stock_pb.AdjustmentLine(sku="A", bucket=types_pb.BUCKET_ON_HAND, delta=1)],
    ),
    "GetStock": stock_pb.GetStockRequest(location_id="L", skus=["A"]),
    "ListStock": stock_pb.ListStockRequest(location_id="L"),
    "ListEntries": ledger_pb.ListEntriesRequest(location_id="L"),
}
"""A sound request of each method."""

BAD_IDS = ["", "{L}", "L:1", "L\n", "L\x00", "\tL", "two words", "ü", "~L", "-L", "x" * 65]
BAD_OPTIONAL_IDS = BAD_IDS[1:]
BAD_QUANTITIES = [0, -1, limits.QUANTITY_MAX + 1, 2**63 - 1, -(2**63)]
ID_FIELDS = {"operation_id", "location_id", "order_id", "wave_id", "shipment_id", "sku"}
OPTIONAL_ID_FIELDS = {"channel", "permit_id", "reference", "page_token"}
LINE_IDS_REQUIRED = {"ReleaseReservation"}


def cases() -> list[Any]:
    """Take each sound request and spoil one field, in each way that field can be spoilt."""
    found: list[Any] = []
    for method, good in GOOD.items():
        for path, change in spoilt(method, good):
            bad = type(good)()
            bad.CopyFrom(good)
            change(bad)
            found.append(pytest.param(method, bad, path, id=f"{method}-{path}-{len(found)}"))
    return found


def spoilt(method: str, good: Message) -> list[tuple[str, Any]]:
    changes: list[tuple[str, Any]] = []
    for field in good.DESCRIPTOR.fields:
        values = bad_values(method, field.name)
        changes += [
            (field.name, lambda bad, name=field.name, value=value: setattr(bad, name, value)) for value in values
        ]
    line = good.DESCRIPTOR.fields_by_name["lines"].message_type if "lines" in good.DESCRIPTOR.fields_by_name else None
    if line is not None:
        for field in line.fields:
            changes += [
                (f"lines[0].{field.name}", lambda bad, name=field.name, value=value: setattr(bad.lines[0], name, value))
                for value in bad_values(method, field.name)
            ]
    return changes


def bad_values(method: str, name: str) -> list[Any]:
    if name in ID_FIELDS:
        return list(BAD_IDS)
    if name in OPTIONAL_ID_FIELDS:
        return list(BAD_OPTIONAL_IDS)
    if name == "line_id":
        return list(BAD_IDS if method in LINE_IDS_REQUIRED else BAD_OPTIONAL_IDS)
    if name == "quantity":
        return [-1, *BAD_QUANTITIES[2:]] if method == "CheckAvailability" else list(BAD_QUANTITIES)
    other: dict[str, list[Any]] = {
        "picked_quantity": [0, -1, limits.QUANTITY_MAX + 1],
        "short_quantity": [-1, limits.QUANTITY_MAX + 1],
        "short_reason": [99, 1],
        "delta": [0, limits.QUANTITY_MAX + 1, -limits.QUANTITY_MAX - 1],
        "bucket": [0, 5, 6, 7, 8, 99],
        "landing": [0, 99],
        "reason": [0, 99],
        "atomicity": [0, 99],
        "ttl_ms": [-1, 1, 999, limits.TTL_MAX_MS + 1, 2**62],
        "permit_ttl_ms": [-1, 59_999, limits.PERMIT_TTL_MAX_MS + 1],
        "note": ["x" * 201, "line\nbreak", "bell\x07"],
        "page_size": [-1, 2_001],
        "from_revision": [-1],
    }
    return other.get(name, [])


@pytest.mark.parametrize(("method", "bad", "path"), cases())
def test_a_field_out_of_its_bound_is_named(channel: grpc.Channel, method: str, bad: Message, path: str) -> None:
    answer = ask(channel, bad)
    assert isinstance(answer, No), f"{method} took it"
    assert (answer.code, answer.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert answer.fields == [path]
    assert path in answer.text


def test_every_method_has_a_sound_request_here_that_gets_past_the_fields(channel: grpc.Channel) -> None:
    assert set(GOOD) == set(PATHS)
    for good in GOOD.values():
        answer = ask(channel, good)
        assert not isinstance(answer, No) or answer.code is not grpc.StatusCode.INVALID_ARGUMENT


MOST = {
    "CheckAvailability": 1_000,
    "ReserveStock": 1_000,
    "ReleaseReservation": 1_000,
    "AuthorizeWave": 2_000,
    "ReportPick": 2_000,
    "ConfirmShipment": 1_000,
    "RecordReceipt": 2_000,
    "AdjustStock": 2_000,
}
FEWEST_IS_NONE = {"ReleaseReservation", "ConfirmShipment"}


@pytest.mark.parametrize("method", MOST)
def test_too_many_lines_are_refused_and_so_are_none(channel: grpc.Channel, method: str) -> None:
    request: Any = GOOD[method].__deepcopy__()
    for _ in range(MOST[method]):
        request.lines.add().CopyFrom(GOOD[method].lines[0])  # type: ignore[attr-defined]
    answer = ask(channel, request)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["lines"])
    if method not in FEWEST_IS_NONE:
        del request.lines[:]
        assert ask(channel, request).fields == ["lines"]


@pytest.mark.parametrize(
    "method", ["ReserveStock", "ReleaseReservation", "AuthorizeWave", "ReportPick", "ConfirmShipment", "AdjustStock"]
)
def test_a_line_key_that_stands_twice_is_named(channel: grpc.Channel, method: str) -> None:
    request: Any = GOOD[method].__deepcopy__()
    request.lines.add().CopyFrom(request.lines[0])
    answer = ask(channel, request)
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["lines[1]"])


def test_a_short_line_must_say_why(channel: grpc.Channel) -> None:
    request: Any = GOOD["ReportPick"].__deepcopy__()
    request.lines[0].short_quantity = 1
    assert ask(channel, request).fields == ["lines[0].short_reason"]


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
@pytest.mark.parametrize("method", PATHS)
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


def test_what_was_refused_for_its_form_left_no_trace(channel: grpc.Channel, location: str) -> None:
    stocked(channel, location, A=5)
    request = reserve(location, lines=[gate_pb.ReserveLine(sku="A", quantity=-1)])
    assert isinstance(ask(channel, request), No)
    assert ask(channel, ledger_pb.ListEntriesRequest(location_id=location)).latest_revision == 1
    mended = ask(channel, reserve(location))  # the same operation_id is still free
    assert (mended.applied.revision, mended.applied.replayed) == (2, False)
