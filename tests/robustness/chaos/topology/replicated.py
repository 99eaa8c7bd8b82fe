"""What a store of several servers has in common: primaries with a replica each, where one takes another's place.

It promises that what was acknowledged is at a replica too, and survives a failover.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Protocol

from tests.robustness.chaos.history import Record
from tests.stores.server import Server

WAIT_MS: Final = 500


class Servers(Protocol):
    """What `tests/stores` brings of each kind. All of it blocks."""

    @property
    def servers(self) -> list[Server]:
        """Give the servers that keep data."""
        ...

    @property
    def url(self) -> str:
        """Give where gates find it."""
        ...

    def settle(self) -> None:
        """Start and resume what is down, and wait until it is whole."""
        ...

    def __exit__(self, *_: object) -> None:
        """End all of it."""
        ...


class Replicated(ABC):
    """A running store of several servers; what blocks is done beside the event loop."""

    name: ClassVar[str]
    fails_over: Final = True

    def __init__(self, stores: Servers) -> None:
        """Keep the running servers."""
        self.stores: Final = stores
        promise = f"fsync=always,replicas=1,wait_ms={WAIT_MS}"
        self.gate_flags: Sequence[str] = (
            *("--store-timeout-ms", "2000", "--sweep-interval-ms", "200"),
            *("--durability", promise),
        )

    def gate_url(self, number: int) -> str:
        """Give where every gate finds it."""
        del number
        return self.stores.url

    async def begin(self) -> None:
        """Be sure that it is whole."""
        await self.settle()

    async def end(self) -> None:
        """Stop all of it."""
        self.stores.__exit__()

    async def settle(self) -> None:
        """Start and resume what is down, and wait until it is whole. Raises AssertionError where it never is."""
        for server in self.others():
            server.resume()
            server.start(wait=False)  # here: a server ends with the thread that started it
        await asyncio.to_thread(self.stores.settle)

    def others(self) -> Sequence[Server]:
        """Give every process of it."""
        return self.stores.servers

    @abstractmethod
    async def primaries(self) -> list[Server]:
        """Give the servers that take writes now."""

    @abstractmethod
    async def replica_of(self, primary: Server) -> Server:
        """Give the replica of a primary."""

    @abstractmethod
    async def failed_over(self, primary: Server, replica: Server) -> None:
        """Wait until the replica has taken the place of the primary."""

    @abstractmethod
    async def fail_over(self, primary: Server) -> None:
        """Let a primary and its replica change places in order."""

    @abstractmethod
    async def locations_of(self, primary: Server, records: Iterable[Record]) -> set[str]:
        """Say which of the locations that these calls were about are at a primary."""
