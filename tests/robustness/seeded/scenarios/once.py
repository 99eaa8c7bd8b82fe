"""Ids and events: what is asked twice counts once, and whoever got no answer can find out."""

from __future__ import annotations

from google.protobuf.message import Message

from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.robustness.chaos.history import Outcome
from tests.robustness.desk import Desk
from tests.robustness.lossy import LossyProxy
from tests.robustness.seeded.stage import Stage, Unfit


async def asked_again(stage: Stage) -> None:
    """Everything is asked twice by its id: a yes, a no, and a no that would be a yes by now."""
    at = await stage.desk()
    too_much = at.order("O-1", A=12)
    for request in (at.receipt(A=10), too_much, at.receipt(A=5), too_much, at.order("O-2", A=3)):
        await at.ask(request)
        await at.ask(request)


async def another_body_by_a_known_id(stage: Stage) -> None:
    """An id is used again for more units."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    order = at.order("O-1", A=1)
    await at.ask(order)
    more = at.order("O-1", A=4)
    more.operation_id = order.operation_id
    await at.ask(more)


async def event_told_twice(stage: Stage) -> None:
    """One thing that happened is told by two deliveries, each with an id of its own."""
    at = await stage.desk()
    for _ in range(2):
        receipt = at.receipt(A=10)
        receipt.source_event.CopyFrom(types_pb.SourceEvent(system="erp", document=f"{stage.location_id}-receipt"))
        await at.ask(receipt)


async def answer_lost(stage: Stage) -> None:
    """The answer to a receipt is lost on its way from the store, and the caller asks again."""
    at, proxy = await _behind_proxy(stage)
    receipt = at.receipt(A=5)
    await _lose(at, proxy, receipt)
    await at.settle(receipt)


async def answer_lost_for_good(stage: Stage) -> None:
    """The answer to a receipt is lost on its way from the store, and the caller does not ask again."""
    at, proxy = await _behind_proxy(stage)
    stage.asks_again = False
    await _lose(at, proxy, at.receipt(A=5))


async def _behind_proxy(stage: Stage) -> tuple[Desk, LossyProxy]:
    proxy = await stage.proxy()
    at = await stage.desk(proxy.url)
    await at.settle(at.receipt(A=10))  # the store knows the script from then on
    return at, proxy


async def _lose(at: Desk, proxy: LossyProxy, request: Message) -> None:
    proxy.lose_answers_to("record_receipt")
    record = await at.ask(request)
    if not proxy.lost:
        raise Unfit(f"no answer was lost: {record.outcome} {record.reason}")
    if record.outcome is Outcome.TURNED_AWAY:
        raise Unfit(f"it was turned away with {record.reason}")
