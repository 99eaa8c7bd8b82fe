"""The handoff map in force: where it comes from, how it changes, and who is told.

It stands in the store, so that all gates obey the same one. A gate puts its file in force where that is newer, takes
over at once what another one put in force, and keeps what it has where it meets something it cannot read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from gate_service.app.ports import Call, Ledger
from gate_service.domain import handoff_document
from gate_service.domain.adaptive import AdaptiveTable
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.handoff_changes import changes
from gate_service.domain.handoffs import Channel, HandoffMap
from gate_service.domain.operations import HOUSE, ChangeHandoffs
from gate_service.domain.policy import Policy
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.replies import NOT_STORED, Applied
from gate_service.domain.vocabulary import OperationKind, Reason

BY_FILE = Call(method="handoffs", system="gate", actor="file")
"""What a gate asks for by itself."""


_NO_RULES = ReconcileRules()


class HandoffsUnreadable(Exception):
    """The map in the store is of a form that this gate does not know: a newer one wrote it."""


class Changed(NamedTuple):
    """A map that was asked for is in force; `changes` is empty where it was before."""

    applied: Applied
    version: int
    sha256: str
    changes: tuple[str, ...]


class Change(NamedTuple):
    """One entry of the ledger of changes; `refusal` is a `Reason`, or empty."""

    entry: Entry
    version: int
    sha256: str
    changes: tuple[str, ...]


class ChangePage(NamedTuple):
    """By revision. `next_from_revision` is 0 where there is no more yet, `latest_revision` where there is none."""

    changes: tuple[Change, ...]
    next_from_revision: int
    latest_revision: int


class Handoffs:
    """The map in force, as this gate knows it."""

    def __init__(
        self,
        ledger: Ledger,
        read: Callable[[str], HandoffMap],
        defaults: Policy,
        on_swap: Callable[[HandoffMap], None],
    ) -> None:
        """Begin without a map. `read` raises `HandoffsInvalid`; `on_swap` hears of each map that comes into force."""
        self._ledger = ledger
        self._read = read
        self._defaults = defaults
        self._on_swap = on_swap
        self._policy = defaults
        self._adaptive: Mapping[str, AdaptiveTable] = {}
        self.in_force: HandoffMap | None = None

    @property
    def policy(self) -> Policy:
        """What the map decides, and the settings where it leaves something open."""
        return self._policy

    def keep_back_by(self, tables: Mapping[str, AdaptiveTable]) -> None:
        """Keep back from now on what these tables say, by channel.

        A channel that the map in force calls adaptive no more keeps its fixed buffer at once, and one that has no table
        does so until there is one.
        """
        self._adaptive = tables
        self._policy = self._adapted(self._policy)

    @property
    def reconcile(self) -> ReconcileRules:
        """What the map says of reconciliation; the defaults where there is none."""
        return self.in_force.reconcile if self.in_force else _NO_RULES

    def channels(self) -> Mapping[str, Channel]:
        """Give the channels of the map in force, by id."""
        return self.in_force.channels if self.in_force else {}

    def locations_of(self, channel: str) -> tuple[str, ...]:
        """Give the locations that serve a channel, in their order; none where the map knows none."""
        found = self.channels().get(channel)
        return found.locations if found else ()

    def owner_of(self, system: str) -> str:
        """Give whom to tell of a system's feed, with the way to reach them; "" for nobody."""
        found = self.in_force.systems.get(system) if self.in_force else None
        return f"{found.owner.name} ({found.owner.contact})" if found and found.owner else ""

    def cadences(self, location_id: str) -> dict[str, int]:
        """Give how long each system that tells of this location may be silent, in ms, where that is not for ever.

        A system that may act everywhere is expected nowhere in particular: it is told of where it has spoken.
        """
        systems = self.in_force.systems.values() if self.in_force else ()
        return {
            system.system_id: system.feed.cadence_ms
            for system in systems
            if system.feed.cadence_ms and (system.locations.everything or location_id in system.locations.ids)
        }

    def expected(self, location_id: str) -> frozenset[str]:
        """Name the systems whose events are expected at this very location."""
        systems = self.in_force.systems.values() if self.in_force else ()
        return frozenset(
            system.system_id
            for system in systems
            if system.feed.cadence_ms and not system.locations.everything and location_id in system.locations.ids
        )

    async def refresh(self, call: Call = BY_FILE) -> bool:
        """Take over what is in force in the store; True where that is another map than before.

        Raises `Unavailable` and `HandoffsUnreadable`.
        """
        found = await self._ledger.handoffs(call)
        if not found.version or (self.in_force and self.in_force.sha256 == found.sha256):
            return False
        try:
            handoffs = handoff_document.read_canonical(found.handoffs)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise HandoffsUnreadable(f"version {found.version}") from error
        self._swap(handoffs)
        return True

    async def apply(self, text: str, operation_id: str, call: Call) -> Changed:
        """Put a map in force. Raises `HandoffsInvalid`, HANDOFFS_VERSION_STALE, and as `Ledger.apply`."""
        handoffs = await asyncio.to_thread(self._read, text)
        with contextlib.suppress(HandoffsUnreadable):  # whatever it is, another one may take its place
            await self.refresh(call)
        before = self.in_force
        if before and (before.version, before.sha256) == (handoffs.version, handoffs.sha256):
            return await self._in_force_already(before, call)
        told = changes(before, handoffs)
        operation = ChangeHandoffs(operation_id, HOUSE, handoffs.version, handoffs.sha256, told, handoffs.canonical)
        try:
            reply = await self._ledger.apply(operation, self._policy, call)
        except Refused as no:
            return await self._asked_before(no, operation, call)
        if not reply.applied.replayed:  # else another may be in force by now
            self._swap_if_newer(handoffs)
        return Changed(reply.applied, handoffs.version, handoffs.sha256, told)

    async def apply_file(self, text: str) -> Changed | None:
        """Put the map of this gate's file in force, or find that it is; None where a newer one is.

        Raises as `apply` does; HANDOFFS_VERSION_STALE is left for the same version with another content.
        """
        handoffs = await asyncio.to_thread(self._read, text)
        with contextlib.suppress(HandoffsUnreadable):
            await self.refresh()
        if self.in_force and self.in_force.version > handoffs.version:
            return None
        return await self.apply(text, f"handoffs-{handoffs.version}-{handoffs.sha256[:16]}", BY_FILE)

    async def changes(self, from_revision: int, limit: int, call: Call) -> ChangePage:
        """Read a page of what changed. Raises as `Ledger.entries` does, but for a ledger without an entry."""
        try:
            page = await self._ledger.entries(HOUSE, from_revision, limit, call)
        except Refused as no:
            if no.reason is not Reason.UNKNOWN_LOCATION:
                raise
            return ChangePage((), 0, 0)
        return ChangePage(
            tuple(_change(entry) for entry in page.entries if entry.kind is OperationKind.CHANGE_HANDOFFS),
            page.next_from_revision,
            page.latest_revision,
        )

    def _swap(self, handoffs: HandoffMap) -> None:
        self.in_force = handoffs
        self._policy = self._adapted(handoffs.policy(self._defaults))
        self._on_swap(handoffs)

    def _adapted(self, policy: Policy) -> Policy:
        channels = self.reconcile.buffers
        tables = {channel: table for channel, table in self._adaptive.items() if channel in channels}
        return replace(policy, adaptive=tables)

    def _swap_if_newer(self, handoffs: HandoffMap) -> None:
        """Take it over at once; the next refresh finds what other gates did meanwhile."""
        if self.in_force is None or self.in_force.version < handoffs.version:
            self._swap(handoffs)

    async def _in_force_already(self, handoffs: HandoffMap, call: Call) -> Changed:
        found = await self._ledger.handoffs(call)
        applied = Applied(found.revision, found.since_ms, replayed=True) if found.revision else NOT_STORED
        return Changed(applied, handoffs.version, handoffs.sha256, ())

    async def _asked_before(self, no: Refused, operation: ChangeHandoffs, call: Call) -> Changed:
        """Give the answer of the same map under the same id: what it changes is told otherwise by now, so it looks new.

        Raises `no` where it was another map.
        """
        revision = no.metadata.get("stored_revision") if no.reason is Reason.OPERATION_ID_REUSED else None
        if revision is None:
            raise no
        page = await self._ledger.entries(HOUSE, int(revision), 1, call)
        asked = [_change(entry) for entry in page.entries if entry.kind is OperationKind.CHANGE_HANDOFFS]
        if not asked or (asked[0].version, asked[0].sha256) != (operation.version, operation.sha256):
            raise no
        first = asked[0]
        applied = Applied(first.entry.revision, first.entry.at_ms, replayed=True)
        if first.entry.refusal:
            raise Refused(Reason(first.entry.refusal), "this map was refused before", no.metadata, (), applied) from no
        return Changed(applied, first.version, first.sha256, first.changes)


def _change(entry: Entry) -> Change:
    body = json.loads(entry.body)
    return Change(entry, body["version"], body["sha256"], tuple(body["changes"] or ()))
