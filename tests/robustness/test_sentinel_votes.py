"""Sentinels that do not say the same: the one that has seen the last failover is right, whoever is asked first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import pytest

from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.stores import SentinelTrio, Server, find_program
from tests.stores.ports import free_ports

MASTER: Final = "gate"


@dataclass(frozen=True)
class Parted:
    """A trio that has failed over, and a Sentinel that was parted from it, with what it takes for the primary."""

    trio: SentinelTrio
    former: Server
    astray: Server

    @property
    def url(self) -> str:
        """Give a URL that names the Sentinel beyond first, and two of the trio."""
        hosts = ",".join(each.address for each in (self.astray, *self.trio.sentinels[:2]))
        return f"redis+sentinel://{hosts}/{MASTER}/0"


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parted]:
    """Give the trio and the Sentinel that the tests of this module share."""
    folder = tmp_path_factory.mktemp("beyond")
    program = find_program("valkey")
    ports = free_ports(2)
    former = Server(program, folder / "server", ports[0], [])
    watch = f"sentinel monitor {MASTER} 127.0.0.1 {former.port} 1"
    astray = Server(program, folder / "sentinel", ports[1], [watch], sentinel=True)
    with SentinelTrio() as trio, ExitStack() as started:
        for server in (former, astray):
            started.callback(server.kill)
            server.start()
        old = trio.primary()
        with trio.sentinels[0].client() as client:
            client.execute_command("SENTINEL", "FAILOVER", MASTER)
        trio.wait_for_failover(old)
        trio.settle()
        yield Parted(trio, former, astray)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open a store for as long as the block lasts."""
    store = connect(url, timeout_ms=2_000)
    try:
        yield store
    finally:
        await store.close()


async def reached(url: str) -> str:
    """Give the address of the server that a new connection is made to."""
    async with opened(url) as store:
        await store.call("SET", "gate:probe", "1")
        return store.nodes()[0].address


async def test_a_sentinel_that_still_names_a_former_primary_is_outvoted(parted: Parted) -> None:
    assert await reached(parted.url) == parted.trio.primary().address


async def test_the_newest_word_counts_also_where_only_one_has_it(parted: Parted) -> None:
    parted.trio.sentinels[1].pause()
    try:
        assert await reached(parted.url) == parted.trio.primary().address
    finally:
        parted.trio.sentinels[1].resume()


async def test_where_nobody_else_answers_its_word_is_taken(parted: Parted) -> None:
    """It may be right: then it is the only one that is left."""
    for sentinel in parted.trio.sentinels[:2]:
        sentinel.pause()
    try:
        assert await reached(parted.url) == parted.former.address
    finally:
        for sentinel in parted.trio.sentinels[:2]:
            sentinel.resume()
