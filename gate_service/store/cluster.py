"""A cluster: each command goes to the server that has its slot, and follows where the slot moves."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from redis import exceptions

from gate_service.domain.durability import Durability
from gate_service.domain.errors import Unavailable
from gate_service.store import running, scanning
from gate_service.store.errors import ELSEWHERE, not_applied
from gate_service.store.members import Members
from gate_service.store.node import Node
from gate_service.store.script import Script
from gate_service.store.single import probe
from gate_service.store.slots import address_in, key_of, slot_of
from gate_service.store.store import NodeState, Scanned
from gate_service.store.urls import Address, StoreUrl

AnswerT = TypeVar("AnswerT")
Act = Callable[[Node, bool], Awaitable[AnswerT]]
"""Does something at a server; with True, at one that only imports the keys."""

_HOPS_MAX: Final = 8
_PAUSE_FROM_S: Final = 0.004
_PAUSE_TO_S: Final = 0.1


class ClusterStore:
    """Implements `Store` on a cluster. A server that is away stops what is on it, and nothing else."""

    def __init__(self, url: StoreUrl, timeout_ms: int, on_trouble: Callable[[], None], promise: Durability) -> None:
        """Keep where to begin; nothing connects yet."""
        self._members = Members(url, timeout_ms, on_trouble)
        self._on_trouble = on_trouble
        self._promise = promise
        self._timeout_s = timeout_ms / 1000

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
        """Send one command; see `Store`."""
        key = key_of(command)
        if key is None:
            return await (await self._members.any()).call(*command)

        async def act(node: Node, asking: bool) -> Any:  # noqa: ANN401, FBT001 - as above; see `Act`
            return await running.call(node, command, asking=asking)

        return await self._follow(key, act, self._timeout_s)

    async def run(
        self, script: Script, keys: tuple[str, ...], arguments: list[str], *, durable: bool = False
    ) -> list[str]:
        """Run a script; see `Store`."""
        promise = self._promise if durable else None

        async def act(node: Node, asking: bool) -> list[str]:  # noqa: FBT001 - see `Act`
            return await running.run(node, script, keys, arguments, promise, asking=asking)

        return await self._follow(keys[0], act, self._timeout_s)

    async def probe(self, key: str, timeout_ms: int) -> None:
        """Write one small value at each primary, under a key that lives there; see `Store`."""
        slots = await self._members.slots()

        async def act_at(primary: Address) -> None:
            named = f"{key}:{{{slots.tag_at(primary)}}}"

            async def act(node: Node, asking: bool) -> None:  # noqa: FBT001 - see `Act`
                await probe(node, named, timeout_ms, asking=asking)

            await self._follow(named, act, timeout_ms / 1000)

        ended = await _all_of([act_at(primary) for primary in slots])
        if not any(end is None for end in ended):
            raise _first_error(ended)

    async def each(self, *command: str | int) -> dict[str, Any]:
        """Ask every primary; see `Store`."""
        await self._members.slots()
        nodes = self._members.primaries()
        ended = await _all_of([node.call(*command) for node in nodes])
        told = {node.address: end for node, end in zip(nodes, ended, strict=True) if not isinstance(end, Unavailable)}
        if not told or any(isinstance(end, Exception) for end in told.values()):
            raise _first_error(ended)
        return told

    async def scan(self, pattern: str) -> Scanned:
        """Look through every primary; see `Store`."""
        await self._members.slots()
        nodes = self._members.primaries()
        ended = await _all_of([scanning.scan(node, pattern) for node in nodes])
        found = [end for end in ended if not isinstance(end, Exception)]
        if not found or any(isinstance(end, Exception) and not isinstance(end, Unavailable) for end in ended):
            raise _first_error(ended)
        away = [node.address for node, end in zip(nodes, ended, strict=True) if isinstance(end, Unavailable)]
        return Scanned(frozenset().union(*found), away)

    def nodes(self) -> list[NodeState]:
        """Name the primaries; see `Store`."""
        return [NodeState(node.address, node.circuit.open) for node in self._members.primaries()]

    def away(self, key: str) -> bool:
        """Say whether the server that has a key is away; see `Store`."""
        return self._members.away(slot_of(key))

    async def close(self) -> None:
        """Close the connections."""
        await self._members.close()

    async def _follow(self, key: str, act: Act[AnswerT], patience_s: float) -> AnswerT:
        """Do it where the key is, and go on where a server says that it is elsewhere: then it has done nothing.

        While a slot moves and some of its keys are here and some there, it is done nowhere: then this waits, and gives
        up after `patience_s`. So it does where servers name each other, because one has not heard of it all yet.
        """
        slot = slot_of(key)
        ends_s = time.monotonic() + patience_s
        hops, pause_s = 0, _PAUSE_FROM_S
        at, asking = await self._members.owner(slot), False
        while True:
            try:
                return await act(self._members.node(at), asking)
            except ELSEWHERE as error:
                hops += 1
                if isinstance(error, exceptions.TryAgainError) or hops > _HOPS_MAX:
                    if time.monotonic() + pause_s > ends_s:
                        self._on_trouble()
                        raise not_applied() from error
                    await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - it spreads callers
                    pause_s = min(_PAUSE_TO_S, pause_s * 2)
                if isinstance(error, exceptions.MovedError):
                    at, asking = self._members.learn(slot, address_in(error, at)), False
                elif isinstance(error, exceptions.AskError):
                    at, asking = address_in(error, at), True
                else:
                    at, asking = await self._members.owner(slot), False


async def _all_of(acts: Sequence[Coroutine[Any, Any, AnswerT]]) -> list[AnswerT | Exception]:
    """Do all of it at the same time; give what came of each, an error as itself."""
    ended = await asyncio.gather(*acts, return_exceptions=True)
    for end in ended:
        if isinstance(end, BaseException) and not isinstance(end, Exception):
            raise end
    return [end for end in ended if not isinstance(end, BaseException) or isinstance(end, Exception)]


def _first_error(ended: Sequence[object]) -> Exception:
    return next(end for end in ended if isinstance(end, Exception))
