"""A store that tests break and mend, and what is said of it meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import redis

from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.gate_process import GateProcess
from tests.robustness.chaos.history import Outcome, Record
from tests.robustness.desk import Desk, check_nothing_is_half_applied
from tests.robustness.shim import ShimmedStore

STORE_TIMEOUT_MS = 1_000


@dataclass(frozen=True)
class Site:
    """A gate, and the store behind it."""

    store: ShimmedStore
    gate: GateProcess

    async def sound(self, location_id: str) -> int:
        """See that nothing is half-applied; give the newest revision."""
        return await check_nothing_is_half_applied(self.store.url, location_id)

    def mend(self) -> None:
        """Have the disk be sound and the store run."""
        self.store.free_disk()
        self.store.disk.fail_syncs(failing=False)
        self.store.slow_disk(0)
        if not self.store.running:
            self.store.start()


def turned_down(record: Record) -> bool:
    """Say whether the gate gave its word that the store cannot be had and nothing was applied."""
    return (record.outcome, record.reason) == (Outcome.NOT_APPLIED, "STORE_UNAVAILABLE")


async def until_turned_down(at: Desk) -> Record:
    """Order until the store refuses: it notices only when it writes. Gives the order that was turned down."""
    for number in range(1_000):
        record = await at.ask(at.order(f"probe-{number}", A=1))
        if record.outcome is Outcome.NOT_APPLIED:
            return record
        await asyncio.sleep(0.05)
    raise AssertionError("it was never turned down")


@contextmanager
def endless_script_at(store: ShimmedStore) -> Iterator[Callable[[], None]]:
    """Give what keeps the store busy with somebody else's script; it is killed when the block ends."""
    with store.client() as client, store.client() as other:
        client.config_set("busy-reply-threshold", "20")

        def keep_busy() -> None:
            with contextlib.suppress(redis.ResponseError):  # that it was killed
                other.eval("while true do end", 0)

        thread = threading.Thread(target=keep_busy)
        yield thread.start
        if thread.is_alive():
            client.script_kill()
        thread.join(10)
        client.config_set("busy-reply-threshold", "5000")


def is_busy(client: redis.Redis) -> bool:
    """Say whether the store turns everybody down because of a script."""
    try:
        client.ping()
    except redis.ResponseError as error:
        return str(error).startswith("BUSY")
    return False


async def cause_of_the_refusal(store: ShimmedStore, location_id: str) -> str:
    """Ask as a gate does that is just started, until the store can be connected to; say what it then said."""
    for _ in range(100):
        ledger = RedisLedger.connect(store.url, timeout_ms=STORE_TIMEOUT_MS)
        with pytest.raises(Unavailable) as no:
            await World(ledger, Clock(), location_id).reserve("O-2", ("1", "A", 1))
        await ledger.close()
        assert no.value.reason is Reason.STORE_UNAVAILABLE
        if isinstance(no.value.__cause__, redis.ResponseError) or "Loading" in type(no.value.__cause__).__name__:
            break
        await asyncio.sleep(0.02)
    return type(no.value.__cause__).__name__


def hurried(client: redis.Redis) -> bool:
    """Have the store load as fast as it can."""
    try:
        client.config_set("key-load-delay", "0")
    except redis.ConnectionError:  # it looks up now and then only
        return False
    return True
