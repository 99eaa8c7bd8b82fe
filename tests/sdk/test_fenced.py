"""What callers do where a location is fenced: its store has lost history, and only its operator can open it again."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate import wms
from fulfillment_gate.storefront import NotEnough
from tests.sdk.client import Client
from tests.sdk.peer import Peer, failing, losing_the_answer, promising, reason, retry_after

LINES = [sdk.ReserveLine(sku="mug", quantity=2)]
WAVE = [sdk.WaveLine(order_id="o1", line_id="1", sku="mug", quantity=5)]
FENCED = failing(
    grpc.StatusCode.FAILED_PRECONDITION,
    "the store has lost history",
    reason("LOCATION_FENCED", location_id="berlin"),
    retry_after(10),
)


async def buy(_hold: object, confirm: Any) -> None:  # noqa: ANN401 - of either kind
    await confirm()


def marked(_peer: Peer, request: Any, _context: object) -> sdk.CheckAvailabilityResponse:  # noqa: ANN401 - as a step
    """Promise enough, at a location that is marked."""
    answer = promising(request, 1_000_000)
    answer.locations[0].lineage.fenced = True
    return answer


async def test_a_fence_is_final_though_it_says_when_to_ask_again(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", FENCED)
    with pytest.raises(sdk.Refused) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert (caught.value.reason, caught.value.metadata) == ("LOCATION_FENCED", {"location_id": "berlin"})
    assert not caught.value.outcome_unknown
    assert len(peer.seen) == 1


async def test_a_fence_settles_nothing_that_a_lost_answer_left_open(client: Client, peer: Peer) -> None:
    """The ledger did not look whether it knows the operation."""
    peer.on("ReserveStock", losing_the_answer, FENCED)
    with pytest.raises(sdk.Refused) as caught:
        await client.ask("reserve_stock", "berlin", "order-1", LINES)
    assert caught.value.outcome_unknown


async def test_to_a_shop_a_location_that_is_fenced_has_nothing(client: Client, peer: Peer) -> None:
    peer.on("CheckAvailability", marked)
    with pytest.raises(NotEnough, match="berlin is closed") as caught:
        await client.check_out(buy, "berlin", "order-1", LINES, channel="web")
    assert caught.value.reason == "LOCATION_FENCED"
    assert peer.methods() == ["CheckAvailability"]


@pytest.mark.parametrize("method", ["CheckAvailability", "ReserveStock"])
async def test_a_shop_hears_of_a_fence_wherever_it_meets_it(client: Client, peer: Peer, method: str) -> None:
    peer.on(method, FENCED)
    with pytest.raises(NotEnough) as caught:
        await client.check_out(buy, "berlin", "order-1", LINES, channel="web")
    assert caught.value.reason == "LOCATION_FENCED"
    assert peer.methods()[-1] == method


async def test_an_order_that_comes_in_paid_finds_a_fenced_location_empty(client: Client, peer: Peer) -> None:
    peer.on("ReserveStock", FENCED)
    with pytest.raises(NotEnough):
        await client.helped("storefront.place_order", "berlin", "order-1", LINES, channel="web")


async def test_a_confirmation_that_meets_a_fence_leaves_a_hold_to_give_back(client: Client, peer: Peer) -> None:
    peer.on("ConfirmReservation", FENCED)
    with pytest.raises(sdk.Refused):
        await client.check_out(buy, "berlin", "order-1", LINES, channel="web")
    assert peer.methods()[-1] == "ReleaseReservation"


async def test_a_confirmation_that_may_have_been_applied_before_the_fence_is_never_undone(
    client: Client, peer: Peer
) -> None:
    lost = failing(grpc.StatusCode.UNAVAILABLE, "lost", reason("OUTCOME_UNKNOWN"), retry_after(86_400_000))
    peer.on("ConfirmReservation", lost, FENCED)
    with pytest.raises(sdk.GateError) as caught:
        await client.check_out(buy, "berlin", "order-1", LINES, channel="web")
    assert caught.value.outcome_unknown
    assert "ReleaseReservation" not in peer.methods()


async def test_a_warehouse_is_told_to_stop(client: Client, peer: Peer) -> None:
    peer.on("AuthorizeWave", FENCED)
    with pytest.raises(wms.PickingStopped, match="Stop picking at this location") as caught:
        await client.release_wave("berlin", "wave-1", WAVE)
    assert str(caught.value).startswith("LOCATION_FENCED: the store has lost history")
    assert len(peer.seen) == 1


async def test_a_shop_that_wants_it_is_answered_from_what_was_seen_last(client: Client, peer: Peer) -> None:
    await client.check_out(buy, "berlin", "order-1", LINES, channel="web", max_age_ms=30_000)
    await client.check_out(buy, "berlin", "order-2", LINES, channel="web")
    assert [request.max_age_ms for request in peer.asked("CheckAvailability")] == [30_000, 0]
