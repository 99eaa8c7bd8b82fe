"""Checks what callers were answered against the clock on their wall: I5, A answered before B asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gate_service.domain.audit_checks import Check, CheckResult, Finding


class Answered(NamedTuple):
    """One fresh answer: when it was asked and answered, by one monotonic clock in ns, and the revision it named."""

    operation_id: str
    asked_at_ns: int
    answered_at_ns: int
    revision: int


def check_real_time_order(answers: Iterable[Answered]) -> CheckResult:
    """Check that whatever was answered before another was asked stands before it. Sorts: n log n.

    Leave replayed answers out: they name the revision of an earlier call.
    """
    check = Check("answered before asked, lower revision", "I5")
    by_asking = sorted(answers, key=lambda answer: answer.asked_at_ns)
    by_answering = iter(sorted(by_asking, key=lambda answer: answer.answered_at_ns))
    coming = next(by_answering, None)
    newest: Answered | None = None
    for answer in by_asking:
        while coming is not None and coming.answered_at_ns < answer.asked_at_ns:
            if newest is None or coming.revision > newest.revision:
                newest = coming
            coming = next(by_answering, None)
        check.checked += 1
        if newest is not None and newest.revision >= answer.revision:
            what = f"was asked after {newest.operation_id} had been answered with revision {newest.revision}"
            check.fail(Finding(answer.revision, answer.operation_id, what))
    return check.result()
