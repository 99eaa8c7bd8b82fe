"""Stores that ask for a password and speak TLS, reached by their URLs; and servers that end with who started them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

import pytest

from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.errors import Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.stores import ClusterOfSix, NoProgramError, SentinelTrio, single
from tests.stores.running import promise_of

SECRET: Final = "s/e:c@r?et"  # noqa: S105 - of servers that live for a second
_GONE_S: Final = 10.0
_STARTS_AND_WAITS: Final = """
import json, time
from tests.stores import SentinelTrio
with SentinelTrio() as trio:
    trio.replica().pause()
    print(json.dumps([server.pid for server in (*trio.servers, *trio.sentinels)]), flush=True)
    time.sleep(60)
"""


class Found(Protocol):
    """A running store."""

    @property
    def url(self) -> str: ...


MAKERS: Final[dict[str, Callable[[], AbstractContextManager[Found]]]] = {
    "single": lambda: single("redis", tls=True),
    "sentinel": lambda: SentinelTrio("redis", tls=True, password=SECRET, sentinel_password=SECRET[::-1]),
    "cluster": lambda: ClusterOfSix("redis", tls=True, password=SECRET),
}


async def reserved(url: str, promise: Durability) -> int:
    """Take goods in and commit one; give the revision."""
    ledger = RedisLedger.connect(url, promise=promise, timeout_ms=2_000)
    try:
        at = World(ledger, Clock())
        await at.receive(("A", 1))
        return (await at.reserve("O-1", ("1", "A", 1))).applied.revision
    finally:
        await ledger.close()


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_store_that_speaks_tls_and_asks_for_passwords_is_reached_by_its_url_and_not_without_them(
    kind: str,
) -> None:
    try:
        store = MAKERS[kind]()
        with store as running:
            assert await reserved(running.url, promise_of(running.url)) == 2
            head, _, query = running.url.partition("?")
            spoilt = [head] if kind == "single" else [f"{head}?tls=true", running.url.replace(":s%2Fe", ":other%2Fe")]
            spoilt += [] if kind != "sentinel" else [running.url.replace("sentinel_password=", "sentinel_password=x")]
            for url in spoilt:
                assert url != running.url, query
                with pytest.raises(Unavailable) as no:
                    await reserved(url, Durability(Fsync.EVERYSEC))
                assert no.value.reason is Reason.STORE_UNAVAILABLE
    except NoProgramError as why:
        pytest.skip(str(why))


def test_servers_end_with_the_process_that_started_them_even_where_it_is_killed_and_one_is_paused(
    tmp_path: Path,
) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", _STARTS_AND_WAITS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        pids = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    ends = time.monotonic() + _GONE_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < ends, "they are still there"
        time.sleep(0.02)
    assert len(pids) == 5
