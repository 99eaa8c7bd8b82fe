"""A location whose very first operation fails halfway: what was made for it stands in nobody's way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gate_service.domain.errors import Unavailable
from gate_service.domain.lineage import Position
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.replay import Replay, ReplayRefused
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.moving import read_journal, restore
from tests.contract.stores import empty
from tests.contract.world import World

HERE = "DC-1"


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    return World(real, clock, HERE)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = connect(store_url)
    yield opened
    await opened.close()


async def fail_to_open(at: World, store: Store) -> None:
    """Let the first operation fail where it writes its entry."""
    await store.call("SET", keys.ledger(HERE), "no stream")
    with pytest.raises(Unavailable):
        await at.receive(("A", 5))
    await store.call("DEL", keys.ledger(HERE))


async def test_it_is_opened_by_the_next_operation(at: World, store: Store) -> None:
    await fail_to_open(at, store)
    assert (await at.receive(("A", 5))).applied.revision == 1
    assert (await at.level("A")).on_hand == 5
    assert await at.revision() == 1


async def test_its_history_can_be_told_there(at: World, store: Store, store_url: str) -> None:
    await at.receive(("A", 5))
    await at.receive(("B", 5))
    journal = await read_journal(store_url, HERE)
    await empty(store_url)
    other = World(RedisLedger.connect(store_url, clock_ms=at.clock), at.clock, HERE)  # it remembers nothing
    await fail_to_open(other, store)
    await other.ledger.close()  # type: ignore[attr-defined] # the real one
    await restore(store_url, HERE, journal, clock=at.clock)
    assert await read_journal(store_url, HERE) == journal
    assert (await at.level("B")).on_hand == 5


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("stock", ("HSET", "A", "1 0 0 0 0 0 0 0 0 0 0")),
        ("permits", ("SET", "no hash")),
        ("skus", ("ZADD", "0", "A")),
        ("retired", ("SADD", "ab")),
        ("deliveries", ("XADD", "1-0", "verdict", "late")),
        ("ledger", ("XADD", "1-0", "hash", "ab")),
        ("meta", ("HSET", "trimmed", "7")),
    ],
)
async def test_nothing_is_told_where_anything_else_stands(
    at: World, store: Store, name: str, command: tuple[str, ...]
) -> None:
    await fail_to_open(at, store)
    key = dict(zip(keys.LOCATION_KEYS, keys.location_keys(HERE), strict=True))[name]
    await store.call(command[0], key, *command[1:])
    with pytest.raises(ReplayRefused, match="something stands there"):
        await Replay(store, at.clock).begin(HERE, Position(1, 1, "ab"))
