"""What concerns the house and no single location."""

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
