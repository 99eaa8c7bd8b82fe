"""The one interface behind which a single server, a pair with Sentinels and a cluster look alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from gate_service.store.script import Script


class NodeState(NamedTuple):
    """One server that takes writes. `away` where it did not answer the last time it was asked."""

    address: str
    away: bool


class Scanned(NamedTuple):
    """The keys that were found, and the servers that did not answer, or not to the end."""

    keys: frozenset[str]
    away: Sequence[str] = ()


class Store(Protocol):
    """A store by its URL. Constructing one connects to nothing; each command is sent once.

    Any method raises `Unavailable`: STORE_UNAVAILABLE where nothing was sent or the server turned it away,
    OUTCOME_UNKNOWN where it was sent and its answer is lost.
    """

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
        """Send one command to the server that has its key, and give its reply.

        The key is the word behind the name; of EVAL and EVALSHA the first key; a command without one (TIME) goes to any
        server. Raises `redis.exceptions.ResponseError` for any other word of the server.
        """
        ...

    async def run(
        self, script: Script, keys: tuple[str, ...], arguments: list[str], *, durable: bool = False
    ) -> list[str]:
        """Run a script by its hash; load it where the server has forgotten it (restart, failover, SCRIPT FLUSH).

        All keys share one hash tag. With `durable` it returns once as many replicas hold the write as the store was
        opened with; where they do not in time, raises `Unavailable` with OUTCOME_UNKNOWN: it was applied. So it does
        where the script itself failed.
        """
        ...

    async def probe(self, key: str, timeout_ms: int) -> None:
        """Write one small value under `key`, or at each server of a cluster; raises `Unavailable` where none takes it.

        A server at its memory limit counts as one that takes writes: orders that are in the house still leave it, and a
        gate that called itself unready would keep them in.
        """
        ...

    async def each(self, *command: str | int) -> dict[str, Any]:
        """Send one command to every server that takes writes, and give the replies by address. For looking only.

        Of several servers one that is away or refuses is left out, unless all are.
        """
        ...

    async def scan(self, pattern: str) -> Scanned:
        """Find the keys that match a pattern, at every server that takes writes, in steps that block none of them.

        Of several servers one that is away is named, unless all are. Keys that come or go meanwhile may be missed.
        """
        ...

    def nodes(self) -> list[NodeState]:
        """Say which servers are known, and which of them are away."""
        ...

    def away(self, key: str) -> bool:
        """Say whether calls about a key are turned down. Asked in the middle of a call, so it has to cost little."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
