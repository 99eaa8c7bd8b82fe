"""One store that writes each command through to its disk before it answers; between it and each gate a proxy.

It promises that what was acknowledged survives a killed store, a power cut and a full disk.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import redis
import redis.asyncio

from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.proxy import Proxy
from tests.robustness.chaos.waiting import until
from tests.robustness.shim import ShimmedStore

STORE_TIMEOUT_MS: Final = 2_000


class Single:
    """A store on a disk of ours, that can be killed and started again on the same files."""

    name: Final = "single"
    fails_over: Final = False

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Start the store; the proxies listen from `begin` on. Raises `NoCompilerError`."""
        self.gate_flags: Sequence[str] = ("--store-timeout-ms", str(STORE_TIMEOUT_MS), "--sweep-interval-ms", "200")
        self.store: Final = ShimmedStore(folder / "store", fsync=plan.fsync).start()
        self.proxies: Final = [Proxy(self._connect) for _ in range(plan.gates)]

    def gate_url(self, number: int) -> str:
        """Give the address of this gate's proxy."""
        return f"redis://127.0.0.1:{self.proxies[number].port}/0"

    async def begin(self) -> None:
        """Let the proxies listen."""
        for proxy in self.proxies:
            await proxy.begin()

    async def end(self) -> None:
        """Stop all of it."""
        for proxy in self.proxies:
            await proxy.end()
        self.store.stop()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the store, where it runs."""
        if self.store.running:
            os.kill(self.store.pid, number)

    async def restart(self) -> None:
        """Start it again on what it wrote, where it does not run, and wait until it answers."""
        if not self.store.running:
            self.store.start(wait=False)
        await self.settle()

    def client(self) -> redis.asyncio.Redis:
        """Give a client that speaks to the store past the proxies."""
        return redis.asyncio.Redis.from_url(self.store.url, socket_timeout=2.0)

    async def settle(self) -> None:
        """Wait until the store answers."""
        await until(self._answers, "the store answers")

    async def _answers(self) -> bool:
        client = self.client()
        try:
            return bool(await client.ping())
        except redis.RedisError:
            return False
        finally:
            await client.aclose()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(str(self.store.socket))
