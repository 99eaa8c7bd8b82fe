"""The handoff map in force, and what becomes of a location that has lost some of its history."""

from __future__ import annotations

from gate_service.domain.cases import HandoffsInForce
from gate_service.domain.operations import ChangeHandoffs, RecoverLocation
from gate_service.domain.replies import ChangeHandoffsReply, RecoverLocationReply
from gate_service.domain.vocabulary import Reason
from tests.model.state import Asked, Location, No


def change_handoffs(location: Location, operation: ChangeHandoffs, asked: Asked) -> ChangeHandoffsReply:
    """Put a map in force that is newer than the one before."""
    before = location.handoffs
    if (operation.version, operation.sha256) == (before.version, before.sha256):
        return ChangeHandoffsReply(asked.applied, changed=False, version=before.version)
    if operation.version <= before.version:
        raise No(Reason.HANDOFFS_VERSION_STALE)
    location.handoffs = HandoffsInForce(
        operation.version, operation.sha256, operation.handoffs, asked.applied.at_ms, revision=0
    )
    return ChangeHandoffsReply(asked.applied, changed=True, version=operation.version)


def recover_location(location: Location, operation: RecoverLocation, asked: Asked) -> RecoverLocationReply:
    """Accept what is left of the history, where it is still the finding that somebody looked at."""
    fence = location.fence
    if fence is None or fence.since_ms != operation.since_ms or fence.restoring:
        raise No(Reason.FENCE_CHANGED)
    location.fence = None
    location.epoch = max(location.epoch, fence.remembered.epoch) + 1
    return RecoverLocationReply(asked.applied, location.epoch)
