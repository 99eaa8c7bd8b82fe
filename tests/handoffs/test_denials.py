"""What was turned away is counted in memory, told to the store soon, and added up there for all gates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import redis

from gate_service.app.denials import Denials, Tried
from gate_service.domain.denials import Cause, Denial, DenialPage
from gate_service.domain.errors import Unavailable
from gate_service.domain.limits import VIOLATIONS_KEPT
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from gate_service.ledger.denials import RedisDenials

WRONG_PLACE = Denial("wms", "record_receipt", "DC-2", Cause.LOCATION)
STRANGER = Denial("?", "reserve_stock", "", Cause.UNAUTHENTICATED)
OTHERS = Denial("", "", "", Cause.OTHERS)


@pytest.fixture
async def kept(store_url: str) -> AsyncIterator[RedisDenials]:
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    store = RedisDenials.connect(store_url, 5_000)
    yield store
    await store.close()


def told(page: DenialPage) -> dict[Denial, tuple[int, str]]:
    return {row.denial: (row.times, row.last_actor) for row in page.denials}


async def test_each_kind_stands_once_with_how_often_when_and_by_whom_the_last_time(kept: RedisDenials) -> None:
    denials = Denials(kept)
    for actor in ("kim", "", "lee"):
        denials.note(WRONG_PLACE, actor)
    denials.note(STRANGER, "")
    page = await denials.list("", 10)
    assert told(page) == {WRONG_PLACE: (3, "lee"), STRANGER: (1, "")}
    assert page.total == 2
    assert all(row.first_at_ms == row.last_at_ms > 1_600_000_000_000 for row in page.denials)


async def test_several_gates_add_up_and_the_first_time_stays(kept: RedisDenials) -> None:
    one, other = Denials(kept), Denials(kept)
    one.note(WRONG_PLACE, "kim")
    (first,) = (await one.list("", 10)).denials
    await asyncio.sleep(0.005)
    other.note(WRONG_PLACE, "")
    ((denial, times, first_at_ms, last_at_ms, actor),) = (await other.list("", 10)).denials
    assert (denial, times, actor) == (WRONG_PLACE, 2, "")
    assert first_at_ms == first.first_at_ms < last_at_ms


async def test_they_are_listed_the_latest_first_and_by_system(kept: RedisDenials) -> None:
    denials = Denials(kept)
    denials.note(WRONG_PLACE, "")
    await denials.flush()
    await asyncio.sleep(0.005)
    denials.note(STRANGER, "")
    page = await denials.list("", 1)
    assert ([row.denial for row in page.denials], page.total) == ([STRANGER], 2)
    assert list(told(await denials.list("wms", 10))) == [WRONG_PLACE]
    assert list(told(await denials.list("?", 10))) == [STRANGER]
    assert (await denials.list("nobody", 10)).total == 0


async def test_the_store_hears_of_them_without_being_asked(kept: RedisDenials) -> None:
    denials = Denials(kept)
    flushing = asyncio.create_task(denials.flush_for_ever())
    denials.note(STRANGER, "")
    async with asyncio.timeout(10):
        while not (await kept.list("", 10)).total:  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.02)
    flushing.cancel()


def kinds(count: int, first: int = 0) -> list[Denial]:
    return [Denial("wms", "record_receipt", f"X{number}", Cause.LOCATION) for number in range(first, first + count)]


async def test_a_gate_tells_only_so_many_kinds_apart_and_counts_the_rest_as_one(kept: RedisDenials) -> None:
    denials = Denials(kept)
    for denial in kinds(VIOLATIONS_KEPT + 7):
        denials.note(denial, "")
    page = await denials.list("", 2 * VIOLATIONS_KEPT)
    assert page.total == VIOLATIONS_KEPT + 1
    assert told(page)[OTHERS][0] == 7


async def test_the_store_keeps_only_so_many_kinds_however_many_gates_tell_it(kept: RedisDenials) -> None:
    one, other = Denials(kept), Denials(kept)
    for denial in kinds(VIOLATIONS_KEPT - 3):
        one.note(denial, "")
    await one.flush()
    for denial in kinds(10, first=VIOLATIONS_KEPT):  # three find room
        other.note(denial, "")
    other.note(kinds(1)[0], "again")
    page = await other.list("", 2 * VIOLATIONS_KEPT)
    assert page.total == VIOLATIONS_KEPT + 1
    assert told(page)[OTHERS][0] == 7
    assert told(page)[kinds(1)[0]] == (2, "again")


class Away:
    """A store that cannot be reached for a while."""

    def __init__(self) -> None:
        self.reachable = False
        self.added: list[Tried] = []

    async def add(self, tried: Sequence[Tried]) -> None:
        if not self.reachable:
            raise Unavailable(Reason.STORE_UNAVAILABLE, "away", 100)
        self.added.extend(tried)

    async def list(self, system: str, limit: int) -> DenialPage:
        raise AssertionError((system, limit))


async def test_what_the_store_could_not_be_told_is_told_later_and_nothing_twice() -> None:
    store = Away()
    failures: list[int] = []
    denials = Denials(store, failures.append)
    denials.note(WRONG_PLACE, "kim")
    await denials.flush()
    denials.note(WRONG_PLACE, "lee")
    denials.note(STRANGER, "")
    await denials.flush()
    assert failures == [1, 2]
    store.reachable = True
    await denials.flush()
    await denials.flush()
    assert {each.denial: (each.times, each.last_actor) for each in store.added} == {
        WRONG_PLACE: (2, "lee"),
        STRANGER: (1, ""),
    }
    assert len(store.added) == 2


async def test_a_store_that_comes_back_hears_of_them_by_itself() -> None:
    store = Away()
    denials = Denials(store)
    flushing = asyncio.create_task(denials.flush_for_ever())
    denials.note(STRANGER, "")
    await asyncio.sleep(0.3)
    assert store.added == []
    store.reachable = True
    async with asyncio.timeout(10):
        while not store.added:  # noqa: ASYNC110 - the store rings no bell
            await asyncio.sleep(0.02)
    flushing.cancel()


async def test_there_is_one_key_and_nothing_runs_out(kept: RedisDenials, store_url: str) -> None:
    denials = Denials(kept)
    denials.note(WRONG_PLACE, "kim de la cruz")
    await denials.flush()
    with redis.Redis.from_url(store_url, decode_responses=True) as client:
        assert list(client.scan_iter()) == [keys.VIOLATIONS]
        assert client.ttl(keys.VIOLATIONS) == -1
        assert list(client.hgetall(keys.VIOLATIONS)) == ['["wms","record_receipt","DC-2","location"]']
