"""Large snapshots: a gate that dies or stops in the middle, two streams at once, and what a million rows would hold."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

import fulfillment_gate as sdk
from fulfillment_gate.retry import Attempts
from fulfillment_gate.telling import Telling
from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.reconcile.snapshots.staging import RowsLost
from gate_service.domain.reconcile.telling import Digest, ToldRow
from gate_service.store.store import Store
from tests.gate_process import PATIENCE_S, GateProcess, gate_serving
from tests.reconcile.house import House, token
from tests.reconcile.telling import end, header, no, rows, staged, stands, tell, yes

LARGE = 25_000


class Lost(grpc.RpcError):
    """A stream that broke."""

    def __init__(self, code: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE, details: str = "gone") -> None:
        self._code = code
        self._details = details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def trailing_metadata(self) -> tuple[Any, ...]:
        return ()


class Rows:
    """Rows that can be gone through again; `at` is called once, when the row of this place is reached first."""

    def __init__(self, count: int, place: int = -1, at: Callable[[], object] = lambda: None) -> None:
        self.count = count
        self._place = place
        self._at = at
        self.gone_through = 0

    def __iter__(self) -> Iterator[pb.SnapshotRow]:
        self.gone_through += 1
        for place in range(self.count):
            if place == self._place and self.gone_through == 1:
                self._at()
            yield pb.SnapshotRow(sku=f"SKU-{place}", quantity=place)


@contextmanager
def another_gate(house: House, folder: Path) -> Iterator[GateProcess]:
    with gate_serving(
        house.store_url, folder, "--handoffs", str(house.folder / "handoffs.yaml"), name="second"
    ) as gate:
        yield gate


@pytest.fixture
def second(house: House, tmp_path: Path) -> Iterator[GateProcess]:
    """Start another gate of the same house, for a test that ends it."""
    with another_gate(house, tmp_path) as gate:
        yield gate


@pytest.fixture(scope="module")
def beside(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    """Start another gate of the same house, for tests that leave it running."""
    with another_gate(house, tmp_path_factory.mktemp("beside")) as gate:
        yield gate


@pytest.fixture
def opened(house: House, location: str) -> str:
    house.receive(location, MUG=1)
    return location


def told(snapshot_id: str, location: str) -> pb.SnapshotHeader:
    return pb.SnapshotHeader(snapshot_id=snapshot_id, location_id=location)


async def as_told(store: Store, name: str, count: int) -> bool:
    found = await staged(store, "wms", name)
    return [(row.place, row.sku, row.quantity) for row in found] == [(at, f"SKU-{at}", at) for at in range(count)]


async def test_the_sdk_goes_on_at_another_gate_where_the_first_is_lost_in_the_middle(
    house: House, opened: str, store: Store, second: GateProcess
) -> None:
    name, heard = f"S-{opened}", list[int]()
    told_rows = Rows(LARGE, 15_000, second.process.kill)
    target = f"ipv4:{second.address},{house.gate.address}"
    with sdk.Gate(target, token=token("wms")) as gate:
        answer = await asyncio.to_thread(gate.submit_snapshot, told(name, opened), told_rows, progress=heard.append)
    assert (answer.replayed, answer.snapshot.state) == (False, pb.SNAPSHOT_STATE_RECEIVED)
    assert told_rows.gone_through > 1
    assert heard[-1] == answer.snapshot.received_rows == LARGE
    assert await as_told(store, name, LARGE)


def _stop(gate: GateProcess) -> None:
    """Ask a gate to stop, and wait until it has begun to."""
    gate.process.terminate()
    until = time.monotonic() + PATIENCE_S
    while "draining" not in gate.log.read_text():
        assert time.monotonic() < until, "the gate does not stop"
        time.sleep(0.02)


async def test_the_sdk_for_asyncio_goes_on_where_a_gate_stops_in_the_middle(
    house: House, opened: str, store: Store, second: GateProcess
) -> None:
    name = f"A-{opened}"
    told_rows = Rows(LARGE, 15_000, lambda: _stop(second))
    target = f"ipv4:{second.address},{house.gate.address}"
    async with sdk.AsyncGate(target, token=token("wms")) as gate:
        answer = await gate.submit_snapshot(told(name, opened), told_rows)
        listed = [each.snapshot_id async for each in gate.iter_snapshots(location_id=opened)]
    assert (answer.snapshot.received_rows, listed) == (LARGE, [name])
    assert told_rows.gone_through > 1
    assert await as_told(store, name, LARGE)


def ended() -> Attempts:
    return Attempts("", 10)


def parts_of(telling: Telling) -> list[str | None]:
    return [part.WhichOneof("part") for part in telling.parts()]


@pytest.mark.parametrize(
    "error",
    [Lost(), Lost(grpc.StatusCode.INTERNAL, "Internal error from Core")],  # the latter hides what the gate said
)
def test_a_stream_goes_on_behind_its_own_rows_and_begins_anew_where_others_are_there(error: Lost) -> None:
    row = pb.SnapshotRow(sku="A", quantity=1, measure="damaged", unit="case")
    digest = Digest()
    digest.add(0, [ToldRow("A", 1, "damaged", "case")])
    telling = Telling(pb.SnapshotHeader(snapshot_id="S"), [row], None)
    assert parts_of(telling) == ["header", "rows", "end"]
    assert telling.broken(error, ended) > 0
    telling.go_on(pb.Snapshot(received_rows=1, digest=digest.text))
    assert parts_of(telling) == ["header", "end"]
    telling.go_on(pb.Snapshot(received_rows=1, digest="abc"))
    assert parts_of(telling) == ["header", "rows", "end"]


def test_rows_that_are_there_only_once_are_told_once() -> None:
    telling = Telling(pb.SnapshotHeader(snapshot_id="S"), iter([pb.SnapshotRow(sku="A")]), None)
    assert parts_of(telling) == ["header", "rows", "end"]
    with pytest.raises(sdk.Unavailable):
        telling.broken(Lost(), ended)


def test_what_the_gate_itself_says_is_no_reason_to_go_on() -> None:
    telling = Telling(pb.SnapshotHeader(snapshot_id="S"), [], None)
    with pytest.raises(sdk.Internal):
        telling.broken(Lost(grpc.StatusCode.INTERNAL, "a fault"), ended)


def test_what_the_rows_raise_is_raised_and_nothing_is_compared(house: House, opened: str) -> None:
    def fail() -> None:
        raise ValueError("line 7 is no row")

    with pytest.raises(ValueError, match="line 7"):
        house.client("wms").submit_snapshot(told(f"E-{opened}", opened), Rows(10, 5, fail))
    half = stands(house, "wms", f"E-{opened}")
    assert half is None or half.state == pb.SNAPSHOT_STATE_RECEIVING


async def test_two_streams_of_one_snapshot_at_two_gates_make_one(
    house: House, opened: str, store: Store, beside: GateProcess
) -> None:
    name = f"T-{opened}"
    both = threading.Barrier(2, timeout=30)
    with ExitStack() as stack:
        gates = [
            stack.enter_context(sdk.Gate(address, token=token("wms"), timeout_s=30))
            for address in (house.gate.address, beside.address)
        ]
        submitted = [
            asyncio.to_thread(gate.submit_snapshot, told(name, opened), Rows(LARGE, 1, both.wait)) for gate in gates
        ]
        answers = await asyncio.gather(*submitted)
    assert {answer.snapshot.state for answer in answers} == {pb.SNAPSHOT_STATE_RECEIVED}
    assert await as_told(store, name, LARGE)


async def test_two_snapshots_under_one_name_never_become_a_mixture(
    house: House, opened: str, store: Store, beside: GateProcess
) -> None:
    name = f"M-{opened}"

    def stream(quantity: int, address: str) -> pb.SubmitSnapshotResponse | object:
        parts = [rows(first, *((f"SKU-{at}", quantity) for at in range(first, first + 5_000))) for first in (0, 5_000)]
        return tell(house, "wms", [header(name, opened), *parts, end(10_000)], address)

    answers = await asyncio.gather(
        asyncio.to_thread(stream, 1, house.gate.address), asyncio.to_thread(stream, 2, beside.address)
    )
    took = [at for at, answer in enumerate(answers, 1) if isinstance(answer, pb.SubmitSnapshotResponse)]
    (refused,) = [no(answer) for answer in answers if not isinstance(answer, pb.SubmitSnapshotResponse)]
    assert refused.reason in {"CHANGED_MEANWHILE", "SNAPSHOT_ID_REUSED"}
    assert [row.quantity for row in await staged(store, "wms", name)] == took * 10_000


async def test_a_snapshot_whose_rows_are_gone_before_its_end_begins_at_its_first_row_again(
    house: House, opened: str, store: Store
) -> None:
    name = f"G-{opened}"
    assert (
        no(tell(house, "wms", [header(name, opened), rows(0, ("MUG", -1), ("CUP", 4))])).reason == "SNAPSHOT_INCOMPLETE"
    )
    await store.call("DEL", f"gate:{{~snapshot wms {name}}}:rows")
    behind = no(tell(house, "wms", [header(name, opened), rows(2, ("JUG", 1)), end(3)]))
    assert (behind.reason, "0 are here" in behind.text) == ("SNAPSHOT_INCOMPLETE", True)
    told_anew = yes(tell(house, "wms", [header(name, opened), rows(0, ("MUG", 1), ("CUP", 4)), end(2)])).snapshot
    assert (told_anew.state, told_anew.received_rows) == (pb.SNAPSHOT_STATE_RECEIVED, 2)
    assert told_anew.bad_row_count == 0


async def test_rows_that_the_store_has_lost_are_missed(house: House, opened: str, store: Store) -> None:
    name = f"L-{opened}"
    yes(tell(house, "wms", [header(name, opened), rows(0, ("MUG", 1)), end(1)]))
    await store.call("DEL", f"gate:{{~snapshot wms {name}}}:rows")
    with pytest.raises(RowsLost):
        await staged(store, "wms", name)


def _resident_kb(process_id: int) -> int:
    (found,) = re.findall(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text(), re.MULTILINE)
    return int(found)


def test_a_large_snapshot_needs_little_memory_and_keeps_nobody_waiting_for_its_end(house: House, opened: str) -> None:
    house.client("wms").submit_snapshot(told(f"W-{opened}", opened), Rows(LARGE))  # what it takes once
    before_kb, answered = _resident_kb(house.gate.process.pid), list[int]()
    asker = house.client("books")

    def ask(_: int) -> None:
        answered.append(asker.get_stock(opened, ["MUG"]).revision)

    count = 200_000
    answer = house.client("wms").submit_snapshot(told(f"H-{opened}", opened), Rows(count), progress=ask)
    assert answer.snapshot.received_rows == count
    assert len(answered) == count // 2_000
    grown_kb = _resident_kb(house.gate.process.pid) - before_kb
    assert grown_kb < 15_000, "its rows, all at once, would be four times that"


def test_the_digest_knows_rows_by_their_places_however_they_are_cut() -> None:
    made = [ToldRow(f"SKU-{at}", at, "", "") for at in range(20)]
    whole, cut, moved = Digest(), Digest(), Digest()
    whole.add(0, made)
    cut.add(0, made[:7])
    cut = Digest(cut.text)
    cut.add(7, made[7:])
    moved.add(1, made)
    assert whole.text == cut.text != moved.text
