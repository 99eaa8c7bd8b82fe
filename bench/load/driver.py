"""Drives the connections of one plan: a selector loop over plain sockets."""

from __future__ import annotations

import select
import socket
import time
from base64 import b64encode
from collections import deque
from typing import Final

from bench.load import wire
from bench.load.plan import Plan, Report, Requests
from bench.load.session import Session
from bench.load.tally import Tally, percentile_ms

_RECEIVE_BYTES: Final = 1 << 16
_CONNECT_TIMEOUT_S: Final = 10.0
_DRAIN_TIMEOUT_S: Final = 30.0


class LoadError(Exception):
    """The load could not be put on the server."""


class Line:
    """One socket with its session and the calls under way on it, by stream, each with its start."""

    def __init__(self, plan: Plan) -> None:
        """Connect."""
        self.session = Session(plan.path, f"{plan.host}:{plan.port}", plan.token)
        self.socket = socket.create_connection((plan.host, plan.port), timeout=_CONNECT_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)
        self.under_way: dict[int, float] = {}

    def flush(self) -> None:
        """Send what the socket takes; the rest stays in `out`."""
        out = self.session.out
        if out:
            try:
                sent = self.socket.send(out)
            except BlockingIOError:
                return
            del out[:sent]

    def fileno(self) -> int:
        """Give the socket to `select`."""
        return self.socket.fileno()


class Driver:
    """Runs one plan. Latencies are taken once for all that came with one read, which is when they came."""

    def __init__(self, plan: Plan) -> None:
        """Connect everything."""
        self._plan = plan
        self._requests = Requests(plan)
        self._tally = Tally(plan.watch)
        self._lines = [Line(plan) for _ in range(plan.connections)]
        self._due: deque[float] = deque()
        self._begun = 0

    def run(self) -> Report:
        """Do what the plan says. Raises `LoadError` where the server goes away or does not answer."""
        try:
            if self._plan.calls:
                self._run_calls()
            elif self._plan.rate_per_s:
                self._run_open()
            else:
                self._run_closed()
            return self._report()
        finally:
            for line in self._lines:
                line.socket.close()

    def _run_closed(self) -> None:
        self._open_streams()
        self._loop_until(time.perf_counter() + self._plan.warmup_s, again=True)
        self._tally.begin()
        self._loop_until(time.perf_counter() + self._plan.seconds, again=True)
        self._tally.end()
        self._drain()

    def _run_calls(self) -> None:
        self._tally.begin()
        self._open_streams()
        limit = time.perf_counter() + max(_DRAIN_TIMEOUT_S, self._plan.calls / 10)
        while any(line.under_way for line in self._lines):
            if time.perf_counter() > limit:
                raise LoadError("the server did not answer in time")
            self._turn(_CONNECT_TIMEOUT_S, again=True)
        self._tally.end()

    def _run_open(self) -> None:
        began = time.perf_counter()
        self._pace_until(began, began + self._plan.warmup_s)
        self._tally.begin()
        began = time.perf_counter()
        self._pace_until(began, began + self._plan.seconds)
        self._drain()  # within the measured time: calls that were due in it count, however late their answer
        self._tally.end()

    def _open_streams(self) -> None:
        for line in self._lines:
            while len(line.under_way) < min(self._plan.streams, line.session.max_streams) and self._more():
                self._start(line, time.perf_counter())
            line.flush()

    def _more(self) -> bool:
        return not self._plan.calls or self._begun < self._plan.calls

    def _start(self, line: Line, due: float) -> None:
        self._begun += 1
        line.under_way[line.session.call(self._requests.make())] = due

    def _loop_until(self, end: float, *, again: bool) -> None:
        while (left := end - time.perf_counter()) > 0:
            self._turn(left, again=again)

    def _pace_until(self, began: float, end: float) -> None:
        """Start each call when it is due, or as soon after as a stream is free."""
        interval = 1 / self._plan.rate_per_s
        count = 0
        while (now := time.perf_counter()) < end:
            while began + count * interval <= now:
                self._due.append(began + count * interval)
                count += 1
            self._start_due()
            self._turn(max(0.0, min(end, began + count * interval) - now), again=False)
        self._start_due()

    def _start_due(self) -> None:
        while self._due:
            line = min(self._lines, key=lambda candidate: len(candidate.under_way))
            if len(line.under_way) >= min(self._plan.streams, line.session.max_streams):
                return
            self._start(line, self._due.popleft())
            line.flush()

    def _drain(self) -> None:
        limit = time.perf_counter() + _DRAIN_TIMEOUT_S
        while self._due or any(line.under_way for line in self._lines):
            if time.perf_counter() > limit:
                raise LoadError("the server did not answer in time")
            self._start_due()
            self._turn(0.05, again=False)

    def _turn(self, timeout_s: float, *, again: bool) -> None:
        """Wait for bytes, take them, and start a new call for each that ended if `again`."""
        if again and self._plan.gather_ms:
            time.sleep(self._plan.gather_ms / 1000)
        unsent = [line for line in self._lines if line.session.out]
        readable, writable, _ = select.select(self._lines, unsent, (), timeout_s)
        for line in readable:
            data = line.socket.recv(_RECEIVE_BYTES)
            if not data:
                raise LoadError("the server closed the connection")
            now = time.perf_counter()
            for stream, status in line.session.receive(data):
                self._tally.add(status, now - line.under_way.pop(stream))
                if again and self._more():
                    self._start(line, now)
            line.flush()
        for line in writable:
            line.flush()

    def _report(self) -> Report:
        tally = self._tally
        latencies_s = sorted(tally.latencies_s)
        return Report(
            calls=len(latencies_s),
            calls_total=tally.ok,
            statuses=dict(tally.statuses),
            next_serial=self._requests.next_serial,
            seconds=tally.seconds,
            calls_per_s=len(latencies_s) / tally.seconds,
            p50_ms=percentile_ms(latencies_s, 0.5),
            p99_ms=percentile_ms(latencies_s, 0.99),
            max_ms=percentile_ms(latencies_s, 1.0),
            client_cpu_s=tally.client_cpu_s,
            watched_cpu_s=tally.watched_cpu_s,
            others_cpu_s=tally.others_cpu_s,
            sample=b64encode(self._lines[0].session.sample[wire.MESSAGE_PREFIX_BYTES :]).decode(),
        )
