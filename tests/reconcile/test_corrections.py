"""What the policy does about variances, with a real ledger: each once, and named in the history and in the entry."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gate_service.app.ports import Call
from gate_service.app.reconcile.counting.turns import CountTurns
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.variances.compared import Found
from gate_service.app.reconcile.variances.corrections import Corrections
from gate_service.app.reconcile.variances.drafting import TO_DO, Draft
from gate_service.app.reconcile.variances.recording import Recorder
from gate_service.app.reconcile.variances.told import ToldVariances
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Unavailable
from gate_service.domain.operations import Operation, ReceiptLine, RecordReceipt
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Action, CountTask, CountTrigger, Variance
from gate_service.domain.reconcile.verbs import VarianceVerb, Wish, done
from gate_service.domain.vocabulary import Landing, OperationKind, Reason
from gate_service.ledger.ledger import RedisLedger
from gate_service.reconcile.records import RedisRecords
from gate_service.store.connect import connect
from tests.handoffs.maps import of
from tests.reconcile.drifting import compared, found

HERE = "EAST"
ASKS = Call("test", "wms-east")


class Killed(Exception):
    """The process was killed here."""


@dataclass
class KilledAfterwards:
    """A ledger whose process is killed once an operation stands in it."""

    ledger: RedisLedger

    async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
        await self.ledger.apply(operation, policy, call)
        raise Killed


@dataclass
class Desk:
    """A store with a ledger in it, and a policy."""

    records: RedisRecords
    ledger: RedisLedger
    corrections: Mapping[Cause, Action]

    @property
    def rules(self) -> ReconcileRules:
        return ReconcileRules(corrections=self.corrections)

    async def drift(self, number: int, *rows: Found) -> None:
        """Let a snapshot be recorded that differs so."""
        house = replace(of({"wms-east": {"role": "warehouse"}}), reconcile=self.rules)
        recorder = Recorder(self.records, lambda: house)
        told = compared(f"S{number}", 1)._replace(revision=number)
        standing = await recorder.standing(told.snapshot, ["on_hand", "available", "held"])
        known = {(row.difference.measure.name, row.difference.sku): row for row in rows}
        await recorder.record(told, [row._replace(stood=standing.get(key)) for key, row in known.items()])

    async def tick(self, ledger: Any = None) -> None:  # noqa: ANN401 - the ledger, or one that breaks
        ticker = Corrections(self.records, ledger or self.ledger, lambda: self.rules, Policy)
        await ticker.tick(await self.records.now_ms())

    async def count(self) -> None:
        await CountTurns(self.records, lambda: [HERE], lambda: self.rules.counting).tick(await self.records.now_ms())

    async def variances(self) -> list[Variance]:
        page = await self.records.page(Collection.VARIANCES, "all", 100)
        return [load(Variance, kept.text) for kept in page.records]

    async def steps(self) -> list[tuple[str, int]]:
        (variance,) = await self.variances()
        return [(step.step, step.revision) for step in variance.history]

    async def entries(self) -> list[Entry]:
        return [*(await self.ledger.entries(HERE, 2, 100, ASKS)).entries]

    async def tasks(self) -> list[CountTask]:
        page = await self.records.page(Collection.TASKS, f"open {HERE}", 100)
        return [load(CountTask, kept.text) for kept in page.records]


@pytest.fixture
async def desk(store_url: str) -> AsyncIterator[Desk]:
    store = connect(store_url)
    await store.call("FLUSHDB")
    ledger = RedisLedger.connect(store_url)
    received = (ReceiptLine("MUG", 40, Landing.AVAILABLE), ReceiptLine("PEN", 9, Landing.AVAILABLE))
    await ledger.apply(RecordReceipt("op-1", HERE, "", received), Policy(), ASKS)
    yield Desk(RedisRecords(store), ledger, {Cause.NOT_APPLIED: Action.PUSH, Cause.PHANTOM: Action.PROPOSE})
    await ledger.close()
    await store.close()


async def test_the_mirror_is_told_what_it_should_hold_by_an_entry_that_names_the_variance(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40))
    await desk.tick()
    (variance,) = await desk.variances()
    (entry,) = await desk.entries()
    assert (entry.kind, entry.variance_id) == (OperationKind.CORRECT_MIRROR, variance.variance_id)
    assert entry.operation_id == f"~correct/{variance.variance_id}/S1"
    told = json.loads(entry.body)
    assert (told["system"], told["sku"], told["measure"]) == ("wms-east", "MUG", "on_hand")
    assert (told["quantity"], told["reported"], told["as_of_revision"], told["snapshot_id"]) == (40, 35, 1, "S1")
    assert await desk.steps() == [("found", 0), ("pushed", entry.revision)]
    assert variance.state == "OPEN"


async def test_it_is_told_once_and_once_more_where_the_figure_changes(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40))
    for number in (2, 3):
        await desk.tick()
        await desk.drift(number, found("MUG", 35, 40))
    await desk.tick()
    assert len(await desk.entries()) == 1
    await desk.drift(4, found("MUG", 33, 40))
    await desk.tick()
    assert [json.loads(entry.body)["reported"] for entry in await desk.entries()] == [35, 33]
    assert [step for step, _ in await desk.steps()] == ["found", "pushed", "continued", "changed", "pushed"]
    assert await desk.records.size(Collection.VARIANCES, TO_DO) == 0


@pytest.mark.parametrize("cause", [Cause.NOT_APPLIED, Cause.PHANTOM])
async def test_whoever_is_killed_behind_the_entry_leaves_one_entry_and_one_step(desk: Desk, cause: Cause) -> None:
    await desk.drift(1, found("MUG", 35, 40, cause))
    with pytest.raises(Killed):
        await desk.tick(KilledAfterwards(desk.ledger))
    assert await desk.steps() == [("found", 0)]
    await desk.tick()
    (entry,) = await desk.entries()
    done = "pushed" if cause is Cause.NOT_APPLIED else "proposed"
    assert await desk.steps() == [("found", 0), (done, entry.revision)]


async def test_what_somebody_closes_while_it_is_done_says_that_it_was_done(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40))

    class ClosedMeanwhile:
        async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
            (kept,) = (await desk.records.page(Collection.VARIANCES, "all", 1)).records
            wish = Wish(VarianceVerb.RESOLVE, "wms-east", "kim", "mended")
            closed = done(load(Variance, kept.text), wish, 1)
            assert closed is not None
            draft = Draft()
            draft.variance(closed, kept.version)
            await desk.records.commit(draft.changes)
            return await desk.ledger.apply(operation, policy, call)

    await desk.tick(ClosedMeanwhile())
    (entry,) = await desk.entries()
    assert await desk.steps() == [("found", 0), ("resolved", 0), ("pushed", entry.revision)]
    assert await desk.records.size(Collection.VARIANCES, TO_DO) == 0


async def test_an_entry_of_before_is_found_again_where_a_snapshot_came_in_between(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40))
    with pytest.raises(Killed):
        await desk.tick(KilledAfterwards(desk.ledger))
    await desk.drift(2, found("MUG", 25, 30))
    await desk.tick()
    (entry,) = await desk.entries()
    assert (await desk.steps())[-1] == ("pushed", entry.revision)


async def test_a_correction_of_the_record_is_proposed_and_nothing_is_booked(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40, Cause.PHANTOM))
    await desk.tick()
    (variance,) = await desk.variances()
    (proposal,) = (await desk.ledger.proposals(HERE, 10, "", ASKS)).proposals
    assert [(line.sku, line.bucket, line.delta) for line in proposal.lines] == [("MUG", "on_hand", -5)]
    (entry,) = await desk.entries()
    assert (entry.kind, entry.variance_id) == (OperationKind.ADJUST_STOCK, variance.variance_id)
    assert variance.history[-1].note == f"proposal {proposal.proposal_id}: -5 on hand"
    (level,) = (await desk.ledger.stock(HERE, ["MUG"], ASKS)).levels
    assert level.on_hand == 40


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (found("MUG", 35, 40, Cause.DOUBLE_APPLIED), "DOUBLE_APPLIED is the mirror's fault"),
        (found("MUG", 35, 0, Cause.PHANTOM, measure="held"), "a figure of held does not say how many are on hand"),
    ],
)
async def test_where_the_record_is_right_nothing_is_proposed_and_the_history_says_so(
    desk: Desk, row: Found, why: str
) -> None:
    desk.corrections = dict.fromkeys(Cause, Action.PROPOSE)
    await desk.drift(1, row)
    await desk.tick()
    (variance,) = await desk.variances()
    assert variance.history[-1].step == "reported"
    assert why in variance.history[-1].note
    assert variance.action is Action.REPORT
    assert await desk.entries() == []


async def test_a_correction_that_the_ledger_refuses_is_reported(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40 * 10**9, Cause.PHANTOM))
    await desk.tick()
    (variance,) = await desk.variances()
    assert variance.history[-1].step == "reported"
    assert variance.history[-1].note.startswith("propose was refused: ")
    assert await desk.records.size(Collection.VARIANCES, TO_DO) == 0


async def test_a_count_is_asked_for_once_whoever_is_killed(desk: Desk) -> None:
    desk.corrections = {Cause.UNEXPLAINED: Action.COUNT, Cause.PHANTOM: Action.COUNT}
    for number in (1, 2):
        await desk.drift(number, found("MUG", 35, 40, Cause.UNEXPLAINED), found("PEN", 3, 9, Cause.PHANTOM))
        await desk.count()
    tasks = {task.sku: task for task in await desk.tasks()}
    triggers = {sku: task.trigger for sku, task in tasks.items()}
    assert triggers == {"MUG": CountTrigger.VARIANCE, "PEN": CountTrigger.PHANTOM}
    for variance in await desk.variances():
        assert tasks[variance.sku].variance_id == variance.variance_id
        asked = [step.note for step in variance.history if step.step == "count_asked"]
        assert asked == [f"count task {tasks[variance.sku].task_id}"]
        told = await ToldVariances(desk.records).told(variance)
        assert f"Have the shelf counted. Count {tasks[variance.sku].task_id} was asked for" in told


async def test_what_agrees_again_before_anything_was_done_is_left_alone(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40))
    recorder = Recorder(desk.records, lambda: None)
    told = compared("S2", 2)
    standing = await recorder.standing(told.snapshot, ["on_hand"])
    await recorder.record(told, [], [*standing.values()])
    await desk.tick()
    assert await desk.entries() == []
    assert [step for step, _ in await desk.steps()] == ["found", "gone"]


@dataclass
class ClosesOthers:
    """A ledger beside which somebody closes all that is still open, while it writes."""

    desk: Desk

    async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
        records = self.desk.records
        for kept in (await records.page(Collection.VARIANCES, "open", 100)).records:
            before = load(Variance, kept.text)
            if before.variance_id != getattr(operation, "variance_id", ""):
                after = done(before, Wish(VarianceVerb.RESOLVE, "wms-east", "ann", "seen to"), await records.now_ms())
                assert after is not None
                draft = Draft()
                draft.variance(after, kept.version)
                await records.commit(draft.changes)
        return await self.desk.ledger.apply(operation, policy, call)


async def test_nothing_is_done_any_more_about_what_was_closed_since_it_was_listed(desk: Desk) -> None:
    await desk.drift(1, found("MUG", 35, 40), found("PEN", 4, 9))
    await desk.tick(ClosesOthers(desk))
    (entry,) = await desk.entries()
    (left,) = [each for each in await desk.variances() if each.standing]
    assert entry.variance_id == left.variance_id
    await desk.tick()
    assert len(await desk.entries()) == 1


async def test_a_location_whose_part_of_the_store_is_away_keeps_no_other_one_from_its_turn(desk: Desk) -> None:
    await desk.ledger.apply(
        RecordReceipt("op-2", "WEST", "", (ReceiptLine("MUG", 4, Landing.AVAILABLE),)), Policy(), ASKS
    )
    await desk.drift(1, found("MUG", 35, 40), found("PEN", 4, 9))
    house = replace(of({"wms-east": {"role": "warehouse"}}), reconcile=desk.rules)
    west = compared("S2", 1)
    west = west._replace(snapshot=replace(west.snapshot, location_id="WEST"))
    await Recorder(desk.records, lambda: house).record(west, [found("MUG", 1, 4)])
    asked: list[str] = []

    class EastIsAway:
        async def apply(self, operation: Operation[Any], policy: Policy, call: Call) -> Any:  # noqa: ANN401 - any reply
            asked.append(operation.location_id)
            if operation.location_id == HERE:
                raise Unavailable(Reason.STORE_UNAVAILABLE, "it is away", 1)
            return await desk.ledger.apply(operation, policy, call)

    with pytest.raises(Unavailable):
        await desk.tick(EastIsAway())
    assert sorted(asked) == [HERE, "WEST"], "it is not waited for again and again"
    assert {(each.location_id, each.history[-1].step) for each in await desk.variances()} == {
        (HERE, "found"),
        ("WEST", "pushed"),
    }
