"""A proxy between one gate and its store, for what networks do: lose, delay, repeat, hang up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from tests.robustness.chaos.gates import free_port

_CHUNK: Final = 1 << 16

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Proxy:
    """Passes bytes on as long as nothing is set; each field below is one trouble."""

    def __init__(self, connect: Connect) -> None:
        """Keep how to reach the store; nothing listens yet."""
        self.port: Final = free_port()
        self.drop_replies = False
        """Answers are thrown away, and the gate is hung up on: what was asked was done."""
        self.swallow_requests = False
        """What the gate sends goes nowhere."""
        self.swallow_replies = False
        """What the store answers goes nowhere; nobody hangs up."""
        self.latency_s = 0.0
        """How long each answer takes besides."""
        self.repeat = False
        """Each whole command is sent twice, the second time over a connection of its own."""
        self.hit = 0
        """How often one of the troubles was met."""
        self._connect = connect
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()

    async def begin(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def end(self) -> None:
        """Stop to listen and hang up; each connection's task then ends by itself."""
        if self._server is not None:
            self._server.close()
        while self._tasks:
            for writer in list(self._open):
                writer.transport.abort()
            await asyncio.wait(list(self._tasks), timeout=0.1)

    def hang_up(self) -> int:
        """Reset every connection; give how many there were."""
        found = list(self._open)
        for writer in found:
            _reset(writer)
        return len(found)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._keep(task)
        with contextlib.suppress(OSError):
            async with self._closing(writer):
                await self._between(reader, writer)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await self._connect()
        async with self._closing(up_writer):
            pumps = [
                asyncio.create_task(self._forth(reader, up_writer)),
                asyncio.create_task(self._back(up_reader, writer)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)

    async def _forth(self, reader: asyncio.StreamReader, up: asyncio.StreamWriter) -> None:
        command = b""
        while chunk := await reader.read(_CHUNK):
            if self.swallow_requests:
                self.hit += 1
                continue
            command += chunk
            whole = is_whole(command)
            if self.repeat and whole:
                self.hit += 1
                self._keep(asyncio.create_task(self._again(command)))
            if whole:
                command = b""
            up.write(chunk)
            await up.drain()

    async def _back(self, up: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await up.read(_CHUNK):
            if self.drop_replies:
                self.hit += 1
                _reset(writer)
                return
            if self.swallow_replies:
                self.hit += 1
                continue
            if self.latency_s:
                self.hit += 1
                await asyncio.sleep(self.latency_s)
            writer.write(chunk)
            await writer.drain()

    async def _again(self, command: bytes) -> None:
        """Send a command once more, and look away."""
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await self._connect()
            async with self._closing(writer):
                writer.write(command)
                await asyncio.wait_for(reader.read(_CHUNK), 2.0)

    @asynccontextmanager
    async def _closing(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        """Close it when the block ends, and wait until it is closed."""
        self._open.add(writer)
        try:
            yield
        finally:
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_whole(data: bytes) -> bool:
    """Say whether these bytes are whole commands of the store's protocol and nothing behind them."""
    at = 0
    while at < len(data):
        end = data.find(b"\r\n", at)
        if data[at : at + 1] != b"*" or end < 0:
            return False
        words, at = int(data[at + 1 : end]), end + 2
        for _ in range(words):
            end = data.find(b"\r\n", at)
            if data[at : at + 1] != b"$" or end < 0:
                return False
            at = end + 2 + int(data[at + 1 : end]) + 2
            if at > len(data):
                return False
    return bool(data)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Hang up so that the other side gets an error and not an end."""
    wire = writer.get_extra_info("socket")
    if wire is not None:
        with contextlib.suppress(OSError):
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport = writer.transport
    transport.abort()
