"""The journal of a location, a page at a time, in columns that stay where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from gate_service.cli.console import number, signed, when
from gate_service.cli.plain import short_name

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_CHANGES_MAX = 3
_OWN = "~"  # how the operation ids of the gate itself begin, and no caller's
_WIDTHS = {"rev": 7, "UTC": 8, "what": 19, "about": 12, "by": 8, "stock": 0}


class Journal:
    """Remembers what was written last, so that pages follow each other as one table."""

    def __init__(self) -> None:
        """Begin with a head."""
        self._day = ""

    def page(self, entries: Sequence[sdk.LedgerEntry]) -> Iterator[RenderableType]:
        """Give some entries as tables, one for each day, of which the very first has a head."""
        from gate_service.cli.columns import Columns  # noqa: PLC0415 rich is slow to import

        for day, of_day in groupby(entries, key=lambda entry: when(entry.at_ms)[:10]):
            rows = [_row(entry) for entry in of_day]
            table = Columns(tuple(_WIDTHS), rows, right=("rev",), widths=_WIDTHS, head=not self._day)
            if day != self._day:
                yield f"[bold dim]{day}[/]"
                self._day = day
            yield table


def _row(entry: sdk.LedgerEntry) -> list[str]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    from fulfillment_gate import OperationKind  # noqa: PLC0415 it brings grpc

    kind = short_name(OperationKind.DESCRIPTOR, entry.kind).lower()
    who = entry.actor or entry.system  # some of what the gate does by ids of its own, it does in a caller's name
    by_itself = not who and entry.operation_id.startswith(_OWN)
    what = kind.replace("_", " ")
    return [
        number(entry.revision),
        f"[dim]{when(entry.at_ms)[11:19]}[/]",
        f"[yellow]{what}[/]" if by_itself else what,
        entry.order_id or entry.document_id or entry.permit_id or entry.variance_id,
        "[dim]the gate[/]" if by_itself else escape(who),
        f"[red]refused: {escape(entry.refusal)}[/]" if entry.refusal else _told(entry),
    ]


def _told(entry: sdk.LedgerEntry) -> str:
    """Tell what an entry did to the stock, or what a mirror is told by it."""
    if not entry.HasField("mirror_correction"):
        return _changes(entry.changes)
    told = entry.mirror_correction
    figures = f"{number(told.quantity)}, not {number(told.reported_quantity)}"
    return f"tells {told.system}: {told.sku} {told.measure.replace('_', ' ')} {figures}"


def _changes(changes: Sequence[sdk.StockChange]) -> str:
    """Tell what changed, by SKU; all of a large entry is in `-o json`."""
    from fulfillment_gate import Bucket  # noqa: PLC0415 it brings grpc

    by_sku: dict[str, list[str]] = {}
    for change in changes:
        name = short_name(Bucket.DESCRIPTOR, change.bucket).lower().replace("_", " ")
        by_sku.setdefault(change.sku, []).append(f"{name} {signed(change.delta)}")
    told = [f"{sku} {', '.join(parts)}" for sku, parts in by_sku.items()]
    more = f"; … {number(len(told) - _CHANGES_MAX)} more SKUs" if len(told) > _CHANGES_MAX else ""
    return "; ".join(told[:_CHANGES_MAX]) + more or "[dim]no change[/]"
