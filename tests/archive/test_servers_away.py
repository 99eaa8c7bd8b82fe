"""A cluster of which one primary stands still: whoever looks after the ledgers goes on with all others, and says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from gate_service.archive import Archive, following
from gate_service.archive.trimmer import Retention
from gate_service.bootstrap.archiving import Archiving, Plan
from gate_service.bootstrap.tools import Tools, open_tools
from gate_service.cli.exits import ExitCode
from gate_service.cli.main import app
from gate_service.domain.errors import Unavailable
from gate_service.ledger import keys
from gate_service.ledger.fences import look_for_fences
from gate_service.ledger.ledger import RedisLedger
from gate_service.settings import Settings
from gate_service.store.members import Members
from gate_service.store.slots import slot_of
from gate_service.store.urls import parse
from tests.contract.clock import Clock
from tests.contract.fencing import REMEMBERED, SINCE_MS
from tests.contract.world import World
from tests.stores import ClusterOfSix, Server

TIMEOUT_MS: Final = 500
PATIENCE_S: Final = 30.0
STRANGERS: Final = 3_000
"""Keys of others: more than are looked through in one step."""
SLOW_TO_FAIL_OVER_MS: Final = 30_000
"""A paused primary stays the one that has its slots for as long as a test takes."""
OLD: Final = Retention(keep_ms=0, keep_newest=2)


@dataclass(frozen=True)
class Site:
    """The cluster, two locations at servers of their own, and an archive that is still empty."""

    cluster: ClusterOfSix
    here: str
    beside: str
    directory: Server
    archive: Archive
    tools: Tools

    @property
    def server(self) -> Server:
        """Give the server that has `here`."""
        return self.cluster.node_of(self.here)

    async def receive(self, location_id: str, times: int) -> int:
        """Write so many entries; give the newest revision."""
        ledger = RedisLedger.connect(self.cluster.url, timeout_ms=2_000)
        try:
            at = World(ledger, Clock(), location_id)
            for _ in range(times):
                await at.receive(("A", 1))
            return await at.revision()
        finally:
            await ledger.close()

    def archiving(self, told: list[str], *, once: bool) -> Archiving:
        """Give an archiver that trims what is archived; it is old."""
        plan = Plan(once, segment_s=0.1, retention=OLD)
        return Archiving(self.tools, self.archive, plan, lambda _: None, told.append)

    async def trimmed(self, location_id: str) -> int:
        """Give how much of a ledger is trimmed."""
        return (await self.tools.journal.extent(location_id)).trimmed


@pytest.fixture(scope="module")
def cluster() -> Iterator[ClusterOfSix]:
    """Give the cluster that the tests of this module share."""
    with ClusterOfSix(node_timeout_ms=SLOW_TO_FAIL_OVER_MS) as running:
        yield running


@pytest.fixture
async def site(cluster: ClusterOfSix, tmp_path: Path) -> AsyncIterator[Site]:
    """Give two locations, one of them at neither the server of the directory nor that of the other."""
    directory = cluster.owner(slot_of(keys.LOCATIONS))
    one, other = (each for each in cluster.primaries() if each is not directory)
    name = f"{tmp_path.name[-12:]}-"
    here, beside = cluster.location_on(one, name), cluster.location_on(other, name)
    for server in cluster.primaries():
        with server.client() as client:
            client.flushall()
    settings = Settings(redis_url=cluster.url, store_timeout_ms=TIMEOUT_MS)
    async with open_tools(settings, str(tmp_path / "archive")) as tools:
        assert tools.archive is not None
        try:
            yield Site(cluster, here, beside, directory, tools.archive, tools)
        finally:
            for server in cluster.servers:
                server.resume()


async def test_a_server_that_is_away_keeps_no_other_location_from_being_archived_and_trimmed(site: Site) -> None:
    await site.receive(site.here, 5)
    newest = await site.receive(site.beside, 5)
    site.server.pause()
    with pytest.raises(Unavailable):
        await site.archiving([], once=True).run()
    assert site.archive.head(site.beside).revision == newest
    assert await site.trimmed(site.beside) == newest - OLD.keep_newest
    assert site.here not in site.archive.locations()
    site.server.resume()
    await until_asked(site, site.here)
    outcome = await site.archiving([], once=True).run()
    assert outcome.sound
    assert await site.trimmed(site.here) == outcome.progress[site.here].archived - OLD.keep_newest == 3


async def test_where_the_directory_of_locations_goes_away_those_that_it_named_are_archived_further(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_LIST_S", 0.2)
    told: list[str] = []
    ledger = RedisLedger.connect(site.cluster.url, timeout_ms=2_000)
    at = World(ledger, Clock(), site.here)
    await at.receive(("A", 1))
    run = asyncio.create_task(site.archiving(told, once=False).run())
    try:
        await until_archived(site, site.here, 1)
        site.directory.pause()
        await at.reserve("O-1", ("1", "A", 1))
        await until_archived(site, site.here, 2)
        async with asyncio.timeout(PATIENCE_S):
            while not any("the list of all locations" in each for each in told):  # noqa: ASYNC110 - it is a list
                await asyncio.sleep(0.05)
        assert not run.done()
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        await ledger.close()


async def until_asked(site: Site, location_id: str) -> None:
    """Wait until a location can be asked again."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await site.tools.journal.extent(location_id)
            except Unavailable:
                await asyncio.sleep(0.05)
            else:
                return


async def until_archived(site: Site, location_id: str, revision: int) -> None:
    """Wait until an entry is archived."""
    async with asyncio.timeout(PATIENCE_S):
        while site.archive.head(location_id).revision < revision:  # noqa: ASYNC110 - it is a folder
            await asyncio.sleep(0.05)


async def test_fences_are_listed_with_what_could_not_be_asked(site: Site) -> None:
    told = {"since_ms": SINCE_MS, "remembered": REMEMBERED, "found": (1, 0, "")}
    for location_id in (site.here, site.beside):
        await site.receive(location_id, 1)
        with site.cluster.node_of(location_id).client() as client:
            client.hset(keys.meta(location_id), "fenced", json.dumps(told))
            client.mset({f"{{{location_id}}}:{number}": "of somebody else" for number in range(STRANGERS)})
    whole = await look_for_fences(site.tools.store)
    assert {site.here, site.beside} <= set(whole.standing)
    assert whole.complete
    server = site.server
    server.pause()
    ended = await asyncio.to_thread(listed, site)
    assert ended.exit_code == ExitCode.DRIFT
    assert site.beside in ended.stdout
    assert site.here in ended.stderr
    assert server.address in ended.stderr
    site.directory.pause()
    found = await look_for_fences(site.tools.store)
    assert site.beside in found.standing
    assert set(found.servers_away) == {server.address, site.directory.address}


def test_a_list_that_found_no_fence_and_is_not_whole_ends_with_3(site: Site) -> None:
    site.server.pause()
    ended = listed(site)
    assert ended.exit_code == ExitCode.UNAVAILABLE
    assert "No location is fenced that could be asked." in ended.stdout
    assert site.server.address in ended.stderr


def listed(site: Site) -> Result:
    """Run `gate recover --list`."""
    words = ("recover", "--list", "--redis-url", site.cluster.url, "--store-timeout-ms", str(TIMEOUT_MS))
    return CliRunner().invoke(app, words)


async def test_two_looks_at_the_cluster_at_once_let_go_of_the_same_former_servers(site: Site) -> None:
    members = Members(parse(site.cluster.url), 2_000, lambda: None)
    try:
        await members.slots()
        for server in site.cluster.servers:  # by a name that the cluster has for none of its own
            await members.node(("localhost", server.port)).call("PING")
        await asyncio.gather(*(members._look() for _ in range(4)))
        assert {node.address.partition(":")[0] for node in members.primaries()} == {"127.0.0.1"}
    finally:
        await members.close()
