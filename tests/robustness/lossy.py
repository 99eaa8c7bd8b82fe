"""A proxy to a store that loses, or holds back, exactly the answers it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Final, Self

from tests.robustness.chaos.gates import free_port
from tests.robustness.chaos.proxy import Connect

_CHUNK: Final = 1 << 16


class LossyProxy:
    """Passes everything on but the answers to what holds certain words: that was done, and nobody hears of it."""

    def __init__(self, connect: Connect) -> None:
        """Keep how to reach the store; nothing listens yet."""
        self.url: Final = f"redis://127.0.0.1:{(port := free_port())}/0"
        self.lost = 0
        self._port: Final = port
        self._connect = connect
        self._losing: dict[bytes, int] = {}
        self._seen: dict[bytes, int] = {}
        self._held: dict[bytes, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def lose_answers_to(self, words: str, times: int = 1) -> None:
        """Throw the next answers to what holds these words away, and hang up on whoever waits for them."""
        self._losing[words.encode()] = times
        self._seen[words.encode()] = 0

    def hold_answers_to(self, words: str) -> None:
        """Keep the answers to what holds these words until `release`."""
        self._held[words.encode()] = asyncio.Event()
        self._seen[words.encode()] = 0

    def release(self, words: str) -> None:
        """Hand over what was held back."""
        self._held[words.encode()].set()

    def times_sent(self, words: str) -> int:
        """Count how often such a request was done."""
        return self._seen[words.encode()]

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        asked = bytearray()
        with contextlib.suppress(OSError, asyncio.CancelledError):  # it is cancelled by nobody but us
            store_reader, store_writer = await self._connect()
            forth = asyncio.create_task(_pass_on(reader, store_writer, asked))
            try:
                while (answer := await store_reader.read(_CHUNK)) and not self._loses(bytes(asked)):
                    await self._holds(bytes(asked))
                    asked.clear()
                    writer.write(answer)
                    await writer.drain()
            finally:
                forth.cancel()
                await asyncio.gather(forth, return_exceptions=True)
                store_writer.close()
                writer.transport.abort()

    def _loses(self, asked: bytes) -> bool:
        """Say whether the answer to what was asked is to be lost, and count it."""
        lost = False
        for words, times in self._losing.items():
            if words in asked:
                self._seen[words] += 1
                lost = lost or self._seen[words] <= times
        self.lost += lost
        return lost

    async def _holds(self, asked: bytes) -> None:
        for words, released in self._held.items():
            if words in asked:
                self._seen[words] += 1
                await released.wait()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytearray) -> None:
    while chunk := await reader.read(_CHUNK):
        asked += chunk
        writer.write(chunk)
        await writer.drain()
    writer.close()  # whoever asked has hung up
