"""Who comes to an old ledger judges it by its end, not by its middle; large entries are learned in bounded steps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gate_service.app.reconcile.counting import shelves as shelf_book
from gate_service.app.reconcile.counting.shelves import ShelfBook, at
from gate_service.app.reconcile.ports import Change, Collection, Event
from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.shelves import SHARDS, Shelf
from gate_service.domain.vocabulary import ShortReason
from gate_service.reconcile import follower as following
from tests.contract.clock import Clock
from tests.reconcile.counted import Shelves
from tests.reconcile.memory import DEADLINE_MS, MemoryRecords, Watched

HERE = "DC-1"


async def _shipped_late(at: Watched, orders: int) -> None:
    """Let waves wait, and be picked and shipped in the end."""
    permits = []
    for number in range(orders):
        await at.receive(("A", 1))
        await at.reserve(f"O-{number}", ("1", "A", 1))
        permits.append((await at.authorize((f"O-{number}", "1", "A", 1), permit_ttl_ms=DAY_MS)).permit_id)
    at.clock.advance(100 * DEADLINE_MS)
    for number, permit_id in enumerate(permits):
        await at.pick(permit_id, (f"O-{number}", "1", "A", 1))
        await at.ship(f"O-{number}", permit_id)


async def test_what_came_late_in_an_old_ledger_is_raised_nowhere_on_the_way_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = Watched(Clock())
    await _shipped_late(at, 3)
    await at.receive(("A", 1))
    await at.reserve("LEFT", ("1", "A", 1))
    left = (await at.authorize(("LEFT", "1", "A", 1), permit_ttl_ms=DAY_MS)).permit_id
    at.clock.advance(DEADLINE_MS)
    monkeypatch.setattr(following, "_ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(following, "_ENTRIES_PER_TURN", 1)
    at.restart()
    turns = 0
    while await at.follower.follow_all():
        await at.watching.tick(at.clock.now_ms)
        await at.trends.tick(at.clock.now_ms)
        assert await at.told() == []
        turns += 1
    assert turns > 10
    assert [each.subject for each in await at.look()] == [left]
    assert await at.told() == ["finding.raised"]


async def test_counts_are_not_planned_from_the_middle_of_an_old_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    house = Shelves(Clock())
    await house.receive(("A", 5))
    await house.receive(("A", 5))
    house.clock.advance(400 * DAY_MS)
    await house.count(("A", 10))
    monkeypatch.setattr(following, "_ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(following, "_ENTRIES_PER_TURN", 1)
    house.restart()
    assert await house.follower.follow_all()
    await house.planning.tick(house.clock.now_ms)
    assert await house.open() == []
    assert await house.look() == []


async def test_a_turn_at_one_location_ends_also_where_its_entries_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Watched(Clock())
    await _shipped_late(at, 2)
    monkeypatch.setattr(following, "_ENTRIES_AT_ONCE", 1)
    monkeypatch.setattr(following, "_TURN_S", 0.0)
    at.restart()
    assert await at.follower.follow_all()
    stands = at.follower.standing[HERE]
    assert stands.revision < 10
    assert stands.behind > 0


def test_deadlines_of_what_has_come_do_not_pile_up_while_nobody_looks() -> None:
    book = Book(HERE)
    for number in range(20_000):
        one = Expectation(FindingKind.WAVE_WITHOUT_PICK, HERE, f"P{number}", number, number + 5, number + 5)
        book.put(one)
        if number % 100:
            book.end(one)
        book.take()
    assert len(book._due) <= 4_096
    assert len(book.due(30_000)) == 200


class Sized(MemoryRecords):
    """Records that say how much was written with each commit."""

    def __init__(self) -> None:
        super().__init__(Clock())
        self.shards: list[int] = []

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        self.shards.append(len(changes))
        await super().commit(changes, events)


async def _standing(records: Sized) -> dict[str, Shelf]:
    book = await ShelfBook.read(records, HERE)
    found = {sku: shelf for shard in book.shards() for sku, shelf in shard.items()}
    assert book.size == len(found)
    return found


async def test_shelves_are_read_as_they_were_learned_whenever_the_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_book, "SLIPS_MAX", 5)
    monkeypatch.setattr(shelf_book, "_FOLDED_MIN", 3)
    monkeypatch.setattr(shelf_book, "_FOLDED_MAX", 3)
    records, known = Sized(), dict[str, Shelf]()
    book = await ShelfBook.read(records, HERE)
    for turn in range(60):
        for number in range(4):
            sku = f'S "{(turn * 7 + number * 31) % 40}" x'
            if (turn + number) % 11 == 0:
                book.drop(sku)
                known.pop(sku, None)
            else:
                known[sku] = Shelf(turn).picked(turn, number + 1)
                book.put(sku, known[sku])
        await records.commit(book.take())
        assert await _standing(records) == known
        if turn % 13 == 0:
            book = await ShelfBook.read(records, HERE)
    assert max(records.shards) < 30
    slips = [each for each in (await records.page(Collection.SHELVES, at(HERE), 999)).records if _slip(each.record_id)]
    assert 0 < len(slips) < 40


def _slip(record_id: str) -> bool:
    return int(record_id.rpartition(" ")[2]) >= SHARDS


async def test_a_count_all_over_a_house_writes_a_share_of_it_and_the_class_of_the_catalog_is_kept_too() -> None:
    records = Sized()
    book = await ShelfBook.read(records, HERE)
    for first in range(0, 20_000, 2_000):
        for number in range(first, first + 2_000):
            book.put(f"SKU-{number * 7_919 % 20_000:06}", Shelf(1))
        await records.commit(book.take())
    book.give({"SKU-000007": "A", "NOBODY": "B"})
    assert book.take() == []
    book.put("SKU-000008", Shelf(2))
    await records.commit(book.take())
    standing = await _standing(records)
    assert len(standing) == 20_000
    assert (standing["SKU-000007"].given, standing["SKU-000008"].since_ms) == ("A", 2)
    assert max(records.shards) < 600


async def test_a_short_pick_of_an_old_ledger_that_was_counted_since_leaves_no_task() -> None:
    house = Shelves(Clock())
    await house.receive(("A", 5))
    await house.reserve("O-1", ("1", "A", 1))
    permit_id = (await house.authorize(("O-1", "1", "A", 1))).permit_id
    await house.report(permit_id, ("O-1", "1", "A", 0, 1, ShortReason.NOT_FOUND))
    house.clock.advance(DAY_MS)
    await house.count(("A", 4))
    house.restart()
    assert await house.look() == []
