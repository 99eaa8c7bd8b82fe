"""What one count of a shelf means: right, to be booked, or to be counted again by somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from gate_service.domain.reconcile.policy import DAY_MS, CountRules
from gate_service.domain.reconcile.records import Counted, CountTrigger

_HOUR_MS: Final = 3_600_000
TAKEN_FOR_MS: Final = 4 * _HOUR_MS
"""So long a task belongs to whoever has started it; then anybody may take it on."""
BOOKING: Final = "~count/"
"""What the operation ids begin with by which tasks are booked."""
WITHIN_MS: Final[Mapping[CountTrigger, int]] = {
    CountTrigger.SHORT_PICK: 4 * _HOUR_MS,
    CountTrigger.PHANTOM: 4 * _HOUR_MS,
    CountTrigger.RECURRENCE: 8 * _HOUR_MS,
    CountTrigger.NEGATIVE_ADJUSTMENT: 8 * _HOUR_MS,
    CountTrigger.VARIANCE: DAY_MS,
    CountTrigger.CYCLE: DAY_MS,
}
"""By when something is to be counted, from when it was asked for; the most urgent first."""
_RANK: Final = {trigger: place for place, trigger in enumerate(WITHIN_MS)}


class Verdict(StrEnum):
    """What becomes of a count."""

    RIGHT = "right"
    """The record was right; the count is booked."""
    BOOKED = "booked"
    """The record was wrong, and is corrected."""
    RECOUNT = "recount"
    """Somebody else has to count."""


def more_urgent(one: CountTrigger, other: CountTrigger) -> CountTrigger:
    """Give the more urgent of two reasons to count."""
    return min(one, other, key=_RANK.__getitem__)


def within(counted: int, expected: int, rules: CountRules) -> bool:
    """Say whether two figures are the same, as far as is tolerated: in units, or in percent of what was expected."""
    apart = abs(counted - expected)
    return apart <= rules.tolerance_units or apart * 100 <= rules.tolerance_percent * expected


def agree(one: Counted, other: Counted, rules: CountRules) -> bool:
    """Say whether two people found the same, each as of their own moment.

    What moved in between moved the record too: so they are compared by how far each was from it.
    """
    return within(one.counted - one.expected + other.expected, other.counted, rules)


def judge(earlier: Sequence[Counted], newest: Counted, rules: CountRules) -> Verdict:
    """Say what becomes of a task's newest count.

    Within the tolerance of the record it is right. Beyond that a first count is believed by nobody; a second one where
    it agrees with the first; a third one decides.
    """
    if within(newest.counted, newest.expected, rules):
        return Verdict.RIGHT
    if len(earlier) > 1 or any(agree(each, newest, rules) for each in earlier):
        return Verdict.BOOKED
    return Verdict.RECOUNT


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's, whatever the system, and without regard to case."""
    return one.casefold() == other.casefold()
