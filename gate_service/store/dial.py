"""How a connection to one server is made."""

from __future__ import annotations

from typing import Any, Final

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gate_service.store.node import Dial

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


def no_retries() -> Retry:
    """Give what the library is told about retries."""
    return Retry(NoBackoff(), 0)


def pool_of(url: str) -> ConnectionPool:
    """Give what makes connections to the server of a URL; nothing else of it is used. Raises ValueError."""
    return ConnectionPool.from_url(url, retry=no_retries(), **OPTIONS)


def dialled(maker: ConnectionPool) -> Dial:
    """Give how to connect."""

    async def dial() -> AbstractConnection:
        connection: AbstractConnection = maker.make_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await connection.disconnect(nowait=True)  # given up halfway, its socket would be left open
            raise
        return connection

    return dial


def address_of(maker: ConnectionPool) -> str:
    """Name the server to people, without a user or a password."""
    about = maker.connection_kwargs
    return str(about["path"]) if "path" in about else f"{about.get('host', 'localhost')}:{about.get('port', 6379)}"
