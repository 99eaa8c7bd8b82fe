"""How a gate comes to its handoff map at the start, while other gates of the store are at theirs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import redis

from gate_service.app.denials import Denials
from gate_service.app.handoffs import Handoffs
from gate_service.app.ports import Call
from gate_service.bootstrap.errors import NoHandoffs
from gate_service.bootstrap.house import House
from gate_service.domain.operations import HOUSE as HOUSE_LEDGER
from gate_service.domain.operations import ChangeHandoffs, Operation
from gate_service.domain.policy import Policy
from gate_service.handoffs import read
from gate_service.ledger import keys
from gate_service.ledger.denials import RedisDenials
from gate_service.ledger.ledger import RedisLedger
from tests.handoffs.maps import HOUSE

BOSS = Call(method="apply", system="boss", actor="kim")
NEXT = HOUSE.replace("version: 3", "version: 4")
STRANGE = '{"version":9,"systems":{"a":{"role":"robot"}}}'
ReplyT = TypeVar("ReplyT")
Act = Callable[[Callable[[], Awaitable[object]]], Awaitable[None]]


class Crossed(RedisLedger):
    """A ledger where something else happens around what is applied next."""

    around: Act | None = None

    async def apply(self, operation: Operation[ReplyT], policy: Policy, call: Call) -> ReplyT:
        """Apply it, and do the other thing before or behind it."""
        around, self.around = self.around, None
        if around:
            await around(lambda: super(Crossed, self).apply(operation, policy, call))
        return await super().apply(operation, policy, call)


@pytest.fixture
async def ledger(store_url: str) -> AsyncIterator[Crossed]:
    with redis.Redis.from_url(store_url) as client:
        client.flushall()
    ledger = Crossed.connect(store_url)
    assert isinstance(ledger, Crossed)
    yield ledger
    await ledger.close()


@pytest.fixture
async def denials(store_url: str) -> AsyncIterator[Denials]:
    store = RedisDenials.connect(store_url, 2_000)
    yield Denials(store)
    await store.close()


def house(ledger: Crossed, denials: Denials, text: str, folder: Path) -> House:
    """Give that of a gate whose file holds this."""
    file = folder / "handoffs.yaml"
    file.write_text(text, encoding="utf-8")
    return House(Handoffs(ledger, read, Policy(), lambda _: None), denials, str(file))


async def fence_the_house(store_url: str, *, restoring: bool) -> None:
    fence = {"since_ms": 7, "remembered": [1, 9, "ab" * 20], "found": [1, 1, "cd" * 20], "restoring": restoring}
    with redis.Redis.from_url(store_url) as client:
        client.hset(keys.meta(HOUSE_LEDGER), "fenced", json.dumps(fence))


async def test_a_gate_that_starts_beside_another_one_with_the_same_file_has_its_map_in_force(
    ledger: Crossed, denials: Denials, tmp_path: Path
) -> None:
    async def the_other_first(apply: Callable[[], Awaitable[object]]) -> None:
        await apply()

    ledger.around = the_other_first
    one = house(ledger, denials, HOUSE, tmp_path)
    await one.begin(required=True)
    assert one.handoffs.in_force is not None


async def test_a_gate_that_starts_while_a_newer_one_puts_a_map_in_force_says_that_it_cannot_read_it(
    ledger: Crossed, denials: Denials, tmp_path: Path
) -> None:
    async def then_the_newer_one(apply: Callable[[], Awaitable[object]]) -> None:
        await apply()
        await ledger.apply(ChangeHandoffs("op-9", HOUSE_LEDGER, 9, "0" * 64, (), STRANGE), Policy(), BOSS)

    ledger.around = then_the_newer_one
    with pytest.raises(NoHandoffs, match="only a newer gate knows"):
        await house(ledger, denials, HOUSE, tmp_path).begin(required=True)


async def test_a_gate_starts_with_the_map_in_force_where_the_house_is_fenced_and_its_own_is_newer(
    ledger: Crossed, denials: Denials, tmp_path: Path, store_url: str
) -> None:
    await house(ledger, denials, HOUSE, tmp_path).begin(required=True)
    await fence_the_house(store_url, restoring=False)
    one = house(ledger, denials, NEXT, tmp_path)
    await one.begin(required=True)
    assert one.handoffs.in_force is not None
    assert one.handoffs.in_force.version == 3


async def test_a_gate_does_not_blame_the_store_for_a_house_that_is_being_restored(
    ledger: Crossed, denials: Denials, tmp_path: Path, store_url: str
) -> None:
    one = house(ledger, denials, HOUSE, tmp_path)
    await one.begin(required=True)
    await fence_the_house(store_url, restoring=True)
    with pytest.raises(NoHandoffs, match="gate recover"):
        await house(ledger, denials, HOUSE, tmp_path).begin(required=True)
