"""TIMING: the figure is what ours was without some of the newest events, or with the first of those that came next.

The mirror is behind, or was read a little later than it says, and that is all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from gate_service.domain.reconcile.causes import Difference, Lag, Movement

_SUMS_MAX: Final = 4_000
"""So many ways of lacking young events are looked at; beyond, only what a plain lag says."""


def is_young(event: Movement, difference: Difference, lag: Lag) -> bool:
    """Say whether the mirror may lack it still: it came after the cut, or it is younger than events may be late."""
    if event.revision > lag.revision:
        return True
    if event.revision in lag.taken:
        return False
    return difference.at_ms > 0 and difference.at_ms - event.at_ms <= max(lag.allowed_ms, lag.ms)


def lacking(difference: Difference, young: Sequence[Movement]) -> Mapping[int, tuple[Movement, ...]]:
    """Give what the figure would be off by for each set of young events that may be missing, the newest alone first.

    A mirror takes events out of order, too; of sets with one sum that which lacks the newest ones is given.
    """
    sums: dict[int, tuple[Movement, ...]] = {0: ()}
    for event in reversed(young):
        delta = difference.measure.of(event.changes)
        if delta and len(sums) * 2 <= _SUMS_MAX:
            more = {amount - delta: (event, *missing) for amount, missing in sums.items()}
            sums = {**more, **sums}
    return sums


def ahead(difference: Difference) -> Sequence[Movement]:
    """Give the first events after the snapshot's moment with which our figure is the same; none where there are none.

    What differed before has its reason, which later events do not take away.
    """
    if difference.standing:
        return ()
    amount = 0
    for place, event in enumerate(difference.later):
        if event.at_ms > difference.at_ms + difference.ahead_ms:
            break
        amount += difference.measure.of(event.changes)
        if amount == difference.amount:
            return difference.later[: place + 1]
    return ()
