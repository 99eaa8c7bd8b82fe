"""Where each verb is specified."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gate_service.domain.vocabulary import OperationKind
from tests.model.corrections import adjust_stock, approve_adjustment, move_stock
from tests.model.counts import submit_count
from tests.model.documents import amend_incoming, announce_incoming
from tests.model.foreign_shipments import resolve_shipment
from tests.model.house import change_handoffs, recover_location
from tests.model.merges import merge_sku
from tests.model.mirrors import correct_mirror
from tests.model.picks import report_pick
from tests.model.quotas import set_quota
from tests.model.receipts import record_receipt, record_return
from tests.model.releases import release_reservation
from tests.model.reservations import confirm_reservation, reserve_stock
from tests.model.shipments import confirm_shipment
from tests.model.state import Reply
from tests.model.stock_holds import lift_stock_hold, place_stock_hold
from tests.model.transfers import transfer_stock
from tests.model.waves import authorize_wave

VERBS: Mapping[OperationKind, Callable[..., Reply]] = {
    OperationKind.RESERVE_STOCK: reserve_stock,
    OperationKind.CONFIRM_RESERVATION: confirm_reservation,
    OperationKind.RELEASE_RESERVATION: release_reservation,
    OperationKind.AUTHORIZE_WAVE: authorize_wave,
    OperationKind.REPORT_PICK: report_pick,
    OperationKind.CONFIRM_SHIPMENT: confirm_shipment,
    OperationKind.RESOLVE_SHIPMENT: resolve_shipment,
    OperationKind.ANNOUNCE_INCOMING: announce_incoming,
    OperationKind.AMEND_INCOMING: amend_incoming,
    OperationKind.RECORD_RECEIPT: record_receipt,
    OperationKind.RECORD_RETURN: record_return,
    OperationKind.MOVE_STOCK: move_stock,
    OperationKind.PLACE_STOCK_HOLD: place_stock_hold,
    OperationKind.LIFT_STOCK_HOLD: lift_stock_hold,
    OperationKind.TRANSFER_STOCK: transfer_stock,
    OperationKind.ADJUST_STOCK: adjust_stock,
    OperationKind.APPROVE_ADJUSTMENT: approve_adjustment,
    OperationKind.SUBMIT_COUNT: submit_count,
    OperationKind.SET_QUOTA: set_quota,
    OperationKind.MERGE_SKU: merge_sku,
    OperationKind.CHANGE_HANDOFFS: change_handoffs,
    OperationKind.RECOVER_LOCATION: recover_location,
    OperationKind.CORRECT_MIRROR: correct_mirror,
}
"""Each takes the location, the operation and what was asked with it; it raises `No` before it has changed anything."""
