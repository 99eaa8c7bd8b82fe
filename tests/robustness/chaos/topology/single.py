"""One store that writes each command through to its disk before it answers; between it and each gate a proxy.

It promises that what was acknowledged survives a killed store and a power cut.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import redis.asyncio

from gate_service.embedded.valkey import EmbeddedStore
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.proxy import Proxy

_SETTLED_S: Final = 30.0


class Single:
    """A store of its own, that can be killed and started again on the same files."""

    name: Final = "single"
    fails_over: Final = False

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Start the store; the proxies listen from `begin` on."""
        self.gate_flags: Sequence[str] = ("--store-timeout-ms", "2000", "--sweep-interval-ms", "200")
        self._fsync = plan.fsync
        self._folder = folder / "store"
        self.store = EmbeddedStore.start(self._folder, fsync=self._fsync)
        self.proxies = [Proxy(self._connect) for _ in range(plan.gates)]
        self.url = self.store.url
        self.runs = True

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
        self.signal(signal.SIGCONT)
        self.store.stop()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the store, where it runs."""
        try:
            os.kill(self.store.pid, number)
        except ProcessLookupError:
            return

    def kill(self) -> None:
        """Kill the store, and be sure that it is gone."""
        self.signal(signal.SIGKILL)
        self.store.stop()
        self.runs = False

    def restart(self) -> None:
        """Start it again on what it wrote."""
        self.runs = True
        self.store = EmbeddedStore.start(self._folder, fsync=self._fsync)

    def client(self) -> redis.asyncio.Redis:
        """Give a client that speaks to the store past the proxies."""
        return redis.asyncio.Redis.from_url(self.store.url, socket_timeout=2.0)

    async def settle(self) -> None:
        """Wait until the store answers."""
        until = time.monotonic() + _SETTLED_S
        while time.monotonic() < until:
            client = self.client()
            try:
                await client.ping()
            except redis.RedisError:
                await asyncio.sleep(0.05)
            else:
                return
            finally:
                await client.aclose()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        path = unquote(urlsplit(self.store.url).path)
        return await asyncio.open_unix_connection(path)
