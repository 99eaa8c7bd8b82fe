"""Nothing more of a SKU, or of a lot of it, is promised or picked: a recall, a doubt about quality."""

from __future__ import annotations

from gate_service.domain.cases import StockHold
from gate_service.domain.errors import Violation
from gate_service.domain.operations import LiftStockHold, PlaceStockHold
from gate_service.domain.replies import LiftStockHoldReply, StockHoldReply
from gate_service.domain.vocabulary import Reason
from tests.model.shortages import shortages_of
from tests.model.state import Asked, Location, No
from tests.model.stock import move, refuse_unknown


def place_stock_hold(location: Location, operation: PlaceStockHold, asked: Asked) -> StockHoldReply:
    """Place a hold: on a lot it moves units to quality_control, on a SKU it stops all of it."""
    sku, quantity = operation.sku, operation.quantity
    if operation.hold_id in location.stock_holds:
        raise No(Reason.STOCK_HOLD_EXISTS)
    refuse_unknown(location, [("", sku, quantity)])
    if operation.lot_id:
        level = location.stock[sku]
        if level.on_hand - level.unsellable < quantity:
            possible = max(0, level.on_hand - level.unsellable)
            raise No(Reason.INSUFFICIENT_ON_HAND, [Violation("", sku, quantity, possible)])
        move(location, sku, quality_control=quantity)
    else:
        move(location, sku, stock_holds=1)
    location.stock_holds[operation.hold_id] = StockHold(
        operation.hold_id,
        sku,
        operation.lot_id,
        quantity,
        operation.note,
        asked.call.system,
        asked.call.actor,
        asked.applied.at_ms,
    )
    shortages = shortages_of(location, [sku], asked.policy.priorities)
    return StockHoldReply(asked.applied, location.stock[sku], shortages)


def lift_stock_hold(location: Location, operation: LiftStockHold, asked: Asked) -> LiftStockHoldReply:
    """Lift a hold; of a lot go back what is still being inspected."""
    hold = location.stock_holds.get(operation.hold_id)
    if hold is None:
        raise No(Reason.STOCK_HOLD_NOT_FOUND)
    released = min(hold.quantity, location.stock[hold.sku].quality_control)
    if hold.lot_id:
        move(location, hold.sku, quality_control=-released)
    else:
        move(location, hold.sku, stock_holds=-1)
    del location.stock_holds[operation.hold_id]
    return LiftStockHoldReply(asked.applied, location.stock[hold.sku], released)
