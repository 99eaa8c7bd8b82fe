"""`gate serve` in production, as a process: refused, accepted with a reason, closed and open again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2

from gate_service.rpc.grpc_transport import DURABILITY
from tests.cli.driving import run
from tests.deploy.pod import SERVING, unary
from tests.doctor.guarded import Guarded, guarded_single
from tests.gate_process import gate_serving
from tests.stores.server import until

PRODUCTION = ("--mode", "production", "--durability", "fsync=always")


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    with guarded_single("valkey", fsync="always") as running:
        yield running


def health_of(channel: grpc.Channel) -> Callable[[str], bool]:
    check = unary(channel, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckResponse)

    def serving(service: str) -> bool:
        answer = check(health_pb2.HealthCheckRequest(service=service), timeout=5)
        return bool(answer.status == SERVING)

    return serving


def test_in_production_a_gate_ends_with_3_on_a_store_that_cannot_keep_the_promise(guarded: Guarded) -> None:
    guarded.admin.config_set("appendfsync", "everysec")
    ended = run("serve", "--redis-url", guarded.url, "--listen", "127.0.0.1:0", *PRODUCTION)
    assert ended.exit_code == 3
    assert "The store cannot keep what durability promises (fsync=always, replicas=0, wait_ms=1000)" in ended.stderr
    assert (
        f"  appendfsync at {guarded.server.address}: everysec, where always is promised\n    A power cut"
        in ended.stderr
    )
    assert "--accept-risk" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "open-sesame" not in ended.stderr


def test_a_reason_lets_it_serve_and_stands_in_the_log_and_in_health(guarded: Guarded, tmp_path: Path) -> None:
    guarded.admin.config_set("appendfsync", "everysec")
    why = "the pilot may lose a second"
    with (
        gate_serving(guarded.url, tmp_path, *PRODUCTION, "--accept-risk", why) as gate,
        grpc.insecure_channel(gate.address) as channel,
    ):
        serving = health_of(channel)
        assert serving("")
        assert not serving(DURABILITY)
        assert why in gate.log.read_text()


def test_why_the_store_cannot_be_written_is_told_and_told_again_where_the_reason_changes(
    guarded: Guarded, tmp_path: Path
) -> None:
    with gate_serving(guarded.url, tmp_path, "--durability", "fsync=always") as gate:
        guarded.admin.acl_deluser("gate")
        until(lambda: "it wants another user or password" in gate.log.read_text(), "it misses its user")
        guarded.server.pause()
        until(lambda: "no answer in time" in gate.log.read_text(), "it misses its store")
        guarded.server.resume()
        told = gate.log.read_text()
    assert told.count("store cannot be written") == 2
    assert told.count("store can be written") == 1, "at the start"
    assert "open-sesame" not in told


def test_a_store_that_comes_back_otherwise_than_it_went_is_served_on_once_it_is_mended(
    guarded: Guarded, tmp_path: Path
) -> None:
    with (
        gate_serving(guarded.url, tmp_path, *PRODUCTION) as gate,
        grpc.insecure_channel(gate.address) as channel,
    ):
        serving = health_of(channel)
        assert serving("")
        assert serving(DURABILITY)
        guarded.admin.config_set("appendfsync", "no")
        guarded.server.pause()
        until(lambda: not serving(""), "it misses its store")
        guarded.server.resume()
        until(lambda: "not serving until it can" in gate.log.read_text(), "it sees how its store came back")
        assert not serving("")
        guarded.admin.config_set("appendfsync", "always")
        until(lambda: serving("") and serving(DURABILITY), "it serves again")
    assert guarded.denied() == []  # the user that it was needs no more than it has
