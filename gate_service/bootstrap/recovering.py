"""Opens a fenced location again: with what the archive still has of it, or by the word of a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, aclosing
from typing import Final, NamedTuple

from gate_service.app.ports import Call
from gate_service.bootstrap.histories import History, Sources
from gate_service.bootstrap.looking import Finding, look
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

SYSTEM: Final = "gate"
"""Under which name an accepted loss stands in the ledger, beside that of the person."""


class Wish(NamedTuple):
    """What is asked for. Without `accept` nothing is written."""

    operator: str
    note: str
    from_archive: bool
    """Take what is missing from the archive, rather than accept that it is lost."""
    accept: bool


class Outcome(NamedTuple):
    """What was found, and what came of it."""

    finding: Finding
    taken: int
    """Entries that were taken from the archive."""
    epoch: int
    """The one that begins, where the loss was accepted; else 0."""
    fence: Fence | None
    """Why it is still closed, where it is."""
    problem: str = ""
    """At which entry of the archive it went no further; empty where it did."""


Bar = Callable[[str, int, str], AbstractContextManager[OnTold]]
"""Shows how far something is: what, of how many, and of what."""


async def recover(tools: Tools, promise: Durability, location_id: str, wish: Wish, bar: Bar) -> Outcome:
    """Look at a location, and where that is wished open it again.

    Raises `ReplayRefused` and `Refused` where it is in another state than was looked at, `ArchiveError`, `Unavailable`.
    """
    finding = await look(tools, location_id)
    if finding.fence is None or not wish.accept:
        return Outcome(finding, 0, 0, finding.fence)
    if wish.from_archive:
        missing = finding.archived.missing.how_many if finding.archived else 0
        with bar("taking from the archive", missing, "entries") as on_told:
            return await _take(tools, finding, on_told)
    if finding.fence.restoring:
        raise ReplayRefused(
            f"A restore of {location_id} is under way, or was interrupted: ask for it again with gate restore; with "
            f"--to-revision {max(1, finding.position.revision)} it ends here, and can then be accepted."
        )
    return Outcome(finding, 0, (await _accept(tools, promise, finding, wish)).epoch, None)


async def _take(tools: Tools, finding: Finding, on_told: OnTold) -> Outcome:
    """Tell the location what only the archive has of it; where that is all that is remembered, it is open again."""
    if finding.fence is None or finding.archived is None or not finding.archived.missing.last:
        raise ReplayRefused(f"The archive has nothing behind what is left of {finding.location_id}.")
    location_id, head = finding.location_id, finding.archived.head
    replay, told, problem = Replay(tools.store), 0, ""
    history = History(location_id, head, head.revision, head)
    async with aclosing(Sources(tools.archive, None).runs(history, finding.archived.missing.first)) as runs:
        async for run in runs:
            answer = await replay.tell(location_id, finding.fence, run)
            told += answer.told
            on_told(answer.told)
            problem = str(answer.difference or "")
            if problem:
                break
    fence = (await replay.end(location_id, finding.fence)).fence
    return Outcome(await look(tools, location_id) if fence else finding, told, 0, fence, problem)


async def _accept(tools: Tools, promise: Durability, finding: Finding, wish: Wish) -> RecoverLocationReply:
    """Let the location go on with what is left, in the name of a person; it says so in its ledger."""
    assert finding.fence is not None  # noqa: S101 - it was looked at
    since_ms, lost = finding.fence.since_ms, finding.lost
    operation = RecoverLocation(f"~recover/{since_ms}", finding.location_id, since_ms, wish.note, lost.first, lost.last)
    await list_location(tools.store, finding.location_id)
    ledger = RedisLedger(tools.store, None, LaneLimits(), promise)
    return await ledger.apply(operation, Policy(), Call("gate recover", system=SYSTEM, actor=wish.operator, own=True))
