"""One command to the store, sent once, and an honest word on what became of it.

The client library's own retries are off: with a peer that drops replies they apply a command many times. A retry is
the caller's, with the same operation_id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis import exceptions
from redis.asyncio import BlockingConnectionPool
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


class Store:
    """A pool of connections. Constructing it connects to nothing."""

    def __init__(self, url: str, timeout_ms: int, on_trouble: Callable[[], None] = lambda: None) -> None:
        """Keep where to connect; raise ValueError where the URL is not one.

        `on_trouble` hears of every call that ends in `Unavailable`.
        """
        self._on_trouble = on_trouble
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS_MAX,
            timeout=timeout_ms / 1000,
            socket_timeout=timeout_ms / 1000,
            socket_connect_timeout=min(1.0, timeout_ms / 1000),
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
        try:
            connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
        except (exceptions.RedisError, OSError, TimeoutError) as error:
            self._on_trouble()
            raise not_applied() from error
        try:
            await connection.send_command(*command)
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
            await connection.disconnect(nowait=True)
            raise outcome_unknown() from error
        finally:
            await self._pool.release(connection)

    async def run(self, script: Script, keys: tuple[str, ...], arguments: list[str]) -> list[str]:
        """Run a script by its hash; load it where the store has forgotten it (restart, failover, SCRIPT FLUSH).

        Raises as `call` does; OUTCOME_UNKNOWN also where the script itself failed.
        """
        try:
            reply = await self._evaluate(script, keys, arguments)
        except exceptions.NoScriptError:  # said before anything ran
            await self.call("SCRIPT", "LOAD", script.source)
            reply = await self._evaluate(script, keys, arguments)
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
        """Close every connection."""
        await self._pool.disconnect()
