"""Reads the scripts' answers into the domain's replies. The JSON is described in docs/transitions.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from gate_service.domain import replies
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.replies import Applied
from gate_service.domain.reservation import Allocation, KitLine, Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind, ReservationState, Verdict, VerdictReason
from gate_service.ledger.cases import shortages, source_event

# A decoded JSON object of a script; its shape is the script's contract, checked by the contract tests.
JsonObject = dict[str, Any]

_VERDICTS = {verdict.value: verdict for verdict in Verdict}
_VERDICT_REASONS = {reason.value: reason for reason in VerdictReason}


def levels(rows: Sequence[Sequence[Any]]) -> tuple[StockLevel, ...]:
    """Read levels: `[sku, eleven numbers, 1 where a count is due]`."""
    return tuple(StockLevel._make([*row[:12], bool(row[12])]) for row in rows)


def _level(row: Sequence[Any]) -> StockLevel:
    return levels([row])[0]


def _units(rows: Sequence[Sequence[Any]]) -> tuple[replies.SkuUnits, ...]:
    return tuple(replies.SkuUnits(*row) for row in rows)


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


def _resolve_shipment(applied: Applied, data: JsonObject) -> replies.ResolveShipmentReply:
    state = ReservationState(data["state"]) if data["state"] else None
    surpluses = tuple(replies.Surplus(*row) for row in data["surpluses"])
    return replies.ResolveShipmentReply(applied, state, data["shipped_quantity"], surpluses)


def _record_receipt(applied: Applied, data: JsonObject) -> replies.RecordReceiptReply:
    return replies.RecordReceiptReply(
        applied, levels(data["levels"]), _units(data.get("over", ())), _units(data.get("open", ()))
    )


def _record_return(applied: Applied, data: JsonObject) -> replies.RecordReturnReply:
    return replies.RecordReturnReply(applied, levels(data["levels"]), _units(data["unmatched"]))


def _move_stock(applied: Applied, data: JsonObject) -> replies.MoveStockReply:
    return replies.MoveStockReply(applied, levels(data["levels"]), shortages(data["shortages"]))


def _place_stock_hold(applied: Applied, data: JsonObject) -> replies.StockHoldReply:
    return replies.StockHoldReply(applied, _level(data["level"]), shortages(data["shortages"]))


def _lift_stock_hold(applied: Applied, data: JsonObject) -> replies.LiftStockHoldReply:
    return replies.LiftStockHoldReply(applied, _level(data["level"]), data["released_quantity"])


def _adjust_stock(applied: Applied, data: JsonObject) -> replies.AdjustStockReply:
    return replies.AdjustStockReply(
        applied, levels(data["levels"]), shortages(data["shortages"]), data.get("proposal_id", "")
    )


def _approve_adjustment(applied: Applied, data: JsonObject) -> replies.ApproveAdjustmentReply:
    return replies.ApproveAdjustmentReply(
        applied, levels(data["levels"]), shortages(data["shortages"]), data.get("variance_id", "")
    )


def _submit_count(applied: Applied, data: JsonObject) -> replies.SubmitCountReply:
    lines = tuple(replies.CountedLine(*row) for row in data["lines"])
    return replies.SubmitCountReply(applied, lines, levels(data["levels"]), shortages(data["shortages"]))


def _set_quota(applied: Applied, data: JsonObject) -> replies.SetQuotaReply:
    return replies.SetQuotaReply(applied, levels(data["levels"]))


def _merge_sku(applied: Applied, data: JsonObject) -> replies.MergeSkuReply:
    return replies.MergeSkuReply(applied, data["changed"], _level(data["level"]))


def _announce_incoming(applied: Applied, data: JsonObject) -> replies.AnnounceIncomingReply:
    return replies.AnnounceIncomingReply(applied, data["superseded"], data["version"], levels(data["levels"]))


def _transfer_stock(applied: Applied, data: JsonObject) -> replies.TransferStockReply:
    return replies.TransferStockReply(applied, levels(data["levels"]))


def _change_handoffs(applied: Applied, data: JsonObject) -> replies.ChangeHandoffsReply:
    return replies.ChangeHandoffsReply(applied, data["changed"], data["version"])


def _recover_location(applied: Applied, data: JsonObject) -> replies.RecoverLocationReply:
    return replies.RecoverLocationReply(applied, data["epoch"])


def _correct_mirror(applied: Applied, _data: JsonObject) -> replies.CorrectMirrorReply:
    return replies.CorrectMirrorReply(applied)


READERS: dict[OperationKind, Callable[[Applied, JsonObject], object]] = {
    OperationKind.RESERVE_STOCK: _reserve_stock,
    OperationKind.CONFIRM_RESERVATION: _confirm_reservation,
    OperationKind.RELEASE_RESERVATION: _release_reservation,
    OperationKind.AUTHORIZE_WAVE: _authorize_wave,
    OperationKind.REPORT_PICK: _report_pick,
    OperationKind.CONFIRM_SHIPMENT: _confirm_shipment,
    OperationKind.RECORD_RECEIPT: _record_receipt,
    OperationKind.ADJUST_STOCK: _adjust_stock,
    OperationKind.APPROVE_ADJUSTMENT: _approve_adjustment,
    OperationKind.RECORD_RETURN: _record_return,
    OperationKind.MOVE_STOCK: _move_stock,
    OperationKind.PLACE_STOCK_HOLD: _place_stock_hold,
    OperationKind.LIFT_STOCK_HOLD: _lift_stock_hold,
    OperationKind.SUBMIT_COUNT: _submit_count,
    OperationKind.SET_QUOTA: _set_quota,
    OperationKind.MERGE_SKU: _merge_sku,
    OperationKind.ANNOUNCE_INCOMING: _announce_incoming,
    OperationKind.AMEND_INCOMING: _announce_incoming,
    OperationKind.TRANSFER_STOCK: _transfer_stock,
    OperationKind.RESOLVE_SHIPMENT: _resolve_shipment,
    OperationKind.CHANGE_HANDOFFS: _change_handoffs,
    OperationKind.RECOVER_LOCATION: _recover_location,
    OperationKind.CORRECT_MIRROR: _correct_mirror,
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
        keep_back_basis_points=data.get("basis_points", 0),
        from_quota=tuple(sorted(data.get("from_quota", {}).items())),
        returned=tuple(sorted(data.get("returned", {}).items())),
        kits=tuple(KitLine(*line) for line in data.get("kits", ())),
        non_stock=tuple(KitLine(*line) for line in data.get("non_stock", ())),
        sku_basis_points=tuple(sorted(data.get("sku_basis_points", {}).items())),
    )


def entry(stream_id: str, fields: dict[str, str]) -> Entry:
    """Read a ledger entry (form: `lua/lib/commit.lua`)."""
    envelope = json.loads(fields["envelope"])
    body = json.loads(fields["body"])
    changes = json.loads(fields["changes"]) or {}
    reply = json.loads(fields["reply"])
    return Entry(
        revision=int(stream_id.partition("-")[0]),
        at_ms=int(fields["at_ms"]),
        kind=OperationKind(envelope["kind"]),
        operation_id=envelope["id"],
        system=envelope["system"],
        actor=envelope["actor"],
        order_id=body.get("order_id", ""),
        refusal=reply.get("refused", ""),
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
        source=source_event(envelope["source"]) if "source" in envelope else None,
        document_id=_first(body, "document_id", "transfer_id", "return_id"),
        permit_id=body.get("permit_id", ""),
        variance_id=body.get("variance_id") or reply.get("variance_id", ""),  # of an approval the proposal knows it
    )


def _first(body: JsonObject, *names: str) -> str:
    return next((body[name] for name in names if name in body), "")
