"""Random operations: few SKUs, few orders and small quantities, so that they meet each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

from gate_service.domain import operations as ops
from gate_service.domain.policy import Buffer, Policy
from gate_service.domain.vocabulary import AdjustmentReason, Bucket, Landing, Quarantine, ShortReason, WaveAtomicity
from tests.model import Snapshot
from tests.model.claims import left_to_pick, left_to_ship

DrawnT = TypeVar("DrawnT")

SKUS = ("A", "B")
LINE_IDS = ("1", "2", "3")
HOLD_MS, PERMIT_MS = 2_000, 60_000
TIMES_MS = (1, 999, HOLD_MS - 1, HOLD_MS, HOLD_MS, PERMIT_MS - HOLD_MS, PERMIT_MS, -3_000)
POLICIES = (
    Policy(),
    Policy(safety_stock=1, buffers={"web": Buffer(2)}, quarantine=Quarantine.ALL),
    Policy(buffers={"web": Buffer(1)}, quarantine=Quarantine.MISSING),
)
_CORRECTED = (Bucket.ON_HAND, Bucket.DAMAGED, Bucket.QUALITY_CONTROL, Bucket.SUSPECT)
_LANDINGS = (Landing.AVAILABLE, Landing.AVAILABLE, Landing.QUALITY_CONTROL, Landing.DAMAGED)
_SHORT = (ShortReason.NOT_FOUND, ShortReason.DAMAGED, ShortReason.WRONG_ITEM)


class Covered(NamedTuple):
    """A line that a permit may cover."""

    order_id: str
    line_id: str
    sku: str


def leads_on(step: str, snapshot: Snapshot) -> str:
    """Give the step, or the one that has to come before it: else most of a history asks about nothing."""
    lines = [line for reservation in snapshot.reservations.values() for line in reservation.lines]
    if step in {"report_pick", "confirm_shipment"} and not any(line.allocated for line in lines):
        step = "authorize_wave"
    if step == "authorize_wave" and not any(line.committed for line in lines):
        step = "confirm_reservation"
    if step in {"confirm_reservation", "release_reservation"} and not any(line.held + line.lapsed for line in lines):
        step = "reserve_stock"
    if step == "reserve_stock" and not any(level.available > 0 for level in snapshot.stock.values()):
        step = "record_receipt"
    return step


class Draws:
    """Draws what to ask at one location, mostly about what is there and sometimes about what is not."""

    def __init__(self, data: st.DataObject, location_id: str, snapshot: Snapshot, operation_id: str) -> None:
        """Keep what is there."""
        self.data = data
        self.at = location_id
        self.snapshot = snapshot
        self.operation_id = operation_id

    def reserve_stock(self) -> ops.ReserveStock:
        """Hold or commit an order, old or new."""
        known = list(self.snapshot.reservations)
        fresh = [f"O-{len(known) + 1}"] * (5 + 4 * len(known))
        lines = self._some(3, LINE_IDS, least=1)
        skus = (*SKUS * 6, "X")
        return ops.ReserveStock(
            self.operation_id,
            self.at,
            self._one([*fresh, *known]),
            self._one(("", "web")),
            self._one((0, 0, HOLD_MS, 3 * HOLD_MS)),
            tuple(ops.OrderLine(line_id, self._one(skus), self._number(1, 4)) for line_id in lines),
        )

    def confirm_reservation(self) -> ops.ConfirmReservation:
        """Confirm an order, whatever became of it."""
        return ops.ConfirmReservation(self.operation_id, self.at, self._order())

    def release_reservation(self) -> ops.ReleaseReservation:
        """Give an order or a part of it back."""
        order_id = self._order()
        lines = [ops.ReleaseLine(line_id, self._number(1, 4)) for line_id in self._some(2, LINE_IDS)]
        return ops.ReleaseReservation(self.operation_id, self.at, order_id, tuple(lines))

    def authorize_wave(self) -> ops.AuthorizeWave:
        """Ask for lines of several orders; in earnest, but easily made a dry run."""
        orders = self.snapshot.reservations.items()
        there = {(name, line.line_id): line for name, order in orders for line in order.lines}
        likely = [Covered(*names, line.sku) for names, line in there.items() for _ in range(4 if line.committed else 1)]
        wrong = [Covered("O-1", "1", "X"), Covered("O-1", "1", "A"), Covered("O-0", "1", "A")]
        lines = []
        for asked in self._lines([*likely, *likely, *wrong], most=8, least=1):
            line = there.get(asked[:2])
            lines.append(ops.WaveLine(*asked, self._about(line.committed if line else 1)))
        return ops.AuthorizeWave(
            self.operation_id,
            self.at,
            "wave-1",
            self._one((*WaveAtomicity, WaveAtomicity.ORDER)),
            PERMIT_MS,
            dry_run=False,
            lines=tuple(lines),
        )

    def report_pick(self) -> ops.ReportPick:
        """Report what was picked and what was not there."""
        permit_id, there = self._permit()
        lines = []
        for line in self._lines(there, most=3, least=1):
            found = self.snapshot.allocated_line(permit_id, line.order_id, line.line_id)
            total = self._about(left_to_pick(found[1]) if found else 1)
            short = self._one((0, 0, 1, total))
            why = self._one(_SHORT) if short else ShortReason.NONE
            lines.append(ops.PickLine(*line, total - short, short, why))
        return ops.ReportPick(self.operation_id, self.at, permit_id, tuple(lines))

    def confirm_shipment(self) -> ops.ConfirmShipment:
        """Let a parcel leave, as a whole or by lines."""
        permit_id, there = self._permit()
        order_id = self._one(there).order_id
        own = [line for line in there if line.order_id == order_id]
        leaving = []
        for line in self._lines(own, most=2):
            found = self.snapshot.allocated_line(permit_id, order_id, line.line_id)
            quantity = self._about(left_to_ship(found[1]) if found else 1)
            leaving.append(ops.OrderLine(line.line_id, line.sku, quantity))
        return ops.ConfirmShipment(
            self.operation_id,
            self.at,
            order_id,
            permit_id,
            self._one(("parcel-1", "parcel-2", "parcel-3")),
            tuple(leaving),
        )

    def record_receipt(self) -> ops.RecordReceipt:
        """Book goods in."""
        lines = [
            ops.ReceiptLine(self._one(SKUS), self._number(1, 9), self._one(_LANDINGS))
            for _ in range(self._number(1, 3))
        ]
        return ops.RecordReceipt(self.operation_id, self.at, "PO-1", tuple(lines))

    def adjust_stock(self) -> ops.AdjustStock:
        """Correct the record, sometimes below what is reserved."""
        candidates = [(sku, bucket) for sku in SKUS for bucket in (*_CORRECTED, *[Bucket.ON_HAND] * 3)]
        lines = [
            ops.AdjustmentLine(*one, self._one((-9, -5, -2, -1, 1, 3))) for one in self._some(3, candidates, least=1)
        ]
        return ops.AdjustStock(self.operation_id, self.at, self._one(tuple(AdjustmentReason)), "note", tuple(lines))

    def check(self) -> list[tuple[str, int]]:
        """Draw lines to ask the promise of."""
        return [(self._one((*SKUS, "X")), self._number(0, 9)) for _ in range(self._number(1, 3))]

    def _order(self) -> str:
        """Draw an order, mostly one that is there."""
        there = list(self.snapshot.reservations)
        return self._one((*there, *there, *there, "O-0"))

    def _permit(self) -> tuple[str, list[Covered]]:
        """Draw a permit, mostly one that is there, and what it covers besides a line that it may not cover."""
        there = list(self.snapshot.permits)
        newest = there[-2:] * 8
        permit_id = self._one((*newest, *there, "P999", ""))
        permit = self.snapshot.permits.get(permit_id)
        skus = {
            (order_id, line.line_id): line.sku
            for order_id, reservation in self.snapshot.reservations.items()
            for line in reservation.lines
        }
        covered = [Covered(*line, skus[line]) for line in permit.lines] if permit else []
        return permit_id, [*covered * 8, Covered("O-1", "1", "A")]

    def _about(self, left: int) -> int:
        """Draw a quantity about what is left, 1 or more; seldom too much."""
        return max(1, self._one((left, left, left, left, left - 1, 1, left + 1)))

    def _lines(self, lines: Sequence[Covered], most: int, least: int = 0) -> list[Covered]:
        """Draw some lines, each named once."""
        unique = st.lists(st.sampled_from(lines), min_size=least, max_size=most, unique_by=lambda line: line[:2])
        return self.data.draw(unique)

    def _some(self, most: int, candidates: Sequence[DrawnT], least: int = 0) -> list[DrawnT]:
        return self.data.draw(st.lists(st.sampled_from(candidates), min_size=least, max_size=most, unique=True))

    def _one(self, candidates: Sequence[DrawnT]) -> DrawnT:
        return self.data.draw(st.sampled_from(candidates))

    def _number(self, least: int, most: int) -> int:
        return self.data.draw(st.integers(least, most))
