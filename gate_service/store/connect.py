"""Opens a store by its URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gate_service.domain.durability import PROMISE_NOTHING, Durability
from gate_service.store.node import Dial, Node
from gate_service.store.single import SingleStore
from gate_service.store.store import Store

OPTIONS: Final[dict[str, Any]] = {
    # With a timeout of its own the library waits in a way that on Python 3.11 can swallow a cancellation, and a
    # watch that was told to end goes on for ever: the timeouts are ours.
    "socket_timeout": None,
    "retry_on_error": [],
    "protocol": 2,
    "decode_responses": True,
    "health_check_interval": 0,
    "driver_info": None,  # else it names itself at each connect: two commands more, which the gate's user may not send
}
"""How every connection is made: no retries, no timeouts and no checks of the library's own."""


def connect(
    url: str,
    timeout_ms: int = 5_000,
    on_trouble: Callable[[], None] = lambda: None,
    promise: Durability = PROMISE_NOTHING,
) -> Store:
    """Open a store; nothing is sent yet. Raises ValueError where the URL is not one.

    `promise` is what must be true of a durable write. `on_trouble` hears of every call that a server lost, refused or
    left without an answer, and not of those that were turned down because it is known to be away.
    """
    maker = ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **OPTIONS)
    return SingleStore(Node(_address(maker), _dialled(maker), timeout_ms, on_trouble), promise)


def _dialled(maker: ConnectionPool) -> Dial:
    async def dial() -> AbstractConnection:
        connection: AbstractConnection = maker.make_connection()  # type: ignore[no-untyped-call]
        await connection.connect()  # type: ignore[no-untyped-call]
        return connection

    return dial


def _address(maker: ConnectionPool) -> str:
    """Name the server to people, without a user or a password."""
    about = maker.connection_kwargs
    return str(about["path"]) if "path" in about else f"{about.get('host', 'localhost')}:{about.get('port', 6379)}"
