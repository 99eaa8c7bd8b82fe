"""What people read about a variance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate_service.domain.reconcile.causes import Cause, Diagnosis, Evidence, Proof
from gate_service.domain.reconcile.explaining import explain
from gate_service.domain.reconcile.records import (
    Action,
    CountTask,
    CountTaskState,
    CountTrigger,
    Severity,
    Step,
    Variance,
    VarianceState,
)

_NOON_MS = 1_291_377_600_000
"""2010-12-03 12:00 UTC."""


def standing(
    diagnosis: Diagnosis, state: VarianceState = VarianceState.OPEN, action: Action = Action.REPORT
) -> Variance:
    return Variance(
        variance_id="V1",
        system="wms-east",
        location_id="east",
        sku="MUG",
        measure="on_hand",
        reported=140,
        expected=200,
        revision=1_234,
        revision_at_ms=_NOON_MS,
        snapshot_id="S1",
        diagnosis=diagnosis,
        severity=Severity.HIGH,
        owner="inbound",
        opened_at_ms=_NOON_MS,
        due_at_ms=_NOON_MS + 1,
        times_seen=3,
        state=state,
        action=action,
    )


MISSED = Diagnosis(
    Cause.NOT_APPLIED,
    96,
    -60,
    "netsuite → wms-east: record_receipt",
    (Evidence(Proof.ENTRY, "record receipt PO-7 (on_hand +60) was never taken", 1_200, _NOON_MS - 3_600_000),),
)


def test_it_says_what_each_side_says_since_when_which_event_which_handoff_what_next_and_how_sure() -> None:
    assert explain(standing(MISSED)) == (
        "wms-east reports 140 of MUG at east (on_hand), and by our ledger it was 200 after entry 1,234: 60 too few. "
        "It was found on 2010-12-03 12:00 UTC, and 3 snapshots have told it. "
        "It lacks an event: record receipt PO-7 (on_hand +60) was never taken (entry 1,200, 2010-12-03 11:00 UTC). "
        "The handoff is netsuite → wms-east: record_receipt. This is as good as certain (96 %). "
        "Next: Book it in wms-east, and have whoever runs the handoff see where it was lost."
    )


def test_what_a_system_did_not_take_of_its_own_telling_is_no_handoff() -> None:
    told = explain(standing(replace(MISSED, handoff="wms-east → wms-east: record_receipt")))
    assert "It happened within wms-east: record_receipt." in told
    assert "→" not in told
    assert "handoff is" not in explain(standing(replace(MISSED, handoff="")))


def test_of_several_causes_each_is_told_with_its_share() -> None:
    doubled = Diagnosis(Cause.DOUBLE_APPLIED, 70, -5, "3pl → wms-east: confirm_shipment")
    told = explain(standing(Diagnosis(Cause.COMBINED, 70, -65, parts=(MISSED, doubled))))
    assert "2 things came together. (1) -60 units: It lacks an event" in told
    assert "(2) -5 units: It took one event twice" in told
    assert "likely (70 %)" in told


def test_what_nobody_can_explain_is_not_called_sure() -> None:
    told = explain(standing(Diagnosis(Cause.UNEXPLAINED, 97, 0)))
    assert "We do not know why" in told
    assert "%" not in told


@pytest.mark.parametrize(
    ("action", "step", "to_come", "then"),
    [
        (Action.PUSH, "pushed", "is about to be sent to wms-east", "was sent to wms-east on 2010-12-03 12:00 UTC"),
        (Action.PROPOSE, "proposed", "is about to be proposed", "somebody is to approve it"),
        (Action.COUNT, "count_asked", "is about to be asked for", "A count was asked for"),
    ],
)
def test_it_says_whether_what_the_policy_wants_was_done_or_is_to_come(
    action: Action, step: str, to_come: str, then: str
) -> None:
    found, done = Step(_NOON_MS, "found"), Step(_NOON_MS, step)
    variance = standing(MISSED, action=action)
    assert to_come in explain(replace(variance, history=(found,)))
    assert then in explain(replace(variance, history=(found, done, Step(_NOON_MS, "noted", "books"))))
    assert to_come in explain(replace(variance, history=(found, done, Step(_NOON_MS, "changed"))))


def test_once_the_shelf_was_counted_nobody_is_told_to_have_it_counted() -> None:
    asked = Step(_NOON_MS, "count_asked", note="count task C1")
    variance = replace(standing(Diagnosis(Cause.UNEXPLAINED, 0, 0), action=Action.COUNT), history=(asked,))
    task = CountTask("C1", "east", "MUG", CountTrigger.VARIANCE, "V1", "A", _NOON_MS, _NOON_MS)
    assert "Have the shelf counted. Count C1 was asked for" in explain(variance, task)
    assert "and has begun" in explain(variance, replace(task, state=CountTaskState.STARTED))
    booked = replace(task, state=CountTaskState.BOOKED, booked_at_ms=_NOON_MS, revision=1_300)
    told = explain(variance, booked)
    assert "booked as entry 1,300 on 2010-12-03 12:00 UTC" in told
    assert "Have the shelf counted" not in told
    assert "was withdrawn" in explain(variance, replace(task, state=CountTaskState.WITHDRAWN))


def test_what_is_over_needs_nothing_more() -> None:
    told = explain(standing(MISSED, VarianceState.RESOLVED))
    assert told.endswith("It is over.")
    assert "Next:" not in told


@pytest.mark.parametrize("cause", [each for each in Cause if each is not Cause.COMBINED])
def test_every_cause_has_words_of_its_own_and_a_next_step(cause: Cause) -> None:
    told = explain(standing(Diagnosis(cause, 80, -60)))
    others = {explain(standing(Diagnosis(each, 80, -60))) for each in Cause if each not in {cause, Cause.COMBINED}}
    assert "Next: " in told
    assert told not in others
    assert "{" not in told
