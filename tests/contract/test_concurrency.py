"""Many clients on one hot SKU: exactly the stock is sold, not one unit more and not one fewer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.replies import Applied, AuthorizeWaveReply, ReserveStockReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, Reason, ReservationState, WaveAtomicity
from tests.contract.clock import Clock
from tests.contract.crowd import HERE, Answered, Crowd, check_order
from tests.contract.state import ASKING, read_stock
from tests.contract.stores import open_ledger, over_empty_store

CLIENTS = 60


@pytest.fixture
async def crowd(store_url: str, clock: Clock) -> AsyncIterator[Crowd]:
    """Give a crowd over three ledgers on one empty store."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(over_empty_store(store_url, clock))
        others = [open_ledger(store_url, clock) for _ in range(2)]
        for other in others:
            stack.push_async_callback(other.close)
        yield Crowd([first, *others])


def order(name: str, *lines: tuple[str, str, int], ttl_ms: int = 0) -> ops.ReserveStock:
    """Ask for an order whose operation_id is its name."""
    return ops.ReserveStock(name, HERE, name, "", ttl_ms, tuple(ops.OrderLine(*line) for line in lines))


async def level(crowd: Crowd, sku: str = "A") -> StockLevel:
    """Read a SKU."""
    return (await read_stock(crowd.ledgers[0], HERE))[sku]


async def test_single_units_are_sold_to_the_last_and_no_further(crowd: Crowd) -> None:
    await crowd.receive(A=500)

    async def buy_until_refused(client: int) -> int:
        bought = 0
        while not isinstance(await crowd.ask(client, order(f"O-{client}-{bought}", ("1", "A", 1))), Refused):
            bought += 1
        return bought

    assert sum(await crowd.all_at_once(CLIENTS, buy_until_refused)) == 500
    assert await level(crowd) == StockLevel("A", on_hand=500, committed=500)
    assert await crowd.sold("A") == 500
    refusals = [one.outcome for one in crowd.answers if isinstance(one.outcome, Refused)]
    assert [(no.reason, no.violations[0].possible) for no in refusals] == [(Reason.INSUFFICIENT_STOCK, 0)] * CLIENTS
    await crowd.check()


async def test_orders_of_many_sizes_sell_the_stock_to_the_last_unit(crowd: Crowd) -> None:
    await crowd.receive(A=503)

    async def buy_less_and_less(client: int) -> int:
        bought, quantity, turn = 0, 1 + client % 7, 0
        while quantity > 0:
            turn += 1
            lines = [("1", "A", quantity - quantity // 2), ("2", "A", quantity // 2)]
            wanted = order(f"O-{client}-{turn}", *(line for line in lines if line[2]))
            if isinstance(await crowd.ask(client, wanted), Refused):
                quantity -= 1
            else:
                bought += quantity
        return bought

    assert sum(await crowd.all_at_once(CLIENTS, buy_less_and_less)) == 503
    assert (await level(crowd)).available == 0
    await crowd.check()


async def test_orders_that_name_two_skus_in_opposite_order_neither_block_nor_half_succeed(crowd: Crowd) -> None:
    await crowd.receive(A=400, B=300)

    async def buy_both(client: int) -> int:
        bought = 0
        while True:
            lines = [("1", "A", 1), ("2", "B", 1)] if client % 2 else [("1", "B", 1), ("2", "A", 1)]
            if isinstance(await crowd.ask(client, order(f"O-{client}-{bought}", *lines)), Refused):
                return bought
            bought += 1

    assert sum(await crowd.all_at_once(CLIENTS, buy_both)) == 300
    assert await level(crowd, "A") == StockLevel("A", on_hand=400, committed=300)
    assert await level(crowd, "B") == StockLevel("B", on_hand=300, committed=300)
    await crowd.check()


async def test_one_operation_told_by_everybody_at_once_has_one_effect_and_one_answer(crowd: Crowd) -> None:
    await crowd.receive(A=500)
    outcomes = await crowd.all_at_once(100, lambda client: crowd.ask(client, order("O-1", ("1", "A", 3))))
    assert Counter(outcome.applied.replayed for outcome in outcomes) == {False: 1, True: 99}
    stored = Applied(2, crowd.answers[0].outcome.applied.at_ms, replayed=True)
    assert {outcome.applied._replace(replayed=True) for outcome in outcomes} == {stored}
    assert (await level(crowd)).committed == 3
    await crowd.check()


async def test_one_order_placed_under_many_operation_ids_at_once_is_reserved_once(crowd: Crowd) -> None:
    await crowd.receive(A=500)

    async def place(client: int) -> object:
        return await crowd.ask(
            client, ops.ReserveStock(f"op-{client}", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 3),))
        )

    outcomes = await crowd.all_at_once(CLIENTS, place)
    reasons = Counter(outcome.reason if isinstance(outcome, Refused) else "" for outcome in outcomes)
    assert reasons == {"": 1, Reason.RESERVATION_EXISTS: CLIENTS - 1}
    assert (await level(crowd)).committed == 3
    await crowd.check()


async def test_one_operation_id_with_many_contents_at_once_has_the_effect_of_one(crowd: Crowd) -> None:
    await crowd.receive(A=500)

    async def place(client: int) -> object:
        lines = (ops.OrderLine("1", "A", 1 + client % 5),)
        return await crowd.ask(client, ops.ReserveStock("op", HERE, f"O-{client % 5}", "", 0, lines))

    outcomes = await crowd.all_at_once(CLIENTS, place)
    reasons = Counter(outcome.reason if isinstance(outcome, Refused) else "" for outcome in outcomes)
    assert reasons == {"": CLIENTS // 5, Reason.OPERATION_ID_REUSED: CLIENTS * 4 // 5}
    assert await crowd.sold("A") == (await level(crowd)).committed <= 5
    await crowd.check()


async def test_holds_confirms_releases_and_duplicates_leave_exactly_what_was_kept(crowd: Crowd) -> None:
    await crowd.receive(A=150, B=150)

    async def shop(client: int) -> int:
        chance, kept = random.Random(client), 0
        for turn in range(12):
            name, quantity = f"O-{client}-{turn}", chance.randint(1, 3)
            hold = order(name, ("1", "A", quantity), ("2", "B", 1), ttl_ms=60_000)
            answers = await crowd.all_at_once(2, lambda twin, hold=hold: crowd.ask(client + twin, hold))  # type: ignore[misc]
            if isinstance(answers[0], Refused):
                continue
            if chance.random() < 0.5:
                confirm = ops.ConfirmReservation(f"confirm-{name}", HERE, name)
                await crowd.all_at_once(2, lambda twin, confirm=confirm: crowd.ask(client + twin, confirm))  # type: ignore[misc]
                kept += quantity
            else:
                release = ops.ReleaseReservation(f"release-{name}", HERE, name, ())
                await crowd.all_at_once(2, lambda twin, release=release: crowd.ask(client + twin, release))  # type: ignore[misc]
        return kept

    kept = sum(await crowd.all_at_once(CLIENTS, shop))
    assert await level(crowd) == StockLevel("A", on_hand=150, committed=kept)
    assert await crowd.sold("A") == kept
    await crowd.check()


async def test_a_confirm_and_a_release_at_once_agree_on_who_came_first(crowd: Crowd) -> None:
    await crowd.receive(A=500)
    for number in range(CLIENTS):
        await crowd.ask(0, order(f"O-{number}", ("1", "A", 1), ttl_ms=60_000))

    async def pay_or_leave(client: int) -> object:
        name = f"O-{client // 2}"
        if client % 2:
            return await crowd.ask(client, ops.ConfirmReservation(f"confirm-{name}", HERE, name))
        return await crowd.ask(client, ops.ReleaseReservation(f"release-{name}", HERE, name, ()))

    await crowd.all_at_once(2 * CLIENTS, pay_or_leave)
    assert await level(crowd) == StockLevel("A", on_hand=500)
    await crowd.check()


async def test_holds_that_run_out_amid_the_rush_are_sold_once_more_and_no_oftener(crowd: Crowd, clock: Clock) -> None:
    await crowd.receive(A=200)

    async def shop(client: int) -> None:
        for turn in range(10):
            name = f"O-{client}-{turn}"
            held = await crowd.ask(client, order(name, ("1", "A", 2), ttl_ms=1_000))
            if client == 0:
                clock.advance(400)
                await crowd.ledgers[0].sweep(HERE)
            if isinstance(held, ReserveStockReply) and turn % 3:
                await crowd.ask(client, ops.ConfirmReservation(f"confirm-{name}", HERE, name))

    await crowd.all_at_once(CLIENTS, shop)
    clock.advance(1_000)
    await crowd.ledgers[0].sweep(HERE)
    after = await level(crowd)
    assert after == StockLevel("A", on_hand=200, committed=await crowd.sold("A"))
    await crowd.check()


async def test_waves_that_ask_for_the_same_orders_at_once_give_each_unit_to_one_permit(crowd: Crowd) -> None:
    await crowd.receive(A=300)
    for number in range(100):
        await crowd.ask(0, order(f"O-{number}", ("1", "A", 3)))

    async def ask_for_a_wave(client: int) -> int:
        chosen = random.Random(client).sample(range(100), 40)
        lines = tuple(ops.WaveLine(f"O-{number}", "1", "A", 2) for number in chosen)
        wave = ops.AuthorizeWave(f"wave-{client}", HERE, "W", WaveAtomicity.LINE, 3_600_000, dry_run=False, lines=lines)
        reply = await crowd.ask(client, wave)
        assert isinstance(reply, AuthorizeWaveReply)
        return sum(line.authorized for line in reply.lines)

    given = sum(await crowd.all_at_once(CLIENTS, ask_for_a_wave))
    assert given == 300
    assert await level(crowd) == StockLevel("A", on_hand=300, allocated=300)
    await crowd.check()


async def test_a_parcel_told_by_everybody_at_once_leaves_once(crowd: Crowd) -> None:
    await crowd.receive(A=10)
    await crowd.ask(0, order("O-1", ("1", "A", 5)))
    wave = ops.AuthorizeWave(
        "w", HERE, "W", WaveAtomicity.LINE, 3_600_000, dry_run=False, lines=(ops.WaveLine("O-1", "1", "A", 5),)
    )
    permit = await crowd.ask(0, wave)
    assert isinstance(permit, AuthorizeWaveReply)

    async def tell(client: int) -> object:
        parcel = (ops.OrderLine("1", "A", 5),)
        return await crowd.ask(
            client, ops.ConfirmShipment(f"s-{client}", HERE, "O-1", permit.permit_id, "parcel", parcel)
        )

    await crowd.all_at_once(CLIENTS, tell)
    assert await level(crowd) == StockLevel("A", on_hand=5)
    answer = await crowd.ledgers[1].reservation(HERE, "O-1", ASKING)
    assert answer.reservation.state is ReservationState.SHIPPED
    await crowd.check()


async def test_receipts_from_everywhere_add_up(crowd: Crowd) -> None:
    async def receive(client: int) -> None:
        for turn in range(5):
            lines = (ops.ReceiptLine("A", client + 1, Landing.AVAILABLE),)
            await crowd.ask(client, ops.RecordReceipt(f"r-{client}-{turn}", HERE, "", lines))

    await crowd.all_at_once(CLIENTS, receive)
    assert await level(crowd) == StockLevel("A", on_hand=5 * CLIENTS * (CLIENTS + 1) // 2)
    await crowd.check()


def test_an_answer_that_stands_before_one_given_earlier_is_noticed() -> None:
    def answer(asked: int, given: int, revision: int) -> Answered:
        return Answered(
            "", asked, given, Refused(Reason.HOLD_EXPIRED, "", applied=Applied(revision, 0, replayed=False))
        )

    check_order([answer(1, 3, 2), answer(2, 4, 1), answer(5, 6, 3)])
    with pytest.raises(AssertionError):
        check_order([answer(1, 2, 2), answer(3, 4, 1)])
