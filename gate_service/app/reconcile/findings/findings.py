"""What people see of findings and events, and what they do with findings. Nothing of the stock is changed here."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Final, NamedTuple

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.findings.alarming import ACKNOWLEDGED, event_of
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Records, ToldEvent
from gate_service.app.reconcile.variances.drafting import ALL, OPEN
from gate_service.domain.errors import Refused
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.lifecycle import with_step
from gate_service.domain.reconcile.records import Finding, FindingKind, FindingState, Step
from gate_service.domain.verbs import Verb
from gate_service.domain.vocabulary import Reason

EVENTS_WAIT_MAX_MS: Final = 20_000
NOW: Final = "now"
"""Stands for the token behind the newest event."""
_LOOKED_AT_MAX: Final = 2_000
"""Records that one question looks at: of a filter that fits few a page may be short, and not the last."""
_EVENTS_LOOKED_AT_MAX: Final = 5_000
_POLL_S: Final = 0.25
_IN_TIME_S: Final = 0.5
"""So long before the caller's deadline an answer is given, whether there is something to say or not."""
_ATTEMPTS: Final = 20


class WantedFindings(NamedTuple):
    """Which findings are asked for; what is empty is any."""

    location_id: str = ""
    kind: FindingKind | None = None
    owner: str = ""
    cleared_too: bool = False

    def fits(self, finding: Finding) -> bool:
        """Say whether a finding is asked for."""
        if self.location_id and finding.location_id != self.location_id:
            return False
        if self.kind is not None and finding.kind is not self.kind:
            return False
        return not self.owner or finding.owner == self.owner


class FindingPage(NamedTuple):
    """Some findings, the oldest first. `next_token` is empty after the last."""

    findings: list[Finding]
    next_token: str


class EventPage(NamedTuple):
    """Some events, the oldest first, and the token to go on with."""

    events: list[ToldEvent]
    next_token: str


class FindingDesk:
    """Where findings and events are looked at."""

    def __init__(self, records: Records, access: Access) -> None:
        """Keep the records, and who decides who may see what."""
        self._records = records
        self._access = access
        self._ending = False

    def end(self) -> None:
        """Let nobody wait any longer: the gate stops."""
        self._ending = True

    async def page(self, wanted: WantedFindings, limit: int, token: str, call: Call) -> FindingPage:
        """Give up to `limit` of them, of the locations that the caller may ask about.

        Raises `Denied` where it asks for a location that it may not see, `InvalidField` for a token that no page gave.
        """
        if wanted.location_id:
            self._access.read(call, wanted.location_id)
        index = ALL if wanted.cleared_too else OPEN
        found: list[Finding] = []
        looked_at = 0
        while True:
            page = await self._records.page(Collection.FINDINGS, index, limit - len(found), token)
            seen = [load(Finding, kept.text) for kept in page.records]
            visible = set(self._access.narrowed(call, [each.location_id for each in seen]))
            found += [one for one in seen if one.location_id in visible and wanted.fits(one)]
            looked_at += max(1, len(seen))
            token = page.next_token
            if not token or len(found) >= limit or looked_at >= _LOOKED_AT_MAX:
                return FindingPage(found, token)

    async def acknowledge(self, finding_id: str, note: str, call: Call) -> Finding:
        """Write down who looks after it, and a note; of one that is over only the note.

        Raises `Refused` with FINDING_NOT_FOUND or CHANGED_MEANWHILE; `Denied`.
        """
        for _ in range(_ATTEMPTS):
            (kept,) = await self._records.get(Collection.FINDINGS, [finding_id])
            if kept is None:
                raise Refused(Reason.FINDING_NOT_FOUND, "there is no finding of this name", {"finding_id": finding_id})
            before = load(Finding, kept.text)
            self._access.does(call, Verb.RESOLVE_VARIANCE, before.location_id)
            after = _acknowledged(before, note, call, await self._records.now_ms())
            if after == before:
                return before
            change = Change(Collection.FINDINGS, finding_id, kept.version, dump(after))
            try:
                await self._records.commit([change], [event_of(after, ACKNOWLEDGED)])
            except Conflict:
                continue  # look at it as it is now
            return after
        raise Refused(
            Reason.CHANGED_MEANWHILE, "the finding is changed all the time: ask again", {"finding_id": finding_id}
        )

    async def events(self, after_token: str, limit: int, wait_ms: int, call: Call) -> EventPage:
        """Give up to `limit` events behind a token that the caller may see; wait up to `wait_ms` for the first one.

        `NOW` stands for the newest. It ends at once where the gate stops. Raises `InvalidField` for no token.
        """
        until_s = time.monotonic() + wait_ms / 1000
        if call.deadline is not None:
            until_s = min(until_s, call.deadline - _IN_TIME_S)
        token = await self._records.newest_event() if after_token == NOW else after_token
        while True:
            found, token = await self._visible(token, limit, call)
            if found or self._ending or time.monotonic() >= until_s:
                return EventPage(found, token)
            await asyncio.sleep(max(0.0, min(_POLL_S, until_s - time.monotonic())))

    async def _visible(self, token: str, limit: int, call: Call) -> tuple[list[ToldEvent], str]:
        """Look at some events; give those that the caller may see, and how far that was."""
        found: list[ToldEvent] = []
        looked_at = 0
        while len(found) < limit and looked_at < _EVENTS_LOOKED_AT_MAX:
            wanted = limit - len(found)
            told = await self._records.events(token, wanted)
            visible = set(self._access.narrowed(call, [each.event.location_id for each in told]))
            found += [each for each in told if each.event.location_id in visible]
            looked_at += len(told)
            token = told[-1].token if told else token
            if len(told) < wanted:
                break
        return found, token or "0-0"


def _acknowledged(before: Finding, note: str, call: Call, at_ms: int) -> Finding:
    """Give it as somebody looks after it; told again without a note it is so already."""
    looked_after = before.state is not FindingState.OPEN
    if looked_after and not note:
        return before
    step = Step(at_ms, "noted" if looked_after else "acknowledged", call.system, call.actor, note)
    state = before.state if looked_after else FindingState.ACKNOWLEDGED
    return replace(before, state=state, history=with_step(before.history, step))
