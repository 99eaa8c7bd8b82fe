"""What is read of the past is bounded, however much moved and however many SKUs differ."""

from __future__ import annotations

import pytest

from gate_service.bootstrap.ledger_pages import StoreAndArchive
from gate_service.reconcile import movements
from gate_service.reconcile.movements import Past
from tests.contract.world import World
from tests.reconcile.mirroring import HERE, Mirroring

SKUS = [f"SKU-{number:02}" for number in range(40)]
TIMES = 30


async def test_of_many_skus_that_differ_fewer_movements_are_kept_and_the_newest_of_each(
    at: World, mirrors: Mirroring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movements, "_MOVEMENTS_MAX", 400)
    monkeypatch.setattr(movements, "_LEAST_KEPT", 2)
    monkeypatch.setattr(movements, "_STEPS_MAX", 300)
    for _ in range(TIMES):
        await at.receive(*((sku, 1) for sku in SKUS))
    ledger = StoreAndArchive(mirrors.means.store, mirrors.means.ledger, mirrors.means.journal, None)
    await ledger.reach(HERE)
    many, one = Past(ledger, frozenset(SKUS), 0), Past(ledger, frozenset(SKUS[:1]), 0)
    async for page in ledger.pages(HERE, 1, TIMES):
        many.read(page)
        one.read(page)
    newest = [TIMES - back for back in range(9, -1, -1)]
    assert {sku: [each.revision for each in kept] for sku, kept in many.movements.items()} == dict.fromkeys(
        SKUS, newest
    )
    assert len(one.movements[SKUS[0]]) == TIMES
    assert sum(map(len, many.steps.values())) <= 300
    assert {len(steps) for steps in many.steps.values()} == {TIMES}, "of whom it goes by all is known"
