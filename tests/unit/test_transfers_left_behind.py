"""Goods that left through a gate which died before it announced them: any other gate carries on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Landing, OperationKind, Reason
from tests.unit.two_places import CALL, LINES, SENDING, TwoPlaces, two_places


@pytest.fixture
async def places(store_url: str) -> AsyncIterator[TwoPlaces]:
    async with two_places(store_url) as opened:
        yield opened


def sending(transfer_id: str, to_location_id: str = "THERE") -> ops.TransferStock:
    return ops.TransferStock(f"send-{transfer_id}", "HERE", to_location_id, transfer_id, 0, (ops.SkuQuantity("A", 1),))


async def test_what_left_is_announced_in_the_name_of_whoever_sent_it_and_under_his_operation_id(
    places: TwoPlaces,
) -> None:
    await places.left_by_a_gate_that_died()
    assert (await places.open_departures(), await places.announced()) == (["T-1"], False)
    await places.sweep()
    [entry] = await places.entries("THERE")
    assert (entry.kind, entry.operation_id) == (OperationKind.ANNOUNCE_INCOMING, "send")
    assert (entry.system, entry.actor, entry.source) == (CALL.system, CALL.actor, None)
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 3)
    assert (await places.open_departures(), places.told) == ([], [])


async def test_what_left_just_now_is_left_to_whoever_sent_it(places: TwoPlaces) -> None:
    await places.left_by_a_gate_that_died()
    await places.sweep(older_than_ms=600_000)
    assert (await places.open_departures(), await places.announced()) == (["T-1"], False)


async def test_two_gates_that_look_at_once_announce_it_once(places: TwoPlaces) -> None:
    await places.left_by_a_gate_that_died()
    await asyncio.gather(*(places.sweep() for _ in range(4)))
    assert [entry.operation_id for entry in await places.entries("THERE")] == ["send"]
    assert (await places.open_departures(), places.told) == ([], [])


async def test_the_same_transfer_asked_again_meanwhile_is_announced_once(places: TwoPlaces) -> None:
    await places.left_by_a_gate_that_died()
    done, _ = await asyncio.gather(places.another_gate().transfer(SENDING, CALL), places.sweep())
    assert done.applied.replayed
    assert [entry.operation_id for entry in await places.entries("THERE")] == ["send"]
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 3)


async def test_asked_again_under_another_id_with_another_time_it_is_expected_once(places: TwoPlaces) -> None:
    await places.left_by_a_gate_that_died()
    again = ops.TransferStock("send-again", "HERE", "THERE", "T-1", 77, LINES)
    places.receiver.trouble = Unavailable(Reason.OVERLOADED, "too much", 100)
    with pytest.raises(Unavailable):
        await places.transfers.transfer(again, CALL)
    await places.sweep()
    done = await places.another_gate().transfer(again, CALL)
    assert done.announced.replayed
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 3)


async def test_what_the_other_location_refuses_is_told_and_not_tried_again(places: TwoPlaces) -> None:
    await places.left_by_a_gate_that_died()
    await places.purchase_order("T-1")
    await places.sweep()
    await places.sweep()
    assert places.told == [("HERE", "T-1", Reason.DOCUMENT_VERSION_REUSED)]
    assert await places.open_departures() == []


async def test_a_refusal_that_its_caller_did_not_wait_for_is_told_by_whoever_looks_next(places: TwoPlaces) -> None:
    places.receiver.open.clear()
    asking = asyncio.create_task(places.transfers.transfer(SENDING, CALL))
    await places.receiver.reached.wait()
    asking.cancel()
    await places.purchase_order("T-1")
    places.receiver.open.set()
    await asyncio.gather(*places.transfers._under_way, return_exceptions=True)
    assert await places.open_departures() == ["T-1"]
    await places.sweep()
    assert places.told == [("HERE", "T-1", Reason.DOCUMENT_VERSION_REUSED)]


async def test_one_that_cannot_be_announced_keeps_no_other_from_it_and_is_tried_again(places: TwoPlaces) -> None:
    for transfer_id in ("T-1", "T-2", "T-3"):
        await places.left_by_a_gate_that_died(sending(transfer_id))
    places.receiver.trouble, places.receiver.troubled = Unavailable(Reason.OVERLOADED, "too much", 100), "T-2"
    with pytest.raises(Unavailable):
        await places.sweep(gate=places.transfers)
    assert await places.open_departures() == ["T-2"]
    await places.sweep()
    assert await places.open_departures() == []
    assert (await places.level("THERE")).incoming == 3


async def test_more_than_are_read_at_a_time_are_all_announced(places: TwoPlaces) -> None:
    await places.do(ops.RecordReceipt("more", "HERE", "", (ops.ReceiptLine("A", 300, Landing.AVAILABLE),)))
    names = [f"T-{number}" for number in range(230)]
    for name in names:
        await places.do(sending(name))
    assert len(await places.open_departures()) == 100
    await places.sweep()
    assert await places.open_departures() == []
    assert (await places.level("THERE")).incoming == len(names)
