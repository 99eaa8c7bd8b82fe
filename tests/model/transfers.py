"""Goods leave for another location; the announcement over there is an operation of its own."""

from __future__ import annotations

from gate_service.domain.cases import Departure
from gate_service.domain.errors import Violation
from gate_service.domain.operations import TransferStock
from gate_service.domain.replies import TransferStockReply
from gate_service.domain.vocabulary import Reason
from tests.model.state import Asked, Location, No, Transfer
from tests.model.stock import levels_of, move, refuse_unknown


def transfer_stock(location: Location, operation: TransferStock, asked: Asked) -> TransferStockReply:
    """Let units leave that nobody has a claim on; the same transfer told again moves nothing."""
    told = Transfer(operation.to_location_id, operation.lines)
    earlier = location.transfers.get(operation.transfer_id)
    if earlier and earlier != told:
        raise No(Reason.TRANSFER_ID_REUSED)
    if earlier is None:
        refuse_unknown(location, (("", *line) for line in operation.lines))
        _refuse_beyond_available(location, operation)
        for line in operation.lines:
            move(location, line.sku, on_hand=-line.quantity)
        location.transfers[operation.transfer_id] = told
        location.departures[operation.transfer_id] = Departure(
            transfer_id=operation.transfer_id,
            to_location_id=operation.to_location_id,
            expected_at_ms=operation.expected_at_ms,
            lines=operation.lines,
            operation_id=operation.operation_id,
            system=asked.call.system,
            actor=asked.call.actor,
            at_ms=asked.applied.at_ms,
        )
    return TransferStockReply(asked.applied, levels_of(location, (line.sku for line in operation.lines)))


def _refuse_beyond_available(location: Location, operation: TransferStock) -> None:
    violations = []
    for line in operation.lines:
        level = location.stock[line.sku]
        possible = 0 if level.stock_holds else max(0, level.available)
        if line.quantity > possible:
            violations.append(Violation("", line.sku, line.quantity, possible))
    if violations:
        raise No(Reason.INSUFFICIENT_STOCK, violations)
