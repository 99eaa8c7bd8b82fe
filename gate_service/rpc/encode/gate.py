"""Responses of FulfillmentGateService."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.app.questions import Promises
from gate_service.domain import replies
from gate_service.domain.cases import UnmatchedPage
from gate_service.domain.operations import AuthorizeWave, ReserveStock
from gate_service.domain.reservation import KitLine, Reservation, ReservationAnswer, ReservationLine
from gate_service.domain.sourced import SourcedPart, SourcedReply
from gate_service.domain.stock import LineAvailability
from gate_service.rpc import enums
from gate_service.rpc.encode.parts import applied, level, lineage

ShippedT = TypeVar("ShippedT", gate_pb.ConfirmShipmentResponse, gate_pb.ResolveShipmentResponse)


def line_availability(value: LineAvailability, safety_stock: int, buffer_units: int) -> gate_pb.LineAvailability:
    """Encode what may be promised of one line, with each term of the arithmetic."""
    return gate_pb.LineAvailability(
        sku=value.sku,
        quantity=value.quantity,
        known=value.level is not None,
        promise=value.promise,
        sufficient=value.sufficient,
        level=level(value.level) if value.level else None,
        safety_stock=safety_stock,
        buffer=buffer_units + value.buffer,
        ring_fenced_for_others=value.ring_fenced_for_others,
    )


def check_availability(promises: Promises, channel: str) -> gate_pb.CheckAvailabilityResponse:
    """Encode what may be promised, by location."""
    safety_stock, units = promises.policy.safety_stock, promises.policy.buffer(channel).units
    return gate_pb.CheckAvailabilityResponse(
        locations=[
            gate_pb.LocationAvailability(
                location_id=answer.location_id,
                revision=answer.revision,
                lineage=lineage(answer.lineage),
                as_of_ms=answer.as_of_ms,
                stale=answer.age_ms is not None,
                age_ms=answer.age_ms or 0,
                sufficient=all(value.sufficient for value in answer.lines),
                lines=[line_availability(value, safety_stock, units) for value in answer.lines],
            )
            for answer in promises.answers
        ]
    )


def reserve_stock(operation: ReserveStock, reply: replies.ReserveStockReply) -> gate_pb.ReserveStockResponse:
    """Encode a reservation made where the caller said."""
    part = SourcedPart(operation.location_id, reply.applied, operation.lines)
    return sourced(SourcedReply(reply.applied, reply.state, reply.hold_expires_at_ms, (part,)))


def sourced(reply: SourcedReply) -> gate_pb.ReserveStockResponse:
    """Encode a reservation made, with what is served from where."""
    response = gate_pb.ReserveStockResponse(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state),
        hold_expires_at_ms=reply.hold_expires_at_ms,
    )
    for location_id, at, lines in reply.parts:
        part = response.parts.add(location_id=location_id, applied=applied(at))
        for line_id, sku, quantity in lines:
            part.lines.add(line_id=line_id, sku=sku, quantity=quantity)
    return response


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


def kit_line(line: KitLine) -> types_pb.KitLine:
    """Encode a line as it was ordered."""
    return types_pb.KitLine(line_id=line.line_id, sku=line.sku, quantity=line.quantity)


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
        kits=map(kit_line, value.kits),
        non_stock=map(kit_line, value.non_stock),
    )


def get_reservation(found: Sequence[tuple[str, ReservationAnswer]]) -> gate_pb.GetReservationResponse:
    """Encode a reservation that was asked for, location by location: 1 or more."""
    encoded = [reservation(location_id, answer.reservation) for location_id, answer in found]
    return gate_pb.GetReservationResponse(
        reservation=encoded[0], revision=found[0][1].revision, lineage=lineage(found[0][1].lineage), others=encoded[1:]
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
    return _shipped(gate_pb.ConfirmShipmentResponse, reply)


def resolve_shipment(reply: replies.ResolveShipmentReply) -> gate_pb.ResolveShipmentResponse:
    """Encode what an unmatched confirmation came to."""
    return _shipped(gate_pb.ResolveShipmentResponse, reply)


def list_unmatched_shipments(page: UnmatchedPage) -> gate_pb.ListUnmatchedShipmentsResponse:
    """Encode a page of confirmations that matched nothing."""
    return gate_pb.ListUnmatchedShipmentsResponse(
        shipments=[
            gate_pb.UnmatchedShipment(
                unmatched_id=row.unmatched_id,
                order_id=row.order_id,
                shipment_id=row.shipment_id,
                lines=[gate_pb.ShipLine(**line._asdict()) for line in row.lines],
                reason=row.reason,
                system=row.system,
                at_ms=row.at_ms,
                revision=int(row.unmatched_id[1:]),  # U<revision>
            )
            for row in page.shipments
        ],
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def _shipped(response: type[ShippedT], reply: replies.ConfirmShipmentReply | replies.ResolveShipmentReply) -> ShippedT:
    return response(
        applied=applied(reply.applied),
        state=enums.RESERVATION_STATE.number(reply.state) if reply.state else None,
        shipped_quantity=reply.shipped_quantity,
        surpluses=[
            gate_pb.ShipmentSurplus(sku=row.sku, cleared_suspect_quantity=row.cleared, surplus_quantity=row.surplus)
            for row in reply.surpluses
        ],
    )
