"""What a test says to a ledger, in few words: one location, one clock, a fresh operation_id for each operation."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain import replies
from gate_service.domain.vocabulary import ShortReason, WaveAtomicity
from tests.contract.goods import Goods

TTL_MS = 60_000
PERMIT_TTL_MS = 3_600_000


class World(Goods):
    """One location, asked about its stock and its orders."""

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

    async def ship_foreign(
        self, order_id: str, *lines: tuple[str, str, int], shipment_id: str = "parcel-1"
    ) -> replies.ConfirmShipmentReply:
        """Confirm, without a permit, that `(line_id, sku, quantity)` lines left, or all that the order has open."""
        left = tuple(ops.OrderLine(*line) for line in lines)
        return await self.apply(
            ops.ConfirmShipment(self.fresh_id(), self.location_id, order_id, "", shipment_id, left, without_permit=True)
        )

    async def resolve(self, unmatched_id: str, order_id: str = "") -> replies.ResolveShipmentReply:
        """Say which order an unmatched confirmation belongs to, or none."""
        return await self.apply(
            ops.ResolveShipment(self.fresh_id(), self.location_id, unmatched_id, order_id, "looked it up")
        )
