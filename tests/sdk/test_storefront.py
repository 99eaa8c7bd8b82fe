from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate import storefront
from fulfillment_gate.storefront import NotEnough
from tests.sdk.client import Client
from tests.sdk.peer import (
    HOLD_EXPIRES_AT_MS,
    Peer,
    Step,
    answering,
    failing,
    promising,
    reason,
    retry_after,
)

Confirm = Callable[[], Awaitable[Any]]

LINES = [sdk.ReserveLine(line_id="1", sku="mug", quantity=2), sdk.ReserveLine(sku="pen", quantity=1)]
NOT_TODAY = retry_after(86_400_000)
BUSY = failing(grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", reason("OVERLOADED"), NOT_TODAY)
LOST = failing(grpc.StatusCode.UNAVAILABLE, "lost", reason("OUTCOME_UNKNOWN"), NOT_TODAY)
LATE = failing(grpc.StatusCode.DEADLINE_EXCEEDED, "late")
ORDER = ("berlin", "order-1", LINES)


class PaymentDeclined(Exception):
    pass


async def pay(_hold: Any, confirm: Confirm) -> None:  # noqa: ANN401 - a hold of either kind
    await confirm()


async def walk_away(_hold: object, _confirm: Confirm) -> None:
    pass


async def be_declined(_hold: object, _confirm: Confirm) -> None:
    raise PaymentDeclined


def operation_ids(peer: Peer, method: str) -> list[str]:
    return [request.operation_id for request in peer.asked(method)]


async def test_a_paid_checkout_is_checked_held_and_confirmed(client: Client, peer: Peer) -> None:
    hold = await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods() == ["CheckAvailability", "ReserveStock", "ConfirmReservation"]
    check, reserve, confirm = [one.request for one in peer.seen]
    assert (list(check.location_ids), check.channel) == (["berlin"], "web")
    assert [(line.sku, line.quantity) for line in check.lines] == [("mug", 2), ("pen", 1)]
    assert (reserve.location_id, reserve.order_id, reserve.channel, reserve.ttl_ms) == (
        "berlin",
        "order-1",
        "web",
        600_000,
    )
    assert list(reserve.lines) == LINES
    assert (confirm.order_id, confirm.operation_id) == ("order-1", hold.confirm_operation_id)
    assert (hold.confirmed, hold.expires_at_ms) == (True, HOLD_EXPIRES_AT_MS)


async def test_a_checkout_that_is_left_unpaid_gives_its_hold_back(client: Client, peer: Peer) -> None:
    hold = await client.check_out(walk_away, *ORDER, channel="web", ttl_ms=60_000)
    assert peer.methods()[-1] == "ReleaseReservation"
    assert peer.asked("ReserveStock")[0].ttl_ms == 60_000
    assert not hold.confirmed


async def test_a_checkout_that_fails_gives_its_hold_back(client: Client, peer: Peer) -> None:
    with pytest.raises(PaymentDeclined):
        await client.check_out(be_declined, *ORDER, channel="web")
    assert peer.methods()[-1] == "ReleaseReservation"


@pytest.mark.parametrize("fault", [LATE, LOST, failing(grpc.StatusCode.INTERNAL)])
async def test_a_release_that_fails_hides_nothing_and_is_left_to_the_ttl(
    client: Client, peer: Peer, fault: Step, caplog: pytest.LogCaptureFixture
) -> None:
    peer.on("ReleaseReservation", fault, fault)
    with pytest.raises(PaymentDeclined):
        await client.check_out(be_declined, *ORDER, channel="web")
    assert "order-1: the hold was not given back" in caplog.text
    await client.check_out(walk_away, "berlin", "order-2", LINES, channel="web")
    assert len(peer.asked("ReleaseReservation")) == 2, "nor does it raise where nothing else went wrong"


async def test_a_client_closed_in_the_middle_hides_nothing(client: Client) -> None:
    async def body(_hold: object, _confirm: Confirm) -> None:
        await client.close()
        raise PaymentDeclined

    with pytest.raises(PaymentDeclined):
        await client.check_out(body, *ORDER, channel="web")


async def test_an_order_without_a_location_is_held_where_the_gate_finds_it(client: Client, peer: Peer) -> None:
    parts = [sdk.SourcedPart(location_id="berlin", lines=LINES[:1]), sdk.SourcedPart(location_id="paris")]
    held = sdk.ReserveStockResponse(state=sdk.RESERVATION_STATE_HELD, parts=parts)
    peer.on("ReserveStock", answering(held))
    hold = await client.check_out(pay, "", "order-1", LINES, channel="web")
    assert peer.methods() == ["ReserveStock", "ConfirmReservation"], "it checks as it sources"
    assert [one.request.location_id for one in peer.seen] == ["", ""]
    assert list(hold.parts) == parts


async def test_an_order_without_a_location_is_given_back_wherever_it_is_held(client: Client, peer: Peer) -> None:
    await client.check_out(walk_away, "", "order-1", LINES, channel="web")
    assert [(one.method, one.request.location_id) for one in peer.seen] == [
        ("ReserveStock", ""),
        ("ReleaseReservation", ""),
    ]


async def test_a_line_in_packs_is_checked_as_it_is_ordered(client: Client, peer: Peer) -> None:
    await client.check_out(pay, "berlin", "o1", [sdk.ReserveLine(sku="mug", amount="1.5", unit="case")], channel="web")
    assert list(peer.asked("CheckAvailability")[0].lines) == [
        sdk.AvailabilityLine(sku="mug", amount="1.5", unit="case")
    ]


async def test_too_little_stock_says_what_would_be_possible_and_holds_nothing(client: Client, peer: Peer) -> None:
    lines = [*LINES, sdk.ReserveLine(line_id="gift", sku="mug", quantity=3)]
    peer.on("CheckAvailability", lambda _peer, request, _context: promising(request, 4))
    with pytest.raises(NotEnough) as caught:
        await client.check_out(pay, "berlin", "order-1", lines, channel="web")
    short = [(line.line_id, line.sku, line.asked, line.possible) for line in caught.value.violations]
    assert short == [("1", "mug", 5, 4), ("gift", "mug", 5, 4)], "two lines of one SKU count together"
    assert caught.value.reason == "INSUFFICIENT_STOCK"
    assert isinstance(caught.value, sdk.Refused)
    assert peer.methods() == ["CheckAvailability"]


async def test_stock_that_went_to_another_since_the_check_reads_the_same(client: Client, peer: Peer) -> None:
    line = sdk.LineViolation(line_id="1", sku="mug", asked=2, possible=1)
    refusal = sdk.Refusal(revision=9, violations=[line])
    peer.on(
        "ReserveStock",
        failing(grpc.StatusCode.FAILED_PRECONDITION, "gone", reason("INSUFFICIENT_STOCK"), refusal),
    )
    with pytest.raises(NotEnough) as caught:
        await client.check_out(pay, *ORDER, channel="web")
    assert (caught.value.violations, caught.value.revision) == ([line], 9)
    assert "ReleaseReservation" not in peer.methods()


async def test_the_hold_of_another_checkout_is_never_released(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", failing(grpc.StatusCode.ALREADY_EXISTS, "", reason("RESERVATION_EXISTS")))
    with pytest.raises(sdk.AlreadyExists):
        await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods() == ["CheckAvailability", "ReserveStock"]


async def test_a_hold_of_unknown_outcome_is_settled_by_its_own_id_and_given_back(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", LOST)
    with pytest.raises(sdk.Unavailable):
        await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods() == ["CheckAvailability", "ReserveStock", "ReserveStock", "ReleaseReservation"]
    assert len(set(operation_ids(peer, "ReserveStock"))) == 1


async def test_a_hold_that_turns_out_to_be_anothers_is_not_given_back(client: Client, peer: Peer) -> None:
    exists = failing(grpc.StatusCode.ALREADY_EXISTS, "", reason("RESERVATION_EXISTS"))
    peer.on("ReserveStock", LOST, exists)
    with pytest.raises(sdk.Unavailable):
        await client.check_out(pay, *ORDER, channel="web")
    assert "ReleaseReservation" not in peer.methods()


async def test_a_hold_that_was_surely_not_taken_needs_no_settling(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", BUSY)
    with pytest.raises(sdk.Overloaded):
        await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods() == ["CheckAvailability", "ReserveStock"]


@pytest.mark.parametrize("fault", [LATE, LOST])
async def test_a_confirmation_without_an_answer_is_settled_by_the_same_id(
    client: Client, peer: Peer, fault: Step
) -> None:
    peer.on("ConfirmReservation", fault)
    hold = await client.check_out(pay, *ORDER, channel="web")
    assert operation_ids(peer, "ConfirmReservation") == [hold.confirm_operation_id] * 2
    assert hold.confirmed
    assert "ReleaseReservation" not in peer.methods()


@pytest.mark.parametrize("second", [LOST, BUSY, LATE])
async def test_a_confirmation_that_stays_unknown_is_raised_and_never_undone(
    client: Client, peer: Peer, second: Step
) -> None:
    """Also where the last attempt was surely not applied: the first may have been."""
    peer.on("ConfirmReservation", LOST, second)
    with pytest.raises(sdk.GateError, match="unknown outcome") as caught:
        await client.check_out(pay, *ORDER, channel="web")
    assert caught.value.outcome_unknown
    assert operation_ids(peer, "ConfirmReservation") == [caught.value.operation_id] * 2
    assert "ReleaseReservation" not in peer.methods()


async def test_a_confirmation_that_was_surely_not_applied_leaves_a_hold_to_give_back(
    client: Client, peer: Peer
) -> None:
    peer.on("ConfirmReservation", BUSY)
    with pytest.raises(sdk.Overloaded):
        await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods()[-2:] == ["ConfirmReservation", "ReleaseReservation"]


@pytest.mark.parametrize("name", ["HOLD_EXPIRED", "RESERVATION_RELEASED"])
async def test_a_refused_confirmation_leaves_nothing_to_give_back(client: Client, peer: Peer, name: str) -> None:
    peer.on("ConfirmReservation", failing(grpc.StatusCode.FAILED_PRECONDITION, "", reason(name)))
    with pytest.raises(sdk.Refused):
        await client.check_out(pay, *ORDER, channel="web")
    assert peer.methods()[-1] == "ConfirmReservation"


async def test_a_caller_may_go_on_asking_in_the_block(client: Client, peer: Peer) -> None:
    peer.on("ConfirmReservation", LOST, LOST, BUSY)

    async def body(hold: Any, confirm: Confirm) -> None:  # noqa: ANN401 - a hold of either kind
        for kind in (sdk.Unavailable, sdk.Overloaded):
            with pytest.raises(kind):
                await confirm()
            assert not hold.confirmed
        await confirm()

    hold = await client.check_out(body, *ORDER, channel="web")
    assert operation_ids(peer, "ConfirmReservation") == [hold.confirm_operation_id] * 4
    assert hold.confirmed


async def test_confirming_twice_asks_once_and_answers_the_same(client: Client, peer: Peer) -> None:
    answers = []

    async def body(_hold: object, confirm: Confirm) -> None:
        answers.extend([await confirm(), await confirm()])

    await client.check_out(body, *ORDER, channel="web")
    assert answers[0] == answers[1]
    assert len(peer.asked("ConfirmReservation")) == 1


async def test_a_hold_without_an_end_is_refused(client: Client, peer: Peer) -> None:
    with pytest.raises(ValueError, match="ttl_ms"):
        await client.check_out(pay, *ORDER, channel="web", ttl_ms=0)
    assert peer.seen == []


def test_a_checkout_is_entered_once(peer: Peer) -> None:
    with sdk.Gate(peer.target) as gate:
        block = storefront.checkout(gate, *ORDER, channel="web")
        with block:
            pass
        with pytest.raises(RuntimeError, match="entered once"), block:
            pass


def test_an_interrupted_checkout_gives_its_hold_back(peer: Peer) -> None:
    def interrupted() -> None:
        with storefront.checkout(gate, *ORDER, channel="web"):
            raise KeyboardInterrupt

    with sdk.Gate(peer.target) as gate, pytest.raises(KeyboardInterrupt):
        interrupted()
    assert peer.methods()[-1] == "ReleaseReservation"


async def test_an_answer_without_the_location_leaves_the_decision_to_the_reservation(
    client: Client, peer: Peer
) -> None:
    peer.on("CheckAvailability", answering(sdk.CheckAvailabilityResponse()))
    assert (await client.check_out(pay, *ORDER, channel="web")).confirmed
