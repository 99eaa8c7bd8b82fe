"""What a gate makes of what is found: in production it does not serve on a store that may lose an order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from grpc_health.v1 import health_pb2
from structlog.testing import capture_logs

from gate_service.bootstrap import readiness
from gate_service.bootstrap.errors import StoreRefused
from gate_service.bootstrap.inspection import Inspector
from gate_service.bootstrap.readiness import Readiness
from gate_service.bootstrap.worker import as_line, of_line
from gate_service.domain.durability import Durability, Fsync
from gate_service.domain.findings import Check
from gate_service.rpc.grpc_transport import DURABILITY, Health
from gate_service.settings import Mode, Settings
from tests.doctor.guarded import Guarded, guarded_single

ALWAYS = Durability(Fsync.ALWAYS)
SERVING = health_pb2.HealthCheckResponse.SERVING
WHY = "the pilot may lose a second"
Logs = list[MutableMapping[str, Any]]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with guarded_single("valkey", fsync="always") as running:
        running.admin.config_set("maxmemory", "1gb")
        yield running


@pytest.fixture(autouse=True)
def as_promised(guarded: Guarded) -> Iterator[None]:
    yield
    guarded.admin.config_set("appendfsync", "always")
    guarded.admin.config_set("maxmemory", "1gb")


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as captured:
        yield captured


def settings(guarded: Guarded, mode: Mode = Mode.PRODUCTION, accept_risk: str = "") -> Settings:
    return Settings(redis_url=guarded.url, durability=ALWAYS, mode=mode, accept_risk=accept_risk)


class Gate:
    """The part of a gate that looks at its store and says what follows."""

    def __init__(self, inspector: Inspector) -> None:
        self.health = Health(["some.Service"])
        self.readiness = Readiness(self.health, inspector)

    async def says(self, service: str = "") -> bool:
        """Say whether it says SERVING."""
        request = health_pb2.HealthCheckRequest(service=service)
        answer = await self.health.servicer.Check(request, None)  # type: ignore[arg-type] # it does not look at it
        return bool(answer.status == SERVING)


@asynccontextmanager
async def started(chosen: Settings) -> Any:  # noqa: ANN401 - an iterator of gates
    """Start one as `serve` does; it looks again and again until the block ends."""
    inspector = Inspector(chosen)
    watching: asyncio.Task[None] | None = None
    try:
        await inspector.begin()
        gate = Gate(inspector)
        await gate.health.live()
        await gate.readiness.store_is(writable=True)
        watching = asyncio.create_task(gate.readiness.watch())
        yield gate
    finally:
        if watching:
            watching.cancel()
            await asyncio.wait({watching})
        await inspector.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


def about(logs: Logs, check: Check) -> list[tuple[str, str]]:
    return [(each["log_level"], each["event"]) for each in logs if each.get("check") == check]


async def test_a_store_that_keeps_the_promise_is_served_on_and_health_says_so(guarded: Guarded, logs: Logs) -> None:
    async with started(settings(guarded)) as gate:
        assert await gate.says()
        assert await gate.says("some.Service")
        assert await gate.says(DURABILITY)
    assert [each["event"] for each in logs if each["log_level"] in ("warning", "error")] == []


async def test_one_that_cannot_is_refused_with_what_was_found_what_is_lost_and_what_to_do(guarded: Guarded) -> None:
    guarded.admin.config_set("appendfsync", "everysec")
    guarded.admin.config_set("maxmemory", "1mb")
    with pytest.raises(StoreRefused) as told:
        async with started(settings(guarded)):
            pass
    text = str(told.value)
    assert f"appendfsync at {guarded.server.address}: everysec, where always is promised" in text
    assert "A power cut" in text
    assert "CONFIG SET appendfsync always" in text
    assert "--accept-risk" in text
    assert "maxmemory" not in text  # it is no reason to refuse: orders in the house must leave it
    assert "open-sesame" not in text
    assert str(of_line(as_line(told.value))) == text  # as a worker tells it


async def test_with_a_reason_it_is_served_on_and_log_and_health_do_not_forget_it(guarded: Guarded, logs: Logs) -> None:
    guarded.admin.config_set("appendfsync", "everysec")
    async with started(settings(guarded, accept_risk=WHY)) as gate:
        assert await gate.says()
        assert not await gate.says(DURABILITY)
    assert about(logs, Check.APPENDFSYNC) == [("warning", "store finding, whose risk is accepted")]
    assert [each["accepted"] for each in logs if "accepted" in each] == [WHY]


async def test_outside_production_it_is_told_and_served_on(guarded: Guarded, logs: Logs) -> None:
    guarded.admin.config_set("appendfsync", "everysec")
    guarded.admin.config_set("maxmemory", "0")  # a warning
    async with started(settings(guarded, Mode.DEVELOPMENT)) as gate:
        assert await gate.says()
        assert not await gate.says(DURABILITY)
    assert [(each["log_level"], each["check"]) for each in logs if each["event"] == "store finding"] == [
        ("error", Check.APPENDFSYNC),
        ("warning", Check.MAXMEMORY),
    ]


async def test_of_a_developers_own_store_only_errors_are_told(store_url: str, logs: Logs) -> None:
    async with started(Settings(redis_url=store_url, durability=ALWAYS)) as gate:  # as that of `gate dev`
        assert await gate.says()
    assert [each["check"] for each in logs if each["event"] == "store finding"] == [Check.APPENDFSYNC]


async def test_what_goes_wrong_later_closes_the_gate_until_it_is_mended_and_is_told_once(
    guarded: Guarded, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_EVERY_S", 0.02)
    monkeypatch.setattr(readiness, "_AGAIN_S", 0.02)
    async with started(settings(guarded)) as gate:
        guarded.admin.config_set("appendfsync", "everysec")
        await until(lambda: _negated(gate.says()))
        assert not await gate.says(DURABILITY)
        await asyncio.sleep(0.2)  # several looks, which find the same
        guarded.admin.config_set("appendfsync", "always")
        await until(gate.says)
        assert await gate.says(DURABILITY)
    assert about(logs, Check.APPENDFSYNC) == [("error", "store finding"), ("info", "store finding is gone")]
    events = [each["event"] for each in logs if each["log_level"] == "error" and "check" not in each]
    assert events == ["the store cannot keep the promise: not serving until it can"]


async def test_a_store_at_its_memory_limit_is_told_and_closes_nothing(guarded: Guarded, logs: Logs) -> None:
    guarded.admin.config_set("maxmemory", "1mb")
    async with started(settings(guarded)) as gate:
        assert await gate.says()
        assert await gate.says(DURABILITY)
    assert about(logs, Check.MAXMEMORY) == [("error", "store finding")]


async def test_a_store_that_was_away_is_looked_at_before_anybody_is_served(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_AGAIN_S", 0.02)
    async with started(settings(guarded)) as gate:
        await gate.readiness.store_is(writable=False)
        assert not await gate.says()
        guarded.admin.config_set("appendfsync", "everysec")  # as another server might be set that took over
        await gate.readiness.store_is(writable=True)
        assert not await gate.says()
        guarded.admin.config_set("appendfsync", "always")
        await until(gate.says)


async def test_outside_production_nobody_waits_for_that_look(guarded: Guarded) -> None:
    async with started(settings(guarded, Mode.DEVELOPMENT)) as gate:
        await gate.readiness.store_is(writable=False)
        guarded.admin.config_set("appendfsync", "everysec")
        await gate.readiness.store_is(writable=True)
        assert await gate.says()
        await asyncio.sleep(0)
        await until(lambda: _negated(gate.says(DURABILITY)))
        assert await gate.says()


async def test_a_look_that_fails_changes_nothing_about_what_is_known(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_EVERY_S", 0.02)
    async with started(settings(guarded)) as gate:
        guarded.server.pause()
        try:
            await asyncio.sleep(0.3)
            assert await gate.says()  # whether it can be written is for the probe to say
        finally:
            guarded.server.resume()


async def _negated(said: Awaitable[bool]) -> bool:
    return not await said
