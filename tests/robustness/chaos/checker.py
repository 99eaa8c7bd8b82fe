"""Holds a history to the ledger: one pass over the entries, and one over the calls in the order of their times.

Each check gives violations and raises nothing, so that a broken promise does not hide the next one. What a check cannot
go on behind, such as a ledger that the model cannot follow, is told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gate_service.domain.entries import Entry
from tests.contract.witness import check_no_shortfall
from tests.robustness.chaos import laws
from tests.robustness.chaos.checks import answers, chain, order, settled
from tests.robustness.chaos.checks.replaying import replay
from tests.robustness.chaos.checks.stored import compare_state, level_of
from tests.robustness.chaos.history import Record
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found at one location, and how much was looked at."""

    violations: list[Violation]
    operations: int
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What the store that a history was made on promises."""

    fails_over: bool = False


def check_all(found: Sequence[Stored], records: Sequence[Record], rules: Rules) -> Checked:
    """Check all locations of a round and every call that was made in it."""
    by_location: dict[str, list[Record]] = {stored.location_id: [] for stored in found}
    for record in records:
        by_location.setdefault(record.location_id, []).append(record)
    places = {stored.location_id: stored for stored in found}
    parts = [check(stored, by_location[stored.location_id], records, places, rules) for stored in found]
    violations = [violation for part in parts for violation in part.violations]
    return Checked(violations, sum(part.operations for part in parts), sum(part.ahead for part in parts))


def check(
    stored: Stored,
    records: Sequence[Record],
    all_records: Sequence[Record],
    places: Mapping[str, Stored],
    rules: Rules,
) -> Checked:
    """Check one location: its ledger, its state, and every call that was about it.

    `all_records` and `places` are those of all locations: a transfer stands in two ledgers.
    """
    found: list[Violation] = []
    found += chain.check_chain(stored)
    found += settled.check_once(stored, all_records)
    found += settled.check_settled(stored, records)
    found += settled.check_honesty(stored, records)
    found += settled.check_announced(stored, places, records)
    found += order.check_real_time(stored, records)
    reads = order.check_freshness(stored, records, rules.fails_over)
    found += reads.violations
    told = replay(stored, [record for record in reads.bound if record.is_question])
    found += told.violations
    found += _shortfalls(stored)
    if told.complete:
        found += compare_state(stored, told)
    found += answers.check_replies(stored, records, told)
    operations = len({record.operation_id for record in records if not record.is_question})
    questions = sum(told.complete or record.revision <= told.revision for record in reads.bound if record.is_question)
    return Checked(found, operations + questions, reads.ahead)


def _shortfalls(stored: Stored) -> Iterator[Violation]:
    """Hold the stock to the entries' changes; see `check_no_shortfall`."""
    try:
        check_no_shortfall(stored.entries, {told.sku: level_of(told) for told in stored.levels})
    except AssertionError as error:
        entry = next((one for one in error.args if isinstance(one, Entry)), None)
        at = (entry.operation_id, entry.revision) if entry else ("", stored.revision)
        yield Violation(laws.NO_SHORTFALL, stored.location_id, *at, "available not below 0, and the sum of all changes")
