"""Receipts and returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gate_service.cli.console import number
from gate_service.cli.views import stock
from gate_service.cli.views.parts import headline, units

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk


@dataclass(frozen=True)
class Against:
    """The document that goods came in against; empty for none."""

    document_id: str
    final: bool


def received(
    location: str, total: int, against: Against, answer: sdk.RecordReceiptResponse
) -> Iterator[RenderableType]:
    """Tell what came in, what is there now, and how that compares with what was announced."""
    about = f" against {against.document_id}" if against.document_id else ""
    yield headline("received", f"{units(total)} at {location}{about}", answer.applied)
    yield from stock.levels(answer.levels)
    if answer.over:
        yield f"[yellow]More than {against.document_id} announced: {by_sku(answer.over)}[/]"
    if answer.open and against.final:
        yield f"[yellow]Never came of {against.document_id}, and is expected no longer: {by_sku(answer.open)}[/]"
    elif answer.open:
        yield f"Still open of {against.document_id}: {by_sku(answer.open)}"


def returned(
    location: str, return_id: str, order_id: str, total: int, answer: sdk.RecordReturnResponse
) -> Iterator[RenderableType]:
    """Tell what came back, and what of it this location never sent."""
    of_order = f" of order {order_id}" if order_id else ""
    yield headline("returned", f"{units(total)} at {location} with {return_id}{of_order}", answer.applied)
    yield from stock.levels(answer.levels)
    if answer.unmatched:
        yield f"[yellow]Taken in, though {order_id} has no such units left to return: {by_sku(answer.unmatched)}[/]"


def by_sku(quantities: Iterable[sdk.SkuQuantity]) -> str:
    """Write quantities by SKU: `MUG 2, PEN 5`."""
    return ", ".join(f"{each.sku} {number(each.quantity)}" for each in quantities)
