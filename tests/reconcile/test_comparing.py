"""A snapshot is held against the gate's own balance at the snapshot's moment, whatever happens meanwhile."""

from __future__ import annotations

import asyncio

from gate_service.app.reconcile.ports import Collection
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import BadRow, SnapshotState, Variance
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.reconcile.mirroring import Mirroring

DAY_MS = 86_400_000


async def test_what_the_mirror_says_right_is_no_drift_and_what_it_says_wrong_is_one(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    result = await mirrors.compared("S1", {"MUG": 10, "CAP": 3, "HAT": 2})
    assert (result.compared_count, result.agreed_count, result.opened_count) == (3, 1, 2)
    found = await mirrors.open_variances()
    assert {sku: (each.reported, each.expected) for sku, each in found.items()} == {"CAP": (3, 4), "HAT": (2, 0)}
    assert (await mirrors.mirror()).newest_snapshot_id == "S1"


async def test_orders_in_flight_are_no_drift(at: World, mirrors: Mirroring) -> None:
    """Goods come and leave before, while and after the snapshot is compared; not one figure is off."""
    skus = [f"SKU-{number:03}" for number in range(600)]
    for first in range(0, len(skus), 100):
        await at.receive(*((sku, 50) for sku in skus[first : first + 100]))
    figures = await mirrors.on_hand()
    revision = (await at.receive(("LAST", 1))).applied.revision - 1
    stop, under_way = asyncio.Event(), asyncio.Event()
    written = 0

    async def go_on() -> None:
        nonlocal written
        while not stop.is_set():
            at.clock.advance(1)
            sku = skus[written * 7 % len(skus)]
            await at.receive((sku, 3), (f"NEW-{written}", 1))
            await at.reserve(f"O-{written}", ("1", sku, 2))
            await at.ship_foreign(f"O-{written}", shipment_id=f"P-{written}")
            written += 1
            under_way.set()

    working = asyncio.create_task(go_on())
    await under_way.wait()
    during = written
    for number in range(4):
        result = await mirrors.compared(f"S{number}", figures, revision=revision, whole=number % 2 == 0)
        assert (result.revision, result.agreed_count, result.causes) == (revision, result.compared_count, {})
    assert written > during, "nothing was in flight"
    stop.set()
    await working
    assert await mirrors.open_variances() == {}


async def test_one_unit_that_is_wrong_is_found_under_all_that_is_in_flight(at: World, mirrors: Mirroring) -> None:
    revision = (await at.receive(("MUG", 10), ("CAP", 4))).applied.revision
    await at.receive(("MUG", 5), ("CAP", 5))
    await at.reserve("O-1", ("1", "MUG", 3))
    await at.ship_foreign("O-1")
    await mirrors.compared("S1", {"MUG": 10, "CAP": 5}, revision=revision)
    assert [*await mirrors.open_variances()] == ["CAP"]


async def test_of_a_part_what_is_not_named_says_nothing_and_of_a_whole_it_says_none(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4), ("GONE", 1))
    await at.reserve("O-1", ("1", "GONE", 1))
    await at.ship_foreign("O-1")
    part = await mirrors.compared("S1", {"MUG": 10})
    assert (part.compared_count, part.opened_count) == (1, 0)
    whole = await mirrors.compared("S2", {"MUG": 10}, whole=True)
    assert (whole.compared_count, whole.agreed_count) == (3, 2), "of what is gone there is none on both sides"
    assert [*await mirrors.open_variances()] == ["CAP"]


async def test_commitments_that_the_mirror_has_taken_off_are_taken_off_the_gates_figure_too(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    await at.reserve("O-1", ("1", "MUG", 3))
    await at.hold("O-2", ("1", "MUG", 2))
    result = await mirrors.compared("S1", {"MUG": 7}, deducts=("committed",))
    assert result.agreed_count == 1
    result = await mirrors.compared("S2", {"MUG": 5}, deducts=("committed", "held"))
    assert result.agreed_count == 1
    result = await mirrors.compared("S3", {"MUG": 5}, measure="available", deducts=("committed",))
    assert result.agreed_count == 1, "what a measure takes off anyhow is taken off once"


async def test_what_agrees_again_is_over_and_what_differs_as_before_goes_on(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10), ("CAP", 4), ("HAT", 1))
    first = await mirrors.compared("S1", {"MUG": 9, "CAP": 3, "HAT": 5})
    assert first.opened_count == 3
    second = await mirrors.compared("S2", {"MUG": 10, "CAP": 3}, whole=True)
    assert (second.opened_count, second.continued_count, second.resolved_count) == (0, 2, 1)
    assert {sku: each.reported for sku, each in (await mirrors.open_variances()).items()} == {"CAP": 3, "HAT": 0}


async def test_rows_that_contradict_each_other_refuse_the_whole_or_are_left_out(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    rows = [("MUG", 10), ("CAP", 4), ("CAP", 4), ("MUG", 7)]
    strict = await mirrors.ended("S1", rows)
    assert (strict.state, strict.bad_row_count, [row.row for row in strict.bad_rows]) == (SnapshotState.REFUSED, 1, [3])
    assert "another value" in strict.problem
    assert await mirrors.open_variances() == {}
    lenient = await mirrors.ended("S2", rows, skip_bad_rows=True, whole=True)
    assert lenient.result is not None
    assert (lenient.result.compared_count, lenient.result.agreed_count) == (1, 1), "of MUG nothing is believed"
    assert (lenient.bad_row_count, lenient.repeated_row_count) == (1, 1)


async def test_a_row_that_was_left_out_of_a_whole_snapshot_does_not_count_as_none(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10), ("CAP", 4))
    bad = (BadRow(1, "CAP", "quantity", "is no number"),)
    result = await mirrors.compared("S1", {"MUG": 10}, whole=True, skip_bad_rows=True, bad_rows=bad)
    assert (result.compared_count, result.agreed_count) == (1, 1)


async def test_a_mirror_that_is_behind_by_a_few_entries_raises_nothing(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    for number in range(30):
        await at.receive((f"SKU-{number}", 10))
        clock.advance(1_000)
    taken = await mirrors.on_hand()
    for number in range(25, 30):
        await at.receive((f"SKU-{number}", 2))
        clock.advance(1_000)
    result = await mirrors.compared("S1", taken, at_ms=clock.now_ms, whole=True)
    assert (result.timing_count, result.opened_count, result.causes) == (5, 0, {})
    assert (result.lag_entries, result.lag_ms) == (5, 5_000)
    assert (await mirrors.mirror()).lags_ms == (5_000,)
    assert await mirrors.open_variances() == {}


async def test_the_event_that_the_mirror_never_took_is_named(at: World, mirrors: Mirroring, clock: Clock) -> None:
    for number in range(20):
        await at.receive((f"SKU-{number}", 10 + number))
        clock.advance(60_000)
    missed = (await at.receive(("SKU-3", 7))).applied.revision
    for number in range(20):
        clock.advance(60_000)
        await at.receive((f"SKU-{number}", 1))
    figures = await mirrors.on_hand()
    result = await mirrors.compared("S1", {**figures, "SKU-3": figures["SKU-3"] - 7}, at_ms=clock.now_ms, whole=True)
    assert result.causes == {Cause.NOT_APPLIED: 1}
    diagnosis = (await mirrors.open_variances())["SKU-3"].diagnosis
    assert missed in [evidence.revision for evidence in diagnosis.evidence]


async def test_a_sku_that_was_merged_since_is_compared_as_it_stood(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3))
    revision = (await at.receive(("ZED", 1))).applied.revision
    await at.merge("OLD", "NEW")
    await at.receive(("NEW", 4))
    for number, whole in enumerate((True, False)):
        figures = {"OLD": 5, "NEW": 3, "ZED": 1}
        result = await mirrors.compared(f"S1-{number}", figures, revision=revision, whole=whole)
        assert (result.compared_count, result.agreed_count) == (3, 3)
    assert (await mirrors.compared("S1-2", {"OLD": 5}, revision=revision)).agreed_count == 1
    now = await mirrors.compared("S2", {"NEW": 12, "ZED": 1}, whole=True)
    assert now.agreed_count == now.compared_count


async def test_a_row_may_be_of_another_measure_than_the_snapshot(at: World, mirrors: Mirroring) -> None:
    await at.receive(("MUG", 10))
    await at.reserve("O-1", ("1", "MUG", 3))
    result = await mirrors.compared(
        "S1", [("MUG", 10), ("MUG", 2, "committed"), ("MUG", 7, "available")], deducts=("committed",)
    )
    assert (result.compared_count, result.agreed_count) == (3, 1), (
        "what is deducted is so of the snapshot's own measure"
    )
    found = await mirrors.means.records.page(Collection.VARIANCES, "open", 10)
    told = {each.measure: each.difference for each in (load(Variance, kept.text) for kept in found.records)}
    assert told == {"on_hand": 3, "committed": -1}


async def test_two_codes_that_are_easily_taken_for_one_another_are_named_together(
    at: World, mirrors: Mirroring, clock: Clock
) -> None:
    await at.receive(*((f"MUG-{number}", 20) for number in range(100, 140)))
    clock.advance(3_600_000)
    await at.receive(("MUG-117", 6))
    clock.advance(3_600_000)
    for number in range(100, 140):
        await at.receive((f"MUG-{number}", 1))
    figures = await mirrors.on_hand()
    wrong = {**figures, "MUG-117": figures["MUG-117"] - 6, "MUG-171": 6}
    result = await mirrors.compared("S1", wrong, at_ms=clock.now_ms, whole=True)
    assert result.causes == {Cause.WRONG_SKU: 2}


async def test_rows_that_are_gone_are_said_and_keep_no_other_snapshot_from_its_turn(
    at: World, mirrors: Mirroring
) -> None:
    await at.receive(("MUG", 10))
    lost = await mirrors.tell("S1", {"MUG": 10}, received_rows=2)
    sound = await mirrors.tell("S2", {"MUG": 10})
    await mirrors.compare()
    assert (await mirrors.snapshot(lost)).state is SnapshotState.REFUSED
    assert "rows are not there" in (await mirrors.snapshot(lost)).problem
    assert (await mirrors.snapshot(sound)).state is SnapshotState.COMPARED
