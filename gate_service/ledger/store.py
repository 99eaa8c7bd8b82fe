"""One command to the store, sent once, and an honest word on what became of it.

The client library's own retries are off: with a peer that drops replies they apply a command many times. A retry is
the caller's, with the same operation_id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hiredis import pack_command
from redis import exceptions
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.scripts import Script

RETRY_AFTER_MS = 250
_CONNECTIONS_MAX = 64

# What a server says before it has run anything, or at the first write of a script: nothing was applied.
REFUSALS = (
    "OOM",
    "READONLY",
    "LOADING",
    "MASTERDOWN",
    "MISCONF",
    "NOREPLICAS",
    "BUSY",
    "CLUSTERDOWN",
    "TRYAGAIN",
    "NOAUTH",
    "NOPERM",
)
_REFUSAL_TYPES = (
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.BusyLoadingError,
    exceptions.MasterDownError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
    exceptions.AuthenticationError,
    exceptions.NoPermissionError,
)
_LOST = (exceptions.ConnectionError, exceptions.TimeoutError, OSError, TimeoutError)


def not_applied() -> Unavailable:
    """Say that the store cannot be written and nothing changed."""
    return Unavailable(
        Reason.STORE_UNAVAILABLE, "the store cannot be reached or refuses writes; nothing was applied", RETRY_AFTER_MS
    )


def outcome_unknown() -> Unavailable:
    """Say that it may have been applied, and that the same id again tells."""
    return Unavailable(
        Reason.OUTCOME_UNKNOWN,
        "the store's answer was lost; ask again with the same operation_id to learn what became of it",
        RETRY_AFTER_MS,
    )


def _pack(command: tuple[str | int, ...]) -> bytes:
    packed: bytes = pack_command(command)  # type: ignore[arg-type]  # its stub knows tuples of one only
    return packed


class Store:
    """Connections to one server. Constructing it connects to nothing.

    The connections are the client library's; its pool is not used, because taking one from it and giving it back costs
    as much as an operation in the store. Every group commit would pay that.
    """

    def __init__(self, url: str, timeout_ms: int, on_trouble: Callable[[], None] = lambda: None) -> None:
        """Keep where to connect; raise ValueError where the URL is not one.

        `on_trouble` hears of every call that ends in `Unavailable`.
        """
        self._on_trouble = on_trouble
        self._idle: list[AbstractConnection] = []
        self._places = asyncio.Semaphore(_CONNECTIONS_MAX)
        self._timeout_s = timeout_ms / 1000
        self._connect_timeout_s = min(1.0, self._timeout_s)
        self._maker = ConnectionPool.from_url(
            url,
            # With a timeout of its own the library waits in a way that on Python 3.11 can swallow a cancellation, and a
            # watch that was told to end goes on for ever: the timeouts are ours.
            socket_timeout=None,
            retry=Retry(NoBackoff(), 0),
            retry_on_error=[],
            protocol=2,
            decode_responses=True,
            health_check_interval=0,
        )

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
        """Send one command and give its reply.

        Raises `Unavailable`: STORE_UNAVAILABLE where it was not sent or was turned away, OUTCOME_UNKNOWN where it was
        sent and its answer is lost. `redis.exceptions.ResponseError` for any other word of the store.
        """
        async with self._places:
            connection = await self._connected()
            try:
                reply = await self._exchange(connection, command)
            except BaseException:
                if connection.is_connected:  # a word of the store; after a lost answer it is closed
                    self._idle.append(connection)
                raise
            self._idle.append(connection)
            return reply

    async def _connected(self) -> AbstractConnection:
        if self._idle:
            return self._idle.pop()
        connection: AbstractConnection = self._maker.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                await connection.connect()  # type: ignore[no-untyped-call]
        except (exceptions.RedisError, OSError, TimeoutError) as error:
            self._on_trouble()
            raise not_applied() from error
        return connection

    async def _exchange(self, connection: AbstractConnection, command: tuple[str | int, ...]) -> Any:  # noqa: ANN401
        try:
            async with asyncio.timeout(self._timeout_s):
                await connection.send_packed_command(_pack(command), check_health=False)
                return await connection.read_response()
        except _REFUSAL_TYPES as error:
            self._on_trouble()
            raise not_applied() from error
        except exceptions.ResponseError as error:
            if str(error).startswith(REFUSALS):
                self._on_trouble()
                raise not_applied() from error
            raise
        except _LOST as error:
            self._on_trouble()
            await self._hang_up(connection)
            raise outcome_unknown() from error
        except asyncio.CancelledError:
            await connection.disconnect(nowait=True)  # its answer may still be on the way
            raise

    async def _hang_up(self, connection: AbstractConnection) -> None:
        """Close it and all that lie idle: a server that is gone is gone for them too."""
        idle, self._idle = self._idle, []
        for one in (connection, *idle):
            await one.disconnect(nowait=True)

    async def run(self, script: Script, keys: tuple[str, ...], arguments: list[str]) -> list[str]:
        """Run a script by its hash; load it where the store has forgotten it (restart, failover, SCRIPT FLUSH).

        Raises as `call` does; OUTCOME_UNKNOWN also where the script itself failed.
        """
        try:
            reply = await self._evaluate(script, keys, arguments)
        except exceptions.NoScriptError:  # said before anything ran
            try:
                await self.call("SCRIPT", "LOAD", script.source)
                reply = await self._evaluate(script, keys, arguments)
            except exceptions.ResponseError as error:  # it forgets as fast as it is told, or takes no scripts
                self._on_trouble()
                raise not_applied() from error
        return [str(text) for text in reply]

    async def _evaluate(self, script: Script, keys: tuple[str, ...], arguments: list[str]) -> list[str]:
        try:
            reply: list[str] = await self.call("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except exceptions.NoScriptError:
            raise
        except exceptions.ResponseError as error:
            raise outcome_unknown() from error
        return reply

    async def close(self) -> None:
        """Close every connection that lies idle."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect()
