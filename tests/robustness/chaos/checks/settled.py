"""I4 and I6: what was acknowledged stands where its reply said, once; what was not applied stands nowhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gate_service.domain.entries import Entry
from gate_service.domain.operations import SourceEvent
from tests.robustness.chaos import laws
from tests.robustness.chaos.caller import SYSTEM
from tests.robustness.chaos.contract import operation_of
from tests.robustness.chaos.history import SETTLED, Outcome, Record
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation

_TURNED_AWAY = frozenset({"OPERATION_ID_REUSED", "SOURCE_EVENT_CONFLICT", "SKU_MERGED", "TRANSFER_ID_REUSED"})
"""A no that is not stored and that these clients provoke; any other is unexpected."""
EventKey = tuple[str, ...]


def check_once(stored: Stored, all_records: Sequence[Record]) -> Iterator[Violation]:
    """See that no operation and no event has two entries, and that somebody asked for each entry."""
    asked = {record.operation_id for record in all_records}
    operations: dict[str, int] = {}
    events: dict[EventKey, int] = {}
    for entry in stored.entries:
        name, revision = entry.operation_id, entry.revision
        if name in operations:
            yield _violation(laws.ONCE, stored, name, revision, f"no second entry: it stands at {operations[name]}")
        operations[name] = revision
        if name not in asked and not name.startswith("~"):
            yield _violation(laws.ONCE, stored, name, revision, "no entry: nobody asked for it")
        if entry.source is None:
            continue
        key = _key(entry.source)
        if key in events:
            yield _violation(laws.ONCE, stored, name, revision, f"no second entry of {key}: it is at {events[key]}")
        events[key] = revision


def check_settled(stored: Stored, records: Sequence[Record]) -> Iterator[Violation]:
    """See that each acknowledged operation stands at the revision its reply named, as it was asked."""
    fresh: dict[str, Record] = {}
    for record in records:
        if record.is_question or record.outcome not in SETTLED or "sent_revision" in record.metadata:
            continue
        yield from _stands(stored, record)
        if not record.replayed:
            first = fresh.setdefault(record.operation_id, record)
            if first is not record:
                yield _of(laws.ONCE, stored, record, f"a replay: it was done anew at {first.revision} already")


def check_honesty(stored: Stored, records: Sequence[Record]) -> Iterator[Violation]:
    """See that what was said to have changed nothing did not, and that no call ended in a way it never should."""
    standing = {entry.operation_id: entry for entry in stored.entries}
    ends: dict[str, set[Outcome]] = defaultdict(set)
    for record in records:
        if not record.is_question:
            ends[record.operation_id].add(record.outcome)
        if record.reason == "INTERNAL":
            yield _of(laws.FAULTLESS, stored, record, "any answer but INTERNAL")
        if record.reason == "LOCATION_FENCED":
            yield _of(laws.FENCED, stored, record, "no fence: nothing acknowledged can have been lost here")
        if record.outcome is Outcome.TURNED_AWAY and not record.is_question:
            yield from _turned_away(stored, record, standing)
    for name, outcomes in ends.items():
        if outcomes == {Outcome.NOT_APPLIED} and name in standing:
            yield _violation(laws.HONEST, stored, name, standing[name].revision, "no entry: each call was called off")


def check_announced(stored: Stored, elsewhere: Mapping[str, Stored], records: Sequence[Record]) -> Iterator[Violation]:
    """See that what a transfer announced at another location stands there."""
    for record in records:
        if record.method != "TransferStock" or record.outcome is not Outcome.APPLIED or record.reply is None:
            continue
        announced, there = record.reply.announced, elsewhere.get(record.request.to_location_id)  # type: ignore[attr-defined]
        if there is None or announced.replayed:
            continue
        entry = there.at(announced.revision)
        if entry is None or entry.document_id != record.request.transfer_id:  # type: ignore[attr-defined]
            expected = f"its announcement at {there.location_id}@{announced.revision}"
            yield _of(laws.ACKNOWLEDGED, stored, record, expected)


def _stands(stored: Stored, record: Record) -> Iterator[Violation]:
    entry = stored.at(record.revision)
    if entry is None:
        yield _of(laws.ACKNOWLEDGED, stored, record, f"an entry, but the ledger ends at {stored.revision}")
        return
    operation = operation_of(record.method, record.request)
    if entry.operation_id != record.operation_id and not _same_event(record, operation.source, entry.source):
        yield _of(laws.ACKNOWLEDGED, stored, record, f"its own entry, but there stands {entry.operation_id}")
        return
    if entry.kind is not operation.kind or not same_body(entry, operation.body()):
        yield _of(laws.ACKNOWLEDGED, stored, record, f"what it asked, but there stands {entry.kind} {entry.body}")
    if record.outcome is Outcome.REFUSED and entry.refusal != record.reason:
        yield _of(laws.ACKNOWLEDGED, stored, record, f"{record.reason}, but there stands {entry.refusal or 'a yes'}")
    if record.outcome is Outcome.APPLIED and (entry.refusal or entry.at_ms != record.at_ms):
        yield _of(laws.ACKNOWLEDGED, stored, record, f"a yes of {record.at_ms} ms, not {entry.refusal} {entry.at_ms}")
    if record.chain_hash and record.chain_hash != entry.chain_hash:
        yield _of(laws.ACKNOWLEDGED, stored, record, f"the hash {record.chain_hash}, not {entry.chain_hash}")


def _same_event(record: Record, told: SourceEvent | None, stands: SourceEvent | None) -> bool:
    """Say whether the answer is that to an event which another operation told before; a refusal does not say so."""
    if told is None or stands is None or not record.replayed:
        return False
    return (record.absorbed or record.outcome is Outcome.REFUSED) and _key(_named(told)) == _key(stands)


def _turned_away(stored: Stored, record: Record, standing: dict[str, Entry]) -> Iterator[Violation]:
    """Hold the reason of a no that was not stored to what stands."""
    if record.reason not in _TURNED_AWAY and record.reason != "LOCATION_FENCED":
        yield _of(laws.HONEST, stored, record, f"another end than {record.reason}: {record.metadata.get('text', '')}")
        return
    entry = standing.get(record.operation_id)
    if record.reason != "OPERATION_ID_REUSED" or entry is None:
        return
    operation = operation_of(record.method, record.request)
    if entry.kind is operation.kind and same_body(entry, operation.body()):
        yield _of(laws.HONEST, stored, record, f"its stored answer: at {entry.revision} stands just this")


def same_body(entry: Entry, body: dict[str, object]) -> bool:
    """Say whether an entry was asked with this body, however its JSON is written."""
    return bool(json.loads(entry.body) == json.loads(json.dumps(body)))


def _named(source: SourceEvent) -> SourceEvent:
    return source._replace(system=source.system or SYSTEM)


def _key(source: SourceEvent) -> EventKey:
    return tuple(str(part) for part in source[:-1])


def _of(law: str, stored: Stored, record: Record, expected: str) -> Violation:
    return _violation(law, stored, record.operation_id, record.revision, f"{record.method}: {expected}")


def _violation(law: str, stored: Stored, operation_id: str, revision: int, expected: str) -> Violation:
    return Violation(law, stored.location_id, operation_id, revision, expected)
