"""Goods between two locations: each step once, and what is between them is finished by the same id."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
import redis

from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.app.transfers import Transfers
from gate_service.domain import operations as ops
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.policy import Policy
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import DocumentKind, Landing, Reason
from gate_service.ledger.ledger import RedisLedger

ReplyT = TypeVar("ReplyT")

CALL = Call(method="test", system="wms-east")
SENDING = ops.TransferStock(
    "send",
    "HERE",
    "THERE",
    "T-1",
    0,
    (ops.SkuQuantity("A", 3),),
    source=ops.SourceEvent("", "transfer", "T-1", "", "sent", 1),
)


class Doubtful(Commands):
    """The way to the other location, on which a test may lay trouble or hold up what comes."""

    def __init__(self, ledger: RedisLedger) -> None:
        """Let everything pass at first."""
        super().__init__(ledger, Policy)
        self.trouble: GateError | None = None
        self.deadlines: list[float | None] = []
        self.reached, self.open, self.arrived = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.open.set()

    async def apply(self, operation: ops.Operation[ReplyT], call: Call) -> ReplyT:
        """Ask, unless there is trouble."""
        self.deadlines.append(call.deadline)
        self.reached.set()
        await self.open.wait()
        if self.trouble:
            raise self.trouble
        reply = await super().apply(operation, call)
        self.arrived.set()
        return reply


class World:
    """Two locations of one store, and the use case between them."""

    def __init__(self, ledger: RedisLedger) -> None:
        """Ask nothing yet."""
        self.ledger = ledger
        self.receiver = Doubtful(ledger)
        self.transfers = Transfers(Commands(ledger, Policy), self.receiver)

    async def level(self, location_id: str) -> StockLevel:
        """Read the buckets of A."""
        [level] = (await self.ledger.stock(location_id, ["A"], CALL)).levels
        return level

    async def announced(self) -> bool:
        """Say whether anything is known at the other location."""
        try:
            return bool((await self.ledger.stock("THERE", ["A"], CALL)).levels)
        except Refused:
            return False


@pytest.fixture
async def world(store_url: str) -> AsyncIterator[World]:
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    ledger = RedisLedger.connect(store_url)
    try:
        lines = (ops.ReceiptLine("A", 5, Landing.AVAILABLE),)
        await ledger.apply(ops.RecordReceipt("opening", "HERE", "", lines), Policy(), CALL)
        yield World(ledger)
    finally:
        await ledger.close()


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
    world: World, trouble: GateError
) -> None:
    world.receiver.trouble = trouble
    with pytest.raises(Unavailable) as caught:
        await world.transfers.transfer(SENDING, CALL)
    assert caught.value.reason is Reason.OUTCOME_UNKNOWN
    assert caught.value.retry_after_ms > 0
    assert not await world.announced()
    world.receiver.trouble = None
    done = await world.transfers.transfer(SENDING, CALL)
    assert (done.applied.replayed, done.announced.replayed) == (True, False)
    assert ((await world.level("HERE")).on_hand, (await world.level("THERE")).incoming) == (2, 3)


async def test_a_delivery_under_another_id_finishes_what_the_first_one_began(world: World) -> None:
    world.receiver.trouble = Unavailable(Reason.OUTCOME_UNKNOWN, "lost", 100)
    with pytest.raises(Unavailable):
        await world.transfers.transfer(SENDING, CALL)
    world.receiver.trouble = None
    webhook = ops.TransferStock("sent-twice", "HERE", "THERE", "T-1", 0, SENDING.lines, source=SENDING.source)
    done = await world.transfers.transfer(webhook, CALL)
    assert done.applied.absorbed
    assert ((await world.level("HERE")).on_hand, (await world.level("THERE")).incoming) == (2, 3)


async def test_a_caller_who_hangs_up_does_not_keep_the_goods_from_being_announced(world: World) -> None:
    world.receiver.open.clear()
    asking = asyncio.create_task(world.transfers.transfer(SENDING, CALL))
    await world.receiver.reached.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    world.receiver.open.set()
    await world.receiver.arrived.wait()
    assert (await world.level("THERE")).incoming == 3


async def test_the_announcement_has_all_the_time_it_takes(world: World) -> None:
    await world.transfers.transfer(SENDING, Call(method="test", deadline=time.monotonic() + 60))
    assert world.receiver.deadlines == [None]


async def test_a_refusal_of_the_sender_ends_it(world: World) -> None:
    too_much = ops.TransferStock("send", "HERE", "THERE", "T-1", 0, (ops.SkuQuantity("A", 6),))
    with pytest.raises(Refused) as caught:
        await world.transfers.transfer(too_much, CALL)
    assert caught.value.reason is Reason.INSUFFICIENT_STOCK
    assert not await world.announced()


async def test_a_refusal_of_the_receiver_says_where_the_goods_are(world: World) -> None:
    taken = ops.AnnounceIncoming("po", "THERE", "T-1", DocumentKind.ASN, 1, 0, "", (ops.OrderLine("A", "A", 9),))
    await world.ledger.apply(taken, Policy(), CALL)
    with pytest.raises(Refused) as caught:
        await world.transfers.transfer(SENDING, CALL)
    assert caught.value.reason is Reason.DOCUMENT_VERSION_REUSED
    assert caught.value.metadata["sent_revision"] == "2"
    assert "the goods left HERE" in caught.value.message
