"""approve_adjustment: a large correction needs a second person."""

from __future__ import annotations

from gate_service.domain.cases import Proposal
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied, ApproveAdjustmentReply, HitOrder, Shortage
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Reason
from tests.contract.shelf import doubted_shelf
from tests.contract.state import read_cases
from tests.contract.world import World

ON_HAND, DAMAGED, SUSPECT = Bucket.ON_HAND, Bucket.DAMAGED, Bucket.SUSPECT


async def proposed(at: World, *lines: tuple[str, Bucket, int], above: int = 0) -> str:
    """Ask as ann for a correction that needs a second person; give its name."""
    at.policy = Policy(approval_above=above)
    at.act_as("ann")
    return (await at.adjust(*lines)).proposal_id


async def test_a_correction_above_the_threshold_changes_nothing_and_waits(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    at.policy = Policy(approval_above=5)
    reply = await at.adjust(("B", ON_HAND, 3), ("A", ON_HAND, -3))
    levels = (StockLevel("B", on_hand=10), StockLevel("A", on_hand=10))
    assert (reply.levels, reply.shortages, reply.proposal_id) == (levels, (), "A2")
    assert (await at.entries())[-1].changes == ()
    lines = (("B", ON_HAND, 3), ("A", ON_HAND, -3))
    waiting = Proposal("A2", "wms-east", "ann", at.clock.now_ms, AdjustmentReason.CORRECTION, "", lines)  # type: ignore[arg-type]
    assert (await at.cases()).proposals == (waiting,)


async def test_a_correction_up_to_the_threshold_is_made_at_once(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(approval_above=5)
    reply = await at.adjust(("A", ON_HAND, -3), ("A", DAMAGED, 2))
    assert (reply.levels[0].on_hand, reply.proposal_id) == (7, "")


async def test_a_correction_that_cannot_be_made_is_refused_and_does_not_wait(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(approval_above=0)
    await at.refuses(at.adjust(("A", ON_HAND, -11)), Reason.INSUFFICIENT_ON_HAND, ("", "A", -11, -10))
    await at.refuses(at.adjust(("X", ON_HAND, 1)), Reason.UNKNOWN_SKU, ("", "X", 1, 0))


async def test_somebody_without_a_name_cannot_ask_for_what_a_second_person_must_agree_to(at: World) -> None:
    await at.receive(("A", 10))
    at.policy = Policy(approval_above=2)
    at.act_as("")
    await at.refuses(at.adjust(("A", ON_HAND, -3)), Reason.SECOND_ACTOR_REQUIRED)
    await at.refuses(at.adjust(("A", ON_HAND, -11)), Reason.INSUFFICIENT_ON_HAND, ("", "A", -11, -10))
    assert (await at.adjust(("A", ON_HAND, -2))).levels[0].on_hand == 8


async def test_another_persons_yes_makes_the_correction(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    name = await proposed(at, ("A", ON_HAND, -4))
    at.act_as("bob")
    reply = await at.approve(name)
    level = StockLevel("A", on_hand=6, committed=8)
    shortage = Shortage("A", 2, (HitOrder("O-1", "", 2, allocated=False),))
    assert reply == ApproveAdjustmentReply(Applied(4, at.clock.now_ms, replayed=False), (level,), (shortage,))
    entry = (await at.entries())[-1]
    assert (entry.changes, entry.actor) == ((("A", ON_HAND, -4),), "bob")
    assert (await at.cases()).proposals == ()


async def test_a_no_puts_the_correction_away(at: World) -> None:
    await at.receive(("A", 10))
    name = await proposed(at, ("A", ON_HAND, -4))
    reply = await at.approve(name, approved=False)
    assert (reply.levels, reply.shortages) == ((), ())
    assert (await at.level("A"), (await at.cases()).proposals) == (StockLevel("A", on_hand=10), ())
    at.act_as("bob")
    await at.refuses(at.approve(name), Reason.PROPOSAL_NOT_FOUND)


async def test_nobody_can_agree_with_themselves(at: World) -> None:
    await at.receive(("A", 10))
    name = await proposed(at, ("A", ON_HAND, -4))
    await at.refuses(at.approve(name), Reason.SECOND_ACTOR_REQUIRED)
    at.act_as("")
    await at.refuses(at.approve(name), Reason.SECOND_ACTOR_REQUIRED)
    at.act_as("", system="erp")
    await at.refuses(at.approve(name), Reason.SECOND_ACTOR_REQUIRED)
    for same in ("ann", "ANN"):  # a person is a person under any system, however the name is written
        at.act_as(same, system="erp")
        await at.refuses(at.approve(name), Reason.SECOND_ACTOR_REQUIRED)
    at.act_as("bob")
    assert (await at.approve(name)).levels[0].on_hand == 6


async def test_a_correction_that_does_not_wait_is_not_found(at: World) -> None:
    await at.receive(("A", 10))
    await at.refuses(at.approve("A1"), Reason.PROPOSAL_NOT_FOUND)
    name = await proposed(at, ("A", ON_HAND, -4))
    at.act_as("bob")
    await at.approve(name)
    await at.refuses(at.approve(name), Reason.PROPOSAL_NOT_FOUND)


async def test_a_correction_that_no_longer_fits_goes_on_waiting(at: World) -> None:
    await at.receive(("A", 10))
    name = await proposed(at, ("A", ON_HAND, -8))
    at.policy = Policy()
    await at.adjust(("A", ON_HAND, -5))
    at.act_as("bob")
    await at.refuses(at.approve(name), Reason.INSUFFICIENT_ON_HAND, ("", "A", -8, -5))
    await at.receive(("A", 5))
    assert (await at.approve(name)).levels[0].on_hand == 2


async def test_a_correction_that_would_burst_a_bucket_meanwhile_goes_on_waiting(at: World) -> None:
    await at.receive(*[("A", 1_000_000_000)] * 999)
    name = await proposed(at, ("A", ON_HAND, 2))
    await at.receive(("A", 999_999_999))
    at.act_as("bob")
    await at.refuses(at.approve(name), Reason.QUANTITY_OVERFLOW, ("", "A", 2, 1))


async def test_what_waits_needs_no_third_person_however_low_the_threshold_is_then(at: World) -> None:
    await at.receive(("A", 10))
    name = await proposed(at, ("A", ON_HAND, -4), above=1)
    at.policy = Policy(approval_above=0)
    at.act_as("bob")
    assert (await at.approve(name)).levels[0].on_hand == 6


async def test_a_counted_correction_settles_the_count_that_was_due(at: World) -> None:
    await doubted_shelf(at)
    doubted = (await at.level("A")).suspect
    at.policy = Policy(approval_above=0)
    reply = await at.adjust(("A", SUSPECT, -doubted), reason=AdjustmentReason.COUNT)
    assert reply.levels[0].count_due is True
    at.act_as("bob")
    assert (await at.approve(reply.proposal_id)).levels[0].count_due is False


async def test_what_waits_is_listed_the_oldest_first(at: World) -> None:
    await at.receive(("A", 10))
    names = [await proposed(at, ("A", ON_HAND, delta)) for delta in range(1, 12)]
    assert names[0] == "A2"
    assert names[-1] == "A12"
    cases = await read_cases(at.ledger, at.location_id, page_size=4)
    assert [proposal.proposal_id for proposal in cases.proposals] == names


async def test_what_is_only_proposed_waits_however_small_it_is_and_whatever_the_policy(at: World) -> None:
    await at.receive(("A", 10))
    for policy in (Policy(), Policy(approval_above=500)):
        at.policy = policy
        reply = await at.adjust(("A", ON_HAND, -1), propose=True)
        assert (reply.proposal_id, reply.levels[0].on_hand) == (f"A{reply.applied.revision}", 10)
    at.act_as("bob")
    assert (await at.approve(reply.proposal_id)).levels[0].on_hand == 9


async def test_somebody_without_a_name_cannot_propose(at: World) -> None:
    await at.receive(("A", 10))
    at.act_as("")
    await at.refuses(at.adjust(("A", ON_HAND, -1), propose=True), Reason.SECOND_ACTOR_REQUIRED)
    await at.refuses(at.adjust(("X", ON_HAND, -1), propose=True), Reason.UNKNOWN_SKU, ("", "X", -1, 0))


async def test_a_correction_of_a_variance_names_it_until_it_is_made(at: World) -> None:
    await at.receive(("A", 10))
    name = (await at.adjust(("A", ON_HAND, -1), propose=True, variance_id="V-7")).proposal_id
    [waiting] = (await at.cases()).proposals
    assert (waiting.proposal_id, waiting.variance_id) == (name, "V-7")
    at.act_as("bob")
    assert (await at.approve(name)).variance_id == "V-7"
    assert [entry.variance_id for entry in await at.entries()] == ["", "V-7", "V-7"]


async def test_a_no_to_the_correction_of_a_variance_names_it_too(at: World) -> None:
    await at.receive(("A", 10))
    name = (await at.adjust(("A", ON_HAND, -1), propose=True, variance_id="V-7")).proposal_id
    assert (await at.approve(name, approved=False)).variance_id == "V-7"
    assert (await at.entries())[-1].variance_id == "V-7"


async def test_a_correction_at_once_names_its_variance_as_well(at: World) -> None:
    await at.receive(("A", 10))
    await at.adjust(("A", ON_HAND, -1), variance_id="V-7")
    await at.adjust(("A", ON_HAND, -1))
    of_a_variance, of_none = (await at.entries())[-2:]
    assert (of_a_variance.variance_id, of_none.variance_id) == ("V-7", "")
    assert "variance_id" not in of_none.body  # what was asked before there were variances is the same content still
    assert "propose" not in of_none.body


async def test_what_the_gate_itself_proposes_anybody_with_a_name_may_make(at: World) -> None:
    await at.receive(("A", 10))
    names = []
    for _ in range(2):
        at.act_by_itself()
        names.append((await at.adjust(("A", ON_HAND, -1), propose=True, variance_id="V-7")).proposal_id)
    assert [(each.system, each.actor) for each in (await at.cases()).proposals] == [("", "gate")] * 2
    at.act_as("")
    await at.refuses(at.approve(names[0]), Reason.SECOND_ACTOR_REQUIRED)
    at.act_as("ann")
    assert (await at.approve(names[0])).levels[0].on_hand == 9
    at.act_as("Gate")  # somebody may be called so: the gate is no person
    assert (await at.approve(names[1])).levels[0].on_hand == 8
