"""Random operations about goods: they come in, are counted, corrected, held, sent on."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, DocumentKind, Landing, StockStatus
from tests.contract.drawing import SKUS, Drawing

_CORRECTED = (Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT)
_LANDINGS = (Landing.AVAILABLE, Landing.AVAILABLE, Landing.QUALITY_CONTROL, Landing.DAMAGED)
_FROM = (StockStatus.AVAILABLE, StockStatus.DAMAGED, StockStatus.QUALITY_CONTROL, StockStatus.SUSPECT)
_PAPERS = ("PO-1", "PO-2", "ASN-1")
_EXPECTED_AT_MS = (0, 1_700_000_000_500, 1_700_000_100_000)


class DrawsGoods(Drawing):
    """Draws what a warehouse, its buyers and its counters may tell."""

    def record_receipt(self) -> ops.RecordReceipt:
        """Book goods in, mostly against a document."""
        lines = tuple(
            ops.ReceiptLine(self.one(self.live_skus()), self.number(1, 9), self.one(_LANDINGS))
            for _ in range(self.number(1, 3))
        )
        document_id = self.one(("", *_PAPERS))
        final = bool(document_id) and self.seldom()
        return ops.RecordReceipt(self.operation_id, self.at, "note-1", lines, document_id, final=final)

    def record_return(self) -> ops.RecordReturn:
        """Book goods in that came back, of an order or of none that is known."""
        lines = tuple(
            ops.ReceiptLine(self.sku(), self.number(1, 3), self.one(_LANDINGS)) for _ in range(self.number(1, 2))
        )
        order_id = self.one((self.order(), self.order(), ""))
        return ops.RecordReturn(self.operation_id, self.at, "R-1", order_id, lines)

    def announce_incoming(self) -> ops.AnnounceIncoming:
        """Announce goods, sometimes ones that came already."""
        document_id = self.one(_PAPERS)
        origin = self.one(("", "north"))
        return ops.AnnounceIncoming(
            self.operation_id,
            self.at,
            document_id,
            self.one((DocumentKind.PURCHASE_ORDER, DocumentKind.TRANSFER)),
            self._version(document_id),
            self.one(_EXPECTED_AT_MS),
            origin,
            self._announced(least=1),
        )

    def amend_incoming(self) -> ops.AmendIncoming:
        """Change an announcement, or cancel it."""
        document_id = self.one(_PAPERS)
        return ops.AmendIncoming(
            self.operation_id,
            self.at,
            document_id,
            DocumentKind.PURCHASE_ORDER,
            self._version(document_id),
            self.one(_EXPECTED_AT_MS),
            self._announced(least=0),
        )

    def _version(self, document_id: str) -> int:
        """Draw a version, mostly the next one."""
        paper = self.snapshot.documents.get(document_id)
        known = paper.version if paper else 0
        return max(1, known + self.one((1, 1, 1, 2, 0, -1)))

    def _announced(self, least: int) -> tuple[ops.OrderLine, ...]:
        ids = self.some(3, ("1", "2", "3"), least=least)
        return tuple(ops.OrderLine(line_id, self.sku(), self.number(1, 9)) for line_id in ids)

    def transfer_stock(self) -> ops.TransferStock:
        """Send goods on."""
        skus = self.some(2, self.live_skus(), least=1)
        lines = tuple(ops.SkuQuantity(sku, self.number(1, 4)) for sku in skus)
        transfer_id = self.one(("T-1", "T-2", "T-3", "T-4"))
        return ops.TransferStock(self.operation_id, self.at, self.one(("north", "south")), transfer_id, 0, lines)

    def adjust_stock(self) -> ops.AdjustStock:
        """Correct the record, sometimes below what is reserved."""
        candidates = [(sku, bucket) for sku in self.live_skus() for bucket in (*_CORRECTED, *[Bucket.ON_HAND] * 3)]
        lines = [
            ops.AdjustmentLine(*one, self.one((-9, -5, -2, -1, 1, 3))) for one in self.some(3, candidates, least=1)
        ]
        reason = self.one(tuple(AdjustmentReason))
        return ops.AdjustStock(
            self.operation_id, self.at, reason, "note", tuple(lines), self.seldom(), self.one(("", "V-1"))
        )

    def adjust_by_the_gate(self) -> ops.AdjustStock:
        """Let the gate itself propose what a variance asks for."""
        line = ops.AdjustmentLine(self.sku(), Bucket.ON_HAND, self.one((-3, 2)))
        name = f"~{self.operation_id}"
        return ops.AdjustStock(
            name, self.at, AdjustmentReason.CORRECTION, "", (line,), propose=True, variance_id=self.one(("V-1", "V-2"))
        )

    def correct_mirror(self) -> ops.CorrectMirror:
        """Tell a mirror what it should say."""
        figures = (self.number(-3, 20), self.number(-3, 20))
        name = f"~{self.operation_id}"
        return ops.CorrectMirror(name, self.at, "V-1", "wms", self.sku(), "available", *figures, 1, "snap-1")

    def approve_adjustment(self) -> ops.ApproveAdjustment:
        """Say yes, or no, to a correction that waits."""
        proposal_id = self.known(self.snapshot.proposals, "A999")
        return ops.ApproveAdjustment(self.operation_id, self.at, proposal_id, not self.seldom(), "")

    def move_stock(self) -> ops.MoveStock:
        """Move goods from one status to another, or out."""
        lines = []
        for _ in range(self.one((1, 1, 2, 3))):
            sku = self.sku()
            origin = self.one(self._where_there_are_some(sku))
            target = self.one([status for status in StockStatus if status is not origin])
            lines.append(ops.MoveLine(sku, origin, target, self.one((1, 1, 2, 3))))
        return ops.MoveStock(self.operation_id, self.at, "inspected", "", "R-1", tuple(lines))

    def _where_there_are_some(self, sku: str) -> list[StockStatus]:
        """Give the statuses that hold units of a SKU, and one that may hold none."""
        level = self.snapshot.stock.get(sku)
        there = [status for status in _FROM[1:] if level and getattr(level, status)]
        good = [StockStatus.AVAILABLE] * 2 if level and level.on_hand > level.unsellable else []
        return [*there * 3, *good, StockStatus.SUSPECT]

    def place_stock_hold(self) -> ops.PlaceStockHold:
        """Place a hold, mostly on a lot: one on a SKU stops all that could happen to it."""
        lot_id = self.one(("", "lot-7", "lot-8"))
        hold_id = self.one(("H-1", "H-2", "H-3"))
        quantity = self.number(1, 4) if lot_id else 0
        return ops.PlaceStockHold(self.operation_id, self.at, hold_id, self.sku(), lot_id, quantity, "recall")

    def lift_stock_hold(self) -> ops.LiftStockHold:
        """Lift a hold."""
        return ops.LiftStockHold(self.operation_id, self.at, self.known(self.snapshot.stock_holds, "H-9"), "")

    def submit_count(self, revision: int) -> ops.SubmitCount:
        """Tell a count of some SKUs or of a range of them, as of now or of a little while ago."""
        covers_range = self.seldom(3)
        skus = self.some(2, (*self.live_skus(), *SKUS[:1]), least=0 if covers_range else 1)
        lines = tuple(ops.CountLine(sku, self._counted(sku)) for sku in skus)
        as_of = self.one((0, revision, max(1, revision - 1), max(1, revision - 4), max(1, revision // 2), revision + 1))
        return ops.SubmitCount(
            self.operation_id,
            self.at,
            "count-1",
            as_of,
            includes_picked=self.seldom(2),
            covers_range=covers_range,
            covers_after=self.one(("", "A")) if covers_range else "",
            covers_through=self.one(("", "B")) if covers_range else "",
            lines=lines,
            variance_id=self.one(("", "V-1")),
        )

    def _counted(self, sku: str) -> int:
        """Draw what somebody counted: mostly about what is there."""
        level = self.snapshot.stock.get(sku)
        on_hand = level.on_hand if level else 0
        return max(0, on_hand + self.one((0, 0, -1, 1, -4, -on_hand)))

    def set_quota(self) -> ops.SetQuota:
        """Keep units for one channel alone."""
        skus = self.some(2, self.live_skus(), least=1)
        lines = tuple(ops.SkuQuantity(sku, self.one((0, 1, 2, 3, 4, 6))) for sku in skus)
        return ops.SetQuota(self.operation_id, self.at, self.one(("web", "amazon")), lines)

    def merge_sku(self) -> ops.MergeSku:
        """Make one SKU of two; rarely of those that most of the history is about."""
        sku = self.one(("C", "C", "C", "C", "N", "B"))
        into_sku = self.one([other for other in ("A", "B", "B", "N", "C") if other != sku])
        return ops.MergeSku(self.operation_id, self.at, sku, into_sku)
