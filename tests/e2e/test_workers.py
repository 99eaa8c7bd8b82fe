"""`gate serve --workers 2`: two processes, one port, and what becomes of them by signals, faults and wrong settings."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import pytest

import fulfillment_gate as sdk
from gate_service.bootstrap import ListenFailed, workers
from gate_service.bootstrap.shared_port import kept
from gate_service.embedded.valkey import EmbeddedStore
from gate_service.settings import Authentication, Settings
from tests.deploy import manifest
from tests.deploy.pod import wait_until
from tests.e2e.steady_load import Load, assert_each_happened_once
from tests.e2e.working_gate import WorkingGate, is_gone, says_serving, working_gate
from tests.gate_process import PATIENCE_S, gate_serving

SHIPPED_MAP = manifest.only("ConfigMap", "fulfillment-gate-handoffs")["data"]["handoffs.yaml"]
AGAIN = "worker ended: it is started again"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.start(tmp_path / "store") as running:
        yield running


@pytest.fixture
def gate(store: EmbeddedStore, tmp_path: Path) -> Iterator[WorkingGate]:
    (tmp_path / "handoffs.yaml").write_text(SHIPPED_MAP)
    with working_gate(store.url, tmp_path, "--handoffs", "handoffs.yaml", "--authentication", "none") as running:
        yield running


def test_both_workers_take_calls_at_one_port_and_one_that_is_killed_is_replaced_there(gate: WorkingGate) -> None:
    first, second = gate.pids()[1], gate.pids()[2]
    gate.process.send_signal(signal.SIGHUP)  # it has them look at the map, and ends none of them
    with gate.connections({first, second}, of_each=2) as held:
        os.kill(first, signal.SIGKILL)
        assert all(says_serving(channel) for channel in held[second])
        successor = gate.successor_of(1, first)
        assert all(says_serving(channel) for channel in held[second])
    assert [(line["worker"], line["ended"]) for line in gate.lines(AGAIN)] == [(1, "signal 9")]
    assert gate.pids() == {1: successor, 2: second}
    with gate.connections({successor, second}) as held:
        assert set(held) == {successor, second}


def test_workers_whose_gate_is_killed_end_by_themselves(gate: WorkingGate) -> None:
    pids = gate.pids().values()
    gate.process.kill()
    wait_until(lambda: all(is_gone(pid) for pid in pids), "their end")
    assert {line["worker"] for line in gate.lines("stopped")} == {1, 2}


async def ends_of_calls(gate: WorkingGate, callers: int) -> Counter[str]:
    """Have callers ask until a call fails, and the gate end meanwhile; count how their calls ended."""
    errors = Counter[str]()
    asked = asyncio.Event()

    async def ask() -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        async with grpc.aio.insecure_channel(gate.address, options) as channel:
            method = "/fulfillment_gate.v1.StockService/ListStock"
            ask_bytes: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
            while True:
                try:
                    await ask_bytes(b"", timeout=PATIENCE_S)
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:  # it has no location: the quickest answer
                        errors[error.code().name] += 1
                        return
                asked.set()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(callers):
            tasks.create_task(ask())
        await asked.wait()
        await asyncio.sleep(0.3)
        gate.process.terminate()
    return errors


async def test_whoever_still_calls_when_it_stops_is_told_to_ask_again_rather_than_cut_off(gate: WorkingGate) -> None:
    ends = await ends_of_calls(gate, 40)
    # Who comes in the very moment in which it stops is cut off; by the library alone it is nine in ten.
    assert ends["UNAVAILABLE"] > 30
    assert ends.total() == 40
    assert await asyncio.to_thread(gate.process.wait, PATIENCE_S) == 0


async def test_sigterm_under_load_ends_it_with_0_and_every_call_is_settled_by_asking_again(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    load = Load()
    with working_gate(store.url, tmp_path, "--drain-ms", "300", "--grace-ms", "5000") as gate:
        async with AsyncExitStack() as stack:
            # With less patience than the gate would take to come back: what is open stays so.
            gates = [sdk.AsyncGate(gate.address, timeout_s=1) for _ in range(12)]
            calling = asyncio.create_task(load.run([await stack.enter_async_context(each) for each in gates]))
            await load.more(100)
            gate.process.terminate()
            await asyncio.to_thread(wait_until, lambda: gate.lines("draining") != [], "the drain")
            gate.process.terminate()  # nobody hurries it
            assert await asyncio.to_thread(gate.process.wait, PATIENCE_S) == 0
            load.stopped = True
            await calling
        assert all(is_gone(pid) for pid in gate.pids().values())
        assert {line["worker"] for line in gate.lines("stopped")} == {1, 2}
        unnamed = [line["event"] for line in gate.lines() if "worker" not in line]
        assert unnamed == ["the workers are to end", "all workers have ended"]
    with gate_serving(store.url, tmp_path, name="successor") as successor:
        async with sdk.AsyncGate(successor.address, timeout_s=PATIENCE_S) as asking:
            await load.settle(asking)
            await assert_each_happened_once(asking, load)


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (("--redis-url", "redis://127.0.0.1:1/0", "--authentication", "none"), 3, "No store that can be written at"),
        ((), 2, "Nobody could call this gate: give it a handoff map"),
    ],
    ids=["no store", "no map"],
)
def test_what_keeps_workers_from_serving_is_told_once_and_ends_them_all(
    store: EmbeddedStore, flags: tuple[str, ...], code: int, said: str
) -> None:
    command = [sys.executable, "-m", "gate_service", "serve", "--listen", "127.0.0.1:0", "--workers", "2"]
    ended = subprocess.run(
        [*command, "--redis-url", store.url, *flags], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (ended.returncode, ended.stderr.count(said)) == (code, 1)
    assert "Traceback" not in ended.stderr
    assert AGAIN not in ended.stderr


def test_an_address_that_is_shared_is_shared_with_nobody_else() -> None:
    taken = pytest.raises(ListenFailed, match=r"cannot listen on .*: it is in use")
    with kept("127.0.0.1:0") as address, taken, kept(address):
        pass
    with kept(address) as again:
        assert again == address


def test_a_worker_that_cannot_start_while_the_other_serves_is_tried_until_it_can(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    with working_gate(store.url, tmp_path) as gate:
        first, second = gate.pids()[1], gate.pids()[2]
        os.kill(store.pid, signal.SIGKILL)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(gate.lines(AGAIN)) > 1, "an attempt that failed")
        with EmbeddedStore.start(store.data_dir):
            successor = gate.successor_of(1, first)
            ends = gate.lines(AGAIN)
            assert "no store that can be written" in ends[1]["why"]
            assert ends[0]["pause_ms"] < ends[1]["pause_ms"]
            assert gate.pids() == {1: successor, 2: second}
            gate.process.terminate()
            assert gate.process.wait(PATIENCE_S) == 0


async def test_a_worker_that_hangs_is_killed_and_replaced(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = asyncio.Event()
    with kept("127.0.0.1:0") as listen:
        settings = Settings(
            listen=listen, redis_url=store.url, authentication=Authentication.NONE, workers=2, drain_ms=0
        )
        gate = workers._Workers(settings, lambda _: ready.set())
        running = asyncio.create_task(gate.run())
        await ready.wait()
        hanging = gate._alive[1].pid
        with monkeypatch.context() as impatient:
            impatient.setattr(workers, "_SILENT_BEATS_MAX", 2)
            os.kill(hanging, signal.SIGSTOP)
            await asyncio.to_thread(wait_until, lambda: is_gone(hanging), "its end")

        def has_successor() -> bool:
            return any(
                child.number == 1 and child.pid != hanging and child.serves for child in list(gate._alive.values())
            )

        await asyncio.to_thread(wait_until, has_successor, "a successor")
        gate._stop.set()
        assert await running == 0
