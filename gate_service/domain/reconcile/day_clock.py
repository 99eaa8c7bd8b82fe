"""When the entries of a ledger were written, as nearly as some of them tell it."""

from __future__ import annotations

from typing import Final, NamedTuple

_MARK_EVERY_MS: Final = 300_000


class Clock(NamedTuple):
    """When some waves were, by revision, in order."""

    marks: list[tuple[int, int]]

    def add(self, revision: int, at_ms: int) -> bool:
        """Remember a wave; False where one was remembered a few minutes ago."""
        if self.marks and (at_ms - self.marks[-1][1] < _MARK_EVERY_MS or revision <= self.marks[-1][0]):
            return False
        self.marks.append((revision, at_ms))
        return True

    def at_ms(self, revision: int, now: tuple[int, int]) -> int | None:
        """Give when an entry was written, between the waves around it; None where it is older than all of them."""
        before = None
        for mark in reversed([*self.marks, now]):
            if mark[0] <= revision:
                before = mark
                break
            now = mark
        if before is None:
            return None
        if before[0] == revision or now[0] <= before[0]:
            return before[1]
        return before[1] + (now[1] - before[1]) * (revision - before[0]) // (now[0] - before[0])
