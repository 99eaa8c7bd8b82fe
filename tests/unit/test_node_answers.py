"""What a server's words mean by their place: of several commands sent together, the first may be done."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis import exceptions

from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.store.connect import connect
from gate_service.store.node import Node


@asynccontextmanager
async def server(*replies: bytes, linger: bool = False) -> AsyncIterator[Node]:
    """Answer what is asked together with these, and hang up; with `linger` only once the other side has."""
    answering: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read(1_000)
            writer.write(b"".join(replies))
            await writer.drain()
            while linger and await reader.read(1_000):
                pass
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.add(asyncio.get_running_loop().create_task(answer(reader, writer)))

    serving = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = serving.sockets[0].getsockname()[1]
    store = connect(f"redis://127.0.0.1:{port}/0", timeout_ms=2_000)
    node: Node = store._node  # type: ignore[attr-defined]
    try:
        yield node
    finally:
        await store.close()
        await asyncio.gather(*answering)
        serving.close()
        await serving.wait_closed()


def on(loops: str) -> asyncio.Runner:
    """Run on the loop that a gate runs on where it can be had, or on that of the language itself."""
    if loops == "asyncio":
        return asyncio.Runner()
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not to be had on every platform")
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


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


@pytest.mark.parametrize("loops", ["asyncio", "uvloop"])
def test_a_connection_that_is_closed_when_it_is_written_to_is_lost(loops: str) -> None:
    async def ask_twice() -> Unavailable:
        async with server(b"+PONG\r\n", linger=True) as node:
            await node.call("PING")
            (connection,) = node._idle
            assert connection._reader is not None
            connection._reader.feed_data(b"more")  # what was not read yet hides that nothing follows it
            connection._writer.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
            with pytest.raises(Unavailable) as lost:
                await node.call("PING")
            return lost.value

    with on(loops) as runner:
        lost = runner.run(ask_twice())
    assert lost.reason is Reason.OUTCOME_UNKNOWN
    assert isinstance(lost.__cause__, exceptions.ConnectionError)


async def test_a_bug_of_ours_on_a_connection_is_not_told_as_its_loss() -> None:
    async with server(b"+PONG\r\n", linger=True) as node:
        await node.call("PING")
        (connection,) = node._idle
        reading = asyncio.create_task(connection._reader.read(1))  # type: ignore[union-attr] # somebody else reads there
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="already waiting"):
            await node.call("PING")
        reading.cancel()
