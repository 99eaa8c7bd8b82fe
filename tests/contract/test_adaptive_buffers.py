"""A channel may keep back another percentage of some SKUs than of all others, place by place."""

from __future__ import annotations

import json

from gate_service.domain.adaptive import BuffersByClass
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.vocabulary import Reason
from tests.contract.state import ASKING
from tests.contract.world import TTL_MS, World

HERE, ELSEWHERE = "DC-1", "DC-2"
TENTH = Buffer(0, 1_000)


def measured(of_class: dict[tuple[str, str], int], fixed: Buffer = TENTH, safety_stock: int = 0) -> Policy:
    """Keep back from web by class: A is of class A, B of class B, and C of none."""
    table = BuffersByClass(of_class, {"A": "A", "B": "B"})
    return Policy(safety_stock=safety_stock, buffers={"web": fixed}, adaptive={"web": table})


async def promises(at: World, *skus: str, channel: str = "web") -> list[tuple[int, int]]:
    """Read what may be promised of each SKU, and what its percentage keeps back."""
    keep_back = at.policy.keep_back(channel)
    answer = await at.ledger.check(at.location_id, [(sku, 1) for sku in skus], keep_back, ASKING)
    return [(line.promise, line.buffer) for line in answer.lines]


async def test_each_sku_keeps_back_what_was_measured_of_its_class_here_and_else_the_fixed_percentage(at: World) -> None:
    await at.receive(("A", 100), ("B", 100), ("C", 100))
    at.policy = measured({(HERE, "A"): 250, (HERE, "B"): 0, (ELSEWHERE, ""): 5_000})
    assert await promises(at, "A", "B", "C") == [(97, 3), (100, 0), (90, 10)]
    assert await promises(at, "A", "B", "C", channel="store") == [(100, 0)] * 3


async def test_an_order_is_promised_what_the_answer_to_the_question_said(at: World) -> None:
    await at.receive(("A", 100), ("B", 100), ("C", 100))
    at.policy = measured({(HERE, "A"): 250, (HERE, "B"): 0}, Buffer(1, 1_000), safety_stock=2)
    too_much = [("1", "A", 95), ("2", "B", 98), ("3", "C", 88)]
    no = at.reserve("O-1", *too_much, channel="web")
    await at.refuses(no, Reason.INSUFFICIENT_STOCK, ("1", "A", 95, 94), ("2", "B", 98, 97), ("3", "C", 88, 87))
    await at.reserve("O-2", ("1", "A", 94), ("2", "B", 97), ("3", "C", 87), channel="web")


async def test_two_lines_of_one_sku_are_held_against_its_percentage_together(at: World) -> None:
    await at.receive(("A", 10), ("C", 10))
    at.policy = measured({(HERE, "A"): 5_000})
    lines = (("1", "A", 3), ("2", "C", 1), ("3", "A", 3))
    await at.refuses(
        at.reserve("O-1", *lines, channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 6, 5), ("3", "A", 6, 5)
    )
    await at.reserve("O-2", ("1", "A", 3), ("2", "A", 2), channel="web")


async def test_the_entry_and_the_reservation_name_the_skus_that_had_another_percentage_and_no_others(at: World) -> None:
    await at.receive(("A", 100), ("B", 100), ("C", 100))
    at.policy = measured({(HERE, "A"): 250, (HERE, "B"): 1_000})
    await at.reserve("O-1", ("1", "C", 1), ("2", "B", 1), ("3", "A", 1), channel="web")
    policy = json.loads((await at.entries())[-1].envelope)["policy"]
    assert policy == {"keep_back": 0, "basis_points": 1_000, "sku_basis_points": {"A": 250}}
    assert (await at.reservation("O-1")).sku_basis_points == (("A", 250),)
    await at.reserve("O-2", ("1", "C", 1), channel="web")
    assert "sku_basis_points" not in (await at.entries())[-1].envelope
    assert (await at.reservation("O-2")).sku_basis_points == ()


async def test_a_channel_without_a_fixed_percentage_may_have_a_measured_one(at: World) -> None:
    await at.receive(("A", 10), ("C", 10))
    at.policy = measured({(HERE, "A"): 3_000}, Buffer())
    assert await promises(at, "A", "C") == [(7, 3), (10, 0)]
    await at.refuses(at.reserve("O-1", ("1", "A", 8), channel="web"), Reason.INSUFFICIENT_STOCK, ("1", "A", 8, 7))
    await at.reserve("O-2", ("1", "A", 7), ("2", "C", 10), channel="web")


async def test_what_lapsed_is_taken_again_by_the_percentages_that_let_it_in(at: World) -> None:
    await at.receive(("A", 10), ("C", 10))
    at.policy = measured({(HERE, "A"): 5_000}, Buffer(0, 2_000))
    await at.hold("O-1", ("1", "A", 4), ("2", "C", 4), channel="web")
    at.clock.advance(TTL_MS)
    at.policy = Policy()
    await at.reserve("O-2", ("1", "A", 3), ("2", "C", 5), channel="web")
    await at.refuses(at.confirm("O-1"), Reason.HOLD_EXPIRED, ("1", "A", 4, 3))  # of C 4 may be taken again
    await at.release("O-2", ("1", 1))
    assert (await at.confirm("O-1")).retaken is True


async def test_a_sku_that_goes_on_as_another_takes_the_percentage_that_is_remembered_of_that(at: World) -> None:
    await at.receive(("A", 20), ("B", 10))
    at.policy = measured({(HERE, "A"): 9_000, (HERE, "B"): 0}, Buffer(0, 5_000))
    await at.hold("O-1", ("1", "A", 1), ("2", "B", 2), channel="web")
    await at.hold("O-2", ("1", "A", 1), channel="web")
    at.clock.advance(TTL_MS)
    await at.sweep()
    at.policy = Policy()
    await at.merge("A", "B")
    await at.reserve("O-3", ("1", "B", 27))
    assert (await at.confirm("O-1")).retaken is True  # all three of B, of which it kept back nothing
    await at.release("O-3")
    await at.reserve("O-4", ("1", "B", 26))
    await at.refuses(
        at.confirm("O-2"), Reason.HOLD_EXPIRED, ("1", "B", 1, 0)
    )  # of B it remembers half of 1, rounded up
