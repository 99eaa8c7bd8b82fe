"""Rows of SKUs that were merged are parts of one figure; any others of one SKU tell the same thing twice."""

from __future__ import annotations

from gate_service.domain.reconcile.records import BadRow, SnapshotState
from tests.contract.world import World
from tests.reconcile.mirroring import Mirroring

OLD, NEW = ("NEW", 5, "on_hand", "OLD"), ("NEW", 3)
"""Rows as a gate reads them after the merge."""


async def test_rows_of_both_skus_of_a_merge_are_added_up(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3), ("ZED", 1))
    await at.merge("OLD", "NEW")
    for number, whole in enumerate((True, False)):
        result = await mirrors.compared(f"S1-{number}", [OLD, NEW, ("ZED", 1)], whole=whole)
        assert (result.compared_count - result.agreed_count, result.opened_count) == (0, 0)
    await mirrors.compared("S2", [OLD, ("NEW", 4)])
    assert (await mirrors.open_variances())["NEW"].reported == 9


async def test_figures_of_a_moment_before_the_merge_are_compared_as_it_stood(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3))
    revision = (await at.receive(("ZED", 1))).applied.revision
    await at.merge("OLD", "NEW")
    for number, whole in enumerate((True, False)):
        result = await mirrors.compared(f"S1-{number}", [OLD, NEW, ("ZED", 1)], revision=revision, whole=whole)
        assert (result.compared_count, result.agreed_count) == (3, 3)


async def test_a_part_that_is_told_twice_with_another_figure_is_told_wrong(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3))
    await at.merge("OLD", "NEW")
    again = ("NEW", 6, "on_hand", "OLD")
    assert (await mirrors.ended("S1", [OLD, NEW, again])).state is SnapshotState.REFUSED
    assert (await mirrors.ended("S2", [OLD, NEW, ("NEW", 4)])).state is SnapshotState.REFUSED
    told = await mirrors.ended("S3", [OLD, NEW, again], skip_bad_rows=True)
    assert told.result is not None
    assert told.result.compared_count == 0, "the sum of what is not known is not known"
    assert (await mirrors.compared("S4", [OLD, NEW, OLD])).agreed_count == 1


async def test_where_one_part_was_left_out_the_other_says_nothing_of_the_sum(at: World, mirrors: Mirroring) -> None:
    await at.receive(("OLD", 5), ("NEW", 3))
    await at.merge("OLD", "NEW")
    bad = (BadRow(1, "OLD", "quantity", "is below 0", meant="NEW", merged_from="OLD"),)
    result = await mirrors.compared("S1", [NEW], skip_bad_rows=True, bad_rows=bad)
    assert (result.compared_count, result.opened_count) == (0, 0)
