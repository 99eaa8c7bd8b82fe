"""What a test says to a ledger, in few words: one location, one clock, a fresh operation_id for each operation."""

from __future__ import annotations

from collections.abc import Awaitable
from itertools import count
from typing import TypeVar

import pytest

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain import replies
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.policy import Policy
from gate_service.domain.reservation import Reservation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Landing, Reason, ShortReason, WaveAtomicity
from tests.contract.clock import Clock
from tests.contract.state import ASKING, State, SweptLedger, read_entries, read_state

ReplyT = TypeVar("ReplyT")

TTL_MS = 60_000
PERMIT_TTL_MS = 3_600_000


class World:
    """One location of a ledger. The policy in `policy` counts for what is asked from then on."""

    def __init__(self, ledger: SweptLedger, clock: Clock, location_id: str = "DC-1") -> None:
        """Ask nothing yet."""
        self.ledger = ledger
        self.clock = clock
        self.location_id = location_id
        self.policy = Policy()
        self.call = Call(method="test", system="wms-east", actor="ann")
        self._numbers = count(1)

    def fresh_id(self) -> str:
        """Give an operation_id that was not used yet."""
        return f"op-{next(self._numbers)}"

    async def receive(
        self, *lines: tuple[str, int], landing: Landing = Landing.AVAILABLE
    ) -> replies.RecordReceiptReply:
        """Book `(sku, quantity)` lines in."""
        received = tuple(ops.ReceiptLine(sku, quantity, landing) for sku, quantity in lines)
        return await self.apply(ops.RecordReceipt(self.fresh_id(), self.location_id, "", received))

    async def adjust(
        self, *lines: tuple[str, Bucket, int], reason: AdjustmentReason = AdjustmentReason.CORRECTION
    ) -> replies.AdjustStockReply:
        """Correct buckets by `(sku, bucket, delta)` lines."""
        corrections = tuple(ops.AdjustmentLine(*line) for line in lines)
        return await self.apply(ops.AdjustStock(self.fresh_id(), self.location_id, reason, "", corrections))

    async def reserve(
        self, order_id: str, *lines: tuple[str, str, int], ttl_ms: int = 0, channel: str = ""
    ) -> replies.ReserveStockReply:
        """Commit `(line_id, sku, quantity)` lines, or hold them where there is a ttl."""
        ordered = tuple(ops.OrderLine(*line) for line in lines)
        return await self.apply(ops.ReserveStock(self.fresh_id(), self.location_id, order_id, channel, ttl_ms, ordered))

    async def hold(
        self, order_id: str, *lines: tuple[str, str, int], ttl_ms: int = TTL_MS, channel: str = ""
    ) -> replies.ReserveStockReply:
        """Hold `(line_id, sku, quantity)` lines."""
        return await self.reserve(order_id, *lines, ttl_ms=ttl_ms, channel=channel)

    async def confirm(self, order_id: str) -> replies.ConfirmReservationReply:
        """Confirm an order."""
        return await self.apply(ops.ConfirmReservation(self.fresh_id(), self.location_id, order_id))

    async def release(self, order_id: str, *lines: tuple[str, int]) -> replies.ReleaseReservationReply:
        """Release `(line_id, quantity)` lines of an order, or all of it."""
        given_back = tuple(ops.ReleaseLine(*line) for line in lines)
        return await self.apply(ops.ReleaseReservation(self.fresh_id(), self.location_id, order_id, given_back))

    async def authorize(
        self,
        *lines: tuple[str, str, str, int],
        atomicity: WaveAtomicity = WaveAtomicity.LINE,
        dry_run: bool = False,
        permit_ttl_ms: int = PERMIT_TTL_MS,
    ) -> replies.AuthorizeWaveReply:
        """Ask for `(order_id, line_id, sku, quantity)` lines."""
        wave = tuple(ops.WaveLine(*line) for line in lines)
        name = "" if dry_run else self.fresh_id()
        return await self.apply(
            ops.AuthorizeWave(name, self.location_id, "wave-1", atomicity, permit_ttl_ms, dry_run, wave)
        )

    async def pick(self, permit_id: str, *lines: tuple[str, str, str, int]) -> replies.ReportPickReply:
        """Report `(order_id, line_id, sku, picked)` lines of which nothing was short."""
        return await self.report(permit_id, *((*line, 0, ShortReason.NONE) for line in lines))

    async def report(
        self, permit_id: str, *lines: tuple[str, str, str, int, int, ShortReason]
    ) -> replies.ReportPickReply:
        """Report `(order_id, line_id, sku, picked, short, why)` lines."""
        picks = tuple(ops.PickLine(*line) for line in lines)
        return await self.apply(ops.ReportPick(self.fresh_id(), self.location_id, permit_id, picks))

    async def ship(
        self, order_id: str, permit_id: str, *lines: tuple[str, str, int], shipment_id: str = "parcel-1"
    ) -> replies.ConfirmShipmentReply:
        """Confirm that `(line_id, sku, quantity)` lines left, or all that is picked."""
        left = tuple(ops.OrderLine(*line) for line in lines)
        return await self.apply(
            ops.ConfirmShipment(self.fresh_id(), self.location_id, order_id, permit_id, shipment_id, left)
        )

    async def apply(self, operation: ops.Operation[ReplyT]) -> ReplyT:
        """Ask the ledger."""
        return await self.ledger.apply(operation, self.policy, self.call)

    async def sweep(self) -> None:
        """Run out all that is due here."""
        while await self.ledger.sweep(self.location_id):
            pass

    async def refuses(
        self, asking: Awaitable[object], reason: Reason, *violations: tuple[str, str, int, int]
    ) -> Refused:
        """Ask what is refused for this reason, and see that it changed nothing but stands in the ledger."""
        before = await self.state()
        no = await self.refused(asking, reason)
        assert no.violations == tuple(Violation(*one) for one in violations)
        assert await self.state() == before
        entry = (await self.entries())[-1]
        assert (entry.revision, entry.at_ms) == (no.applied.revision, no.applied.at_ms)
        assert (entry.refusal, entry.changes) == (reason, ())
        return no

    async def refused(self, asking: Awaitable[object], reason: Reason) -> Refused:
        """Ask what is refused for this reason, whatever else comes with it."""
        with pytest.raises(Refused) as caught:
            await asking
        assert caught.value.reason is reason
        return caught.value

    async def state(self) -> State:
        """Read everything that stands here."""
        return await read_state(self.ledger, self.location_id)

    async def entries(self) -> list[Entry]:
        """Read the whole ledger."""
        return await read_entries(self.ledger, self.location_id)

    async def revision(self) -> int:
        """Read the newest revision."""
        return (await self.ledger.entries(self.location_id, 1, 1, ASKING)).latest_revision

    async def level(self, sku: str) -> StockLevel:
        """Read the buckets of a SKU."""
        return (await self.ledger.stock(self.location_id, [sku], ASKING)).levels[0]

    async def reservation(self, order_id: str) -> Reservation:
        """Read a reservation."""
        return (await self.ledger.reservation(self.location_id, order_id, ASKING)).reservation

    async def line(self, order_id: str, line_id: str) -> ReservationLine:
        """Read one line of a reservation."""
        return next(line for line in (await self.reservation(order_id)).lines if line.line_id == line_id)
