"""What a script's answer means for whoever asked: whether anything may have been applied."""

from __future__ import annotations

import pytest

from gate_service.domain.errors import GateError, Unavailable
from gate_service.domain.lineage import Position
from gate_service.domain.vocabulary import Reason
from gate_service.ledger.answers import open_answer
from gate_service.ledger.heads import Head, Told

HEAD = Head(Position(1, 3, "ab" * 20), None)


def reason_of(text: str) -> Reason:
    with pytest.raises(GateError) as caught:
        open_answer(Told(HEAD, text), dict)
    return caught.value.reason


@pytest.mark.parametrize("word", ["OOM", "READONLY", "MISCONF", "NOREPLICAS"])
@pytest.mark.parametrize("tag", ["B", "E"])
def test_what_turns_every_write_of_a_script_away_means_that_nothing_was_applied(tag: str, word: str) -> None:
    assert reason_of(f"{tag}{word} not now") is Reason.STORE_UNAVAILABLE


@pytest.mark.parametrize("word", ["ACL failure in script: No permissions", "The user executing the script can't"])
def test_a_right_that_is_lacking_for_one_write_says_nothing_of_those_before(word: str) -> None:
    assert reason_of(f"BERR {word}") is Reason.STORE_UNAVAILABLE
    assert reason_of(f"EERR {word}") is Reason.OUTCOME_UNKNOWN


def test_a_bug_while_writing_leaves_the_outcome_open_and_one_before_is_the_gates_own_fault() -> None:
    assert reason_of("Eattempt to index a nil value") is Reason.OUTCOME_UNKNOWN
    assert reason_of("Battempt to index a nil value") is Reason.INTERNAL


def test_an_answer_says_where_it_stands_and_to_which_history_it_belongs() -> None:
    data, applied = open_answer(Told(HEAD, "R" + "cd" * 20 + '{"revision":2,"at_ms":7}'), dict)
    assert data == {"revision": 2, "at_ms": 7}
    assert (applied.revision, applied.at_ms, applied.replayed, applied.absorbed) == (2, 7, True, False)
    assert (applied.lineage.epoch, applied.lineage.chain_hash) == (1, "cd" * 20)


def test_what_is_overtaken_is_told_as_such() -> None:
    with pytest.raises(Unavailable):
        open_answer(Told(HEAD, 'N{"refused":"AGAIN"}'), dict)
