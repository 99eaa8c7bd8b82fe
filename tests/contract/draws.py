"""Random operations of orders and warehouses, and what has to come before what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from gate_service.domain import operations as ops
from gate_service.domain.vocabulary import ShortReason, WaveAtomicity
from tests.contract.drawing import CHANNELS, HOLD_MS, PERMIT_MS
from tests.contract.draws_goods import DrawsGoods
from tests.model import Snapshot
from tests.model.claims import left_to_pick, left_to_ship

LINE_IDS = ("1", "2", "3")
_SHORT = (ShortReason.NOT_FOUND, ShortReason.DAMAGED, ShortReason.WRONG_ITEM)
_PARCELS = ("parcel-1", "parcel-2", "parcel-3")


class Covered(NamedTuple):
    """A line that a permit may cover."""

    order_id: str
    line_id: str
    sku: str


def leads_on(step: str, snapshot: Snapshot) -> str:
    """Give the step, or the one that has to come before it: else most of a history asks about nothing."""
    lines = [line for reservation in snapshot.reservations.values() for line in reservation.lines]
    if step == "resolve_shipment" and not snapshot.unmatched:
        step = "confirm_shipment_without_permit"
    if step == "record_return" and not any(line.shipped for line in lines):
        step = "confirm_shipment"
    if step == "approve_adjustment" and not snapshot.proposals:
        step = "adjust_stock"
    if step == "lift_stock_hold" and not snapshot.stock_holds:
        step = "place_stock_hold"
    if step == "amend_incoming" and not snapshot.documents:
        step = "announce_incoming"
    if step in {"report_pick", "confirm_shipment"} and not any(line.allocated for line in lines):
        step = "authorize_wave"
    if step == "authorize_wave" and not any(line.committed for line in lines):
        step = "confirm_reservation"
    if step in {"confirm_reservation", "release_reservation"} and not any(line.held + line.lapsed for line in lines):
        step = "reserve_stock"
    if step == "reserve_stock" and not any(level.available > 0 for level in snapshot.stock.values()):
        step = "record_receipt"
    return step


class Draws(DrawsGoods):
    """Draws what to ask at one location."""

    def reserve_stock(self) -> ops.ReserveStock:
        """Hold or commit an order, old or new, sometimes with a kit."""
        known = list(self.snapshot.reservations)
        fresh = [f"O-{len(known) + 1}"] * (5 + 4 * len(known))
        lines = [ops.OrderLine(line_id, self.sku(), self.number(1, 4)) for line_id in self.some(3, LINE_IDS, least=1)]
        kits: tuple[ops.OrderLine, ...] = ()
        if self.seldom():
            kits = (ops.OrderLine("K", "SET", self.number(1, 2)),)
            lines += [ops.OrderLine(f"K/{part}", sku, part * kits[0].quantity) for part, sku in ((1, "A"), (2, "B"))]
        non_stock = (ops.OrderLine("G", "GIFT-WRAP", 1),) if self.seldom(8) else ()
        return ops.ReserveStock(
            self.operation_id,
            self.at,
            self.one([*fresh, *known]),
            self.one(CHANNELS),
            self.one((0, 0, HOLD_MS, 3 * HOLD_MS)),
            tuple(lines),
            kits,
            non_stock,
        )

    def confirm_reservation(self) -> ops.ConfirmReservation:
        """Confirm an order, whatever became of it."""
        return ops.ConfirmReservation(self.operation_id, self.at, self.order())

    def release_reservation(self) -> ops.ReleaseReservation:
        """Give an order or a part of it back."""
        order_id = self.order()
        lines = [ops.ReleaseLine(line_id, self.number(1, 4)) for line_id in self.some(2, (*LINE_IDS, "K", "K/1"))]
        return ops.ReleaseReservation(self.operation_id, self.at, order_id, tuple(lines))

    def release_by_the_gate(self) -> ops.ReleaseReservation:
        """Give back what could not be completed elsewhere."""
        return ops.ReleaseReservation(f"~{self.operation_id}", self.at, self.order(), ())

    def authorize_wave(self) -> ops.AuthorizeWave:
        """Ask for lines of several orders; in earnest, but easily made a dry run."""
        orders = self.snapshot.reservations.items()
        there = {(name, line.line_id): line for name, order in orders for line in order.lines}
        likely = [Covered(*names, line.sku) for names, line in there.items() for _ in range(4 if line.committed else 1)]
        wrong = [Covered("O-1", "1", "X"), Covered("O-1", "1", "A"), Covered("O-0", "1", "A")]
        lines = []
        for asked in self._lines([*likely, *likely, *wrong], most=8, least=1):
            line = there.get(asked[:2])
            lines.append(ops.WaveLine(*asked, self.about(line.committed if line else 1)))
        return ops.AuthorizeWave(
            self.operation_id,
            self.at,
            "wave-1",
            self.one((*WaveAtomicity, WaveAtomicity.ORDER)),
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
            total = self.about(left_to_pick(found[1]) if found else 1)
            short = self.one((0, 0, 1, total))
            why = self.one(_SHORT) if short else ShortReason.NONE
            lines.append(ops.PickLine(*line, total - short, short, why))
        return ops.ReportPick(self.operation_id, self.at, permit_id, tuple(lines))

    def confirm_shipment(self) -> ops.ConfirmShipment:
        """Let a parcel leave, as a whole or by lines."""
        permit_id, there = self._permit()
        order_id = self.one(there).order_id
        own = [line for line in there if line.order_id == order_id]
        leaving = []
        for line in self._lines(own, most=2):
            found = self.snapshot.allocated_line(permit_id, order_id, line.line_id)
            quantity = self.about(left_to_ship(found[1]) if found else 1)
            leaving.append(ops.OrderLine(line.line_id, line.sku, quantity))
        return ops.ConfirmShipment(
            self.operation_id,
            self.at,
            order_id,
            permit_id,
            self.one(_PARCELS),
            tuple(leaving),
        )

    def confirm_shipment_without_permit(self) -> ops.ConfirmShipment:
        """Let a parcel leave of which no wave of ours knows."""
        order_id = self.order()
        reservation = self.snapshot.reservations.get(order_id)
        lines = [
            ops.OrderLine(self.one((line.line_id, line.line_id, "L-9")), line.sku, self.about(line.committed))
            for line in (self.some(2, reservation.lines) if reservation else ())
        ]
        unique = tuple({line.line_id: line for line in lines}.values())
        return ops.ConfirmShipment(
            self.operation_id, self.at, order_id, "", self.one(_PARCELS), unique, without_permit=True
        )

    def resolve_shipment(self) -> ops.ResolveShipment:
        """Say what an unmatched parcel was."""
        unmatched_id = self.known(self.snapshot.unmatched, "U999")
        order_id = self.one((self.order(), self.order(), self.order(), ""))
        return ops.ResolveShipment(self.operation_id, self.at, unmatched_id, order_id, "")

    def check(self) -> list[tuple[str, int]]:
        """Draw lines to ask the promise of."""
        return [(self.sku(), self.number(0, 9)) for _ in range(self.number(1, 3))]

    def _permit(self) -> tuple[str, list[Covered]]:
        """Draw a permit, mostly one that is there, and what it covers besides a line that it may not cover."""
        there = list(self.snapshot.permits)
        newest = there[-2:] * 8
        permit_id = self.one((*newest, *there, "P999", ""))
        permit = self.snapshot.permits.get(permit_id)
        skus = {
            (order_id, line.line_id): line.sku
            for order_id, reservation in self.snapshot.reservations.items()
            for line in reservation.lines
        }
        covered = [Covered(*line, skus[line]) for line in permit.lines] if permit else []
        return permit_id, [*covered * 8, Covered("O-1", "1", "A")]

    def _lines(self, lines: Sequence[Covered], most: int, least: int = 0) -> list[Covered]:
        """Draw some lines, each named once."""
        unique = st.lists(st.sampled_from(lines), min_size=least, max_size=most, unique_by=lambda line: line[:2])
        return self.data.draw(unique)
