"""The checker can fail: a sound history passes, and each way to spoil it is noticed, by the law that it breaks."""

from __future__ import annotations

import asyncio
import copy
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from fulfillment_gate.v1.error_reason_pb2 import Refusal
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.vocabulary import Bucket, OperationKind
from tests.robustness.chaos import laws
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.checker import Rules, check_all
from tests.robustness.chaos.checks.chain import hash_of
from tests.robustness.chaos.clients.asking import Crew
from tests.robustness.chaos.clients.shelf import Shelf
from tests.robustness.chaos.history import History, Outcome, Record
from tests.robustness.chaos.plan import Plan
from tests.robustness.chaos.reading import Stored, read_at_rest
from tests.robustness.chaos.report import Violation
from tests.robustness.chaos.resolve import resolve
from tests.robustness.chaos.run import REST_S, at_work, opening_all
from tests.robustness.chaos.site import opened
from tests.robustness.chaos.waiting import until
from tests.robustness.shim import NoCompilerError
from tests.rpc.wire import reserve

CALLS = 300


@dataclass
class Seen:
    """What was asked and answered, and what was found in the store afterwards."""

    stored: list[Stored]
    records: list[Record]

    @property
    def place(self) -> Stored:
        """Give the location of which most is known."""
        return max(self.stored, key=lambda stored: stored.revision)

    def first(self, fits: Callable[[Record], bool]) -> Record:
        """Give the first call at that location that fits."""
        return next(one for one in self.records if one.location_id == self.place.location_id and fits(one))

    def entry(self, fits: Callable[[Entry], bool]) -> Entry:
        """Give the first entry there that fits, but for the newest ten."""
        return next(one for one in self.place.entries[:-10] if fits(one))

    def swap(self, entry: Entry) -> None:
        """Put an entry in the place of the one with its revision, and chain the ledger anew."""
        self.place.entries[entry.revision - 1] = entry
        self.chain()

    def chain(self) -> None:
        """Number the entries and compute every hash anew, as whoever tampered with them would."""
        before = ""
        for at, entry in enumerate(self.place.entries):
            reply = json.dumps({**json.loads(entry.reply), "revision": at + 1}, separators=(",", ":"))
            numbered = entry._replace(revision=at + 1, reply=reply)
            before = hash_of(before, numbered)
            self.place.entries[at] = numbered._replace(chain_hash=before)
        for record in self.records:
            record.chain_hash = ""  # what is under test is not the hash in the reply

    def broken(self, rules: Rules | None = None) -> set[str]:
        """Give the laws that the checker finds broken."""
        return {violation.law for violation in self.violations(rules)}

    def violations(self, rules: Rules | None = None) -> list[Violation]:
        """Check it."""
        return check_all(self.stored, self.records, rules or Rules()).violations


def deliberate() -> list[Message]:
    """Ask, at both places, for what a test below looks for and chance may leave out."""
    goods = [stock_pb.ReceiptLine(sku="A", quantity=9, landing=stock_pb.LANDING_AVAILABLE)]
    few = [gate_pb.ReserveLine(sku="A", quantity=1)]
    many = [gate_pb.ReserveLine(sku="B", quantity=999)]
    asked: list[Message] = []
    for at, other in (("here", "there"), ("there", "here")):
        asked += [
            incoming_pb.AnnounceIncomingRequest(
                operation_id="paper",
                location_id=at,
                document_id="PO-deliberate",
                kind=incoming_pb.DOCUMENT_KIND_ASN,
                lines=[incoming_pb.IncomingLine(sku="A", quantity=3)],
            ),
            stock_pb.RecordReceiptRequest(
                operation_id="goods",
                location_id=at,
                lines=goods,
                source_event=types_pb.SourceEvent(system="erp", document_type="asn", document="deliberate"),
            ),
            reserve(at, operation_id="few", order_id="deliberate", lines=few),
            reserve(at, operation_id="many", order_id="too-many", lines=many),
            incoming_pb.TransferStockRequest(
                operation_id=f"move-{at}",
                location_id=at,
                to_location_id=other,
                transfer_id=f"move-{at}",
                lines=[incoming_pb.TransferLine(sku="A", quantity=1)],
            ),
            gate_pb.CheckAvailabilityRequest(lines=[gate_pb.AvailabilityLine(sku="A", quantity=1)], location_ids=[at]),
            stock_pb.GetStockRequest(location_id=at, skus=["A", "B"]),
        ]
    padding = [reserve(at, operation_id=f"pad-{n}", order_id=f"pad-{n}") for n in range(12) for at in ("here", "there")]
    return [*asked, *padding]


async def enough(history: History) -> bool:
    return len(history.records) >= CALLS


async def watched() -> Seen:
    """Let clients work for a while at gates that nothing happens to."""
    plan = Plan(gates=2, clients=8, locations=2, without_faults=True)
    with tempfile.TemporaryDirectory(prefix="checker-") as name:
        async with opened(plan, Path(name)) as site:
            history = site.history = History()
            async with Caller([gate.address for gate in site.gates], history) as caller:
                crew = Crew(caller, Random(7), [Shelf("here"), Shelf("there")])
                await opening_all(crew)
                async with at_work(crew, plan.clients):
                    await until(lambda: enough(history), f"{CALLS} calls")
                for request in deliberate():
                    await caller.call(0, request)
                assert await resolve(caller) == 0
                await asyncio.sleep(REST_S)
                records = list(history.records)
                caller.history = History()
                return Seen(await read_at_rest(caller, ["here", "there"]), records)


@pytest.fixture(scope="module")
def history() -> Seen:
    try:
        return asyncio.run(watched())
    except NoCompilerError as why:
        pytest.skip(str(why))


@pytest.fixture
def seen(history: Seen) -> Seen:
    return copy.deepcopy(history)


def applied(method: str) -> Callable[[Record], bool]:
    return lambda one: one.method == method and one.outcome is Outcome.APPLIED and not one.replayed


def test_a_sound_history_passes_and_much_of_it_was_looked_at(seen: Seen) -> None:
    checked = check_all(seen.stored, seen.records, Rules())
    assert [str(violation) for violation in checked.violations] == []
    assert checked.operations > 100
    kinds = {entry.kind for stored in seen.stored for entry in stored.entries}
    assert len(kinds) > 8, "a history of few kinds says little"


def test_an_acknowledged_write_at_the_end_that_is_gone_is_noticed(seen: Seen) -> None:
    del seen.place.entries[-3:]
    assert laws.ACKNOWLEDGED in seen.broken()


def test_an_acknowledged_write_in_the_middle_that_is_gone_is_noticed(seen: Seen) -> None:
    lost = seen.first(lambda one: applied("ReserveStock")(one) and one.revision > 5)
    del seen.place.entries[lost.revision - 1]
    seen.chain()
    assert laws.ACKNOWLEDGED in seen.broken()


def test_an_operation_with_two_effects_is_noticed(seen: Seen) -> None:
    once = seen.entry(lambda entry: entry.kind is OperationKind.RECORD_RECEIPT)
    seen.place.entries.append(once)
    seen.chain()
    assert laws.ONCE in seen.broken()


def test_an_operation_that_was_done_anew_when_asked_again_is_noticed(seen: Seen) -> None:
    first = seen.first(applied("ReserveStock"))
    again = replace(first, number=len(seen.records), asked_ns=first.answered_ns + 1, answered_ns=first.answered_ns + 2)
    seen.records.append(again)
    assert laws.ONCE in seen.broken()


def test_an_event_with_two_effects_is_noticed(seen: Seen) -> None:
    first = seen.entry(lambda entry: entry.source is not None)
    other = seen.entry(lambda entry: entry.source is None and not entry.operation_id.startswith("~"))
    seen.swap(other._replace(source=first.source))
    assert laws.ONCE in seen.broken()


def test_an_entry_that_nobody_asked_for_is_noticed(seen: Seen) -> None:
    seen.place.entries.append(seen.place.entries[-1]._replace(operation_id="from-nowhere"))
    seen.chain()
    assert laws.ONCE in seen.broken()


@pytest.mark.parametrize("part", ["envelope", "body", "reply", "changes_text", "chain_hash"])
def test_a_changed_text_breaks_the_chain(seen: Seen, part: str) -> None:
    entry = seen.place.entries[4]
    seen.place.entries[4] = entry._replace(**{part: getattr(entry, part) + " "})
    assert laws.CHAIN in seen.broken()


def test_a_gap_breaks_the_chain(seen: Seen) -> None:
    del seen.place.entries[4]
    assert laws.CHAIN in seen.broken()


def test_a_time_that_goes_back_is_noticed(seen: Seen) -> None:
    entry = seen.place.entries[6]
    seen.swap(entry._replace(at_ms=entry.at_ms - 60_000))
    assert laws.CHAIN in seen.broken()


def test_two_operations_that_changed_places_are_noticed(seen: Seen) -> None:
    first = next(
        at
        for at in range(2, seen.place.revision - 1)
        if not any(entry.operation_id.startswith("~") for entry in seen.place.entries[at : at + 2])
    )
    entries = seen.place.entries
    entries[first], entries[first + 1] = entries[first + 1], entries[first]
    seen.chain()
    assert laws.ACKNOWLEDGED in seen.broken()


def test_an_answer_out_of_the_order_of_time_is_noticed(seen: Seen) -> None:
    late = [one for one in seen.records if applied("ReserveStock")(one) and one.location_id == seen.place.location_id]
    early, later = late[0], late[-1]
    for name in ("asked_ns", "answered_ns"):
        one, other = getattr(early, name), getattr(later, name)
        setattr(early, name, other)
        setattr(later, name, one)
    assert laws.REAL_TIME in seen.broken()


def test_more_sold_than_there_is_is_noticed(seen: Seen) -> None:
    reserve = seen.entry(lambda entry: entry.kind is OperationKind.RESERVE_STOCK and not entry.refusal)
    sku = reserve.changes[0].sku
    changes = (StockChange(sku, Bucket.COMMITTED, 500),)
    text = json.dumps({sku: {"committed": 500}}, separators=(",", ":"))
    seen.swap(reserve._replace(changes=changes, changes_text=text))
    broken = seen.broken()
    assert laws.NO_SHORTFALL in broken
    assert laws.REPLAY in broken


def test_a_yes_where_the_promise_was_exceeded_is_noticed(seen: Seen) -> None:
    no = seen.entry(lambda entry: entry.refusal == "INSUFFICIENT_STOCK")
    yes = {"revision": no.revision, "at_ms": no.at_ms, "state": "committed", "hold_expires_at_ms": 0}
    seen.swap(no._replace(refusal="", reply=json.dumps(yes)))
    broken = seen.broken()
    assert laws.REPLAY in broken
    assert laws.ACKNOWLEDGED in broken


def test_a_reply_that_the_ledger_does_not_explain_is_noticed(seen: Seen) -> None:
    one = seen.first(applied("RecordReceipt"))
    one.reply.levels[0].on_hand += 1  # type: ignore[union-attr]
    assert seen.broken() == {laws.REPLAY}


def test_a_refusal_that_tells_another_figure_is_noticed(seen: Seen) -> None:
    one = seen.first(lambda one: one.outcome is Outcome.REFUSED and one.reason == "INSUFFICIENT_STOCK")
    assert isinstance(one.reply, Refusal)
    one.reply.violations[0].possible += 1
    assert seen.broken() == {laws.REPLAY}


def test_a_refusal_that_was_heard_for_another_reason_is_noticed(seen: Seen) -> None:
    one = seen.first(lambda one: one.outcome is Outcome.REFUSED)
    one.reason = "SOMETHING_ELSE"
    assert laws.ACKNOWLEDGED in seen.broken()


def test_a_reply_of_another_history_is_noticed(seen: Seen) -> None:
    seen.first(applied("ReserveStock")).chain_hash = "0" * 40
    assert seen.broken() == {laws.ACKNOWLEDGED}


@pytest.mark.parametrize("fails_over", [False, True])
def test_a_stale_answer_to_a_question_is_noticed(seen: Seen, fails_over: bool) -> None:  # noqa: FBT001 a parameter
    questions = [one for one in seen.records if one.outcome is Outcome.ANSWERED and one.method == "GetStock"]
    late = max((one for one in questions if one.location_id == seen.place.location_id), key=lambda one: one.asked_ns)
    late.revision = 3
    assert laws.READS in seen.broken(Rules(fails_over=fails_over))


def test_an_answer_to_a_question_that_is_not_the_state_is_noticed(seen: Seen) -> None:
    one = seen.first(lambda one: one.outcome is Outcome.ANSWERED and one.method == "CheckAvailability")
    one.reply.locations[0].lines[0].promise += 1  # type: ignore[union-attr]
    assert seen.broken() == {laws.READS}


def test_an_answer_from_a_history_that_is_gone_is_noticed(seen: Seen) -> None:
    one = seen.first(lambda one: one.outcome is Outcome.ANSWERED and one.method == "GetStock")
    one.chain_hash = "0" * 40
    assert seen.broken() == {laws.READS}


def test_where_a_store_fails_over_a_question_may_be_ahead_of_what_is_acknowledged(seen: Seen) -> None:
    one = seen.first(lambda one: one.outcome is Outcome.ANSWERED and one.method == "GetStock")
    one.revision = seen.place.revision + 5
    assert laws.READS in seen.broken()
    checked = check_all(seen.stored, seen.records, Rules(fails_over=True))
    assert checked.violations == []
    assert checked.ahead > 0


def test_a_level_that_does_not_follow_from_the_ledger_is_noticed(seen: Seen) -> None:
    seen.place.levels[0].on_hand += 1
    assert {laws.REPLAY, laws.NO_SHORTFALL} <= seen.broken()


def test_a_reservation_that_does_not_follow_from_the_ledger_is_noticed(seen: Seen) -> None:
    next(iter(seen.place.reservations.values())).lines[0].released += 1
    assert seen.broken() == {laws.REPLAY}


def test_a_reservation_that_is_gone_is_noticed(seen: Seen) -> None:
    seen.place.reservations.popitem()
    assert seen.broken() == {laws.REPLAY}


def test_an_announcement_that_does_not_follow_from_the_ledger_is_noticed(seen: Seen) -> None:
    next(iter(seen.place.documents.values())).progress[0].received_quantity += 1
    assert seen.broken() == {laws.REPLAY}


def test_a_no_that_said_nothing_was_applied_and_something_was_is_noticed(seen: Seen) -> None:
    said = seen.first(applied("RecordReceipt")).operation_id
    for one in seen.records:
        if one.operation_id == said:
            one.outcome, one.reason, one.revision, one.reply = Outcome.NOT_APPLIED, "STORE_UNAVAILABLE", 0, None
    assert seen.broken() == {laws.HONEST}


def test_an_id_that_is_called_used_by_another_and_was_not_is_noticed(seen: Seen) -> None:
    one = seen.first(applied("RecordReceipt"))
    one.outcome, one.reason, one.revision, one.reply = Outcome.TURNED_AWAY, "OPERATION_ID_REUSED", 0, None
    assert seen.broken() == {laws.HONEST}


def test_an_end_that_nothing_here_should_have_is_noticed(seen: Seen) -> None:
    one = seen.first(applied("RecordReceipt"))
    one.outcome, one.reason, one.revision, one.reply = Outcome.TURNED_AWAY, "UNKNOWN_LOCATION", 0, None
    assert seen.broken() == {laws.HONEST}


def test_a_fault_of_the_gate_is_noticed(seen: Seen) -> None:
    seen.records[20].reason = "INTERNAL"
    assert laws.FAULTLESS in seen.broken()


def test_a_fence_where_nothing_was_lost_is_noticed(seen: Seen) -> None:
    seen.first(lambda one: one.outcome is Outcome.ANSWERED).reason = "LOCATION_FENCED"
    assert seen.broken() == {laws.FENCED}


def test_a_transfer_whose_announcement_is_not_there_is_noticed(seen: Seen) -> None:
    transfers = [one.reply for one in seen.records if applied("TransferStock")(one)]
    known = [one for one in transfers if isinstance(one, incoming_pb.TransferStockResponse)]
    reply = next(one for one in known if not one.announced.replayed)
    reply.announced.revision = 1
    assert seen.broken() == {laws.ACKNOWLEDGED}
