"""What a test says of goods, in few words: they come in, are counted, corrected, held, sent on."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain import replies
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, DocumentKind, Landing, StockStatus
from tests.contract.asking import Asking


class Goods(Asking):
    """One location, asked about its stock; a fresh operation_id for each operation."""

    async def receive(
        self,
        *lines: tuple[str, int],
        landing: Landing = Landing.AVAILABLE,
        document_id: str = "",
        final: bool = False,
    ) -> replies.RecordReceiptReply:
        """Book `(sku, quantity)` lines in."""
        received = tuple(ops.ReceiptLine(sku, quantity, landing) for sku, quantity in lines)
        return await self.apply(
            ops.RecordReceipt(self.fresh_id(), self.location_id, "", received, document_id, final=final)
        )

    async def take_back(
        self, *lines: tuple[str, int], order_id: str = "", landing: Landing = Landing.QUALITY_CONTROL
    ) -> replies.RecordReturnReply:
        """Book `(sku, quantity)` lines in that came back."""
        returned = tuple(ops.ReceiptLine(sku, quantity, landing) for sku, quantity in lines)
        return await self.apply(ops.RecordReturn(self.fresh_id(), self.location_id, "R-1", order_id, returned))

    async def announce(
        self,
        document_id: str,
        *lines: tuple[str, str, int],
        version: int = 1,
        expected_at_ms: int = 0,
        kind: DocumentKind = DocumentKind.PURCHASE_ORDER,
        from_location_id: str = "",
    ) -> replies.AnnounceIncomingReply:
        """Announce `(line_id, sku, quantity)` lines."""
        announced = tuple(ops.OrderLine(*line) for line in lines)
        return await self.apply(
            ops.AnnounceIncoming(
                self.fresh_id(),
                self.location_id,
                document_id,
                kind,
                version,
                expected_at_ms,
                from_location_id,
                announced,
            )
        )

    async def amend(
        self,
        document_id: str,
        *lines: tuple[str, str, int],
        version: int,
        expected_at_ms: int = 0,
        kind: DocumentKind = DocumentKind.PURCHASE_ORDER,
    ) -> replies.AnnounceIncomingReply:
        """Say of which `(line_id, sku, quantity)` lines a document consists now."""
        now = tuple(ops.OrderLine(*line) for line in lines)
        return await self.apply(
            ops.AmendIncoming(self.fresh_id(), self.location_id, document_id, kind, version, expected_at_ms, now)
        )

    async def transfer(
        self, transfer_id: str, *lines: tuple[str, int], to_location_id: str = "DC-2"
    ) -> replies.TransferStockReply:
        """Send `(sku, quantity)` lines to another location."""
        sent = tuple(ops.SkuQuantity(*line) for line in lines)
        return await self.apply(
            ops.TransferStock(self.fresh_id(), self.location_id, to_location_id, transfer_id, 0, sent)
        )

    async def adjust(
        self,
        *lines: tuple[str, Bucket, int],
        reason: AdjustmentReason = AdjustmentReason.CORRECTION,
        propose: bool = False,
        variance_id: str = "",
    ) -> replies.AdjustStockReply:
        """Correct buckets by `(sku, bucket, delta)` lines."""
        corrections = tuple(ops.AdjustmentLine(*line) for line in lines)
        return await self.apply(
            ops.AdjustStock(self.fresh_id(), self.location_id, reason, "", corrections, propose, variance_id)
        )

    async def approve(self, proposal_id: str, *, approved: bool = True) -> replies.ApproveAdjustmentReply:
        """Say yes or no to a correction that waits."""
        return await self.apply(ops.ApproveAdjustment(self.fresh_id(), self.location_id, proposal_id, approved, ""))

    async def move(self, *lines: tuple[str, StockStatus, StockStatus, int]) -> replies.MoveStockReply:
        """Move `(sku, from, to, quantity)` lines from one status to another."""
        moved = tuple(ops.MoveLine(*line) for line in lines)
        return await self.apply(ops.MoveStock(self.fresh_id(), self.location_id, "inspected", "", "", moved))

    async def place_hold(
        self, hold_id: str, sku: str, *, lot_id: str = "", quantity: int = 0
    ) -> replies.StockHoldReply:
        """Place a hold on a SKU, or on units of a lot of it."""
        return await self.apply(
            ops.PlaceStockHold(self.fresh_id(), self.location_id, hold_id, sku, lot_id, quantity, "recall")
        )

    async def lift_hold(self, hold_id: str) -> replies.LiftStockHoldReply:
        """Lift a hold."""
        return await self.apply(ops.LiftStockHold(self.fresh_id(), self.location_id, hold_id, ""))

    async def count(
        self, *lines: tuple[str, int], as_of_revision: int = 0, includes_picked: bool = True
    ) -> replies.SubmitCountReply:
        """Submit `(sku, counted)` lines."""
        counted = tuple(ops.CountLine(*line) for line in lines)
        return await self.apply(
            ops.SubmitCount(
                self.fresh_id(),
                self.location_id,
                "count-1",
                as_of_revision,
                includes_picked,
                covers_range=False,
                covers_after="",
                covers_through="",
                lines=counted,
            )
        )

    async def count_range(
        self, after: str, through: str, *lines: tuple[str, int], as_of_revision: int = 0
    ) -> replies.SubmitCountReply:
        """Submit `(sku, counted)` lines, and say that nothing else lay between two SKUs."""
        counted = tuple(ops.CountLine(*line) for line in lines)
        return await self.apply(
            ops.SubmitCount(
                self.fresh_id(),
                self.location_id,
                "count-1",
                as_of_revision,
                includes_picked=True,
                covers_range=True,
                covers_after=after,
                covers_through=through,
                lines=counted,
            )
        )

    async def set_quota(self, channel: str, *lines: tuple[str, int]) -> replies.SetQuotaReply:
        """Set what only a channel may have, by `(sku, quantity)` lines."""
        kept = tuple(ops.SkuQuantity(*line) for line in lines)
        return await self.apply(ops.SetQuota(self.fresh_id(), self.location_id, channel, kept))

    async def merge(self, sku: str, into_sku: str) -> replies.MergeSkuReply:
        """Make one SKU of two."""
        return await self.apply(ops.MergeSku(self.fresh_id(), self.location_id, sku, into_sku))
