"""I3: the ledger told again to the independent model, and each question asked again where it was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from gate_service.app.ports import Call
from gate_service.app.questions import Promises
from gate_service.domain.cases import ShortagePage
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.operations import AuthorizeWave
from gate_service.rpc.decode import gate as decode
from gate_service.rpc.encode import gate as encode_gate
from gate_service.rpc.encode import stock as encode_stock
from tests.model import Outcome, reads
from tests.model.ledger import ModelLedger
from tests.model.retell import Retelling
from tests.model.shortages import shortages_of
from tests.model.state import NOTHING, Location, No, Snapshot
from tests.robustness.chaos import laws
from tests.robustness.chaos.caller import SYSTEM
from tests.robustness.chaos.contract import copied, operation_of
from tests.robustness.chaos.history import Record
from tests.robustness.chaos.house import policy
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation

_ADDED = {"applied", "conversions", "lineage", "as_of_ms"}


@dataclass(slots=True)
class Replayed:
    """What a ledger amounts to, as far as the model could follow it."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """What was answered, by revision."""
    snapshot: Snapshot = NOTHING
    revision: int = 0
    complete: bool = False
    violations: list[Violation] = field(default_factory=list)


def replay(stored: Stored, questions: Sequence[Record]) -> Replayed:
    """Tell all entries to a fresh model; stop where it does not come to the same."""
    told = Replayed()
    retelling = Retelling(stored.location_id)
    waiting: dict[int, list[Record]] = defaultdict(list)
    for record in questions:
        waiting[record.revision].append(record)
    for entry in stored.entries:
        try:
            outcome = retelling.tell(entry)
        except (AssertionError, LookupError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
            told.violations.append(
                Violation(laws.REPLAY, stored.location_id, entry.operation_id, entry.revision, _why(error))
            )
            return told
        if outcome is not None:
            told.outcomes[entry.revision] = outcome
        told.revision = entry.revision
        told.violations += _ask_again(entry, retelling.model, stored.location_id, waiting.pop(entry.revision, ()))
    told.violations += [_unknown(stored, record) for records in waiting.values() for record in records]
    told.snapshot = retelling.model.snapshot(stored.location_id)
    told.complete = True
    return told


def _why(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return f"that the model comes to the same: {type(error).__name__} {said[0][:400] if said else ''}".rstrip()


def _unknown(stored: Stored, record: Record) -> Violation:
    expected = f"{record.method} at a revision of the ledger, which ends at {stored.revision}"
    return Violation(laws.READS, stored.location_id, "", record.revision, expected)


def _ask_again(entry: Entry, model: ModelLedger, at: str, records: Sequence[Record]) -> Iterator[Violation]:
    for record in records:
        if record.chain_hash and record.chain_hash != entry.chain_hash:
            said = f"{record.method} of the history that is, not of {record.chain_hash}"
            yield Violation(laws.READS, at, "", record.revision, said)
        expected = _answer(model, at, record)
        if record.reply is None or bare(record.reply) != bare(expected):
            said = f"{record.method} {expected}, not {record.reply}".replace("\n", " ")
            yield Violation(laws.READS, at, "", record.revision, said[:1_500])


def bare(message: Message) -> Message:
    """Give a message without what the ledger adds to it and without the time of the asking."""
    copy = copied(message)
    for part in (copy, *getattr(copy, "parts", ()), *getattr(copy, "locations", ())):
        for name in _ADDED.intersection(part.DESCRIPTOR.fields_by_name):
            part.ClearField(name)
    return copy  # type: ignore[no-any-return]  # of the message's own kind


def _answer(model: ModelLedger, location_id: str, record: Record) -> Message:
    """Say what a question should have been answered by the state that the model stands at."""
    answer = _ANSWERS[record.method]
    return answer(model, model._at(location_id), location_id, record)


def _check(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    request: Any = copied(record.request)
    house = policy()
    asked = decode.availability_lines(request)
    answer = reads.check(at, location_id, asked, house.keep_back(request.channel), record.at_ms)
    return encode_gate.check_availability(Promises(house, [answer]), request.channel)


def _reservation(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    try:
        answer = reads.reservation(at, record.request.order_id)  # type: ignore[attr-defined]
    except No:
        return gate_pb.GetReservationResponse()
    return encode_gate.get_reservation([(location_id, answer)])


def _stock(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    return encode_stock.get_stock(reads.stock(at, list(record.request.skus)))  # type: ignore[attr-defined]


def _list(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    return encode_stock.list_stock(reads.list_stock(at, "", record.request.page_size))  # type: ignore[attr-defined]


def _shortages(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    short = [sku for sku in sorted(at.stock) if at.stock[sku].available < 0]
    page = ShortagePage(shortages_of(at, short, policy().priorities), "", at.revision)
    return encode_stock.list_shortages(page)


def _dry_run(model: ModelLedger, at: Location, location_id: str, record: Record) -> Message:
    operation = operation_of(record.method, record.request)
    assert isinstance(operation, AuthorizeWave)
    clock_ms, model.clock_ms = model.clock_ms, lambda: record.at_ms
    try:
        reply = model.do(operation, policy(), Call(record.method, SYSTEM, record.actor))
    except Refused:
        return gate_pb.AuthorizeWaveResponse()
    finally:
        model.clock_ms = clock_ms
    return encode_gate.authorize_wave(operation, reply)  # type: ignore[arg-type]  # a wave's reply


_ANSWERS: Mapping[str, Callable[[ModelLedger, Location, str, Record], Message]] = {
    "CheckAvailability": _check,
    "GetReservation": _reservation,
    "GetStock": _stock,
    "ListStock": _list,
    "ListShortages": _shortages,
    "AuthorizeWave": _dry_run,
}
