"""The stores that the tests of a process share, by their kind; each is started when it is first asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Final, Protocol, Self

from gate_service.domain.durability import PROMISE_NOTHING, Durability, Fsync
from tests.stores.cluster import ClusterOfSix
from tests.stores.sentinel import SentinelTrio
from tests.stores.single import single

EMBEDDED: Final = "embedded"
OTHERS: Final = ("redis", "sentinel", "cluster")
"""Debian's Redis; the embedded Valkey's program behind Sentinels, and as a cluster."""
_ONE_REPLICA: Final = Durability(Fsync.EVERYSEC, 1, 2_000)


class _Found(Protocol):
    @property
    def url(self) -> str: ...


class Stores(AbstractContextManager["Stores"]):
    """Ends at the end of the block what it has started."""

    def __init__(self, embedded_url: str) -> None:
        """Start nothing. The embedded store is somebody else's."""
        self._urls = {EMBEDDED: embedded_url}
        self._running = ExitStack()

    def url(self, kind: str) -> str:
        """Give where the store of a kind is found. Raises `NoProgramError`."""
        if kind not in self._urls:
            self._urls[kind] = self._running.enter_context(_make(kind)).url
        return self._urls[kind]

    def __enter__(self) -> Self:
        """Start nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what was started."""
        self._running.close()


def _make(kind: str) -> AbstractContextManager[_Found]:
    if kind == "redis":
        return single("redis")
    if kind == "sentinel":
        return SentinelTrio()
    if kind == "cluster":
        return ClusterOfSix()
    raise ValueError(f"no store {kind!r}: one of {', '.join((EMBEDDED, *OTHERS))}")


def promise_of(url: str) -> Durability:
    """Give what a gate on the store of a URL is to promise in tests: where there are replicas, one is waited for."""
    return _ONE_REPLICA if url.startswith("redis+") else PROMISE_NOTHING
