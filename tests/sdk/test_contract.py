"""The SDK is as large as the contract, and both clients are the same size."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import fulfillment_gate as sdk
from fulfillment_gate import rpcs
from fulfillment_gate.v1 import error_reason_pb2, types_pb2
from tests.sdk import calls, calls_of_books, calls_of_findings, calls_of_snapshots, calls_of_variances
from tests.sdk.calls import Call
from tests.sdk.client import Client
from tests.sdk.peer import FILES, METHODS, STREAMS, Peer, answering

ROOT = Path(__file__).parents[2]
CALLS = [
    *calls.CALLS,
    *calls_of_books.CALLS,
    *calls_of_findings.CALLS,
    *calls_of_snapshots.CALLS,
    *calls_of_variances.CALLS,
]
TABLE = {rpc.path: rpc for rpc in vars(rpcs).values() if isinstance(rpc, rpcs.Rpc)}
FILLED_BY_THE_GATE = {"kits", "non_stock"}
"""Fields of requests that only the gate fills."""


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def public_methods(kind: type) -> dict[str, Any]:
    return {name: function for name, function in inspect.getmembers(kind) if not name.startswith("_")}


def next_of(method: MethodDescriptor) -> str:
    """Give the field of an answer that says where to go on; empty where it is no page."""
    fields = method.output_type.fields_by_name
    return next((name for name in ("next_page_token", "next_from_revision") if name in fields), "")


PAGED = [method for method in METHODS.values() if next_of(method)]
FIRST_ARGS = {call.method: call.args[:1] for call in CALLS}


def test_every_rpc_of_the_contract_is_in_the_table_with_what_it_answers() -> None:
    assert TABLE.keys() == METHODS.keys() | STREAMS.keys()
    for path, method in (METHODS | STREAMS).items():
        assert TABLE[path].response is GetMessageClass(method.output_type)


@pytest.mark.parametrize("kind", [sdk.Gate, sdk.AsyncGate])
def test_every_rpc_has_a_method_named_as_it_is_and_every_list_an_iterator(kind: type) -> None:
    named = {snake_case(method.name) for method in (METHODS | STREAMS).values()}
    iterators = {snake_case(method.name).replace("list_", "iter_") for method in PAGED}
    assert public_methods(kind).keys() == named | iterators | {"close"}


@pytest.mark.parametrize("name", sorted(public_methods(sdk.Gate).keys() | {"__init__"}))
def test_both_clients_take_the_same_arguments(name: str) -> None:
    sync = inspect.signature(getattr(sdk.Gate, name)).parameters
    aio = inspect.signature(getattr(sdk.AsyncGate, name)).parameters
    assert list(sync.values()) == list(aio.values())


@pytest.mark.parametrize("name", sorted(public_methods(sdk.Gate).keys() - {"close"}))
@pytest.mark.parametrize("kind", [sdk.Gate, sdk.AsyncGate])
def test_every_method_says_what_it_gives_and_takes_a_timeout(kind: type, name: str) -> None:
    method = getattr(kind, name)
    assert len(method.__doc__) > 50
    assert "timeout_s" in inspect.signature(method).parameters


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: snake_case(method.name))
def test_a_method_takes_every_field_of_its_request(method: MethodDescriptor) -> None:
    parameters = inspect.signature(getattr(sdk.Gate, snake_case(method.name))).parameters
    fields = {"everything" if name == "all" else name for name in method.input_type.fields_by_name}
    assert parameters.keys() - {"self", "timeout_s"} == fields - FILLED_BY_THE_GATE


def test_the_twins_and_the_names_are_as_they_would_be_written_now() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "generate_sdk.py"), "--check"]
    done = subprocess.run(script, check=False, capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)


def test_there_is_a_call_of_every_method_with_a_value_for_every_field() -> None:
    assert {call.method for call in CALLS} == {snake_case(method.name) for method in METHODS.values()}
    for method in METHODS.values():
        sent = {
            field.name
            for call in CALLS
            if call.method == snake_case(method.name)
            for field, _ in call.sent.ListFields()
        }
        assert sent == set(method.input_type.fields_by_name) - FILLED_BY_THE_GATE


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.method)
async def test_a_method_sends_what_it_was_given(client: Client, peer: Peer, call: Call) -> None:
    response = await client.ask(call.method, *call.args, **call.options)
    (seen,) = peer.seen
    assert snake_case(seen.method) == call.method
    assert seen.request == call.sent
    assert isinstance(response, Message)


async def test_a_caller_names_itself_in_every_call(client: Client, peer: Peer) -> None:
    await client.ask("get_stock", "berlin", ["mug"])
    assert peer.seen[0].metadata["gate-system"] == "shop-1"
    assert peer.seen[0].metadata["gate-actor"] == "till 4"
    assert peer.seen[0].metadata["user-agent"].startswith("fulfillment-gate-python ")


async def test_a_caller_without_a_name_sends_none(connect: Callable[..., Client], peer: Peer) -> None:
    await connect(peer.target).ask("get_stock", "berlin", ["mug"])
    assert not {"gate-system", "gate-actor", "authorization"} & peer.seen[0].metadata.keys()


async def test_a_caller_proves_in_every_call_who_it_is(connect: Callable[..., Client], peer: Peer) -> None:
    client = connect(peer.target, token="s3cret")  # noqa: S106 - of no gate
    await client.ask("get_stock", "berlin", ["mug"])
    await client.ask("confirm_reservation", "berlin", "o1")
    assert [one.metadata["authorization"] for one in peer.seen] == ["Bearer s3cret"] * 2


def test_every_message_and_enum_value_is_to_be_had_from_the_package() -> None:
    wanted: set[str] = set()
    for file in (*FILES, error_reason_pb2, types_pb2):
        wanted |= {name for name in file.DESCRIPTOR.message_types_by_name if not name.endswith("Request")}
        for enum in file.DESCRIPTOR.enum_types_by_name.values():
            wanted |= {enum.name} | {value.name for value in enum.values}
    assert wanted <= vars(sdk).keys()


def page_of(method: MethodDescriptor, sign: int, go_on: str | int) -> tuple[Message, Message]:
    """Give an answer with one row, told from others by a sign in its first figure, and the row."""
    page = GetMessageClass(method.output_type)(**{next_of(method): go_on})
    (rows,) = [each for each in method.output_type.fields if each.is_repeated and each.message_type]
    row = getattr(page, rows.name).add()
    figure = next(each for each in row.DESCRIPTOR.fields if each.type in {each.TYPE_INT64, each.TYPE_STRING})
    setattr(row, figure.name, sign if figure.type == figure.TYPE_INT64 else str(sign))
    return page, row


@pytest.mark.parametrize("method", PAGED, ids=lambda method: snake_case(method.name))
async def test_an_iterator_gives_all_pages_in_their_order(client: Client, peer: Peer, method: MethodDescriptor) -> None:
    by_token = next_of(method) == "next_page_token"
    first, one = page_of(method, 1, "behind-1" if by_token else 8)
    last, two = page_of(method, 2, "" if by_token else 0)
    peer.on(method.name, answering(first), answering(last))
    name = snake_case(method.name).replace("list_", "iter_")
    args = FIRST_ARGS[snake_case(method.name)]
    assert await client.all_of(name, *args) == [one, two]
    asked = [request.page_token if by_token else request.from_revision for request in peer.asked(method.name)]
    assert asked == (["", "behind-1"] if by_token else [1, 8])


@pytest.mark.parametrize(("asked", "first"), [({}, 1), ({"from_revision": 0}, 1), ({"from_revision": 5}, 5)])
async def test_the_ledger_is_given_from_a_revision_on(
    client: Client, peer: Peer, asked: dict[str, int], first: int
) -> None:
    await client.all_of("iter_entries", "berlin", include_canonical=True, **asked)
    (request,) = peer.asked("ListEntries")
    assert (request.from_revision, request.include_canonical) == (first, True)


async def test_only_what_is_overdue_is_given_where_that_is_asked(client: Client, peer: Peer) -> None:
    await client.all_of("iter_incoming", "berlin", overdue_only=True)
    assert peer.asked("ListIncoming")[0].overdue_only


async def test_a_request_that_no_server_takes_is_refused_before_it_is_sent(client: Client, peer: Peer) -> None:
    with pytest.raises(sdk.InvalidArgument, match="at most 4194304") as caught:
        await client.ask("get_stock", "berlin", ["x" * 64] * 70_000)
    assert caught.value.field_violations
    assert peer.seen == []


async def test_an_answer_larger_than_grpc_takes_by_default_is_taken(client: Client, peer: Peer) -> None:
    hit = sdk.Shortage(sku="x" * 64, orders=[sdk.HitOrder(order_id="y" * 64)] * 100)
    peer.on("SubmitCount", answering(sdk.SubmitCountResponse(shortages=[hit] * 1_000)))
    answer = await client.ask("submit_count", "berlin", "c1", [])
    assert answer.ByteSize() > 6_000_000
