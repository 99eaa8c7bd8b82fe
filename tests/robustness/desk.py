"""What one caller asks of one location, in few words."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import Any

from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.app.ports import Call
from gate_service.ledger.ledger import RedisLedger
from tests.contract.witness import check_witness
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import SETTLED, Outcome, Record
from tests.robustness.waiting import PATIENCE_S

_PAUSE_S = 0.05
_LOOKING = Call("test")


class Desk:
    """Makes requests for one location, each under an operation_id of its own, and asks them."""

    def __init__(self, caller: Caller, location_id: str) -> None:
        """Ask nothing yet."""
        self.caller = caller
        self.location_id = location_id
        self._numbers = count(1)

    async def ask(self, request: Message, gate: int = 0, timeout_s: float = 10.0) -> Record:
        """Ask once; whatever came of it is an answer."""
        return await self.caller.call(gate, request, timeout_s=timeout_s)

    async def settle(self, request: Message, gate: int = 0) -> Record:
        """Ask by the same id until it stands in the ledger. Raises AssertionError where it never does."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            record = await self.ask(request, gate)
            if record.outcome in SETTLED:
                return record
            assert record.outcome is not Outcome.TURNED_AWAY, f"{record.method} was turned away with {record.reason}"
            assert time.monotonic() < ends, f"{record.method} ended with {record.outcome}, {record.reason}"
            await asyncio.sleep(_PAUSE_S)

    async def level(self, sku: str = "A", gate: int = 0) -> types_pb.StockLevel:
        """Read the buckets of a SKU."""
        request = stock_pb.GetStockRequest(location_id=self.location_id, skus=[sku])
        reply: Any = (await self.ask(request, gate)).reply
        level: types_pb.StockLevel = reply.levels[0]
        return level

    def receipt(self, **units: int) -> stock_pb.RecordReceiptRequest:
        """Book units in for sale."""
        lines = [
            stock_pb.ReceiptLine(sku=sku, quantity=n, landing=stock_pb.LANDING_AVAILABLE) for sku, n in units.items()
        ]
        return stock_pb.RecordReceiptRequest(**self._named(), lines=lines)

    def order(self, order_id: str, ttl_ms: int = 0, **units: int) -> gate_pb.ReserveStockRequest:
        """Commit units to an order, or hold them where there is a ttl."""
        lines = [gate_pb.ReserveLine(sku=sku, quantity=quantity) for sku, quantity in units.items()]
        return gate_pb.ReserveStockRequest(**self._named(), order_id=order_id, ttl_ms=ttl_ms, lines=lines)

    def confirmation(self, order_id: str) -> gate_pb.ConfirmReservationRequest:
        """Say that an order was placed."""
        return gate_pb.ConfirmReservationRequest(**self._named(), order_id=order_id)

    def release(self, order_id: str) -> gate_pb.ReleaseReservationRequest:
        """Give all of an order back."""
        return gate_pb.ReleaseReservationRequest(**self._named(), order_id=order_id)

    def wave(self, *lines: tuple[str, str, int], permit_ttl_ms: int = 0) -> gate_pb.AuthorizeWaveRequest:
        """Ask whether `(order_id, sku, quantity)` lines may be picked, each for itself."""
        wanted = [gate_pb.WaveLine(order_id=order_id, sku=sku, quantity=n) for order_id, sku, n in lines]
        return gate_pb.AuthorizeWaveRequest(
            **self._named(),
            wave_id="W-1",
            lines=wanted,
            atomicity=gate_pb.WAVE_ATOMICITY_LINE,
            permit_ttl_ms=permit_ttl_ms,
        )

    def pick(self, permit_id: str, order_id: str, sku: str, quantity: int) -> gate_pb.ReportPickRequest:
        """Report that all of a line was picked."""
        line = gate_pb.PickLine(order_id=order_id, sku=sku, picked_quantity=quantity)
        return gate_pb.ReportPickRequest(**self._named(), permit_id=permit_id, lines=[line])

    def parcel(self, permit_id: str, order_id: str) -> gate_pb.ConfirmShipmentRequest:
        """Confirm that what was picked of an order has left."""
        return gate_pb.ConfirmShipmentRequest(
            **self._named(), order_id=order_id, permit_id=permit_id, shipment_id=f"parcel-{order_id}"
        )

    def correction(self, sku: str, delta: int) -> stock_pb.AdjustStockRequest:
        """Correct what is on hand."""
        line = stock_pb.AdjustmentLine(sku=sku, bucket=types_pb.BUCKET_ON_HAND, delta=delta)
        return stock_pb.AdjustStockRequest(
            **self._named(), reason=stock_pb.ADJUSTMENT_REASON_COUNT, note="counted", lines=[line]
        )

    def availability(self, **units: int) -> gate_pb.CheckAvailabilityRequest:
        """Ask what may be promised."""
        lines = [gate_pb.AvailabilityLine(sku=sku, quantity=quantity) for sku, quantity in units.items()]
        return gate_pb.CheckAvailabilityRequest(lines=lines, location_ids=[self.location_id])

    def _named(self) -> dict[str, Any]:
        return {"operation_id": f"{self.location_id}-{next(self._numbers)}", "location_id": self.location_id}


async def check_nothing_is_half_applied(store_url: str, location_id: str) -> int:
    """Replay the ledger of a location and hold it to the stock; give its newest revision. Raises AssertionError."""
    ledger = RedisLedger.connect(store_url)
    try:
        await check_witness(ledger, location_id, {})
        page = await ledger.entries(location_id, 1, 1, _LOOKING)
        return page.latest_revision
    finally:
        await ledger.close()
