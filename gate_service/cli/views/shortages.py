"""More is reserved than may be sold: which orders are hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table
from gate_service.cli.views.parts import at_revision, units

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_NOTHING = "[dim]-[/]"


def shortages(found: Iterable[sdk.Shortage]) -> Iterator[RenderableType]:
    """Tell for each SKU how much is missing, and who will not get it if nothing else comes."""
    for shortage in found:
        yield (
            f"[yellow]{shortage.sku}: {_more_are(shortage.missing_quantity)} reserved than may be sold; "
            "some orders must be released or restocked.[/]"
        )
        if shortage.orders:
            yield _orders(shortage)
        if shortage.more_orders:
            yield "[dim]… and more orders.[/]"


def listed(location: str, found: Sequence[sdk.Shortage], revision: int) -> Iterator[RenderableType]:
    """Tell all shortages of a location, or that there are none."""
    yield at_revision(location, revision)
    if not found:
        yield "[green]Nothing is short.[/]"
    yield from shortages(found)


def _orders(shortage: sdk.Shortage) -> RenderableType:
    return small_table(
        ["order hit", "channel", "missing", ""],
        [
            [
                hit.order_id,
                hit.channel or _NOTHING,
                number(hit.missing_quantity),
                "[red]a picker may look for it now[/]" if hit.allocated else "waits",
            ]
            for hit in shortage.orders
        ],
        right=("missing",),
    )


def _more_are(count: int) -> str:
    return "1 unit more is" if count == 1 else f"{units(count)} more are"
