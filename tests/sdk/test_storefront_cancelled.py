"""What becomes of a checkout whose shopper closes the window: in asyncio, any await may be the last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

import fulfillment_gate as sdk
from fulfillment_gate.storefront import checkout_async
from tests.sdk.peer import Peer, answering_when_told

LINES = [sdk.ReserveLine(sku="mug", quantity=2)]


@pytest.fixture
async def gate(peer: Peer) -> AsyncIterator[sdk.AsyncGate]:
    async with sdk.AsyncGate(peer.target) as gate:
        yield gate


async def arrived(peer: Peer, method: str) -> None:
    """Wait until an attempt at this method arrives."""
    while peer.methods()[-1:] != [method]:
        await asyncio.to_thread(peer.arrived.acquire)


async def cancelled_at(peer: Peer, method: str, work: Coroutine[Any, Any, None]) -> None:
    """Run it, and cancel it once an attempt at this method has arrived."""
    task = asyncio.create_task(work)
    await arrived(peer, method)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_shopper_who_leaves_while_paying_gives_the_hold_back(gate: sdk.AsyncGate, peer: Peer) -> None:
    paying = asyncio.Event()

    async def shop() -> None:
        async with checkout_async(gate, "berlin", "order-1", LINES, channel="web"):
            paying.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(shop())
    await paying.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert peer.methods() == ["CheckAvailability", "ReserveStock", "ReleaseReservation"]


async def test_giving_back_runs_to_its_end_even_where_it_is_cancelled_too(gate: sdk.AsyncGate, peer: Peer) -> None:
    peer.on("ReleaseReservation", answering_when_told)
    released = asyncio.Event()

    async def shop() -> None:
        block = checkout_async(gate, "berlin", "order-1", LINES, channel="web")
        give_back = block._give_back

        async def told() -> None:
            await give_back()
            released.set()

        block._give_back = told  # type: ignore[method-assign]
        async with block:
            pass

    await cancelled_at(peer, "ReleaseReservation", shop())
    assert not released.is_set(), "the caller did not wait"
    peer.go_on.set()
    await asyncio.wait_for(released.wait(), 20)


async def test_a_paid_order_is_confirmed_even_where_the_shopper_has_left(gate: sdk.AsyncGate, peer: Peer) -> None:
    peer.on("ConfirmReservation", answering_when_told)
    block = checkout_async(gate, "berlin", "order-1", LINES, channel="web")

    async def shop() -> None:
        async with block as hold:
            await hold.confirm()

    await cancelled_at(peer, "ConfirmReservation", shop())
    assert not block.confirmed, "the caller did not wait"
    peer.go_on.set()
    while not block.confirmed:  # noqa: ASYNC110 - it tells nobody; the time limit of the test ends a wait in vain
        await asyncio.sleep(0.01)
    assert peer.methods() == ["CheckAvailability", "ReserveStock", "ConfirmReservation"]


async def test_cancelling_just_before_the_confirmation_is_sent_does_not_give_back(
    gate: sdk.AsyncGate, peer: Peer
) -> None:
    """In whatever order the loop runs what is ready then."""
    block = checkout_async(gate, "berlin", "order-1", LINES, channel="web")

    async def shop() -> None:
        async with block as hold:
            asyncio.get_running_loop().call_soon(task.cancel)
            await hold.confirm()

    task = asyncio.create_task(shop())
    with pytest.raises(asyncio.CancelledError):
        await task
    await arrived(peer, "ConfirmReservation")
    assert "ReleaseReservation" not in peer.methods()


async def test_a_shopper_who_leaves_while_stock_is_being_held_holds_none(gate: sdk.AsyncGate, peer: Peer) -> None:
    peer.on("ReserveStock", answering_when_told)

    async def shop() -> None:
        async with checkout_async(gate, "berlin", "order-1", LINES, channel="web"):
            raise AssertionError("never entered")

    await cancelled_at(peer, "ReserveStock", shop())
    assert peer.methods() == ["CheckAvailability", "ReserveStock", "ReserveStock", "ReleaseReservation"]
    first, second = peer.asked("ReserveStock")
    assert first == second, "settled by the same id, for the order may be another's"
