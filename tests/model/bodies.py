"""Reads an operation back from the body in its ledger entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from gate_service.domain import operations as ops
from gate_service.domain.entries import Entry
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    DocumentKind,
    Landing,
    OperationKind,
    ShortReason,
    StockStatus,
    WaveAtomicity,
)

Body = Mapping[str, Any]

OPERATIONS: Mapping[OperationKind, type[ops.Operation[Any]]] = {
    each.kind: each
    for each in (
        ops.ReserveStock,
        ops.ConfirmReservation,
        ops.ReleaseReservation,
        ops.AuthorizeWave,
        ops.ReportPick,
        ops.ConfirmShipment,
        ops.ResolveShipment,
        ops.AnnounceIncoming,
        ops.AmendIncoming,
        ops.TransferStock,
        ops.RecordReceipt,
        ops.RecordReturn,
        ops.MoveStock,
        ops.PlaceStockHold,
        ops.LiftStockHold,
        ops.AdjustStock,
        ops.ApproveAdjustment,
        ops.SubmitCount,
        ops.SetQuota,
        ops.MergeSku,
        ops.ChangeHandoffs,
        ops.RecoverLocation,
        ops.CorrectMirror,
    )
}


def _receipt_line(line: list[Any]) -> ops.ReceiptLine:
    return ops.ReceiptLine(line[0], line[1], Landing(line[2]))


_LINES: Mapping[OperationKind, Callable[[list[Any]], object]] = {
    OperationKind.RESERVE_STOCK: ops.OrderLine._make,
    OperationKind.RELEASE_RESERVATION: ops.ReleaseLine._make,
    OperationKind.AUTHORIZE_WAVE: ops.WaveLine._make,
    OperationKind.REPORT_PICK: lambda line: ops.PickLine._make([*line[:5], ShortReason(line[5])]),
    OperationKind.CONFIRM_SHIPMENT: ops.OrderLine._make,
    OperationKind.ANNOUNCE_INCOMING: ops.OrderLine._make,
    OperationKind.AMEND_INCOMING: ops.OrderLine._make,
    OperationKind.TRANSFER_STOCK: ops.SkuQuantity._make,
    OperationKind.RECORD_RECEIPT: _receipt_line,
    OperationKind.RECORD_RETURN: _receipt_line,
    OperationKind.MOVE_STOCK: lambda line: ops.MoveLine(line[0], StockStatus(line[1]), StockStatus(line[2]), line[3]),
    OperationKind.ADJUST_STOCK: lambda line: ops.AdjustmentLine(line[0], Bucket(line[1]), line[2]),
    OperationKind.SUBMIT_COUNT: ops.CountLine._make,
    OperationKind.SET_QUOTA: ops.SkuQuantity._make,
}


def _tuple_of(read: Callable[[list[Any]], object]) -> Callable[[list[list[Any]]], object]:
    return lambda rows: tuple(read(row) for row in rows)


def _reader(kind: OperationKind, name: str) -> Callable[[Any], object]:
    """Give how to read one field of a body."""
    if name == "lines":
        return _tuple_of(_LINES[kind])
    others: Mapping[str, Callable[[Any], object]] = {
        "kits": _tuple_of(ops.OrderLine._make),
        "non_stock": _tuple_of(ops.OrderLine._make),
        "changes": tuple,
        "atomicity": WaveAtomicity,
        "document_kind": DocumentKind,
    }
    if kind is OperationKind.ADJUST_STOCK and name == "reason":
        return AdjustmentReason
    return others.get(name, lambda value: value)


def read_operation(location_id: str, entry: Entry) -> ops.Operation[object]:
    """Read back what was asked, with the event it told of."""
    body: Body = json.loads(entry.body)
    fields = {name: _reader(entry.kind, name)(value) for name, value in body.items()}
    return OPERATIONS[entry.kind](entry.operation_id, location_id, source=entry.source, **fields)
