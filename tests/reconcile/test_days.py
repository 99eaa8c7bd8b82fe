"""What happened on which day is added up once, whoever is killed when, and in a record of bounded size."""

from __future__ import annotations

import pytest

from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.reporting.days import DayBook, FeedBook, FeedDay, at, feeds_at
from gate_service.domain import operations as ops
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.day_clock import Clock as Waves
from gate_service.domain.reconcile.days import COUNTS_KEPT, Day, What, day_of, median_minutes, total
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.vocabulary import Bucket, ShortReason
from gate_service.reconcile.follower import Follower
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.model import ModelLedger
from tests.reconcile.memory import MemoryRecords

HOUR_MS = 3_600_000


class Kept(World):
    """A location whose days are added up."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(ModelLedger(clock), clock)
        self.records = MemoryRecords(clock)
        self.restart()

    def restart(self) -> None:
        """Let another process go on."""
        self.follower = Follower(self.ledger, self.records, [DayBook(self.records)])

    async def days(self) -> list[Day]:
        """Follow to the end, and give what is kept."""
        while await self.follower.follow_all():
            pass
        page = await self.records.page(Collection.DAYS, at(self.location_id), 100)
        return [load(Day, each.text) for each in page.records]


@pytest.fixture
def kept() -> Kept:
    return Kept(Clock())


async def test_a_day_is_told_in_sums_from_order_to_parcel(kept: Kept) -> None:
    await kept.receive(("MUG", 10), ("CUP", 5))
    await kept.reserve("O-1", ("1", "MUG", 4))
    await kept.hold("O-2", ("1", "CUP", 3))
    await kept.confirm("O-2")
    with pytest.raises(Refused):
        await kept.reserve("O-3", ("1", "MUG", 99))
    wave = await kept.authorize(("O-1", "1", "MUG", 4), ("O-2", "1", "CUP", 3), ("O-9", "1", "CUP", 1))
    kept.clock.advance(HOUR_MS // 2)
    await kept.report(
        wave.permit_id, ("O-1", "1", "MUG", 3, 1, ShortReason.NOT_FOUND), ("O-2", "1", "CUP", 3, 0, ShortReason.NONE)
    )
    kept.clock.advance(HOUR_MS)
    await kept.ship("O-2", wave.permit_id)
    (day,) = await kept.days()
    told = {What(name): units for name, units in day.sums.items()}
    assert told == {
        What.ORDERS: 2,
        What.ORDER_UNITS: 7,
        What.HOLDS: 1,
        What.REFUSED_ORDERS: 1,
        What.REFUSED_UNITS: 99,
        What.WAVE_LINES: 3,
        What.WAVE_PICK: 2,
        What.WAVE_BLOCK: 1,
        What.PICK_LINES: 2,
        What.PICKED_UNITS: 6,
        What.SHORT_LINES: 1,
        What.SHORT_UNITS: 1,
        What.SHIPMENTS: 1,
        What.SHIPPED_UNITS: 3,
        What.SHIP_TIMED: 1,
        What.SHIP_MINUTES: 90,
        What.RECEIPTS: 1,
        What.RECEIVED_UNITS: 15,
    }
    assert day.reasons == {"NO_RESERVATION": 1}
    assert median_minutes(day.ship) == 120


async def test_a_committed_line_whose_units_are_gone_was_shown_and_is_not_there(kept: Kept) -> None:
    await kept.receive(("MUG", 5))
    await kept.reserve("O-1", ("1", "MUG", 5))
    await kept.adjust(("MUG", Bucket.ON_HAND, -3))
    await kept.authorize(("O-1", "1", "MUG", 5))
    (day,) = await kept.days()
    assert (day.get(What.NOT_THERE_LINES), day.get(What.NOT_THERE_UNITS)) == (1, 3)
    assert (day.get(What.ADJUSTMENTS), day.get(What.UNITS_DOWN), day.get(What.UNITS_UP)) == (1, 3, 0)


async def test_counts_are_kept_one_by_one_up_to_a_bound_and_summed_beyond_it(kept: Kept) -> None:
    skus = [f"S-{number:03}" for number in range(COUNTS_KEPT + 20)]
    for begin in range(0, len(skus), 80):
        part = skus[begin : begin + 80]
        await kept.receive(*((sku, 10) for sku in part))
        await kept.count(*((sku, 10 - (sku == "S-007")) for sku in part))
    (day,) = await kept.days()
    assert day.get(What.COUNTED_SKUS) == len(skus)
    assert day.get(What.COUNTED_WRONG) == 1
    assert len(day.counts) == COUNTS_KEPT
    assert [each for each in day.counts if each.counted != each.expected] == [("S-007", 9, 10)]


async def test_nothing_counts_twice_when_another_process_goes_on(kept: Kept) -> None:
    await kept.receive(("MUG", 100))
    for number in range(4):
        await kept.reserve(f"O-{number}", ("1", "MUG", 1))
        if number == 1:
            await kept.days()
            kept.restart()
    assert [day.get(What.ORDERS) for day in await kept.days()] == [4]


async def test_each_day_has_its_own_record_and_together_they_make_the_total(kept: Kept) -> None:
    await kept.receive(("MUG", 100))
    for number in range(3):
        kept.clock.advance(24 * HOUR_MS)
        await kept.reserve(f"O-{number}", ("1", "MUG", number + 1))
        kept.restart()
    days = await kept.days()
    assert [day.get(What.ORDERS) for day in days] == [0, 1, 1, 1]
    assert days == sorted(days, key=lambda day: day.day)
    assert total(days).get(What.ORDER_UNITS) == 6
    assert load(Day, dump(days[1])) == days[1]


def test_the_time_of_a_permit_is_found_between_the_waves_around_it() -> None:
    waves = Waves([])
    assert waves.add(10, 1_000_000)
    assert not waves.add(11, 1_000_500)
    assert waves.add(20, 2_000_000)
    now = (40, 3_000_000)
    assert waves.at_ms(10, now) == 1_000_000
    assert waves.at_ms(15, now) == 1_500_000
    assert waves.at_ms(30, now) == 2_500_000
    assert waves.at_ms(9, now) is None


async def test_what_feeds_absorbed_is_counted_by_difference(kept: Kept) -> None:
    await kept.receive(("MUG", 100))
    event = ops.SourceEvent("", "order", "O-1", "", "placed", 0)
    book = FeedBook(kept.records, kept.ledger)

    async def tell(times: int) -> None:
        for _ in range(times):
            order = ops.ReserveStock(
                kept.fresh_id(), kept.location_id, "O-1", "", 0, (ops.OrderLine("1", "MUG", 1),), source=event
            )
            await kept.apply(order)

    async def absorbed() -> list[int]:
        await book.tick(kept.clock.now_ms)
        page = await kept.records.page(Collection.DAYS, feeds_at(kept.location_id), 10)
        return [sum(feed.absorbed for feed in load(FeedDay, each.text).feeds.values()) for each in page.records]

    await tell(3)
    assert await absorbed() == [2]
    await tell(1)
    assert await absorbed() == [2], "it looks once a minute"
    kept.clock.advance(60_000)
    assert await absorbed() == [3]
    kept.clock.advance(60_000)
    assert await absorbed() == [3]
    kept.clock.advance(24 * HOUR_MS)
    await tell(2)
    assert await absorbed() == [3, 2]


async def test_days_leave_after_more_than_a_year(kept: Kept) -> None:
    await kept.receive(("MUG", 100))
    await kept.days()
    kept.clock.advance(402 * 24 * HOUR_MS)
    await kept.reserve("O-1", ("1", "MUG", 1))
    assert len(await kept.days()) == 2
    await FeedBook(kept.records, kept.ledger).tick(kept.clock.now_ms)
    assert [day.day for day in await kept.days()] == [day_of(kept.clock.now_ms)]
