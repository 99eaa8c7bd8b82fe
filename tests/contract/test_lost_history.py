"""A store that has lost history which a gate knows of: the location is closed before anything is done to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import pytest

from gate_service.domain.errors import LocationFenced
from gate_service.domain.lineage import Position
from gate_service.ledger import keys
from gate_service.ledger.heads import Head, Memory
from gate_service.ledger.ledger import RedisLedger
from gate_service.store.connect import connect
from tests.contract.clock import Clock
from tests.contract.fencing import SINCE_MS, accept, close
from tests.contract.moving import read_journal, restore
from tests.contract.state import ASKING
from tests.contract.stores import empty, open_ledger
from tests.contract.world import TTL_MS, World

HERE = "DC-1"
ENTRIES = 3
Loss = Callable[[str], Awaitable[None]]


@pytest.fixture
async def gate(real: RedisLedger, clock: Clock) -> World:
    """Give a gate that knows of some history, the last of which is a hold."""
    at = World(real, clock, HERE)
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.hold("O-2", ("1", "A", 2))
    return at


@pytest.fixture
async def other_gate(gate: World, store_url: str) -> AsyncIterator[World]:
    """Give a gate on the same store that has heard of nothing yet."""
    ledger = open_ledger(store_url, gate.clock)
    yield another(ledger, gate.clock)
    await ledger.close()


def another(ledger: RedisLedger, clock: Clock) -> World:
    """Ask under names that nobody has used yet."""
    world = World(ledger, clock, HERE)
    world._numbers = count(100)
    return world


async def all_of_it(url: str) -> None:
    await empty(url)


async def its_end(url: str) -> None:
    """Go back to an older copy."""
    journal = await read_journal(url, HERE)
    await empty(url)
    await restore(url, HERE, journal[:-1])


async def something_else_as_long(url: str, entries: int = ENTRIES) -> None:
    await empty(url)
    ledger = open_ledger(url, Clock())
    other = another(ledger, Clock())
    for _ in range(entries):
        await other.receive(("A", 7))
    await ledger.close()


async def something_else_and_longer(url: str) -> None:
    await something_else_as_long(url, ENTRIES + 2)


async def another_newest_entry(url: str) -> None:
    await write(url, "HSET", keys.meta(HERE), "hash", "f" * 40)


async def the_remembered_entry_alone(url: str) -> None:
    ledger = open_ledger(url, Clock())
    await another(ledger, Clock()).reserve("O-9", ("1", "A", 1))
    await ledger.close()
    await write(url, "XDEL", keys.ledger(HERE), f"{ENTRIES}-0")


async def write(url: str, *command: str) -> None:
    store = connect(url)
    await store.call(*command)
    await store.close()


LOSSES = [
    all_of_it,
    its_end,
    something_else_as_long,
    something_else_and_longer,
    another_newest_entry,
    the_remembered_entry_alone,
]
loses = pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)


@loses
async def test_the_next_write_closes_the_location_and_is_not_done(gate: World, store_url: str, lose: Loss) -> None:
    await lose(store_url)
    before = await read_journal(store_url, HERE)
    with pytest.raises(LocationFenced) as caught:
        await gate.receive(("A", 1))
    assert caught.value.metadata["fenced_since_ms"] == str(gate.clock.now_ms)
    assert await read_journal(store_url, HERE) == before


@loses
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "in earnest"])
async def test_the_next_wave_is_not_judged(gate: World, store_url: str, lose: Loss, *, dry_run: bool) -> None:
    await lose(store_url)
    with pytest.raises(LocationFenced):
        await gate.authorize(("O-1", "1", "A", 3), dry_run=dry_run)


@loses
async def test_a_sweep_runs_nothing_out(gate: World, store_url: str, lose: Loss) -> None:
    await lose(store_url)
    before = await read_journal(store_url, HERE)
    gate.clock.advance(TTL_MS)
    assert not await gate.ledger.sweep(HERE)
    assert await read_journal(store_url, HERE) == before
    assert set(gate.ledger.fences) == {HERE}  # type: ignore[attr-defined] # the real one


@loses
async def test_a_question_is_answered_and_marked_where_anything_is_left(
    gate: World, store_url: str, lose: Loss
) -> None:
    await lose(store_url)
    if lose is all_of_it:
        with pytest.raises(LocationFenced):
            await gate.level("A")
    else:
        answer = await gate.ledger.stock(HERE, ["A"], ASKING)
        assert answer.lineage.fenced_since_ms == gate.clock.now_ms


@loses
async def test_the_mark_outlives_the_gate_that_found_out(
    gate: World, other_gate: World, store_url: str, lose: Loss
) -> None:
    await lose(store_url)
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))
    await gate.ledger.close()  # type: ignore[attr-defined] # the real one
    with pytest.raises(LocationFenced):
        await other_gate.receive(("A", 1))


@loses
async def test_once_accepted_the_same_gate_goes_on(gate: World, store_url: str, lose: Loss) -> None:
    await lose(store_url)
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))
    await accept(gate, gate.clock.now_ms)
    reply = await gate.receive(("A", 1))
    assert reply.applied.lineage.epoch == 2


async def test_the_fence_says_what_was_remembered_and_what_was_found(gate: World, store_url: str) -> None:
    remembered = await gate.ledger.stock(HERE, ["A"], ASKING)
    await its_end(store_url)
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))
    fence = gate.ledger.fences[HERE]  # type: ignore[attr-defined] # the real one
    journal = await read_journal(store_url, HERE)
    assert fence.since_ms == gate.clock.now_ms
    assert fence.remembered == Position(1, ENTRIES, remembered.lineage.chain_hash)
    assert fence.found == Position(1, ENTRIES - 1, journal[-1].chain_hash)
    assert await gate.ledger.stored_fences() == {HERE: fence}  # type: ignore[attr-defined] # the real one


async def test_a_gate_that_knows_less_does_not_close_it_and_one_that_knows_more_closes_it_for_all(
    gate: World, other_gate: World, store_url: str
) -> None:
    await its_end(store_url)
    await other_gate.receive(("A", 1))  # it knows of nothing that is lost
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))
    with pytest.raises(LocationFenced):
        await other_gate.receive(("A", 1))


async def test_the_fence_remembers_what_goes_furthest_of_all_that_any_gate_does(
    gate: World, other_gate: World, store_url: str
) -> None:
    newest = await other_gate.receive(("A", 1))
    await its_end(store_url)
    await its_end(store_url)
    for each in (gate, other_gate, gate):
        with pytest.raises(LocationFenced):
            await each.receive(("A", 1))
        assert not await each.ledger.sweep(HERE)
    fence = (await gate.ledger.stored_fences())[HERE]  # type: ignore[attr-defined] # the real one
    assert fence.remembered == Position(1, ENTRIES + 1, newest.applied.lineage.chain_hash)
    assert fence.found.revision == ENTRIES - 1


async def test_without_replicas_a_gate_that_has_only_read_remembers_too(gate: World, store_url: str) -> None:
    reader = RedisLedger.connect(store_url, clock_ms=gate.clock)  # it promises nothing of replicas
    other = another(reader, gate.clock)
    await other.level("A")
    await its_end(store_url)
    with pytest.raises(LocationFenced):
        await other.receive(("A", 1))
    await reader.close()


async def test_a_store_that_has_gone_on_is_no_loss(gate: World, other_gate: World) -> None:
    await other_gate.receive(("A", 1))
    await other_gate.receive(("A", 1))
    await gate.receive(("A", 1))
    assert (await gate.level("A")).on_hand == 13


async def test_what_was_archived_and_trimmed_is_no_loss(gate: World, other_gate: World, store_url: str) -> None:
    await other_gate.receive(("A", 1))
    await write(store_url, "XTRIM", keys.ledger(HERE), "MINID", f"{ENTRIES + 1}-0")
    await write(store_url, "HSET", keys.meta(HERE), "trimmed", str(ENTRIES))
    await gate.receive(("A", 1))
    assert (await gate.level("A")).on_hand == 12


async def test_an_older_epoch_is_a_loss(gate: World, store_url: str) -> None:
    await close(gate)
    await accept(gate, SINCE_MS)
    await write(store_url, "HDEL", keys.meta(HERE), "epoch")
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))


async def test_an_epoch_that_somebody_has_begun_meanwhile_is_accepted_and_remembered(
    gate: World, other_gate: World, store_url: str
) -> None:
    await its_end(store_url)
    await close(other_gate)
    await accept(other_gate)
    reply = await gate.receive(("A", 1))  # it remembers more of epoch 1 than there is
    assert reply.applied.lineage.epoch == 2
    await write(store_url, "HDEL", keys.meta(HERE), "epoch")
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))


async def test_another_location_of_the_same_store_is_not_closed(gate: World, store_url: str) -> None:
    await its_end(store_url)
    with pytest.raises(LocationFenced):
        await gate.receive(("A", 1))
    await World(gate.ledger, gate.clock, "DC-2").receive(("A", 1))


def test_a_gate_remembers_only_what_is_acknowledged_and_never_less_than_before() -> None:
    memory = Memory()
    memory.note(HERE, Head(Position(1, 7, "aa"), None), acknowledged=False)
    assert memory.of(HERE) == ""
    memory.note(HERE, Head(Position(1, 7, "aa"), None), acknowledged=True)
    memory.note(HERE, Head(Position(1, 5, "bb"), None), acknowledged=True)
    assert memory.of(HERE) == "1 7 aa"
    memory.note(HERE, Head(Position(2, 5, "cc"), None), acknowledged=True)
    assert memory.of(HERE) == "2 5 cc"
