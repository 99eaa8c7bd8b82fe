"""Each part of the process that reconciles has turns of its own."""

from __future__ import annotations

import asyncio

import pytest

from gate_service.bootstrap import reconciling
from gate_service.bootstrap.reconciling import Plan, Reconciling
from gate_service.bootstrap.reconciling_parts import Parts
from tests.reconcile.mirroring import Mirroring


class Stuck:
    """A part whose work does not end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def tick(self, now_ms: int) -> None:
        del now_ms
        self.begun.set()
        await asyncio.Event().wait()


class Watchdog:
    """A part that only wants to see the clock."""

    def __init__(self, wanted: int) -> None:
        self.left = wanted
        self.seen_enough = asyncio.Event()

    async def tick(self, now_ms: int) -> None:
        assert now_ms > 0
        self.left -= 1
        if self.left <= 0:
            self.seen_enough.set()


async def test_work_that_does_not_end_keeps_no_watchdog_from_the_clock(
    mirrors: Mirroring, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, watchdog = Stuck(), Watchdog(wanted=3)
    monkeypatch.setattr(reconciling, "parts", lambda _: Parts([], [stuck, watchdog], lambda _: False))
    work = asyncio.ensure_future(Reconciling(mirrors.means, Plan(every_s=0.01)).run())
    try:
        await asyncio.wait_for(stuck.begun.wait(), 30)
        await asyncio.wait_for(watchdog.seen_enough.wait(), 30)
    finally:
        work.cancel()
        await asyncio.wait([work])
    assert work.result().ticks >= 2, "those turns that came to their end are counted"
