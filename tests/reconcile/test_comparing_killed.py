"""Whoever compares may be killed at any moment, and of several one is at work."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gate_service.app.reconcile.ports import Collection
from gate_service.bootstrap.reconciling_parts import means
from gate_service.domain.reconcile.records import SnapshotState
from gate_service.reconcile import keys
from gate_service.reconcile.lease import Lease
from gate_service.settings import Settings
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.stores import over_empty_store
from tests.contract.world import World
from tests.gate_process import PATIENCE_S
from tests.reconcile.mirroring import HERE, Mirroring

SKUS = [f"SKU-{number:04}" for number in range(6_000)]


@pytest.fixture
async def mirrors(store_url: str) -> AsyncIterator[Mirroring]:
    async with over_empty_store(store_url, Clock()) as ledger, means(Settings(redis_url=store_url)) as opened:
        at = World(ledger, Clock(), HERE)
        for first in range(0, len(SKUS), 1_000):
            await at.receive(*((sku, 10) for sku in SKUS[first : first + 1_000]))
        yield Mirroring(opened)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    opened = connect(store_url)
    await opened.each("FLUSHALL")
    yield opened
    await opened.close()


def reconciling(store_url: str, folder: Path, *flags: str) -> subprocess.Popen[str]:
    """Start `gate reconcile`; whoever asks ends it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GATE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "gate_service", "reconcile", "--redis-url", store_url, *flags],
        env=env,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


async def test_a_comparison_that_was_killed_is_taken_up_again_and_nothing_of_it_counts_twice(
    mirrors: Mirroring, store_url: str, tmp_path: Path
) -> None:
    wrong = {sku: 10 if number % 2 else 11 for number, sku in enumerate(SKUS)}
    record_id = await mirrors.tell("S1", wrong, whole=True)
    with reconciling(store_url, tmp_path) as first:
        try:
            until = time.monotonic() + PATIENCE_S
            while not await mirrors.means.records.size(Collection.VARIANCES, "all"):
                assert time.monotonic() < until, "nothing was recorded"
                await asyncio.sleep(0.002)
        finally:
            first.kill()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.COMPARING
    begun = await mirrors.means.records.size(Collection.VARIANCES, "all")
    assert 0 < begun < 3_000, "it was killed in the midst of it"
    await mirrors.means.store.call("DEL", keys.LEASE)  # its time would run out by itself, in ten seconds
    with reconciling(store_url, tmp_path, "--once") as second:
        try:
            said, _ = await asyncio.to_thread(second.communicate, timeout=PATIENCE_S)
        finally:
            second.kill()
    assert json.loads(said)["snapshots"] == {"compared": 1, "refused": 0, "rows": 6_000}
    result = (await mirrors.snapshot(record_id)).result
    assert result is not None
    assert (result.compared_count, result.agreed_count) == (6_000, 3_000)
    assert result.opened_count + result.continued_count == 3_000
    assert await mirrors.means.records.size(Collection.VARIANCES, "all") == 3_000
    assert await mirrors.means.records.size(Collection.SNAPSHOTS, "waiting") == 0


async def test_it_ends_as_asked_and_says_what_was_done(store: Store, store_url: str, tmp_path: Path) -> None:
    with reconciling(store_url, tmp_path, "--every-s", "0.05") as process:
        try:
            until = time.monotonic() + PATIENCE_S
            while not await store.call("GET", keys.LEASE):
                assert time.monotonic() < until, "it did not begin"
                await asyncio.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            said, _ = await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
        finally:
            process.kill()
    assert process.returncode == 0
    assert json.loads(said)["snapshots"] == {"compared": 0, "refused": 0, "rows": 0}
    assert await store.call("GET", keys.LEASE) is None, "the next one need not wait"


async def test_of_two_one_has_the_lease_and_the_other_takes_it_over_when_it_is_given_back(store: Store) -> None:
    one, other = Lease(store), Lease(store)
    assert await one.take()
    assert await one.take(), "whoever has it keeps it for longer"
    assert not await other.take()
    await other.drop()
    assert not await other.take(), "nobody gives back what another one has"
    await one.drop()
    assert await other.take()


async def test_who_was_killed_loses_the_lease_by_itself(store: Store) -> None:
    assert await Lease(store, ttl_ms=100).take()
    other = Lease(store)
    assert not await other.take()
    until = time.monotonic() + PATIENCE_S
    while not await other.take():
        assert time.monotonic() < until
        await asyncio.sleep(0.02)


async def test_work_is_cut_off_as_soon_as_another_one_has_the_lease(store: Store) -> None:
    lease, cut_off = Lease(store, ttl_ms=400), asyncio.Event()
    assert await lease.take()

    async def work() -> None:
        await store.call("SET", keys.LEASE, "another")
        try:
            await asyncio.sleep(PATIENCE_S)
        finally:
            cut_off.set()

    assert not await lease.while_held(work)
    assert cut_off.is_set()


async def test_work_that_ends_by_itself_ends_there(store: Store) -> None:
    lease = Lease(store)
    assert await lease.take()
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    assert await lease.while_held(work)
    assert done == [1]
