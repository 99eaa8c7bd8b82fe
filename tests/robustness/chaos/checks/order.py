"""I5: the ledger's order is that of time, for writes; and a question is never answered with less than is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.robustness.chaos import laws
from tests.robustness.chaos.history import SETTLED, Outcome, Record
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation


class Freshness(NamedTuple):
    """What was found of the questions, and which of them the state at their revision must explain."""

    violations: list[Violation]
    bound: list[Record]
    ahead: int


def check_real_time(stored: Stored, records: Sequence[Record]) -> Iterator[Violation]:
    """See that what was answered before another was asked stands before it, where that other one was done anew."""
    newest = 0
    for is_answer, record in _by_time(one for one in records if not one.is_question and one.outcome in SETTLED):
        if is_answer:
            newest = max(newest, record.revision)
        elif not record.replayed and record.revision <= newest:
            expected = f"a revision above {newest}, which was answered before it was asked"
            yield Violation(laws.REAL_TIME, stored.location_id, record.operation_id, record.revision, expected)


def check_freshness(stored: Stored, records: Sequence[Record], fails_over: bool) -> Freshness:  # noqa: FBT001
    """See that no question was answered with less than had been acknowledged when it was asked.

    Where a store fails over, that holds gate by gate: a gate knows what it acknowledged itself. There a question may be
    answered from what was not acknowledged, and is lost since: such answers are counted, and bind nobody.
    """
    found: list[Violation] = []
    bound: list[Record] = []
    ahead = 0
    newest: dict[int, int] = defaultdict(int)
    when_asked: dict[int, int] = {}
    heard = [one for one in records if one.outcome in SETTLED or one.outcome is Outcome.ANSWERED]
    for is_answer, record in _by_time(iter(heard)):
        gate = record.gate if fails_over else 0
        if not record.is_question:
            if is_answer:
                newest[gate] = max(newest[gate], record.revision)
        elif not is_answer:
            when_asked[record.number] = newest[gate]
        else:
            least = when_asked.pop(record.number)
            if record.revision < least:
                expected = f"{record.method} at {least} or later, which was answered before it was asked"
                found.append(Violation(laws.READS, stored.location_id, "", record.revision, expected))
            elif fails_over and record.revision > newest[gate] and not _of_this_history(stored, record):
                ahead += 1
            else:
                bound.append(record)
    return Freshness(found, bound, ahead)


def _of_this_history(stored: Stored, record: Record) -> bool:
    """Say whether an answer is of the history that is there now, by the chain hash it named."""
    entry = stored.at(record.revision)
    return entry is not None and entry.chain_hash == record.chain_hash


def _by_time(records: Iterator[Record]) -> Iterator[tuple[bool, Record]]:
    """Give each call twice, when it was asked and when it was answered, in the order of time."""
    moments = []
    for record in records:
        moments.append((record.asked_ns, False, record.number, record))
        moments.append((record.answered_ns, True, record.number, record))
    for _, is_answer, _, record in sorted(moments, key=lambda moment: moment[:3]):
        yield is_answer, record
