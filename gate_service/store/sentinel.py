"""The primary that Sentinels name: looked up for every connection, and used only where it calls itself one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.sentinel import MasterNotFoundError

from gate_service.domain.durability import Durability
from gate_service.store.dial import OPTIONS, dialled, no_retries, pool_of
from gate_service.store.node import Node
from gate_service.store.single import SingleStore
from gate_service.store.store import NodeState
from gate_service.store.urls import Address, StoreUrl, address_text

_PATIENCE_S: Final = 0.25
"""How long the others may take once one Sentinel has answered."""
_ANSWER_S: Final = 0.8
"""How long any of them may take: less than connecting may, so that it is told as what it is."""


class _Word(NamedTuple):
    """What one Sentinel says. The epoch grows with each failover, so the highest word is the newest."""

    epoch: int
    primary: Address | None
    """None where it takes the primary for down."""


class Primary:
    """Finds the primary, and connects to it. Of what the Sentinels that answer say, the newest word counts."""

    def __init__(self, url: StoreUrl) -> None:
        """Keep where the Sentinels are; nothing connects yet."""
        self._url = url
        self._sentinels = [Redis.from_url(url.of_sentinel(*host), retry=no_retries(), **OPTIONS) for host in url.hosts]
        self.address = url.master
        """For people: where it was found last, or the name of what the Sentinels watch."""

    async def dial(self) -> AbstractConnection:
        """Connect to the server that is the primary now.

        Raises what the client library raises: `ConnectionError` where they know no primary that is well,
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
        """Give the primary by the newest word. Raises what the client library raises.

        All are asked, since one that was cut off together with a former primary names it for as long as it is.
        """
        words = await self._words()
        newest = max(word.epoch for word in words)
        for word in words:
            if word.epoch == newest and word.primary:
                return word.primary
        raise MasterNotFoundError("the Sentinels know no primary that is well")

    async def _words(self) -> list[_Word]:
        """Ask them all, until most say the same, all have ended, or the rest has had time enough. Gives one or more."""
        words: list[_Word] = []
        failure: BaseException = MasterNotFoundError("no Sentinel knows the primary")
        asked = {asyncio.ensure_future(self._word(each)) for each in self._sentinels}
        loop = asyncio.get_running_loop()
        until_s = loop.time() + _ANSWER_S
        try:
            while asked and not self._most_agree(words):
                done, asked = await asyncio.wait(
                    asked, timeout=max(0.0, until_s - loop.time()), return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    break
                for task in done:
                    if error := task.exception():
                        failure = error
                    else:
                        until_s = until_s if words else min(until_s, loop.time() + _PATIENCE_S)
                        words.append(task.result())
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        if words:
            return words
        raise exceptions.TimeoutError("no Sentinel answers") if asked else failure

    def _most_agree(self, words: Sequence[_Word]) -> bool:
        return any(2 * words.count(word) > len(self._sentinels) for word in set(words))

    async def _word(self, sentinel: Redis) -> _Word:
        """Ask one. Raises what the client library raises."""
        masters: Any = await sentinel.sentinel_masters()
        told = masters.get(self._url.master)
        if told is None:
            raise MasterNotFoundError("the Sentinels watch nothing of that name")
        well = told["is_master"] and not told["is_sdown"] and not told["is_odown"]
        return _Word(int(told["config-epoch"]), (str(told["ip"]), int(told["port"])) if well else None)

    async def close(self) -> None:
        """Close the connections to the Sentinels."""
        for sentinel in self._sentinels:
            await sentinel.aclose()


async def _check_primary(connection: AbstractConnection) -> None:
    await connection.send_command("ROLE", check_health=False)
    role: Any = await connection.read_response()
    if role[0] != "master":
        raise exceptions.ReadOnlyError("the Sentinels name a server that is no primary, or not any more")


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
