"""Whoever learns and whoever looks at the clock work on one memory; in doubt it is read anew, and loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gate_service.app.reconcile.ports import Change, Collection, Kept, RecordPage
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


async def _released(at: Watched, order_id: str) -> str:
    await at.receive(("A", 2))
    await at.reserve(order_id, ("1", "A", 2))
    return (await at.authorize((order_id, "1", "A", 2), permit_ttl_ms=3_600_000)).permit_id


async def _expected(at: Watched) -> Sequence[Kept]:
    return (await at.records.page(Collection.EXPECTED, f"at {at.location_id}", 100)).records


async def test_what_is_learned_while_it_is_read_anew_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = Watched(Clock())
    first = await _released(at, "O-1")
    await at.look()
    (kept,) = await _expected(at)
    await at.records.commit([Change(Collection.EXPECTED, kept.record_id, kept.version, kept.text)])
    at.clock.advance(DEADLINE_MS)
    await at.watching.tick(at.clock.now_ms)  # somebody else has changed it: what is in memory is in doubt
    second = await _released(at, "O-2")
    read = at.records.page

    async def meanwhile(collection: Collection, *args: Any, **named: Any) -> RecordPage:  # noqa: ANN401 as `page`
        page = await read(collection, *args, **named)
        if collection is Collection.EXPECTED:
            monkeypatch.setattr(at.records, "page", read)
            await at.follower.follow_all()
        return page

    monkeypatch.setattr(at.records, "page", meanwhile)
    await at.watching.tick(at.clock.now_ms)
    monkeypatch.setattr(at.records, "page", read)
    assert sorted(each.subject for each in await at.later(DEADLINE_MS)) == sorted([first, second])
