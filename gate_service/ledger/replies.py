"""Reads the scripts' answers into the domain's replies. The JSON is described in docs/transitions.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from gate_service.domain import replies
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.replies import Applied
from gate_service.domain.reservation import Allocation, Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind, ReservationState, Verdict, VerdictReason

# A decoded JSON object of a script; its shape is the script's contract, checked by the contract tests.
JsonObject = dict[str, Any]

_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_VERDICT_REASONS = {reason.value: reason for reason in VerdictReason}


def levels(rows: Sequence[Sequence[Any]]) -> tuple[StockLevel, ...]:
    """Read levels: `[sku, eight numbers, 1 where a count is due]`."""
    return tuple(StockLevel._make([*row[:9], bool(row[9])]) for row in rows)


def _reserve_stock(applied: Applied, data: JsonObject) -> replies.ReserveStockReply:
    return replies.ReserveStockReply(applied, ReservationState(data["state"]), data["hold_expires_at_ms"])


def _confirm_reservation(applied: Applied, data: JsonObject) -> replies.ConfirmReservationReply:
    return replies.ConfirmReservationReply(
        applied, ReservationState(data["state"]), changed=data["changed"], retaken=data["retaken"]
    )


def _release_reservation(applied: Applied, data: JsonObject) -> replies.ReleaseReservationReply:
    return replies.ReleaseReservationReply(applied, ReservationState(data["state"]), data["released_quantity"])


def _authorize_wave(applied: Applied, data: JsonObject) -> replies.AuthorizeWaveReply:
    lines = tuple(
        replies.LineVerdict(_VERDICTS[verdict], _VERDICT_REASONS[reason], authorized)
        for verdict, reason, authorized in data["lines"]
    )
    return replies.AuthorizeWaveReply(applied, data["permit_id"], data["permit_expires_at_ms"], lines)


def _report_pick(applied: Applied, data: JsonObject) -> replies.ReportPickReply:
    suspects = tuple(replies.SuspectStock(sku, units, tuple(permits)) for sku, units, permits in data["suspects"])
    return replies.ReportPickReply(applied, suspects)


def _confirm_shipment(applied: Applied, data: JsonObject) -> replies.ConfirmShipmentReply:
    surpluses = tuple(replies.Surplus(*row) for row in data["surpluses"])
    return replies.ConfirmShipmentReply(applied, ReservationState(data["state"]), data["shipped_quantity"], surpluses)


def _record_receipt(applied: Applied, data: JsonObject) -> replies.RecordReceiptReply:
    return replies.RecordReceiptReply(applied, levels(data["levels"]))


def _adjust_stock(applied: Applied, data: JsonObject) -> replies.AdjustStockReply:
    shortages = tuple(replies.Shortage(*row) for row in data["shortages"])
    return replies.AdjustStockReply(applied, levels(data["levels"]), shortages)


READERS: dict[OperationKind, Callable[[Applied, JsonObject], object]] = {
    OperationKind.RESERVE_STOCK: _reserve_stock,
    OperationKind.CONFIRM_RESERVATION: _confirm_reservation,
    OperationKind.RELEASE_RESERVATION: _release_reservation,
    OperationKind.AUTHORIZE_WAVE: _authorize_wave,
    OperationKind.REPORT_PICK: _report_pick,
    OperationKind.CONFIRM_SHIPMENT: _confirm_shipment,
    OperationKind.RECORD_RECEIPT: _record_receipt,
    OperationKind.ADJUST_STOCK: _adjust_stock,
}


def _allocations(rest: Sequence[Any]) -> tuple[Allocation, ...]:
    """Read the allocations at the end of a line; a line that was never in a wave has none."""
    return tuple(Allocation(*row) for rows in rest for row in rows)


def reservation(order_id: str, text: str) -> Reservation:
    """Read a stored reservation (form: `lua/lib/reservations.lua`)."""
    data = json.loads(text)
    lines = tuple(ReservationLine._make([*line[:10], _allocations(line[10:])]) for line in data["lines"])
    return Reservation(
        order_id=order_id,
        channel=data["channel"],
        keep_back=data["keep_back"],
        hold_expires_at_ms=data["hold_expires_at_ms"],
        created_at_ms=data["created_at_ms"],
        lines=lines,
        shipment_ids=tuple(sorted(data.get("shipments") or ())),
    )


def entry(stream_id: str, fields: dict[str, str]) -> Entry:
    """Read a ledger entry (form: `lua/lib/work.lua`, commit)."""
    envelope = json.loads(fields["envelope"])
    body = json.loads(fields["body"])
    changes = json.loads(fields["changes"]) or {}
    return Entry(
        revision=int(stream_id.partition("-")[0]),
        at_ms=int(fields["at_ms"]),
        kind=OperationKind(envelope["kind"]),
        operation_id=envelope["id"],
        system=envelope["system"],
        actor=envelope["actor"],
        order_id=body.get("order_id", ""),
        refusal=json.loads(fields["reply"]).get("refused", ""),
        changes=tuple(
            StockChange(sku, bucket, by_bucket[bucket])
            for sku, by_bucket in sorted(changes.items())
            for bucket in Bucket
            if bucket in by_bucket
        ),
        chain_hash=fields["hash"],
        envelope=fields["envelope"],
        body=fields["body"],
        reply=fields["reply"],
        changes_text=fields["changes"],
    )
