"""Opens a store by its URL."""

from __future__ import annotations

from collections.abc import Callable

from gate_service.domain.durability import PROMISE_NOTHING, Durability
from gate_service.store import urls
from gate_service.store.cluster import ClusterStore
from gate_service.store.dial import address_of, dialled, pool_of
from gate_service.store.node import Node
from gate_service.store.sentinel import SentinelStore
from gate_service.store.single import SingleStore
from gate_service.store.store import Store


def connect(
    url: str,
    timeout_ms: int = 5_000,
    on_trouble: Callable[[], None] = lambda: None,
    promise: Durability = PROMISE_NOTHING,
) -> Store:
    """Open a store; nothing is sent yet. Raises `UrlError`, a ValueError, where the URL is not one.

    `promise` is what must be true of a durable write. `on_trouble` hears of every call that a server lost, refused or
    left without an answer, and not of those that were turned down because it is known to be away.
    """
    urls.check(url)
    if urls.is_of_several(url):
        several = urls.parse(url)
        made = SentinelStore if several.scheme == urls.SENTINEL else ClusterStore
        return made(several, timeout_ms, on_trouble, promise)
    maker = pool_of(url)
    return SingleStore(Node(address_of(maker), dialled(maker), timeout_ms, on_trouble), promise)
