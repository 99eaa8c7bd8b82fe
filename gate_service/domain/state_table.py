"""Every event in every state of a reservation: the one table of what late, early and repeated events mean.

`docs/state-table.md` is printed from it (`python -m gate_service.domain.state_table`), and a contract test plays every
cell against the model and the real store. The scripts decide; this table says what they must decide.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.vocabulary import Reason, VerdictReason
from gate_service.domain.vocabulary import ReservationState as S


class Event(StrEnum):
    """What can happen to a reservation of one line, as a person would say it."""

    RESERVE = "reserve_stock again, by another operation"
    RESERVE_TOLD_AGAIN = "reserve_stock of the same source event, by another operation"
    CONFIRM = "confirm_reservation"
    CONFIRM_ON_HOLD = "confirm_reservation while a hold rests on its SKU"
    RELEASE = "release_reservation, whole"
    RELEASE_PART = "release_reservation, one unit"
    AUTHORIZE = "authorize_wave, in full"
    AUTHORIZE_ON_HOLD = "authorize_wave while a hold rests on its SKU"
    REPORT_PICK_BARE = "report_pick without a permit"
    REPORT_PICK = "report_pick of one unit, under the newest permit"
    SHIP_BARE = "confirm_shipment with an empty permit"
    SHIP = "confirm_shipment of a new parcel, in full, under the newest permit"
    SHIP_AGAIN = "confirm_shipment of the first parcel, told again"
    SHIP_FOREIGN = "confirm_shipment of a new parcel, in full, by a system that knows no permits"
    SHIP_FOREIGN_AGAIN = "confirm_shipment of the first parcel, by a system that knows no permits"
    RESOLVE = "resolve_shipment of an unmatched parcel, in full"
    RETURN = "record_return of one unit"
    COUNT = "submit_count that finds none of its SKU"
    PLACE_HOLD = "place_stock_hold on its SKU"
    MERGE = "merge_sku of its SKU into another one"
    TIME = "the hold's or the permit's time runs out"


class Outcome(NamedTuple):
    """What an event comes to: the state after it, and the refusal or the reason of a BLOCK where there is one."""

    state: S | None
    """None where there is no reservation."""
    refusal: Reason | None = None
    block: VerdictReason | None = None

    def __str__(self) -> str:
        """Say it in a cell."""
        if self.refusal:
            return self.refusal.value
        if self.block:
            return f"BLOCK {self.block.value}"
        return f"→ {self.state.value}" if self.state else "→ (none)"


def _row(**cells: S | Reason | VerdictReason | None) -> dict[S | None, Outcome]:
    """Make a row: a state to go to, a refusal, or the reason of a BLOCK, by the state it happens in."""
    row: dict[S | None, Outcome] = {}
    for name, cell in cells.items():
        before = None if name == "none" else S(name)
        if cell is None or isinstance(cell, S):
            row[before] = Outcome(cell)
        elif isinstance(cell, Reason):
            row[before] = Outcome(before, refusal=cell)
        else:
            row[before] = Outcome(before, block=cell)
    return row


_COVERED: Final = {
    "none": Reason.LINE_NOT_PERMITTED,
    "held": Reason.LINE_NOT_PERMITTED,
    "expired": Reason.LINE_NOT_PERMITTED,
    "committed": Reason.LINE_NOT_PERMITTED,
    "released": Reason.LINE_NOT_PERMITTED,
}
_STATES: Final = tuple(S)
_STAYS: Final = {state.value: state for state in _STATES}
_CONFIRMED: Final[dict[str, S | Reason]] = {
    "none": Reason.RESERVATION_NOT_FOUND,
    "held": S.COMMITTED,
    "expired": S.COMMITTED,
    "committed": S.COMMITTED,
    "allocated": S.ALLOCATED,
    "shipped": S.SHIPPED,
    "shorted": S.SHORTED,
    "released": Reason.RESERVATION_RELEASED,
}
_AUTHORIZED: Final[dict[str, S | VerdictReason]] = {
    "none": VerdictReason.NO_RESERVATION,
    "held": VerdictReason.NOT_COMMITTED,
    "expired": VerdictReason.HOLD_EXPIRED,
    "committed": S.ALLOCATED,
    "allocated": VerdictReason.ALREADY_ALLOCATED,
    "shipped": VerdictReason.ALREADY_ALLOCATED,
    "shorted": VerdictReason.NO_RESERVATION,
    "released": VerdictReason.NO_RESERVATION,
}
_SHIPPED_ALL: Final[dict[str, S | Reason]] = {
    "none": Reason.RESERVATION_NOT_FOUND,
    "held": Reason.ORDER_NOT_COMMITTED,
    "expired": Reason.HOLD_EXPIRED,
    "committed": S.SHIPPED,
    "allocated": S.SHIPPED,
    "shipped": Reason.ALREADY_SHIPPED,
    "shorted": Reason.SHIPMENT_EXCEEDS_ORDER,
    "released": Reason.RESERVATION_RELEASED,
}

TABLE: Final[dict[Event, dict[S | None, Outcome]]] = {
    Event.RESERVE: _row(
        none=S.HELD,
        held=Reason.RESERVATION_EXISTS,
        expired=S.HELD,
        committed=Reason.RESERVATION_EXISTS,
        allocated=Reason.RESERVATION_EXISTS,
        shipped=Reason.RESERVATION_EXISTS,
        shorted=Reason.RESERVATION_EXISTS,
        released=Reason.RESERVATION_RELEASED,
    ),
    Event.RESERVE_TOLD_AGAIN: _row(**_STAYS),
    Event.CONFIRM: _row(**_CONFIRMED),
    Event.CONFIRM_ON_HOLD: _row(**_CONFIRMED | {"expired": Reason.HOLD_EXPIRED}),
    Event.RELEASE: _row(
        none=Reason.RESERVATION_NOT_FOUND,
        held=S.RELEASED,
        expired=S.RELEASED,
        committed=S.RELEASED,
        allocated=Reason.PICK_IN_PROGRESS,
        shipped=Reason.ALREADY_SHIPPED,
        shorted=S.SHORTED,
        released=S.RELEASED,
    ),
    Event.RELEASE_PART: _row(
        none=Reason.RESERVATION_NOT_FOUND,
        held=S.HELD,
        expired=Reason.RELEASE_EXCEEDS_LINE,
        committed=S.COMMITTED,
        allocated=Reason.PICK_IN_PROGRESS,
        shipped=Reason.ALREADY_SHIPPED,
        shorted=Reason.RELEASE_EXCEEDS_LINE,
        released=Reason.RELEASE_EXCEEDS_LINE,
    ),
    Event.AUTHORIZE: _row(**_AUTHORIZED),
    Event.AUTHORIZE_ON_HOLD: _row(**_AUTHORIZED | {"committed": VerdictReason.STOCK_ON_HOLD}),
    Event.REPORT_PICK_BARE: _row(
        none=Reason.PERMIT_REQUIRED, **{state.value: Reason.PERMIT_REQUIRED for state in _STATES}
    ),
    Event.REPORT_PICK: _row(
        **_COVERED,
        allocated=S.ALLOCATED,
        shipped=Reason.PICK_EXCEEDS_PERMIT,
        shorted=Reason.PICK_EXCEEDS_PERMIT,
    ),
    Event.SHIP_BARE: _row(none=Reason.PERMIT_REQUIRED, **{state.value: Reason.PERMIT_REQUIRED for state in _STATES}),
    Event.SHIP: _row(
        **(_COVERED | {"none": Reason.RESERVATION_NOT_FOUND}),
        allocated=S.SHIPPED,
        shipped=Reason.ALREADY_SHIPPED,
        shorted=Reason.SHIPMENT_EXCEEDS_PERMIT,
    ),
    Event.SHIP_AGAIN: _row(shipped=S.SHIPPED),
    Event.SHIP_FOREIGN: _row(**_SHIPPED_ALL),
    Event.SHIP_FOREIGN_AGAIN: _row(shipped=S.SHIPPED),
    Event.RESOLVE: _row(**_SHIPPED_ALL),
    Event.RETURN: _row(none=None, **_STAYS),
    Event.COUNT: _row(none=None, **_STAYS),
    Event.PLACE_HOLD: _row(none=None, **_STAYS),
    Event.MERGE: _row(none=None, **_STAYS),
    Event.TIME: _row(held=S.EXPIRED, allocated=S.COMMITTED),
}
"""By event and by the state it happens in (None: no reservation). A cell that is missing cannot happen."""


def as_markdown() -> str:
    """Print the table for docs/state-table.md."""
    columns: tuple[S | None, ...] = (None, *_STATES)
    names = [state.value if state else "(none)" for state in columns]
    lines = ["| event | " + " | ".join(names) + " |", "|---" * (len(columns) + 1) + "|"]
    for event, row in TABLE.items():
        cells = [str(row[state]) if state in row else "—" for state in columns]
        lines.append(f"| {event.value} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(as_markdown() + "\n")
