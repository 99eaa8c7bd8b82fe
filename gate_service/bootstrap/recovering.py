"""Opens a fenced location again: with what the archive still has of it, or by the word of a person."""

from __future__ import annotations

from contextlib import aclosing
from typing import NamedTuple

from gate_service.app.ports import Call
from gate_service.bootstrap.histories import History, Sources
from gate_service.bootstrap.looking import Finding
from gate_service.bootstrap.restoring import OnTold
from gate_service.bootstrap.tools import Tools
from gate_service.domain.durability import Durability
from gate_service.domain.lineage import Fence
from gate_service.domain.operations import RecoverLocation
from gate_service.domain.policy import Policy
from gate_service.domain.replies import RecoverLocationReply
from gate_service.ledger.fences import list_location
from gate_service.ledger.lanes import LaneLimits
from gate_service.ledger.ledger import RedisLedger
from gate_service.ledger.replay import Replay, ReplayRefused

SYSTEM = "gate"
"""Under which name an accepted loss stands in the ledger, beside that of the person."""


class Taken(NamedTuple):
    """What came of taking entries from the archive."""

    entries: int
    fence: Fence | None
    """Why it is still closed, where it is."""
    problem: str
    """Why it went no further; empty where it did."""


async def take_from_archive(tools: Tools, finding: Finding, on_told: OnTold) -> Taken:
    """Tell the location what only the archive has of it; where that is all that is remembered, it is open again.

    Raises `ReplayRefused`, `ArchiveError` and `Unavailable`; the same again goes on.
    """
    if finding.fence is None or finding.archived is None or not finding.archived.missing.last:
        raise ReplayRefused(f"The archive has nothing of {finding.location_id} that the store has not.")
    head = finding.archived.head
    replay, told, problem = Replay(tools.store), 0, ""
    history = History(finding.location_id, head, head.revision)
    async with aclosing(Sources(tools.archive, None).runs(history, finding.archived.missing.first)) as runs:
        async for run in runs:
            answer = await replay.tell(finding.location_id, finding.fence, run)
            told += answer.told
            on_told(answer.told)
            problem = str(answer.difference or "")
            if problem:
                break
    return Taken(told, (await replay.end(finding.location_id, finding.fence)).fence, problem)


async def accept(tools: Tools, promise: Durability, finding: Finding, operator: str, note: str) -> RecoverLocationReply:
    """Let the location go on with what is left, in the name of a person; it says so in its ledger.

    Raises `Refused` with FENCE_CHANGED where it is fenced by another finding by now, and `Unavailable`.
    """
    assert finding.fence is not None  # noqa: S101 - the caller has looked
    operation = RecoverLocation(
        f"~recover/{finding.fence.since_ms}",
        finding.location_id,
        finding.fence.since_ms,
        note,
        finding.lost.first,
        finding.lost.last,
    )
    await list_location(tools.store, finding.location_id)
    ledger = RedisLedger(tools.store, None, LaneLimits(), promise)
    return await ledger.apply(operation, Policy(), Call("gate recover", system=SYSTEM, actor=operator, own=True))
