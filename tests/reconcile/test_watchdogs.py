"""Each watchdog on the clock of the test: it raises at its deadline and not before, once, and clears by itself."""

from __future__ import annotations

import pytest

from gate_service.domain.errors import Unavailable
from gate_service.domain.reconcile.records import Finding, FindingKind
from gate_service.domain.vocabulary import Reason, ShortReason
from tests.contract.clock import Clock
from tests.reconcile.memory import DEADLINE_MS, Watched


@pytest.fixture
def at() -> Watched:
    return Watched(Clock())


def kinds(findings: list[Finding]) -> list[tuple[FindingKind, str]]:
    return sorted((each.kind, each.subject) for each in findings)


async def wave(at: Watched, *orders: str, units: int = 2, ttl_ms: int = 3_600_000) -> str:
    """Release orders of so many units of A each to be picked; give the permit."""
    await at.receive(("A", units * len(orders)))
    for order_id in orders:
        await at.reserve(order_id, ("1", "A", units))
    return (await at.authorize(*((each, "1", "A", units) for each in orders), permit_ttl_ms=ttl_ms)).permit_id


async def test_a_wave_that_nobody_picks_is_raised_at_its_deadline_once_whoever_looks(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    assert await at.look() == []
    assert await at.later(DEADLINE_MS - 1) == []
    at.restart()
    (found,) = await at.later(1)
    assert (found.kind, found.subject, found.system, found.owner) == (
        FindingKind.WAVE_WITHOUT_PICK,
        permit_id,
        "wms-east",
        "Floor",
    )
    assert "2 units" in found.text
    assert permit_id in found.text
    at.restart()
    assert await at.later(DEADLINE_MS) == [found]
    assert await at.told() == ["finding.raised"]


async def test_a_wave_is_over_once_all_of_it_was_picked_or_reported_short(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.later(DEADLINE_MS)
    await at.report(permit_id, ("O-1", "1", "A", 1, 1, ShortReason.NOT_FOUND))
    assert await at.look() == []
    assert [each.subject for each in await at.cleared()] == [permit_id]
    assert await at.told() == ["finding.raised", "finding.cleared"]
    await at.ship("O-1", permit_id)
    assert await at.later(2 * DEADLINE_MS) == []


async def test_a_wave_of_which_a_part_is_picked_has_its_time_anew_for_the_rest(at: Watched) -> None:
    permit_id = await wave(at, "O-1", "O-2")
    (before,) = await at.later(DEADLINE_MS)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship("O-1", permit_id)
    assert await at.look() == []
    assert await at.later(DEADLINE_MS - 1) == []
    (after,) = await at.later(1)
    assert after.subject == permit_id
    assert after.finding_id != before.finding_id
    assert "2 units" in after.text


async def test_a_report_that_is_refused_is_no_progress(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.later(DEADLINE_MS)
    await at.refused(at.pick(permit_id, ("O-1", "1", "A", 3)), Reason.PICK_EXCEEDS_PERMIT)
    assert kinds(await at.look()) == [(FindingKind.WAVE_WITHOUT_PICK, permit_id)]


async def test_a_permit_that_ran_out_is_awaited_no_more(at: Watched) -> None:
    await wave(at, "O-1", ttl_ms=DEADLINE_MS + 5)
    assert len(await at.later(DEADLINE_MS)) == 1
    at.clock.advance(5)
    await at.ledger.sweep(at.location_id)
    assert await at.look() == []


async def test_a_wave_is_over_when_all_of_it_left_without_a_word_of_picking(at: Watched) -> None:
    permit_id = await wave(at, "O-1", "O-2")
    await at.ship("O-1", permit_id, ("1", "A", 2))
    await at.ship_foreign("O-2")
    assert await at.later(2 * DEADLINE_MS) == []


async def test_picked_units_that_do_not_leave_are_raised_and_cleared_by_the_parcel(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert (found.kind, found.subject) == (FindingKind.PICKED_WITHOUT_SHIPMENT, f"O-1 {permit_id}")
    at.restart()
    await at.ship("O-1", permit_id)
    assert await at.look() == []
    assert await at.told() == ["finding.raised", "finding.cleared"]


async def test_of_what_was_picked_the_part_that_did_not_leave_is_raised(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=5)
    await at.pick(permit_id, ("O-1", "1", "A", 5))
    await at.later(DEADLINE_MS // 2)
    await at.ship("O-1", permit_id, ("1", "A", 3))
    assert await at.later(DEADLINE_MS - 1) == []
    (found,) = await at.later(1)
    assert "2 units of order O-1" in found.text
    await at.ship_foreign("O-1", ("1", "A", 2), shipment_id="parcel-2")
    assert await at.look() == []


async def test_without_a_permit_the_oldest_picks_of_the_order_leave_first(at: Watched) -> None:
    await at.receive(("A", 4))
    await at.reserve("O-1", ("1", "A", 2), ("2", "A", 2))
    for line_id in ("1", "2"):
        permit_id = (await at.authorize(("O-1", line_id, "A", 2))).permit_id
        await at.pick(permit_id, ("O-1", line_id, "A", 2))
    await at.ship_foreign("O-1", ("1", "A", 2))
    assert kinds(await at.later(DEADLINE_MS)) == [(FindingKind.PICKED_WITHOUT_SHIPMENT, f"O-1 {permit_id}")]


async def test_who_goes_on_picking_for_a_parcel_has_time_for_it_anew(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=4)
    await at.pick(permit_id, ("O-1", "1", "A", 1))
    assert len(await at.later(DEADLINE_MS)) == 2
    await at.pick(permit_id, ("O-1", "1", "A", 3))
    assert await at.look() == []
    (found,) = await at.later(DEADLINE_MS)
    assert "4 units of order O-1" in found.text


async def test_the_same_parcel_told_twice_is_one_parcel(at: Watched) -> None:
    permit_id = await wave(at, "O-1", units=4)
    await at.pick(permit_id, ("O-1", "1", "A", 4))
    for _ in range(2):
        await at.ship("O-1", permit_id, ("1", "A", 2))
    (found,) = await at.later(DEADLINE_MS)
    assert "2 units" in found.text


async def test_a_process_that_lost_its_turn_raises_nothing_that_is_over(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.look()
    former = at.watching
    at.restart()
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.ship("O-1", permit_id)
    assert await at.later(DEADLINE_MS) == []
    for _ in range(2):
        assert await at.look(former) == []
    assert await at.told() == []


async def test_what_cannot_be_kept_for_now_is_raised_the_next_time(
    at: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable(Reason.STORE_UNAVAILABLE, "the store is away", 1)

    await wave(at, "O-1")
    await wave(at, "O-2")
    await at.look()
    at.clock.advance(DEADLINE_MS)
    monkeypatch.setattr(at.records, "commit", away)
    with pytest.raises(Unavailable):
        await at.watching.tick(at.clock.now_ms)
    monkeypatch.undo()
    assert len(await at.look()) == 2


async def test_a_merged_sku_is_awaited_under_its_new_name(at: Watched) -> None:
    permit_id = await wave(at, "O-1")
    await at.receive(("B", 1))
    await at.look()
    await at.merge("A", "B")
    await at.pick(permit_id, ("O-1", "1", "B", 2))
    await at.ship("O-1", permit_id)
    assert await at.later(2 * DEADLINE_MS) == []
