"""What the gate does by itself: it gives back what ran out, and it looks whether the store can be written."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from gate_service.app.ports import SWEEP, Call
from gate_service.domain.errors import Unavailable

_PROBE_PAUSE_S = 0.05
"""Between two probes at least, however many calls fail."""


class Expiries(Protocol):
    """What the sweeper needs of the ledger. Each method raises `Unavailable`."""

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location."""
        ...

    async def sweep(self, location_id: str) -> bool:
        """Run out what is due; True where some of it went and some is left."""
        ...


class Probe(Protocol):
    """What the watch on the store needs of the ledger."""

    async def probe(self, timeout_ms: int) -> None:
        """Write something small; raises `Unavailable` where that cannot be done in time."""
        ...


async def sweep_once(ledger: Expiries, on_failure: Callable[[str, Exception], None]) -> None:
    """Run out all that is due now, everywhere.

    A location that fails is told by its id ("" for the directory of locations) and keeps no other from its turn.
    """
    try:
        location_ids = await ledger.locations(SWEEP)
    except Exception as error:  # noqa: BLE001 - the sweeper outlives whatever it meets
        on_failure("", error)
        return
    for location_id in location_ids:
        try:
            while await ledger.sweep(location_id):
                pass
        except Exception as error:  # noqa: BLE001 - as above
            on_failure(location_id, error)


async def sweep_for_ever(ledger: Expiries, interval_ms: int, on_failure: Callable[[str, Exception], None]) -> None:
    """Sweep every `interval_ms`; what failed is tried again, and the next write there sweeps too."""
    while True:
        await sweep_once(ledger, on_failure)
        await asyncio.sleep(interval_ms / 1000)


async def watch_store(
    ledger: Probe,
    interval_ms: int,
    timeout_ms: int,
    trouble: asyncio.Event,
    why: Callable[[Unavailable], str],
    on_change: Callable[[str], Awaitable[None]],
) -> None:
    """Probe every `interval_ms`, or as soon as `trouble` is set, and tell each change: `why` it cannot be written.

    Nothing ("") where it can. The first state is told too. A probe without an answer within `timeout_ms` counts as
    "cannot": a store that hangs is a store that is away.
    """
    before: str | None = None
    while True:
        try:
            await ledger.probe(timeout_ms)
            obstacle = ""
        except Unavailable as error:
            obstacle = why(error)
        if obstacle != before:
            before = obstacle
            await on_change(obstacle)
        trouble.clear()  # the probe's own failure is no news
        await asyncio.sleep(_PROBE_PAUSE_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(interval_ms / 1000):
                await trouble.wait()
