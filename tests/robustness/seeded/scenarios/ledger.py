"""The ledger: its order, its chain, and that an entry and its effect stand or fall together."""

from __future__ import annotations

import asyncio

from gate_service.ledger import keys
from tests.robustness.chaos.history import SETTLED
from tests.robustness.desk import Desk
from tests.robustness.seeded.stage import Stage, Unfit
from tests.robustness.waiting import until


async def yes_and_no(stage: Stage) -> None:
    """Orders of which every other one is refused."""
    at = await stage.desk()
    await at.settle(at.receipt(A=5))
    for number in range(4):
        await at.ask(at.order(f"O-{number}", A=1 + 9 * (number % 2)))


async def entry_refused_by_the_store(stage: Stage) -> None:
    """The store refuses an entry, as it does where one was there before; later it takes it."""
    at = await stage.desk()
    await at.settle(at.receipt(A=10))
    order = at.order("O-1", A=2)
    ledger = keys.ledger(stage.location_id)
    with stage.workshop.store.client() as client:
        client.execute_command("XSETID", ledger, "2-0")
        record = await at.ask(order)
        if record.outcome in SETTLED:
            raise Unfit("the store did not refuse the entry")
        client.execute_command("XSETID", ledger, "1-0")
    await at.settle(order)
    await at.ask(at.order("O-2", A=2))


async def cancelled_within_a_batch(stage: Stage) -> None:
    """Some callers hang up while the batch that they ride in is at the store."""
    proxy = await stage.proxy()
    at = await stage.desk(proxy.url)
    await at.settle(at.receipt(A=100))
    orders = [at.order(f"O-{number}", A=1 + number) for number in range(8)]
    first, second = orders[:2]
    for order in orders:
        proxy.hold_answers_to(order.operation_id)
    under_way = [asyncio.create_task(at.ask(first))]
    await until(lambda: proxy.times_sent(first.operation_id) == 1)
    under_way += [asyncio.create_task(at.ask(order)) for order in orders[1:]]
    await _heard(at)  # they wait behind the first, all in one line
    proxy.release(first.operation_id)
    await until(lambda: proxy.times_sent(second.operation_id) == 1)
    for asking in under_way[1:4]:
        asking.cancel()
    await _heard(at)
    for order in orders[1:]:
        proxy.release(order.operation_id)
    await asyncio.gather(*under_way, return_exceptions=True)


async def _heard(at: Desk) -> None:
    """Wait until the gate has taken in all that was said to it before: it reads one wire from its beginning."""
    await asyncio.sleep(0.05)  # it is said
    for _ in range(2):
        await at.level()
