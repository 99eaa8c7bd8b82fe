"""Replies become responses."""

from __future__ import annotations

from collections.abc import Sequence

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import replies
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.operations import AuthorizeWave
from gate_service.domain.policy import Policy
from gate_service.domain.reservation import Reservation, ReservationAnswer, ReservationLine
from gate_service.domain.stock import Availability, LineAvailability, StockAnswer, StockLevel, StockPage
from gate_service.rpc import enums


def applied(value: replies.Applied) -> types_pb.Applied:
    """Encode the ledger's word."""
    return types_pb.Applied(revision=value.revision, at_ms=value.at_ms, replayed=value.replayed)


def level(value: StockLevel) -> types_pb.StockLevel:
    """Encode the buckets of one SKU with the two derived figures."""
    return types_pb.StockLevel(
        sku=value.sku,
        on_hand=value.on_hand,
        held=value.held,
        committed=value.committed,
        allocated=value.allocated,
        damaged=value.damaged,
        quality_control=value.quality_control,
        suspect=value.suspect,
        incoming=value.incoming,
        available=value.available,
        allocatable=value.allocatable,
        count_due=value.count_due,
    )


def check_availability(
    answers: Sequence[Availability], policy: Policy, channel: str
) -> gate_pb.CheckAvailabilityResponse:
    """Encode what may be promised, with each term of the arithmetic."""
    buffer = policy.buffer(channel)

    def line(value: LineAvailability) -> gate_pb.LineAvailability:
        return gate_pb.LineAvailability(
            sku=value.sku,
            quantity=value.quantity,
            known=value.level is not None,
            promise=value.promise,
            sufficient=value.sufficient,
            level=level(value.level) if value.level else None,
            safety_stock=policy.safety_stock,
            buffer=buffer,
        )

    return gate_pb.CheckAvailabilityResponse(
        locations=[
            gate_pb.LocationAvailability(
                location_id=answer.location_id,
                revision=answer.revision,
                as_of_ms=answer.as_of_ms,
                sufficient=all(value.sufficient for value in answer.lines),
                lines=map(line, answer.lines),
            )
            for answer in answers
        ]
    )


def reserve_stock(reply: replies.ReserveStockReply) -> gate_pb.ReserveStockResponse:
    """Encode a reservation made."""
    return gate_pb.ReserveStockResponse(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state),
        hold_expires_at_ms=reply.hold_expires_at_ms,
    )


def confirm_reservation(reply: replies.ConfirmReservationReply) -> gate_pb.ConfirmReservationResponse:
    """Encode a confirmation."""
    return gate_pb.ConfirmReservationResponse(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state),
        changed=reply.changed,
        retaken=reply.retaken,
    )


def release_reservation(reply: replies.ReleaseReservationReply) -> gate_pb.ReleaseReservationResponse:
    """Encode a release."""
    return gate_pb.ReleaseReservationResponse(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state),
        released_quantity=reply.released_quantity,
    )


def reservation_line(line: ReservationLine) -> types_pb.ReservationLine:
    """Encode one line with its permits."""
    return types_pb.ReservationLine(
        line_id=line.line_id,
        sku=line.sku,
        ordered=line.ordered,
        held=line.held,
        committed=line.committed,
        allocated=line.allocated,
        shipped=line.shipped,
        released=line.released,
        shorted=line.shorted,
        allocations=[types_pb.LineAllocation(**allocation._asdict()) for allocation in line.allocations],
    )


def reservation(location_id: str, value: Reservation) -> types_pb.Reservation:
    """Encode one order's claim."""
    return types_pb.Reservation(
        location_id=location_id,
        order_id=value.order_id,
        channel=value.channel,
        state=enums.RESERVATION_STATE.number(value.state),
        hold_expires_at_ms=value.hold_expires_at_ms,
        created_at_ms=value.created_at_ms,
        lines=map(reservation_line, value.lines),
        shipment_ids=value.shipment_ids,
    )


def get_reservation(location_id: str, answer: ReservationAnswer) -> gate_pb.GetReservationResponse:
    """Encode a reservation that was asked for."""
    return gate_pb.GetReservationResponse(
        reservation=reservation(location_id, answer.reservation), revision=answer.revision
    )


def authorize_wave(operation: AuthorizeWave, reply: replies.AuthorizeWaveReply) -> gate_pb.AuthorizeWaveResponse:
    """Encode the verdicts beside the lines they are about."""
    verdict, reason = enums.VERDICT.number, enums.VERDICT_REASON.number
    response = gate_pb.AuthorizeWaveResponse(
        applied=applied(reply.applied), permit_id=reply.permit_id, permit_expires_at_ms=reply.permit_expires_at_ms
    )
    add = response.lines.add  # in place: a third cheaper than making each line and copying it in
    for (order_id, line_id, sku, quantity), (word, why, units) in zip(operation.lines, reply.lines, strict=True):
        add(
            order_id=order_id,
            line_id=line_id,
            sku=sku,
            quantity=quantity,
            verdict=verdict(word),
            reason=reason(why),
            authorized_quantity=units,
        )
    return response


def report_pick(reply: replies.ReportPickReply) -> gate_pb.ReportPickResponse:
    """Encode a pick report's consequences."""
    return gate_pb.ReportPickResponse(
        applied=applied(reply.applied),
        suspects=[
            gate_pb.SuspectStock(sku=row.sku, suspect_quantity=row.quantity, permit_ids=row.permit_ids)
            for row in reply.suspects
        ],
    )


def confirm_shipment(reply: replies.ConfirmShipmentReply) -> gate_pb.ConfirmShipmentResponse:
    """Encode a shipment."""
    return gate_pb.ConfirmShipmentResponse(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state),
        shipped_quantity=reply.shipped_quantity,
        surpluses=[
            gate_pb.ShipmentSurplus(sku=row.sku, cleared_suspect_quantity=row.cleared, surplus_quantity=row.surplus)
            for row in reply.surpluses
        ],
    )


def record_receipt(reply: replies.RecordReceiptReply) -> stock_pb.RecordReceiptResponse:
    """Encode a receipt."""
    return stock_pb.RecordReceiptResponse(applied=applied(reply.applied), levels=map(level, reply.levels))


def adjust_stock(reply: replies.AdjustStockReply) -> stock_pb.AdjustStockResponse:
    """Encode a correction."""
    return stock_pb.AdjustStockResponse(
        applied=applied(reply.applied),
        levels=map(level, reply.levels),
        shortages=[stock_pb.Shortage(sku=row.sku, missing_quantity=row.missing) for row in reply.shortages],
    )


def get_stock(answer: StockAnswer) -> stock_pb.GetStockResponse:
    """Encode some SKUs."""
    return stock_pb.GetStockResponse(
        revision=answer.revision, levels=map(level, answer.levels), unknown_skus=answer.unknown_skus
    )


def list_stock(page: StockPage) -> stock_pb.ListStockResponse:
    """Encode a page of SKUs; the token is the SKU to go on behind."""
    return stock_pb.ListStockResponse(
        revision=page.revision, levels=map(level, page.levels), next_page_token=page.next_after
    )


def entry(value: Entry, include_canonical: bool) -> ledger_pb.LedgerEntry:  # noqa: FBT001 - the request's own flag
    """Encode one entry."""
    canonical = None
    if include_canonical:
        canonical = ledger_pb.CanonicalEntry(
            envelope=value.envelope, body=value.body, reply=value.reply, changes=value.changes_text
        )
    return ledger_pb.LedgerEntry(
        revision=value.revision,
        at_ms=value.at_ms,
        kind=enums.OPERATION_KIND.number(value.kind),
        operation_id=value.operation_id,
        system=value.system,
        actor=value.actor,
        order_id=value.order_id,
        refusal=value.refusal,
        changes=[
            types_pb.StockChange(sku=row.sku, bucket=enums.BUCKET.number(row.bucket), delta=row.delta)
            for row in value.changes
        ],
        chain_hash=value.chain_hash,
        canonical=canonical,
    )


def list_entries(page: EntryPage, include_canonical: bool) -> ledger_pb.ListEntriesResponse:  # noqa: FBT001
    """Encode a page of the ledger."""
    return ledger_pb.ListEntriesResponse(
        entries=[entry(value, include_canonical) for value in page.entries],
        next_from_revision=page.next_from_revision,
        latest_revision=page.latest_revision,
    )
