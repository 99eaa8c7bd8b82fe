"""What is kept of count tasks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CountTrigger(StrEnum):
    """Why something is to be counted."""

    CYCLE = "CYCLE"
    SHORT_PICK = "SHORT_PICK"
    PHANTOM = "PHANTOM"
    VARIANCE = "VARIANCE"
    NEGATIVE_ADJUSTMENT = "NEGATIVE_ADJUSTMENT"
    RECURRENCE = "RECURRENCE"


class CountTaskState(StrEnum):
    """Where a count task stands."""

    DUE = "DUE"
    STARTED = "STARTED"
    RECOUNT = "RECOUNT"
    BOOKED = "BOOKED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Counted:
    """One person's count of a task. `expected` is what the record said, which no counter sees."""

    counter: str
    at_ms: int
    counted: int
    expected: int
    as_of_revision: int
    includes_picked: bool = False
    actor: str = ""
    """The person alone."""


@dataclass(frozen=True, slots=True)
class CountTask:
    """One SKU that is to be counted. One is open for a SKU at most: a further trigger makes it more urgent."""

    task_id: str
    location_id: str
    sku: str
    trigger: CountTrigger
    because: str
    abc: str
    due_at_ms: int
    opened_at_ms: int
    state: CountTaskState = CountTaskState.DUE
    counter: str = ""
    """System and person, as "wms-east/kim"."""
    actor: str = ""
    """The person alone."""
    as_of_revision: int = 0
    """When it was started, by the location's entries."""
    counts: tuple[Counted, ...] = ()
    booked_at_ms: int = 0
    revision: int = 0
    variance_id: str = ""
    opened_revision: int = 0
    """The entry because of which it was opened; 0 for none. A count of the shelf before that settles nothing."""
    started_at_ms: int = 0
    on_hand: int = 0
    """What the record said as of `as_of_revision`, what was picked and had not left included. No counter sees it."""
    picked: int = 0
    """How much of that was picked."""
    booking: bool = False
    """The last of the counts is to be booked, and may be: whoever asks next sees to it."""
    variance_ids: tuple[str, ...] = ()
    """All variances that ask for it: once they are resolved, and nobody has begun, there is nothing to count."""
