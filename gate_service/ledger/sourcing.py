"""The plans of sourced orders in the store: implements `app.plans.Plans`. docs/sourcing.md describes the keys."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from gate_service.domain.durability import PROMISE_NOTHING, Durability
from gate_service.domain.errors import Unavailable
from gate_service.domain.sourced import Answer, SourcingPlan, StoredEvent, StoredOperation
from gate_service.ledger import keys, scripts
from gate_service.ledger.sourcing_form import read_answer, read_plan, write_answer, write_plan
from gate_service.store.connect import connect
from gate_service.store.store import Store

_AT: Final = "@"
_UNDECIDED_MAX: Final = 100
"""Orders named for one shard at a time."""


def shard_of(name: str) -> int:
    """Give the shard in which an order, an operation id or an event stands."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:8], 16) % keys.SOURCING_SHARDS


class RedisPlans:
    """Keeps plans in shards, so that sourcing has no one slot of a cluster through which everything must go."""

    def __init__(
        self, store: Store, clock_ms: Callable[[], int] | None = None, promise: Durability = PROMISE_NOTHING
    ) -> None:
        """Keep the store, opened with this promise; nothing is sent. `clock_ms` is for tests."""
        self._store = store
        self._clock_ms = clock_ms
        self._replicated = promise.replicas > 0

    @classmethod
    def connect(
        cls,
        url: str,
        timeout_ms: int = 5_000,
        on_trouble: Callable[[], None] = lambda: None,
        clock_ms: Callable[[], int] | None = None,
        promise: Durability = PROMISE_NOTHING,
    ) -> RedisPlans:
        """Make it on a store by its URL; the first call connects."""
        return cls(connect(url, timeout_ms, on_trouble, promise), clock_ms, promise)

    async def claim(self, operation_id: str, fingerprint: str, *, grows: bool, asked_at: str = "") -> StoredOperation:
        """Note what an operation id stands for; see the port."""
        key = keys.sourcing("operations", shard_of(operation_id))
        value = f"{fingerprint} {_AT}{asked_at}" if asked_at else fingerprint
        return _operation(await self._act("claim", (key,), operation_id, value, relief=not grows))

    async def find(self, operation_id: str) -> StoredOperation | None:
        """Give what an operation id stands for; see the port."""
        text = await self._look(keys.sourcing("operations", shard_of(operation_id)), operation_id)
        return _operation(text) if text else None

    async def answer(self, operation_id: str, answer: Answer) -> None:
        """Keep the answer to a claimed operation; see the port."""
        key = keys.sourcing("operations", shard_of(operation_id))
        await self._act("answer", (key,), operation_id, write_answer(answer), relief=True)

    async def claim_event(self, key: str, event: StoredEvent) -> StoredEvent:
        """Note who told of an event; see the port."""
        stands = await self._act(
            "claim", (keys.sourcing("events", shard_of(key)),), key, " ".join(_event(event)), relief=True
        )
        return StoredEvent(*stands.split(" "))

    async def forget(self, operation_id: str, event_key: str, event: StoredEvent) -> None:
        """Take back what an operation and its event were noted to stand for; see the port."""
        if event_key:
            key = keys.sourcing("events", shard_of(event_key))
            await self._act("forget", (key,), event_key, " ".join(_event(event)), relief=True)
        key = keys.sourcing("operations", shard_of(operation_id))
        await self._act("forget", (key,), operation_id, event.fingerprint, relief=True)

    async def plan(self, order_id: str, *, just_looking: bool = False) -> SourcingPlan | None:
        """Read the plan of an order; see the port."""
        key = keys.sourcing("plans", shard_of(order_id))
        text = await (self._store.call("HGET", key, order_id) if just_looking else self._look(key, order_id))
        return read_plan(text) if text else None

    async def swap(self, plan: SourcingPlan) -> SourcingPlan | None:
        """Write the next version of a plan; see the port."""
        shard = shard_of(plan.order_id)
        text = await self._act(
            "swap",
            (keys.sourcing("plans", shard), keys.sourcing("undecided", shard)),
            plan.order_id,
            str(plan.version - 1),
            write_plan(plan),
            "1" if plan.undecided else "0",
            relief=plan.version > 1,
        )
        return read_plan(text) if text else None

    async def undecided(self, older_than_ms: int) -> Sequence[str]:
        """Name orders whose plan has been undecided for so long, some of each shard; see the port."""
        until = await self._now_ms() - older_than_ms
        found: list[str] = []
        for shard in range(keys.SOURCING_SHARDS):
            key = keys.sourcing("undecided", shard)
            with contextlib.suppress(Unavailable):  # the next look comes to it; the other shards need not wait
                found += await self._store.call("ZRANGEBYSCORE", key, "-inf", until, "LIMIT", 0, _UNDECIDED_MAX)
            await asyncio.sleep(0)  # whoever waits for an answer goes between
        return found

    async def _now_ms(self) -> int:
        if self._clock_ms:
            return self._clock_ms()
        seconds, micros = await self._store.call("TIME")
        return int(seconds) * 1000 + int(micros) // 1000

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def _look(self, key: str, field: str) -> str | None:
        """Read what is going to be acted on, or given as an answer: where replicas are waited for, they have it."""
        if self._replicated:
            return await self._act("look", (key,), field, relief=True)
        text: str | None = await self._store.call("HGET", key, field)
        return text

    async def _act(self, act: str, key: tuple[str, ...], *arguments: str, relief: bool) -> str:
        """Run the script; with `relief` beyond the memory limit too: it finishes what was begun."""
        now = str(self._clock_ms()) if self._clock_ms else ""
        script = scripts.load("source", allow_oom=relief)
        (text,) = await self._store.run(script, key, [now, act, *arguments], durable=True)
        return text


def _event(event: StoredEvent) -> tuple[str, str, str]:
    return (event.fingerprint, event.operation_id, event.order_id)


def _operation(text: str) -> StoredOperation:
    fingerprint, _, answer = text.partition(" ")
    if answer.startswith(_AT):
        return StoredOperation(fingerprint, asked_at=answer.removeprefix(_AT))
    return StoredOperation(fingerprint, read_answer(answer) if answer else None)
