"""What is kept of findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gate_service.domain.reconcile.variance_records import Severity, Step


class FindingKind(StrEnum):
    """The names of `FindingKind` in the contract, without its prefix."""

    WAVE_WITHOUT_PICK = "WAVE_WITHOUT_PICK"
    PICKED_WITHOUT_SHIPMENT = "PICKED_WITHOUT_SHIPMENT"
    ANNOUNCED_WITHOUT_RECEIPT = "ANNOUNCED_WITHOUT_RECEIPT"
    TRANSFER_WITHOUT_ARRIVAL = "TRANSFER_WITHOUT_ARRIVAL"
    RETURN_WITHOUT_DISPOSITION = "RETURN_WITHOUT_DISPOSITION"
    HOLD_RENEWED_FOREVER = "HOLD_RENEWED_FOREVER"
    FEED_SILENT = "FEED_SILENT"
    GAP_AGED = "GAP_AGED"
    SNAPSHOT_OVERDUE = "SNAPSHOT_OVERDUE"
    STRUCTURAL = "STRUCTURAL"
    REPEATED_STOCKOUTS = "REPEATED_STOCKOUTS"
    RISING_ADJUSTMENTS = "RISING_ADJUSTMENTS"
    SLOWER_SHIPPING = "SLOWER_SHIPPING"
    MIRROR_LAGS = "MIRROR_LAGS"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be. Its name follows from what it is about and since when: raised twice it is one."""

    finding_id: str
    kind: FindingKind
    location_id: str
    subject: str
    system: str
    owner: str
    text: str
    severity: Severity
    since_ms: int
    deadline_ms: int
    raised_at_ms: int
    state: FindingState = FindingState.OPEN
    cleared_at_ms: int = 0
    revision: int = 0
    variance_ids: tuple[str, ...] = ()
    history: tuple[Step, ...] = ()
