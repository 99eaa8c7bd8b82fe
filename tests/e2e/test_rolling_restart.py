"""Gates that are restarted in turn while callers go on: what a rollout does, pod by pod."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import grpc

import fulfillment_gate as sdk
from fulfillment_gate import connection
from gate_service.embedded.valkey import EmbeddedStore
from tests.deploy.pod import free_port
from tests.e2e.steady_load import Load, assert_each_happened_once
from tests.gate_process import PATIENCE_S, gate_serving

ROUNDS = 2
ANSWERS_BETWEEN = 40


class Pod:
    """A gate that is started again and again at the same address."""

    def __init__(self, name: str, store_url: str, folder: Path, *flags: str) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._name, self._store_url, self._folder = name, store_url, folder
        self._flags = ("--listen", self.address, "--drain-ms", "200", "--grace-ms", "5000", *flags)
        self._starts = 0
        self._running: ExitStack | None = None

    def start(self) -> None:
        self._starts += 1
        serving = gate_serving(self._store_url, self._folder, *self._flags, name=f"{self._name}-{self._starts}")
        running = ExitStack()
        self._process = running.enter_context(serving).process
        self._running = running

    def stop(self) -> None:
        """End it as Kubernetes does, and see that it ended as it should; nothing where it does not run."""
        running, self._running = self._running, None
        if running:
            with running:
                self._process.terminate()
                assert self._process.wait(PATIENCE_S) == 0


class TakingTurns(sdk.AsyncGate):
    """Does with a list of addresses what a client does with `dns:///name`; here no name has two."""

    def _channel(self) -> grpc.aio.Channel:
        if self._opened is None:
            options = connection.CHANNEL_OPTIONS + connection.MANY_PODS
            self._opened = grpc.aio.insecure_channel(self._connection.target, options)
        return self._opened


def clients(first: Pod, second: Pod) -> list[sdk.AsyncGate]:
    """Give clients that know both addresses: some stay with one until it goes, some take turns by its health."""
    there, back = (f"ipv4:{a.address},{b.address}" for a, b in ((first, second), (second, first)))
    staying = [sdk.AsyncGate(target, timeout_s=PATIENCE_S) for target in (there, back) for _ in range(2)]
    return [*staying, *(TakingTurns(there, timeout_s=PATIENCE_S) for _ in range(4))]


async def test_a_rolling_restart_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with EmbeddedStore.start(tmp_path / "store") as store:
        pods = Pod("one", store.url, tmp_path), Pod("two", store.url, tmp_path)
        load = Load()
        async with AsyncExitStack() as stack:
            for pod in pods:
                stack.push_async_callback(asyncio.to_thread, pod.stop)
            await asyncio.gather(*(asyncio.to_thread(pod.start) for pod in pods))
            gates = [await stack.enter_async_context(gate) for gate in clients(*pods)]
            calling = asyncio.create_task(load.run(gates))
            await load.more(ANSWERS_BETWEEN)
            for pod in pods * ROUNDS:
                await asyncio.to_thread(pod.stop)
                await load.more(ANSWERS_BETWEEN)
                await asyncio.to_thread(pod.start)
                await load.more(ANSWERS_BETWEEN)
            load.stopped = True
            await calling
            await load.settle(gates[0])
            await assert_each_happened_once(gates[0], load)
