"""What concerns the house and its histories, and no goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gate_service.domain import replies
from gate_service.domain.operations.base import Operation
from gate_service.domain.vocabulary import OperationKind

HOUSE: Final = "~house"
"""The pseudo-location whose ledger keeps every change of the handoff map; no caller's id can begin so."""


@dataclass(frozen=True, slots=True)
class ChangeHandoffs(Operation[replies.ChangeHandoffsReply]):
    """Put a handoff map in force: `handoffs` is its canonical JSON, `sha256` that of it, `changes` say it to people."""

    kind = OperationKind.CHANGE_HANDOFFS
    version: int
    sha256: str
    changes: tuple[str, ...]
    handoffs: str


@dataclass(frozen=True, slots=True)
class RecoverLocation(Operation[replies.RecoverLocationReply]):
    """Accept what is left of a location's history after a loss; `since_ms` is that of the fence that was looked at.

    `lost_from` and `lost_to` are the revisions that were acknowledged and are gone; 0 where none are known.
    """

    kind = OperationKind.RECOVER_LOCATION
    since_ms: int
    note: str
    lost_from: int = 0
    lost_to: int = 0
