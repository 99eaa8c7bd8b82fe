from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import grpc
import pytest

from fulfillment_gate import (
    ApplyHandoffsResponse,
    DeadlineExceeded,
    GateError,
    Overloaded,
    Refusal,
    ReserveLine,
    Unavailable,
)
from tests.sdk.client import Client
from tests.sdk.peer import Peer, Step, answering, failing, hanging, losing_the_answer, reason, retry_after

AWAY = failing(grpc.StatusCode.UNAVAILABLE, "the store is away", reason("STORE_UNAVAILABLE"), retry_after(10))
BUSY = failing(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much is waiting", reason("OVERLOADED"), retry_after(10))
NOT_TODAY = retry_after(86_400_000)
LINES = [ReserveLine(sku="mug", quantity=2)]


def ids(peer: Peer, method: str = "ReserveStock") -> list[str]:
    return [request.operation_id for request in peer.asked(method)]


STOPPING = failing(grpc.StatusCode.CANCELLED, "CANCELLED")
"""What a gate that stops answers to a call that it has not yet looked at."""


@pytest.mark.parametrize("fault", [AWAY, BUSY, STOPPING, losing_the_answer])
async def test_every_attempt_of_a_call_carries_the_same_operation_id(client: Client, peer: Peer, fault: Step) -> None:
    peer.on("ReserveStock", fault, fault)
    await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert len(ids(peer)) == 3
    assert len(set(ids(peer))) == 1


async def test_two_calls_are_two_operations(client: Client, peer: Peer) -> None:
    await client.ask("confirm_reservation", "berlin", "order-1")
    await client.ask("confirm_reservation", "berlin", "order-1")
    first, second = ids(peer, "ConfirmReservation")
    assert first < second, "ids of one process sort by age"


async def test_an_id_of_the_callers_own_is_sent_as_it_is(client: Client, peer: Peer) -> None:
    await client.ask("confirm_reservation", "berlin", "order-1", operation_id="paid/1")
    await client.ask("confirm_reservation", "berlin", "order-1", operation_id="")
    assert ids(peer, "ConfirmReservation") == ["paid/1", ""], "an empty id is the gate's to refuse, not ours to mend"


async def test_a_read_is_asked_again_too(client: Client, peer: Peer) -> None:
    peer.on("GetStock", AWAY, BUSY)
    await client.ask("get_stock", "berlin", ["mug"])
    assert peer.methods() == ["GetStock"] * 3


async def test_a_gate_that_is_not_up_yet_is_found_within_the_time_of_the_call(client: Client, peer: Peer) -> None:
    peer.wire.refused = 2
    await client.ask("get_stock", "berlin", ["mug"])
    assert peer.wire.connections == 3


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code.name not in {"OK", "CANCELLED"}])
async def test_only_unavailable_is_asked_again_whoever_says_it(
    client: Client, peer: Peer, code: grpc.StatusCode
) -> None:
    peer.on("ReserveStock", failing(code, "no"))
    again = code is grpc.StatusCode.UNAVAILABLE
    with contextlib.nullcontext() if again else pytest.raises(GateError):
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert len(peer.seen) == (2 if again else 1)


@pytest.mark.parametrize(
    ("code", "name"),
    [(grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED"), (grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED")],
)
async def test_a_caller_who_may_not_is_not_asked_again_and_nothing_is_open(
    client: Client, peer: Peer, code: grpc.StatusCode, name: str
) -> None:
    peer.on("ReserveStock", failing(code, "not you", reason(name), retry_after(1)))
    with pytest.raises(GateError) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert len(peer.seen) == 1
    assert not caught.value.outcome_unknown


async def test_what_is_too_large_for_the_way_is_not_asked_again_and_stays_open(client: Client, peer: Peer) -> None:
    """RESOURCE_EXHAUSTED that is not the gate's word: here the answer, which comes after the operation was applied."""
    text = "x" * 70_000_000
    peer.on("ApplyHandoffs", answering(ApplyHandoffsResponse(changes=[text])))
    with pytest.raises(Overloaded, match="larger than max") as caught:
        await client.ask("apply_handoffs", "version: 2")
    assert len(peer.seen) == 1
    assert (caught.value.reason, caught.value.outcome_unknown) == ("", True)


async def test_each_attempt_gets_what_is_left_of_the_time(client: Client, peer: Peer) -> None:
    """The wire rounds deadlines up, by less than 0.2 s for these; so the waits are longer than that."""
    wait = failing(grpc.StatusCode.UNAVAILABLE, "", retry_after(400))
    peer.on("ReserveStock", wait, wait)
    await client.ask("reserve_stock", "berlin", "order-1", LINES, timeout_s=8)
    first, second, third = [one.remaining_s for one in peer.seen]
    assert 8.2 > first > second > third > 0


async def test_the_time_of_the_client_holds_where_a_call_names_none(connect: Callable[..., Client], peer: Peer) -> None:
    client = connect(peer.target, timeout_s=1000)
    await client.ask("get_stock", "berlin", ["mug"])
    await client.ask("get_stock", "berlin", ["mug"], timeout_s=100)
    of_the_client, of_the_call = [one.remaining_s for one in peer.seen]
    assert of_the_call < 200 < of_the_client < 1100


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE", Unavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED", Overloaded),
    ],
)
async def test_when_there_is_no_time_for_another_attempt_the_last_error_is_raised(
    client: Client, peer: Peer, code: grpc.StatusCode, name: str, kind: type[GateError]
) -> None:
    peer.on("ReserveStock", AWAY, BUSY, failing(code, "the last", reason(name), NOT_TODAY))
    with pytest.raises(kind, match="the last") as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert ids(peer) == [caught.value.operation_id] * 3
    assert not caught.value.outcome_unknown, "the gate said each time that nothing was applied"


async def test_a_wait_that_exceeds_the_time_of_the_call_is_not_begun(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", failing(grpc.StatusCode.UNAVAILABLE, "tomorrow", NOT_TODAY))
    with pytest.raises(Unavailable, match="tomorrow") as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert caught.value.retry_after_ms == 86_400_000
    assert len(peer.seen) == 1


async def test_a_call_without_an_answer_tells_how_to_settle_it(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", hanging)
    with pytest.raises(DeadlineExceeded, match="unknown outcome: ask again with operation_id") as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES, timeout_s=1)
    assert caught.value.outcome_unknown
    await client.ask("reserve_stock", "berlin", "order-1", LINES, operation_id=caught.value.operation_id)
    assert peer.seen[0].request == peer.seen[1].request, "the same id with the same content"


async def test_an_answer_that_was_lost_once_keeps_the_outcome_open(client: Client, peer: Peer) -> None:
    """The last attempt was surely not applied; the first may have been."""
    busy = failing(grpc.StatusCode.RESOURCE_EXHAUSTED, "", reason("OVERLOADED"), NOT_TODAY)
    peer.on("ReserveStock", losing_the_answer, busy)
    with pytest.raises(Overloaded) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert caught.value.outcome_unknown


async def test_a_refusal_settles_what_a_lost_answer_left_open(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", losing_the_answer, failing(grpc.StatusCode.FAILED_PRECONDITION, "", reason("HOLD_EXPIRED")))
    with pytest.raises(GateError) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert not caught.value.outcome_unknown


async def test_a_no_that_stands_in_the_ledger_settles_whatever_its_code(client: Client, peer: Peer) -> None:
    no = failing(grpc.StatusCode.PERMISSION_DENIED, "", reason("SECOND_ACTOR_REQUIRED"), Refusal(revision=9))
    peer.on("ApproveAdjustment", losing_the_answer, no)
    with pytest.raises(GateError) as caught:
        await client.ask("approve_adjustment", "berlin", "A7", approved=True)
    assert not caught.value.outcome_unknown


async def test_a_no_before_the_ledger_leaves_open_what_a_lost_answer_left_open(client: Client, peer: Peer) -> None:
    """The first attempt may have met the catalog as it was before an import."""
    peer.on("ReserveStock", losing_the_answer, failing(grpc.StatusCode.NOT_FOUND, "", reason("UNKNOWN_ITEM")))
    with pytest.raises(GateError) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert caught.value.outcome_unknown


async def test_a_read_has_no_outcome_to_settle(client: Client, peer: Peer) -> None:
    peer.on("GetStock", hanging)
    with pytest.raises(DeadlineExceeded) as caught:
        await client.ask("get_stock", "berlin", ["mug"], timeout_s=0.3)
    assert (caught.value.operation_id, caught.value.outcome_unknown) == ("", False)


async def test_many_calls_at_once_share_a_client(client: Client, peer: Peer) -> None:
    peer.on("ConfirmReservation", *[AWAY] * 5)
    await asyncio.gather(*(client.ask("confirm_reservation", "berlin", f"order-{n}") for n in range(20)))
    by_order: dict[str, set[str]] = {}
    for request in peer.asked("ConfirmReservation"):
        by_order.setdefault(request.order_id, set()).add(request.operation_id)
    assert len(by_order) == 20
    assert all(len(names) == 1 for names in by_order.values())
