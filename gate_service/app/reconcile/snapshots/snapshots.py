"""Snapshots as they come in, and as they are asked for. They are compared elsewhere (`gate reconcile`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Change, Collection, Conflict, Records
from gate_service.app.reconcile.snapshots.reading import Codes, RowReader, Successors
from gate_service.app.reconcile.snapshots.staging import SnapshotRows
from gate_service.app.reconcile.snapshots.taking import Taking
from gate_service.domain.errors import InvalidField, Refused
from gate_service.domain.handoffs import HandoffMap
from gate_service.domain.reconcile.alarms import moment, span
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.measures import OWN
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import Snapshot, SnapshotState
from gate_service.domain.reconcile.telling import Header
from gate_service.domain.stock import StockAnswer
from gate_service.domain.verbs import Verb
from gate_service.domain.vocabulary import Reason

AHEAD_MAX_MS: Final = 5_000
"""So far a system's clock may be ahead of the store's."""
_LISTING: Final = "/fulfillment_gate.v1.ReconciliationService/ListSnapshots"
_LOOKED_AT_MAX: Final = 2_000
"""Snapshots that one question looks at: of a filter that fits few, a page may be short and not the last."""
_OTHER: Final = {
    "location_id": "was of another location",
    "measure": "was of another measure",
    "deducts": "had other claims taken off",
    "as_of": "was of another moment",
    "whole": "was whole where this one is in part, or in part where this one is whole",
    "skip_bad_rows": "was told with another skip_bad_rows",
}
"""How the snapshot that was begun under a name differs, by the field of the header."""
_READ_AT_ONCE: Final = 20
"""While some are read all others wait, and each may have a thousand wrong rows."""


class Stock(Protocol):
    """What is asked of the record; see `app.ports.Ledger`."""

    async def stock(self, location_id: str, skus: tuple[str, ...], call: Call) -> StockAnswer:
        """Read some SKUs at one revision. Raises `Refused` with UNKNOWN_LOCATION."""
        ...


class Maps(Protocol):
    """The handoff map in force."""

    in_force: HandoffMap | None

    @property
    def reconcile(self) -> ReconcileRules:
        """What it says of reconciliation."""
        ...


class Edge(NamedTuple):
    """What is known of codes."""

    codes: Codes
    successors: Successors
    on_unknown: Callable[[str, str, str], None]
    """Hears of each code that nobody knows: the code, the system, the location."""


class SnapshotPage(NamedTuple):
    """Some snapshots, newest first; `next_token` is empty after the last."""

    snapshots: list[Snapshot]
    next_token: str


class Snapshots:
    """Takes snapshots, and gives them as they stand."""

    def __init__(
        self, records: Records, rows: SnapshotRows, stock: Stock, maps: Maps, access: Access, edge: Edge
    ) -> None:
        """Keep what is needed; nothing is asked."""
        self._records = records
        self._rows = rows
        self._stock = stock
        self._maps = maps
        self._access = access
        self._edge = edge

    async def begin(self, header: Header, call: Call) -> Taking:
        """Begin a snapshot, or find the one that was begun under this name.

        Raises `Denied`, `InvalidField`, `Unavailable`, and `Refused` with UNKNOWN_SYSTEM, UNKNOWN_LOCATION,
        UNKNOWN_MEASURE, AS_OF_AHEAD or SNAPSHOT_ID_REUSED.
        """
        header = header._replace(system=self._system(header.system, call, "header.system"))
        self._access.act(call, Verb.SUBMIT_SNAPSHOT, header.location_id, header.system)
        self._stands_there(header)
        standing = await self._stock.stock(header.location_id, (), call)
        snapshot, version = await self._begun(header) or await self._new(header, standing)
        field = header.differs(snapshot)
        if field:
            raise Refused(
                Reason.SNAPSHOT_ID_REUSED,
                f"{header.system} used snapshot_id {header.snapshot_id} for another snapshot, which {_OTHER[field]}: "
                "take another snapshot_id",
                {"snapshot_id": header.snapshot_id, "system": header.system, "field": f"header.{field}"},
            )

        def on_unknown(code: str) -> None:
            self._edge.on_unknown(code, snapshot.system, snapshot.location_id)

        async def look_again() -> tuple[Snapshot, int]:
            return await self._found(header) or (snapshot, 0)

        rules = self._maps.reconcile
        reader = RowReader(snapshot, rules.measure, self._edge.codes, self._edge.successors, on_unknown)
        return Taking(snapshot, version, self._records, self._rows, reader, look_again)

    def _stands_there(self, header: Header) -> None:
        """Refuse what a system is said to believe of a location that is not its own. Raises `InvalidField`."""
        handoffs = self._maps.in_force
        its = handoffs.systems[header.system].locations if handoffs else None
        if its is not None and its.ids and header.location_id not in its:
            text = f"must be a location of {header.system}, to which the handoff map does not give {header.location_id}"
            raise InvalidField("header.location_id", f"{text}: mend the name, or the map")

    def _system(self, told: str, call: Call, field: str) -> str:
        """Give the system that is meant, the caller's where none was told. Raises `InvalidField` and UNKNOWN_SYSTEM."""
        system = told or call.system
        if not system:
            raise InvalidField(field, "must name a system, as the caller has no name here")
        handoffs = self._maps.in_force
        if handoffs is not None and system not in handoffs.systems:
            text = f"the handoff map names no system {system}: mend the name, or add it to the map"
            raise Refused(Reason.UNKNOWN_SYSTEM, text, {"system": system, "field": field})
        return system

    async def _begun(self, header: Header) -> tuple[Snapshot, int] | None:
        """Give it as it was begun, from its first row on where rows of it are gone: it was left alone for too long."""
        found = await self._found(header)
        if found is None or found[0].state is not SnapshotState.RECEIVING or await self._rows.stand(found[0]):
            return found
        snapshot, version = found
        anew = replace(snapshot, received_rows=0, digest="0", bad_rows=(), bad_row_count=0)
        try:
            await self._records.commit([Change(Collection.SNAPSHOTS, anew.record_id, version, dump(anew))])
        except Conflict:  # another stream was first
            return await self._found(header)
        return anew, version + 1

    async def _found(self, header: Header) -> tuple[Snapshot, int] | None:
        (kept,) = await self._records.get(Collection.SNAPSHOTS, [f"{header.system} {header.snapshot_id}"])
        return (load(Snapshot, kept.text), kept.version) if kept else None

    async def _new(self, header: Header, standing: StockAnswer) -> tuple[Snapshot, int]:
        now_ms, latest = await self._records.now_ms(), standing.revision
        if header.as_of_revision > latest:
            text = f"{header.location_id} is at revision {latest:,}, and the figures are said to be of a later one"
            told = {"field": "header.as_of_revision", "latest_revision": str(latest)}
            raise Refused(Reason.AS_OF_AHEAD, f"{text}: {header.as_of_revision:,}", told)
        if header.as_of_ms > now_ms + AHEAD_MAX_MS:
            ahead = span(header.as_of_ms - now_ms)
            text = (
                f"the figures are said to be of {moment(header.as_of_ms)}, {ahead} from now: mend the time or the clock"
            )
            raise Refused(Reason.AS_OF_AHEAD, text, {"field": "header.as_of_ms", "now_ms": str(now_ms)})
        snapshot = replace(self._described(header, now_ms), epoch=standing.lineage.epoch)
        scores = dict.fromkeys(("all", f"of {snapshot.system}", f"at {snapshot.location_id}"), now_ms)
        try:
            await self._records.commit(
                [Change(Collection.SNAPSHOTS, snapshot.record_id, 0, dump(snapshot), {**scores})]
            )
        except Conflict:  # another stream has just begun it
            return await self._found(header) or (snapshot, 1)
        return snapshot, 1

    def _described(self, header: Header, now_ms: int) -> Snapshot:
        rules = self._maps.reconcile
        mirror = rules.mirror(header.system)
        measure = header.measure or mirror.measure
        if rules.measure(measure) is None:
            known = ", ".join(sorted({*OWN, *rules.measures}))
            text = f"there is no measure {measure!a}: say {known}, or declare it in the handoff map"
            raise Refused(Reason.UNKNOWN_MEASURE, text, {"measure": measure, "field": "header.measure"})
        deducts = header.deducts or (mirror.deducts if measure == mirror.measure else ())
        told_none = not (header.as_of_revision or header.as_of_ms)
        return Snapshot(
            snapshot_id=header.snapshot_id,
            system=header.system,
            location_id=header.location_id,
            measure=measure,
            deducts=deducts,
            as_of_revision=header.as_of_revision,
            as_of_ms=now_ms if told_none else header.as_of_ms,
            whole=header.whole,
            skip_bad_rows=header.skip_bad_rows,
            begun_at_ms=now_ms,
            changed_at_ms=now_ms,
        )

    async def get(self, system: str, snapshot_id: str, call: Call) -> Snapshot:
        """Give one. Raises `Denied`, and `Refused` with SNAPSHOT_NOT_FOUND."""
        whose = system or call.system
        if whose != call.system:  # a shop sees its own, and not what others believe
            self._access.enter(replace(call, method=_LISTING))
        (kept,) = await self._records.get(Collection.SNAPSHOTS, [f"{whose} {snapshot_id}"])
        if kept is None:
            text = f"there is no snapshot {snapshot_id} of {whose or 'a system without a name'}"
            raise Refused(Reason.SNAPSHOT_NOT_FOUND, text, {"snapshot_id": snapshot_id, "system": whose})
        found = load(Snapshot, kept.text)
        self._access.read(call, found.location_id)
        return found

    async def page(self, system: str, location_id: str, limit: int, token: str, call: Call) -> SnapshotPage:
        """Give some, newest first. Raises `Denied`, and `InvalidField` for a token that no page gave."""
        if location_id:
            self._access.read(call, location_id)
        index = f"of {system}" if system else f"at {location_id}" if location_id else "all"
        found: list[Snapshot] = []
        looked_at = 0
        while True:
            some = min(_READ_AT_ONCE, limit - len(found))
            page = await self._records.page(Collection.SNAPSHOTS, index, some, token, descending=True)
            told = [_listed(kept.text) for kept in page.records]
            found += [each for each in told if self._shown(each, location_id, call)]
            looked_at += len(told)
            token = page.next_token
            if not token or len(found) >= limit or looked_at >= _LOOKED_AT_MAX:
                return SnapshotPage(found, token)

    def _shown(self, snapshot: Snapshot, location_id: str, call: Call) -> bool:
        if location_id and snapshot.location_id != location_id:
            return False
        return bool(self._access.narrowed(call, (snapshot.location_id,)))


def _listed(text: str) -> Snapshot:
    """Read a snapshot without its wrong rows, which no list tells: a thousand of them take milliseconds."""
    told = json.loads(text)
    told.pop("bad_rows", None)
    return load(Snapshot, json.dumps(told))
