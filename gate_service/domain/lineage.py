"""Which history of a location something belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Position(NamedTuple):
    """A point in the history of a location: the epoch, the revision, and the chain hash of the entry there.

    The epoch is 1, and one more with each history that somebody accepted after a loss. Revision 0 with an empty hash is
    a location without history.
    """

    epoch: int
    revision: int
    chain_hash: str


NO_HISTORY: Final = Position(1, 0, "")
"""Where a location stands of which there is nothing."""


class Fence(NamedTuple):
    """A location is closed: what was remembered of it, acknowledged, and what the store then had instead."""

    since_ms: int
    remembered: Position
    found: Position
    restoring: bool = False
    """Its history is being told again: what stands there is a part of it only, and is not even read."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """To which history an answer belongs.

    It is evidence and no part of what was answered: two ledgers that answer alike have histories of their own, so it
    never makes two answers differ.
    """

    epoch: int = field(default=0, compare=False)
    chain_hash: str = field(default="", compare=False)
    """Of the entry at the answer's revision; for what was only read, of the newest entry. Empty for none."""
    fenced_since_ms: int = field(default=0, compare=False)
    """Since when the location is fenced; 0 where it is not."""


NO_LINEAGE: Final = Lineage()
