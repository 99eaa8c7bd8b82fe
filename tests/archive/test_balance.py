"""What stood on the shelves at a point: what a gate would have answered then."""

from __future__ import annotations

import pytest

from gate_service.archive import ArchiveError
from gate_service.archive.balance import Balance, balance_at
from gate_service.archive.history import History
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket
from tests.archive.conftest import HERE, Depot
from tests.contract.state import read_stock
from tests.contract.world import World


async def balance(
    depot: Depot, revision: int | None = None, at_ms: int | None = None, sku: str = "", *, archive: bool = True
) -> Balance:
    """Ask for a balance."""
    history = History(HERE, depot.archive if archive else None, depot.tools.journal)
    return await balance_at(history, revision, at_ms, sku)


def buckets(level: StockLevel) -> dict[str, int]:
    """Give the buckets of a level."""
    return {bucket: getattr(level, bucket) for bucket in Bucket}


async def test_it_is_at_each_revision_what_the_gate_said_then(at: World, depot: Depot) -> None:
    stood: dict[int, dict[str, dict[str, int]]] = {0: {}}
    for number in range(1, 8):
        await at.receive(("A", number), ("a/b", 2))
        await at.reserve(f"O-{number}", ("1", "A", 1))
        if number == 4:
            await depot.follow()
        levels = await read_stock(at.ledger, HERE)
        stood[await at.revision()] = {sku: buckets(level) for sku, level in levels.items()}
    await depot.trim(keep_newest=3)
    for revision, stock in stood.items():
        found = await balance(depot, revision)
        assert (found.revision, found.stock) == (revision, stock)
        for sku in ("A", "a/b"):
            assert (await balance(depot, revision, sku=sku)).stock.get(sku) == stock.get(sku)


async def test_a_time_means_the_newest_entry_that_is_not_after_it(at: World, depot: Depot) -> None:
    began = at.clock.now_ms
    await at.receive(("A", 1))
    at.clock.advance(1_000)
    await at.receive(("A", 1))
    await at.receive(("A", 1))
    at.clock.advance(1_000)
    await at.receive(("A", 1))
    await depot.follow(2)
    for after_ms, revision in ((-1, 0), (0, 1), (999, 1), (1_000, 3), (1_999, 3), (2_000, 4), (99_000, 4)):
        found = await balance(depot, at_ms=began + after_ms)
        assert (found.revision, found.stock.get("A", {}).get(Bucket.ON_HAND, 0)) == (revision, revision)


async def test_it_needs_no_store_where_the_archive_goes_far_enough(at: World, depot: Depot) -> None:
    await at.receive(("A", 5))
    await at.receive(("A", 5))
    await depot.follow()
    found = await balance_at(History(HERE, depot.archive, None), 1, None)
    assert found.stock["A"][Bucket.ON_HAND] == 5


async def test_without_an_archive_a_trimmed_store_does_not_guess(at: World, depot: Depot) -> None:
    await at.receive(("A", 5))
    await at.receive(("A", 5))
    await depot.follow()
    assert (await balance(depot, 2, archive=False)).stock["A"][Bucket.ON_HAND] == 10
    await depot.trim(keep_newest=1)
    with pytest.raises(ArchiveError, match="from revision 2 on"):
        await balance(depot, 2, archive=False)
