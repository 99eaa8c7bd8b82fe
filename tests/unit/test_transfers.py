"""Goods between two locations: each step once, and what is between them is finished by the same id."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from gate_service.app.access import Access
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.transfers import Transfers
from gate_service.domain import operations as ops
from gate_service.domain.denials import Denied
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.policy import Policy
from gate_service.domain.vocabulary import DocumentKind, Landing, Reason
from tests.unit.two_places import CALL, LINES, SENDING, TwoPlaces, two_places


@pytest.fixture
async def places(store_url: str) -> AsyncIterator[TwoPlaces]:
    async with two_places(store_url) as opened:
        yield opened


@pytest.mark.parametrize(
    "trouble",
    [
        Unavailable(Reason.STORE_UNAVAILABLE, "nothing was applied", 700),
        Unavailable(Reason.OVERLOADED, "too much", 700),
        GateError(Reason.DEADLINE_PASSED, "too late"),
    ],
    ids=lambda error: error.reason,
)
async def test_goods_that_left_and_are_not_announced_leave_the_outcome_open_until_the_same_id_comes_again(
    places: TwoPlaces, trouble: GateError
) -> None:
    places.receiver.trouble = trouble
    with pytest.raises(Unavailable) as caught:
        await places.transfers.transfer(SENDING, CALL)
    assert caught.value.reason is Reason.OUTCOME_UNKNOWN
    assert caught.value.retry_after_ms > 0
    assert not await places.announced()
    places.receiver.trouble = None
    done = await places.transfers.transfer(SENDING, CALL)
    assert (done.applied.replayed, done.announced.replayed) == (True, False)
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 3)
    assert await places.open_departures() == []


async def test_a_delivery_under_another_id_finishes_what_the_first_one_began(places: TwoPlaces) -> None:
    places.receiver.trouble = Unavailable(Reason.OUTCOME_UNKNOWN, "lost", 100)
    with pytest.raises(Unavailable):
        await places.transfers.transfer(SENDING, CALL)
    places.receiver.trouble = None
    webhook = ops.TransferStock("sent-twice", "HERE", "THERE", "T-1", 0, SENDING.lines, source=SENDING.source)
    done = await places.transfers.transfer(webhook, CALL)
    assert done.applied.absorbed
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 3)


async def test_a_caller_who_hangs_up_does_not_keep_the_goods_from_being_announced(places: TwoPlaces) -> None:
    places.receiver.open.clear()
    asking = asyncio.create_task(places.transfers.transfer(SENDING, CALL))
    await places.receiver.reached.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    places.receiver.open.set()
    await places.receiver.arrived.wait()
    assert (await places.level("THERE")).incoming == 3


async def test_the_announcement_has_all_the_time_it_takes(places: TwoPlaces) -> None:
    await places.transfers.transfer(SENDING, Call(method="test", deadline=time.monotonic() + 60))
    assert places.receiver.deadlines == [None]


async def test_a_refusal_of_the_sender_ends_it(places: TwoPlaces) -> None:
    too_much = ops.TransferStock("send", "HERE", "THERE", "T-1", 0, (ops.SkuQuantity("A", 6),))
    with pytest.raises(Refused) as caught:
        await places.transfers.transfer(too_much, CALL)
    assert caught.value.reason is Reason.INSUFFICIENT_STOCK
    assert not await places.announced()
    assert await places.open_departures() == []


async def test_the_name_of_a_purchase_order_over_there_is_refused_before_anything_leaves(places: TwoPlaces) -> None:
    await places.purchase_order("T-1")
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            await places.transfers.transfer(SENDING, CALL)
        assert caught.value.reason is Reason.TRANSFER_ID_REUSED
        assert caught.value.metadata == {"location_id": "THERE", "transfer_id": "T-1", "operation_id": "send"}
    assert (await places.level("HERE")).on_hand == 5
    assert [entry.operation_id for entry in await places.entries("HERE")] == ["opening"]


async def test_the_name_of_a_transfer_from_elsewhere_is_refused_before_anything_leaves(places: TwoPlaces) -> None:
    lines = (ops.ReceiptLine("A", 5, Landing.AVAILABLE),)
    await places.do(ops.RecordReceipt("opening", "ELSEWHERE", "", lines))
    await places.transfers.transfer(ops.TransferStock("send", "ELSEWHERE", "THERE", "T-1", 0, LINES), CALL)
    with pytest.raises(Refused) as caught:
        await places.transfers.transfer(SENDING, CALL)
    assert caught.value.reason is Reason.TRANSFER_ID_REUSED
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (5, 3)


async def test_from_a_location_that_nobody_knows_nothing_leaves_though_the_name_is_taken(places: TwoPlaces) -> None:
    await places.purchase_order("T-1")
    with pytest.raises(Refused) as caught:
        await places.transfers.transfer(ops.TransferStock("send", "NOWHERE", "THERE", "T-1", 0, LINES), CALL)
    assert caught.value.reason is Reason.TRANSFER_ID_REUSED


async def test_goods_that_arrived_before_they_were_announced_do_not_keep_the_transfer_from_being_told(
    places: TwoPlaces,
) -> None:
    lines = (ops.ReceiptLine("A", 2, Landing.AVAILABLE),)
    await places.do(ops.RecordReceipt("receipt", "THERE", "", lines, "T-1"))
    await places.transfers.transfer(SENDING, CALL)
    there = await places.level("THERE")
    assert (there.on_hand, there.incoming) == (2, 1)


@pytest.mark.parametrize(
    ("kind", "version", "from_location_id"),
    [(DocumentKind.PURCHASE_ORDER, 1, ""), (DocumentKind.TRANSFER, 1, "ELSEWHERE"), (DocumentKind.TRANSFER, 2, "")],
)
async def test_a_name_that_is_taken_while_the_goods_leave_is_told_with_where_they_are_and_told_again(
    places: TwoPlaces, kind: DocumentKind, version: int, from_location_id: str
) -> None:
    lines = (ops.OrderLine("A", "A", 9),)
    rival = ops.AnnounceIncoming("rival", "THERE", "T-1", kind, version, 0, from_location_id, lines)
    places.receiver.open.clear()
    asking = asyncio.create_task(places.transfers.transfer(SENDING, CALL))
    await places.receiver.reached.wait()
    await places.do(rival)
    places.receiver.open.set()
    for attempt in (asking, places.transfers.transfer(SENDING, CALL)):
        with pytest.raises(Refused) as caught:
            await attempt
        assert caught.value.reason is Reason.DOCUMENT_VERSION_REUSED
        assert caught.value.metadata["sent_revision"] == "2"
        assert "the goods left HERE" in caught.value.message
    assert await places.open_departures() == []
    assert ((await places.level("HERE")).on_hand, (await places.level("THERE")).incoming) == (2, 9)


async def test_an_operation_id_that_was_used_over_there_for_something_else_keeps_nothing_from_being_announced(
    places: TwoPlaces,
) -> None:
    await places.purchase_order("PO-1", operation_id="send")
    for replayed in (False, True):
        done = await places.transfers.transfer(SENDING, CALL)
        assert (done.applied.replayed, done.announced.replayed) == (replayed, replayed)
    assert (await places.level("THERE")).incoming == 3 + 9
    assert (await places.ledger.document("THERE", "T-1", CALL)).document.kind is DocumentKind.TRANSFER


async def test_goods_whose_sku_became_part_of_another_one_over_there_are_announced_under_that_one(
    places: TwoPlaces,
) -> None:
    await places.purchase_order("PO-1")
    await places.do(ops.MergeSku("merge", "THERE", "A", "B"))
    for _ in range(3):
        await places.transfers.transfer(SENDING, CALL)
    assert (await places.level("THERE", "B")).incoming == 3 + 9
    assert (await places.level("HERE")).on_hand == 2


async def test_a_transfer_that_is_told_again_with_another_time_stands_as_it_was_told_first(places: TwoPlaces) -> None:
    await places.transfers.transfer(SENDING, CALL)
    later = ops.TransferStock("send-later", "HERE", "THERE", "T-1", 77, LINES)
    done = await places.transfers.transfer(later, CALL)
    assert (done.applied.replayed, done.announced.replayed) == (False, True)
    assert (await places.ledger.document("THERE", "T-1", CALL)).document.expected_at_ms == 0


async def test_whoever_may_not_send_goods_does_not_learn_which_names_are_taken(places: TwoPlaces) -> None:
    await places.purchase_order("T-1")
    commands = Commands(places.ledger, Policy)
    with pytest.raises(Denied):
        await Transfers(commands, commands, places.ledger, Access(enforced=True)).transfer(SENDING, CALL)
