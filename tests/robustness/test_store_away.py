"""What everybody gets while the store is away, and that they get it at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

import fulfillment_gate as sdk
from fulfillment_gate.health import probe
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import status_service_pb2 as status_pb
from gate_service.app.access import Access
from gate_service.app.guarded import GuardedLedger
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.bootstrap import parts
from gate_service.domain.denials import Denied
from gate_service.domain.policy import Policy
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.world import World
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving
from tests.handoffs.maps import of
from tests.rpc.wire import PATHS, No, ask, no_of, reserve, stocked

LOCATION, SECOND = "DC-1", "DC-2"
WAVES = 50
HOUR_MS = 3_600_000
LIVENESS = "liveness"
METHOD = "/fulfillment_gate.v1.FulfillmentGateService/CheckAvailability"


def wave(number: int, location: str = LOCATION) -> gate_pb.AuthorizeWaveRequest:
    return gate_pb.AuthorizeWaveRequest(
        operation_id=f"wave-{number}",
        location_id=location,
        wave_id=f"W-{number}",
        atomicity=gate_pb.WAVE_ATOMICITY_LINE,
        lines=[gate_pb.WaveLine(order_id="O-1", sku="A", quantity=1)],
    )


def sent(channel: grpc.Channel, request: gate_pb.AuthorizeWaveRequest) -> Any:  # noqa: ANN401 - grpc's future
    """Send a wave and do not wait for its answer."""
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(PATHS["AuthorizeWave"])
    return call.future(request.SerializeToString(), timeout=PATIENCE_S)


def question(*lines: tuple[str, int], max_age_ms: int = 0, where: tuple[str, ...] = (LOCATION,)) -> Any:  # noqa: ANN401
    asked = [gate_pb.AvailabilityLine(sku=sku, quantity=quantity) for sku, quantity in lines]
    return gate_pb.CheckAvailabilityRequest(lines=asked, location_ids=where, channel="web", max_age_ms=max_age_ms)


def is_serving(gate: GateProcess, service: str = "") -> bool:
    return bool(probe(gate.address, service, timeout_s=PATIENCE_S))


def wait_until_serving(gate: GateProcess, *, serving: bool) -> None:
    end = time.monotonic() + PATIENCE_S
    while is_serving(gate) != serving:
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@contextmanager
def stopped(store: EmbeddedStore) -> Iterator[None]:
    """Stop the store's process for a while: it neither answers nor hangs up."""
    os.kill(store.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(store.pid, signal.SIGCONT)


# --- the store is gone ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bereft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    """Give a gate that was asked some things before its store was killed.

    A call that waited for the store would wait for two minutes, which no caller here does.
    """
    folder = tmp_path_factory.mktemp("bereft")
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, "--store-timeout-ms", "120000", "--safety-stock", "1") as gate,
        grpc.insecure_channel(gate.address) as channel,
    ):
        stocked(channel, LOCATION, A=10, B=20)
        stocked(channel, SECOND, A=5)
        furnish(gate)
        for asked in (question(("A", 1), ("B", 1), ("SET", 1)), question(("A", 1), where=())):
            assert not isinstance(ask(channel, asked), No)
        os.kill(store.pid, signal.SIGKILL)
        wait_until_serving(gate, serving=False)
        yield gate


def furnish(gate: GateProcess) -> None:
    """Put a catalog with a kit in force."""
    kit = sdk.Item(sku="SET", kit=[sdk.KitPart(sku="A", quantity=2), sdk.KitPart(sku="B", quantity=1)])
    rows = [
        sdk.ImportRow(row_number=n, item=item) for n, item in enumerate((sdk.Item(sku="A"), sdk.Item(sku="B"), kit))
    ]
    with sdk.Gate(gate.address) as client:
        client.begin_import("items", mode=sdk.IMPORT_MODE_REPLACE)
        client.stage_items("items", 1, rows)
        assert client.commit_import("items", 1).catalog_import.state == sdk.IMPORT_STATE_COMMITTED


@pytest.fixture(scope="module")
def bereft_channel(bereft: GateProcess) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(bereft.address, [("grpc.enable_retries", 0)]) as opened:
        yield opened


def test_with_the_store_gone_every_wave_is_refused_at_once_and_asked_back_at_a_time_of_its_own(
    bereft_channel: grpc.Channel,
) -> None:
    together = [no_of(each.exception()) for each in [sent(bereft_channel, wave(number)) for number in range(WAVES)]]
    one_by_one = [ask(bereft_channel, wave(number)) for number in range(WAVES)]
    answers: list[No] = [*together, *one_by_one]
    assert {(no.code, no.reason) for no in answers} == {(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")}
    for turned_away in (together, one_by_one):
        delays = [no.details[error_details_pb2.RetryInfo].retry_delay.ToMilliseconds() for no in turned_away]
        assert min(delays) > 0
        assert len(set(delays)) > WAVES // 2


def test_with_the_store_gone_no_service_is_ready_and_the_process_lives(bereft: GateProcess) -> None:
    assert {name: is_serving(bereft, name) for name in ("", *parts.names())} == dict.fromkeys(
        ("", *parts.names()), False
    )
    assert is_serving(bereft, LIVENESS)


def test_with_the_store_gone_the_gate_tells_its_state(bereft_channel: grpc.Channel) -> None:
    told = ask(bereft_channel, status_pb.GetStatusRequest())
    assert (told.serving, [server.away for server in told.servers]) == (False, [True])
    assert told.findings, "what was found when it was there"


def test_nobody_gets_an_old_answer_who_has_not_asked_for_one(bereft_channel: grpc.Channel) -> None:
    no = ask(bereft_channel, question(("A", 1)))
    assert isinstance(no, No)
    assert (no.code, no.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")


def test_an_old_answer_is_marked_with_its_age_and_worked_out_for_what_is_asked_now(
    bereft_channel: grpc.Channel,
) -> None:
    answer = ask(bereft_channel, question(("A", 9), ("B", 20), max_age_ms=HOUR_MS))
    (place,) = answer.locations
    assert place.stale
    assert 0 < place.age_ms <= HOUR_MS
    assert (place.location_id, place.revision, place.lineage.epoch, place.lineage.fenced) == (LOCATION, 1, 1, False)
    assert len(place.lineage.chain_hash) == 40
    assert abs(time.time() * 1000 - place.as_of_ms - place.age_ms) < HOUR_MS
    assert not place.sufficient
    assert [(line.sku, line.promise, line.sufficient, line.level.on_hand) for line in place.lines] == [
        ("A", 9, True, 10),
        ("B", 19, False, 20),
    ]


@pytest.mark.parametrize(
    "asked",
    [question(("A", 1), max_age_ms=1), question(("A", 1), ("NEVER", 1), max_age_ms=HOUR_MS)],
    ids=["older than that", "never seen"],
)
def test_where_what_was_seen_does_not_do_the_call_fails_as_it_would_have(
    bereft_channel: grpc.Channel, asked: gate_pb.CheckAvailabilityRequest
) -> None:
    no = ask(bereft_channel, asked)
    assert isinstance(no, No)
    assert no.reason == "STORE_UNAVAILABLE"


def test_a_kit_is_answered_by_what_was_seen_of_its_components(bereft_channel: grpc.Channel) -> None:
    (place,) = ask(bereft_channel, question(("SET", 5), ("A", 1), max_age_ms=HOUR_MS)).locations
    kit, _ = place.lines
    assert (place.stale, kit.promise, kit.sufficient) == (True, 4, False)
    assert [part.promise for part in kit.components] == [9, 19]


def test_a_question_about_all_locations_is_answered_for_those_that_there_were(bereft_channel: grpc.Channel) -> None:
    answer = ask(bereft_channel, question(("A", 5), max_age_ms=HOUR_MS, where=()))
    assert [(place.location_id, place.stale, place.sufficient) for place in answer.locations] == [
        (LOCATION, True, True),
        (SECOND, True, False),
    ]


# --- the store hangs -----------------------------------------------------------------------------------------------


def test_with_the_store_hanging_only_what_was_sent_waits_and_the_same_id_settles_it(tmp_path: Path) -> None:
    ended: list[str] = []
    with (
        EmbeddedStore.start(tmp_path / "store") as store,
        gate_serving(store.url, tmp_path, "--store-timeout-ms", "3000") as gate,
        grpc.insecure_channel(gate.address, [("grpc.enable_retries", 0)]) as channel,
    ):
        stocked(channel, LOCATION, A=5)
        assert not isinstance(ask(channel, reserve(LOCATION)), No)
        with stopped(store):
            first = sent(channel, wave(1))
            first.add_done_callback(lambda _: ended.append("sent"))
            time.sleep(0.2)
            waiting = [sent(channel, wave(number)) for number in range(2, 12)]
            for each in waiting:
                each.add_done_callback(lambda _: ended.append("waiting"))
            wait_until_serving(gate, serving=False)
            assert {no_of(each.exception()).reason for each in waiting} == {"STORE_UNAVAILABLE"}
            answers = [ask(channel, wave(number)) for number in range(100, 100 + WAVES)]
            assert {no.reason for no in answers} == {"STORE_UNAVAILABLE"}
            assert is_serving(gate, LIVENESS)
            assert no_of(first.exception()).reason == "OUTCOME_UNKNOWN"
        assert ended == ["waiting"] * 10 + ["sent"], "nobody waited until the call before him was given up"
        wait_until_serving(gate, serving=True)
        settled = ask(channel, wave(1))
        assert settled.applied.replayed, "the store had the call, and did it when it woke"
        assert settled.permit_id
        assert not ask(channel, wave(2)).applied.replayed, "what was refused was not applied"


async def test_a_store_that_hangs_leaves_a_caller_half_of_his_time_for_an_old_answer(store: EmbeddedStore) -> None:
    async with asking(store) as (ledger, questions):
        await World(ledger, Clock()).receive(("A", 5))
        lines = [("A", 1)]
        await questions.check_availability(lines, [LOCATION], "", Call("test"))
        with stopped(store):
            hurried = Call("test", deadline=time.monotonic() + 1.0)
            (old,) = (await questions.check_availability(lines, [LOCATION], "", hurried, max_age_ms=HOUR_MS)).answers
            assert (old.age_ms is not None, old.lines[0].promise) == (True, 5)
        (new,) = (await questions.check_availability(lines, [LOCATION], "", Call("test"), max_age_ms=HOUR_MS)).answers
        assert new.age_ms is None


@asynccontextmanager
async def asking(store: EmbeddedStore) -> AsyncIterator[tuple[RedisLedger, Questions]]:
    """Give a ledger whose calls take a minute to be given up, and who asks it."""
    ledger = RedisLedger.connect(store.url, timeout_ms=60_000)
    try:
        yield ledger, Questions(ledger, Policy)
    finally:
        await ledger.close()


async def test_an_old_answer_is_for_whom_a_new_one_would_be(store: EmbeddedStore) -> None:
    systems = {
        "boss": {"role": "admin", "locations": ["*"], "channels": ["*"]},
        "shop": {"role": "storefront", "locations": [SECOND], "channels": ["web"]},
    }
    access = Access(enforced=True)
    access.swap(of(systems))
    async with asking(store) as (ledger, _):
        questions = Questions(GuardedLedger(ledger, access), Policy)
        boss, shop = Call(METHOD, "boss"), Call(METHOD, "shop")
        for location in (LOCATION, SECOND):
            await World(ledger, Clock(), location).receive(("A", 5))
        for call in (boss, shop):
            await questions.check_availability([("A", 1)], [], "", call)
        os.kill(store.pid, signal.SIGKILL)
        with pytest.raises(Denied):
            await questions.check_availability([("A", 1)], [LOCATION], "", shop, max_age_ms=HOUR_MS)
        seen = {
            call.system: [
                (answer.location_id, answer.age_ms is not None)
                for answer in (await questions.check_availability([("A", 1)], [], "", call, max_age_ms=HOUR_MS)).answers
            ]
            for call in (boss, shop)
        }
        assert seen == {"boss": [(LOCATION, True), (SECOND, True)], "shop": [(SECOND, True)]}
