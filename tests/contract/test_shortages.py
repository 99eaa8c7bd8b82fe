"""Shortages: of which SKUs more is reserved than may be sold, and which orders that hits, the least urgent first."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gate_service.domain.errors import GateError
from gate_service.domain.limits import HIT_ORDERS_MAX
from gate_service.domain.policy import PRIORITY_DEFAULT, Policy
from gate_service.domain.replies import HitOrder, Shortage
from gate_service.domain.vocabulary import Bucket, Quarantine, Reason, ShortReason, StockStatus
from tests.contract.shelf import picking
from tests.contract.state import ASKING
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World

ON_HAND = Bucket.ON_HAND


async def shortages(at: World, priorities: Mapping[str, int] | None = None) -> tuple[Shortage, ...]:
    """Read one page of them all."""
    return (await at.ledger.shortages("DC-1", priorities or {}, 100, "", ASKING)).shortages


async def lose(at: World, sku: str, units: int) -> Shortage:
    """Write units of a SKU off; give the one shortage that comes of it."""
    (shortage,) = (await at.adjust((sku, ON_HAND, -units))).shortages
    return shortage


async def orders_of_three_channels(at: World) -> None:
    """Promise ten of A to five orders, one after the other."""
    await at.receive(("A", 10))
    for number, channel in enumerate(("web", "amazon", "", "web", "shop"), start=1):
        at.clock.advance(1)
        await at.reserve(f"O-{number}", ("1", "A", 2), channel=channel)


def hit(*orders: tuple[str, str, int]) -> tuple[HitOrder, ...]:
    """Give orders of which units wait that are not allocated."""
    return tuple(HitOrder(*order, allocated=False) for order in orders)


async def test_there_is_none_while_all_that_is_reserved_is_there(at: World) -> None:
    await orders_of_three_channels(at)
    assert await shortages(at) == ()
    assert (await at.level("A")).available == 0


async def test_the_newest_orders_are_hit_first_as_far_as_units_are_missing(at: World) -> None:
    await orders_of_three_channels(at)
    shortage = await lose(at, "A", 5)
    assert shortage == Shortage("A", 5, hit(("O-5", "shop", 2), ("O-4", "web", 2), ("O-3", "", 1)))
    assert await shortages(at) == (shortage,)


async def test_the_least_urgent_channel_is_hit_first_and_one_without_a_rank_is_in_the_middle(at: World) -> None:
    await orders_of_three_channels(at)
    at.policy = Policy(priorities={"web": PRIORITY_DEFAULT + 1, "shop": PRIORITY_DEFAULT - 1})
    shortage = await lose(at, "A", 9)
    expected = (("O-4", "web", 2), ("O-1", "web", 2), ("O-3", "", 2), ("O-2", "amazon", 2), ("O-5", "shop", 1))
    assert shortage == Shortage("A", 9, hit(*expected))
    assert await shortages(at, at.policy.priorities) == (shortage,)
    assert (await shortages(at))[0].orders[0].order_id == "O-5"


async def test_of_orders_of_the_same_moment_the_greatest_name_is_hit_first(at: World) -> None:
    await at.receive(("A", 10))
    for order_id in ("O-10", "o-1", "O-9"):
        await at.reserve(order_id, ("1", "A", 1))
    assert (await lose(at, "A", 9)).orders == hit(("o-1", "", 1), ("O-9", "", 1))


async def test_what_is_held_or_committed_is_hit_before_what_a_picker_may_be_looking_for(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 2))
    at.clock.advance(1)
    await at.reserve("O-2", ("1", "A", 4))
    await at.authorize(("O-2", "1", "A", 3))
    assert (await lose(at, "A", 9)).orders == (
        HitOrder("O-2", "", 1, allocated=False),
        HitOrder("O-1", "", 2, allocated=False),
        HitOrder("O-2", "", 2, allocated=True),
    )


async def test_lines_of_one_order_add_up_and_other_skus_of_it_do_not_count(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 9), ("3", "A", 4))
    assert await lose(at, "A", 8) == Shortage("A", 5, hit(("O-1", "", 5)))


async def test_what_has_left_was_released_or_missed_is_not_hit(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("waits", ("1", "A", 1))
    permit_id = await picking(at, "shipped", quantity=2)
    await at.ship("shipped", permit_id, ("1", "A", 2))
    permit_id = await picking(at, "missed", quantity=2)
    await at.report(permit_id, ("missed", "1", "A", 0, 2, ShortReason.DAMAGED))
    await at.hold("ran-out", ("1", "A", 2))
    await at.reserve("released", ("1", "A", 2))
    await at.release("released")
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert (await lose(at, "A", 6)).orders == hit(("waits", "", 1))


async def test_more_than_a_hundred_orders_are_not_all_told(at: World) -> None:
    await at.receive(("A", HIT_ORDERS_MAX + 1))
    for number in range(HIT_ORDERS_MAX + 1):
        await at.reserve(f"O-{number:03}", ("1", "A", 1))
    shortage = await lose(at, "A", HIT_ORDERS_MAX)
    assert (len(shortage.orders), shortage.more_orders, shortage.missing) == (HIT_ORDERS_MAX, False, HIT_ORDERS_MAX)
    shortage = await lose(at, "A", 1)
    assert (len(shortage.orders), shortage.more_orders, shortage.missing) == (HIT_ORDERS_MAX, True, HIT_ORDERS_MAX + 1)
    assert await shortages(at) == (shortage,)


async def test_one_answer_tells_a_thousand_hit_orders_of_all_its_skus_and_says_where_it_takes_more(at: World) -> None:
    skus = [f"S{number:02}" for number in range(11)]
    await at.receive(*((sku, HIT_ORDERS_MAX) for sku in skus))
    for number in range(HIT_ORDERS_MAX):
        await at.reserve(f"O-{number}", *((sku, sku, 1) for sku in skus))
    reply = await at.adjust(*((sku, ON_HAND, -HIT_ORDERS_MAX) for sku in skus))
    told = [(len(one.orders), one.more_orders) for one in reply.shortages]
    assert told == [(HIT_ORDERS_MAX, False)] * 10 + [(0, True)]
    assert await shortages(at) == reply.shortages


async def test_a_shortage_is_over_when_the_goods_are_there_again(at: World) -> None:
    await orders_of_three_channels(at)
    await lose(at, "A", 5)
    await at.receive(("A", 4))
    assert await shortages(at) == (Shortage("A", 1, hit(("O-5", "shop", 1))),)
    await at.receive(("A", 1))
    assert await shortages(at) == ()


async def test_a_shortage_is_over_when_orders_are_given_up(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 10))
    await lose(at, "A", 8)
    await at.release("O-1", ("1", 7))
    assert await shortages(at) == (Shortage("A", 1, hit(("O-1", "", 1))),)
    await at.release("O-1", ("1", 1))
    assert await shortages(at) == ()


async def test_a_shortage_is_over_when_orders_run_out(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 10))
    await lose(at, "A", 8)
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await shortages(at) == ()


async def test_a_shortage_is_over_when_the_picker_missed_the_units_too(at: World) -> None:
    await at.receive(("A", 5))
    permit_id = await picking(at, quantity=5)
    await lose(at, "A", 5)
    await at.report(permit_id, ("O-1", "1", "A", 0, 4, ShortReason.NOT_FOUND))
    assert await shortages(at) == (Shortage("A", 1, (HitOrder("O-1", "", 1, allocated=True),)),)
    await at.report(permit_id, ("O-1", "1", "A", 0, 1, ShortReason.NOT_FOUND))
    assert await shortages(at) == ()


async def test_a_shortage_goes_on_while_orders_are_confirmed_picked_and_shipped(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 10))
    await lose(at, "A", 4)
    await at.confirm("O-1")
    permit_id = (await at.authorize(("O-1", "1", "A", 6))).permit_id
    assert (await shortages(at))[0].orders == hit(("O-1", "", 4))
    await at.ship("O-1", permit_id, ("1", "A", 6))
    assert await shortages(at) == (Shortage("A", 4, hit(("O-1", "", 4))),)


async def test_every_correction_of_the_shelf_can_make_one(at: World) -> None:
    at.policy = Policy(quarantine=Quarantine.ALL)
    await at.receive(*((sku, 5) for sku in "ABCD"))
    await at.reserve("O-1", *((sku, sku, 5) for sku in "ABCD"))
    await at.count(("A", 4))
    await at.move(("B", StockStatus.AVAILABLE, StockStatus.DAMAGED, 2))
    await at.place_hold("H-1", "C", lot_id="L-7", quantity=3)
    permit_id = (await at.authorize(("O-1", "D", "D", 1))).permit_id
    await at.report(permit_id, ("O-1", "D", "D", 0, 1, ShortReason.NOT_FOUND))
    assert [(one.sku, one.missing) for one in await shortages(at)] == [("A", 1), ("B", 2), ("C", 3), ("D", 4)]


async def test_a_hold_on_a_sku_makes_none_for_its_units_are_still_there(at: World) -> None:
    await at.receive(("A", 5))
    await at.reserve("O-1", ("1", "A", 5))
    assert (await at.place_hold("H-1", "A")).shortages == ()
    assert await shortages(at) == ()


async def test_an_operation_tells_of_its_own_skus_each_once_in_their_order(at: World) -> None:
    await at.receive(("A", 5), ("B", 5), ("C", 5))
    await at.reserve("O-1", ("1", "A", 5), ("2", "B", 5), ("3", "C", 5))
    await lose(at, "C", 1)
    reply = await at.adjust(("B", Bucket.DAMAGED, 1), ("A", ON_HAND, -1), ("B", ON_HAND, -1))
    assert [(one.sku, one.missing) for one in reply.shortages] == [("B", 2), ("A", 1)]


async def test_a_permit_that_runs_out_leaves_the_order_hit_and_no_picker(at: World) -> None:
    await at.receive(("A", 5))
    await picking(at, quantity=5)
    assert (await lose(at, "A", 2)).orders == (HitOrder("O-1", "", 2, allocated=True),)
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    assert (await shortages(at))[0].orders == hit(("O-1", "", 2))


async def test_they_are_read_a_page_at_a_time_by_sku(at: World) -> None:
    skus = [f"S{number}" for number in range(5)]
    await at.receive(*((sku, 2) for sku in skus))
    await at.reserve("O-1", *((sku, sku, 2) for sku in skus))
    await at.adjust(*((sku, ON_HAND, -1) for sku in reversed(skus) if sku != "S2"))
    pages: list[list[str]] = []
    token = ""
    while not pages or token:
        page = await at.ledger.shortages("DC-1", {}, 2, token, ASKING)
        pages.append([one.sku for one in page.shortages])
        token = page.next_token
    assert [page for page in pages if page] == [["S0", "S1"], ["S3", "S4"]]


async def test_a_location_that_was_never_opened_has_none_to_tell(at: World) -> None:
    with pytest.raises(GateError) as caught:
        await at.ledger.shortages("DC-9", {}, 10, "", ASKING)
    assert caught.value.reason is Reason.UNKNOWN_LOCATION
