"""The stream of a snapshot, message by message, and what becomes of it when something breaks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.domain import limits
from gate_service.rpc.identity import ByName, Door
from gate_service.rpc.pipeline import Asked, CallFailed, Method, answer
from gate_service.store.store import Store
from tests.reconcile.house import House
from tests.reconcile.telling import PATH, Part, end, header, no, raw, rows, tell, waiting, yes
from tests.rpc.wire import No


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([], "header"),
        ([rows(0, ("MUG", 1))], "header"),
        ([end(0)], "header"),
        ([pb.SubmitSnapshotRequest()], "header"),
        (["header", "header"], "header"),
        (["header", pb.SubmitSnapshotRequest()], "part"),
        (["header", end(0), rows(0, ("MUG", 1))], "rows"),
        (["header", end(0), end(0)], "end"),
        (["header", rows(0)], "rows.rows"),
        (["header", rows(0, *[("MUG", 1)] * (limits.SNAPSHOT_ROWS_MAX + 1))], "rows.rows"),
        (["header", rows(-1, ("MUG", 1))], "rows.first_row"),
        (["header", rows(0, ("MUG", 1)), rows(2, ("CUP", 1))], "rows.first_row"),
        (["header", rows(0, ("MUG", 1)), rows(0, ("MUG", 1))], "rows.first_row"),
        (["header", rows(0, ("MUG", 1)), end(0)], "end.row_count"),
        (["header", end(-1)], "end.row_count"),
    ],
)
async def test_a_stream_that_does_not_go_as_it_must_names_the_field(
    house: House, opened: str, store: Store, parts: list[Any], field: str
) -> None:
    name = f"F-{opened}"
    told = no(tell(house, "wms", [header(name, opened) if part == "header" else part for part in parts]))
    assert (told.code, told.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    assert f"wms {name}" not in await waiting(store)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"snapshot_id": ""}, "header.snapshot_id"),
        ({"snapshot_id": "a b"}, "header.snapshot_id"),
        ({"location_id": "~x"}, "header.location_id"),
        ({"system": "a b"}, "header.system"),
        ({"measure": "on hand"}, "header.measure"),
        ({"deducts": ["on_hand"]}, "header.deducts[0]"),
        ({"deducts": ["held", "held"]}, "header.deducts[1]"),
        ({"as_of_revision": 0}, "header.as_of_revision"),
        ({"as_of_revision": -1}, "header.as_of_revision"),
        ({"as_of_revision": limits.BUCKET_MAX + 1}, "header.as_of_revision"),
        ({"as_of_ms": 0}, "header.as_of_ms"),
        ({"as_of_ms": limits.AT_MAX_MS + 1}, "header.as_of_ms"),
    ],
)
def test_a_field_of_the_header_out_of_its_bound_is_named(house: House, more: dict[str, Any], field: str) -> None:
    first = pb.SnapshotHeader(**{"snapshot_id": "S", "location_id": "L", **more})
    told = no(tell(house, "wms", [pb.SubmitSnapshotRequest(header=first)]))
    assert (told.code, told.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


def test_a_message_that_is_none_or_too_large_is_told(house: House, opened: str) -> None:
    first = header(f"G-{opened}", opened).SerializeToString()
    for payload in (b"\xff\xff", rows(0, *[("x" * 120, 1)] * 9_000).SerializeToString()):
        told = no(raw(house, "wms", iter([first, payload])))
        assert (told.code, told.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["request"])
    assert yes(tell(house, "wms", [header(f"G-{opened}", opened), end(0)])).snapshot.received_rows == 0


@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_down_a_stream_is_no_fault_of_the_gate(house: House, opened: str, seed: int) -> None:
    draw = random.Random(f"{opened}{seed}")
    texts = ["", "MUG", "CUP", "~", "on_hand", "available", "held", "x" * 300, "\x00", "wms", opened]
    figures = [0, 1, -1, 2**62, -(2**62), 9_999]

    def part() -> Part | bytes:
        kind = draw.choice(["header", "rows", "end", "none", "bytes"])
        if kind == "bytes":
            return draw.randbytes(draw.randrange(60))
        if kind == "header":
            told = pb.SnapshotHeader(snapshot_id=draw.choice(texts), location_id=opened, measure=draw.choice(texts))
            told.deducts.extend(draw.sample(texts, draw.randrange(2)))
            return Part(header=told)
        some = [pb.SnapshotRow(sku=draw.choice(texts), quantity=draw.choice(figures), unit=draw.choice(texts))] * 3
        if kind == "rows":
            return Part(rows=pb.SnapshotRows(first_row=draw.choice(figures), rows=some))
        return end(draw.choice(figures)) if kind == "end" else Part()

    for number in range(12):
        drawn = [part() for _ in range(draw.randrange(5))]
        begun: list[Part | bytes] = [header(f"Z{number}-{opened}", opened, skip_bad_rows=True)]
        told = (each if isinstance(each, bytes) else each.SerializeToString() for each in begun + drawn)
        answer = raw(house, "wms", told)
        assert not isinstance(answer, No) or answer.code is not grpc.StatusCode.INTERNAL, drawn


class Nobody:
    """Notes nothing."""

    def note(self, denial: object, actor: str) -> None: ...


async def test_a_stream_of_which_nothing_more_comes_is_ended_and_told() -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield header("S", "L").SerializeToString()
        await asyncio.Event().wait()

    taken: list[pb.SubmitSnapshotRequest] = []

    async def take(parts: AsyncIterator[pb.SubmitSnapshotRequest], call: Call) -> pb.SubmitSnapshotResponse:
        taken.extend([part async for part in parts])
        raise AssertionError

    access = Access(enforced=False)
    method = Method(PATH, pb.SubmitSnapshotRequest, take, streams=True)
    asked = Asked(b"", {}, (), None, stalled(), idle_s=0.01)
    with pytest.raises(CallFailed) as failed:
        await answer(method, asked, Door(ByName(), access, Nobody()))  # type: ignore[arg-type] # all it needs
    assert failed.value.status.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    assert "no further part came within 10 ms" in failed.value.status.message
    assert taken == []
