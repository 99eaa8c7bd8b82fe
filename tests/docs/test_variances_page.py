"""docs/variances.md against the code."""

from __future__ import annotations

import re

import pytest

from gate_service.app.reconcile.counting.turns import COUNT_ASKED
from gate_service.app.reconcile.housekeeping import CLOSED_KEPT_MS
from gate_service.app.reconcile.variances.corrections import PROPOSED, PUSHED
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.lifecycle import HISTORY_KEPT
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import Action, Severity, VarianceState
from gate_service.domain.reconcile.recurring import QUIET_MS, VARIANCES_KEPT, WITHIN_MS
from gate_service.domain.reconcile.severity import CLOSED_WITHIN_MS, severity
from gate_service.domain.reconcile.verbs import VarianceVerb, Wish, done
from tests.docs.pages import Row, plain, table, text
from tests.reconcile.drifting import standing

PAGE = text("variances.md")
UNITS_MS = {"h": 3_600_000, "d": DAY_MS}
VERBS = {"ack": VarianceVerb.ACKNOWLEDGE, **{str(verb): verb for verb in VarianceVerb}}
BELOW = {Severity.MEDIUM: Severity.LOW, Severity.HIGH: Severity.MEDIUM}


def test_within_which_time_one_is_to_be_closed() -> None:
    told = {Severity(row["severity"]): row["within"].split() for row in table("variances.md", "severity", "within")}
    assert {each: int(count) * UNITS_MS[unit] for each, (count, unit) in told.items()} == CLOSED_WITHIN_MS


def _of(kind: str, figure: int) -> Severity:
    """Give the severity where only this figure says something."""
    if kind == "units":
        return severity(figure, 1_000_000)
    if kind == "value":
        return severity(1, 1_000_000, value_cents=figure)
    few = ((units, whole) for units in range(3, 10) for whole in range(1, 301) if units * 100 // whole == figure)
    return severity(*next(few))


@pytest.mark.parametrize("row", table("variances.md", "", "LOW"), ids=lambda row: row[""])
@pytest.mark.parametrize("wanted", [Severity.MEDIUM, Severity.HIGH])
def test_from_which_figures_on_it_matters(row: Row, wanted: Severity) -> None:
    kind = re.split(r"[ :]", row[""])[0]
    figure = int(float(row[wanted].strip(" %").replace(",", "")) * (100 if kind == "value" else 1))
    assert (_of(kind, figure), _of(kind, figure - 1)) == (wanted, BELOW[wanted])


@pytest.mark.parametrize("row", table("variances.md", "command"), ids=lambda row: row["command"])
def test_what_a_command_makes_of_each_state(row: Row) -> None:
    verb = VERBS[plain(row["command"])]
    for state in VarianceState:
        try:
            after = done(standing(state), Wish(verb, "wms", "kim", "why", "somebody else"), 9)
        except Refused:
            found = "refused"
        else:
            found = after.state.value if after else "unchanged"
        assert found == row[state], (verb, state)


def test_every_command_that_changes_one_is_there() -> None:
    told = {VERBS[plain(row["command"])] for row in table("variances.md", "command")}
    assert told == {*VarianceVerb}


def test_every_word_of_the_policy_is_there_with_its_step() -> None:
    told = {Action(plain(row["word"])): plain(row["step"]) for row in table("variances.md", "word", "what is done")}
    assert told == {Action.REPORT: "", Action.PUSH: PUSHED, Action.COUNT: COUNT_ASKED, Action.PROPOSE: PROPOSED}


def test_the_figures_in_the_text() -> None:
    assert f"the newest\n{HISTORY_KEPT - 1}" in PAGE
    assert f"closed {CLOSED_KEPT_MS // DAY_MS} days ago" in PAGE
    assert f"within {WITHIN_MS // DAY_MS} days" in PAGE
    assert f"nothing came for {QUIET_MS // DAY_MS} days" in PAGE
    assert f"newest {VARIANCES_KEPT} variances" in PAGE
