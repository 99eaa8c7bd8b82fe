"""What becomes of variances when snapshots are compared, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.variances.compared import Stood
from gate_service.app.reconcile.variances.drafting import Draft
from gate_service.app.reconcile.variances.recording import Recorded, Recorder
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.lifecycle import HISTORY_KEPT
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Finding, FindingState, Variance, VarianceState
from gate_service.domain.reconcile.verbs import VarianceVerb, Wish, done
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.reconcile.drifting import HANDOFF, compared, found, snapshot

V = Collection.VARIANCES


@pytest.fixture
async def records(store_url: str) -> AsyncIterator[RedisRecords]:
    store = connect(store_url)
    await store.call("FLUSHDB")
    yield RedisRecords(store)
    await store.close()


@pytest.fixture
def recorder(records: RedisRecords) -> Recorder:
    return Recorder(records, lambda: None)


async def _of(records: RedisRecords, index: str = "all") -> list[Variance]:
    return [load(Variance, kept.text) for kept in (await records.page(V, index, 1_000)).records]


async def _findings(records: RedisRecords) -> list[Finding]:
    page = await records.page(Collection.FINDINGS, "all", 100)
    return [load(Finding, kept.text) for kept in page.records]


async def _stood(recorder: Recorder, sku: str = "MUG") -> Stood:
    return (await recorder.standing(snapshot("any"), ["on_hand"]))["on_hand", sku]


async def _events(records: RedisRecords) -> list[tuple[str, str]]:
    return [(each.event.type, each.event.subject_id) for each in await records.events("", 1_000)]


async def test_a_difference_opens_a_variance_that_is_found_wherever_one_looks(
    records: RedisRecords, recorder: Recorder
) -> None:
    assert await recorder.record(compared("S1", 7), [found("MUG", 35, 40)]) == Recorded(opened=1)
    (variance,) = await _of(records)
    assert variance.variance_id[0] == "V"
    assert (variance.difference, variance.state, variance.owner) == (-5, VarianceState.OPEN, "wms-east")
    assert (variance.revision, variance.revision_at_ms, variance.times_seen) == (7, 7_000, 1)
    assert [(step.step, step.snapshot_id) for step in variance.history] == [("found", "S1")]
    for index in ("open", "of EAST wms-east on_hand"):
        assert await _of(records, index) == [variance]
    assert await _events(records) == [("variance.opened", variance.variance_id)]


async def test_recording_the_same_again_changes_nothing(records: RedisRecords, recorder: Recorder) -> None:
    rows = [found(f"SKU-{number:04}", 1, 2) for number in range(900)]
    assert await recorder.record(compared("S1", 7), rows[:500]) == Recorded(opened=500)
    before, told = await _of(records), await _events(records)
    assert await recorder.record(compared("S1", 7), rows[:500]) == Recorded(opened=500)
    assert await _of(records) == before
    assert await _events(records) == told
    assert await recorder.record(compared("S1", 7), rows) == Recorded(opened=900)
    assert await records.size(V, "open") == 900


async def test_the_same_difference_goes_on_and_keeps_its_diagnosis(records: RedisRecords, recorder: Recorder) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    for number in range(2, 5):
        again = found("MUG", 25, 30, stood=await _stood(recorder))._replace(diagnosis=None)
        for _ in range(2):
            assert await recorder.record(compared(f"S{number}", 7 + number), [again]) == Recorded(continued=1)
    (variance,) = await _of(records)
    assert (variance.times_seen, variance.reported, variance.expected, variance.revision) == (4, 25, 30, 11)
    assert variance.diagnosis.handoff == HANDOFF
    assert [step.step for step in variance.history] == ["found", "continued"]
    assert [kind for kind, _ in await _events(records)] == ["variance.opened"]


async def test_another_difference_changes_the_variance_that_stands(records: RedisRecords, recorder: Recorder) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    other = found("MUG", 390, 40, Cause.DOUBLE_APPLIED, stood=await _stood(recorder), handoff="")
    for _ in range(2):
        assert await recorder.record(compared("S2", 9), [other]) == Recorded(continued=1)
    (variance,) = await _of(records)
    assert (variance.difference, variance.diagnosis.cause, variance.severity) == (350, Cause.DOUBLE_APPLIED, "HIGH")
    assert [(step.step, step.note) for step in variance.history][1:] == [("changed", "-5, now +350")]
    assert [kind for kind, _ in await _events(records)] == ["variance.opened", "variance.changed"]


async def test_what_nobody_could_explain_takes_the_diagnosis_that_comes_later(
    records: RedisRecords, recorder: Recorder
) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40, Cause.UNEXPLAINED, handoff="")])
    await recorder.record(compared("S2", 9), [found("MUG", 35, 40, Cause.PHANTOM, stood=await _stood(recorder))])
    (variance,) = await _of(records)
    assert variance.diagnosis.cause is Cause.PHANTOM
    assert variance.history[-1].note == "UNEXPLAINED, now PHANTOM"


@pytest.mark.parametrize("as_timing", [False, True])
async def test_a_snapshot_that_agrees_or_only_lags_ends_the_variance(
    records: RedisRecords, recorder: Recorder, *, as_timing: bool
) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    stood = await _stood(recorder)
    lagging = [found("MUG", 39, 40, Cause.TIMING, stood=stood), found("PEN", 1, 2, Cause.TIMING)]
    told = (lagging, []) if as_timing else ([], [stood])
    assert await recorder.record(compared("S2", 9), *told) == Recorded(resolved=1)
    assert await recorder.record(compared("S2", 9), *told) == Recorded()
    (variance,) = await _of(records)
    assert variance.state is VarianceState.RESOLVED
    assert variance.closed_at_ms > 0
    assert await _of(records, "closed") == [variance]
    assert await _of(records, "open") == await _of(records, "of EAST wms-east on_hand") == []
    assert await recorder.resolved_before(snapshot("S2")) == 1
    assert await recorder.resolved_before(snapshot("S1")) == 0


async def test_a_late_snapshot_and_one_of_an_older_entry_change_nothing(
    records: RedisRecords, recorder: Recorder
) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    before, stood = await _of(records), await _stood(recorder)
    rows = [found("MUG", 1, 40, stood=stood), found("PEN", 1, 2)]
    assert await recorder.record(compared("S0", 3, late=True), rows, [stood]) == Recorded()
    assert await recorder.record(compared("S0", 3), rows[:1], [stood]) == Recorded(continued=1)
    assert await _of(records) == before


async def _accept(records: RedisRecords) -> None:
    (kept,) = (await records.page(V, "all", 1)).records
    variance = load(Variance, kept.text)
    draft = Draft()
    draft.variance(replace(variance, state=VarianceState.ACCEPTED), kept.version)
    await records.commit(draft.changes, draft.events)


async def test_what_was_accepted_comes_back_only_with_another_figure(records: RedisRecords, recorder: Recorder) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    await _accept(records)
    await recorder.record(compared("S2", 8), [found("MUG", 25, 30, stood=await _stood(recorder))])
    (variance,) = await _of(records)
    assert (variance.state, variance.times_seen) == (VarianceState.ACCEPTED, 2)
    assert await _of(records, "open") == []
    await recorder.record(compared("S3", 9), [found("MUG", 24, 30, stood=await _stood(recorder))])
    (variance,) = await _of(records, "open")
    assert variance.state is VarianceState.OPEN
    assert variance.history[-1].note == "-5 was accepted, now -6"


async def test_what_somebody_closed_and_is_there_all_the_same_is_a_new_variance(
    records: RedisRecords, recorder: Recorder
) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    stood = await _stood(recorder)
    await recorder.record(compared("S2", 8), [], [stood])
    assert await recorder.record(compared("S3", 9), [found("MUG", 35, 40, stood=stood)]) == Recorded(opened=1)
    assert {each.state for each in await _of(records)} == {VarianceState.OPEN, VarianceState.RESOLVED}


async def _strike(recorder: Recorder, number: int, sku: str = "MUG", cause: Cause = Cause.NOT_APPLIED) -> None:
    """Let it drift, and agree again."""
    await recorder.record(compared(f"{sku}-{number}", number * 10), [found(sku, 35, 40, cause)])
    await recorder.record(compared(f"{sku}-{number}-ok", number * 10 + 1), [], [await _stood(recorder, sku)])


async def test_the_third_time_names_the_handoff_and_puts_its_variances_under_it(
    records: RedisRecords, recorder: Recorder
) -> None:
    await _strike(recorder, 1)
    await _strike(recorder, 2)
    await _strike(recorder, 3, cause=Cause.DOUBLE_APPLIED)
    assert await _findings(records) == []
    await _strike(recorder, 4)
    (finding,) = await _findings(records)
    struck = [each.variance_id for each in await _of(records) if each.diagnosis.cause is Cause.NOT_APPLIED]
    assert set(finding.variance_ids) == set(struck)
    assert len(struck) == 3
    assert (finding.kind, finding.subject, finding.state) == ("STRUCTURAL", HANDOFF, FindingState.OPEN)
    assert f"{HANDOFF} breaks again and again at EAST: NOT_APPLIED 3 times with MUG" in finding.text
    for number in range(5, 8):
        await _strike(recorder, number, "PEN")
    (finding,) = await _findings(records)
    assert len(finding.variance_ids) == 6
    assert [step.step for step in finding.history] == ["raised", "recurred"]
    kinds = [kind for kind, _ in await _events(records) if kind.startswith("finding")]
    assert kinds == ["finding.raised", "finding.changed"]


async def test_a_figure_that_gets_worse_counts_as_one_more_time_and_one_that_gets_better_does_not(
    records: RedisRecords, recorder: Recorder
) -> None:
    await recorder.record(compared("S1", 1), [found("MUG", 38, 40)])
    for number, reported in ((2, 36), (3, 39)):
        rows = [found("MUG", reported, 40, stood=await _stood(recorder))]
        await recorder.record(compared(f"S{number}", number), rows)
    assert await _findings(records) == []
    await recorder.record(compared("S4", 4), [found("MUG", 30, 40, stood=await _stood(recorder))])
    (finding,) = await _findings(records)
    assert len(finding.variance_ids) == 1


async def test_two_measures_of_one_snapshot_are_one_time(records: RedisRecords, recorder: Recorder) -> None:
    for number in (1, 2):
        rows = [found("MUG", 1, 40 + number), found("MUG", 1, 40 + number, measure="available")]
        await recorder.record(compared(f"S{number}", number), rows)
    assert await _findings(records) == []


async def test_history_stays_bounded_and_keeps_its_beginning(records: RedisRecords, recorder: Recorder) -> None:
    await recorder.record(compared("S0", 1), [found("MUG", 1, 100)])
    for number in range(1, HISTORY_KEPT + 5):
        rows = [found("MUG", number % 2 + 5, 100, stood=await _stood(recorder))]
        await recorder.record(compared(f"S{number}", number + 1), rows)
    (variance,) = await _of(records)
    assert len(variance.history) == HISTORY_KEPT
    assert variance.history[0].step == "found"
    assert variance.history[-1].snapshot_id == f"S{HISTORY_KEPT + 4}"


async def test_who_was_asked_by_hand_keeps_it_when_the_figure_changes(
    records: RedisRecords, recorder: Recorder
) -> None:
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    (kept,) = (await records.page(V, "all", 1)).records
    handed_over = done(load(Variance, kept.text), Wish(VarianceVerb.ASSIGN, "wms", "kim", owner="night shift"), 1)
    assert handed_over is not None
    draft = Draft()
    draft.variance(handed_over, kept.version)
    await records.commit(draft.changes)
    await recorder.record(compared("S2", 8), [found("MUG", 30, 40, stood=await _stood(recorder))])
    (variance,) = await _of(records)
    assert (variance.difference, variance.owner) == (-10, "night shift")


class Later(RedisRecords):
    """The same records at another time."""

    ahead_ms = 0

    async def now_ms(self) -> int:
        return await super().now_ms() + self.ahead_ms


@pytest.mark.parametrize(("days_apart", "findings"), [(44, 1), (46, 0)])
async def test_what_struck_three_times_in_more_than_ninety_days_is_no_broken_handoff(
    store_url: str, records: RedisRecords, days_apart: int, findings: int
) -> None:
    store = connect(store_url)
    for number in range(3):
        later = Later(store)
        later.ahead_ms = number * days_apart * DAY_MS
        await _strike(Recorder(later, lambda: None), number + 1)
    assert len(await _findings(records)) == findings
    await store.close()
