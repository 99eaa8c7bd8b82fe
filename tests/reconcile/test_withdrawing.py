"""A snapshot that is refused in the midst of being compared leaves nothing behind, and nobody opens a figure twice."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Change, Collection, Event
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.app.reconcile.variances.variances import VarianceDesk
from gate_service.app.reconcile.variances.withdrawing import withdraw
from gate_service.bootstrap.reconciling_parts import comparer
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.lifecycle import HISTORY_KEPT, decided_by, with_step
from gate_service.domain.reconcile.records import Mirror, Snapshot, SnapshotState, Step, Variance, VarianceState
from gate_service.domain.reconcile.recurring import Recurrence
from gate_service.domain.reconcile.verbs import VarianceVerb, Wish
from gate_service.reconcile.comparing import _State
from gate_service.reconcile.pausing import TRIES_MAX, Pauses
from gate_service.reconcile.records import RedisRecords
from gate_service.reconcile.rows import RedisRows
from gate_service.store.connect import connect
from tests.contract.world import World
from tests.reconcile.drifting import compared, found, snapshot
from tests.reconcile.mirroring import Mirroring

V = Collection.VARIANCES
PERSON = Call("test", "wms-east", "kim", own=True)


class _Killed(BaseException):
    """Somebody pulled the plug."""


@pytest.fixture
async def records(store_url: str) -> AsyncIterator[RedisRecords]:
    store = connect(store_url)
    await store.call("FLUSHDB")
    yield RedisRecords(store)
    await store.close()


async def _all(records: RedisRecords) -> dict[str, Variance]:
    page = await records.page(V, "all", 1_000)
    return {each.sku: each for each in (load(Variance, kept.text) for kept in page.records)}


async def test_what_a_killed_run_has_recorded_is_taken_back_where_its_snapshot_is_refused(
    at: World, mirrors: Mirroring, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at.receive(("SAME", 10), ("GROWS", 10), ("ENDS", 10), ("FRESH", 10))
    await mirrors.compared("S1", {"SAME": 9, "GROWS": 9, "ENDS": 9, "FRESH": 10}, whole=True)
    before = await _all(mirrors.means.records)
    record_id = await mirrors.tell("S2", {"SAME": 9, "GROWS": 5, "ENDS": 10, "FRESH": 7}, whole=True)

    async def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(_State, "end", killed)
        with pytest.raises(_Killed):
            await mirrors.compare()
    half = await _all(mirrors.means.records)
    assert half["ENDS"].state is VarianceState.RESOLVED
    assert (half["GROWS"].difference, half["FRESH"].state) == (-5, VarianceState.OPEN)
    told = await mirrors.snapshot(record_id)
    await RedisRows(mirrors.means.store).drop(told)
    await mirrors.compare()
    assert (await mirrors.snapshot(record_id)).state is SnapshotState.REFUSED
    after = await _all(mirrors.means.records)
    assert (after["FRESH"].state, after["FRESH"].history[-1].step) == (VarianceState.RESOLVED, "withdrawn")
    assert {*await mirrors.open_variances()} == {"SAME", "GROWS", "ENDS"}
    for sku, was in before.items():
        now = after[sku]
        assert now.history[-1].step == "withdrawn"
        assert (now.difference, now.snapshot_id, now.times_seen) == (was.difference, "S1", 1)
        assert (now.state, now.severity, now.diagnosis) == (was.state, was.severity, was.diagnosis)
        assert decided_by(now) == "S1"
    again = await mirrors.compared("S3", {"SAME": 9, "GROWS": 5, "ENDS": 10, "FRESH": 7}, whole=True)
    assert (again.opened_count, again.continued_count, again.resolved_count) == (1, 2, 1)


async def test_what_somebody_did_since_stays_done_though_the_snapshot_is_taken_back(records: RedisRecords) -> None:
    recorder, desk = Recorder(records, lambda: None), VarianceDesk(records, Access(enforced=False))
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    stood = await recorder.standing(snapshot("S2"), ["on_hand"])
    await recorder.record(compared("S2", 8), [found("MUG", 30, 40, stood=stood["on_hand", "MUG"])])
    variance = (await _all(records))["MUG"]
    wish = Wish(VarianceVerb.ACKNOWLEDGE, "wms-east", "kim")
    await desk.change(variance.variance_id, wish, 0, PERSON)
    assert await withdraw(records, snapshot("S2")) == 1
    after = (await _all(records))["MUG"]
    assert (after.difference, after.state) == (-5, VarianceState.ACKNOWLEDGED)
    assert await withdraw(records, snapshot("S2")) == 0, "there is nothing to be taken back any more"


async def test_a_time_that_was_taken_back_does_not_count_against_the_handoff(records: RedisRecords) -> None:
    await Recorder(records, lambda: None).record(compared("S1", 7), [found("MUG", 35, 40)])
    await withdraw(records, snapshot("S1"))
    (kept,) = await records.get(Collection.RECURRENCES, ["EAST wms-east MUG"])
    assert kept is not None
    assert load(Recurrence, kept.text).seen == ()


class _Before(ABC):
    """Records before whose first commit of a kind something else happens."""

    def __init__(self, records: RedisRecords) -> None:
        self._records = records
        self.first = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._records, name)

    @abstractmethod
    async def happens(self) -> None:
        """Do what comes in between."""

    async def commit(self, changes: Sequence[Change], events: Sequence[Event] = ()) -> None:
        if self.first:
            self.first = False
            await self.happens()
        await self._records.commit(changes, events)


async def _closed(records: RedisRecords) -> str:
    recorder = Recorder(records, lambda: None)
    await recorder.record(compared("S1", 7), [found("MUG", 35, 40)])
    variance = (await _all(records))["MUG"]
    wish = Wish(VarianceVerb.RESOLVE, "wms-east", "kim", "mended")
    await VarianceDesk(records, Access(enforced=False)).change(variance.variance_id, wish, 0, PERSON)
    return variance.variance_id


async def _standing(records: RedisRecords) -> list[str]:
    page = await records.page(V, "of EAST wms-east on_hand", 100)
    return [kept.record_id for kept in page.records]


REOPEN = Wish(VarianceVerb.REOPEN, "wms-east", "kim")


async def test_one_that_opens_while_another_is_opened_again_leaves_one(records: RedisRecords) -> None:
    closed = await _closed(records)

    class Opens(_Before):
        async def happens(self) -> None:
            await Recorder(records, lambda: None).record(compared("S2", 8), [found("MUG", 34, 40)])

    with pytest.raises(Refused) as no:
        await VarianceDesk(Opens(records), Access(enforced=False)).change(closed, REOPEN, 0, PERSON)  # type: ignore[arg-type]
    (stands,) = await _standing(records)
    assert stands != closed
    assert (no.value.reason, no.value.metadata["stands"]) == ("VARIANCE_CLOSED", stands)


@pytest.mark.parametrize("when", ["as it commits", "since it looked"])
async def test_one_that_is_opened_again_while_a_snapshot_is_compared_is_gone_on_with(
    records: RedisRecords, when: str
) -> None:
    closed = await _closed(records)

    class OpensAgain(_Before):
        async def happens(self) -> None:
            await VarianceDesk(records, Access(enforced=False)).change(closed, REOPEN, 0, PERSON)

    between = OpensAgain(records)
    if when == "since it looked":
        between.first = False
        await between.happens()
    recorder = Recorder(between, lambda: None)  # type: ignore[arg-type]
    recorded = await recorder.record(compared("S2", 8), [found("MUG", 34, 40)])
    assert (recorded.opened, recorded.continued) == (0, 1)
    assert await _standing(records) == [closed]
    assert (await _all(records))["MUG"].difference == -6


async def test_by_what_it_was_decided_is_known_however_much_was_done_since(records: RedisRecords) -> None:
    history: tuple[Step, ...] = (Step(1, "found", snapshot_id="S1"), Step(2, "changed", snapshot_id="S2"))
    for number in range(3 * HISTORY_KEPT):
        history = with_step(history, Step(number, "noted", "erp", "kim", f"note {number}"))
    assert len(history) == HISTORY_KEPT
    assert [step.step for step in history[:3]] == ["found", "changed", "noted"]
    assert history[-1].note == f"note {3 * HISTORY_KEPT - 1}"


async def test_a_snapshot_that_always_fails_is_told_once_tried_ever_less_often_and_refused_in_the_end(
    at: World, mirrors: Mirroring, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at.receive(("MUG", 10), ("CAP", 10))
    record_id = await mirrors.tell("S1", {"MUG": 9})
    told: list[tuple[str, str | None]] = []
    now_s = [0.0]
    comparing = comparer(mirrors.means, lambda *what: told.append(what))
    monkeypatch.setattr(comparing, "_pauses", Pauses(lambda: now_s[0]))
    tries: list[float] = []

    async def broken(self: _State, *_: object) -> None:
        tries.append(now_s[0])
        raise ValueError(f"secret {len(tries)}")

    with monkeypatch.context() as patched:
        patched.setattr("gate_service.reconcile.comparing.COMPARED", None)
        end = _State.end

        async def ends(self: _State, snapshot: Snapshot, event: str, mirrors_: Sequence[Mirror] = ()) -> None:
            await (end if event else broken)(self, snapshot, event, mirrors_)

        patched.setattr(_State, "end", ends)
        while (await mirrors.snapshot(record_id)).state is not SnapshotState.REFUSED:
            await comparing.compare_waiting()
            now_s[0] += 2 if len(tries) < 3 else 30
            assert now_s[0] < 86_400
    pauses = [after - before for before, after in pairwise(tries)]
    assert len(tries) == TRIES_MAX
    assert pauses == sorted(pauses)
    assert pauses[0] <= 4
    assert 3_600 < tries[-1] < 6 * 3_600
    assert told == [(record_id, "ValueError: secret 1"), (record_id, None)]
    snapshot = await mirrors.snapshot(record_id)
    assert f"{TRIES_MAX} times" in snapshot.problem
    assert "secret" not in snapshot.problem
    assert await mirrors.open_variances() == {}, "what it had recorded is taken back"
    assert (await mirrors.compared("S2", {"CAP": 10})).agreed_count == 1
