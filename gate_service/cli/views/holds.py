"""Holds on a SKU or on a lot of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.views import stock
from gate_service.cli.views.parts import at_revision, by, headline, units
from gate_service.cli.views.shortages import shortages

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk


def placed(location: str, hold_id: str, quantity: int, answer: sdk.PlaceStockHoldResponse) -> Iterator[RenderableType]:
    """Tell what is held back."""
    what = f"{units(quantity)} of {answer.level.sku}" if quantity else f"all of {answer.level.sku}"
    yield headline("held", f"{what} at {location} by {hold_id}", answer.applied)
    yield from stock.levels([answer.level])
    yield from shortages(answer.shortages)


def lifted(location: str, hold_id: str, answer: sdk.LiftStockHoldResponse) -> Iterator[RenderableType]:
    """Tell what may be sold again."""
    back = f", {units(answer.released_quantity)} back from quality control" if answer.released_quantity else ""
    yield headline("lifted", f"{hold_id} at {location}{back}", answer.applied)
    yield from stock.levels([answer.level])


def listed(location: str, found: Sequence[sdk.StockHold], revision: int) -> Iterator[RenderableType]:
    """Tell what is held back, since when, by whom and why."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    yield at_revision(location, revision)
    if not found:
        yield "[green]Nothing is held back.[/]"
        return
    yield small_table(
        ["hold", "SKU", "lot", "units", "since", "by", "note"],
        [
            [
                each.hold_id,
                each.sku,
                each.lot_id or "[dim]all[/]",
                number(each.quantity) if each.quantity else "[dim]all[/]",
                when(each.at_ms),
                by(each.system, each.actor),
                escape(each.note),
            ]
            for each in found
        ],
        right=("units",),
    )
