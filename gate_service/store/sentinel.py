"""The primary that Sentinels name: looked up for every connection, and used only where it calls itself one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.sentinel import Sentinel

from gate_service.domain.durability import Durability
from gate_service.store.dial import OPTIONS, dialled, no_retries, pool_of
from gate_service.store.first import first_answer
from gate_service.store.node import Node
from gate_service.store.single import SingleStore
from gate_service.store.store import NodeState
from gate_service.store.urls import Address, StoreUrl, address_text

_PATIENCE_S: Final = 0.1
"""How long one Sentinel may take before the next is asked too."""
_ANSWER_S: Final = 0.8
"""How long any of them may take: less than connecting may, so that it is told as what it is."""


class Primary:
    """Finds the primary, and connects to it. Any Sentinel that answers will do; one that is down is passed over."""

    def __init__(self, url: StoreUrl) -> None:
        """Keep where the Sentinels are; nothing connects yet."""
        self._url = url
        self._sentinels = [_asked_at(url.of_sentinel(*host)) for host in url.hosts]
        self.address = url.master
        """For people: where it was found last, or the name of what the Sentinels watch."""

    async def dial(self) -> AbstractConnection:
        """Connect to the server that is the primary now.

        Raises what the client library raises: `ConnectionError` where no Sentinel knows a primary that is well,
        `ReadOnlyError` where the one they name is none.
        """
        host, port = await self._named()
        connection = await dialled(pool_of(self._url.of_server(host, port)))()
        try:
            await _check_primary(connection)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self.address = address_text(host, port)
        return connection

    async def _named(self) -> Address:
        """Ask the Sentinels, the one that answered last before the others."""

        async def ask(sentinel: Sentinel) -> tuple[Sentinel, Address]:
            host, port = await sentinel.discover_master(self._url.master)
            return sentinel, (str(host), int(port))

        try:
            async with asyncio.timeout(_ANSWER_S):
                sentinel, address = await first_answer(
                    [lambda each=each: ask(each) for each in self._sentinels],  # type: ignore[misc]  # mypy sees no default
                    _PATIENCE_S,
                )
        except TimeoutError as error:
            raise exceptions.TimeoutError("no Sentinel answers") from error
        self._sentinels.remove(sentinel)
        self._sentinels.insert(0, sentinel)
        return address

    async def close(self) -> None:
        """Close the connections to the Sentinels."""
        for sentinel in self._sentinels:
            for client in sentinel.sentinels:
                await client.aclose()


async def _check_primary(connection: AbstractConnection) -> None:
    await connection.send_command("ROLE", check_health=False)
    role: Any = await connection.read_response()
    if role[0] != "master":
        raise exceptions.ReadOnlyError("the Sentinels name a server that is no primary, or not any more")


def _asked_at(url: str) -> Sentinel:
    """Give the library's word with one Sentinel: it passes over a primary that this Sentinel takes for down."""
    sentinel = Sentinel([])  # type: ignore[no-untyped-call]
    sentinel.sentinels = [Redis.from_url(url, retry=no_retries(), **OPTIONS)]
    return sentinel


class SentinelStore(SingleStore):
    """Implements `Store` on the primary. A failover costs what is under way; the next connection finds the new one."""

    def __init__(self, url: StoreUrl, timeout_ms: int, on_trouble: Callable[[], None], promise: Durability) -> None:
        """Keep where the Sentinels are; nothing connects yet."""
        self._primary = Primary(url)
        super().__init__(Node(url.master, self._primary.dial, timeout_ms, on_trouble), promise)

    async def each(self, *command: str | int) -> dict[str, Any]:
        """Ask the primary; see `Store`."""
        reply = await self.call(*command)
        return {self._primary.address: reply}

    def nodes(self) -> list[NodeState]:
        """Name the primary; see `Store`."""
        return [NodeState(self._primary.address, self._node.circuit.open)]

    async def close(self) -> None:
        """Close the connections."""
        await super().close()
        await self._primary.close()
