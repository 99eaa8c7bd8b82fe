"""Snapshots as they go over the wire, message by message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import grpc

import fulfillment_gate as sdk
from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.reconcile.ports import Collection
from gate_service.app.reconcile.snapshots.staging import StagedRow
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import Snapshot
from gate_service.reconcile.records import RedisRecords
from gate_service.reconcile.rows import RedisRows
from gate_service.store.store import Store
from tests.reconcile.house import House, token
from tests.rpc.wire import No, no_of

PATH = "/fulfillment_gate.v1.ReconciliationService/SubmitSnapshot"
TIMEOUT_S = 30
Part = pb.SubmitSnapshotRequest


def header(snapshot_id: str, location: str, **more: Any) -> Part:  # noqa: ANN401 - any field of a header
    """Make the first message."""
    return Part(header=pb.SnapshotHeader(snapshot_id=snapshot_id, location_id=location, **more))


def rows(first: int, *told: tuple[str, int], **more: str) -> Part:
    """Make a message of rows, the first at this place."""
    made = [pb.SnapshotRow(sku=sku, quantity=quantity, **more) for sku, quantity in told]
    return Part(rows=pb.SnapshotRows(first_row=first, rows=made))


def end(count: int) -> Part:
    """Make the last message."""
    return Part(end=pb.SnapshotEnd(row_count=count))


def tell(house: House, system: str, parts: Iterable[Part], address: str = "") -> pb.SubmitSnapshotResponse | No:
    """Send them as a system; give the answer, or the no."""
    return raw(house, system, (part.SerializeToString() for part in parts), address)


def raw(house: House, system: str, parts: Iterator[bytes], address: str = "") -> pb.SubmitSnapshotResponse | No:
    """Send bytes as a system."""
    with grpc.insecure_channel(address or house.gate.address, [("grpc.enable_retries", 0)]) as channel:
        call: Any = channel.stream_unary(PATH, response_deserializer=pb.SubmitSnapshotResponse.FromString)
        try:
            answer: pb.SubmitSnapshotResponse = call(
                parts, timeout=TIMEOUT_S, metadata=(("authorization", f"Bearer {token(system)}"),)
            )
        except grpc.RpcError as error:
            return no_of(error)
        return answer


async def staged(store: Store, system: str, snapshot_id: str) -> list[StagedRow]:
    """Give the rows that would be compared."""
    (kept,) = await RedisRecords(store).get(Collection.SNAPSHOTS, [f"{system} {snapshot_id}"])
    assert kept is not None
    return [row async for row in RedisRows(store).read_rows(load(Snapshot, kept.text))]


async def waiting(store: Store) -> set[str]:
    """Name the snapshots that wait to be compared."""
    return {kept.record_id for kept in (await RedisRecords(store).page(Collection.SNAPSHOTS, "waiting", 1_000)).records}


def stands(house: House, system: str, snapshot_id: str) -> pb.Snapshot | None:
    """Give what stands of a snapshot; None for nothing."""
    try:
        return house.client("books").get_snapshot(snapshot_id, system=system).snapshot
    except sdk.NotFound:
        return None


def no(answer: object) -> No:
    """Give the no that it must be."""
    assert isinstance(answer, No), answer
    return answer


def yes(answer: pb.SubmitSnapshotResponse | No) -> pb.SubmitSnapshotResponse:
    """Give the answer that it must be."""
    assert not isinstance(answer, No), answer
    return answer
