"""What a gate tells of itself."""

from __future__ import annotations

import time

import grpc
import pytest

from fulfillment_gate.v1 import status_service_pb2 as status_pb
from gate_service.app.status import About, OwnState
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.findings import Check, Finding, Inspection, Severity
from gate_service.domain.lineage import Fence, Position
from gate_service.rpc.encode.status import get_status
from gate_service.store.store import NodeState
from tests.rpc.wire import ask

ABOUT = About("1.2.3", 5_000, production=True, durability=Durability(Fsync.ALWAYS, 2, 300), accepted_risk="a test")
FENCE = Fence(9_000, Position(1, 12, "b" * 40), Position(1, 7, "a" * 40))
FOUND = [
    Finding(Check.LATENCY, Severity.OK, "store:6379", "0.2 ms"),
    Finding(Check.APPENDFSYNC, Severity.ERROR, "store:6379", "everysec", "Seconds may be lost.", "Set it to always."),
]


class Record:
    """A record of which one server is away and two locations are fenced."""

    def __init__(self) -> None:
        self.fences = {"DC-2": FENCE, "DC-1": FENCE}

    def servers(self) -> list[NodeState]:
        return [NodeState("store:6379", away=False), NodeState("store:6380", away=True)]


def test_a_gate_tells_its_version_its_promise_and_its_store(channel: grpc.Channel) -> None:
    told = ask(channel, status_pb.GetStatusRequest())
    assert told.version
    assert told.started_at_ms <= time.time() * 1000
    assert (told.serving, told.production, told.accepted_risk) == (True, False, "")
    assert (told.durability.fsync, told.durability.replicas) == (status_pb.FSYNC_EVERYSEC, 0)
    assert [server.away for server in told.servers] == [False]
    assert told.inspected_at_ms > told.started_at_ms
    assert {finding.check for finding in told.findings} >= {"reachable", "appendfsync"}
    assert not told.fenced


def test_all_that_is_known_is_told() -> None:
    state = OwnState(ABOUT, Record(), lambda: Inspection.of(FOUND, 7_000))
    told = get_status(state.now())
    assert (told.version, told.started_at_ms, told.production, told.accepted_risk) == ("1.2.3", 5_000, True, "a test")
    assert told.durability == status_pb.Durability(fsync=status_pb.FSYNC_ALWAYS, replicas=2, wait_ms=300)
    assert told.inspected_at_ms == 7_000
    assert [(finding.check, finding.severity) for finding in told.findings] == [
        ("appendfsync", status_pb.SEVERITY_ERROR),
        ("latency", status_pb.SEVERITY_OK),
    ]
    worst = told.findings[0]
    assert (worst.server, worst.found) == ("store:6379", "everysec")
    assert (worst.consequence, worst.remedy) == ("Seconds may be lost.", "Set it to always.")
    assert [(server.address, server.away) for server in told.servers] == [("store:6379", False), ("store:6380", True)]
    assert [fenced.location_id for fenced in told.fenced] == ["DC-1", "DC-2"]
    fenced = told.fenced[0]
    assert fenced.since_ms == 9_000
    assert fenced.remembered == status_pb.Position(epoch=1, revision=12, chain_hash="b" * 40)
    assert fenced.found == status_pb.Position(epoch=1, revision=7, chain_hash="a" * 40)


@pytest.mark.parametrize("serving", [True, False])
def test_it_says_what_it_says_to_its_probes(*, serving: bool) -> None:
    state = OwnState(ABOUT, Record(), lambda: None)
    state.is_serving(serving)
    told = get_status(state.now())
    assert (told.serving, told.inspected_at_ms) == (serving, 0)
