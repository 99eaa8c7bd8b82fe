"""A store that is one server at a time: alone, or the primary that Sentinels name."""

from __future__ import annotations

from typing import Any

from redis import exceptions

from gate_service.domain.durability import Durability
from gate_service.domain.errors import Unavailable
from gate_service.store import running, scanning
from gate_service.store.errors import ELSEWHERE, not_applied
from gate_service.store.node import Node
from gate_service.store.script import Script
from gate_service.store.store import NodeState, Scanned


class SingleStore:
    """Implements `Store` on one node."""

    def __init__(self, node: Node, promise: Durability) -> None:
        """Keep the server, and what must be true of a durable write."""
        self._node = node
        self._promise = promise

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
        """Send one command; see `Store`."""
        try:
            return await self._node.call(*command)
        except ELSEWHERE as error:  # a node of a cluster, named by a URL that says it is alone
            raise not_applied() from error

    async def run(
        self, script: Script, keys: tuple[str, ...], arguments: list[str], *, durable: bool = False
    ) -> list[str]:
        """Run a script; see `Store`."""
        promise = self._promise if durable else None
        try:
            return await running.run(self._node, script, keys, arguments, promise, asking=False)
        except ELSEWHERE as error:
            raise not_applied() from error

    async def probe(self, key: str, timeout_ms: int) -> None:
        """Write one small value; see `Store`."""
        try:
            await probe(self._node, key, timeout_ms, asking=False)
        except ELSEWHERE as error:
            raise not_applied() from error

    async def each(self, *command: str | int) -> dict[str, Any]:
        """Ask the one server; see `Store`."""
        return {self._node.address: await self.call(*command)}

    async def scan(self, pattern: str) -> Scanned:
        """Look through the one server; see `Store`."""
        return Scanned(await scanning.scan(self._node, pattern))

    def nodes(self) -> list[NodeState]:
        """Name the one server; see `Store`."""
        return [NodeState(self._node.address, self._node.circuit.open)]

    def away(self, key: str) -> bool:
        """Say whether calls are turned down; see `Store`."""
        del key
        return self._node.circuit.open

    async def close(self) -> None:
        """Close the connections."""
        await self._node.close()


async def probe(node: Node, key: str, timeout_ms: int, *, asking: bool) -> None:
    """Write one small value at a server; see `Store.probe`. Raises `Unavailable` where it takes none; `ELSEWHERE`."""
    try:
        await running.call(node, ("SET", key, "1"), asking=asking, timeout_s=timeout_ms / 1000)
    except exceptions.ResponseError as error:
        if isinstance(error, ELSEWHERE):
            raise
        raise not_applied() from error
    except Unavailable as error:
        if not isinstance(error.__cause__, exceptions.OutOfMemoryError):
            raise
