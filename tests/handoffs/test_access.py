"""How far one verb goes: buckets, channels, document types, other systems' events, permits, destinations."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
from typing import Any

import pytest

from gate_service.app.access import Access, Rules
from gate_service.app.guarded import GuardedLedger
from gate_service.app.ports import Call, Ledger
from gate_service.app.questions import Questions
from gate_service.domain import operations as ops
from gate_service.domain.denials import Cause, Denied
from gate_service.domain.policy import KeepBack, Policy
from gate_service.domain.roles import METHODS, MethodWithoutRow, require_rows
from gate_service.domain.stock import Availability
from gate_service.domain.verbs import MOVES, SELECTIVE, Verb
from gate_service.domain.vocabulary import Bucket, Landing, StockStatus
from tests.handoffs.maps import digest, of
from tests.handoffs.operations import adjusting, all_at, landing

HERE, THERE = "DC-1", "DC-2"
RECEIVE = "/fulfillment_gate.v1.StockService/RecordReceipt"


def allowed(operation: ops.Operation[Any], grant: dict[str, Any] | None = None, **system: Any) -> Cause | None:  # noqa: ANN401
    """Give why an operation is denied to a system with this grant; None where it is let through."""
    rules = Access(enforced=True)
    it = {"role": "admin", "locations": [HERE], "operations": {operation.kind.value: grant or {}}} | system
    rules.swap(of({"it": it, "other": {"role": "erp", "locations": [THERE]}}))
    try:
        rules.write(Call("any", "it"), operation)
    except Denied as no:
        return no.denial.cause
    return None


def event(document_type: str = "asn", system: str = "") -> ops.SourceEvent:
    return ops.SourceEvent(system, document_type, "D-1", "", "", 0)


@pytest.mark.parametrize(
    ("operation", "buckets", "cause"),
    [
        (landing(HERE, Landing.AVAILABLE), ["on_hand"], None),
        (landing(HERE, Landing.QUALITY_CONTROL), ["on_hand", "quality_control"], None),
        (landing(HERE, Landing.AVAILABLE, Landing.DAMAGED), ["on_hand", "quality_control"], Cause.BUCKET),
        (landing(HERE, Landing.DAMAGED), ["on_hand"], Cause.BUCKET),
        (adjusting(HERE, Bucket.SUSPECT), ["suspect"], None),
        (adjusting(HERE, Bucket.SUSPECT, Bucket.ON_HAND), ["suspect"], Cause.BUCKET),
    ],
)
def test_a_grant_that_names_buckets_is_for_these_only(
    operation: ops.Operation[Any], buckets: list[str], cause: Cause | None
) -> None:
    assert allowed(operation, {"buckets": buckets}) is cause
    assert allowed(operation) is None


@pytest.mark.parametrize(
    ("channels", "channel", "cause"),
    [
        (["web"], "web", None),
        (["web"], "amazon", Cause.CHANNEL),
        (["web"], "", Cause.CHANNEL),  # no channel has no buffer: that way round it would be more than its own
        ([], "web", Cause.CHANNEL),
        (["*"], "web", None),
        (["*"], "", None),
    ],
)
@pytest.mark.parametrize("verb", [Verb.RESERVE_STOCK, Verb.SET_QUOTA])
def test_a_channel_is_reserved_for_by_those_who_have_it(
    verb: Verb, channels: list[str], channel: str, cause: Cause | None
) -> None:
    operation = dataclasses.replace(all_at(HERE)[verb], channel=channel)  # type: ignore[call-arg] # both have one
    assert allowed(operation, channels=channels) is cause


@pytest.mark.parametrize(
    ("documents", "source", "cause"),
    [
        (None, None, None),
        (None, event("whatever"), None),
        (["asn", "po"], event("po"), None),
        (["asn"], event("945"), Cause.DOCUMENT),
        (["asn"], event(""), Cause.DOCUMENT),
        (["asn"], None, Cause.DOCUMENT),
    ],
)
def test_a_grant_that_names_document_types_wants_an_event_of_one(
    documents: list[str] | None, source: ops.SourceEvent | None, cause: Cause | None
) -> None:
    grant = {} if documents is None else {"documents": documents}
    assert allowed(dataclasses.replace(landing(HERE, Landing.AVAILABLE), source=source), grant) is cause


@pytest.mark.parametrize(
    ("relays_for", "teller", "cause"),
    [([], "", None), ([], "it", None), ([], "other", Cause.RELAY), (["other"], "other", None)],
)
def test_the_events_of_another_system_are_told_by_those_who_may_relay_them(
    relays_for: list[str], teller: str, cause: Cause | None
) -> None:
    operation = dataclasses.replace(landing(HERE, Landing.AVAILABLE), source=event(system=teller))
    assert allowed(operation, relays_for=relays_for) is cause


@pytest.mark.parametrize(
    ("may", "without_permit", "cause"),
    [(False, False, None), (False, True, Cause.PERMIT), (True, True, None), (True, False, None)],
)
def test_shipping_without_a_permit_is_for_those_who_may(
    *, may: bool, without_permit: bool, cause: Cause | None
) -> None:
    operation = ops.ConfirmShipment("op", HERE, "O-1", "", "S-1", (), without_permit)
    assert allowed(operation, {"without_permit": may}) is cause


@pytest.mark.parametrize(
    ("to", "locations", "cause"),
    [
        (THERE, [HERE], None),  # another system of the map stands there
        ("DC-9", [HERE], Cause.LOCATION),  # nobody does
        ("DC-9", ["*"], Cause.LOCATION),  # who may act everywhere makes no place of a mistyped one
        (THERE, ["DC-3"], Cause.LOCATION),
    ],
)
def test_goods_are_sent_only_where_the_map_knows_of_somebody(
    to: str, locations: list[str], cause: Cause | None
) -> None:
    operation = ops.TransferStock("op", HERE, to, "T-1", 0, (ops.SkuQuantity("MUG", 1),))
    assert allowed(operation, locations=locations) is cause


def test_a_token_is_compared_whole() -> None:
    known = hashlib.sha256(b"fgt_known").digest()
    rules = Rules(of({"it": {"role": "erp", "tokens": [digest("fgt_known")]}}))
    assert rules.system_of_token(known) == "it"
    for near in (known[:-1] + b"?", known[:8] + known[:24], known[:31]):
        assert rules.system_of_token(near) is None


def test_nothing_is_allowed_before_there_is_a_map() -> None:
    rules, call = Access(enforced=True), Call(RECEIVE, "it")
    for ask in (rules.enter, lambda one: rules.write(one, landing(HERE)), lambda one: rules.read(one, HERE)):
        with pytest.raises(Denied):
            ask(call)
    assert rules.narrowed(call, [HERE]) == ()


def test_everything_is_allowed_where_rules_are_not_enforced() -> None:
    rules, call = Access(enforced=False), Call(RECEIVE, "anybody")
    rules.enter(call)
    rules.write(call, landing(HERE))
    rules.read(call, HERE, "web")
    assert rules.narrowed(call, [HERE]) == [HERE]


def test_a_question_for_all_locations_is_answered_for_those_the_caller_may_see() -> None:
    rules = Access(enforced=True)
    rules.swap(of({"it": {"role": "erp", "locations": ["B", "C"]}, "all": {"role": "erp", "locations": ["*"]}}))
    assert rules.narrowed(Call("any", "it"), ["A", "B", "C"]) == ["B", "C"]
    assert rules.narrowed(Call("any", "all"), ["A", "B", "C"]) == ["A", "B", "C"]
    assert rules.narrowed(Call("any", "nobody"), ["A", "B", "C"]) == ()


def test_a_system_that_was_taken_out_of_the_map_is_denied_at_once() -> None:
    rules, call = Access(enforced=True), Call(RECEIVE, "it")
    rules.swap(of({"it": {"role": "erp", "locations": ["*"], "operations": {"record_receipt": {}}}}))
    rules.enter(call)
    rules.swap(of({}))
    with pytest.raises(Denied):
        rules.enter(call)


def test_a_method_without_a_row_stops_the_start_and_says_where_it_belongs() -> None:
    require_rows(METHODS)
    with pytest.raises(MethodWithoutRow, match=r"no row says who may call /x\.Y/New: give each one in .*roles\.py"):
        require_rows([*METHODS, "/x.Y/New"])


class Deaf:
    """A ledger that notes which of its methods were reached, and always answers the same."""

    def __init__(self, said: object = (HERE, THERE)) -> None:
        self.reached: list[str] = []
        self._said = said

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of a ledger
        async def answer(*_: object, **__: object) -> object:
            self.reached.append(name)
            return self._said

        return answer


PORT = {name: method for name, method in inspect.getmembers(Ledger, inspect.isfunction) if not name.startswith("_")}
ABOUT_NO_LOCATION = {"handoffs", "locations"}


@pytest.mark.parametrize("name", sorted(set(PORT) - ABOUT_NO_LOCATION))
async def test_no_method_of_the_ledger_is_reached_past_the_rules(name: str) -> None:
    deaf, rules = Deaf(), Access(enforced=True)
    rules.swap(of({"it": {"role": "auditor", "locations": [HERE], "channels": ["web"]}}))
    guarded, call = GuardedLedger(deaf, rules), Call("any", "it")
    given: dict[str, Any] = {
        "operation": landing(THERE),
        "location_id": THERE,
        "keep_back": KeepBack(),
        "call": call,
    }
    arguments = {each: given.get(each) for each in inspect.signature(PORT[name]).parameters if each != "self"}
    with pytest.raises(Denied):
        await getattr(guarded, name)(**arguments)
    assert deaf.reached == []
    if name != "apply":
        await getattr(guarded, name)(**(arguments | {"location_id": HERE}))
        assert deaf.reached == [name]


async def test_a_check_for_a_channel_of_others_is_denied_and_one_for_none_is_not() -> None:
    rules = Access(enforced=True)
    rules.swap(of({"it": {"role": "storefront", "locations": [HERE], "channels": ["web"]}}))
    guarded, call = GuardedLedger(Deaf(), rules), Call("any", "it")
    for channel in ("web", ""):
        await guarded.check(HERE, [("MUG", 1)], KeepBack(0, 0, channel), call)
    with pytest.raises(Denied) as no:
        await guarded.check(HERE, [("MUG", 1)], KeepBack(0, 0, "amazon"), call)
    assert no.value.denial.cause is Cause.CHANNEL


async def test_a_channel_served_from_where_the_caller_may_not_look_is_answered_for_the_rest() -> None:
    rules = Access(enforced=True)
    rules.swap(of({"it": {"role": "storefront", "locations": [HERE], "channels": ["web"]}}))
    deaf, call = Deaf(Availability(HERE, 1, 1, ())), Call("any", "it")
    questions = Questions(GuardedLedger(deaf, rules), Policy, lambda _: (HERE, THERE))
    await questions.check_availability([("MUG", 1)], [], "web", call)
    assert deaf.reached == ["check"]
    for named, channel in (([THERE], "web"), ([], "amazon")):
        with pytest.raises(Denied):
            await questions.check_availability([("MUG", 1)], named, channel, call)


async def test_locations_are_told_to_those_who_may_see_them() -> None:
    rules = Access(enforced=True)
    rules.swap(of({"it": {"role": "erp", "locations": [THERE]}}))
    assert await GuardedLedger(Deaf(), rules).locations(Call("any", "it")) == [THERE]


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb in all_at(HERE)])
def test_an_operation_writes_no_bucket_that_its_verb_does_not_name(verb: Verb) -> None:
    operation = all_at(HERE)[verb]
    assert operation.touches <= MOVES[verb]
    if verb not in SELECTIVE:
        assert operation.touches == MOVES[verb]


def test_a_selective_verb_can_write_each_bucket_that_it_names() -> None:
    receipts = frozenset().union(*(landing(HERE, each).touches for each in Landing))
    corrections = adjusting(HERE, Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT).touches
    moves = frozenset().union(
        *(
            ops.MoveStock("op", HERE, "", "", "", (ops.MoveLine("MUG", before, after, 1),)).touches
            for before in StockStatus
            for after in StockStatus
        )
    )
    assert receipts == MOVES[Verb.RECORD_RECEIPT] == MOVES[Verb.RECORD_RETURN]
    assert corrections == MOVES[Verb.ADJUST_STOCK]
    assert moves == MOVES[Verb.MOVE_STOCK]
