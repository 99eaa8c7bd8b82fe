"""Parcels that matched nothing, and proposals, where many wait: found by what they are, listed in bounded parts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from gate_service.domain.cases import UnmatchedShipment
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.moving import check_moved, everything, read_journal, restore
from tests.contract.state import ASKING
from tests.contract.stores import empty
from tests.contract.world import World

HERE = "DC-1"
_KEYS = dict(zip(keys.LOCATION_KEYS, keys.location_keys(HERE), strict=True))
UNMATCHED, PROPOSALS = _KEYS["unmatched"], _KEYS["proposals"]


@pytest.fixture
def at(real: RedisLedger, clock: Clock) -> World:
    return World(real, clock, HERE)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = connect(store_url)
    yield opened
    await opened.close()


def _case(order_id: str) -> str:
    lines = [["1", "A", 2]]
    return json.dumps({
        "order_id": order_id, "shipment_id": "parcel-1", "lines": lines, "reason": "RESERVATION_NOT_FOUND",
        "system": "3pl", "at_ms": 1,
    })  # fmt: skip


async def _told(at: World, order_id: str) -> str:
    no = await at.refused(at.ship_foreign(order_id, ("1", "A", 2)), Reason.RESERVATION_NOT_FOUND)
    return no.metadata["unmatched_id"]


async def _fields(store: Store, key: str) -> set[str]:
    return set(await store.call("HKEYS", key)) - {""}


async def _pages(at: World, limit: int) -> list[tuple[UnmatchedShipment, ...]]:
    pages, token = [], ""
    while True:
        page = await at.ledger.unmatched_shipments(HERE, limit, token, ASKING)
        pages.append(page.shipments)
        token = page.next_token
        if not token:
            return pages


async def test_a_parcel_that_is_told_again_is_found_among_many_and_leaves_nothing_when_it_is_put_away(
    at: World, store: Store
) -> None:
    await at.receive(("A", 10))
    names = [await _told(at, f"O-{number}") for number in range(20)]
    assert [await _told(at, f"O-{number}") for number in range(20)] == names
    for name in names:
        await at.resolve(name)
    assert await _fields(store, UNMATCHED) == {"="}
    assert await _told(at, "O-7") not in names


async def test_a_parcel_stays_to_be_found_when_what_it_was_said_to_be_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    name = await _told(at, "O-1")
    await at.refused(at.resolve(name, "O-2"), Reason.RESERVATION_NOT_FOUND)
    assert await _told(at, "O-1") == name


async def test_parcels_that_waited_before_there_was_an_index_are_found(at: World, store: Store) -> None:
    await at.receive(("A", 10))
    await store.call("HSET", UNMATCHED, "U900", _case("O-1"), "U901", _case("O-2"))
    assert await _told(at, "O-2") == "U901"
    assert len(await _fields(store, UNMATCHED)) == 5  # two parcels, their index, and the word that it is complete
    assert await _told(at, "O-1") == "U900"
    name = await _told(at, "O-3")
    assert {await _told(at, "O-3"), await _told(at, "O-1")} == {name, "U900"}


async def test_one_that_waited_before_there_was_an_index_can_be_put_away_without_one(at: World, store: Store) -> None:
    await at.receive(("A", 10))
    await store.call("HSET", UNMATCHED, "U900", _case("O-1"))
    await at.resolve("U900")
    assert await _fields(store, UNMATCHED) == set()
    assert await _told(at, "O-1") != "U900"


async def test_a_history_that_is_told_again_comes_to_the_same_index(at: World, store_url: str) -> None:
    await at.receive(("A", 10), ("B", 1))
    first, *_ = [await _told(at, f"O-{number}") for number in (1, 2, 3, 1)]
    await at.merge("A", "B")
    await at.resolve(first)
    lost = await everything(store_url, HERE)
    journal = await read_journal(store_url, HERE)
    await empty(store_url)
    await restore(store_url, HERE, journal, clock=at.clock)
    check_moved(lost, await everything(store_url, HERE))
    assert len(lost["unmatched"]) == len(("", "=", "U3", "its index", "U4", "its index"))


async def test_of_few_that_wait_each_page_is_full_and_the_oldest_come_first(at: World, store: Store) -> None:
    await at.receive(("A", 10))
    flat = [word for number in range(1_000, 1, -1) for word in (f"U{number}", _case(f"O-{number}"))]
    await store.call("HSET", UNMATCHED, *flat)
    pages = await _pages(at, 100)
    assert [len(page) for page in pages] == [100] * 9 + [99]
    assert [case.unmatched_id for page in pages for case in page] == [f"U{number}" for number in range(2, 1_001)]


async def test_of_many_that_wait_a_page_may_be_short_and_none_is_left_out(at: World, store: Store) -> None:
    await at.receive(("A", 10))
    waiting = [*range(30_000, 30_200), *range(50_000, 55_000), 60_001]
    await store.call("HSET", UNMATCHED, *(word for number in waiting for word in (f"U{number}", _case("O-1"))))
    await store.call("HSET", keys.meta(HERE), "revision", "60001")
    pages = await _pages(at, 500)
    assert [case.unmatched_id for page in pages for case in page] == [f"U{number}" for number in waiting]
    assert [len(page) for page in pages[:4]] == [0, 0, 1, 199]


async def test_many_proposals_are_listed_alike(at: World, store: Store) -> None:
    await at.receive(("A", 10))
    proposal = json.dumps({
        "reason": "found", "note": "", "lines": [["A", "on_hand", 1]], "system": "", "actor": "ann", "at_ms": 1,
    })  # fmt: skip
    await store.call("HSET", PROPOSALS, *(word for number in range(2, 6_000) for word in (f"A{number}", proposal)))
    await store.call("HSET", keys.meta(HERE), "revision", "5999")
    page = await at.ledger.proposals(HERE, 100, "A5949", ASKING)
    assert [case.proposal_id for case in page.proposals] == [f"A{number}" for number in range(5_950, 6_000)]
    assert page.next_token == ""
