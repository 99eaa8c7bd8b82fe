"""Whatever is changed behind the gate's back is found, and the first entry at which it shows is named."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from gate_service.archive import ArchiveError
from gate_service.archive.claims import CHECK as CLAIMS
from gate_service.archive.verifying import HISTORY, MARKERS, STATE, STOCK, Verification
from gate_service.domain.journal import Claims
from gate_service.ledger.standing import Standing
from tests.archive.conftest import HERE, Depot
from tests.contract.moving import restore
from tests.contract.world import World

RECEIPT, PO_2, O_1, HOLD, O_3, WAVE, PICK, SHIP, QUOTA, BLOCK = range(1, 11)
"""The entries of a day; the hold runs out behind them."""
EXPIRY, CONFIRM = 11, 12


async def test_an_untouched_record_is_sound_with_and_without_an_archive(day: World, depot: Depot) -> None:
    newest = await day.revision()
    alone = await depot.verify(with_archive=False)
    assert (alone.ok, alone.unchecked, alone.revision, alone.archived) == (True, [], newest, 0)
    await depot.follow(4)
    both = await depot.verify()
    assert (both.ok, both.unchecked) == (True, [])
    assert (both.entries, both.archived, both.compared, both.markers) == (newest, newest, newest, newest)
    assert (both.skus, both.claims) == (3, 3 + 2 + 1 + 1)


async def test_what_is_trimmed_is_verified_by_the_archive_and_cannot_be_without(day: World, depot: Depot) -> None:
    await depot.follow(4)
    await depot.trim(keep_newest=3)
    report = await depot.verify()
    assert report.ok, report.findings
    assert (report.archived, report.compared) == (CONFIRM, 3)
    with pytest.raises(ArchiveError, match="name it with --archive"):
        await depot.verify(with_archive=False)


def other_body(depot: Depot) -> None:
    depot.rewrite(O_1, body='{"order_id":"O-1","channel":"","ttl_ms":0,"lines":[["1","A",30]]}')


def other_changes(depot: Depot) -> None:
    depot.rewrite(PICK, changes='{"A":{"picked":30}}')


def other_hash(depot: Depot) -> None:
    depot.rewrite(WAVE, hash="0" * 40)


def missing_entry(depot: Depot) -> None:
    depot.client.xdel(depot.key("ledger"), f"{QUOTA}-0")


@pytest.mark.parametrize(
    ("spoil", "revision"), [(other_body, O_1), (other_changes, PICK), (other_hash, WAVE), (missing_entry, QUOTA)]
)
@pytest.mark.parametrize("archived", [True, False])
async def test_a_changed_entry_of_the_ledger_is_named(
    day: World, depot: Depot, spoil: Callable[[Depot], None], revision: int, *, archived: bool
) -> None:
    if archived:
        await depot.follow(4)
    spoil(depot)
    report = await depot.verify(with_archive=archived)
    assert report.first is not None
    assert (report.first.location_id, report.first.revision, report.first.check) == (HERE, revision, HISTORY)
    assert "the ledger in the store" in report.first.found


async def test_a_ledger_that_was_changed_and_hashed_anew_is_found_by_its_archive(day: World, depot: Depot) -> None:
    await depot.follow()
    entries, previous = await depot.journal(), ""
    depot.client.delete(depot.key("ledger"))
    for entry in entries:
        body = entry.body.replace('"PO-1"', '"PO-7"') if entry.revision == RECEIPT else entry.body
        forged = entry._replace(body=body)
        previous = forged.hash_after(previous)
        fields = (entry.at_ms, entry.envelope, body, entry.reply, entry.changes, previous)
        names = ("at_ms", "envelope", "body", "reply", "changes", "hash")
        depot.client.xadd(depot.key("ledger"), dict(zip(names, fields, strict=True)), id=f"{entry.revision}-0")
    depot.client.hset(depot.key("meta"), "hash", previous)
    report = await depot.verify()
    assert report.first is not None
    assert (report.first.revision, report.first.check) == (RECEIPT, HISTORY)


async def test_a_segment_that_was_spoilt_is_named_with_its_first_entry(day: World, depot: Depot) -> None:
    await depot.follow(4)
    file = Path(depot.archive.shelf.url) / HERE / depot.archive.all_segments(HERE)[1].name
    packed = bytearray(file.read_bytes())
    packed[-20] ^= 1
    file.write_bytes(bytes(packed))
    report = await depot.verify()
    assert report.first is not None
    assert report.first.check == HISTORY
    assert 5 <= report.first.revision <= 8
    assert file.name in report.first.found


async def test_a_missing_segment_is_named_with_its_first_entry(day: World, depot: Depot) -> None:
    await depot.follow(4)
    depot.archive.remove(depot.archive.all_segments(HERE)[1])
    report = await depot.verify()
    assert report.first is not None
    assert (report.first.revision, report.first.check) == (5, HISTORY)


async def test_a_store_that_ends_before_its_archive_does_is_named_with_the_first_entry_that_is_lost(
    day: World, depot: Depot
) -> None:
    await depot.follow()
    journal = await depot.journal()
    depot.client.flushall()
    await restore(depot.url, HERE, journal[:-2])
    report = await depot.verify()
    (finding,) = report.findings
    assert (finding.revision, finding.check, finding.found.partition(";")[0]) == (EXPIRY, HISTORY, "none")


async def test_a_location_that_only_the_archive_has_is_found(day: World, depot: Depot) -> None:
    await depot.follow()
    depot.client.flushall()
    report = await depot.verify()
    assert report.first is not None
    assert report.first.revision == RECEIPT


async def test_a_changed_row_of_stock_is_named_with_the_entry_that_moved_it_last(day: World, depot: Depot) -> None:
    row = depot.client.hget(depot.key("stock"), "C")
    depot.client.hset(depot.key("stock"), "C", row.replace("0 ", "9 ", 1))
    report = await depot.verify(with_archive=False)
    assert [(each.revision, each.check, each.expected, each.found) for each in report.findings] == [
        (PO_2, STOCK, "0 on_hand of C", "9")
    ]


async def test_a_row_of_stock_that_no_entry_made_or_that_is_gone_is_named(day: World, depot: Depot) -> None:
    depot.client.hset(depot.key("stock"), "X", "5 0 0 0 0 0 0 0 0 0 0")
    depot.client.zadd(depot.key("skus"), {"X": 0})
    depot.client.hdel(depot.key("stock"), "C")
    depot.client.zrem(depot.key("skus"), "C")
    report = await depot.verify(with_archive=False)
    found = {(each.expected, each.found) for each in report.findings if each.check == STOCK}
    assert found == {("0 on_hand of X", "5"), ("3 incoming of C", "0")}


async def test_a_row_that_cannot_be_read_is_named(day: World, depot: Depot) -> None:
    depot.client.hset(depot.key("stock"), "C", "nonsense")
    report = await depot.verify(with_archive=False)
    assert report.first is not None
    assert report.first.check == STATE


def lost_marker(depot: Depot) -> None:
    depot.client.hdel(depot.key("operations"), operation_at(depot, O_3))


def other_marker(depot: Depot) -> None:
    depot.client.hset(depot.key("operations"), operation_at(depot, O_3), f"{O_3} {'0' * 20}")


def marker_of_nobody(depot: Depot) -> None:
    depot.client.hset(depot.key("operations"), "op-nobody", f"{O_3} {'0' * 20}")


def nonsense(depot: Depot) -> None:
    depot.client.hset(depot.key("operations"), "op-nonsense", "nonsense")


def operation_at(depot: Depot, revision: int) -> str:
    """Give the id of the operation of an entry."""
    (entry,) = depot.client.xrange(depot.key("ledger"), f"{revision}-0", f"{revision}-0")
    return str(json.loads(entry[1]["envelope"])["id"])


@pytest.mark.parametrize("spoil", [lost_marker, other_marker, marker_of_nobody, nonsense])
async def test_a_marker_that_is_missing_wrong_or_nobodys_is_named(
    day: World, depot: Depot, spoil: Callable[[Depot], None]
) -> None:
    spoil(depot)
    report = await depot.verify(with_archive=False)
    assert report.first is not None
    assert (report.first.revision, report.first.check) == (0 if spoil is nonsense else O_3, MARKERS)


async def test_a_marker_that_came_back_or_is_gone_behind_a_trimmed_entry_is_named(day: World, depot: Depot) -> None:
    operation_id = operation_at(depot, O_3)
    await depot.follow()
    await depot.trim(keep_newest=3)
    for spoilt in (f"{O_3} {'0' * 20}", None):
        if spoilt:
            depot.client.hset(depot.key("operations"), operation_id, spoilt)
        else:
            depot.client.hdel(depot.key("operations"), operation_id)
        report = await depot.verify()
        assert report.first is not None
        assert (report.first.revision, report.first.check) == (O_3, MARKERS)


def edited(name: str, field: str, old: str, new: str) -> Callable[[Depot], None]:
    """Change a text in a hash of the location."""

    def edit(depot: Depot) -> None:
        text = depot.client.hget(depot.key(name), field)
        assert old in text
        depot.client.hset(depot.key(name), field, text.replace(old, new, 1))

    return edit


@pytest.mark.parametrize(
    ("spoil", "figure"),
    [
        (edited("reservations", "O-3", '"B",4,0,0,4', '"B",4,0,1,3'), "allocated of B"),
        (edited("documents", "PO-2", '"A",7', '"A",8'), "incoming of A"),
        (edited("quotas", "A", "4", "5"), "ring_fenced of A"),
        (edited("stock_holds", "H-1", '"B"', '"C"'), "stock_holds of B"),
    ],
)
async def test_a_claim_that_was_changed_no_longer_adds_up_to_the_stock(
    day: World, depot: Depot, spoil: Callable[[Depot], None], figure: str
) -> None:
    spoil(depot)
    report = await depot.verify(with_archive=False)
    assert {each.check for each in report.findings} == {CLAIMS}
    assert any(figure in each.expected for each in report.findings), report.findings


async def test_a_reservation_that_is_gone_and_one_that_cannot_be_read_are_found(day: World, depot: Depot) -> None:
    depot.client.hdel(depot.key("reservations"), "O-3")
    report = await depot.verify(with_archive=False)
    assert any("of B" in each.expected for each in report.findings if each.check == CLAIMS)
    depot.client.hset(depot.key("reservations"), "O-3", "{")
    report = await depot.verify(with_archive=False)
    assert any("reservations O-3" in each.found for each in report.findings)


async def test_a_gate_may_go_on_writing_meanwhile(at: World, depot: Depot) -> None:
    """Each page of stock is of another revision, and orders come and go while they are scanned."""
    skus = [f"SKU-{number:04}" for number in range(1_200)]
    for first in range(0, len(skus), 400):
        await at.receive(*((sku, 1_000) for sku in skus[first : first + 400]))

    async def sell(seller: int) -> None:
        for number in range(10_000):
            order_id = f"O-{seller}-{number}"
            await at.reserve(order_id, ("1", skus[number % 7], 1), ("2", skus[(number * 31 + seller) % 1_200], 1))
            if number % 2:
                await at.release(order_id)

    sellers = [asyncio.create_task(sell(seller)) for seller in range(4)]
    try:
        for _ in range(3):
            await depot.follow(500)
            report = await depot.verify()
            assert report.ok, report.findings
            assert report.skus >= len(skus)
    finally:
        for each in sellers:
            each.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*sellers)
    assert await at.revision() > 100
    moved = await depot.verify()
    assert (moved.ok, moved.unchecked) == (True, [])


class Busy(Standing):
    """A store in which an order for A comes in whenever the claims are read."""

    def __init__(self, depot: Depot, at: World) -> None:
        super().__init__(depot.tools.store)
        self._at = at

    async def claims(self, location_id: str) -> AsyncGenerator[Claims, None]:
        await self._at.reserve(self._at.fresh_id(), ("1", "A", 1))
        async for each in super().claims(location_id):
            yield each


@pytest.mark.parametrize("spoilt", [False, True])
async def test_a_sku_that_moves_all_the_while_is_looked_at_at_one_moment(
    day: World, depot: Depot, *, spoilt: bool
) -> None:
    if spoilt:
        edited("reservations", "O-1", '"A",3,0,0,1', '"A",3,0,1,0')(depot)
    report = await Verification(HERE, None, depot.tools.journal, Busy(depot, day)).run()
    assert report.notes == ["1 SKUs moved all the while; what orders claim of them was looked at apart"]
    assert report.unchecked == []
    found = {each.expected.partition(",")[0] for each in report.findings}
    assert found == ({"0 allocated of A", "4 committed of A"} if spoilt else set())
