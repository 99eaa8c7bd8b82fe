"""Orders without a location, over real ledgers: what they are answered, and what then stands where."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.adaptive import BuffersByClass
from gate_service.domain.denials import Denied
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.handoff_document import read
from gate_service.domain.operations import OrderLine, SourceEvent
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.sourced import SourcedPart
from gate_service.domain.vocabulary import Reason, ReservationState
from tests.sourcing.shop import ASKING, TTL_MS, Shop, served

HELD, COMMITTED = ReservationState.HELD, ReservationState.COMMITTED


async def refused(asking: object, reason: Reason) -> Refused:
    """Ask what is refused for this reason."""
    with pytest.raises(Refused) as caught:
        await asking  # type: ignore[misc]
    assert caught.value.reason is reason, caught.value
    return caught.value


async def test_an_order_is_committed_at_once_at_the_first_location_that_has_it(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 1}, EAST={"A": 5}, SOUTH={"A": 9})
    reply = await shop.reserve(shop.order("O-1", ("1", "A", 3)))
    assert (reply.state, reply.hold_expires_at_ms) == (COMMITTED, 0)
    assert served(reply) == {"EAST": {"1": 3}}
    assert await shop.reserved("O-1") == {"EAST": (COMMITTED, Counter({"1": 3}))}
    assert reply.parts == (SourcedPart("EAST", reply.applied, (OrderLine("1", "A", 3),)),)
    assert (reply.applied.revision, reply.applied.replayed) == (2, False)


async def test_an_order_is_held_where_its_caller_gives_it_a_time(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 5})
    reply = await shop.reserve(shop.order("O-1", ("1", "A", 3), ttl_ms=TTL_MS))
    assert (reply.state, reply.hold_expires_at_ms) == (HELD, shop.clock.now_ms + TTL_MS)
    assert (await shop.level("NORTH")).held == 3


async def test_an_order_that_no_location_has_whole_is_held_at_several_for_the_callers_time(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 1, "B": 4}, SOUTH={"A": 3})
    reply = await shop.reserve(shop.order("O-1", ("1", "A", 4), ("2", "B", 2), ttl_ms=TTL_MS))
    assert served(reply) == {"EAST": {"1": 1, "2": 2}, "SOUTH": {"1": 3}}
    assert (reply.state, reply.hold_expires_at_ms) == (HELD, shop.clock.now_ms + TTL_MS)
    assert reply.applied == reply.parts[0].applied
    assert await shop.reserved("O-1") == {
        "EAST": (HELD, Counter({"1": 1, "2": 2})),
        "SOUTH": (HELD, Counter({"1": 3})),
    }


async def test_an_order_from_several_locations_is_committed_at_each(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 2})
    reply = await shop.reserve(shop.order("O-1", ("1", "A", 4)))
    assert (reply.state, reply.hold_expires_at_ms) == (COMMITTED, 0)
    assert await shop.reserved("O-1") == {
        "NORTH": (COMMITTED, Counter({"1": 2})),
        "EAST": (COMMITTED, Counter({"1": 2})),
    }


async def test_a_channel_that_must_not_split_is_refused_what_only_several_locations_have(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 3})
    no = await refused(shop.reserve(shop.order("O-1", ("1", "A", 4), channel="whole")), Reason.INSUFFICIENT_STOCK)
    assert no.violations == (Violation("1", "A", 4, 3),)
    assert no.metadata["nearest_location_id"] == "EAST"
    assert await shop.reserved("O-1") == {}


async def test_the_buffer_of_a_channel_counts_at_each_location(shop: Shop) -> None:
    shop.policy = Policy(safety_stock=1, buffers={"web": Buffer(1, 1_000)})
    await shop.stock(NORTH={"A": 10}, EAST={"A": 10})
    assert served(await shop.reserve(shop.order("O-1", ("1", "A", 7)))) == {"NORTH": {"1": 7}}
    assert served(await shop.reserve(shop.order("O-2", ("1", "A", 7)))) == {"EAST": {"1": 7}}
    await refused(shop.reserve(shop.order("O-3", ("1", "A", 1))), Reason.INSUFFICIENT_STOCK)


async def test_what_was_measured_of_a_sku_counts_at_its_location_and_at_no_other(shop: Shop) -> None:
    measured = BuffersByClass({("NORTH", "A"): 5_000, ("EAST", ""): 10_000}, {"A": "A"})
    shop.policy = Policy(adaptive={"web": measured})
    await shop.stock(NORTH={"A": 10, "B": 10}, EAST={"A": 10, "B": 10}, SOUTH={"B": 2})
    assert served(await shop.reserve(shop.order("O-1", ("1", "A", 6)))) == {"EAST": {"1": 6}}
    assert served(await shop.reserve(shop.order("O-2", ("1", "A", 5), ("2", "B", 10)))) == {"NORTH": {"1": 5, "2": 10}}
    assert served(await shop.reserve(shop.order("O-3", ("1", "B", 2)))) == {"SOUTH": {"1": 2}}


async def test_a_quota_opens_a_location_to_its_channel_and_closes_it_to_others(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 5}, EAST={"A": 5})
    await shop.quota("NORTH", "market", A=4)
    assert served(await shop.reserve(shop.order("O-1", ("1", "A", 2)))) == {"EAST": {"1": 2}}
    assert served(await shop.reserve(shop.order("O-2", ("1", "A", 5), channel="market"))) == {"NORTH": {"1": 5}}


async def test_the_same_operation_is_answered_with_the_stored_answer_wherever_stock_is_by_then(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 1}, EAST={"A": 5})
    asked = shop.order("O-1", ("1", "A", 3))
    first = await shop.reserve(asked)
    await shop.stock(NORTH={"A": 50})
    again = await shop.reserve(asked)
    assert served(again) == served(first) == {"EAST": {"1": 3}}
    assert (again.applied.replayed, again.parts[0].applied.replayed, again.applied.absorbed) == (True, True, False)
    assert again.applied.revision == first.applied.revision
    assert (await shop.level("EAST")).committed == 3


async def test_a_no_stays_a_no_when_stock_comes(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 1})
    asked = shop.order("O-1", ("1", "A", 3))
    first = await refused(shop.reserve(asked), Reason.INSUFFICIENT_STOCK)
    await shop.stock(NORTH={"A": 50})
    again = await refused(shop.reserve(asked), Reason.INSUFFICIENT_STOCK)
    assert (first.applied.replayed, again.applied.replayed) == (False, True)
    assert again.violations == first.violations
    assert await shop.reserved("O-1") == {}
    assert served(await shop.reserve(shop.order("O-1", ("1", "A", 3)))) == {"NORTH": {"1": 3}}
    await refused(shop.reserve(asked), Reason.INSUFFICIENT_STOCK)


async def test_an_operation_id_stands_for_one_content(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), operation_id="mine"))
    for other in (
        shop.order("O-1", ("1", "A", 4), operation_id="mine"),
        shop.order("O-2", ("1", "A", 3), operation_id="mine"),
    ):
        no = await refused(shop.reserve(other), Reason.OPERATION_ID_REUSED)
        assert no.metadata["operation_id"] == "mine"
    assert (await shop.level("NORTH")).committed == 3


async def test_an_order_that_is_open_is_not_reserved_a_second_time_and_that_no_is_kept(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9}, EAST={"A": 9})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), ttl_ms=TTL_MS))
    asked = shop.order("O-1", ("1", "A", 3))
    await refused(shop.reserve(asked), Reason.RESERVATION_EXISTS)
    shop.clock.advance(TTL_MS)  # the hold has run out, and the order may be taken anew; but not by who was told no
    await shop.sweep()
    assert (await refused(shop.reserve(asked), Reason.RESERVATION_EXISTS)).applied.replayed
    third = shop.order("O-1", ("1", "A", 4))
    assert served(await shop.reserve(third)) == {"NORTH": {"1": 4}}
    assert (await refused(shop.reserve(asked), Reason.RESERVATION_EXISTS)).applied.replayed
    assert await shop.reserved("O-1") == {"NORTH": (COMMITTED, Counter({"1": 4}))}


async def test_the_first_answer_outlives_the_plan_that_gave_it(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9}, EAST={"A": 9})
    first = shop.order("O-1", ("1", "A", 3), ttl_ms=TTL_MS)
    before = await shop.reserve(first)
    shop.clock.advance(TTL_MS)
    await shop.sweep()
    await shop.reserve(shop.order("O-1", ("1", "A", 8)))
    after = await shop.reserve(first)
    assert (after.state, served(after), after.hold_expires_at_ms) == (HELD, served(before), before.hold_expires_at_ms)
    assert await shop.reserved("O-1") == {"NORTH": (COMMITTED, Counter({"1": 8}))}


async def test_a_released_order_is_not_taken_again(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 2})
    await shop.reserve(shop.order("O-1", ("1", "A", 3), ttl_ms=TTL_MS))
    await shop.release("O-1")
    await refused(shop.reserve(shop.order("O-1", ("1", "A", 3))), Reason.RESERVATION_RELEASED)
    assert await shop.reserved("O-1") == {}


async def test_an_order_that_one_of_the_locations_has_by_itself_is_refused_and_held_nowhere_else(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 9})
    mine = ops.ReserveStock("direct", "EAST", "O-1", "web", 0, (OrderLine("x", "A", 7),))
    await shop.do(mine)
    asked = shop.order("O-1", ("1", "A", 4))
    await refused(shop.reserve(asked), Reason.RESERVATION_EXISTS)
    assert await shop.reserved("O-1") == {"EAST": (COMMITTED, Counter({"x": 7}))}
    assert (await shop.level("NORTH")).held == 0
    assert (await refused(shop.reserve(asked), Reason.RESERVATION_EXISTS)).applied.replayed


async def test_an_order_needs_a_channel_that_is_served_and_leaves_no_trace_without(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    asked = shop.order("O-1", ("1", "A", 3), channel="nobody")
    await refused(shop.reserve(asked), Reason.UNKNOWN_CHANNEL)
    assert await shop.plans.find(asked.operation_id) is None
    assert await shop.plans.plan("O-1") is None


async def test_an_order_that_has_its_plan_goes_on_though_its_channel_is_gone(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 9})
    asked = shop.order("O-1", ("1", "A", 3))
    await shop.reserve(asked)
    del shop.channels["web"]
    assert (await shop.reserve(asked)).applied.replayed


async def test_an_unknown_sku_is_refused_and_so_is_every_sku_where_nothing_was_ever_received(shop: Shop) -> None:
    no = await refused(shop.reserve(shop.order("O-1", ("1", "A", 3))), Reason.UNKNOWN_SKU)
    assert no.violations == (Violation("1", "A", 3, 0),)
    await shop.stock(EAST={"A": 9})
    no = await refused(shop.reserve(shop.order("O-2", ("1", "A", 3), ("2", "B", 2))), Reason.UNKNOWN_SKU)
    assert no.violations == (Violation("2", "B", 2, 0),)
    assert served(await shop.reserve(shop.order("O-3", ("1", "A", 3)))) == {"EAST": {"1": 3}}


async def test_a_sku_that_was_merged_meanwhile_is_asked_for_by_its_new_name_under_the_same_id(shop: Shop) -> None:
    await shop.stock(NORTH={"OLD": 3})
    await shop.do(ops.MergeSku("merge", "NORTH", "OLD", "NEW"))
    event = SourceEvent("", "order", "1", "", "new", 0)
    asked = shop.order("O-1", ("1", "OLD", 2), operation_id="mine", source=event)
    no = await refused(shop.reserve(asked), Reason.SKU_MERGED)
    assert (no.metadata["sku"], no.metadata["into_sku"]) == ("OLD", "NEW")
    again = replace(asked, lines=(OrderLine("1", "NEW", 2),))
    for replayed in (False, True):
        reply = await shop.reserve(again)
        assert (served(reply), reply.applied.replayed) == ({"NORTH": {"1": 2}}, replayed)


MAP = {
    "version": 1,
    "systems": {
        "shop": {
            "role": "storefront",
            "locations": ["EAST", "WEST"],
            "channels": ["web"],
            "operations": {"reserve_stock": None},
        },
        "stranger": {
            "role": "storefront",
            "locations": ["ELSEWHERE"],
            "channels": ["web"],
            "operations": {"reserve_stock": None},
        },
    },
    "channels": {"web": {"locations": ["NORTH", "EAST", "WEST"], "split": True}},
}


async def test_an_order_comes_only_from_locations_that_the_map_gives_its_caller(shop: Shop) -> None:
    access = Access(enforced=True)
    access.swap(read(MAP))
    shop.permission = access
    await shop.stock(NORTH={"A": 50}, EAST={"A": 2}, WEST={"A": 2})
    assert served(await shop.reserve(shop.order("O-1", ("1", "A", 3)))) == {"EAST": {"1": 2}, "WEST": {"1": 1}}
    stranger = replace(ASKING, system="stranger")
    with pytest.raises(Denied):
        await shop.sourcing().reserve(shop.order("O-2", ("1", "A", 1)), stranger)
    with pytest.raises(Denied):  # it may reserve, and no more
        await shop.confirm("O-1")
    assert await shop.plans.plan("O-2") is None


async def test_the_ledger_names_who_asked_at_every_step(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 2})
    await shop.sourcing().reserve(shop.order("O-1", ("1", "A", 4), operation_id="mine"), Call("x", "shop", "ann"))
    entries = (await shop.ledger.entries("EAST", 2, 10, ASKING)).entries
    assert [(entry.operation_id, entry.system, entry.actor) for entry in entries] == [
        ("mine", "shop", "ann"),
        ("~confirm/1/mine", "shop", "ann"),
    ]


async def test_the_same_operation_asked_by_many_at_once_is_done_once(shop: Shop) -> None:
    await shop.stock(NORTH={"A": 3}, EAST={"A": 3}, SOUTH={"A": 3})
    asked = shop.order("O-1", ("1", "A", 7))
    replies = await asyncio.gather(*(shop.sourcing().reserve(asked, ASKING) for _ in range(12)))
    assert {str(served(reply)) for reply in replies} == {str(served(replies[0]))}
    assert {reply.parts[0].applied.revision for reply in replies} == {replies[0].parts[0].applied.revision}
    held = [await shop.level(location_id) for location_id in ("NORTH", "EAST", "SOUTH")]
    assert [(level.held, level.committed) for level in held] == [(0, 3), (0, 3), (0, 1)]
