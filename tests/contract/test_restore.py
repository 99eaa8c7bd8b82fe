"""A location that is told its own history again in an empty store."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Sequence

import pytest

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.errors import LocationFenced
from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import Fence, Position
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.replay import Difference, Replay, ReplayRefused
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.moving import check_moved, everything, read_journal, restore, target_of
from tests.contract.state import ASKING
from tests.contract.stores import empty, open_ledger
from tests.contract.world import World

HERE = "DC-1"
OWN = Call("gate recover", system="gate", actor="ann", own=True)


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    return World(real, clock, HERE)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = connect(store_url)
    yield opened
    await opened.close()


@pytest.fixture
def replay(store: Store, clock: Clock) -> Replay:
    return Replay(store, clock)


async def a_day(at: World) -> None:
    """Let something of most kinds happen; one thing runs out, one is refused."""
    await at.receive(("A", 20), ("B", 5))
    await at.reserve("O-1", ("1", "A", 3), ("2", "B", 1))
    await at.hold("O-2", ("1", "A", 2), ttl_ms=1_000)
    await at.refused(at.reserve("O-3", ("1", "B", 50)), Reason.INSUFFICIENT_STOCK)
    permit = await at.authorize(("O-1", "1", "A", 3), ("O-1", "2", "B", 1))
    at.clock.advance(2_000)
    await at.pick(permit.permit_id, ("O-1", "1", "A", 3), ("O-1", "2", "B", 1))
    await at.ship("O-1", permit.permit_id)
    source = ops.SourceEvent("shop", "order", "D-1", "", "paid", 1)
    await at.tell(source, ops.ReserveStock(at.fresh_id(), HERE, "O-4", "", 0, (ops.OrderLine("1", "A", 1),)))


async def lose(store_url: str) -> list[JournalEntry]:
    """Take everything away, and give what its ledger told."""
    journal = await read_journal(store_url, HERE)
    await empty(store_url)
    return journal


def sealed(entries: Sequence[JournalEntry], **changed: str) -> list[JournalEntry]:
    """Change the last of some entries, and let its hash say that it was so."""
    *before, last = entries
    spoilt = last._replace(**changed)  # type: ignore[arg-type] # texts only
    return [*before, spoilt._replace(chain_hash=spoilt.hash_after(before[-1].chain_hash))]


async def told(replay: Replay, entries: Sequence[JournalEntry]) -> tuple[int, Difference | None]:
    """Tell entries in an empty store; give how many were written, and the first that differs."""
    fence, _ = await replay.begin(HERE, target_of(entries))
    answer = await replay.tell(HERE, fence, entries)
    return answer.told, answer.difference


async def test_all_that_its_ledger_tells_stands_there_again(at: World, store_url: str) -> None:
    await a_day(at)
    lost, before = await everything(store_url, HERE), await at.state()
    journal = await lose(store_url)
    await restore(store_url, HERE, journal, clock=at.clock)
    check_moved(lost, await everything(store_url, HERE))
    assert await at.state() == before
    assert await at.ledger.locations(ASKING) == [HERE]


async def test_an_operation_that_was_done_before_the_loss_is_not_done_again(at: World, store_url: str) -> None:
    await at.receive(("A", 5))
    order = ops.ReserveStock("op-web", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 2),))
    first = await at.apply(order)
    journal = await lose(store_url)
    await restore(store_url, HERE, journal)
    again = await at.apply(order)
    assert again == first._replace(applied=first.applied._replace(replayed=True))
    assert (await at.level("A")).committed == 2


async def test_an_event_that_was_told_before_the_loss_is_absorbed_and_its_feed_goes_on(
    at: World, store_url: str
) -> None:
    await a_day(at)
    journal = await lose(store_url)
    await restore(store_url, HERE, journal)
    source = ops.SourceEvent("shop", "order", "D-1", "", "paid", 1)
    order = ops.ReserveStock("another", HERE, "O-4", "", 0, (ops.OrderLine("1", "A", 1),))
    await at.tell(source._replace(document="D-2", number=3), dataclasses.replace(order, operation_id="3", order_id="5"))
    (feed,) = (await at.feeds()).feeds
    assert [(gap.from_number, gap.to_number) for gap in feed.gaps] == [(2, 2)]
    assert (await at.tell(source, order)).applied.absorbed


async def test_texts_are_kept_as_they_were_recorded_whatever_the_order_of_their_names(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    entries = (await read_journal(store_url, HERE))[:2]
    turned = json.dumps(dict(reversed(json.loads(entries[1].reply).items())))
    assert turned != entries[1].reply
    entries = sealed(entries, reply=turned)
    await empty(store_url)
    assert await told(replay, entries) == (2, None)
    assert await read_journal(store_url, HERE) == entries


@pytest.mark.parametrize("stop", range(1, 11))
async def test_a_restore_that_was_interrupted_goes_on_where_it_stopped(at: World, store_url: str, stop: int) -> None:
    await a_day(at)
    lost = await everything(store_url, HERE)
    journal = await lose(store_url)
    await restore(store_url, HERE, journal, runs=(stop, 3), clock=at.clock)
    check_moved(lost, await everything(store_url, HERE))


async def test_what_is_told_twice_is_written_once(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    journal = await lose(store_url)
    assert await told(replay, journal) == (len(journal), None)
    assert await told(replay, journal) == (0, None)
    assert await read_journal(store_url, HERE) == journal


async def test_a_location_of_which_not_all_is_there_is_neither_written_nor_read(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    journal = await lose(store_url)
    fence, _ = await replay.begin(HERE, target_of(journal))
    await replay.tell(HERE, fence, journal[:2])
    other = World(open_ledger(store_url, at.clock), at.clock, HERE)  # a gate that remembers nothing
    with pytest.raises(LocationFenced):
        await other.receive(("A", 1))
    with pytest.raises(LocationFenced):
        await other.level("A")
    other.call = OWN
    accept = ops.RecoverLocation("~recover", HERE, fence.since_ms, "")
    await other.refused(other.apply(accept), Reason.FENCE_CHANGED)
    await other.ledger.close()  # type: ignore[attr-defined] # the real one


async def test_a_restore_writes_nothing_where_something_stands(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    before = await everything(store_url, HERE)
    with pytest.raises(ReplayRefused, match="something stands there"):
        await replay.begin(HERE, Position(1, 1, "ab"))
    assert await everything(store_url, HERE) == before


async def test_a_restore_writes_nothing_where_a_key_is_left_without_its_history(
    at: World, store: Store, replay: Replay
) -> None:
    await store.call("HSET", keys.location_keys(HERE)[1], "A", "1 0 0 0 0 0 0 0 0 0 0")
    with pytest.raises(ReplayRefused, match="something stands there"):
        await replay.begin(HERE, Position(1, 1, "ab"))


async def test_the_first_entry_that_does_not_come_to_what_was_answered_is_named_and_nothing_behind_it_is_written(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    journal = await read_journal(store_url, HERE)
    reply = json.loads(journal[0].reply)
    reply["levels"][0][1] += 1
    spoilt = journal[0]._replace(reply=json.dumps(reply))
    spoilt = spoilt._replace(chain_hash=spoilt.hash_after(""))
    await empty(store_url)
    assert await told(replay, [spoilt, *journal[1:]]) == (0, Difference(1, "reply.levels.1.2", "20", "21"))
    assert await read_journal(store_url, HERE) == []
    assert (await everything(store_url, HERE))["stock"] is None


async def test_an_entry_that_does_not_come_to_the_recorded_changes_is_named(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    entries = (await read_journal(store_url, HERE))[:2]
    entries = sealed(entries, changes=json.dumps(json.loads(entries[1].changes) | {"A": {"committed": 4}}))
    await empty(store_url)
    assert await told(replay, entries) == (1, Difference(2, "changes.A.committed", "3", "4"))
    assert len(await read_journal(store_url, HERE)) == 1


async def test_an_entry_that_asked_for_something_else_is_named(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    entries = (await read_journal(store_url, HERE))[:2]
    body = json.loads(entries[1].body)
    body["lines"][0][2] = 4
    await empty(store_url)
    written, difference = await told(replay, sealed(entries, body=json.dumps(body)))
    assert (written, difference and difference.where) == (1, "changes.A.committed")


async def test_an_entry_whose_operation_fails_is_named(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    entries = (await read_journal(store_url, HERE))[:2]
    envelope = json.dumps(json.loads(entries[1].envelope) | {"kind": "expire_hold"})
    await empty(store_url)
    written, difference = await told(replay, sealed(entries, envelope=envelope))
    assert (written, difference and difference.where) == (1, "operation")


async def test_an_entry_that_does_not_continue_the_chain_is_named(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    journal = await read_journal(store_url, HERE)
    spoilt = [*journal[:3], journal[3]._replace(at_ms=journal[3].at_ms + 1), *journal[4:]]
    await empty(store_url)
    expected = Difference(4, "hash", spoilt[3].hash_after(journal[2].chain_hash), journal[3].chain_hash)
    assert await told(replay, spoilt) == (3, expected)


async def test_a_hole_in_the_history_is_named(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    journal = await lose(store_url)
    assert await told(replay, [*journal[:3], *journal[4:]]) == (3, Difference(5, "revision", "4", "5"))


async def test_another_history_than_that_which_was_begun_is_named(at: World, store_url: str, replay: Replay) -> None:
    await a_day(at)
    journal = await lose(store_url)
    assert await told(replay, journal[:4]) == (4, None)
    other = journal[2]._replace(chain_hash="0" * 40)
    assert await told(replay, [other, *journal[3:]]) == (0, Difference(3, "hash", journal[2].chain_hash, "0" * 40))


async def test_a_history_that_is_cut_stays_closed_and_its_fence_says_what_was_cut(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    journal = await lose(store_url)
    fence, _ = await replay.begin(HERE, target_of(journal))
    await replay.tell(HERE, fence, journal[:3])
    head = await replay.end(HERE, fence)
    assert head.fence == Fence(fence.since_ms, target_of(journal), target_of(journal[:3]))
    with pytest.raises(LocationFenced):
        await at.receive(("A", 1))
    assert (await at.level("A")).on_hand == 20  # it can be read, and says that it is closed


async def test_what_a_gate_remembers_beyond_the_archive_keeps_the_location_closed(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    journal = await lose(store_url)
    with pytest.raises(LocationFenced):  # the gate has found out before the restore begins
        await at.level("A")
    fence, _ = await replay.begin(HERE, target_of(journal[:-1]))
    await replay.tell(HERE, fence, journal[:-1])
    head = await replay.end(HERE, fence)
    assert head.fence is not None
    assert (head.fence.remembered, head.fence.found) == (target_of(journal), target_of(journal[:-1]))


async def test_what_a_gate_says_while_it_is_restored_keeps_the_location_closed(
    at: World, store_url: str, replay: Replay
) -> None:
    await a_day(at)
    journal = await lose(store_url)
    fence, _ = await replay.begin(HERE, target_of(journal[:-1]))
    assert not await at.ledger.sweep(HERE)
    await replay.tell(HERE, fence, journal[:-1])
    head = await replay.end(HERE, fence)
    assert head.fence == Fence(fence.since_ms, target_of(journal), target_of(journal[:-1]))


async def test_a_gate_that_remembers_no_more_than_there_is_again_finds_it_open(at: World, store_url: str) -> None:
    await a_day(at)
    journal = await lose(store_url)
    with pytest.raises(LocationFenced):
        await at.level("A")
    await restore(store_url, HERE, journal)
    await at.receive(("A", 1))
    assert (await at.level("A")).on_hand == 18


async def test_accepted_losses_come_back_with_the_epoch_that_they_began(at: World, store_url: str) -> None:
    await a_day(at)
    store = connect(store_url)
    fence = {"since_ms": 7, "remembered": [1, 99, "ab"], "found": [1, await at.revision(), "cd"]}
    await store.call("HSET", keys.meta(HERE), "fenced", json.dumps(fence))
    await store.close()
    at.call = OWN
    await at.apply(ops.RecoverLocation("~recover/7", HERE, 7, "power cut", 11, 99))
    await at.refused(at.apply(ops.RecoverLocation("~recover/8", HERE, 8, "")), Reason.FENCE_CHANGED)
    await at.receive(("A", 1))
    lost = await everything(store_url, HERE)
    journal = await lose(store_url)
    await restore(store_url, HERE, journal, epoch=2, runs=(4, 1), clock=at.clock)
    check_moved(lost, await everything(store_url, HERE))
    assert lost["meta"]["epoch"] == "2"


async def test_a_count_that_came_too_late_is_refused_again_though_all_entries_are_there_now(
    at: World, store_url: str
) -> None:
    await a_day(at)
    store = connect(store_url)
    await store.call("HSET", keys.meta(HERE), "trimmed", "5")
    late = ops.SubmitCount(
        "op-late",
        HERE,
        "C-1",
        as_of_revision=2,
        includes_picked=False,
        covers_range=False,
        covers_after="",
        covers_through="",
        lines=(ops.CountLine("A", 1),),
    )
    await at.refused(at.apply(late), Reason.AS_OF_TOO_OLD)
    await store.call("HDEL", keys.meta(HERE), "trimmed")
    await store.close()
    journal, lost = await read_journal(store_url, HERE), await everything(store_url, HERE)
    await empty(store_url)
    await restore(store_url, HERE, journal, clock=at.clock)
    check_moved(lost, await everything(store_url, HERE))
