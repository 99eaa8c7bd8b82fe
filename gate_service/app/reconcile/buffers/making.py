"""Works the buffers of adaptive channels out, every few hours: a `Ticker`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from gate_service.app.ports import Call
from gate_service.app.reconcile.buffers.evidence import BufferEvidence
from gate_service.app.reconcile.findings.sources import Feeds
from gate_service.app.reconcile.ports import CHANGES_MAX, Change, Collection, Conflict, Kept, Records
from gate_service.app.reconcile.walking import every
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.buffers import Buffer, work_out
from gate_service.domain.reconcile.forms import dump, load

ALL: Final = "all"
EVERY_MS: Final = 6 * 3_600_000
_CALL: Final = Call(method="reconcile", own=True)
Classes = Callable[[], Awaitable[Mapping[str, str]]]


async def kept_buffers(records: Records) -> dict[str, tuple[Kept, Buffer]]:
    """Give all buffers by name. Raises `Unavailable`."""
    return {kept.record_id: (kept, load(Buffer, kept.text)) async for kept in every(records, Collection.BUFFERS, ALL)}


class BufferMaking:
    """Works them out where they are old, or the map says something else than what they were worked out by."""

    def __init__(
        self,
        records: Records,
        evidence: BufferEvidence,
        feeds: Feeds,
        classes: Classes,
        handoffs: Callable[[], HandoffMap | None],
    ) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._evidence = evidence
        self._feeds = feeds
        self._classes = classes
        self._handoffs = handoffs
        self._seen: tuple[str, int] = ("", 0)
        """The map by which it was worked out last, and when."""

    async def tick(self, now_ms: int) -> None:
        """Work them out where it is time. Raises `Unavailable`."""
        handoffs = self._handoffs()
        sha256, at_ms = handoffs.sha256 if handoffs else "", self._seen[1]
        if self._seen[0] == sha256 and 0 <= now_ms - at_ms < EVERY_MS:
            return
        before = await kept_buffers(self._records)
        made = await self._made(handoffs, before, now_ms) if handoffs else {}
        if made is not None:
            await self._keep(before, made)
        self._seen = sha256, min((each.worked_out_at_ms for each in (made or {}).values()), default=now_ms)
        if made is None:
            self._seen = sha256, min(each.worked_out_at_ms for _, each in before.values())

    async def _made(
        self, handoffs: HandoffMap, before: Mapping[str, tuple[Kept, Buffer]], now_ms: int
    ) -> dict[str, Buffer] | None:
        """Work all out; None where those that stand are young, and by the same rules at the same places."""
        rules = handoffs.reconcile.buffers
        everywhere = [each for each in await self._feeds.locations(_CALL) if not each.startswith("~")] if rules else []
        places = {
            (channel, location_id)
            for channel in rules
            for location_id in (handoffs.channels[channel].locations or everywhere)
        }
        stand = [each for _, each in before.values()]
        if before and {(each.channel, each.location_id) for each in stand} == places:
            young = all(0 <= now_ms - each.worked_out_at_ms < EVERY_MS for each in stand)
            same = all(
                (each.quantile_percent, each.least_basis_points, each.most_basis_points)
                == (
                    rules[each.channel].quantile_percent,
                    rules[each.channel].least_basis_points,
                    rules[each.channel].most_basis_points,
                )
                for each in stand
            )
            if young and same:
                return None
        classes = await self._classes() if places else {}
        made: dict[str, Buffer] = {}
        for location_id in sorted({location_id for _, location_id in places}):
            evidence = await self._evidence.of(location_id, classes, handoffs, now_ms)
            for channel in sorted(channel for channel, place in places if place == location_id):
                for abc, of_class in evidence.items():
                    found = work_out(channel, location_id, abc, of_class, rules[channel], now_ms)
                    made[found.record_id] = found
        return made

    async def _keep(self, before: Mapping[str, tuple[Kept, Buffer]], made: Mapping[str, Buffer]) -> None:
        changes = []
        for name, buffer in made.items():
            version = before[name][0].version if name in before else 0
            changes.append(Change(Collection.BUFFERS, name, version, dump(buffer), {ALL: buffer.worked_out_at_ms}))
        for name, (kept, _) in before.items():
            if name not in made:
                changes.append(Change(Collection.BUFFERS, name, kept.version, "", {ALL: None}))
        for place in range(0, len(changes), CHANGES_MAX):
            try:
                await self._records.commit(changes[place : place + CHANGES_MAX])
            except Conflict:
                return  # another process works them out as well: its figures are as good
