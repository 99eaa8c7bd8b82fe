"""Commands to one server, each sent once, and an honest word on what became of it.

The client library's own retries are off: with a peer that drops replies they apply a command many times. A retry is
the caller's, with the same operation_id.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from hiredis import pack_command
from redis import exceptions
from redis.asyncio.connection import AbstractConnection

from gate_service.domain.errors import Unavailable
from gate_service.store.circuit import Circuit
from gate_service.store.errors import ELSEWHERE, LOST, REFUSAL_TYPES, REFUSALS, not_applied, outcome_unknown
from gate_service.store.places import Places

CONNECTIONS_MAX: Final = 64
_CONNECT_S: Final = 1.0
_LOOK_S: Final = 0.1
"""How long the one call that sets off a look waits for its end: long enough for a server that is back, and no more."""

Command = tuple[str | int, ...]
Dial = Callable[[], Awaitable[AbstractConnection]]
"""Connects, and gives the connection. Raises what the client library raises."""
_PING: Final[Command] = ("PING",)


def _pack(commands: Sequence[Command]) -> bytes:
    return b"".join(pack_command(command) for command in commands)  # type: ignore[arg-type]  # its stub knows tuples of one only


class Node:
    """Connections to one server. Constructing it connects to nothing.

    The connections are the client library's; its pool is not used, because taking one from it and giving it back costs
    as much as an operation in the store. Every group commit would pay that.
    """

    def __init__(self, address: str, dial: Dial, timeout_ms: int, on_trouble: Callable[[], None]) -> None:
        """Keep how to connect. `address` is for people; `on_trouble` is that of `connect`."""
        self.address: Final = address
        self.circuit: Final = Circuit()
        self._dial = dial
        self._on_trouble = on_trouble
        self._idle: list[AbstractConnection] = []
        self._places = Places(CONNECTIONS_MAX)
        self._look: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        """What happened last where the server is away."""
        self.timeout_s: Final = timeout_ms / 1000

    async def send(self, *commands: Command, timeout_s: float | None = None) -> list[Any]:
        """Send these together on one connection; give the reply of each, an error that the server named as itself.

        Raises `Unavailable`: STORE_UNAVAILABLE where nothing was sent, or the first was turned away; OUTCOME_UNKNOWN
        where they were sent and an answer is lost.
        """
        if self.circuit.open:
            await self._turned_down_unless_back()
        await self._places.take()
        try:
            idle = self._idle
            connection = await self._connected(timeout_s)
            replies = await self._exchange(connection, commands, timeout_s or self.timeout_s)
            if idle is self._idle:
                idle.append(connection)
            else:  # the others were let go of meanwhile, for a reason that holds for this one too
                await connection.disconnect(nowait=True)
        finally:
            self._places.give_back()
        self.raise_refusal(replies[0])
        return replies

    async def call(self, *command: str | int, timeout_s: float | None = None) -> Any:  # noqa: ANN401 - the command's
        """Send one command and give its reply.

        Raises as `send` does, and `redis.exceptions.ResponseError` for any other word of the server.
        """
        (reply,) = await self.send(command, timeout_s=timeout_s)
        if isinstance(reply, exceptions.ResponseError):
            raise reply
        return reply

    async def _turned_down_unless_back(self) -> None:
        """Raise, unless the server is back. No call is sent to find that out: its caller would wait for a time-out."""
        if self.circuit.look_due():
            self._look = asyncio.create_task(self._looked())
            await asyncio.wait({self._look}, timeout=_LOOK_S)
        if self.circuit.open:
            raise self._turned_down()

    def _turned_down(self) -> Unavailable:
        """Say that nothing was sent, and because of what."""
        error = not_applied()
        error.__cause__ = self._failure
        return error

    async def _looked(self) -> None:
        answered = False
        try:
            async with asyncio.timeout(min(_CONNECT_S, self.timeout_s)):
                answered = await self._answers()
        except (exceptions.RedisError, OSError, TimeoutError) as error:  # it is still away, maybe for another reason
            self._failure = error.with_traceback(None)
        finally:
            self.circuit.looked(answered=answered)

    async def _answers(self) -> bool:
        """Connect and ask for a word, any word: a refusal is one too, and comes at once."""
        connection = await self._dial()
        try:
            await _write(connection, [_PING])
            await _reply(connection)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self._idle.append(connection)
        return True

    async def _connected(self, timeout_s: float | None) -> AbstractConnection:
        while self._idle:
            connection = self._idle.pop()
            if not _hung_up(connection):
                return connection
            await connection.disconnect(nowait=True)
        try:
            async with asyncio.timeout(min(_CONNECT_S, timeout_s or self.timeout_s)):
                return await self._dial()
        except (exceptions.RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            raise not_applied() from error

    async def _exchange(
        self, connection: AbstractConnection, commands: Sequence[Command], timeout_s: float
    ) -> list[Any]:
        replies: list[Any] = []
        try:
            async with asyncio.timeout(timeout_s):
                await _write(connection, commands)
                for _ in commands:
                    replies.append(await _reply(connection))  # noqa: PERF401 - what came before an error counts
        except TimeoutError as error:  # it hangs: whoever comes next must not wait as long
            self._failed(error)
            await self._hang_up(connection)
            raise outcome_unknown() from error
        except (exceptions.BusyLoadingError, exceptions.AuthenticationError) as error:  # words, not losses
            self._failed(error)
            await self._hang_up(connection)
            raise (outcome_unknown() if replies else not_applied()) from error  # it may be about the last of them only
        except LOST as error:  # whether it is gone is for the next call to find out, by connecting
            self._on_trouble()
            await self._hang_up(connection)
            raise outcome_unknown() from error
        except BaseException:
            await connection.disconnect(nowait=True)  # its answer may still be on the way
            raise
        self.circuit.succeeded()
        return replies

    def raise_refusal(self, reply: object) -> None:
        """Raise `Unavailable` where this is a server's word that it did nothing."""
        if not isinstance(reply, exceptions.RedisError) or isinstance(reply, ELSEWHERE):
            return
        if isinstance(reply, REFUSAL_TYPES) or str(reply).startswith(REFUSALS):
            if isinstance(reply, exceptions.ReadOnlyError):
                self.forget()  # no primary any more: another one is to be looked for
            self._on_trouble()
            raise not_applied() from reply

    def _failed(self, error: Exception) -> None:
        self._failure = error.with_traceback(None)  # which would hold on to the connection
        if self.circuit.failed():
            self._places.refuse(self._turned_down)
        self._on_trouble()

    async def _hang_up(self, connection: AbstractConnection) -> None:
        """Close it and all that lie idle: a server that is gone is gone for them too."""
        idle, self._idle = self._idle, []
        for one in (connection, *idle):
            await one.disconnect(nowait=True)

    def forget(self) -> None:
        """Let go of the connections that lie idle, so that the next call connects anew."""
        idle, self._idle = self._idle, []
        for one in idle:
            asyncio.get_running_loop().create_task(one.disconnect(nowait=True))

    async def close(self) -> None:
        """Close every connection that lies idle, and what is under way at its end."""
        if self._look is not None:
            self._look.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._look
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect()


def _hung_up(connection: AbstractConnection) -> bool:
    """Say whether the server has hung up meanwhile: what was sent there could not be told from what was done."""
    reader = connection._reader  # noqa: SLF001 - the library's own question reads from the wire
    return reader is None or reader.at_eof() or reader.exception() is not None


async def _write(connection: AbstractConnection, commands: Sequence[Command]) -> None:
    try:
        await connection.send_packed_command(_pack(commands), check_health=False)
    except RuntimeError as error:  # uvloop's word for a connection that was closed a moment before
        raise exceptions.ConnectionError(str(error)) from error


async def _reply(connection: AbstractConnection) -> Any:  # noqa: ANN401 - a reply's shape is the command's
    try:
        return await connection.read_response()
    except exceptions.ResponseError as error:
        return error
