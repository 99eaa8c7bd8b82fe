"""The same closed loop with an ordinary grpc.aio client: what the load generator is compared with, never measured with.

Reads a plan from stdin and writes a report to stdout, as `python -m bench.load` does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict

import grpc
import uvloop

from bench.load import wire
from bench.load.plan import Plan, Report, Requests
from bench.load.tally import Tally, percentile_ms

_TIMEOUT_S = 10.0


async def run(plan: Plan) -> Report:
    """Keep `connections * streams` calls under way for the plan's time."""
    requests, tally = Requests(plan), Tally(plan.watch)
    ends_at = time.perf_counter() + plan.warmup_s + plan.seconds

    async def caller(call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]) -> None:
        while (began := time.perf_counter()) < ends_at:
            await call(requests.make()[wire.MESSAGE_PREFIX_BYTES :], timeout=_TIMEOUT_S)
            tally.add("0", time.perf_counter() - began)

    # Each channel has a connection of its own only where they do not share one.
    own = (("grpc.use_local_subchannel_pool", 1),)
    channels = [grpc.aio.insecure_channel(f"{plan.host}:{plan.port}", own) for _ in range(plan.connections)]
    callers = [
        asyncio.create_task(caller(channel.unary_unary(plan.path))) for channel in channels for _ in range(plan.streams)
    ]
    await asyncio.sleep(plan.warmup_s)
    tally.begin()
    await asyncio.sleep(ends_at - time.perf_counter())
    tally.end()
    await asyncio.gather(*callers)
    for channel in channels:
        await channel.close()
    return _report(tally, requests.next_serial)


def _report(tally: Tally, next_serial: int) -> Report:
    latencies_s = sorted(tally.latencies_s)
    return Report(
        calls=len(latencies_s),
        calls_total=tally.ok,
        statuses={},
        next_serial=next_serial,
        seconds=tally.seconds,
        calls_per_s=len(latencies_s) / tally.seconds,
        p50_ms=percentile_ms(latencies_s, 0.5),
        p99_ms=percentile_ms(latencies_s, 0.99),
        max_ms=percentile_ms(latencies_s, 1.0),
        client_cpu_s=tally.client_cpu_s,
        watched_cpu_s=tally.watched_cpu_s,
        others_cpu_s=tally.others_cpu_s,
        sample="",
    )


def main() -> None:
    """Run one plan; a call that fails ends it."""
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(uvloop.run(run(plan))), sys.stdout)


if __name__ == "__main__":
    main()
