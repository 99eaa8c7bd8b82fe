"""What a server's words mean by their place: of several commands sent together, the first may be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.store.connect import connect
from gate_service.store.node import Node


@asynccontextmanager
async def server(*replies: bytes) -> AsyncIterator[Node]:
    """Answer what is asked together with these, and hang up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1_000)
        writer.write(b"".join(replies))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    serving = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    store = connect(f"redis://127.0.0.1:{port}/0", timeout_ms=2_000)
    node: Node = store._node  # type: ignore[attr-defined]
    try:
        yield node
    finally:
        await store.close()
        serving.close()
        await serving.wait_closed()


@pytest.mark.parametrize("word", [b"-LOADING it loads\r\n", b"-NOAUTH who?\r\n", b"-WRONGPASS no\r\n"])
async def test_a_refusal_of_the_first_command_means_that_nothing_was_done(word: bytes) -> None:
    async with server(word) as node:
        with pytest.raises(Unavailable) as no:
            await node.send(("EVALSHA", "0" * 40, 0), ("WAIT", 1, 100))
    assert no.value.reason is Reason.STORE_UNAVAILABLE


@pytest.mark.parametrize("word", [b"-LOADING it loads\r\n", b"-NOAUTH who?\r\n", b"-WRONGPASS no\r\n"])
async def test_a_refusal_of_what_stands_behind_it_says_nothing_of_the_first(word: bytes) -> None:
    """A primary that was made a replica, and loads, between a script and the WAIT behind it."""
    async with server(b"*0\r\n", word) as node:
        with pytest.raises(Unavailable) as no:
            await node.send(("EVALSHA", "0" * 40, 0), ("WAIT", 1, 100))
    assert no.value.reason is Reason.OUTCOME_UNKNOWN
