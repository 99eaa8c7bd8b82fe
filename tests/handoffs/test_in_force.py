"""The map in force stands in the store: gates agree, versions grow, and the same is the same however often asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import redis

from gate_service.app.handoffs import Changed, Handoffs, HandoffsUnreadable
from gate_service.app.ports import Call
from gate_service.domain.adaptive import BuffersByClass
from gate_service.domain.errors import Refused
from gate_service.domain.handoff_rules import HandoffsInvalid
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.operations import HOUSE as HOUSE_LEDGER
from gate_service.domain.operations import ChangeHandoffs
from gate_service.domain.policy import Buffer, KeepBack, Policy
from gate_service.domain.vocabulary import Reason
from gate_service.handoffs import read
from gate_service.ledger.ledger import RedisLedger
from tests.handoffs.maps import HOUSE

BOSS = Call(method="apply", system="boss", actor="kim")
FIRST = HOUSE
SECOND = HOUSE.replace("version: 3", "version: 4").replace("safety_stock: 2", "safety_stock: 5")
THIRD = HOUSE.replace("version: 3", "version: 9")
MakeGate = Callable[[], Handoffs]


@pytest.fixture
async def ledger(store_url: str) -> AsyncIterator[RedisLedger]:
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    ledger = RedisLedger.connect(store_url)
    yield ledger
    await ledger.close()


@pytest.fixture
def gate(ledger: RedisLedger) -> MakeGate:
    """Give a way to make gates that share the store."""
    return lambda: Handoffs(ledger, read, Policy(), swaps.append)


swaps: list[HandoffMap] = []


@pytest.fixture(autouse=True)
def no_swaps() -> None:
    swaps.clear()


def version(gate: Handoffs) -> int:
    return gate.in_force.version if gate.in_force else 0


async def test_before_the_first_map_nothing_is_in_force(gate: MakeGate) -> None:
    one = gate()
    assert not await one.refresh()
    assert (version(one), one.policy, one.locations_of("web"), one.owner_of("wms-east")) == (0, Policy(), (), "")
    page = await one.changes(1, 10, BOSS)
    assert (page.changes, page.next_from_revision, page.latest_revision) == ((), 0, 0)


async def test_a_map_that_is_put_in_force_holds_at_once_and_is_written_down(gate: MakeGate) -> None:
    one = gate()
    changed = await one.apply(FIRST, "op-1", BOSS)
    assert (changed.version, changed.applied.revision, changed.applied.replayed) == (3, 1, False)
    assert "system shop: new" in changed.changes
    assert one.policy.safety_stock == 2
    assert one.policy.buffer("web") == Buffer(0, 1_250)
    assert one.locations_of("web") == ("DC-2", "DC-1")
    assert one.owner_of("wms-east") == "East floor (room 12)"
    assert (one.cadences("DC-1"), one.expected("DC-1")) == ({"wms-east": 60_000}, frozenset({"wms-east"}))
    assert (one.cadences("DC-9"), one.expected("DC-9")) == ({}, frozenset())
    ((entry, at_version, sha256, told),) = (await one.changes(1, 10, BOSS)).changes
    assert (entry.system, entry.actor, at_version, sha256, told) == ("boss", "kim", 3, changed.sha256, changed.changes)


async def test_another_gate_takes_over_what_is_in_force(gate: MakeGate) -> None:
    one, other = gate(), gate()
    await one.apply(FIRST, "op-1", BOSS)
    assert await other.refresh()
    assert not await other.refresh()
    assert other.in_force == one.in_force
    await one.apply(SECOND, "op-2", BOSS)
    assert await other.refresh()
    assert (version(other), other.policy.safety_stock) == (4, 5)
    assert [each.version for each in swaps] == [3, 3, 4, 4]


async def test_a_map_that_only_a_newer_gate_knows_leaves_the_one_before_and_can_be_replaced(
    gate: MakeGate, ledger: RedisLedger
) -> None:
    one = gate()
    await one.apply(FIRST, "op-1", BOSS)
    strange = '{"version":4,"systems":{"a":{"role":"robot"}}}'
    await ledger.apply(ChangeHandoffs("op-2", HOUSE_LEDGER, 4, "0" * 64, (), strange), Policy(), BOSS)
    with pytest.raises(HandoffsUnreadable, match="version 4"):
        await one.refresh()
    assert version(one) == 3
    assert (await one.apply(THIRD, "op-3", BOSS)).version == 9
    assert await gate().refresh()


async def test_the_same_map_again_changes_nothing(gate: MakeGate) -> None:
    one, other = gate(), gate()
    first = await one.apply(FIRST, "op-1", BOSS)
    for again in (await one.apply(FIRST, "op-1", BOSS), await other.apply(FIRST, "op-other", BOSS)):
        assert again == Changed(first.applied._replace(replayed=True), 3, first.sha256, ())
    assert (await one.changes(1, 10, BOSS)).latest_revision == 1


@pytest.mark.parametrize("late", [FIRST, FIRST.replace("room 12", "room 13")])
async def test_an_older_version_is_refused_and_the_newer_one_stays(gate: MakeGate, late: str) -> None:
    one = gate()
    await one.apply(SECOND, "op-1", BOSS)
    with pytest.raises(Refused) as no:
        await one.apply(late, "op-2", BOSS)
    assert no.value.reason is Reason.HANDOFFS_VERSION_STALE
    assert version(one) == 4
    assert [change.entry.refusal for change in (await one.changes(1, 10, BOSS)).changes] == [
        "",
        "HANDOFFS_VERSION_STALE",
    ]


async def test_the_same_version_with_another_content_is_refused(gate: MakeGate) -> None:
    one = gate()
    await one.apply(FIRST, "op-1", BOSS)
    with pytest.raises(Refused) as no:
        await one.apply(FIRST.replace("room 12", "room 13"), "op-2", BOSS)
    assert no.value.reason is Reason.HANDOFFS_VERSION_STALE
    assert one.owner_of("wms-east") == "East floor (room 12)"


async def test_a_retry_is_answered_as_it_was_though_the_map_has_moved_on(gate: MakeGate) -> None:
    one, other = gate(), gate()
    first = await one.apply(FIRST, "op-1", BOSS)
    await other.apply(THIRD, "op-2", BOSS)
    again = await one.apply(FIRST, "op-1", BOSS)
    assert again == first._replace(applied=first.applied._replace(replayed=True))
    assert version(one) == 9


async def test_a_retry_of_a_refused_map_is_refused_again(gate: MakeGate) -> None:
    one = gate()
    await one.apply(SECOND, "op-1", BOSS)
    refusals = []
    for _ in range(2):
        with pytest.raises(Refused) as no:
            await one.apply(FIRST, "op-2", BOSS)
        refusals.append(no.value)
        await one.apply(THIRD, "op-3", BOSS)
    assert [no.reason for no in refusals] == [Reason.HANDOFFS_VERSION_STALE] * 2
    assert [no.applied.replayed for no in refusals] == [False, True]


async def test_an_operation_id_names_one_map(gate: MakeGate) -> None:
    one = gate()
    await one.apply(FIRST, "op-1", BOSS)
    with pytest.raises(Refused) as no:
        await one.apply(SECOND, "op-1", BOSS)
    assert no.value.reason is Reason.OPERATION_ID_REUSED
    assert version(one) == 3


async def test_a_text_that_is_no_map_changes_nothing(gate: MakeGate) -> None:
    one = gate()
    await one.apply(FIRST, "op-1", BOSS)
    with pytest.raises(HandoffsInvalid):
        await one.apply("version: 10\n", "op-2", BOSS)
    assert (version(one), (await one.changes(1, 10, BOSS)).latest_revision) == (3, 1)


async def test_gates_that_read_the_same_file_write_one_entry(gate: MakeGate) -> None:
    gates = [gate() for _ in range(3)]
    for each in gates:
        assert await each.apply_file(FIRST)
    assert [version(each) for each in gates] == [3, 3, 3]
    (change,) = (await gates[0].changes(1, 10, BOSS)).changes
    assert (change.entry.system, change.entry.actor) == ("gate", "file")


async def test_the_file_of_an_old_gate_does_not_take_a_newer_map_back(gate: MakeGate) -> None:
    old, new = gate(), gate()
    await new.apply_file(SECOND)
    assert await old.apply_file(FIRST) is None
    assert (version(old), version(new)) == (4, 4)
    assert (await old.changes(1, 10, BOSS)).latest_revision == 1


async def test_a_file_whose_version_somebody_forgot_to_count_up_is_refused(gate: MakeGate) -> None:
    one = gate()
    await one.apply_file(FIRST)
    with pytest.raises(Refused) as no:
        await one.apply_file(FIRST.replace("room 12", "room 13"))
    assert no.value.reason is Reason.HANDOFFS_VERSION_STALE


ADAPTIVE = FIRST.replace("buffer_percent: 12.5", "adaptive_buffer: {}")
MEASURED = BuffersByClass({("DC-2", "A"): 300}, {"MUG": "A"})


async def test_a_channel_keeps_back_what_was_measured_as_long_as_the_map_calls_it_adaptive(gate: MakeGate) -> None:
    one = gate()
    one.keep_back_by({"web": MEASURED, "store": MEASURED})
    assert one.policy == Policy()  # no map calls anything adaptive
    await one.apply(ADAPTIVE, "op-1", BOSS)
    assert one.policy.keep_back("web") == KeepBack(2, 0, "web", MEASURED)
    assert one.policy.keep_back("store").adaptive is None
    await one.apply(SECOND, "op-2", BOSS)
    assert one.policy.keep_back("web") == KeepBack(5, 1_250, "web")


async def test_what_is_measured_anew_counts_at_once_and_without_it_what_the_map_fixes(gate: MakeGate) -> None:
    one = gate()
    await one.apply(ADAPTIVE, "op-1", BOSS)
    assert one.policy.keep_back("web").by_sku("DC-2", ["MUG"]) == {}
    one.keep_back_by({"web": MEASURED})
    assert one.policy.keep_back("web").by_sku("DC-2", ["MUG", "PEN"]) == {"MUG": 300}
    one.keep_back_by({"web": BuffersByClass({("DC-2", ""): 40}, {"MUG": "A"})})
    assert one.policy.keep_back("web").by_sku("DC-2", ["MUG", "PEN"]) == {"PEN": 40}
    one.keep_back_by({})
    assert one.policy.keep_back("web") == KeepBack(2, 0, "web")
