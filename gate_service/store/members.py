"""The servers of a cluster: who they are, who has which slot, and looking that up anew where one is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from redis import exceptions

from gate_service.domain.errors import Unavailable
from gate_service.store.dial import dialled, pool_of
from gate_service.store.errors import not_applied
from gate_service.store.first import first_answer
from gate_service.store.node import Node
from gate_service.store.slots import SlotMap
from gate_service.store.urls import Address, StoreUrl, address_text

_PATIENCE_S: Final = 0.1
"""How long one server may take to say who has which slot, before the next is asked too."""
_ANSWER_S: Final = 1.0
_LOOK_FROM_S: Final = 0.1
_LOOK_TO_S: Final = 0.5
"""From one look to the next, while a server that has slots is away."""


class Members:
    """A `Node` for each server, each with a circuit of its own. One look at the slots is under way at a time."""

    def __init__(self, url: StoreUrl, timeout_ms: int, on_trouble: Callable[[], None]) -> None:
        """Keep where to begin; nothing connects yet."""
        self._url = url
        self._timeout_ms = timeout_ms
        self._on_trouble = on_trouble
        self._nodes: dict[Address, Node] = {}
        self._slots: SlotMap | None = None
        self._first: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._next_look_s = 0.0

    async def slots(self) -> SlotMap:
        """Give who has which slot, by what is known now. Raises `Unavailable` where nobody has ever said."""
        if self._slots is None:
            if self._first is None or self._first.done():
                self._first = asyncio.create_task(self._look())
            first = self._first  # once it has failed, whoever comes next begins another one
            await asyncio.wait({first})
            if self._slots is None:
                raise not_applied() from first.exception()
        return self._slots

    async def owner(self, slot: int) -> Address:
        """Say who has a slot. Raises `Unavailable` where nobody has it."""
        owner = (await self.slots()).owner(slot)
        if owner is None:
            self._trouble()
            raise not_applied()
        return owner

    def node(self, address: Address) -> Node:
        """Give the connections to a server."""
        node = self._nodes.get(address)
        if node is None:
            dial = dialled(pool_of(self._url.of_server(*address)))
            node = self._nodes[address] = Node(address_text(*address), dial, self._timeout_ms, self._trouble)
        return node

    def primaries(self) -> list[Node]:
        """Give those that have slots; before that is known, those of the URL."""
        return [self.node(address) for address in (self._slots or self._url.hosts)]

    async def any(self) -> Node:
        """Give one that is not away, for a command that names no key; else one that is."""
        await self.slots()
        nodes = self.primaries()
        return random.choice([node for node in nodes if not node.circuit.open] or nodes)  # noqa: S311 - spreads the load

    def away(self, slot: int) -> bool:
        """Say whether calls about a slot are turned down."""
        if self._slots is None:
            return all(node.circuit.open for node in self.primaries())
        owner = self._slots.owner(slot)
        return owner is None or self.node(owner).circuit.open

    def learn(self, slot: int, owner: Address) -> Address:
        """Take over who has a slot, and have the others looked up: slots seldom move alone. Gives the owner."""
        if self._slots is not None:
            self._slots.learn(slot, owner)
        self._look_soon()
        return owner

    def _trouble(self) -> None:
        self._look_soon()
        self._on_trouble()

    def _look_soon(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_until_well())

    async def _look_until_well(self) -> None:
        """Look who has which slot, and again for as long as somebody who has slots is away."""
        pause_s = _LOOK_FROM_S
        while True:
            await asyncio.sleep(self._next_look_s - time.monotonic())
            with contextlib.suppress(Unavailable, exceptions.RedisError, ValueError):
                await self._look()
            self._next_look_s = time.monotonic() + pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the gates
            if not any(node.circuit.open for node in self.primaries()):
                return
            pause_s = min(_LOOK_TO_S, pause_s * 2)

    async def _look(self) -> None:
        """Ask any of them who has which slot. Raises what the last of them said where nobody knows."""

        async def ask(address: Address) -> SlotMap:
            reply: Any = await self.node(address).call("CLUSTER", "SLOTS", timeout_s=_ANSWER_S)
            return SlotMap.of(reply, address)

        slots = await first_answer([lambda each=each: ask(each) for each in self._to_ask()], _PATIENCE_S)  # type: ignore[misc]  # mypy sees no default
        self._slots = slots
        for address in set(self._nodes) - {*slots.primaries, *slots.replicas, *self._url.hosts}:
            if gone := self._nodes.pop(address, None):  # else another look, under way at the same time, has taken it
                await gone.close()

    def _to_ask(self) -> Sequence[Address]:
        """Name those that may know, the likeliest first: in another order each time, since one may be behind."""
        known = self._slots
        groups = (known.primaries, known.replicas, self._url.hosts) if known else (self._url.hosts,)
        shuffled = [address for group in groups for address in random.sample(group, len(group))]
        return sorted(dict.fromkeys(shuffled), key=lambda address: self.node(address).circuit.open)

    async def close(self) -> None:
        """Close the connections."""
        for task in (self._watch, self._first):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        for node in list(self._nodes.values()):
            await node.close()
