"""Which segments make up a history, from their names alone.

A segment belongs to the history as it stood in the store when it was read; a recovery begins the next one. Where a
later history begins, all earlier ones end: what they have beyond that was lost, and the archive keeps it apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gate_service.archive.errors import Divergence
from gate_service.archive.segment import Segment
from gate_service.domain.journal import ENTRIES_BEGIN


class Stretch(NamedTuple):
    """The part of a segment that counts."""

    segment: Segment
    first: int
    last: int

    @property
    def where(self) -> str:
        """Name the segment, for an error."""
        return f"segment {self.segment.name}"


class LostBranch(NamedTuple):
    """Entries that were archived and then left behind by an accepted recovery: they are no part of the history."""

    history: int
    first: int
    last: int


def lost_branches(segments: Sequence[Segment]) -> list[LostBranch]:
    """Name what was left behind, by history."""
    lost: list[LostBranch] = []
    for history in sorted({segment.history for segment in segments}):
        own = [segment for segment in segments if segment.history == history]
        ends = min((segment.first for segment in segments if segment.history > history), default=None)
        last = max(segment.last for segment in own)
        if ends is not None and ends <= last:
            lost.append(LostBranch(history, max(ends, min(segment.first for segment in own)), last))
    return lost


def path_through(location_id: str, segments: Sequence[Segment]) -> list[Stretch]:
    """Give the stretches from revision 1 on, without a gap and without overlap; of two candidates the longer one.

    Raises `Divergence` where a segment is missing.
    """
    path: list[Stretch] = []
    wanted = ENTRIES_BEGIN
    for history in sorted({segment.history for segment in segments}):
        own = [segment for segment in segments if segment.history == history]
        later = [segment.first for segment in segments if segment.history > history]
        end = min(later) - 1 if later else max(segment.last for segment in own)
        while wanted <= end:
            candidates = [segment for segment in own if segment.first <= wanted <= segment.last]
            if not candidates:
                break
            best = max(candidates, key=lambda segment: (segment.last, -segment.first, segment.sha256))
            path.append(Stretch(best, wanted, min(best.last, end)))
            wanted = path[-1].last + 1
    _check_complete(location_id, wanted, segments)
    return path


def _check_complete(location_id: str, wanted: int, segments: Sequence[Segment]) -> None:
    """See that nothing of what counts lies beyond the end of the path. Raises `Divergence`."""
    beyond = [segment for segment in segments if segment.first >= wanted and not _left_behind(segment, segments)]
    if beyond:
        following = min(beyond)
        raise Divergence(
            location_id,
            wanted,
            "a segment with this entry",
            f"none before revision {following.first}",
            f"segment {following.name} follows",
        )


def _left_behind(segment: Segment, segments: Sequence[Segment]) -> bool:
    return any(other.history > segment.history and other.first <= segment.first for other in segments)
