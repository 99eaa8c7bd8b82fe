"""The SDK is as large as the contract, and both clients are the same size."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import fulfillment_gate as sdk
from fulfillment_gate import rpcs
from fulfillment_gate.v1 import (
    error_reason_pb2,
    fulfillment_gate_service_pb2,
    ledger_service_pb2,
    stock_service_pb2,
    types_pb2,
)
from tests.sdk.client import Client
from tests.sdk.peer import METHODS, Peer, answering

FILES = [error_reason_pb2, fulfillment_gate_service_pb2, ledger_service_pb2, stock_service_pb2, types_pb2]
TABLE = {rpc.path: rpc for rpc in vars(rpcs).values() if isinstance(rpc, rpcs.Rpc)}

ID = {"operation_id": "op-1"}
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    (
        "check_availability",
        ([sdk.AvailabilityLine(sku="mug", quantity=2)],),
        {"location_ids": ["berlin"], "channel": "web"},
        {"lines": [{"sku": "mug", "quantity": "2"}], "location_ids": ["berlin"], "channel": "web"},
    ),
    (
        "reserve_stock",
        ("berlin", "o1", [sdk.ReserveLine(line_id="1", sku="mug", quantity=2)]),
        {"channel": "web", "ttl_ms": 5_000, **ID},
        {
            **ID,
            "location_id": "berlin",
            "order_id": "o1",
            "channel": "web",
            "ttl_ms": "5000",
            "lines": [{"line_id": "1", "sku": "mug", "quantity": "2"}],
        },
    ),
    ("confirm_reservation", ("berlin", "o1"), ID, {**ID, "location_id": "berlin", "order_id": "o1"}),
    (
        "release_reservation",
        ("berlin", "o1", [sdk.ReleaseLine(line_id="1", quantity=2)]),
        ID,
        {**ID, "location_id": "berlin", "order_id": "o1", "lines": [{"line_id": "1", "quantity": "2"}]},
    ),
    ("get_reservation", ("berlin", "o1"), {}, {"location_id": "berlin", "order_id": "o1"}),
    (
        "authorize_wave",
        ("berlin", "w1", [sdk.WaveLine(order_id="o1", line_id="1", sku="mug", quantity=2)]),
        {"atomicity": sdk.WAVE_ATOMICITY_ORDER, "permit_ttl_ms": 60_000, **ID},
        {
            **ID,
            "location_id": "berlin",
            "wave_id": "w1",
            "lines": [{"order_id": "o1", "line_id": "1", "sku": "mug", "quantity": "2"}],
            "atomicity": "WAVE_ATOMICITY_ORDER",
            "permit_ttl_ms": "60000",
        },
    ),
    (
        "authorize_wave",
        ("berlin", "w1", [sdk.WaveLine(sku="mug")]),
        {"dry_run": True},
        {
            "location_id": "berlin",
            "wave_id": "w1",
            "lines": [{"sku": "mug"}],
            "atomicity": "WAVE_ATOMICITY_LINE",
            "dry_run": True,
        },
    ),
    (
        "report_pick",
        ("berlin", "P7", [sdk.PickLine(order_id="o1", sku="mug", picked_quantity=1)]),
        ID,
        {
            **ID,
            "location_id": "berlin",
            "permit_id": "P7",
            "lines": [{"order_id": "o1", "sku": "mug", "picked_quantity": "1"}],
        },
    ),
    (
        "confirm_shipment",
        ("berlin", "o1", "P7", "parcel-1", [sdk.ShipLine(sku="mug", quantity=1)]),
        ID,
        {
            **ID,
            "location_id": "berlin",
            "order_id": "o1",
            "permit_id": "P7",
            "shipment_id": "parcel-1",
            "lines": [{"sku": "mug", "quantity": "1"}],
        },
    ),
    (
        "record_receipt",
        ("berlin", [sdk.ReceiptLine(sku="mug", quantity=9, landing=sdk.LANDING_AVAILABLE)]),
        {"reference": "po-1", **ID},
        {
            **ID,
            "location_id": "berlin",
            "reference": "po-1",
            "lines": [{"sku": "mug", "quantity": "9", "landing": "LANDING_AVAILABLE"}],
        },
    ),
    (
        "adjust_stock",
        ("berlin", [sdk.AdjustmentLine(sku="mug", bucket=sdk.BUCKET_ON_HAND, delta=-1)]),
        {"reason": sdk.ADJUSTMENT_REASON_COUNT, "note": "shelf 3", **ID},
        {
            **ID,
            "location_id": "berlin",
            "reason": "ADJUSTMENT_REASON_COUNT",
            "note": "shelf 3",
            "lines": [{"sku": "mug", "bucket": "BUCKET_ON_HAND", "delta": "-1"}],
        },
    ),
    ("get_stock", ("berlin", ["mug"]), {}, {"location_id": "berlin", "skus": ["mug"]}),
    (
        "list_stock",
        ("berlin",),
        {"page_size": 5, "page_token": "t"},
        {"location_id": "berlin", "page_size": 5, "page_token": "t"},
    ),
    (
        "list_entries",
        ("berlin",),
        {"from_revision": 3, "page_size": 5, "include_canonical": True},
        {"location_id": "berlin", "from_revision": "3", "page_size": 5, "include_canonical": True},
    ),
]


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def public_methods(kind: type) -> dict[str, Any]:
    return {name: function for name, function in vars(kind).items() if not name.startswith("_")}


def test_every_rpc_of_the_contract_is_in_the_table_with_what_it_answers() -> None:
    assert TABLE.keys() == METHODS.keys()
    for path, method in METHODS.items():
        assert TABLE[path].response is GetMessageClass(method.output_type)


@pytest.mark.parametrize("kind", [sdk.Gate, sdk.AsyncGate])
def test_every_rpc_has_a_method_named_as_it_is(kind: type) -> None:
    named = {snake_case(method.name) for method in METHODS.values()}
    assert public_methods(kind).keys() == named | {"close", "iter_stock", "iter_entries"}


@pytest.mark.parametrize("name", sorted(public_methods(sdk.Gate).keys() | {"__init__"}))
def test_both_clients_take_the_same_arguments(name: str) -> None:
    sync = inspect.signature(getattr(sdk.Gate, name)).parameters
    aio = inspect.signature(getattr(sdk.AsyncGate, name)).parameters
    assert list(sync.values()) == list(aio.values())


@pytest.mark.parametrize("name", sorted(public_methods(sdk.Gate).keys() - {"close"}))
def test_every_method_says_what_it_gives_and_takes_a_timeout(name: str) -> None:
    method = getattr(sdk.Gate, name)
    assert len(method.__doc__) > 60
    assert "timeout_s" in inspect.signature(method).parameters


def test_the_calls_below_name_every_method() -> None:
    assert {name for name, *_ in CALLS} == {snake_case(method.name) for method in METHODS.values()}


@pytest.mark.parametrize(("name", "args", "options", "sent"), CALLS)
async def test_a_method_sends_what_it_was_given(
    client: Client, peer: Peer, name: str, args: tuple[Any, ...], options: dict[str, Any], sent: dict[str, Any]
) -> None:
    response = await client.ask(name, *args, **options)
    (seen,) = peer.seen
    assert snake_case(seen.method) == name
    assert MessageToDict(seen.request, preserving_proto_field_name=True) == sent
    assert isinstance(response, Message)


async def test_a_caller_names_itself_in_every_call(client: Client, peer: Peer) -> None:
    await client.ask("get_stock", "berlin", ["mug"])
    assert peer.seen[0].metadata["gate-system"] == "shop-1"
    assert peer.seen[0].metadata["gate-actor"] == "till 4"
    assert peer.seen[0].metadata["user-agent"].startswith("fulfillment-gate-python ")


async def test_a_caller_without_a_name_sends_none(connect: Callable[..., Client], peer: Peer) -> None:
    await connect(peer.target).ask("get_stock", "berlin", ["mug"])
    assert not {"gate-system", "gate-actor"} & peer.seen[0].metadata.keys()


def test_every_message_and_enum_value_is_to_be_had_from_the_package() -> None:
    wanted: set[str] = set()
    for file in FILES:
        wanted |= {name for name in file.DESCRIPTOR.message_types_by_name if not name.endswith("Request")}
        for enum in file.DESCRIPTOR.enum_types_by_name.values():
            wanted |= {enum.name} | {value.name for value in enum.values}
    assert wanted <= vars(sdk).keys()


async def test_all_pages_of_the_stock_are_given(client: Client, peer: Peer) -> None:
    mug, pen = sdk.StockLevel(sku="mug"), sdk.StockLevel(sku="pen")
    peer.on(
        "ListStock",
        answering(sdk.ListStockResponse(levels=[mug], next_page_token="behind-mug")),  # noqa: S106 - no secret
        answering(sdk.ListStockResponse(levels=[pen])),
    )
    assert await client.all_of("iter_stock", "berlin") == [mug, pen]
    assert [request.page_token for request in peer.asked("ListStock")] == ["", "behind-mug"]


@pytest.mark.parametrize(("asked", "first"), [({}, 1), ({"from_revision": 0}, 1), ({"from_revision": 5}, 5)])
async def test_all_pages_of_the_ledger_are_given(client: Client, peer: Peer, asked: dict[str, int], first: int) -> None:
    entries = [sdk.LedgerEntry(revision=revision) for revision in (first, first + 1)]
    peer.on(
        "ListEntries",
        answering(sdk.ListEntriesResponse(entries=entries[:1], next_from_revision=first + 1)),
        answering(sdk.ListEntriesResponse(entries=entries[1:])),
    )
    assert await client.all_of("iter_entries", "berlin", include_canonical=True, **asked) == entries
    assert [request.from_revision for request in peer.asked("ListEntries")] == [first, first + 1]
    assert all(request.include_canonical for request in peer.asked("ListEntries"))


async def test_a_request_that_no_server_takes_is_refused_before_it_is_sent(client: Client, peer: Peer) -> None:
    with pytest.raises(sdk.InvalidArgument, match="at most 4194304") as caught:
        await client.ask("get_stock", "berlin", ["x" * 64] * 70_000)
    assert caught.value.field_violations
    assert peer.seen == []
